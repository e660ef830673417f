"""Expanding outgoing rows into deliveries, on both databases."""

import hashlib
from base64 import b64encode
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select

from fedi import clock, config, db
from fedi.activitypub import expand, registry
from fedi.errors import NotFound, OurFault
from fedi.models.instance import DomainSeverity
from fedi.models.outgoing import Delivery, DeliveryState, Outgoing, OutgoingState
from fedi.services import domains
from tests import people

NOTE = "https://art.test/users/mira/posts/1"


@pytest.fixture(autouse=True)
def verbs(monkeypatch):
    """Documents that say nothing but their verb: the real verbs have tests of their own."""
    written = []

    def render(session, row):
        written.append(row.verb)
        return {"id": f"https://art.test/activities/{row.id}", "type": row.verb.title(), "object": row.object_uri}

    registry.find()
    for verb in ("create", "update", "delete", "like", "follow"):
        monkeypatch.setitem(registry.PUBLISHES, verb, render)
    return written


def inboxes(outgoing_id=None):
    with db.reading() as session:
        query = select(Delivery).order_by(Delivery.id)
        if outgoing_id is not None:
            query = query.where(Delivery.outgoing_id == outgoing_id)
        return {each.inbox: each for each in session.scalars(query)}


def state_of(id_):
    with db.reading() as session:
        row = session.get_one(Outgoing, id_)
        return row.state, row.reason


def test_hosts_with_many_inboxes_take_turns(house_on_each, verbs):
    mira = people.artist()
    for host in ("a.example", "b.example"):
        for name in ("ann", "bob", "cid"):
            people.follow(people.stranger(name, host, shared=False), mira)
    people.follow(people.stranger("dan", "c.example"), mira)
    people.say(mira, about=NOTE, followers=True)
    expand.expand_due()
    assert [row.host[0] for row in inboxes().values()] == ["a", "b", "c", "a", "b", "a", "b"]


def test_one_delivery_per_shared_inbox_and_the_document_written_once(house_on_each, verbs):
    mira = people.artist()
    for name in ("a", "b", "c"):
        people.follow(people.stranger(name, "big.example"), mira)
    people.follow(people.stranger("d", "small.example", shared=False), mira)
    people.stranger("nobody", "other.example")
    id_ = people.say(mira, about=NOTE, followers=True)

    assert expand.expand_due() == 1
    assert set(inboxes()) == {"https://big.example/inbox", "https://small.example/users/d/inbox"}
    assert verbs == ["create"]
    with db.reading() as session:
        row = session.get_one(Outgoing, id_)
        assert row.state == OutgoingState.EXPANDED
        assert orjson.loads(row.body)["object"] == NOTE
        assert row.digest == "SHA-256=" + b64encode(hashlib.sha256(row.body).digest()).decode()
        assert row.activity_uri == f"https://art.test/activities/{id_}"
    for each in inboxes().values():
        assert (each.state, each.attempts, each.object_uri) == (DeliveryState.QUEUED, 0, NOTE)
        assert each.host in {"big.example", "small.example"}
        assert abs(each.due_at - clock.now()) < timedelta(minutes=1)
    assert expand.expand_due() == 0
    assert len(inboxes()) == 2


def test_what_is_for_named_people_alone_goes_to_their_own_inbox(house_on_each):
    mira = people.artist()
    people.follow(people.stranger("a", "big.example"), mira)
    bob = people.stranger("bob", "big.example")
    people.say(mira, "like", about="https://big.example/notes/1", actors=[bob])
    expand.expand_due()
    assert set(inboxes()) == {bob.inbox}


def test_a_named_person_behind_the_followers_shared_inbox_is_reached_once(house_on_each):
    mira = people.artist()
    people.follow(people.stranger("a", "big.example"), mira)
    people.say(mira, about=NOTE, followers=True, actors=[people.stranger("bob", "big.example")])
    expand.expand_due()
    assert set(inboxes()) == {"https://big.example/inbox"}


def test_a_delete_reaches_everyone_who_ever_got_something_about_it(house_on_each):
    mira = people.artist()
    bob = people.stranger("bob", "once.example")
    people.say(mira, about=NOTE, actors=[bob])
    expand.expand_due()
    people.follow(people.stranger("new", "new.example"), mira)
    deleted = people.say(mira, "delete", about=NOTE, followers=True, earlier_recipients=True)
    expand.expand_due()
    assert set(inboxes(deleted)) == {bob.inbox, "https://new.example/inbox"}


def test_nothing_goes_to_blocked_domains_or_to_ourselves(house_on_each):
    mira = people.artist()
    people.follow(people.stranger("a", "bad.example"), mira)
    people.follow(people.stranger("b", "sub.worse.example"), mira)
    people.follow(people.stranger("c", "sly.example", inbox="https://art.test/inbox", shared=False), mira)
    people.follow(people.stranger("d", "good.example"), mira)
    with db.writing() as session:
        domains.set_rule(session, "worse.example", DomainSeverity.BLOCK)
        domains.set_rule(session, "bad.example", DomainSeverity.BLOCK)
    people.say(mira, about=NOTE, followers=True, actors=[people.stranger("e", "new.bad.example")])
    expand.expand_due()
    assert set(inboxes()) == {"https://good.example/inbox"}


