"""How cost grows: the same work with few and with many posts stored, and with few and with many followers.

`python benchmarks/growth.py [--posts 10000 1000000] [--followers 1000 100000] [--database URL]`: wall time in this
process, the median of several calls, SQLite's or PostgreSQL's own time included. A ratio of 1 means that it does not
matter how much is stored; followers are counted for each delivery made, so 1 means linear there. With PostgreSQL the
database is emptied first: give it one of its own.

`--sending` instead sends one post to few and to many followers, each with an inbox of its own on loopback receivers in
another process, and reports the CPU time of this process alone: making the deliveries, and sending them, beside the
bare RSA signatures of the same run.
"""

import argparse
import json
import multiprocessing
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import serving
from delivery import floor, receive
from inbox import activity, fill, liked
from sqlalchemy import insert, text

sys.path.insert(0, str(Path(__file__).parent.parent))

from fedi import clock, db, net
from fedi.activitypub import actors_out, collections_out, expand, processing
from fedi.activitypub import delivery as deliveries
from fedi.models.account import Account
from fedi.models.actor import Actor, ActorKind
from fedi.models.follow import Follow, FollowState
from fedi.models.inbox_message import InboxMessage
from fedi.models.media import RemoteMedia
from fedi.models.outgoing import Delivery, DeliveryState, Outgoing
from fedi.models.post import Post, PostState, Visibility
from fedi.services import actors, timelines
from fedi.services.paging import Page
from fedi.services.timelines import Wish
from fedi.web.api.entities import status

HOSTS, WARMING = 200, 200
CALLS, AUTHORS, FOLLOWED, BATCH, ARRIVING = 15, 2000, 200, 5000, 200


def people(name, first, count, hosts=()):
    """Actors of other servers: one to a server with a shared inbox, or spread over `hosts`, each with its own."""
    rows = []
    for number in range(first, first + count):
        host = hosts[number % len(hosts)] if hosts else f"{name}{number}.example"
        uri = f"http://{host}/users/{number}" if hosts else f"https://{host}/users/bob"
        rows.append(
            {
                "id": clock.new_id(), "uri": uri, "kind": ActorKind.PERSON, "name": f"bob{number}",
                "domain": host, "name_key": f"bob{number}", "domain_key": host, "host": host, "inbox": f"{uri}/inbox",
                "shared_inbox": None if hosts else f"https://{host}/inbox", "fetched_at": clock.now(),
            }
        )  # fmt: skip
    write(Actor, rows)
    return [row["id"] for row in rows]


def write(model, rows):
    for start in range(0, len(rows), BATCH):
        with db.writing() as session:
            session.execute(insert(model), rows[start : start + BATCH])


def store_posts(authors, count, mira, first):
    """`count` posts of these authors, a thousand a day, ever older; one in four has a picture, one in 100 is mira's."""
    made, newest = 0, clock.now()
    while made < count:
        posts, pictures = [], []
        for number in range(first + made, first + min(count, made + BATCH)):
            own = number % 100 == 0
            now = newest - number * timedelta(days=0.001)
            id_ = clock.new_id(now)
            author = mira if own else authors[number % len(authors)]
            posts.append(
                {
                    "id": id_, "uri": f"https://far.example/n/{number}", "url": f"https://far.example/n/{number}",
                    "actor_id": author, "local": own, "state": PostState.PUBLISHED, "visibility": Visibility.PUBLIC,
                    "content": "<p>" + "word " * 40 + "</p>", "published_at": now, "created_at": now,
                    "conversation": f"https://far.example/c/{number}",
                }
            )  # fmt: skip
            if number % 4 == 0 and not own:
                pictures.append({"post_id": id_, "url": f"https://far.example/m/{number}.jpg", "mime": "image/jpeg"})
        write(Post, posts)
        write(RemoteMedia, [row | {"id": clock.new_id()} for row in pictures])
        made += len(posts)


def timed(call):
    """Milliseconds of one call: the median, after one that warms up."""
    times = []
    for _ in range(CALLS + 1):
        began = time.perf_counter()
        with db.reading() as session:
            call(session)
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times[1:])


def arriving(kind, signers, post_uris, start):
    """Milliseconds to process one accepted activity of a known actor."""
    with db.writing() as session:
        for number in range(start, start + ARRIVING):
            uri = signers[number % len(signers)][1]
            body = json.dumps(activity(kind, number, uri, liked(post_uris, number, len(signers)))).encode()
            session.add(
                InboxMessage(
                    kind=kind, activity_uri=f"{uri}/activities/{number}", actor_uri=uri, host=uri.split("/")[2],
                    body=body,
                )
            )  # fmt: skip
    began = time.perf_counter()
    done = processing.process_due()
    if done != ARRIVING:
        raise SystemExit(f"{done} of {ARRIVING} were processed")
    return (time.perf_counter() - began) * 1000 / done


def measure_posts(mira, signers, post_uris, start):
    def home(session):
        account = session.query(Account).filter(Account.actor_id == mira).one()
        entries = timelines.home(session, account.actor, Page(limit=20))
        if len(status.many(session, account, entries)) != 20:
            raise SystemExit("home is not full")

    def everybody(session):
        if len(status.many(session, None, timelines.public(session, None, Page(limit=20), Wish()))) != 20:
            raise SystemExit("the public timeline is not full")

    def outbox(session):
        collections_out.outbox(session, actors.by_id(session, mira), collections_out.Asked(paged=True))

    def actor(session):
        actors_out.document(session, actors.by_id(session, mira))

    return {
        "home_20_ms": timed(home),
        "public_20_ms": timed(everybody),
        "outbox_page_ms": timed(outbox),
        "actor_ms": timed(actor),
        "like_ms": arriving("Like", signers, post_uris, start),
        "create_ms": arriving("Create", signers, post_uris, start + ARRIVING),
    }


