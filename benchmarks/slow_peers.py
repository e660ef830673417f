"""How long healthy peers wait while others hang: 40 hosts, none or 30 of them accepting a POST and never answering.

`python benchmarks/slow_peers.py [--seconds 20] [--database URL]`: an activity to all 40 hosts every tenth of a second;
what counts is the time from its row being committed to its POST having arrived whole at a host that answers, for the
same ten hosts in both runs. Those that hang answer for the first five seconds, which do not count.
"""

import argparse
import asyncio
import json
import multiprocessing
import re
import sys
import tempfile
import threading
import time
from pathlib import Path

from delivery import Receiver, document

sys.path.insert(0, str(Path(__file__).parent.parent))

from fedi import clock, config, db, files, net
from fedi.activitypub import delivery
from fedi.activitypub.protocol import digests
from fedi.models.actor import Actor
from fedi.models.outgoing import Delivery, DeliveryState, Outgoing, OutgoingState
from fedi.services import actor_keys, hosts, instance, schema

HOSTS, HEALTHY, EVERY, WELL = 40, 10, 0.1, 5.0
NUMBER = re.compile(rb'"id": "https://art.test/a/(\d+)"')


ARRIVED = []


class Healthy(Receiver):
    """Answers, and notes when each activity was there."""

    def data_received(self, data):
        found = NUMBER.search(self.buffer + data)
        super().data_received(data)
        if found and not self.buffer:
            ARRIVED.append((int(found[1]), time.time()))


class Hanging(Receiver):
    """Answers at first, then reads and says nothing."""

    began = time.monotonic()

    def data_received(self, data):
        if time.monotonic() < self.began + WELL:
            super().data_received(data)


def receive(hanging, pipe):
    async def serve():
        loop = asyncio.get_running_loop()
        servers = []
        for number in range(HOSTS):
            kind = Hanging if number >= HOSTS - hanging else Healthy if number < HEALTHY else Receiver
            servers.append(await loop.create_server(kind, f"127.0.0.{2 + number}", 0))
        pipe.send([f"127.0.0.{2 + n}:{server.sockets[0].getsockname()[1]}" for n, server in enumerate(servers)])
        await asyncio.to_thread(pipe.recv)
        pipe.send(ARRIVED)

    asyncio.run(serve())


def put(actor_id, number, names):
    """An activity to every host; when it was committed."""
    body = document().replace(b"https://art.test/a/1", f"https://art.test/a/{number}".encode())
    uri, now = f"https://art.test/posts/{number}", clock.now()
    with db.writing() as session:
        row = Outgoing(
            actor_id=actor_id, verb="create", subject={}, audience={}, object_uri=uri,
            state=OutgoingState.EXPANDED, body=body, digest=digests.sha256(body),
        )  # fmt: skip
        session.add(row)
        session.flush()
        rows = [
            {"outgoing_id": row.id, "inbox": f"http://{name}/inbox", "host": name, "object_uri": uri,
             "state": DeliveryState.QUEUED, "attempts": 0, "due_at": now, "created_at": now}
            for name in names
        ]  # fmt: skip
        session.execute(Delivery.__table__.insert(), rows)
    return time.time()


def run(hanging, options):
    """The waits of the healthy hosts in seconds, sorted, and how many activities never came."""
    ours, theirs = multiprocessing.Pipe()
    receiver = multiprocessing.get_context("spawn").Process(target=receive, args=(hanging, theirs), daemon=True)
    receiver.start()
    names = ours.recv()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        values = {"database_url": options.database} if options.database else {}
        config.use(
            config.load(
                domain="art.test", data_dir=Path(folder), allowed_private_networks="127.0.0.0/8",
                secret_key="a key for a benchmark, long enough", **values,
            ),
        )  # fmt: skip
        for name in files.FOLDERS:
            files.folder(name)
        schema.upgrade()
        with db.writing() as session:
            instance.prepare(session)
            actor = Actor(uri=f"https://art.test/users/m{hanging}", name="m", name_key=f"m{hanging}", host="art.test")
            actor.inbox = "x"
            session.add(actor)
            session.flush()
            actor_keys.make_keys(session, actor)
            actor_id = actor.id
            for name in names:
                hosts.succeeded(session, name)
        sent, counted = {}, time.time() + WELL + 1
        wave = iter(range(hanging * 1_000_000, 1 << 60))
        ends = time.monotonic() + options.seconds
        while time.monotonic() < ends:
            began = time.monotonic()
            number = next(wave)
            sent[number] = put(actor_id, number, names)
            threading.Thread(target=delivery.deliver_due, daemon=True).start()
            time.sleep(max(0.0, EVERY - (time.monotonic() - began)))
        time.sleep(3)
        ours.send("done")
        arrived = ours.recv()
        net.close_background()
        db.dispose()
    receiver.kill()
    waits = sorted(at - sent[number] for number, at in arrived if sent[number] > counted)
    return waits, len(sent) * HEALTHY - len(arrived)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    report = {}
    for hanging in (0, HOSTS - HEALTHY):
        waits, missing = run(hanging, options)
        report[f"{hanging} hang"] = {
            "p50_ms": round(waits[len(waits) // 2] * 1000, 1),
            "p95_ms": round(waits[int(len(waits) * 0.95)] * 1000, 1),
            "max_ms": round(waits[-1] * 1000, 1),
            "arrived": len(waits),
            "missing": missing,
        }
    none, some = report.values()
    print(json.dumps(report | {"p95_ratio": round(some["p95_ms"] / none["p95_ms"], 2)}))


if __name__ == "__main__":
    main()
