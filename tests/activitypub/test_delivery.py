"""The delivery engine against real servers on 127.0.0.x, on both databases; the schedule on a clock that is set."""

import itertools
import json
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy
from click.testing import CliRunner
from sqlalchemy import select

from fedi import clock, db
from fedi.activitypub import delivery, expand, registry, sending
from fedi.cli import queue as queue_command
from fedi.errors import NotFound
from fedi.models.follow import Follow
from fedi.models.instance import DomainSeverity
from fedi.models.outgoing import Delivery, DeliveryState, Host
from fedi.models.post import Post
from fedi.services import deliveries, domains, hosts, queue
from tests import people
from tests.peers import Peers

NOTE = "https://art.test/users/mira/posts/1"
DAY = 24 * 3600.0


@pytest.fixture(autouse=True)
def verbs(monkeypatch):
    def render(session, row):
        return {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"https://art.test/activities/{row.id}",
            "type": row.verb.title(),
            "actor": "https://art.test/users/mira",
            "object": row.object_uri,
        }

    registry.find()
    for verb in ("create", "update", "delete"):
        monkeypatch.setitem(registry.PUBLISHES, verb, render)


@pytest.fixture
def peers():
    with Peers() as made:
        yield made


@pytest.fixture
def mira(house_on_each):
    return people.artist()


@pytest.fixture
def quick_mira(house_on_sqlite):
    return people.artist()


def befriend(mira, peer, name="fan"):
    fan = people.stranger(name, peer.host, scheme="http")
    people.follow(fan, mira)
    return fan


def say(mira, verb="create", about=NOTE, **audience):
    id_ = people.say(mira, verb, about=about, **({"followers": True} | audience))
    expand.expand_due()
    return id_


def rows():
    with db.reading() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def only():
    (row,) = rows()
    return row


def host_row(name):
    with db.reading() as session:
        return session.get(Host, name)


def kinds(peer):
    return [got.json["type"] for got in peer.got]


def test_a_delivery_is_signed_posted_once_and_marked(mira, peers):
    peer = peers.start("127.0.0.2")
    befriend(mira, peer)
    id_ = say(mira)
    assert delivery.deliver_due() == 1
    (got,) = peer.got
    assert got.path == "/inbox"
    assert got.header("content-type") == "application/activity+json"
    assert got.header("user-agent").startswith("fedi/")
    assert got.json["id"] == f"https://art.test/activities/{id_}"
    pem = people.public_pem(mira)
    assert got.verify(pem).key_id == got.verify_by_hand(pem) == f"{mira.uri}#main-key"
    row = only()
    assert (row.state, row.last_status, row.attempts) == (DeliveryState.DELIVERED, 202, 1)
    assert row.delivered_at is not None
    assert host_row(peer.host).last_success_at is not None
    assert delivery.deliver_due() == 0
    assert len(peer.got) == 1


def test_all_hosts_get_the_same_bytes_and_none_more_than_four_at_once(mira, peers):
    started = [peers.start(f"127.0.0.{n}") for n in range(2, 12)]
    for peer in started:
        for n in range(3):
            befriend(mira, peer, f"fan{n}")
    for n in range(12):
        say(mira, about=f"{NOTE}{n}")
    assert delivery.deliver_due() == 120
    for peer in started:
        assert len(peer.got) == 12
        assert peer.most_at_once <= delivery.PER_HOST
        assert {got.body for got in peer.got} == {got.body for got in started[0].got}
    assert Counter(row.state for row in rows()) == {DeliveryState.DELIVERED: 120}


