"""The page of quotes: the default, requests, and taking a yes back; and the same by the client API."""

from fedi import db
from fedi.models.actor import Actor
from fedi.models.post import Post
from fedi.models.quote import Quote
from fedi.services import quotes
from tests import people
from tests.web.pages.browsing import write


def asked(post, name="ann"):
    stranger = people.stranger(name, "else.example")
    with db.writing() as session:
        row = quotes.requested(
            session,
            session.get_one(Post, post),
            session.get_one(Actor, stranger.id),
            request_uri=f"https://else.example/q/{name}",
            instrument_uri=f"https://else.example/n/{name}",
        )
        return row.id


def state(quote_id):
    with db.reading() as session:
        return session.get_one(Quote, quote_id).state


async def test_answering(as_mira, as_otto, mira):
    post = write(mira, "a heron")
    quote = asked(post)
    assert "1 person asks to quote you" in (await as_mira.get("/notifications")).words
    assert "They ask" in (await as_mira.get("/settings/quotes")).words
    assert (await as_otto.post(f"/settings/quotes/{quote}/allow")).status == 404
    assert (await as_mira.post(f"/settings/quotes/{quote}/allow")).status == 303
    assert state(quote) == "accepted"
    assert "Take it back" in (await as_mira.get("/settings/quotes")).words
    assert (await as_mira.post(f"/settings/quotes/{quote}/refuse")).status == 409
    await as_mira.post(f"/settings/quotes/{quote}/revoke")
    assert state(quote) == "revoked"
    second = asked(post, "eve")
    await as_mira.post(f"/settings/quotes/{second}/refuse")
    assert state(second) == "rejected"


async def test_the_default(as_mira, mira):
    assert (await as_mira.post("/settings/quotes", {"policy": "public"})).status == 303
    assert state(asked(write(mira, "a heron"))) == "accepted"
    assert (await as_mira.post("/settings/quotes", {"policy": "whoever"})).status == 422
