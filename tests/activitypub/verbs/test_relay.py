"""Relays, Mastodon's way and LitePub's: asked, answered, fed, and believed in nothing but where to ask."""

import json

import pytest

from fedi import clock, db
from fedi.activitypub import asking, errands, expand
from fedi.cli import main
from fedi.models.account import Account
from fedi.models.errand import Errand
from fedi.models.inbox_message import Tombstone
from fedi.models.instance import DomainSeverity
from fedi.models.interaction import Boost
from fedi.models.outgoing import Delivery, Outgoing
from fedi.models.post import Post, Visibility
from fedi.models.relay import Relay
from fedi.services import accounts, actors, bookmarks, deletions, domains, interactions, posts
from fedi.services import errands as wanted
from fedi.tasks import upkeep
from tests.activitypub.verbs.test_follow import said
from tests.origins import PUBLIC

OURS = "https://art.test/actor"


@pytest.fixture(autouse=True)
def _budgets():
    asking.forget()


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as stop:
        main(["relay", *arguments])
    out = capsys.readouterr()
    return stop.value.code or 0, out.out, out.err


@pytest.fixture
def relay(evil):
    """A relay's actor, on a server of its own."""
    return evil.person("relay", 1).serve(type="Application")


def state(world):
    return [(row.state, row.actor.uri if row.actor else None) for row in world.rows(Relay)]


async def subscribed(world, relay, capsys, *, announces):
    """The relay took us; its inbox."""
    address = relay.id if announces else f"{relay.id}/inbox"
    assert run(capsys, "add", address)[0] == 0
    (follow,) = said(world, "relay_follow")
    await world.send(relay, relay.activity("Accept", follow, 50))
    return f"{relay.id}/inbox"


@pytest.mark.parametrize("announces", [False, True])
async def test_asking_and_leaving(world, relay, capsys, announces):
    address = relay.id if announces else f"{relay.id}/inbox"
    assert run(capsys, "add", address)[1] == f"{address} is asked\n"
    (follow,) = said(world, "relay_follow")
    assert (follow["type"], follow["actor"]) == ("Follow", OURS)
    assert follow["object"] == (relay.id if announces else PUBLIC)
    assert state(world) == [("requested", relay.id if announces else None)]
    assert run(capsys, "add", address)[0] == 1
    await world.send(relay, relay.activity("Accept", {"id": follow["id"], "type": "Follow"}, 50))
    assert state(world) == [("accepted", relay.id)]
    assert run(capsys, "list")[1] == f"accepted  {address}\n"
    assert run(capsys, "remove", address)[0] == 0
    (undo,) = said(world, "relay_undo")
    assert (undo["type"], undo["object"]["id"], undo["object"]["object"]) == ("Undo", follow["id"], follow["object"])
    assert json.loads(run(capsys, "list", "--json")[1]) == []
    assert run(capsys, "remove", address)[0] == 1


async def test_a_no_can_be_asked_again(world, relay, capsys):
    address = f"{relay.id}/inbox"
    run(capsys, "add", address)
    (follow,) = said(world, "relay_follow")
    await world.send(relay, relay.activity("Reject", follow["id"], 50))
    assert state(world)[0][0] == "rejected"
    assert run(capsys, "add", address)[0] == 0
    assert len(said(world, "relay_follow")) == 2


async def test_nobody_else_answers_for_a_relay(world, relay, ann, capsys):
    run(capsys, "add", f"{relay.id}/inbox")
    (follow,) = said(world, "relay_follow")
    await world.send(ann, ann.activity("Accept", follow, 50))
    assert state(world) == [("requested", None)]


@pytest.mark.parametrize("address", ["relay.example", "ftp://relay.example/inbox", "", "http://art.test/inbox"])
def test_mistakes_are_one_line(world, capsys, address):
    code, _, err = run(capsys, "add", address)
    assert code in {1, 2}
    assert len(err.strip().splitlines()) == 1
    assert world.rows(Relay) == []


async def test_a_relay_that_follows_back_is_let_in_and_nobody_else(world, relay, ann, capsys):
    run(capsys, "add", relay.id)
    await world.send(relay, relay.activity("Follow", OURS, 51), path="/actor/inbox")
    await world.send(ann, ann.activity("Follow", OURS, 52), path="/actor/inbox")
    assert [each["object"]["actor"] for each in said(world, "accept")] == [relay.id]
    assert [each["object"]["actor"] for each in said(world, "reject")] == [ann.id]


