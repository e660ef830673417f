"""Move: followers come along when both accounts say so, once in 30 days."""

from datetime import timedelta

import pytest

from fedi import clock, db
from fedi.errors import BadRequest, NotAllowed
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.follow import Follow, FollowState
from fedi.services import accounts, actors, blocks, circles, moves, posts, privacy, relations
from tests.activitypub.verbs.test_follow import said


def leaving(person, target, number=1, **changes):
    return person.activity("Move", person.id, number) | {"target": target} | changes


@pytest.fixture
async def followed(world, ann):
    """ann, whom mira follows."""
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    world.follow(ann.id)
    return ann


def standing(world):
    with db.reading() as session:
        rows = session.query(Follow).filter(Follow.state.in_([FollowState.ACCEPTED, FollowState.REQUESTED]))
        return [session.get(Actor, row.followee_id).uri for row in rows]


async def test_followers_follow_the_new_account(world, followed, evil):
    new = evil.person("ann2", 2).serve(alsoKnownAs=[followed.id])
    assert await world.send(followed, leaving(followed, new.id)) == 202
    assert world.message().state == "processed"
    assert standing(world) == [new.id]
    assert [each["object"] for each in said(world, "follow")][-1] == new.id
    assert world.actor(followed.id).moved_to == new.id


async def test_an_alias_that_is_younger_than_what_we_know(world, followed, evil):
    new = evil.person("ann2", 2).serve()
    await world.send(new, new.activity("Like", "https://art.test/x"))
    assert world.actor(new.id).also_known_as == []
    new.serve(alsoKnownAs=[followed.id])
    await world.send(followed, leaving(followed, new.id))
    assert standing(world) == [new.id]


async def test_a_move_that_the_target_does_not_confirm(world, followed, evil):
    victim = evil.person("victim", 2).serve(alsoKnownAs=["https://else.example/u/1"])
    await world.send(followed, leaving(followed, victim.id))
    assert world.message().state == "ignored"
    assert standing(world) == [followed.id]
    assert world.actor(followed.id).moved_to is None


async def test_a_move_of_somebody_else(world, followed, eve):
    mine = eve.serve(alsoKnownAs=[followed.id])
    await world.send(eve, leaving(eve, mine.id, object=followed.id))
    assert world.message().state == "refused"
    assert standing(world) == [followed.id]


async def test_to_itself_or_nowhere(world, followed):
    for number, target in enumerate([followed.id, None, 7, []]):
        await world.send(followed, leaving(followed, target, number))
        assert world.message().state in {"refused", "ignored"}
    assert standing(world) == [followed.id]


async def test_once_in_thirty_days(world, followed, evil):
    first = evil.person("one", 2).serve(alsoKnownAs=[followed.id])
    second = evil.person("two", 3).serve(alsoKnownAs=[followed.id, first.id])
    await world.send(followed, leaving(followed, first.id))
    await world.send(followed, leaving(followed, second.id, 2))
    assert standing(world) == [first.id]
    assert world.message().reason == "it moved less than 30 days ago"


async def test_a_loop_ends(world, followed, evil):
    other = evil.person("other", 2).serve(alsoKnownAs=[followed.id])
    followed.serve(alsoKnownAs=[other.id])
    await world.send(followed, leaving(followed, other.id))
    await world.send(other, leaving(other, followed.id))
    assert standing(world) == [other.id], "who moved on cannot be moved to"


async def test_somebody_moves_here(world, ann, make_account):
    otto = make_account("otto")
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    with db.writing() as session:
        account = session.get_one(Account, otto.id)
        moves.add_alias(session, account, actors.by_uri(session, ann.id))
    world.follow(ann.id)
    await world.send(ann, leaving(ann, otto.actor.uri))
    assert standing(world) == [otto.actor.uri]
    assert said(world, "update")[-1]["object"]["alsoKnownAs"] == [ann.id]


async def test_leaving_for_another_server(world, ann):
    await world.send(ann, ann.activity("Follow", world.mira.uri))
    with db.writing() as session:
        account, target = session.get_one(Account, world.account.id), actors.by_uri(session, ann.id)
        with pytest.raises(BadRequest):
            moves.leave(session, account, target)
        target.also_known_as = [account.actor.uri]
        moves.leave(session, account, target)
    (move,) = said(world, "move")
    assert move["type"] == "Move"
    assert (move["actor"], move["object"], move["target"]) == (world.mira.uri, world.mira.uri, ann.id)
    assert move["to"] == [f"{world.mira.uri}/followers"]
    assert said(world, "update")[-1]["object"]["movedTo"] == ann.id
    with pytest.raises(NotAllowed):
        world.post("from a house I left")
    await world.send(ann, ann.activity("Follow", world.mira.uri, 2))
    assert said(world, "reject"), "who moved has no new followers"


async def test_staying_after_all(world, ann):
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    with db.writing() as session:
        account, target = session.get_one(Account, world.account.id), actors.by_uri(session, ann.id)
        target.also_known_as = [account.actor.uri]
        moves.leave(session, account, target)
        moves.stay(session, account)
    world.post("back again")
    with db.writing() as session:
        account, target = session.get_one(Account, world.account.id), actors.by_uri(session, ann.id)
        with pytest.raises(NotAllowed):
            moves.leave(session, account, target)
        account.actor.moved_at = clock.now() - timedelta(days=31)
        moves.leave(session, account, target)
        assert posts.pinned(session, account.actor) == []


async def test_what_people_keep_about_the_old_account_holds_for_the_new_one(world, followed, evil):
    new = evil.person("ann2", 2).serve(alsoKnownAs=[followed.id])
    with db.writing() as session:
        old, mira = actors.by_uri(session, followed.id), session.get(Actor, world.mira.id)
        account = session.query(Account).filter(Account.actor_id == mira.id).one()
        circle = circles.make(session, account, title="friends", policy="list", exclusive=False)
        circles.add(session, account, circle, [old])
        privacy.write_note(session, mira, old, "met at the fair")
        relations.mute(session, mira, old, notifications=False, seconds=3600)
        cleo = accounts.create(session, name="cleo", email="cleo@art.test", password_hash="x").actor
        blocks.block(session, cleo, old)
    assert await world.send(followed, leaving(followed, new.id)) == 202
    assert standing(world) == [new.id]
    with db.reading() as session:
        moved, mira, cleo = (actors.by_uri(session, uri) for uri in (new.id, world.mira.uri, cleo.uri))
        (mute,) = relations.muting(session, moved)
        assert (mute.actor_id, mute.notifications, mute.expires_at is not None) == (mira.id, False, True)
        assert relations.blocks(session, cleo.id, moved.id)
        assert not relations.blocks(session, mira.id, moved.id)
        assert privacy.notes(session, mira, [moved.id]) == {moved.id: "met at the fair"}
        account = session.query(Account).filter(Account.actor_id == mira.id).one()
        assert [row.title for row in circles.containing(session, account, moved)] == ["friends"]
