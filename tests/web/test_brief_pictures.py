"""Large pictures for strangers at addresses that end soon: nothing lasting is told to them, and federation stays."""

import json
import re

import pytest
import sqlalchemy

from fedi import clock, config, db, files
from fedi.activitypub import posts_out
from fedi.models.crawler import CrawlerVisit
from fedi.models.media import Rendition, RenditionKind
from fedi.models.post import Post
from fedi.services import media, media_tokens, tokens
from tests.web.pages.browsing import Browser, show_work

NOW = 1_790_000_000
AS = {"Accept": "application/activity+json"}


@pytest.fixture(autouse=True)
def now():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def app(app):
    config.use(config.settings().model_copy(update={"large_pictures": "brief"}))
    return app


@pytest.fixture
def work(app, mira):
    return show_work(mira)


def keys():
    with db.reading() as session:
        return {row.kind: row.key for row in session.scalars(sqlalchemy.select(Rendition))}


def media_in(text):
    return set(re.findall(r"/media/[^\"'\s<>]+", text.replace("\\/", "/")))


async def test_strangers_are_told_nothing_that_lasts(app, work, client):
    large = keys()[RenditionKind.FEDERATED]
    for path in (f"/@mira/{work}", "/@mira", "/", "/explore"):
        page = await Browser(app).get(path)
        assert media_in(page.text), path
        assert large not in page.text, path
    page = await Browser(app).get(f"/@mira/{work}")
    (shown,) = page.tree.xpath("//figure//img/@src")
    assert re.fullmatch(r"/media/p/~\d+\.\d+\.[\w-]{24}\.jpg", shown)
    (image,) = page.tree.xpath("//script[@type='application/ld+json']")
    said = re.findall(r'"contentUrl": ?"([^"]+)"', json.dumps(json.loads(image.text)))
    assert set(said) == {f"https://art.test/media/{keys()[RenditionKind.PREVIEW]}"}
    for path in (f"/api/v1/statuses/{work}", "/api/v1/timelines/public?local=true"):
        body = await (await client.get(path)).get_data(as_text=True)
        assert "/media/p/~" in body
        assert large not in body, path


async def test_the_address_works_and_ends(app, work, client):
    page = await Browser(app).get(f"/@mira/{work}")
    (shown,) = page.tree.xpath("//figure//img/@src")
    answer = await client.get(shown)
    assert answer.status_code == 200
    assert await answer.get_data() == files.locate("renditions", keys()[RenditionKind.FEDERATED]).read_bytes()
    assert answer.headers["Cache-Control"].startswith("private")
    assert answer.headers["X-Robots-Tag"] == "noai, noimageai"
    with clock.frozen(NOW + media_tokens.BRIEF_SECONDS - 1):
        assert (await client.get(shown)).status_code == 200, "half an hour at least"
    with clock.frozen(NOW + 2 * media_tokens.BRIEF_SECONDS):
        assert (await client.get(shown)).status_code == 404


async def test_federation_is_as_before(app, work, client):
    lasting = f"https://art.test/media/{keys()[RenditionKind.FEDERATED]}"
    for path in (f"/users/mira/posts/{work}", f"/@mira/{work}", f"/users/mira/posts/{work}/activity"):
        document = json.loads(await (await client.get(path, headers=AS)).get_data())
        note = document.get("object", document)
        assert note["attachment"][0]["url"] == lasting
    with db.reading() as session:
        post = session.get_one(Post, work)
        activity = posts_out.create_activity(post, posts_out.parts_of(session, [post])[post.id])
    assert activity["object"]["attachment"][0]["url"] == lasting
    answer = await client.get(lasting)
    assert (answer.status_code, "immutable" in answer.headers["Cache-Control"]) == (200, True)
    with clock.frozen(NOW + 400 * 86400):
        assert (await client.get(lasting)).status_code == 200


