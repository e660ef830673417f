"""People and posts of other servers on our pages."""

import json
from urllib.parse import quote

import pytest

from fedi import clock, db
from fedi.activitypub.protocol import webfinger
from fedi.models.actor import Actor, ActorKind
from fedi.models.instance import DomainSeverity
from fedi.models.post import Post, Visibility
from fedi.policy.consent import Consent
from fedi.services import actors, cached_files, domains, interactions, remote_posts, timelines
from fedi.services.paging import Page
from fedi.text import sanitise
from fedi.web import wellknown
from fedi.web.pages import cards
from tests.web.pages.browsing import show_work


@pytest.fixture
def gina(instance):
    with db.writing() as session:
        return actors.store(
            session,
            actors.RemoteActor(
                uri="https://b.example/users/gina",
                url="javascript:alert(1)",
                kind=ActorKind.PERSON,
                name="gina",
                domain="b.example",
                inbox="https://b.example/inbox",
                display_name="Gina <script>alert(1)</script>",
                summary=sanitise("<p>Paints.<script>alert(1)</script></p>"),
                icon_url="https://b.example/gina.png",
            ),
        )


def keep(gina, number, *, attachments=(), **values):
    with db.writing() as session:
        said = remote_posts.RemotePost(
            uri=f"https://b.example/posts/{number}",
            url=f"https://b.example/@gina/{number}",
            actor_uri=gina.uri,
            visibility=Visibility.PUBLIC,
            published_at=clock.now(),
            attachments=attachments,
            **values,
        )
        return remote_posts.store(session, session.get_one(Actor, gina.id), said, tell=False).id


PICTURE = remote_posts.RemoteAttachment(
    url="https://b.example/fern.jpg", mime="image/jpeg", alt="A fern.", width=900, height=600
)


def copy_of_fern():
    """Where the picture is shown here."""
    return cached_files.path(PICTURE.url, "small")


async def test_a_person_and_a_work(gina, stranger, as_mira):
    work = keep(gina, 1, attachments=[PICTURE], content="<p>Fern</p>", consent=Consent().text)
    for browser in (stranger, as_mira):
        page = await browser.get("/@gina@b.example")
        assert page.status == 200
        assert page.tree.xpath(f"//img[@src='{copy_of_fern()}']")
        assert "javascript:" not in page.text
        assert "<script>alert" not in page.text
        assert "noindex" in page.tree.xpath("//meta[@name='robots']/@content")
        shown = await browser.get(f"/@gina@b.example/{work}")
        assert shown.tree.xpath("//figure//img/@alt") == ["A fern."]
        assert "No AI training" in shown.words
        assert shown.tree.xpath("//a[@href='https://b.example/@gina/1']")
    assert (await stranger.get("/@gina@b.example/licence")).status == 404
    assert (await as_mira.get("/search?q=gina")).tree.xpath("//a[@href='/@gina@b.example']")


async def test_pictures_from_everywhere_only_when_asked(gina, stranger):
    keep(gina, 2, attachments=[PICTURE])
    assert copy_of_fern() not in (await stranger.get("/explore")).text
    assert copy_of_fern() in (await stranger.get("/explore?from=everywhere")).text


async def test_a_video_is_no_picture(gina, stranger):
    film = remote_posts.RemoteAttachment(url="https://b.example/film.mp4", mime="video/mp4")
    note = keep(gina, 3, attachments=[film], content="<p>A film</p>")
    assert "film.mp4" not in (await stranger.get(f"/@gina@b.example/{note}")).text
    assert "A film" in (await stranger.get("/@gina@b.example/posts")).words


@pytest.mark.parametrize(
    ("severity", "stranger_sees", "mira_sees"), [(DomainSeverity.LIMIT, 404, 200), (DomainSeverity.BLOCK, 404, 404)]
)
async def test_rules_about_their_server(severity, stranger_sees, mira_sees, gina, stranger, as_mira):
    work = keep(gina, 4, attachments=[PICTURE])
    with db.writing() as session:
        domains.set_rule(session, "b.example", severity)
    for path in ("/@gina@b.example", f"/@gina@b.example/{work}"):
        assert (await stranger.get(path)).status == stranger_sees
        assert (await as_mira.get(path)).status == mira_sees
    assert copy_of_fern() not in (await stranger.get("/explore?from=everywhere")).text


async def test_their_answer_stands_below_the_work(gina, mira, stranger):
    work = show_work(mira, "Heron")
    keep(gina, 5, content="<p>Wonderful wash!</p>", in_reply_to=f"https://art.test/users/mira/posts/{work}")
    shown = await stranger.get(f"/@mira/{work}")
    assert "Wonderful wash!" in shown.words
    assert shown.tree.xpath("//a[@href='/@gina@b.example']")


def test_a_boost_keeps_its_place(gina, mira):
    work = keep(gina, 6, attachments=[PICTURE])
    with db.writing() as session:
        me = session.get_one(Actor, mira.actor_id)
        boost = interactions.boost(session, me, session.get_one(Post, work))
        entries = timelines.of_actor(session, me, me, Page())
        made = cards.of_entries(session, me, entries)
    assert [(card.id, card.position, card.boosted_by.name) for card in made] == [(work, boost.id, "mira")]
    assert made[0].boosted


async def test_every_intent_of_webfinger_leads_to_a_page(gina, as_mira):
    """FEP-3b86, read by ourselves as another server would."""
    number = keep(gina, 1, content="<p>hello</p>")
    answer = await as_mira.open("GET", "/.well-known/webfinger?resource=acct:mira@art.test")
    found = webfinger.templates(json.loads(answer.text), list(wellknown.INTENTS))
    assert set(found) == set(wellknown.INTENTS)
    for relation, template in found.items():
        assert template.startswith("https://art.test/")
        about = gina.uri if relation.endswith("/Follow") else "https://b.example/posts/1"
        path = template.removeprefix("https://art.test").format(content="hello", object=quote(about, safe=""))
        page = await as_mira.get(path)
        if relation.endswith("/Create"):
            assert page.tree.xpath("//textarea[@name='text']")[0].text == "hello"
        else:
            where = "/@gina@b.example" if about == gina.uri else f"/@gina@b.example/{number}"
            assert (page.status, page.location) == (303, where), relation
