"""From row to effect: waiting, giving up, poison, crashes, and the order of what comes from one server."""

from datetime import timedelta

import pytest

from fedi import clock, db
from fedi.activitypub import processing, registry
from fedi.models.follow import Follow
from fedi.models.inbox_message import InboxMessage, Tombstone
from fedi.models.interaction import Boost, Like
from fedi.models.post import Post
from fedi.services import inbox
from tests.origins import PUBLIC

MIRA = "https://art.test/users/mira"


@pytest.fixture
async def followed(world, ann):
    await world.send(ann, ann.activity("Like", "https://art.test/x", 999))
    world.follow(ann.id)
    return ann


def at(world, **later):
    return clock.frozen((clock.now() + timedelta(**later)).timestamp())


async def test_an_origin_that_is_down_is_asked_again_later(world, followed, eve):
    eve.serve_note(1)
    good = dict(eve.origin.documents)
    eve.origin.put("/u/eve/n/1", b"", status=503)
    await world.send(followed, followed.activity("Announce", f"{eve.id}/n/1", to=[PUBLIC]))
    message = world.message()
    assert (message.state, message.attempts) == ("waiting", 1)
    assert timedelta(seconds=10) < message.due_at - clock.now() < timedelta(seconds=20)
    assert processing.process_due() == 0, "not before it is due"
    eve.origin.documents = good
    with at(world, seconds=30):
        processing.process_due()
    assert world.message().state == "processed"
    assert world.row(Post, Post.uri == f"{eve.id}/n/1") is not None


async def test_it_is_given_up(world, followed, eve):
    eve.origin.put("/u/eve/n/1", b"", status=503)
    await world.send(followed, followed.activity("Announce", f"{eve.id}/n/1", to=[PUBLIC]))
    for hours in range(1, 12):
        with at(world, hours=hours):
            processing.process_due()
    message = world.message()
    assert (message.state, message.attempts) == ("abandoned", inbox.MAX_ATTEMPTS)
    assert "503" in message.reason


async def test_poison_is_parked_and_stops_nobody(world, ann, monkeypatch):
    registry.find()

    def explode(session, incoming):
        raise RuntimeError("a bug")

    monkeypatch.setitem(registry.RECEIVES, "Listen", explode)
    await world.send(ann, ann.activity("Listen", MIRA), process=False)
    await world.send(ann, ann.activity("Follow", MIRA))
    assert world.row(Follow).state == "accepted"
    for hours in range(1, 6):
        with at(world, hours=hours):
            processing.process_due()
    poisoned = world.row(InboxMessage, InboxMessage.kind == "Listen")
    assert (poisoned.state, poisoned.reason) == ("parked", "RuntimeError: a bug")
    with db.writing() as session:
        inbox.retry(session, poisoned.id)
    monkeypatch.undo()
    with at(world, hours=9):
        processing.process_due()
    assert world.row(InboxMessage, InboxMessage.kind == "Listen").state == "ignored"


async def test_a_worker_that_died_is_taken_over(world, ann):
    await world.send(ann, ann.activity("Follow", MIRA), process=False)
    with db.writing() as session:
        assert len(inbox.claim(session)) == 1
    assert processing.process_due() == 0, "somebody holds it"
    with at(world, minutes=3):
        assert processing.process_due() == 1
    assert world.row(Follow).state == "accepted"


async def test_what_kills_its_workers_is_parked(world, ann):
    await world.send(ann, ann.activity("Follow", MIRA), process=False)
    for minutes in range(0, 30, 3):
        with at(world, minutes=minutes), db.writing() as session:
            inbox.claim(session)
    assert world.message().state == "parked"


async def test_one_server_keeps_its_order(world, ann, eve):
    for number in range(3):
        await world.send(ann, ann.activity("Follow", MIRA, number), process=False)
    with db.writing() as session:
        assert len(inbox.claim(session)) == 3
    await world.send(ann, ann.activity("Undo", f"{ann.id}/follow/2"), process=False)
    await world.send(eve, eve.activity("Follow", MIRA), process=False)
    with db.writing() as session:
        assert [row.actor_uri for row in inbox.claim(session)] == [eve.id], "ann's wait for ann's earlier ones"


