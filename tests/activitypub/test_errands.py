"""What is asked of other servers in the background: threads, works of the newly followed, and who follows whom."""

import hashlib
import json
from datetime import timedelta

import pytest

from fedi import clock, db
from fedi.activitypub import asking, delivery, errands, expand, follower_sync
from fedi.models.actor import Actor
from fedi.models.errand import Errand, ErrandKind
from fedi.models.follow import Follow
from fedi.models.instance import DomainSeverity
from fedi.models.notification import Notification
from fedi.models.outgoing import Outgoing
from fedi.models.post import Post, Visibility
from fedi.services import domains, follower_digests, tokens
from fedi.services import errands as rows
from tests import people
from tests.origins import AS
from tests.peers import Peers

MIRA = "https://art.test/users/mira"


@pytest.fixture(autouse=True)
def _budgets():
    asking.forget()


def remote(world):
    return {post.uri: post for post in world.rows(Post, Post.local.is_(False))}


def want(kind, uri, detail=""):
    with db.writing() as session:
        rows.put(session, kind, uri, detail=detail)
    return errands.run_due()


def collection(person, path, items, **more):
    """A collection with one page, at its address."""
    uri = person.origin.url(path)
    page = {"id": f"{uri}?page=1", "type": "CollectionPage", "partOf": uri, "items": items}
    person.origin.put(path, {"@context": AS, "id": uri, "type": "Collection", "first": page["id"]} | more)
    person.origin.put(f"{path}?page=1", {"@context": AS} | page)
    return uri


@pytest.fixture
async def followed(world, ann):
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    world.follow(ann.id)
    errands.run_due()
    with db.writing() as session:
        session.query(Errand).delete()
    ann.origin.asked.clear()
    return ann


# --- threads ----------------------------------------------------------------------------------------------------------


async def test_a_reply_brings_what_it_answers(world, followed, eve):
    """Up to the beginning, each from its own server, and nobody is notified."""
    eve.serve_note(1)
    first = eve.serve_note(2, inReplyTo=f"{eve.id}/n/1")
    await world.send(followed, followed.create(followed.note(9, inReplyTo=first["id"])))
    assert set(remote(world)) == {f"{followed.id}/n/9"}, "the inbox itself asks for nothing"
    assert errands.run_due() == 1
    found = remote(world)
    assert set(found) == {f"{followed.id}/n/9", f"{eve.id}/n/1", f"{eve.id}/n/2"}
    assert found[f"{followed.id}/n/9"].in_reply_to_id == found[f"{eve.id}/n/2"].id
    assert found[f"{eve.id}/n/2"].in_reply_to_id == found[f"{eve.id}/n/1"].id
    assert world.rows(Notification) == []
    assert errands.run_due() == 0


async def test_the_answers_of_a_post(world, followed, eve):
    """A server's list is only where to ask: what another server shall have said comes from there."""
    deeper = eve.serve_note(3, inReplyTo=f"{eve.id}/n/2")
    eve.serve_note(2, inReplyTo=f"{followed.id}/n/1", replies={"type": "Collection", "items": [deeper["id"]]})
    forged = eve.note(4, inReplyTo=f"{followed.id}/n/1", content="<p>forged</p>")
    elsewhere = eve.serve_note(5)
    own = followed.note(6, inReplyTo=f"{followed.id}/n/1", content="<p>embedded</p>")
    items = [f"{eve.id}/n/2", forged, elsewhere["id"], own, f"{eve.id}/n/404", 7, None]
    uri = collection(followed, "/u/ann/n/1/replies", items)
    note = followed.serve_note(1, replies=uri)
    await world.send(followed, followed.create(note))
    want(ErrandKind.THREAD, note["id"])
    found = remote(world)
    assert {note["id"], f"{eve.id}/n/2", f"{eve.id}/n/3", own["id"]} <= set(found)
    assert forged["id"] not in found
    assert found[f"{eve.id}/n/3"].in_reply_to_id == found[f"{eve.id}/n/2"].id