def address(mira, post_id, fans):
    """These follow too; one activity for all followers waits to be expanded, and nothing else."""
    write(
        Follow,
        [
            {
                "id": clock.new_id(), "follower_id": fan, "followee_id": mira, "state": FollowState.ACCEPTED,
                "uri": f"https://far.example/f/{fan}",
            }
            for fan in fans
        ],
    )  # fmt: skip
    with db.writing() as session:
        session.query(Delivery).delete()
        session.query(Outgoing).delete()
        session.add(
            Outgoing(
                actor_id=mira, verb="create", subject={"post": post_id}, object_uri="",
                audience={"followers": True, "actors": [], "object": False, "known": False},
            )
        )  # fmt: skip


def measure_followers(mira, post_id, fans):
    """Milliseconds for each delivery of expanding one activity."""
    address(mira, post_id, fans)
    began = time.perf_counter()
    expand.expand_due()
    wall = (time.perf_counter() - began) * 1000
    with db.reading() as session:
        made = session.query(Delivery).count()
    if made < len(fans):
        raise SystemExit(f"{made} deliveries for {len(fans)} followers")
    return wall / made


def measure_sending(database, few_and_many):
    """What a post to so many followers costs, from its row to the last delivery that is marked done."""
    ours, theirs = multiprocessing.Pipe()
    receiver = multiprocessing.get_context("spawn").Process(target=receive, args=(HOSTS, theirs), daemon=True)
    receiver.start()
    hosts, found, known = ours.recv(), [], 0
    with tempfile.TemporaryDirectory() as folder:
        serving.settings(folder, database, allowed_private_networks="127.0.0.0/8")
        fill(1, 1)
        with db.reading() as session:
            mira = session.query(Actor).filter(Actor.name == "mira").one().id
            post_id = session.query(Post).first().id
        for count in (WARMING, *few_and_many):
            address(mira, post_id, people("fan", known, count - known, hosts))
            known = count
            limit, began, wall = floor(), time.process_time(), time.perf_counter()
            expand.expand_due()
            made = time.process_time()
            sent = deliveries.deliver_due()
            done, wall = time.process_time(), time.perf_counter() - wall
            with db.reading() as session:
                delivered = session.query(Delivery).filter(Delivery.state == DeliveryState.DELIVERED).count()
            if not sent == delivered == count:
                raise SystemExit(f"{sent} sent, {delivered} delivered to {count} followers")
            limit = (limit + floor()) / 2
            found.append(
                {
                    "followers": count,
                    "expanding_cpu_ms_per_delivery": round((made - began) * 1000 / count, 3),
                    "sent_per_cpu_second": round(count / (done - made)),
                    "per_cpu_second": round(count / (done - began)),
                    "sign_floor_per_cpu_second": round(limit),
                    "share_of_floor": round(count / (done - began) / limit, 3),
                    "wall_seconds": round(wall, 1),
                }
            )
        net.close_background()
        db.dispose()
    receiver.terminate()
    return found[1:]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, nargs=2, default=[10_000, 1_000_000])
    parser.add_argument("--followers", type=int, nargs=2, default=[1_000, 100_000])
    parser.add_argument("--database", default="")
    parser.add_argument("--sending", action="store_true")
    options = parser.parse_args()
    if options.sending:
        print(json.dumps(measure_sending(options.database, options.followers), indent=1))
        return
    with tempfile.TemporaryDirectory() as folder:
        serving.settings(folder, options.database)
        post_uris, signers, _key, _pem = fill(20, 3 * ARRIVING)
        with db.reading() as session:
            mira = session.query(Actor).filter(Actor.name == "mira").one().id
            post_id = session.query(Post).first().id
        authors = people("far", 0, AUTHORS)
        write(
            Follow,
            [
                {
                    "id": clock.new_id(), "follower_id": mira, "followee_id": author, "state": FollowState.ACCEPTED,
                    "uri": f"https://{serving.HOST}/follows/far/{author}",
                }
                for author in authors[:FOLLOWED]
            ],
        )  # fmt: skip
        stored, found = 0, []
        for number, count in enumerate(options.posts):
            store_posts(authors, count - stored, mira, stored)
            stored = count
            with db.writing() as session:
                session.execute(text("ANALYZE"))
            found.append(measure_posts(mira, signers, post_uris, number * ARRIVING))
        few, many = found
        report = {
            name: {"few": round(few[name], 2), "many": round(many[name], 2), "ratio": round(many[name] / few[name], 2)}
            for name in few
        }
        fans, per_delivery = [], []
        for count in options.followers:
            more = people("fan", len(fans), count - len(fans))
            fans += more
            per_delivery.append(measure_followers(mira, post_id, more))
        few, many = per_delivery
        report["expand_ms_per_delivery"] = {
            "few": round(few, 4), "many": round(many, 4), "ratio": round(many / few, 2),
        }  # fmt: skip
        db.dispose()
    print(json.dumps({"database": "postgresql" if options.database else "sqlite", **report}, indent=1))


if __name__ == "__main__":
    main()