@pytest.mark.parametrize("status", [403, 404, 405, 410, 413, 422, 501])
def test_a_no_is_never_asked_again(quick_mira, peers, status):
    peer = peers.start("127.0.0.2", answers=[status])
    befriend(quick_mira, peer)
    say(quick_mira)
    delivery.deliver_due()
    row = only()
    assert (row.state, row.last_status) == (DeliveryState.REFUSED, status)
    with clock.frozen(clock.timestamp() + 30 * DAY):
        assert delivery.deliver_due() == 0
    assert len(peer.got) == 1
    assert host_row(peer.host).failures == 0  # a server that says no is alive


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 301])
def test_what_may_pass_is_tried_again(quick_mira, peers, status):
    peer = peers.start("127.0.0.2", answers=[status, 202])
    befriend(quick_mira, peer)
    say(quick_mira)
    now = clock.timestamp()
    with clock.frozen(now):
        delivery.deliver_due()
        row = only()
        assert (row.state, row.last_status, row.attempts) == (DeliveryState.WAITING, status, 1)
        assert 16 <= row.due_at.timestamp() - now <= 17
        assert delivery.deliver_due() == 0
    with clock.frozen(now + 17):
        assert delivery.deliver_due() == 1
    assert only().state == DeliveryState.DELIVERED


def test_retry_after_is_kept_to(quick_mira, peers):
    peer = peers.start("127.0.0.2", answers=[(429, {"Retry-After": "900"}), 202])
    befriend(quick_mira, peer)
    say(quick_mira)
    say(quick_mira, about=NOTE + "2")
    now = clock.timestamp()
    with clock.frozen(now):
        delivery.deliver_due()
    after_first = len(peer.got)
    assert after_first <= 2
    with clock.frozen(now + 800):
        assert delivery.deliver_due() == 0
    with clock.frozen(now + 901):
        delivery.deliver_due()
    assert {row.state for row in rows()} == {DeliveryState.DELIVERED}


def test_the_schedule_is_n_to_the_fourth_and_ends_after_seven_days(quick_mira, peers):
    peer = peers.start("127.0.0.2", answers=[503])
    befriend(quick_mira, peer)
    start = now = clock.timestamp()
    with clock.frozen(now):
        say(quick_mira)
    waits = []
    while only().state in deliveries.UNFINISHED:
        with clock.frozen(now):
            tried = delivery.deliver_due()
        row = only()
        if tried and row.state == DeliveryState.WAITING:
            waits.append(row.due_at.timestamp() - now)
        now = max(row.due_at.timestamp(), now + 1)
    row = only()
    assert row.state == DeliveryState.ABANDONED
    assert row.last_status == 503
    assert 6 * DAY < now - start < 8 * DAY
    for n, wait in enumerate(waits[:9], start=1):
        assert 15 + n**4 <= wait <= 15 + 1.5 * n**4 + 1
    assert max(waits[:-1]) <= 12 * 3600  # the last one: its host rests after seven bad days
    assert 15 <= len(peer.got) <= 40


@pytest.mark.slow
def test_a_dead_host_is_probed_once_per_half_hour_and_then_everything_goes_in_order(quick_mira, peers):
    peer = peers.start("127.0.0.2", answers=[503])
    befriend(quick_mira, peer)
    now = clock.timestamp()
    with clock.frozen(now):
        for n in range(30):
            say(quick_mira, about=f"{NOTE}{n}")
        say(quick_mira, "update", about=f"{NOTE}0")
        delivery.deliver_due()
    first = len(peer.got)
    assert hosts.TRIES <= first <= hosts.TRIES + delivery.PER_HOST
    with db.reading() as session:
        (shown,) = queue.status(session)["hosts"]
    assert shown["host"] == peer.host
    assert shown["state"] == "resting"
    assert shown["waiting"] == 31
    probes = []
    for minute in range(1, 24 * 60):
        with clock.frozen(now + 60 * minute):
            before = len(peer.got)
            delivery.deliver_due()
            probes += [minute] * (len(peer.got) - before)
    late = [minute for minute in probes if minute > 120]
    assert all(b - a >= 30 for a, b in itertools.pairwise(late))
    assert len(late) > 30
    peer.answers[:] = [202]
    seen = len(peer.got)
    with clock.frozen(now + DAY + 1800):
        delivery.deliver_due()
    assert {row.state for row in rows()} == {DeliveryState.DELIVERED}
    arrived = [got.json for got in peer.got[seen:]]
    about_first = [got["type"] for got in arrived if got["object"] == f"{NOTE}0"]
    assert about_first == ["Create", "Update"]
    assert len(arrived) == 31


