"""Forwarding (ActivityPub section 7.1.2): answers to mira's posts go on to her followers, and what others forward to us."""

import json

import pytest

from fedi import db
from fedi.activitypub import asking, errands, expand, forwarding
from fedi.activitypub.protocol import proofs
from fedi.models.inbox_message import InboxMessage
from fedi.models.outgoing import Delivery, Outgoing
from fedi.models.post import Post
from fedi.services import actors, blocks, interactions
from tests.activitypub.test_receive import ED25519, proven
from tests.origins import PUBLIC

FOLLOWERS = "https://art.test/users/mira/followers"
SIGNED = {"signature": {"type": "RsaSignature2017", "creator": "x", "signatureValue": "eA=="}}


@pytest.fixture(autouse=True)
def _budgets():
    asking.forget()


@pytest.fixture
async def followed(world, ann, eve):
    """mira, whom ann at victim and eve at evil follow."""
    for person in (ann, eve):
        assert await world.send(person, person.activity("Follow", world.mira.uri)) == 202
    expand.expand_due()
    return world.post("a heron")


def sent(world):
    """(activity, inbox) of what was passed on."""
    expand.expand_due()
    rows = {row.id: json.loads(row.body) for row in world.rows(Outgoing, Outgoing.verb == "forward")}
    return [(rows[row.outgoing_id], row.inbox) for row in world.rows(Delivery) if row.outgoing_id in rows]


def answer(person, post, number=1, **changes):
    note = person.note(number, inReplyTo=post.uri, **changes)
    return person.create(note, number)


async def test_a_signed_answer_goes_to_the_followers_as_it_came(world, followed, ann, eve):
    said = answer(eve, followed) | SIGNED
    await world.send(eve, said)
    assert sent(world) == [(said, ann.origin.url("/inbox"))], "not back to where it came from, nothing of ours in it"
    await world.send(eve, said)
    assert len(sent(world)) == 1


async def test_a_proof_is_still_good_after_it_was_passed_on(world, followed, eve):
    said = proven(eve, answer(eve, followed, content="<p>ein Reiher 🪶 ü</p>", focus=[0.5, -1.0, 1e-7]))
    await world.send(eve, said)
    ((passed, _),) = sent(world)
    assert proofs.verify(passed, proofs.parse(passed), ED25519.public_key())
    passed["object"]["content"] = "<p>never said</p>"
    assert not proofs.verify(passed, proofs.parse(passed), ED25519.public_key())


async def test_an_answer_that_names_the_followers_goes_to_them_without_a_proof(world, followed, ann, eve):
    said = answer(eve, followed, to=[FOLLOWERS], cc=[world.mira.uri])
    await world.send(eve, said)
    assert [inbox for _, inbox in sent(world)] == [ann.origin.url("/inbox")]
    (row,) = world.rows(Outgoing, Outgoing.verb == "forward")
    assert "proof" not in json.loads(row.body)


@pytest.mark.parametrize("what", ["unproven", "direct", "no answer", "blocked", "limited", "large", "a vote"])
async def test_what_is_not_passed_on(world, followed, eve, what):
    said = answer(eve, followed) | SIGNED
    if what == "unproven":
        del said["signature"]
    if what == "direct":
        said = answer(eve, followed, to=[world.mira.uri], cc=[]) | SIGNED
    if what == "no answer":
        said = eve.create(eve.note(to=[PUBLIC], cc=[world.mira.uri])) | SIGNED
    if what in {"blocked", "limited"}:
        with db.writing() as session:
            me, other = actors.by_uri(session, world.mira.uri), actors.by_uri(session, eve.id)
            if what == "blocked":
                blocks.block(session, me, other)
            else:
                other.limited_at = other.fetched_at
    if what == "large":
        said["object"]["unknown"] = "x" * 140_000
    if what == "a vote":
        said["object"] |= {"name": "oil", "content": None}
    await world.send(eve, said)
    assert sent(world) == []


async def test_an_edit_and_the_end_of_an_answer_follow_it(world, followed, eve):
    await world.send(eve, answer(eve, followed) | SIGNED)
    edited = eve.note(inReplyTo=followed.uri, content="<p>better</p>", updated="2026-11-24T04:00:00Z")
    await world.send(eve, eve.activity("Update", edited) | SIGNED)
    await world.send(eve, eve.activity("Update", edited, 2) | SIGNED)
    await world.send(eve, eve.activity("Delete", edited["id"], to=[PUBLIC]) | SIGNED)
    assert [said["type"] for said, _ in sent(world)] == ["Create", "Update", "Delete"], "what changed nothing does not"
    assert [row.object_uri for row in world.rows(Outgoing, Outgoing.verb == "forward")] == [edited["id"]] * 3