def lines(inbox):
    """The types of what stands in line for an inbox, or stood, oldest first."""
    expand.expand_due()
    with db.reading() as session:
        rows = session.query(Delivery).filter(Delivery.inbox == inbox).order_by(Delivery.id).all()
        return [json.loads(session.get_one(Outgoing, row.outgoing_id).body)["type"] for row in rows]


async def test_what_is_for_everybody_goes_out_and_nothing_else(world, relay, capsys):
    inbox = await subscribed(world, relay, capsys, announces=False)
    post = world.post("for everybody")
    for hidden in (Visibility.UNLISTED, Visibility.FOLLOWERS, Visibility.DIRECT):
        world.post("not for relays", visibility=hidden)
    world.set(discoverable=False)
    world.post("by somebody who does not want to be found")
    assert lines(inbox) == ["Follow", "Create"]
    with db.writing() as session:
        posts.edit(session, session.get(Post, post.id), text="better")
    with db.writing() as session:
        deletions.withdraw(session, session.get(Post, post.id))
    assert lines(inbox)[-1] == "Delete"


async def test_litepub_gets_announces_of_the_instance(world, relay, capsys):
    inbox = await subscribed(world, relay, capsys, announces=True)
    post = world.post("for everybody")
    world.post("not for relays", visibility=Visibility.UNLISTED)
    (announce,) = said(world, "relay_announce")
    assert (announce["actor"], announce["object"], announce["to"]) == (OURS, post.uri, [PUBLIC])
    assert lines(inbox) == ["Follow", "Announce"]
    with db.writing() as session:
        deletions.withdraw(session, session.get(Post, post.id))
    assert lines(inbox)[-1] == "Delete"


async def test_an_announce_by_a_relay_brings_a_post_and_is_no_boost(world, relay, ann, capsys):
    await subscribed(world, relay, capsys, announces=True)
    note = ann.serve_note(5)
    await world.send(relay, relay.activity("Announce", note["id"], 60, to=[PUBLIC]))
    errands.run_due()
    (post,) = world.rows(Post)
    assert (post.uri, post.actor.uri) == (note["id"], ann.id)
    assert world.rows(Boost) == []
    asked = len(ann.origin.asked)
    await world.send(relay, relay.activity("Announce", note["id"], 61, to=[PUBLIC]))
    errands.run_due()
    assert len(ann.origin.asked) == asked, "what is known is not asked for again"
    public = json.loads(await (await world.client.get("/api/v1/timelines/public")).get_data())
    assert [each["uri"] for each in public] == [note["id"]]


@pytest.mark.parametrize("inside", [{}, {"signature": {"type": "RsaSignature2017"}}, {"proof": {"type": "forged"}}])
async def test_a_create_that_a_relay_brings_is_asked_for_at_its_origin(world, relay, ann, capsys, inside):
    """What stands in it counts nothing, as the relay could have written it; many servers sign nothing inside."""
    await subscribed(world, relay, capsys, announces=False)
    note = ann.serve_note(5)
    brought = ann.create(note | {"content": "<p>forged</p>"}, 7) | inside
    for _ in range(2):
        assert await world.send(relay, brought) == 202
        errands.run_due()
    (post,) = world.rows(Post)
    assert "note 5" in post.content
    assert ann.origin.paths().count("/u/ann/n/5") == 1


async def test_a_delete_that_a_relay_brings_counts_only_with_a_proof(world, relay, ann, capsys):
    await subscribed(world, relay, capsys, announces=False)
    note = ann.serve_note(5)
    await world.send(relay, ann.create(note, 7))
    errands.run_due()
    assert await world.send(relay, ann.activity("Delete", note["id"], 8)) == 202
    assert [post.state for post in world.rows(Post)] == ["published"]


async def test_people_of_a_limited_server_are_kept_but_not_shown(world, relay, ann, capsys):
    await subscribed(world, relay, capsys, announces=True)
    with db.writing() as session:
        domains.set_rule(session, ann.origin.host, DomainSeverity.LIMIT)
    await world.send(relay, relay.activity("Announce", ann.serve_note(5)["id"], 60, to=[PUBLIC]))
    errands.run_due()
    assert len(world.rows(Post)) == 1
    assert json.loads(await (await world.client.get("/api/v1/timelines/public")).get_data()) == []


@pytest.mark.parametrize("announces", [False, True])
async def test_a_relay_hears_that_an_artist_left(world, relay, capsys, announces):
    inbox = await subscribed(world, relay, capsys, announces=announces)
    world.post("for everybody")
    lines(inbox)
    with db.writing() as session:
        accounts.leave(session, session.get(Account, world.account.id))
    assert lines(inbox)[-1] == "Delete"