def test_seven_bad_days_end_the_asking_until_the_host_is_heard_from(quick_mira, peers):
    peer = peers.start("127.0.0.2", answers=[503])
    befriend(quick_mira, peer)
    start = clock.timestamp()
    for day in range(hosts.BAD_DAYS):
        with clock.frozen(start + day * DAY):
            say(quick_mira, about=f"{NOTE}{day}")
            delivery.deliver_due()
    seen = len(peer.got)
    with clock.frozen(start + 7.5 * DAY):
        assert hosts.gone(host_row(peer.host))
        say(quick_mira, about=NOTE + "late")
        assert delivery.deliver_due() == 0
    with clock.frozen(start + 9 * DAY):
        peer.answers[:] = [202]
        with db.writing() as session:
            hosts.heard_from(session, {peer.host})
        delivery.deliver_due()
        assert len(peer.got) > seen
        assert rows()[-1].state == DeliveryState.DELIVERED
        assert host_row(peer.host).failures == 0


def test_rows_of_a_host_that_never_comes_back_are_given_up(quick_mira, peers):
    peer = peers.start("127.0.0.2", answers=[503])
    befriend(quick_mira, peer)
    start = clock.timestamp()
    for day in range(20):
        with clock.frozen(start + day * DAY):
            say(quick_mira, about=f"{NOTE}{day}")
            delivery.deliver_due()
    states = [row.state for row in rows()]
    assert states[:10] == [DeliveryState.ABANDONED] * 10
    assert all("seven days" in row.last_error or "503" in row.last_error for row in rows()[:10])


def test_an_unreadable_signature_is_tried_in_the_other_scheme_and_remembered(mira, peers):
    def modern_only(got):
        return 202 if got.header("signature-input") else 401

    peer = peers.start("127.0.0.2", answers=[modern_only])
    befriend(mira, peer)
    say(mira)
    delivery.deliver_due()
    assert only().state == DeliveryState.DELIVERED
    assert [bool(got.header("signature-input")) for got in peer.got] == [False, True]
    peer.got[1].verify(people.public_pem(mira))
    assert host_row(peer.host).signature_scheme == "rfc9421"
    say(mira, about=NOTE + "2")
    delivery.deliver_due()
    assert [bool(got.header("signature-input")) for got in peer.got] == [False, True, True]


def test_401_in_both_schemes_waits_and_400_is_a_no(quick_mira, peers):
    for address, status, state in (
        ("127.0.0.2", 401, DeliveryState.WAITING),
        ("127.0.0.3", 400, DeliveryState.REFUSED),
    ):
        befriend(quick_mira, peers.start(address, answers=[status]))
        say(quick_mira, about=NOTE + address)
        delivery.deliver_due()
        mine = [row for row in rows() if row.host.startswith(address)]
        assert mine[0].state == state
        assert mine[0].attempts == 1


def test_a_host_that_cannot_be_reached_or_resets_is_tried_again(quick_mira, peers):
    peer = peers.start("127.0.0.2")
    dead = peers.start("127.0.0.3")
    dead.port = 1  # nobody listens there
    befriend(quick_mira, peer)
    befriend(quick_mira, dead)
    say(quick_mira)
    delivery.deliver_due()
    states = {row.host: (row.state, row.last_status) for row in rows()}
    assert states == {peer.host: (DeliveryState.DELIVERED, 202), dead.host: (DeliveryState.WAITING, None)}


@pytest.mark.parametrize("inbox", ["https://10.1.2.3/inbox", "ftp://x.example/inbox", "https://[::1/inbox", "nonsense"])
def test_an_address_we_never_ask_is_refused_at_once(quick_mira, inbox):
    people.follow(people.stranger("x", "odd.example", inbox=inbox, shared=False), quick_mira)
    say(quick_mira)
    delivery.deliver_due()
    assert only().state == DeliveryState.REFUSED


def test_a_domain_blocked_after_expanding_gets_nothing(mira, peers):
    peer = peers.start("127.0.0.2")
    befriend(mira, peer)
    say(mira)
    with db.writing() as session:
        domains.set_rule(session, peer.host, DomainSeverity.BLOCK)
    assert delivery.deliver_due() == 0
    assert not peer.got
    assert only().state == DeliveryState.ABANDONED


