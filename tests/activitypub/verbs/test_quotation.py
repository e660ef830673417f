"""Quotes that posts kept here make: ours ask first, those of others are shown with a stamp and not without."""

import json
from pathlib import Path

import pytest

from fedi import db
from fedi.activitypub import asking, errands
from fedi.activitypub.objects import note
from fedi.errors import BadRequest, NotFound
from fedi.models.errand import Errand
from fedi.models.notification import Notification, NotificationKind
from fedi.models.post import Post, Visibility
from fedi.models.quote import Quote, QuoteState
from fedi.services import actors, deletions, posts, quotes, stamps
from tests.activitypub.verbs.test_follow import said
from tests.origins import AS, PUBLIC

DOCUMENTS = Path(__file__).parents[2] / "documents" / "mastodon"
EVERYBODY = {"canQuote": {"automaticApproval": [PUBLIC]}}


@pytest.fixture(autouse=True)
def _budgets():
    asking.forget()


@pytest.fixture
async def known(world, ann):
    """A post of ann's that everybody may quote."""
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    world.follow(ann.id)
    await world.send(ann, ann.create(ann.note(1, interactionPolicy=EVERYBODY)))
    with db.writing() as session:
        session.query(Errand).delete()
    return world.row(Post, Post.local.is_(False))


def state(world):
    (row,) = world.rows(Quote)
    return row.state


def quote(world, quoted, text="look at this", **options):
    with db.writing() as session:
        author = actors.by_uri(session, world.mira.uri)
        return posts.compose(session, author=author, text=text, quoted=session.get(Post, quoted.id), **options)


def stamp(person, number, instrument, target, **changes):
    """A QuoteAuthorization on a person's server."""
    uri = f"{person.id}/stamps/{number}"
    body = {
        "@context": AS,
        "id": uri,
        "type": "QuoteAuthorization",
        "attributedTo": person.id,
        "interactingObject": instrument,
        "interactionTarget": target,
    }
    person.origin.put(f"/u/{person.name}/stamps/{number}", body | changes)
    return uri


async def test_a_post_of_ours_asks_and_says_the_yes_it_got(world, ann, known):
    ours = quote(world, known)
    (request,) = said(world, "quote_request")
    assert (request["type"], request["actor"], request["object"]) == ("QuoteRequest", world.mira.uri, known.uri)
    assert request["instrument"]["id"] == ours.uri
    assert request["instrument"]["quote"] == known.uri
    (create,) = said(world, "create")
    assert [create["object"][name] for name in ("quote", "quoteUri", "_misskey_quote")] == [known.uri] * 3
    assert "quoteAuthorization" not in create["object"]
    assert f'<p class="quote-inline">RE: <a href="{known.url}"' in create["object"]["content"]
    assert state(world) == QuoteState.PENDING

    uri = stamp(ann, 1, ours.uri, known.uri)
    await world.send(ann, ann.activity("Accept", request, 8, result=uri))
    assert state(world) == QuoteState.ACCEPTED
    (update,) = said(world, "update")
    assert update["object"]["quoteAuthorization"] == uri
    assert "updated" not in update["object"], "a yes is no edit"

    await world.send(ann, ann.activity("Delete", uri, 9))
    assert state(world) == QuoteState.REVOKED
    assert "quoteAuthorization" not in said(world, "update")[-1]["object"]


@pytest.mark.parametrize(
    "about",
    [
        "quote_requests/9999999999999999999",
        "quote_requests/9" + "9" * 40,
        "quote_requests/x",
        "relays/9999999999999999999",
    ],
)
async def test_numbers_that_no_row_can_have_are_ignored(world, ann, known, about):
    """They do not fit into the database: asked for, they broke the processing of the message."""
    for base in (world.mira.uri, "https://art.test/actor"):
        said_yes = ann.activity("Accept", f"{base}/{about}", 8, result=f"{ann.id}/stamps/1", id=None)
        assert await world.send(ann, said_yes) == 202
        assert world.message().state == "ignored"


async def test_a_no_is_a_no_until_the_end(world, ann, known):
    ours = quote(world, known)
    (request,) = said(world, "quote_request")
    await world.send(ann, ann.activity("Reject", request["id"], 8))
    assert state(world) == QuoteState.REJECTED
    await world.send(ann, ann.activity("Accept", request["id"], 9, result=stamp(ann, 1, ours.uri, known.uri)))
    assert state(world) == QuoteState.REJECTED