async def test_the_end_of_what_was_boosted_here_goes_to_the_boosters_followers(world, followed, ann, eve):
    world.follow(eve.id)
    await world.send(eve, eve.create(eve.note(7)) | SIGNED)
    with db.writing() as session:
        post = session.query(Post).filter(Post.uri == eve.note(7)["id"]).one()
        interactions.boost(session, actors.by_uri(session, world.mira.uri), post)
    await world.send(eve, eve.activity("Delete", eve.note(7)["id"]) | SIGNED)
    assert [(said["type"], inbox) for said, inbox in sent(world)] == [("Delete", ann.origin.url("/inbox"))]


async def test_nobody_makes_us_pass_on_about_one_post_without_end(world, followed, eve):
    await world.send(eve, answer(eve, followed) | SIGNED)
    for number in range(25):
        at = f"2026-11-24T04:00:{number:02}Z"
        edited = eve.note(inReplyTo=followed.uri, content=f"<p>{number}</p>", updated=at)
        await world.send(eve, eve.activity("Update", edited, number) | SIGNED)
    assert len(sent(world)) == 20


async def test_nobody_makes_us_send_without_end(world, followed, eve, monkeypatch):
    monkeypatch.setattr(forwarding, "MAX_IN_HOUR", 3)
    for number in range(5):
        await world.send(eve, answer(eve, followed, number) | SIGNED)
    assert len(sent(world)) == 3


# --- what others forward to us ----------------------------------------------------------------------------------------


@pytest.fixture
async def thread(world, ann):
    """A post of ann's, whom mira follows."""
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    world.follow(ann.id)
    await world.send(ann, ann.create(ann.note(1)))
    return ann.note(1)["id"]


def uris(world):
    return {row.uri for row in world.rows(Post) if row.state == "published"}


async def test_a_forwarded_answer_is_asked_for_at_its_own_server(world, thread, ann, eve):
    note = eve.serve_note(3, inReplyTo=thread, content="<p>as it is there</p>")
    lie = {**note, "content": "<p>never said</p>"}
    assert await world.send(ann, eve.create(lie) | SIGNED) == 202
    errands.run_due()
    (post,) = world.rows(Post, Post.uri == note["id"])
    assert "as it is there" in post.content
    assert [row.kind for row in world.rows(InboxMessage)] == ["Like", "Create"]


@pytest.mark.parametrize(
    "what", ["by somebody else", "an answer to nothing known", "of another server", "an answer to us"]
)
async def test_a_forwarded_answer_that_is_nobodys_business(world, thread, ann, eve, victim, what):
    note = eve.serve_note(3, inReplyTo=thread)
    activity, by = eve.create(note) | SIGNED, ann
    if what == "by somebody else":
        by = eve.origin.person("zoe", 2).serve()
    if what == "an answer to nothing known":
        activity = eve.create(eve.serve_note(3, inReplyTo=thread + "9")) | SIGNED
    if what == "of another server":
        activity = ann.origin.person("bob", 2).activity("Create", note) | SIGNED
    if what == "an answer to us":
        activity = eve.create(eve.serve_note(3, inReplyTo=world.post().uri)) | SIGNED
    before = uris(world)
    assert await world.send(by, activity) == 202
    errands.run_due()
    assert uris(world) == before


async def test_a_forwarded_delete_is_believed_when_the_post_is_gone_from_its_server(world, thread, ann, eve):
    zoe = eve.origin.person("zoe", 2).serve()
    delete = ann.activity("Delete", thread) | SIGNED
    ann.serve_note(1)
    assert await world.send(zoe, delete) == 202
    errands.run_due()
    assert thread in uris(world), "it is still there, so it was not deleted"


@pytest.mark.parametrize("status", [404, 410])
async def test_a_forwarded_delete_takes_away_what_is_not_at_its_server(world, thread, ann, eve, status):
    ann.origin.remove("/u/ann/n/1", status)
    assert await world.send(eve, ann.activity("Delete", thread) | SIGNED) == 202
    errands.run_due()
    assert thread not in uris(world)


async def test_a_forwarded_update_is_read_at_its_server(world, thread, ann, eve):
    ann.serve_note(1, content="<p>changed</p>", updated="2026-11-24T04:00:00Z")
    lie = ann.note(1, content="<p>a lie</p>", updated="2026-11-25T04:00:00Z")
    assert await world.send(eve, ann.activity("Update", lie) | SIGNED) == 202
    errands.run_due()
    (post,) = world.rows(Post, Post.uri == thread)
    assert "changed" in post.content
