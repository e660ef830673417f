"""Feeds of an artist, read by feedparser: only what is for everybody, with the terms of each entry."""

import feedparser
import pytest

from fedi import clock, config, db
from fedi.errors import Conflict
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.services import accounts, consents
from tests.policy.layers.readers import answers
from tests.web.pages.browsing import show_work, write

EVIL = "<script>alert(1)</script> & ]]> \x0b\ufffe \"'"
FEEDS = ["/@mira.rss", "/@mira.atom"]


async def get(client, path, status=200, **headers):
    answer = await client.get(path, headers=headers)
    assert answer.status_code == status, path
    return answer, await answer.get_data()


async def read(client, path):
    answer, body = await get(client, path)
    found = feedparser.parse(body)
    assert not found.bozo, found.get("bozo_exception")
    return answer, found


@pytest.fixture
def house(mira):
    with db.writing() as session:
        actor = session.get_one(Actor, mira.actor_id)
        actor.display_name, actor.summary = EVIL.replace("\x0b", "").replace("\ufffe", ""), "<p>Ink &amp; water.</p>"
    return {
        "text": write(mira, f"{EVIL} #ink"),
        "asks": write(mira, "Ask me.", consent="ask", licence="cc-by"),
        "unlisted": write(mira, "Not in lists.", visibility="unlisted"),
        "followers": write(mira, "For my followers.", visibility="followers"),
        "work": show_work(mira, f"Heron {EVIL}", alt=EVIL, pictures=2),
        "veiled": show_work(mira, "Wound", summary="blood"),
    }


@pytest.mark.parametrize("path", FEEDS)
async def test_what_is_in_it(client, house, path):
    answer, found = await read(client, path)
    assert answer.content_type.startswith(f"application/{path.rpartition('.')[2]}+xml")
    assert "alert(1)" in found.feed.title
    assert found.feed.link == "https://art.test/@mira"
    ids = [int(entry.id.rpartition("/")[2]) for entry in found.entries]
    assert ids == [house["veiled"], house["work"], house["asks"], house["text"]]
    veiled, work, asks, text = found.entries
    assert "blood" in veiled.summary
    assert "media" not in str(veiled).lower().replace("media_", "")
    assert work.link == f"https://art.test/@mira/{house['work']}"
    pictures = [each["url"] for each in work.get("media_content", [])] or [each.href for each in work.enclosures]
    assert len(pictures) == 2
    assert all(each.startswith("https://art.test/media/") for each in pictures)
    assert [tag.term for tag in text.tags] == ["ink"]
    assert asks.published_parsed.tm_year == clock.now().year


@pytest.mark.parametrize("path", FEEDS)
async def test_the_terms_of_the_artist_and_of_each_entry(client, house, path):
    answer, found = await read(client, path)
    assert answer.headers["X-Robots-Tag"] == "noai, noimageai"
    assert answer.headers["tdm-reservation"] == "1"
    assert answers("custom", found.feed.noai_axes) == answers("prohibited")
    assert "No AI training" in found.feed.rights
    _, work, asks, _ = found.entries
    assert answers("custom", work.noai_axes) == answers("prohibited")
    assert answers("custom", asks.noai_axes) == answers("ask")
    assert (asks.tdm_reservation, asks.tdm_policy) == ("1", "https://art.test/@mira/policies/ask/tdm?v=2")
    licences = [asks.get("license"), *(link.href for link in asks.links if link.rel == "license")]
    assert "https://creativecommons.org/licenses/by/4.0/" in licences


async def test_large_pictures_stay_where_strangers_get_small_ones(client, house):
    config.use(config.settings().model_copy(update={"large_pictures": "brief"}))
    for path in (*FEEDS, "/@mira/sitemap.xml", f"/api/oembed?url=https://art.test/@mira/{house['work']}"):
        with db.writing() as session:
            session.query(Actor).filter_by(name="mira").one().indexable = True
        _, body = await get(client, path)
        assert b"-preview.jpg" in body
        assert b"-federated.jpg" not in body, path


async def test_the_strictest_of_a_work_and_its_pictures(client, mira):
    with db.writing() as session:
        consents.set_default(session, session.get_one(Actor, mira.actor_id), consent="allowed", licence=None)
    post_id = show_work(mira, "Heron")
    _, found = await read(client, "/@mira.rss")
    assert answers("custom", found.entries[0].noai_axes) == answers("allowed")
    with db.writing() as session:
        from fedi.models.media import Media

        session.query(Media).filter_by(post_id=post_id).one().consent = "prohibited"
    _, found = await read(client, "/@mira.rss")
    assert answers("custom", found.entries[0].noai_axes) == answers("prohibited")


@pytest.mark.parametrize("path", FEEDS)
async def test_who_is_hidden_has_none(client, mira, path):
    write(mira, "x")
    await get(client, path)
    with db.writing() as session:
        session.get_one(Actor, mira.actor_id).limited_at = clock.now()
    await get(client, path, 404)
    with db.writing() as session:
        actor = session.get_one(Actor, mira.actor_id)
        actor.limited_at, actor.suspended_at = None, clock.now()
    await get(client, path, 404)
    with db.writing() as session:
        session.get_one(Actor, mira.actor_id).suspended_at = None
        accounts.leave(session, session.get_one(Account, mira.id))
    await get(client, path, 410)
    for name in ("nobody", "art.test", "a%00b", "gina@gts.example"):
        await get(client, path.replace("mira", name), 404)


async def test_an_unchanged_feed_is_not_sent_again(client, house):
    answer, _ = await get(client, "/@mira.rss")
    _, body = await get(client, "/@mira.rss", 304, **{"If-None-Match": answer.headers["ETag"]})
    assert body == b""
    assert "public" in answer.headers["Cache-Control"]


async def test_an_artist_without_works(client, mira):
    for path in FEEDS:
        _, found = await read(client, path)
        assert found.entries == []


def test_nobody_is_called_like_a_feed(instance):
    for name in ("mira.rss", "mira.ATOM"):
        with db.writing() as session, pytest.raises(Conflict, match="reserved"):
            accounts.check_new(session, name=name, email="x@example.org")


async def test_the_profile_leads_to_them(client, mira):
    answer, body = await get(client, "/@mira", Accept="text/html")
    for suffix in ("rss", "atom"):
        assert f'href="https://art.test/@mira.{suffix}"'.encode() in body
        assert f"<https://art.test/@mira.{suffix}>" in ", ".join(answer.headers.getlist("Link"))