async def test_threads_without_an_end(world, followed, eve):
    """A collection that leads to itself, a chain of answers without a beginning: a bounded number of questions."""
    uri = followed.origin.url("/loop")
    loop = {"@context": AS, "id": uri, "type": "CollectionPage", "items": [], "next": uri}
    followed.origin.put("/loop", loop)
    for number in range(100):
        eve.serve_note(number, inReplyTo=f"{eve.id}/n/{number + 1}")
    note = followed.serve_note(1, replies=uri, inReplyTo=f"{eve.id}/n/0")
    await world.send(followed, followed.create(note))
    errands.run_due()
    asked = len(eve.origin.asked) + len(followed.origin.asked)
    assert asked <= asking.FETCHES + 5
    assert followed.origin.paths().count("/loop") == 1
    assert len(remote(world)) <= 40


async def test_a_budget_per_host_over_all_errands(world, followed, eve, monkeypatch):
    monkeypatch.setattr(asking, "PER_HOST", 3)
    for number in range(10):
        eve.serve_note(number)
        await world.send(followed, followed.create(followed.note(number, inReplyTo=f"{eve.id}/n/{number}"), number + 1))
    errands.run_due()
    assert len([path for path in eve.origin.paths() if "/n/" in path]) <= 3


async def test_nobody_asks_a_blocked_server(world, followed, eve):
    with db.writing() as session:
        domains.set_rule(session, eve.origin.address, severity=DomainSeverity.BLOCK)
    eve.serve_note(1)
    await world.send(followed, followed.create(followed.note(9, inReplyTo=f"{eve.id}/n/1")))
    errands.run_due()
    assert eve.origin.asked == []


async def test_opening_a_thread_asks_once_in_a_while(world, app, followed):
    from tests.web.pages.browsing import Browser

    note = followed.serve_note(1)
    await world.send(followed, followed.create(note))
    post = remote(world)[note["id"]]
    browser = Browser(app, world.account)
    path = f"/@ann@{followed.origin.host}/{post.id}"
    for _ in range(3):
        assert (await browser.get(path)).status == 200
    assert len(world.rows(Errand)) == 1
    assert errands.run_due() == 1
    await browser.get(path)
    assert errands.run_due() == 0
    with db.writing() as session:
        session.query(Errand).one().done_at = clock.now() - timedelta(hours=1)
    await browser.get(path)
    assert errands.run_due() == 1
    assert (await Browser(app).get(path)).status in {200, 404}, "a stranger's look asks nobody"
    assert errands.run_due() == 0


async def test_a_server_that_is_away_is_asked_three_times(world, followed):
    note = followed.note(1)
    await world.send(followed, followed.create(note))
    followed.origin.put("/u/ann/n/1", b"", status=503)
    assert want(ErrandKind.THREAD, note["id"]) == 1
    for _ in range(5):
        with db.writing() as session:
            session.query(Errand).one().due_at = clock.now()
        errands.run_due()
    (row,) = world.rows(Errand)
    assert (row.state, row.attempts) == ("done", 3)
    assert "503" in row.reason


# --- the works of somebody newly followed ------------------------------------------------------------------------------


async def test_the_last_works_come_when_we_follow(world, ann, eve):
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    creates = [
        ann.create(ann.note(number, published=f"2026-10-{number + 1:02}T00:00:00Z"), number) for number in range(25)
    ]
    private = ann.create(ann.note(90, to=[ann.followers], cc=[]), 90)
    foreign = ann.create(eve.note(91), 91)
    boost = ann.activity("Announce", f"{eve.id}/n/1", 92)
    collection(ann, "/u/ann/outbox", [private, foreign, boost, *reversed(creates)])
    pinned = ann.serve_note(3, published="2026-10-04T00:00:00Z")
    ann.origin.put("/u/ann/featured", {"@context": AS, "id": f"{ann.id}/featured", "type": "OrderedCollection", "orderedItems": [pinned["id"]]})  # fmt: skip
    world.follow(ann.id)
    assert errands.run_due() == 1
    found = remote(world)
    assert {f"{ann.id}/n/{number}" for number in range(6, 25)} <= set(found)
    assert not {f"{ann.id}/n/90", f"{eve.id}/n/91", f"{eve.id}/n/1"} & set(found)
    assert len(found) <= 21
    assert found[pinned["id"]].pinned_at is not None
    assert found[f"{ann.id}/n/24"].published_at.isoformat() == "2026-10-25T00:00:00+00:00"
    assert world.rows(Notification) == []


