"""Home, as people read it who follow few, many, and many who rarely post; and what the database takes of it.

`python benchmarks/timelines.py [--posts 1000000] [--accounts 100000] [--count 1000] [--database URL]`: one in twenty
accounts writes four of five posts. For each reader: milliseconds that the database's own cursor takes to execute and
hand over the rows of all queries of a page of 20 (half of the pages the newest, half somewhere below), and whole
requests with a token beside the same server that answers the same bytes from a dictionary: each read anew, as after a
commit, and while the database stands still, when an answer comes from memory. PostgreSQL is emptied first.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import serving
from growth import people, write
from quart import Quart, Response
from sqlalchemy import event, text

sys.path.insert(0, str(Path(__file__).parent.parent))

from fedi import clock, db, files
from fedi.app import create_app
from fedi.models.account import Account, AccountState, Role
from fedi.models.follow import Follow, FollowState
from fedi.models.media import RemoteMedia
from fedi.models.post import Post, PostState, Visibility
from fedi.services import accounts, actor_keys, instance, schema, timelines, tokens
from fedi.services.paging import Page
from fedi.web import memory
from fedi.web.api.entities import status

PAGES, BATCH = 200, 5000
READERS = {"few": (200, False), "many": (5000, False), "many_rare": (5000, True)}


def fill(posts, count):
    """Tokens of the readers, by name."""
    for name in files.FOLDERS:
        files.folder(name)
    schema.upgrade()
    key, held = actor_keys.generate(), {}
    with db.writing() as session:
        instance.prepare(session)
    ids = people("far", 0, count)
    busy, rare = ids[: count // 20], ids[count // 20 :]
    for name, (follows, rarely) in READERS.items():
        with db.writing() as session:
            account = accounts.create(
                session, name=name, email=f"{name}@mail.example", password_hash="!", role=Role.ARTIST,
                state=AccountState.APPROVED, key=key,
            )  # fmt: skip
            held[name] = tokens.issue(session, account, "read")
            reader = account.actor_id
        followed = (rare if rarely else busy)[:follows]
        rows = [
            {
                "id": clock.new_id(), "follower_id": reader, "followee_id": each, "state": FollowState.ACCEPTED,
                "uri": f"https://{serving.HOST}/follows/{reader}/{each}",
            }
            for each in followed
        ]  # fmt: skip
        write(Follow, rows)
    store(posts, busy, rare)
    with db.writing() as session:
        session.execute(text("ANALYZE"))
    return held


def store(count, busy, rare):
    """A thousand posts a day, ever older, one in four with a picture."""
    chance, newest = random.Random(5), clock.now()
    for start in range(0, count, BATCH):
        rows, pictures = [], []
        for number in range(start, min(count, start + BATCH)):
            now = newest - number * timedelta(days=0.001)
            id_ = clock.new_id(now)
            author = chance.choice(busy if chance.random() < 0.8 else rare)
            address = f"https://far.example/n/{number}"
            rows.append(
                {
                    "id": id_, "uri": address, "url": address, "actor_id": author, "local": False,
                    "state": PostState.PUBLISHED, "visibility": Visibility.PUBLIC, "published_at": now,
                    "created_at": now, "content": "<p>" + "word " * 40 + "</p>", "conversation": f"{address}/c",
                }
            )  # fmt: skip
            if number % 4 == 0:
                pictures.append({"id": clock.new_id(), "post_id": id_, "url": f"{address}.jpg", "mime": "image/jpeg"})
        write(Post, rows)
        write(RemoteMedia, pictures)


def in_database(name, days):
    """(median, 95th percentile) in ms of the queries of a page alone, asked anew of the database's own cursor."""
    chance, asked, times = random.Random(7), [], []

    def keep(_connection, _cursor, statement, given, _context, _many):
        asked.append((statement, given))

    event.listen(db.engine(), "before_cursor_execute", keep)
    with db.reading() as session:
        reader = session.query(Account).filter(Account.email == f"{name}@mail.example").one()
        for number in range(PAGES):
            below = clock.new_id(clock.now() - timedelta(days=chance.random() * days)) if number % 2 else None
            asked.clear()
            session.expunge_all()
            account = session.get_one(Account, reader.id)
            entries = timelines.home(session, account.actor, Page(limit=20, max_id=below))
            if len(status.many(session, account, entries, place="home")) != 20:
                raise SystemExit(f"{name}: the page is not full")
            cursor = session.connection().connection.cursor()
            began = time.perf_counter()
            for statement, given in asked:
                cursor.execute(statement, given)
                if cursor.description:
                    cursor.fetchall()
            times.append((time.perf_counter() - began) * 1000)
            cursor.close()
    event.remove(db.engine(), "before_cursor_execute", keep)
    times.sort()
    return round(statistics.median(times), 2), round(times[int(PAGES * 0.95)], 2)


def our_app(folder, database, remembering):
    serving.settings(folder, database)
    memory.SECONDS = memory.SECONDS if remembering else 0.0
    return create_app()


def floor_app(body):
    app = Quart("floor")

    @app.get("/api/v1/timelines/home")
    async def echo():
        return Response(body, content_type="application/json; charset=utf-8")

    return app


async def _answer(token):
    answer = (
        await create_app()
        .test_client()
        .get("/api/v1/timelines/home", headers={"Authorization": f"Bearer {token}", "Host": serving.HOST})
    )
    return await answer.get_data()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    found = {"database": "postgresql" if options.database else "sqlite", "posts": options.posts}
    with tempfile.TemporaryDirectory() as folder:
        serving.settings(folder, options.database)
        held = fill(options.posts, options.accounts)
        for name, token in held.items():
            p50, p95 = in_database(name, options.posts / 2000)
            body = asyncio.run(_answer(token))
            db.dispose()
            head = (
                f"GET /api/v1/timelines/home HTTP/1.1\r\nHost: {serving.HOST}\r\nAuthorization: Bearer {token}\r\n\r\n"
            )
            made = [head.encode()] * options.count
            floor = serving.measured(floor_app, (body,), made, warm=made[:100], status=200)
            found[name] = {
                "database_p50_ms": p50, "database_p95_ms": p95, "bytes": len(body),
                "echo_cpu_ms": round(1000 / floor["per_cpu_second"], 2),
            }  # fmt: skip
            for how, remembering in (("anew", False), ("still", True)):
                arguments = (folder, options.database, remembering)
                ours = serving.measured(our_app, arguments, made, warm=made[:100], status=200)
                found[name] |= {
                    f"{how}_cpu_ms": round(1000 / ours["per_cpu_second"], 2),
                    f"{how}_share_of_echo": round(ours["per_cpu_second"] / floor["per_cpu_second"], 3),
                }
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