@pytest.mark.parametrize("result", [None, "https://127.0.0.12/stamps/1", 5])
async def test_a_yes_without_a_stamp_of_its_own_server_is_none(world, ann, known, result):
    quote(world, known)
    (request,) = said(world, "quote_request")
    more = {} if result is None else {"result": result}
    assert await world.send(ann, ann.activity("Accept", request, 8, **more)) == 202
    assert state(world) == QuoteState.PENDING


async def test_nobody_else_answers_for_the_author(world, ann, eve, known):
    ours = quote(world, known)
    (request,) = said(world, "quote_request")
    await world.send(eve, eve.activity("Accept", request, 8, result=stamp(eve, 1, ours.uri, known.uri)))
    await world.send(eve, eve.activity("Reject", request, 9))
    assert state(world) == QuoteState.PENDING
    uri = stamp(ann, 1, ours.uri, known.uri)
    await world.send(ann, ann.activity("Accept", request, 8, result=uri))
    await world.send(eve, eve.activity("Delete", uri, 9))
    assert state(world) == QuoteState.ACCEPTED


@pytest.mark.parametrize(
    ("policy", "may"),
    [
        (None, False),
        ({}, False),
        ({"canQuote": {"automaticApproval": []}}, False),
        ({"canQuote": {"automaticApproval": ["{own}"]}}, False),
        ({"canQuote": {"automaticApproval": "{followers}"}}, True),
        ({"canQuote": {"manualApproval": [PUBLIC]}}, True),
        ({"canQuote": {"always": ["as:Public"]}}, True),
        ({"canQuote": {"approvalRequired": PUBLIC}}, True),
        ({"canQuote": "garbage"}, False),
        ("garbage", False),
    ],
)
async def test_what_its_author_does_not_let_be_quoted_is_not_asked_for(world, ann, known, policy, may):
    text = json.dumps(policy).replace("{own}", ann.id).replace("{followers}", ann.followers)
    changed = ann.note(1, interactionPolicy=json.loads(text))
    await world.send(ann, ann.activity("Update", changed, 7))
    if may:
        quote(world, known)
    else:
        with pytest.raises(NotFound):
            quote(world, known)
    assert len(said(world, "quote_request")) == may


async def test_private_posts_are_quoted_by_nobody_else_and_named_people_only_in_private(world, ann, known):
    await world.send(ann, ann.create(ann.note(2, to=[ann.followers], cc=[], interactionPolicy=EVERYBODY), 2))
    private = world.row(Post, Post.visibility == Visibility.FOLLOWERS)
    with pytest.raises(NotFound):
        quote(world, private)
    with pytest.raises(BadRequest):
        quote(world, known, visibility=Visibility.DIRECT)
    own = world.post("for few", visibility=Visibility.FOLLOWERS)
    assert quote(world, own).visibility == Visibility.FOLLOWERS


async def test_quoting_oneself_asks_nobody(world):
    quote(world, world.post("the first"))
    assert state(world) == QuoteState.ACCEPTED
    assert said(world, "quote_request") == []
    assert said(world, "create")[-1]["object"]["quoteAuthorization"].startswith(f"{world.mira.uri}/quote_authoriz")


async def test_a_neighbour_is_asked_without_a_message(world, make_account, client):
    first = world.post("the first")
    otto = make_account("otto")
    with db.writing() as session:
        author, quoted = actors.by_uri(session, otto.actor.uri), session.get(Post, first.id)
        posts.compose(session, author=author, text="mine", quoted=quoted)
    assert state(world) == QuoteState.PENDING
    with db.writing() as session:
        (waiting,) = quotes.listed(session, actors_account(session, world), QuoteState.PENDING, page())
        stamps.allow(session, waiting)
    assert said(world, "request_answer") == said(world, "quote_request") == []
    uri = said(world, "update")[-1]["object"]["quoteAuthorization"]
    answer = await client.get(uri.removeprefix("https://art.test"), headers={"Accept": "application/activity+json"})
    assert note_uri(await answer.get_json()) == world.rows(Post)[-1].uri
    with db.writing() as session:
        stamps.revoke(session, session.get_one(Quote, waiting.id))
    assert "quoteAuthorization" not in said(world, "update")[-1]["object"]
    assert said(world, "unstamp")[0]["object"] == uri