def test_activities_about_one_object_arrive_in_order_even_when_the_first_fails(mira, peers):
    peer = peers.start("127.0.0.2", answers=[503, 202])
    befriend(mira, peer)
    now = clock.timestamp()
    with clock.frozen(now):
        say(mira)
    with clock.frozen(now + 1):
        say(mira, "update")
        delivery.deliver_due()
        assert kinds(peer) == ["Create"]
    with clock.frozen(now + 30):
        delivery.deliver_due()
    assert kinds(peer) == ["Create", "Create", "Update"]


def test_a_late_create_never_follows_its_delete(mira, peers):
    peer = peers.start("127.0.0.2", answers=[503, 202])
    befriend(mira, peer)
    now = clock.timestamp()
    with clock.frozen(now):
        say(mira)
        delivery.deliver_due()  # it may have arrived: the answer was 503
    with clock.frozen(now + 2):
        say(mira, "delete", earlier_recipients=True)
        delivery.deliver_due()
    with clock.frozen(now + 3 * DAY):
        delivery.deliver_due()
    assert kinds(peer) == ["Create", "Delete"]
    assert [row.state for row in rows()] == [DeliveryState.ABANDONED, DeliveryState.DELIVERED]
    with db.writing() as session:
        assert queue.retry(session) == 0  # what was overtaken is not sent again


def test_two_engines_at_once_send_nothing_twice(mira, peers):
    peer = peers.start("127.0.0.2")
    befriend(mira, peer)
    for n in range(40):
        say(mira, about=f"{NOTE}{n}")
    taken = []

    def claim():
        with db.writing() as session:
            taken.extend(
                each.id for each in deliveries.claim(session, limit=10, shares=deliveries.Shares({}, live={peer.host}))
            )

    with db.writing() as session:
        hosts.succeeded(session, peer.host)
    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 40


def test_a_lease_that_ran_out_is_claimed_again(mira, peers):
    peer = peers.start("127.0.0.2")
    befriend(mira, peer)
    say(mira)
    now = clock.timestamp()
    with clock.frozen(now), db.writing() as session:
        assert len(deliveries.claim(session, limit=5, shares=deliveries.Shares({}))) == 1  # and its worker dies
    with clock.frozen(now + 60):
        assert delivery.deliver_due() == 0
    with clock.frozen(now + deliveries.LEASE.total_seconds() + 1):
        assert delivery.deliver_due() == 1
    assert only().state == DeliveryState.DELIVERED


def test_a_result_that_comes_too_late_changes_nothing(mira):
    befriend_host = people.stranger("fan", "a.example")
    people.follow(befriend_host, mira)
    say(mira)
    now = clock.timestamp()
    with clock.frozen(now), db.writing() as session:
        (late,) = deliveries.claim(session, limit=5, shares=deliveries.Shares({}))
    with clock.frozen(now + deliveries.LEASE.total_seconds() + 1), db.writing() as session:
        (current,) = deliveries.claim(session, limit=5, shares=deliveries.Shares({}))
    with db.writing() as session:
        deliveries.record(session, [sending.judge(late, 503, scheme="cavage", retry_after=None)])
    assert only().state == DeliveryState.DELIVERING
    with db.writing() as session:
        deliveries.record(session, [sending.judge(current, 202, scheme="cavage", retry_after=None)])
    assert only().state == DeliveryState.DELIVERED


def test_the_poison_that_never_ends_is_given_up(quick_mira):
    people.follow(people.stranger("fan", "a.example"), quick_mira)
    say(quick_mira)
    now = clock.timestamp()
    for n in range(deliveries.MAX_UNFINISHED + 1):
        with clock.frozen(now + n * 400), db.writing() as session:
            claimed = deliveries.claim(session, limit=5, shares=deliveries.Shares({}))
    assert not claimed
    assert only().state == DeliveryState.ABANDONED