async def test_an_outbox_that_is_none(world, ann):
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    ann.origin.put("/u/ann/outbox", {"@context": AS, "id": f"{ann.id}/outbox", "type": "Note"})
    world.follow(ann.id)
    assert errands.run_due() == 1
    assert [row.state for row in world.rows(Errand)] == ["done"]


# --- follower synchronisation (FEP-8fcf) ------------------------------------------------------------------------------


def by_hand(uris):
    """The digest as the FEP says it, in another way than the product's."""
    mixed = bytes(32)
    for uri in uris:
        mixed = bytes(a ^ b for a, b in zip(mixed, hashlib.sha256(uri.encode()).digest(), strict=True))
    return mixed.hex()


def test_the_digest():
    """The example of FEP-8fcf."""
    uris = [
        "https://testing.example.org/users/1",
        "https://testing.example.org/users/2",
        "https://testing.example.org/users/3",
    ]
    assert follower_digests.digest(uris) == by_hand(uris)
    assert follower_digests.digest(reversed(uris)) == by_hand(uris)
    assert follower_digests.digest([]) == "0" * 64
    assert (
        follower_digests.digest(["https://testing.example.org/users/1"]) == hashlib.sha256(uris[0].encode()).hexdigest()
    )


async def test_what_is_for_followers_says_who_they_are(world):
    with Peers() as peers:
        peer = peers.start("127.0.0.31")
        for name in ("ann", "bob"):
            people.follow(people.stranger(name, peer.host, scheme="http"), world.mira)
        people.follow(people.stranger("eve", "other.example"), world.mira)
        world.post("for all")
        world.post("for followers", visibility=Visibility.FOLLOWERS)
        expand.expand_due()
        delivery.deliver_due()
        public, private = sorted(peer.got, key=lambda got: b"for followers" in got.body)
        assert public.header("Collection-Synchronization") is None
        said = private.header("Collection-Synchronization")
        digest = by_hand([f"http://{peer.host}/users/ann", f"http://{peer.host}/users/bob"])
        assert said == f'collectionId="{MIRA}/followers", digest="{digest}", url="{MIRA}/followers_synchronization"'
        private.verify(people.public_pem(world.mira))
        assert "collection-synchronization" in private.header("Signature")


async def test_a_server_is_told_of_its_own_followers_alone(world, ann, eve):
    for person in (ann, eve):
        await world.send(person, person.activity("Follow", MIRA))
    path = "/users/mira/followers_synchronization"
    accept = {"Accept": "application/activity+json"}
    assert (await world.client.get(path, headers=accept)).status_code == 401
    answer = await world.client.get(path, headers=accept | signed(ann, path))
    assert answer.status_code == 200
    assert json.loads(await answer.get_data())["orderedItems"] == [ann.id]
    assert answer.headers["Cache-Control"] == "private, no-store"


def signed(person, path):
    from fedi.activitypub.protocol import signatures

    return signatures.sign(person.private, person.key_id, "GET", f"https://art.test{path}")


async def deliver(world, person, said, number=1):
    activity = person.activity("Like", "https://art.test/x", number)
    body = json.dumps(activity).encode()
    headers = person.headers("/inbox", body) | {"Collection-Synchronization": said}
    assert await world.send(person, None, body=body, headers=headers) == 202


def claim(person, uris, *, collection_id="", url=""):
    url = url or f"{person.id}/sync"
    return f'collectionId="{collection_id or person.followers}", digest="{by_hand(uris)}", url="{url}"'


def serve_sync(person, uris):
    person.origin.put(f"/u/{person.name}/sync", {"@context": AS, "id": f"{person.id}/sync", "type": "OrderedCollection", "orderedItems": uris})  # fmt: skip


async def test_when_both_agree_nobody_asks(world, followed):
    await deliver(world, followed, claim(followed, [MIRA]), 5)
    assert world.rows(Errand) == []