async def test_who_is_known_gets_the_lasting_one(app, work, client, mira, otto):
    large = keys()[RenditionKind.FEDERATED]
    assert large in (await Browser(app, otto).get(f"/@mira/{work}")).text
    with db.writing() as session:
        token = tokens.issue(session, otto, "read")
    body = await (await client.get(f"/api/v1/statuses/{work}", headers={"Authorization": f"Bearer {token}"})).get_data(
        True
    )
    assert large in body


@pytest.mark.parametrize("switch", ["open", "brief"])
async def test_it_can_be_switched_at_any_time(app, work, client, switch):
    """Addresses of both kinds that are out stay good."""
    page = await Browser(app).get(f"/@mira/{work}")
    (shown,) = page.tree.xpath("//figure//img/@src")
    config.use(config.settings().model_copy(update={"large_pictures": switch}))
    assert (await client.get(shown)).status_code == 200
    assert (await client.get(f"/media/{keys()[RenditionKind.FEDERATED]}")).status_code == 200


async def test_pictures_that_are_not_for_everybody_keep_their_tokens(app, client, mira):
    show_work(mira, visibility="followers")
    with db.reading() as session:
        row = session.scalar(sqlalchemy.select(Rendition).where(Rendition.kind == "federated"))
        brief = media_tokens.brief(row)
    assert (await client.get(f"/media/{brief}")).status_code == 404


def test_a_brief_key_is_nobody_elses(app, work):
    with db.reading() as session:
        rows = session.scalars(sqlalchemy.select(Rendition)).all()
        good = media_tokens.brief(rows[0])
        assert media_tokens.brief_id(good) == rows[0].id
        id_, until, mac, suffix = good.partition("~")[2].split(".")
        for forged in (
            f"p/~{rows[1].id}.{until}.{mac}.{suffix}", f"p/~{id_}.{int(until) + 1}.{mac}.{suffix}",
            f"p/~{id_}.{until}.{'A' * 24}.{suffix}", f"p/~{id_}.{'9' * 12}.{mac}.{suffix}", f"p/~{'9' * 19}.{until}.{mac}.{suffix}",
            f"p/~{id_}.{until}.{mac}", "p/~", "p/~..." , f"p/~{id_}.{until}.{mac}.{suffix}/x", good + "\0", good.upper(),
        ):  # fmt: skip
            assert media_tokens.brief_id(forged) is None, forged
        assert media_tokens.brief_id(f"a{good[1:]}") is None, (
            "the folder says the terms to the gate, which looks no further"
        )


async def test_crawlers_are_refused_at_them_too(app, work, client):
    with db.reading() as session:
        brief = media_tokens.brief(session.scalar(sqlalchemy.select(Rendition).where(Rendition.kind == "federated")))
    assert (await client.get(f"/media/{brief}", headers={"User-Agent": "GPTBot"})).status_code == 403
    assert (await client.get(f"/media/a{brief[1:]}")).status_code == 404


async def test_a_withdrawn_picture_is_gone(app, work, client):
    page = await Browser(app).get(f"/@mira/{work}")
    (shown,) = page.tree.xpath("//figure//img/@src")
    with db.writing() as session:
        media.withdraw(session, media.of_post(session, session.get_one(Post, work))[0])
    assert (await client.get(shown)).status_code == 404


async def test_it_is_written_down_as_its_artists(app, work, client, mira):
    with db.reading() as session:
        brief = media_tokens.brief(session.scalar(sqlalchemy.select(Rendition).where(Rendition.kind == "federated")))
    await client.get(f"/media/{brief}", headers={"User-Agent": "GPTBot"})
    await client.get(f"/media/p/~{'9' * 19}.1.{'A' * 24}.jpg", headers={"User-Agent": "GPTBot"})
    await app.asgi_app.visits.write()
    with db.reading() as session:
        assert {row.actor_id for row in session.scalars(sqlalchemy.select(CrawlerVisit))} == {mira.actor_id, 0}
