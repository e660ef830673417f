"""Collections of people on pages: made and filled without JavaScript, seen by everybody, nobody else's to change."""

import pytest

from fedi import db
from fedi.models.actor import Actor
from fedi.models.collection import Collection, CollectionItem
from fedi.services import features
from tests import people


def let(account, policy="public"):
    with db.writing() as session:
        features.set_policy(session, session.get_one(Actor, account.actor_id), policy)


def row(model=Collection):
    with db.reading() as session:
        return session.query(model).one_or_none()


@pytest.fixture
async def made(as_mira):
    page = await as_mira.post("/settings/collections", {"name": "Ink people"})
    assert page.location == f"/settings/collections/{row().id}"
    return page.location


async def test_made_filled_changed_and_seen(as_mira, as_otto, stranger, mira, otto, made):
    let(otto)
    assert "Ink people" in (await as_mira.get("/settings/collections")).words
    assert "/settings/collections" in (await as_mira.get("/settings")).text
    for handle in ("otto", "@otto@art.test"):
        page = await as_mira.post(f"{made}/people", {"handle": handle})
        assert page.status == (303 if handle == "otto" else 422)
    assert "You asked them for this collection before." in page.words
    form = {"name": "Pens", "description": "those who draw", "tag": "#ink", "language": "en", "discoverable": "1"}
    assert (await as_mira.post(made, form)).status == 303
    path = f"/@mira/collections/{row().id}"
    for browser in (stranger, as_otto, as_mira):
        page = await browser.get(path)
        assert page.tree.xpath("//h1/text()") == ["Pens"]
        assert "those who draw" in page.words
        assert page.tree.xpath("//ul[@aria-label='Pens']//a/@href") == ["/@otto"]
        assert ("Change it" in page.words) == (browser is as_mira)
        assert "Recommends" in (await browser.get("/@mira")).words
        assert "Pens" in (await browser.get("/@mira/collections")).words
    assert "recommends you in a collection" in (await as_otto.get("/notifications")).words
    assert "has you in Pens" in (await as_otto.get("/settings/quotes")).words

    assert (await as_mira.post(f"{made}/people/{row(CollectionItem).id}/remove")).status == 303
    assert row(CollectionItem) is None
    assert (await as_mira.post(f"{made}/delete")).location == "/settings/collections?said=deleted"
    assert row() is None
    assert (await stranger.get(path)).status == 404
    assert "Recommends" not in (await stranger.get("/@mira")).words


async def test_whoever_wants_to_be_asked_answers_on_her_page(as_mira, as_otto, stranger, otto, made):
    await as_mira.post(f"{made}/people", {"handle": "@otto"})
    assert "has not answered yet" in (await as_mira.get(made)).words
    assert "0 people" in (await as_mira.get("/@mira/collections")).words
    assert "otto" not in (await stranger.get(f"/@mira/collections/{row().id}")).words
    page = await as_otto.get("/settings/quotes")
    assert "asks to put you into Ink people" in page.words
    (answer,) = page.tree.xpath(
        "//form[contains(@action, '/settings/quotes/collections/')][contains(@action, 'refuse')]/@action"
    )
    await as_otto.post(answer)
    assert "does not want to be in it" in (await as_mira.get(made)).words


@pytest.mark.parametrize("handle", ["", "nobody", "@x@@y", "https://art.test/@mira/1", "ann"])
async def test_who_cannot_be_put_into_it(as_mira, made, handle):
    people.stranger("ann", "else.example")
    page = await as_mira.post(f"{made}/people", {"handle": handle})
    assert page.status == 422
    assert "cannot be found" in page.words
    assert row(CollectionItem) is None


async def test_who_does_not_want_to_be_in_it(as_mira, otto, made):
    let(otto, "nobody")
    page = await as_mira.post(f"{made}/people", {"handle": "otto"})
    assert page.status == 403
    assert "They do not let you recommend them" in page.words


async def test_words_that_cannot_be_kept(as_mira, made):
    assert (await as_mira.post("/settings/collections", {"name": " "})).status == 422
    page = await as_mira.post(made, {"name": "x", "tag": "no tag"})
    assert page.status == 422
    assert "Tag name is invalid" in page.words
    assert row().name == "Ink people"


async def test_one_that_is_not_shown(as_mira, stranger, made):
    await as_mira.post(made, {"name": "Quiet", "sensitive": "1"})
    assert "Quiet" not in (await stranger.get("/@mira/collections")).words
    page = await stranger.get(f"/@mira/collections/{row().id}")
    assert page.status == 200
    assert "noindex" in " ".join(page.tree.xpath("//meta[@name='robots']/@content"))


async def test_it_is_nobody_elses(as_otto, stranger, made):
    assert (await as_otto.get(made)).status == 404
    for form in ({"name": "Mine"}, {}):
        assert (await as_otto.post(made, form)).status == 404
    for path in ("people", "people/1/remove", "delete"):
        assert (await as_otto.post(f"{made}/{path}", {"handle": "otto"})).status == 404
    assert (await stranger.get(f"/@otto/collections/{row().id}")).status == 404
    assert row().name == "Ink people"