async def test_a_batch_whose_lease_ran_out_has_no_effect(world, ann, eve):
    for each in (ann, eve):
        await world.send(each, each.activity("Follow", MIRA), process=False)
    with db.writing() as session:
        slow = inbox.claim(session)
    assert len(slow) == 2
    with at(world, minutes=3), db.writing() as session:
        assert len(inbox.claim(session)) == 1, "what may have crashed a worker comes alone"
    assert processing._process_together(slow) == slow
    assert world.rows(Follow) == []


async def test_an_effect_and_its_row_are_one(world, ann, monkeypatch):
    def lost(row, state, reason=None):
        raise RuntimeError("the row could not be moved")

    monkeypatch.setattr(inbox, "finish", lost)
    await world.send(ann, ann.activity("Follow", MIRA))
    assert world.rows(Follow) == []


async def test_work_per_activity_is_bounded(world, followed, monkeypatch):
    registry.find()

    def greedy(session, incoming):
        incoming.document(f"{followed.id}/n/{len(incoming.fetched)}")

    monkeypatch.setitem(registry.RECEIVES, "Listen", greedy)
    before = len(followed.origin.asked)
    await world.send(followed, followed.activity("Listen", MIRA))
    assert world.message().state == "ignored"
    assert len(followed.origin.asked) - before <= processing.MAX_FETCHES


async def test_a_stale_actor_is_asked_again(world, ann):
    await world.send(ann, ann.activity("Follow", MIRA))
    ann.serve(name="Ann the Second")
    with at(world, hours=30):
        await world.send(ann, ann.activity("Follow", MIRA, 2))
        assert world.actor(ann.id).display_name == "Ann the Second"
    ann.origin.put("/u/ann", b"", status=500)
    with at(world, hours=60):
        before = ann.origin.paths().count("/u/ann")
        for number in (3, 4):
            await world.send(ann, ann.activity("Follow", MIRA, number))
        assert world.message().state == "processed"
        assert ann.origin.paths().count("/u/ann") == before + 1


async def test_a_handle_that_nobody_confirms_is_of_its_own_host(world, ann):
    del ann.origin.documents[f"/.well-known/webfinger?resource=acct:ann@{ann.origin.host}"]
    await world.send(ann, ann.activity("Follow", MIRA))
    assert world.row(Follow).state == "accepted"
    assert world.actor(ann.id).domain == ann.origin.host


async def test_a_batch_keeps_the_order_of_a_server_when_one_has_to_ask(world, ann, victim):
    """The boost needs a document from elsewhere; ann's Undo of it, in the same batch, must not overtake it."""
    post = world.post()
    note = victim.person("bea", 3).serve().serve_note(7)
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    world.follow(ann.id)
    boost = ann.activity("Announce", note["id"])
    await world.send(ann, boost, process=False)
    await world.send(ann, ann.activity("Undo", boost, 2), process=False)
    await world.send(ann, ann.activity("Like", post.uri, 3), process=False)
    assert processing.process_due() == 3
    assert world.rows(Boost) == []
    assert len(world.rows(Like)) == 1
    assert [row.state for row in world.rows(InboxMessage)][-3:] == ["processed"] * 3


async def test_one_that_fails_in_a_batch_leaves_the_others_whole(world, ann, eve, monkeypatch):
    post = world.post()

    def broken(session, incoming):
        session.add(Tombstone(uri="https://half.example/", actor_uri="x"))
        session.flush()
        raise RuntimeError("a bug")

    for person in (ann, eve):
        await world.send(person, person.activity("Like", "https://art.test/x"))
    await world.send(eve, eve.activity("Flag", "https://art.test/users/mira", 2), process=False)
    await world.send(ann, ann.activity("Like", post.uri, 2), process=False)
    monkeypatch.setitem(registry.RECEIVES, "Flag", broken)
    processing.process_due()
    assert len(world.rows(Like)) == 1
    with db.reading() as session:
        assert session.get(Tombstone, "https://half.example/") is None, "nothing half written"
    assert max(row.state for row in world.rows(InboxMessage)) == "waiting"