async def test_a_relay_that_nobody_asked_brings_nothing(world, relay, ann):
    note = ann.serve_note(5)
    await world.send(relay, relay.activity("Announce", note["id"], 60, to=[PUBLIC]))
    await world.send(relay, ann.create(note, 7) | {"signature": {"type": "RsaSignature2017"}})
    assert await world.send(relay, ann.create(note, 8)) == 401
    errands.run_due()
    assert world.rows(Post) == []
    assert world.rows(Errand) == []


async def test_a_relay_that_said_no_later_brings_nothing_more(world, relay, ann, capsys):
    await subscribed(world, relay, capsys, announces=True)
    (follow,) = said(world, "relay_follow")
    await world.send(relay, relay.activity("Reject", follow, 70))
    await world.send(relay, relay.activity("Announce", ann.serve_note(5)["id"], 60, to=[PUBLIC]))
    errands.run_due()
    assert world.rows(Post) == []


async def test_rules_hold_for_what_a_relay_brings(world, relay, ann, capsys):
    await subscribed(world, relay, capsys, announces=True)
    with db.writing() as session:
        domains.set_rule(session, ann.origin.host, DomainSeverity.BLOCK)
    await world.send(relay, relay.activity("Announce", ann.serve_note(5)["id"], 60, to=[PUBLIC]))
    ours = world.post("our own, which a relay sends back")
    await world.send(relay, relay.activity("Announce", ours.uri, 61, to=[PUBLIC]))
    await world.send(relay, relay.activity("Announce", "garbage", 62, to=[PUBLIC]))
    errands.run_due()
    assert [post.uri for post in world.rows(Post)] == [ours.uri]
    assert world.rows(Boost) == []


async def test_a_relay_that_names_more_than_can_be_asked_for_is_let_go(world, relay, ann, capsys, monkeypatch):
    await subscribed(world, relay, capsys, announces=True)
    monkeypatch.setattr(wanted, "MAX_HINTED", 2)
    for number in range(5):
        await world.send(relay, relay.activity("Announce", ann.serve_note(number)["id"], 60 + number, to=[PUBLIC]))
    assert len(world.rows(Errand)) == 2
    errands.run_due()
    await world.send(relay, relay.activity("Announce", ann.serve_note(9)["id"], 70, to=[PUBLIC]))
    assert len(world.rows(Errand)) == 3


async def test_what_a_relay_brought_is_forgotten_unless_it_matters_to_somebody(world, ann, relay, capsys, monkeypatch):
    await subscribed(world, relay, capsys, announces=False)
    reasons = ["nobody", "liked", "boosted", "bookmarked", "answered", "new"]
    uris = {name: ann.serve_note(number)["id"] for number, name in enumerate(reasons, 1)}
    now = clock.timestamp()
    for number, uri in enumerate(uris.values(), 1):
        with clock.frozen(now - (29 if number == 6 else 31) * 86_400):
            await world.send(relay, relay.activity("Announce", uri, 100 + number))
            errands.run_due()
    by_uri = {post.uri: post.id for post in world.rows(Post, Post.local.is_(False))}
    assert set(by_uri) == set(uris.values())
    assert all(post.relayed_at for post in world.rows(Post, Post.local.is_(False)))
    with db.writing() as session:
        mira = actors.by_uri(session, world.mira.uri)
        known = {name: session.get_one(Post, by_uri[uri]) for name, uri in uris.items()}
        interactions.like(session, mira, known["liked"])
        interactions.boost(session, mira, known["boosted"])
        bookmarks.add(session, session.get_one(Account, world.account.id), known["bookmarked"])
        posts.compose(session, author=mira, text="yes", in_reply_to=known["answered"])
    monkeypatch.setattr(upkeep, "_pruned_at", 0.0)
    upkeep.sweep_once()
    left = {post.uri for post in world.rows(Post, Post.local.is_(False))}
    assert left == set(uris.values()) - {uris["nobody"]}
    with db.reading() as session:
        assert session.query(Tombstone).count() == 0
    await world.send(relay, relay.activity("Announce", uris["nobody"], 200))
    asking.forget()
    errands.run_due()
    assert uris["nobody"] in {post.uri for post in world.rows(Post)}


async def test_what_the_followed_say_is_kept_however_it_came(world, ann, relay, capsys, monkeypatch):
    await subscribed(world, relay, capsys, announces=False)
    with clock.frozen(clock.timestamp() - 31 * 86_400):
        await world.send(relay, relay.activity("Announce", ann.serve_note()["id"], 100))
        errands.run_due()
    world.follow(ann.id)
    monkeypatch.setattr(upkeep, "_pruned_at", 0.0)
    upkeep.sweep_once()
    assert len(world.rows(Post)) == 1