def test_hanging_hosts_use_at_most_a_quarter_of_the_slots(quick_mira, peers, monkeypatch):
    monkeypatch.setattr(delivery, "SLOTS", 8)
    monkeypatch.setattr(delivery, "SLOW_SLOTS", 2)
    started = [peers.start(f"127.0.0.{n}", hang=n >= 4) for n in range(2, 12)]
    for peer in started:
        befriend(quick_mira, peer)
    good, hanging = started[:2], started[2:]
    with db.writing() as session:
        for peer in good:
            hosts.succeeded(session, peer.host)
    for n in range(20):
        say(quick_mira, about=f"{NOTE}{n}")
    everything_good = threading.Event()

    def watch(got):
        if sum(len(peer.got) for peer in good) == 40:
            everything_good.set()
        return 202

    for peer in good:
        peer.answers[:] = [watch]
    worker = threading.Thread(target=delivery.deliver_due, daemon=True)
    worker.start()
    assert everything_good.wait(20)
    assert sum(len(peer.got) for peer in hanging) <= 2
    for peer in hanging:
        peer.hang = False
    peers.let_go()
    worker.join(60)
    assert not worker.is_alive()


def test_good_hosts_that_begin_to_hang_count_among_the_slow_soon(quick_mira, peers, monkeypatch):
    """However well they answered before: what they have on its way is slow, and the others go on."""
    for name, value in {"SLOTS": 12, "SLOW_SLOTS": 3, "SILENT_SLOTS": 9, "SLOW_SECONDS": 0.3, "TICK": 0.05}.items():
        monkeypatch.setattr(delivery, name, value)
    started = [peers.start(f"127.0.0.{n}", hang=n >= 4) for n in range(2, 8)]
    for peer in started:
        befriend(quick_mira, peer)
    good, hanging = started[:2], started[2:]
    with db.writing() as session:
        for peer in started:
            hosts.succeeded(session, peer.host)
    for n in range(30):
        say(quick_mira, about=f"{NOTE}{n}")
    worker = threading.Thread(target=delivery.deliver_due, daemon=True)
    worker.start()
    for peer in good:
        peers.wait_for(peer, 30)

    def held():
        (engine,) = delivery._running
        return engine._slow_sending, sum(engine._busy[peer.host] for peer in hanging)

    ends = time.monotonic() + 10
    while held()[0] != held()[1] and time.monotonic() < ends:
        threading.Event().wait(0.05)
    slow, on_their_way = held()
    assert slow == on_their_way > 0
    for peer in hanging:
        assert len(peer.got) <= delivery.PER_SILENT_HOST, "nothing new begins at a host that hangs"
        peer.hang = False
    peers.let_go()
    worker.join(60)
    assert not worker.is_alive()
    assert {row.state for row in rows()} == {DeliveryState.DELIVERED}


def test_a_second_call_wakes_the_engine_that_runs(quick_mira, peers):
    slow, fast = peers.start("127.0.0.2", hang=True), peers.start("127.0.0.3")
    bob = befriend(quick_mira, slow)
    say(quick_mira, followers=False, actors=[bob])
    worker = threading.Thread(target=delivery.deliver_due, daemon=True)
    worker.start()
    peers.wait_for(slow, 1)
    ann = people.stranger("ann", fast.host, scheme="http")
    say(quick_mira, about=NOTE + "2", followers=False, actors=[ann])
    assert delivery.deliver_due() == 0  # the other call does it
    peers.wait_for(fast, 1)
    peers.let_go()
    worker.join(60)
    assert not worker.is_alive()
    assert {row.host: row.state for row in rows()}[fast.host] == DeliveryState.DELIVERED


