"""Sitemaps: only artists who want to be searched, and what of theirs may be."""

import pytest
from lxml import etree

from fedi import clock, db
from fedi.models.actor import Actor
from fedi.models.post import Post
from fedi.services import consents, galleries, indexing
from tests.web.pages.browsing import show_work, write

NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "i": "http://www.google.com/schemas/sitemap-image/1.1"}
SEARCH_DENIED = "train_generative=deny,search=deny"


async def read(client, path, status=200):
    answer = await client.get(path.removeprefix("https://art.test"))
    assert answer.status_code == status, path
    if status != 200:
        return None
    assert answer.content_type == "application/xml; charset=utf-8"
    assert answer.headers["tdm-reservation"] == "1"
    return etree.fromstring(await answer.get_data())


async def index(client):
    return (await read(client, "/sitemap.xml")).xpath("/s:sitemapindex/s:sitemap/s:loc/text()", namespaces=NS)


async def pages(client, path="/@mira/sitemap.xml"):
    return (await read(client, path)).xpath("/s:urlset/s:url/s:loc/text()", namespaces=NS)


def change(account, **values):
    with db.writing() as session:
        actor = session.get_one(Actor, account.actor_id)
        for name, value in values.items():
            setattr(actor, name, value)


@pytest.fixture
def listed(mira):
    change(mira, indexable=True)
    return mira


async def test_only_who_wants_to_be_searched(client, mira, otto):
    assert await index(client) == []
    await read(client, "/@mira/sitemap.xml", 404)
    change(mira, indexable=True)
    change(otto, indexable=True)
    assert set(await index(client)) == {"https://art.test/@mira/sitemap.xml", "https://art.test/@otto/sitemap.xml"}
    for values in (
        {"discoverable": False},
        {"limited_at": clock.now()},
        {"suspended_at": clock.now()},
        {"deleted_at": clock.now()},
    ):
        change(otto, discoverable=True, limited_at=None, suspended_at=None)
        change(otto, **values)
        assert await index(client) == ["https://art.test/@mira/sitemap.xml"], values
        await read(client, "/@otto/sitemap.xml", 404)


async def test_only_works_that_may_be_searched(client, listed):
    shown = show_work(listed, "Heron", alt="A & b")
    veiled = show_work(listed, "Wound", summary="blood")
    show_work(listed, "Sketch", visibility="followers")
    show_work(listed, "Aside", visibility="unlisted")
    write(listed, "Words.")
    with db.writing() as session:
        gallery = galleries.create(session, session.get_one(Actor, listed.actor_id), title="Birds")
        galleries.create(session, session.get_one(Actor, listed.actor_id), title="Empty")
        galleries.add(session, gallery, session.get_one(Post, shown))
    expected = ["", "/galleries/birds", f"/{veiled}", f"/{shown}"]
    assert await pages(client) == [f"https://art.test/@mira{each}" for each in expected]
    tree = await read(client, "/@mira/sitemap.xml")
    pictures = tree.xpath("//s:url[i:image]/s:loc/text()", namespaces=NS)
    assert pictures == [f"https://art.test/@mira/{shown}"]
    assert tree.xpath("//i:license/text()", namespaces=NS) == ["https://art.test/@mira/licence"]
    assert all(len(each) == 20 for each in tree.xpath("//s:lastmod/text()", namespaces=NS))
    with db.writing() as session:
        session.get_one(Post, shown).consent = SEARCH_DENIED
    assert f"https://art.test/@mira/{shown}" not in await pages(client)
    with db.writing() as session:
        consents.set_default(session, session.get_one(Actor, listed.actor_id), consent=SEARCH_DENIED, licence=None)
        session.get_one(Post, shown).consent = "prohibited"
    assert await pages(client) == [f"https://art.test/@mira/{shown}"]


async def test_many_works_are_parted(client, listed, monkeypatch):
    monkeypatch.setattr(indexing, "WORKS", 2)
    works = [show_work(listed, f"{number}") for number in range(5)]
    addresses = await index(client)
    assert addresses == [f"https://art.test/@mira/sitemap.xml{query}" for query in ("", "?page=2", "?page=3")]
    found = [page for address in addresses for page in await pages(client, address)]
    assert found == ["https://art.test/@mira", *(f"https://art.test/@mira/{each}" for each in reversed(works))]
    for query in ("4", "0", "x", "-1", "999999999"):
        await read(client, f"/@mira/sitemap.xml?page={query}", 404)


async def test_robots_leads_to_it(client):
    answer = await client.get("/robots.txt")
    assert "Sitemap: https://art.test/sitemap.xml" in (await answer.get_data(as_text=True)).splitlines()