def actors_account(session, world):
    return session.get(type(world.account), world.account.id)


def page():
    return quotes.Page(limit=5)


def note_uri(document):
    return document["interactingObject"]


async def test_a_quote_of_others_is_shown_with_a_stamp_and_not_without(world, ann, eve):
    await world.send(eve, eve.activity("Like", "https://art.test/x"))
    world.follow(eve.id)
    target, instrument = ann.serve_note(5), eve.note(1)
    await world.send(eve, eve.create(instrument | {"quote": target["id"]}))
    errands.run_due()
    row = world.row(Quote)
    assert (row.state, row.post.uri) == (QuoteState.PENDING, target["id"])
    uri = stamp(ann, 1, instrument["id"], target["id"])
    await world.send(eve, eve.activity("Update", instrument | {"quote": target["id"], "quoteAuthorization": uri}, 7))
    errands.run_due()
    assert state(world) == QuoteState.ACCEPTED

    await world.send(ann, ann.activity("Delete", uri, 9))
    assert state(world) == QuoteState.REVOKED


@pytest.mark.parametrize(
    "forged",
    ["elsewhere", "of another note", "for another post", "by another", "another kind", "not there"],
)
async def test_a_bad_stamp_lets_nobody_quote(world, ann, eve, forged):
    """Attack 25 of the list: a stamp on the quoter's server, for another note, not there (GHSA-q4g8)."""
    await world.send(eve, eve.activity("Like", "https://art.test/x"))
    world.follow(eve.id)
    target, instrument = ann.serve_note(5)["id"], eve.note(1)["id"]
    uri = {
        "elsewhere": lambda: stamp(eve, 1, instrument, target, attributedTo=ann.id),
        "of another note": lambda: stamp(ann, 1, f"{eve.id}/n/9", target),
        "for another post": lambda: stamp(ann, 1, instrument, f"{ann.id}/n/9"),
        "by another": lambda: stamp(ann, 1, instrument, target, attributedTo=f"{ann.id}x"),
        "another kind": lambda: stamp(ann, 1, instrument, target, type="Note"),
        "not there": lambda: f"{ann.id}/stamps/77",
    }[forged]()
    await world.send(eve, eve.create(eve.note(1, quote=target, quoteAuthorization=uri)))
    errands.run_due()
    assert state(world) in {QuoteState.REJECTED, QuoteState.PENDING}


async def test_a_quote_of_a_boost_quotes_nothing(world, ann, eve):
    await world.send(eve, eve.activity("Like", "https://art.test/x"))
    world.follow(eve.id)
    boost = {"@context": AS, **ann.activity("Announce", ann.serve_note(5)["id"], 3)}
    ann.origin.put(boost["id"].removeprefix(ann.origin.url("")), boost)
    await world.send(eve, eve.create(eve.note(1, quote=boost["id"])))
    errands.run_due()
    assert world.row(Quote).post_id is None


async def test_whoever_quotes_us_with_consent_is_kept_and_told_of(world, ann):
    post = world.post()
    with db.writing() as session:
        quotes.set_default(session, actors.by_uri(session, world.mira.uri), "public")
    quoting = ann.note(1, quote=post.uri)
    await world.send(ann, ann.activity("QuoteRequest", post.uri, 1, instrument=quoting))
    await world.send(ann, ann.create(quoting, 2))
    assert world.row(Post, Post.local.is_(False)).uri == quoting["id"], (
        "nobody follows ann: it concerns us all the same"
    )
    assert [(row.kind, row.post.uri) for row in world.rows(Notification)] == [(NotificationKind.QUOTE, quoting["id"])]
    assert world.row(Quote).instrument.uri == quoting["id"]

    changed = ann.note(1, quote=post.uri, content="<p>other words</p>", updated="2099-01-01T00:00:00Z")
    await world.send(ann, ann.activity("Update", changed, 3))
    assert state(world) == QuoteState.ACCEPTED

    await world.send(ann, ann.activity("Delete", quoting["id"], 4))
    assert world.rows(Quote) == []