async def test_a_follow_that_its_server_does_not_know_ends(world, followed):
    serve_sync(followed, [])
    await deliver(world, followed, claim(followed, []), 5)
    assert errands.run_due() == 1
    asked = dict(followed.origin.asked)["/u/ann/sync"]
    assert "Signature" in asked
    assert world.row(Follow).state == "undone"
    assert [row.verb for row in world.rows(Outgoing)][-1] == "undo"


async def test_a_follow_that_we_do_not_know_is_confirmed_or_disowned(world, followed, otto):
    serve_sync(
        followed, [MIRA, "https://art.test/users/otto", "https://art.test/users/nobody", "https://else.example/u"]
    )
    await deliver(world, followed, claim(followed, [MIRA, "https://art.test/users/otto"]), 5)
    assert errands.run_due() >= 1
    undo = [row for row in world.rows(Outgoing) if row.verb == "undo"]
    assert [(row.subject["follower"], row.subject["followee"]) for row in undo] == [
        ("https://art.test/users/otto", followed.id)
    ]
    with db.writing() as session:
        session.query(Errand).delete()
        row = session.query(Follow).join(Actor, Actor.id == Follow.follower_id).filter(Actor.name == "otto").one()
        session.delete(row)
        session.flush()
        session.add(
            Follow(follower_id=otto.actor_id, followee_id=world.actor(followed.id).id, uri="https://art.test/f")
        )
    await deliver(world, followed, claim(followed, [MIRA, "https://art.test/users/otto"]), 6)
    errands.run_due()
    assert {row.state for row in world.rows(Follow)} == {"accepted"}


@pytest.mark.parametrize("how", ["other collection", "other server", "garbage", "gone"])
async def test_claims_that_change_nothing(world, followed, eve, how):
    serve_sync(eve, [])
    said = {
        "other collection": claim(followed, [], collection_id=eve.followers),
        "other server": claim(followed, [], url=f"{eve.id}/sync"),
        "garbage": 'x="y' * 5000,
        "gone": claim(followed, []),
    }[how]
    await deliver(world, followed, said, 5)
    errands.run_due()
    assert world.row(Follow).state == "accepted"
    assert eve.origin.asked == []


async def test_somebody_elses_delivery_says_nothing_of_anns_followers(world, followed, eve):
    serve_sync(followed, [])
    await deliver(world, eve, claim(followed, []), 5)
    errands.run_due()
    assert world.row(Follow).state == "accepted"


# --- faults -----------------------------------------------------------------------------------------------------------


async def test_an_errand_that_ends_its_worker_is_given_up(world, followed):
    """`kill -9` in the middle, every time: three times, and no more."""
    with db.writing() as session:
        rows.put(session, ErrandKind.THREAD, f"{followed.id}/n/1")
    for _ in range(6):
        with db.writing() as session:
            rows.claim(session)
        with db.writing() as session:
            session.query(Errand).one().lease_until = clock.now() - timedelta(seconds=1)
    with db.writing() as session:
        assert rows.claim(session) is None
    (row,) = world.rows(Errand)
    assert (row.state, row.attempts) == ("done", 3)


async def test_pins_stay_when_their_list_cannot_be_read(world, followed):
    await world.send(followed, followed.create(followed.note(1), 2))
    with db.writing() as session:
        session.query(Post).filter(Post.local.is_(False)).one().pinned_at = clock.now()
    followed.origin.put("/u/ann/featured", b"<p>gone wrong</p>", kind="text/html")
    want(ErrandKind.WORKS, followed.id)
    assert remote(world)[f"{followed.id}/n/1"].pinned_at is not None
    empty = {"@context": AS, "id": f"{followed.id}/featured", "type": "OrderedCollection", "orderedItems": []}
    followed.origin.put("/u/ann/featured", empty)
    with db.writing() as session:
        session.query(Errand).delete()
    want(ErrandKind.WORKS, followed.id)
    assert remote(world)[f"{followed.id}/n/1"].pinned_at is None


