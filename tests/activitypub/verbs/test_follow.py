"""Follow and its answers, both ways."""

import json

import pytest
from sqlalchemy import select

from fedi import db
from fedi.activitypub import registry
from fedi.models.follow import Follow
from fedi.models.notification import Notification
from fedi.models.outgoing import Outgoing
from fedi.services import actors, blocks, follows

MIRA = "https://art.test/users/mira"


def said(world, verb):
    """The documents of our outgoing activities of a verb, oldest first."""
    with db.reading() as session:
        rows = session.scalars(select(Outgoing).where(Outgoing.verb == verb).order_by(Outgoing.id))
        return [registry.document(session, row) for row in rows]


async def test_a_follow_is_accepted_with_itself_embedded(world, ann):
    asked = ann.activity("Follow", MIRA)
    assert await world.send(ann, asked) == 202
    (answer,) = said(world, "accept")
    assert answer["type"] == "Accept"
    assert answer["actor"] == MIRA
    assert answer["to"] == [ann.id]
    assert answer["object"] == {name: asked[name] for name in ("id", "type", "actor", "object")}
    assert [row.kind for row in world.rows(Notification)] == ["follow"]


async def test_a_follow_again_is_accepted_again_and_counts_once(world, ann):
    await world.send(ann, ann.activity("Follow", MIRA))
    await world.send(ann, ann.activity("Follow", MIRA, 2))
    assert [row.uri for row in world.rows(Follow)] == [f"{ann.id}/follow/2"]
    assert [each["object"]["id"] for each in said(world, "accept")] == [f"{ann.id}/follow/1", f"{ann.id}/follow/2"]
    assert len(world.rows(Notification)) == 1


@pytest.mark.parametrize("number", [1, 2])
async def test_a_follow_that_was_said_twice_ends_by_either_id(world, ann, number):
    for each in (1, 2):
        await world.send(ann, ann.activity("Follow", MIRA, each))
    await world.send(ann, ann.activity("Undo", f"{ann.id}/follow/{number}"))
    assert world.row(Follow).state == "undone"


async def test_the_id_of_a_follow_that_is_over_ends_no_other(world, ann):
    await world.send(ann, ann.activity("Follow", MIRA, 1))
    await world.send(ann, ann.activity("Follow", MIRA, 2))
    await world.send(ann, ann.activity("Undo", f"{ann.id}/follow/2", 1))
    await world.send(ann, ann.activity("Follow", MIRA, 3))
    await world.send(ann, ann.activity("Undo", f"{ann.id}/follow/1", 2))
    assert world.row(Follow).state == "accepted"


async def test_a_locked_artist_is_asked(world, ann):
    world.set(locked=True)
    await world.send(ann, ann.activity("Follow", MIRA))
    row = world.row(Follow)
    assert row.state == "requested"
    assert said(world, "accept") == []
    assert [each.kind for each in world.rows(Notification)] == ["follow_request"]
    with db.writing() as session:
        follows.accept(session, session.get_one(Follow, row.id))
    assert len(said(world, "accept")) == 1
    assert [each.kind for each in world.rows(Notification)] == ["follow"]


async def test_no_says_reject(world, ann):
    world.set(locked=True)
    await world.send(ann, ann.activity("Follow", MIRA))
    with db.writing() as session:
        follows.reject(session, session.get_one(Follow, world.row(Follow).id))
    (answer,) = said(world, "reject")
    assert (answer["type"], answer["object"]["id"]) == ("Reject", f"{ann.id}/follow/1")


@pytest.mark.parametrize("form", ["embedded", "bare", "embedded without id"])
async def test_undo(world, ann, form):
    asked = ann.activity("Follow", MIRA)
    await world.send(ann, asked)
    inner = {"bare": asked["id"], "embedded": asked}.get(form, {k: v for k, v in asked.items() if k != "id"})
    await world.send(ann, ann.activity("Undo", inner))
    assert world.row(Follow).state == "undone"
    assert world.rows(Notification) == []


async def test_an_undo_that_overtakes_its_follow(world, ann):
    asked = ann.activity("Follow", MIRA)
    await world.send(ann, ann.activity("Undo", asked))
    await world.send(ann, asked)
    assert world.rows(Follow) == []


async def test_an_undo_that_overtakes_its_follow_by_one_who_followed_before(world, ann):
    first, second = (ann.activity("Follow", MIRA, number) for number in (1, 2))
    await world.send(ann, first)
    await world.send(ann, ann.activity("Undo", first, 1))
    await world.send(ann, ann.activity("Undo", second, 2))
    await world.send(ann, second)
    assert world.row(Follow).state == "undone"


async def test_a_blocked_follower_is_rejected(world, ann):
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    with db.writing() as session:
        me, other = actors.by_uri(session, MIRA), actors.by_uri(session, ann.id)
        blocks.block(session, me, other)
    await world.send(ann, ann.activity("Follow", MIRA))
    assert world.row(Follow).state == "rejected"
    assert said(world, "accept") == []
    assert len(said(world, "reject")) == 1


async def test_our_follow_waits_for_their_accept(world, ann):
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    with db.writing() as session:
        row = follows.request(session, actors.by_uri(session, MIRA), actors.by_uri(session, ann.id))
    (asked,) = said(world, "follow")
    assert row.state == "requested"
    assert asked == {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": row.uri,
        "type": "Follow",
        "actor": MIRA,
        "object": ann.id,
        "to": [ann.id],
    }
    await world.send(ann, ann.activity("Accept", asked))
    assert world.row(Follow).state == "accepted"
    await world.send(ann, ann.activity("Reject", asked))
    assert world.row(Follow).state == "rejected"


@pytest.mark.parametrize("form", ["bare id", "without id"])
async def test_accept_in_other_forms(world, ann, form):
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    with db.writing() as session:
        row = follows.request(session, actors.by_uri(session, MIRA), actors.by_uri(session, ann.id))
    inner = row.uri if form == "bare id" else {"type": "Follow", "actor": MIRA, "object": ann.id}
    await world.send(ann, ann.activity("Accept", inner))
    assert world.row(Follow).state == "accepted"


async def test_our_undo(world, ann):
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    world.follow(ann.id)
    with db.writing() as session:
        follows.undo(session, actors.by_uri(session, MIRA), actors.by_uri(session, ann.id))
    (answer,) = said(world, "undo")
    asked = said(world, "follow")[0]
    assert (answer["type"], answer["actor"], answer["to"]) == ("Undo", MIRA, [ann.id])
    assert answer["object"] == {name: asked[name] for name in ("id", "type", "actor", "object")}
    json.dumps(answer)


async def test_nobody_follows_the_instance(world, ann):
    await world.send(ann, ann.activity("Follow", "https://art.test/actor"), "/actor/inbox")
    assert world.row(Follow).state == "rejected"
    assert len(said(world, "reject")) == 1
