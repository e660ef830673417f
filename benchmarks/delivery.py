"""Signed deliveries per CPU-second, rows claimed and marked done, beside the bare RSA signatures of the same run.

`python benchmarks/delivery.py [--hosts 50] [--count 5000] [--database URL]`: receivers on 127.0.0.2 and up, in a
process of their own, that answer 202 and keep the connection; a Create of about 2 kB. Reports the CPU time of this
process alone: what the receivers spend is theirs.
"""

import argparse
import asyncio
import gc
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa

sys.path.insert(0, str(Path(__file__).parent.parent))

from fedi import clock, config, db, files, net
from fedi.activitypub import delivery
from fedi.activitypub.protocol import digests, keys
from fedi.models.actor import Actor
from fedi.models.outgoing import Delivery, DeliveryState, Outgoing, OutgoingState
from fedi.services import actor_keys, instance, schema

ANSWER = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"


class Receiver(asyncio.Protocol):
    """As little HTTP as it takes: a POST with a Content-Length, many to a connection."""

    def connection_made(self, transport):
        self.transport, self.buffer = transport, b""

    def data_received(self, data):
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].lower()
            length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
            if len(self.buffer) < end + 4 + length:
                return
            self.buffer = self.buffer[end + 4 + length :]
            self.transport.write(ANSWER)


def receive(hosts, ready):
    async def serve():
        loop = asyncio.get_running_loop()
        servers = [await loop.create_server(Receiver, f"127.0.0.{2 + n}", 0) for n in range(hosts)]
        ready.send([f"127.0.0.{2 + n}:{server.sockets[0].getsockname()[1]}" for n, server in enumerate(servers)])
        await asyncio.Event().wait()

    asyncio.run(serve())


@contextmanager
def receiving(amount):
    """So many receivers in a process of their own; gives their addresses, each with its port."""
    ours, theirs = multiprocessing.Pipe()
    receiver = multiprocessing.get_context("spawn").Process(target=receive, args=(amount, theirs), daemon=True)
    receiver.start()
    try:
        yield ours.recv()
    finally:
        receiver.terminate()


def prepare(folder, database):
    """A new instance in this folder that may deliver to loopback addresses."""
    config.use(
        config.load(
            domain="art.test",
            data_dir=Path(folder),
            allowed_private_networks="127.0.0.0/8",
            database_url=database,
            secret_key="a key for a benchmark, long enough",
        ),
    )
    for name in files.FOLDERS:
        files.folder(name)
    schema.upgrade()
    with db.writing() as session:
        instance.prepare(session)
        actor = Actor(uri="https://art.test/users/mira", name="mira", name_key="mira", host="art.test", inbox="x")
        session.add(actor)
        session.flush()
        actor_keys.make_keys(session, actor)


def document(size=2000):
    base = {
        "@context": ["https://www.w3.org/ns/activitystreams"],
        "id": "https://art.test/a/1",
        "type": "Create",
        "actor": "https://art.test/users/mira",
        "object": {"type": "Note", "content": "", "attachment": [{"type": "Image"}] * 4},
    }
    base["object"]["content"] = "x" * (size - len(json.dumps(base)))
    return json.dumps(base).encode()


def fill(hosts, count):
    """`count` deliveries of activities about different objects, spread over the hosts."""
    with db.writing() as session:
        actor = session.query(Actor).filter(Actor.uri == "https://art.test/users/mira").one()
        body = document()
        now = clock.now()
        for number in range(count // len(hosts)):
            uri = f"https://art.test/posts/{number}"
            row = Outgoing(
                actor_id=actor.id, verb="create", subject={}, audience={}, object_uri=uri,
                state=OutgoingState.EXPANDED, body=body, digest=digests.sha256(body),
            )  # fmt: skip
            session.add(row)
            session.flush()
            session.execute(
                Delivery.__table__.insert(),
                [
                    {"outgoing_id": row.id, "inbox": f"http://{host}/inbox", "host": host, "object_uri": uri,
                     "state": DeliveryState.QUEUED, "attempts": 0, "due_at": now, "created_at": now}
                    for host in hosts
                ],
            )  # fmt: skip


def floor(seconds=2.0):
    """RSA-2048 signatures per CPU-second with `cryptography`, of a message of the usual length."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    message = b"x" * 300
    for _ in range(50):
        keys.sign(key, message)
    began, count = time.process_time(), 0
    while time.process_time() - began < seconds:
        for _ in range(50):
            keys.sign(key, message)
        count += 50
    return count / (time.process_time() - began)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    with receiving(options.hosts) as hosts, tempfile.TemporaryDirectory() as folder:
        prepare(folder, options.database)
        fill(hosts, options.count)
        before = floor()
        gc.collect()
        gc.freeze()  # as both of our processes do when they have started
        wall, cpu = time.perf_counter(), time.process_time()
        sent = delivery.deliver_due()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        after = floor()
        with db.reading() as session:
            done = session.query(Delivery).filter(Delivery.state == DeliveryState.DELIVERED).count()
        if done != sent:
            raise SystemExit(f"{sent} sent, {done} delivered")
        net.close_background()
    limit = (before + after) / 2
    print(
        json.dumps(
            {
                "deliveries": sent,
                "hosts": len(hosts),
                "database": "postgresql" if options.database else "sqlite",
                "per_cpu_second": round(sent / cpu),
                "per_second": round(sent / wall),
                "sign_floor_per_cpu_second": round(limit),
                "share_of_floor": round(sent / cpu / limit, 3),
                "max_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            },
        ),
    )


if __name__ == "__main__":
    main()