def test_limited_federation_delivers_only_to_the_allowed(house_on_sqlite):
    mira = people.artist()
    for host in ("friend.example", "else.example"):
        people.follow(people.stranger("a", host), mira)
    with db.writing() as session:
        domains.set_rule(session, "friend.example", DomainSeverity.ALLOW)
    config.use(config.settings().model_copy(update={"federation": "limited"}))
    people.say(mira, about=NOTE, followers=True)
    expand.expand_due()
    assert set(inboxes()) == {"https://friend.example/inbox"}


def test_a_row_whose_subject_is_gone_is_given_up_with_the_reason(house_on_each, monkeypatch):
    def gone(session, row):
        raise NotFound("the post is gone")

    monkeypatch.setitem(registry.PUBLISHES, "update", gone)
    id_ = people.say(people.artist(), "update", about=NOTE, followers=True)
    assert expand.expand_due() == 1
    assert state_of(id_) == (OutgoingState.ABANDONED, "the post is gone")


def test_a_fault_of_ours_is_tried_again_and_given_up_in_the_end(house_on_each, monkeypatch):
    def broken(session, row):
        raise OurFault("not protected")

    monkeypatch.setitem(registry.PUBLISHES, "create", broken)
    id_ = people.say(people.artist(), about=NOTE, followers=True)
    moment, tries = clock.timestamp(), 0
    while state_of(id_)[0] == OutgoingState.PENDING:
        with clock.frozen(moment):
            tries += expand.expand_due()
        moment += 3600 * 4
    assert tries == expand.MAX_ATTEMPTS
    assert state_of(id_) == (OutgoingState.ABANDONED, "not protected")


def test_a_document_that_ends_the_process_does_not_hold_up_the_others(house_on_each, monkeypatch):
    def poison(session, row):
        raise ZeroDivisionError

    monkeypatch.setitem(registry.PUBLISHES, "create", poison)
    mira = people.artist()
    people.say(mira, about=NOTE, followers=True)
    with pytest.raises(ZeroDivisionError):
        expand.expand_due()
    people.say(mira, "like", about="https://a.example/1", actors=[people.stranger("a", "a.example")])
    assert expand.expand_due() == 1
    assert len(inboxes()) == 1


def test_activities_about_one_object_are_expanded_in_their_order(house_on_each):
    mira = people.artist()
    people.follow(people.stranger("a", "a.example"), mira)
    with clock.frozen(clock.timestamp() - 20):
        first = people.say(mira, about=NOTE, followers=True)
    with clock.frozen(clock.timestamp() - 10):
        second = people.say(mira, "update", about=NOTE, followers=True)
    expand.expand_due()
    with db.reading() as session:
        order = list(session.scalars(select(Delivery.outgoing_id).order_by(Delivery.id)))
    assert order == [first, second]


def test_a_delete_overtakes_what_has_not_left(house_on_each):
    mira = people.artist()
    people.follow(people.stranger("a", "a.example"), mira)
    with clock.frozen(clock.timestamp() - 30):
        created = people.say(mira, about=NOTE, followers=True)
        expand.expand_due()
    with clock.frozen(clock.timestamp() - 20):
        edited = people.say(mira, "update", about=NOTE, followers=True)
    deleted = people.say(mira, "delete", about=NOTE, followers=True, earlier_recipients=True)
    expand.expand_due()
    # The Update was never expanded or was dropped; the Create was queued and is dropped; only the Delete goes.
    with db.reading() as session:
        left = {row.outgoing_id: row.state for row in session.scalars(select(Delivery))}
    assert left[created] == DeliveryState.ABANDONED
    assert left.get(edited, DeliveryState.ABANDONED) == DeliveryState.ABANDONED
    assert left[deleted] == DeliveryState.QUEUED


def test_ten_thousand_followers_are_expanded_in_one_statement(house_on_sqlite):
    """Linear and fast: the audience is never read into Python."""
    from fedi.models.actor import Actor
    from fedi.models.follow import Follow, FollowState

    mira = people.artist()
    with db.writing() as session:
        rows = [
            {"uri": f"https://h{n}.example/u", "name": "u", "name_key": "u", "domain": f"h{n}.example",
             "domain_key": f"h{n}.example", "host": f"h{n}.example", "inbox": f"https://h{n}.example/u/inbox",
             "id": 10_000 + n}
            for n in range(10_000)
        ]  # fmt: skip
        session.execute(Actor.__table__.insert(), rows)
        session.execute(
            Follow.__table__.insert(),
            [
                {"id": 10_000 + n, "follower_id": 10_000 + n, "followee_id": mira.id, "state": FollowState.ACCEPTED}
                for n in range(10_000)
            ],
        )
    people.say(mira, about=NOTE, followers=True)
    expand.expand_due()
    with db.reading() as session:
        assert session.query(Delivery).count() == 10_000
