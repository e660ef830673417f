"""Quotes of our posts: asked for, allowed by the artist or her policy, stamped, revoked."""

import json
from pathlib import Path

import pytest

from fedi import db
from fedi.models.account import Account
from fedi.models.post import Post, Visibility
from fedi.models.quote import Quote
from fedi.services import blocks, quotes, stamps
from tests.activitypub.verbs.test_follow import said
from tests.origins import PUBLIC

AS_JSON = {"Accept": "application/activity+json"}


def asking(person, post, number=1, **changes):
    return person.activity("QuoteRequest", post.uri, number, instrument=person.note(number, quote=post.uri), **changes)


async def policy_of(client, post):
    answer = await client.get(post.uri.removeprefix("https://art.test"), headers=AS_JSON)
    return (await answer.get_json())["interactionPolicy"]["canQuote"]


async def test_by_default_everybody_may_ask_and_nobody_is_let_in(world, ann, client):
    post = world.post()
    assert await policy_of(client, post) == {"automaticApproval": [world.mira.uri], "manualApproval": [PUBLIC]}
    await world.send(ann, asking(ann, post))
    assert [row.state for row in world.rows(Quote)] == ["pending"]
    assert said(world, "request_answer") == []


async def test_a_yes_is_a_stamp_that_can_be_read_and_taken_back(world, ann, client):
    post = world.post()
    request = asking(ann, post)
    await world.send(ann, request)
    with db.writing() as session:
        stamps.allow(session, session.get_one(Quote, world.row(Quote).id))
    (accept,) = said(world, "request_answer")
    assert (accept["type"], accept["actor"], accept["to"]) == ("Accept", world.mira.uri, [ann.id])
    assert accept["object"]["id"] == request["id"]
    assert accept["object"]["instrument"] == f"{ann.id}/n/1"
    path = accept["result"].removeprefix("https://art.test")
    stamp = await client.get(path, headers=AS_JSON)
    assert stamp.status_code == 200
    document = await stamp.get_json()
    said_there = {
        "id": accept["result"],
        "type": "QuoteAuthorization",
        "attributedTo": world.mira.uri,
        "interactingObject": f"{ann.id}/n/1",
        "interactionTarget": post.uri,
    }
    assert said_there.items() <= {name: value for name, value in document.items() if isinstance(value, str)}.items()

    with db.writing() as session:
        stamps.revoke(session, session.get_one(Quote, world.row(Quote).id))
    (delete,) = said(world, "unstamp")
    assert (delete["type"], delete["object"]) == ("Delete", accept["result"])
    assert (await client.get(path, headers=AS_JSON)).status_code == 410
    await world.send(ann, asking(ann, post, id=f"{ann.id}/again"))
    assert said(world, "request_answer")[-1]["type"] == "Reject", "asking again brings nothing back"


async def test_stamps_that_were_never_given(world, ann, client):
    post = world.post()
    await world.send(ann, asking(ann, post))
    pending = stamps.uri(world.row(Quote)).removeprefix("https://art.test")
    for path in (pending, "/users/mira/quote_authorizations/1", "/users/nobody/quote_authorizations/1"):
        assert (await client.get(path, headers=AS_JSON)).status_code == 404


@pytest.mark.parametrize(
    ("policy", "follows", "answer"),
    [
        ("public", False, "Accept"),
        ("nobody", True, "Reject"),
        ("followers", False, "Reject"),
        ("followers", True, "Accept"),
    ],
)
async def test_policies_answer_by_themselves(world, ann, client, policy, follows, answer):
    if follows:
        await world.send(ann, ann.activity("Follow", world.mira.uri))
    with db.writing() as session:
        quotes.set_default(session, session.get_one(Account, world.account.id).actor, policy)
    post = world.post()
    shown = {"public": [PUBLIC], "nobody": [world.mira.uri], "followers": [f"{world.mira.uri}/followers"]}
    assert await policy_of(client, post) == {"automaticApproval": shown[policy]}
    await world.send(ann, asking(ann, post))
    (document,) = said(world, "request_answer")
    assert document["type"] == answer
    assert ("result" in document) == (answer == "Accept")


async def test_the_policy_of_one_post_goes_before_the_default(world, ann, client):
    post = world.post(quote_policy="public")
    with db.writing() as session:
        quotes.set_policy(session, session.get_one(Post, post.id), "nobody")
    assert await policy_of(client, post) == {"automaticApproval": [world.mira.uri]}
    assert said(world, "update")[-1]["object"]["id"] == post.uri


async def test_who_is_blocked_is_refused(world, ann):
    post = world.post(quote_policy="public")
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    with db.writing() as session:
        me = session.get_one(Account, world.account.id).actor
        blocks.block(session, me, world.actor(ann.id))
    await world.send(ann, asking(ann, post))
    assert [row.state for row in world.rows(Quote)] == ["rejected"]


@pytest.mark.parametrize("visibility", [Visibility.FOLLOWERS, Visibility.DIRECT])
async def test_what_is_not_for_everybody_is_not_quoted(world, ann, visibility):
    post = world.post("quiet", visibility=visibility, quote_policy="public")
    await world.send(ann, asking(ann, post))
    assert world.rows(Quote) == []
    assert world.message().state == "ignored"


async def test_garbage(world, ann, eve):
    post = world.post()
    for number, instrument in enumerate((None, 7, [], {}, "no address", "https://else.example/n/1"), 2):
        await world.send(ann, asking(ann, post, number) | {"instrument": instrument})
        assert world.message().state in {"refused", "ignored"}
    await world.send(ann, asking(ann, post))
    await world.send(eve, eve.activity("QuoteRequest", post.uri, instrument=f"{ann.id}/n/1"))
    assert [row.actor.uri for row in world.rows(Quote)] == [ann.id]


async def test_the_request_of_a_real_mastodon_is_understood(world, ann):
    kept = json.loads((Path(__file__).parents[2] / "documents/mastodon/QuoteRequest.json").read_text())
    request, post = json.loads(kept["body"]), world.post()
    there = request["actor"]
    text = json.dumps(request).replace(there, ann.id).replace(request["object"], post.uri)
    await world.send(ann, json.loads(text))
    assert [row.state for row in world.rows(Quote)] == ["pending"]
