"""schema.org data of works, galleries and artists, read by extruct, with hostile words in every place."""

import extruct
import pytest

from fedi import db
from fedi.models.actor import Actor
from fedi.models.post import Post
from fedi.services import consents, galleries
from tests.web.pages.browsing import show_work, write

EVIL = "</script><script>alert(1)</script><!-- ]]> \u2028 & ' \""


def data(page):
    return extruct.extract(page.text, syntaxes=["json-ld"])["json-ld"]


@pytest.fixture
def house(mira):
    """A licensed artist with two works, one behind a warning, in a gallery."""
    with db.writing() as session:
        actor = session.get_one(Actor, mira.actor_id)
        actor.display_name = EVIL
        consents.set_default(session, actor, consent="licensed", licence="cc-by-nc")
    shown = show_work(mira, EVIL, alt=EVIL, text=EVIL)
    veiled = show_work(mira, "Wound", summary="blood")
    with db.writing() as session:
        gallery = galleries.create(session, session.get_one(Actor, mira.actor_id), title=EVIL, summary=EVIL)
        for post_id in (shown, veiled):
            galleries.add(session, gallery, session.get_one(Post, post_id))
        return {"shown": shown, "veiled": veiled, "slug": gallery.slug}


def check(said):
    assert said["license"] == "https://creativecommons.org/licenses/by-nc/4.0/"
    assert said["acquireLicensePage"] == "https://art.test/@mira/licence"
    assert said["usageInfo"].startswith("https://art.test/@mira/policies/licensed?v=")
    assert said["creditText"] == said["creator"]["name"] == EVIL.strip()
    assert "AI use only under a licence" in said["copyrightNotice"]


async def test_a_work(house, stranger):
    page = await stranger.get(f"/@mira/{house['shown']}")
    (work,) = data(page)
    assert (work["@type"], work["name"]) == ("VisualArtwork", EVIL.strip())
    assert work["url"] == f"https://art.test/@mira/{house['shown']}"
    (image,) = work["image"]
    assert (image["@type"], image["description"]) == ("ImageObject", EVIL)
    assert (image["width"], image["height"]) == (1200, 800)
    assert image["contentUrl"].startswith("https://art.test/media/")
    check(work)
    check(image)
    assert len(page.tree.xpath("//script[not(@type)]")) <= 1, "nothing broke out"
    assert "alert(1)" not in "".join(page.tree.xpath("//script[not(@type='application/ld+json')]/text()"))


async def test_an_artist_and_a_gallery(house, stranger):
    (profile,) = data(await stranger.get("/@mira"))
    assert (profile["@type"], profile["mainEntity"]["alternateName"]) == ("ProfilePage", "@mira@art.test")
    (gallery,) = data(await stranger.get(f"/@mira/galleries/{house['slug']}"))
    assert (gallery["@type"], gallery["name"]) == ("ImageGallery", EVIL.strip())
    for said, images in ((profile, profile["hasPart"]), (gallery, gallery["image"])):
        check(said)
        (image,) = images  # the one behind a warning is not shown off
        check(image)
        assert image["url"] == f"https://art.test/@mira/{house['shown']}"


async def test_only_what_is_for_everybody(house, mira, as_mira, stranger):
    post_id = show_work(mira, "Sketch", visibility="followers")
    assert data(await as_mira.get(f"/@mira/{post_id}")) == []
    (profile,) = data(await as_mira.get("/@mira"))
    assert len(profile["hasPart"]) == 1
    text = write(mira, "Words.")
    assert data(await stranger.get(f"/@mira/{text}")) == []