def test_the_queue_commands_tell_and_try_again(house_on_sqlite, peers):
    mira = people.artist()
    peer = peers.start("127.0.0.2", answers=[503])
    befriend(mira, peer)
    say(mira)
    delivery.deliver_due()
    shown = CliRunner().invoke(queue_command.queue, ["status", "--json"], catch_exceptions=False)
    report = json.loads(shown.output)
    assert set(report) == {"deliveries", "inbox", "media", "oldest_due_s", "hosts"}
    assert report["deliveries"] == {"waiting": 1}
    assert report["hosts"][0]["host"] == peer.host
    assert report["hosts"][0]["waiting"] == 1
    assert report["hosts"][0]["state"] == "failing"
    plain = CliRunner().invoke(queue_command.queue, ["status"], catch_exceptions=False).output
    assert f"{peer.host}: failing, 1 waiting" in plain
    with clock.frozen(clock.timestamp() + 10 * DAY):
        delivery.deliver_due()
        assert only().state == DeliveryState.ABANDONED
        peer.answers[:] = [202]
        said = CliRunner().invoke(queue_command.queue, ["retry"], catch_exceptions=False).output
        assert said.startswith("1 deliver")
        assert delivery.deliver_due() == 1
    assert only().state == DeliveryState.DELIVERED


def test_the_artist_sees_which_servers_have_a_post(mira, peers):
    good, bad = peers.start("127.0.0.2"), peers.start("127.0.0.3", answers=[503])
    for peer in (good, bad):
        befriend(mira, peer)
    with db.writing() as session:
        post = Post(uri=NOTE, actor_id=mira.id, local=True)
        session.add(post)
    say(mira)
    delivery.deliver_due()
    with db.reading() as session:
        sent = queue.deliveries_of(session, session.get_one(Post, post.id))
    assert {each.host: (each.verb, each.state, each.last_status) for each in sent} == {
        good.host: ("create", DeliveryState.DELIVERED, 202),
        bad.host: ("create", DeliveryState.WAITING, 503),
    }


def test_the_longest_wait_is_half_a_day():
    assert deliveries.wait_after(1) <= timedelta(seconds=17)
    assert deliveries.wait_after(100) == timedelta(hours=12)


def test_an_inbox_that_is_gone_loses_its_follower(mira, peers):
    """410 is for good; a 404 may be a mistake, and a neighbour stays."""
    peer = peers.start("127.0.0.25", answers=[410])
    fan = people.stranger("fan", peer.host, scheme="http", shared=False)
    other = people.stranger("other", "else.example", shared=False)
    for each in (fan, other):
        people.follow(each, mira)
    say(mira)
    delivery.deliver_due(1)
    with db.reading() as session:
        states = {row.follower_id: row.state for row in session.query(Follow)}
    assert states == {fan.id: "undone", other.id: "accepted"}


def test_a_database_that_is_away_for_a_moment_costs_no_second_post(quick_mira, peers, monkeypatch):
    """What was sent is written down once the database is back; nothing new is claimed meanwhile."""
    peer = peers.start("127.0.0.26")
    befriend(quick_mira, peer)
    say(quick_mira)
    real, failures = deliveries.record, iter([True, True, False])

    def record(session, results):
        if next(failures, False):
            raise sqlalchemy.exc.OperationalError("UPDATE", {}, Exception("the server closed the connection"))
        real(session, results)

    monkeypatch.setattr(deliveries, "record", record)
    monkeypatch.setattr(delivery, "RECORD_AGAIN", 0.01)
    assert delivery.deliver_due() == 1
    assert only().state == "delivered"
    assert len(peer.got) == 1
    say(quick_mira, about=f"{NOTE}2")

    def claim(*_, **__):
        raise sqlalchemy.exc.OperationalError("SELECT", {}, Exception("the server is starting up"))

    monkeypatch.setattr(deliveries, "claim", claim)
    assert delivery.deliver_due() == 0


def test_one_activity_that_cannot_be_sent_holds_up_no_other(quick_mira, peers, monkeypatch):
    """Its post is gone with its author's account, or its key was made with another secret."""
    peer = peers.start("127.0.0.27")
    befriend(quick_mira, peer)
    bad, good = say(quick_mira, about=NOTE), say(quick_mira, about=f"{NOTE}2")
    real = delivery._seal

    def seal(session, row, body):
        if row.id == bad:
            raise NotFound("its post is gone")
        return real(session, row, body)

    monkeypatch.setattr(delivery, "_seal", seal)
    delivery.deliver_due()
    assert {row.outgoing_id: row.state for row in rows()} == {bad: "abandoned", good: "delivered"}