async def test_ancestors_beyond_what_is_known(world, followed, eve):
    """A reply whose parent is here already, and whose grandparent is not."""
    eve.serve_note(1)
    middle = followed.note(2, inReplyTo=f"{eve.id}/n/1")
    await world.send(followed, followed.create(middle, 2))
    await world.send(followed, followed.create(followed.serve_note(3, inReplyTo=middle["id"]), 3))
    with db.writing() as session:
        session.query(Errand).delete()
    want(ErrandKind.THREAD, f"{followed.id}/n/3")
    assert f"{eve.id}/n/1" in remote(world)


async def test_a_long_list_of_followers_is_read_whole_or_not_at_all(world, followed, monkeypatch):
    """Nobody is unfollowed because a list was cut."""
    many = [f"https://art.test/users/nobody{number}" for number in range(1500)]
    serve_sync(followed, [*many, MIRA])
    await deliver(world, followed, claim(followed, []), 5)
    errands.run_due()
    assert world.row(Follow).state == "accepted"
    monkeypatch.setattr(follower_sync, "MAX_FOLLOWERS", 1000)
    with db.writing() as session:
        session.query(Errand).delete()
    await deliver(world, followed, claim(followed, []), 6)
    errands.run_due()
    assert world.row(Follow).state == "accepted"


async def test_an_actor_that_its_own_server_says_is_gone(world, followed):
    note = followed.note(1)
    await world.send(followed, followed.create(note, 2))
    with db.writing() as session:
        session.query(Actor).filter(Actor.uri == followed.id).one().fetched_at = clock.now() - timedelta(days=2)
    followed.origin.put("/u/ann", b"", status=410)
    await world.send(followed, followed.create(followed.note(2), 3))
    assert world.actor(followed.id).deleted_at is not None
    assert {post.state for post in remote(world).values()} == {"withdrawn"}


async def test_a_profile_that_somebody_looks_at_is_asked_for_anew(world, followed, app, victim):
    """Once an hour at most, only when it was not asked for a day, and only for people who are signed in."""
    actor = world.actor(followed.id)
    with db.writing() as session:
        session.get_one(Actor, actor.id).fetched_at = clock.now() - timedelta(days=2)
        token = tokens.issue(session, session.get(type(world.account), world.account.id), "read")
    followed.serve(name="Ann of the reeds")
    path = f"/api/v1/accounts/{actor.id}"
    await world.client.get(path)
    assert world.rows(Errand) == []
    await world.client.get(path, headers={"Authorization": f"Bearer {token}"})
    assert errands.run_due() == 1
    assert world.actor(followed.id).display_name == "Ann of the reeds"
    await world.client.get(path, headers={"Authorization": f"Bearer {token}"})
    assert errands.run_due() == 0


async def test_a_profile_that_is_gone_goes(world, followed, victim):
    victim.remove(f"/u/{followed.name}", status=410)
    want(ErrandKind.ACTOR, followed.id)
    assert world.actor(followed.id).deleted_at is not None


async def test_hashtags_on_a_profile_are_read_and_followed(world, followed):
    followed.serve(featuredTags=f"{followed.id}/tags")
    with db.writing() as session:
        session.get_one(Actor, world.actor(followed.id).id).featured_tags_uri = f"{followed.id}/tags"
    names = ["#Ink", "#heron", "no tag", "#" + "x" * 300, 7]
    items = [{"type": "Hashtag", "name": name, "href": f"{followed.id}/t/{n}"} for n, name in enumerate(names)]
    collection(followed, f"/u/{followed.name}/tags", [*items, "odd"])
    want(ErrandKind.WORKS, followed.id)

    async def shown():
        answer = await world.client.get(f"/api/v1/accounts/{world.actor(followed.id).id}/featured_tags")
        return [each["name"] for each in json.loads(await answer.get_data())]

    assert await shown() == ["Ink", "heron"]
    featured = f"{followed.id}/featured"
    for verb, name, target in (
        ("Add", "#Reed", featured),
        ("Add", "#ink", featured),
        ("Remove", "#heron", featured),
        ("Add", "#Moor", f"{followed.id}/elsewhere"),
        ("Add", "<b>", featured),
    ):
        said = {"type": "Hashtag", "name": name, "href": f"{followed.id}/t/x"}
        await world.send(followed, followed.activity(verb, said, id=None, target=target))
    assert await shown() == ["Ink", "Reed"]
