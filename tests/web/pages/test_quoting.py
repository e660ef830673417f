"""The page of quotes: the default, requests, and taking a yes back; and the same by the client API."""

from fedi import db
from fedi.models.actor import Actor
from fedi.models.post import Post
from fedi.models.quote import Quote
from fedi.services import quotes, stamps
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


async def test_quoting_in_the_form(as_mira, as_otto, stranger, mira):
    await as_mira.post("/settings/quotes", {"policy": "public"})
    first = write(mira, "a heron at dawn")
    assert f'href="/compose?quote={first}"' in (await as_otto.get(f"/@mira/{first}")).text
    assert "/compose?quote=" not in (await stranger.get(f"/@mira/{first}")).text
    form = await as_otto.get(f"/compose?quote={first}")
    assert f'name="quote" value="{first}"' in form.text
    assert "a heron at dawn" in form.words
    too_much = {"text": "x" * 5001, "quote": str(first), "visibility": "public"}
    again = await as_otto.upload("/compose", too_much, {})
    assert again.status == 422
    assert f'name="quote" value="{first}"' in again.text, "nothing typed or chosen is lost"
    sent = await as_otto.upload("/compose", {"text": "look at this", "quote": str(first), "visibility": "public"}, {})
    assert sent.status == 303, sent.words
    seen = await stranger.get(sent.headers["Location"])
    assert "a heron at dawn" in seen.words
    assert 'class="quoted"' in seen.text
    assert "quoted you in" in (await as_mira.get("/notifications")).words

    with db.writing() as session:
        stamps.revoke(session, session.query(Quote).one())
    gone = await stranger.get(sent.headers["Location"])
    assert "a heron at dawn" not in gone.words
    assert "took it back" in gone.words


async def test_what_may_not_be_quoted_has_no_button(as_mira, as_otto, mira):
    await as_mira.post("/settings/quotes", {"policy": "nobody"})
    first = write(mira, "a heron at dawn")
    assert "/compose?quote=" not in (await as_otto.get(f"/@mira/{first}")).text
    assert f'href="/compose?quote={first}"' in (await as_mira.get(f"/@mira/{first}")).text
    refused = await as_otto.upload("/compose", {"text": "look", "quote": str(first), "visibility": "public"}, {})
    assert refused.status == 404
    for wrong in ("1", "garbage", "9" * 30):
        assert (await as_otto.get(f"/compose?quote={wrong}")).status == 404


async def test_what_an_author_does_not_want_has_no_button(as_mira, mira):
    ann = people.stranger("ann", "else.example")
    nobody = {"automatic": [], "manual": []}
    with db.writing() as session:
        uri = "https://else.example/n/1"
        post = Post(uri=uri, url=uri, actor_id=ann.id, local=False, content="<p>quiet</p>", tags=[], mentions=[])
        post.policies = {"like": nobody, "reply": nobody, "announce": nobody}
        session.add(post)
        session.flush()
        page = f"/@ann@else.example/{post.id}"
    seen = await as_mira.get(page)
    for missing in (f"/posts/{post.id}/like", f"/posts/{post.id}/boost", f"/posts/{post.id}/reply"):
        assert missing not in seen.text
    assert "does not take answers" in seen.words
    assert (await as_mira.post(f"/posts/{post.id}/like")).status == 403
    assert (await as_mira.post(f"/posts/{post.id}/reply", {"text": "but", "visibility": "public"})).status == 403