async def test_whoever_does_not_ask_is_not_shown(world, ann, client):
    """Misskey's way, and whoever claims a stamp of ours that we never gave."""
    post = world.post()
    claimed = f"{world.mira.uri}/quote_authorizations/1"
    await world.send(ann, ann.create(ann.note(1, _misskey_quote=post.uri, quoteAuthorization=claimed)))
    assert state(world) == QuoteState.PENDING
    assert world.rows(Notification, Notification.kind == NotificationKind.QUOTE) == []
    with db.reading() as session:
        assert quotes.listed(session, actors_account(session, world), QuoteState.PENDING, page()) == []


async def test_asking_in_the_name_of_anothers_post_asks_for_nothing(world, ann, victim):
    """CVE-2026-33869: somebody on the same server asks first, so that the author's own request means nothing."""
    post = world.post()
    bob = victim.person("bob", 2).serve()
    quoting = ann.note(1, quote=post.uri)
    await world.send(bob, bob.activity("QuoteRequest", post.uri, 1, instrument=quoting["id"]))
    await world.send(ann, ann.create(quoting, 2))
    await world.send(ann, ann.activity("QuoteRequest", post.uri, 3, instrument=quoting["id"]))
    (row,) = world.rows(Quote)
    assert row.actor.uri == ann.id
    assert row.request_uri.startswith(ann.id)


async def test_an_edit_tells_whoever_quotes(world, ann, known):
    ours = quote(world, known)
    (request,) = said(world, "quote_request")
    await world.send(ann, ann.activity("Accept", request, 8, result=stamp(ann, 1, ours.uri, known.uri)))
    changed = ann.note(1, content="<p>quite other</p>", updated="2099-01-01T00:00:00Z", interactionPolicy=EVERYBODY)
    await world.send(ann, ann.activity("Update", changed, 9))
    assert [(row.kind, row.post.uri) for row in world.rows(Notification)] == [
        (NotificationKind.QUOTED_UPDATE, ours.uri)
    ]


async def test_a_withdrawn_post_quotes_nothing(world, known):
    ours = quote(world, known)
    with db.writing() as session:
        deletions.withdraw(session, session.get(Post, ours.id))
    assert world.rows(Quote) == []


async def test_an_edit_keeps_the_quote(world, known):
    ours = quote(world, known)
    with db.writing() as session:
        posts.edit(session, session.get(Post, ours.id), text="better words")
    update = said(world, "update")[-1]
    assert update["object"]["quote"] == known.uri
    assert update["object"]["content"].startswith('<p class="quote-inline">')


@pytest.mark.parametrize(
    "name", ["Create-Note-public-quote", "Update-Note-public-quote-approved", "GET-note-quote", "QuoteRequest"]
)
def test_real_quotes_of_mastodon_are_read(name):
    document = json.loads(json.loads((DOCUMENTS / f"{name}.json").read_text())["body"])
    inner = (
        next(document[part] for part in ("instrument", "object") if isinstance(document.get(part), dict))
        if (document["type"] != "Note")
        else document
    )
    values = note.from_document(inner, author_uri=inner["attributedTo"], followers_uri=None)
    assert values.quote.startswith("https://art.test/users/mira/posts/quote")
    assert (values.quote_authorization is not None) == ("quoteAuthorization" in inner)
    assert values.policies["quote"]["automatic"] == ["public"]


@pytest.mark.parametrize(
    "said_so",
    [
        {"quoteUrl": "https://a.example/n/1"},
        {"quoteUri": "https://a.example/n/1"},
        {"_misskey_quote": "https://a.example/n/1"},
        {"quote": {"id": "https://a.example/n/1", "type": "Note"}},
        {
            "tag": [
                {
                    "type": "Link",
                    "mediaType": 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
                    "href": "https://a.example/n/1",
                }
            ]
        },
    ],
)
def test_every_way_to_name_a_quote_is_read(said_so):
    document = {"id": "https://b.example/n/1", "type": "Note", "content": "x", **said_so}
    read = note.from_document(document, author_uri="https://b.example/u", followers_uri=None)
    assert read.quote == "https://a.example/n/1"
