"""The inbox and the deliveries of Fedify 2.3.6 beside our own in one run, per second of CPU.

`python benchmarks/fedify.py [--seconds 20] [--kind Create|Like] [--hosts 50] [--node PROGRAM]`: all stand at the same
time and take turns, the one that has used least CPU next, until each has used so many seconds.

Inbox: both get the same requests, those of `benchmarks/inbox.py`. We write each down before we answer, SQLite; Fedify
verifies it and calls a listener that only counts, everything in memory and without a queue. Key documents lie on a
loopback server; Fedify keeps them for five minutes.
Deliveries: one activity to all hosts again and again, both with RSA-2048 and draft-cavage, to the receivers of
`benchmarks/delivery.py`. We claim rows and mark them done; Fedify sends to all hosts at once, first without a queue
(nothing would be tried again), then through its queue in memory. Beside them, the bare RSA signatures of this machine.
"""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests/walks"))

import delivery
import inbox
import node
import serving

from fedi import db, net
from fedi.activitypub.delivery import deliver_due

BATCH = 500
FASTEST = 2500  # Requests per CPU-second: so many posts are made beforehand.


class Side:
    """What is measured: `work(number)` does batch `number` and gives (how many were done, the CPU seconds of it)."""

    def __init__(self, work):
        self.work, self.done, self.cpu, self.batches = work, 0, 0.0, 0

    def turn(self, number):
        done, cpu = self.work(number)
        self.done, self.cpu, self.batches = self.done + done, self.cpu + cpu, self.batches + 1

    def result(self):
        return {"done": self.done, "cpu_s": round(self.cpu, 1), "per_cpu_second": round(self.done / self.cpu, 1)}


def race(sides, seconds):
    """The results by name, each with how many times as much the first does in a CPU-second. Batch 0 is not counted."""
    for side in sides.values():
        side.work(0)
    while (side := min(sides.values(), key=lambda each: each.cpu)).cpu < seconds:
        side.turn(side.batches + 1)
    ours, *_ = (side.done / side.cpu for side in sides.values())
    return {name: side.result() | {"ours_to_it": round(ours * side.cpu / side.done, 2)} for name, side in sides.items()}


@contextmanager
def documents(actors, pem):
    """A loopback server with the documents of these actors, https://HOST/PATH at /HOST/PATH; gives its address."""
    bodies = {}
    for key_id, uri in actors:
        key = {"id": key_id, "owner": uri, "publicKeyPem": pem}
        document = {
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "id": uri, "type": "Person", "preferredUsername": "ann", "inbox": f"{uri}/inbox", "publicKey": key,
        }  # fmt: skip
        bodies[uri.removeprefix("https:/")] = json.dumps(document).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = bodies[self.path]
            self.send_response(200)
            self.send_header("Content-Type", "application/activity+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


@contextmanager
def fedify(program, *, documents="", inboxes=(), queue=""):
    """A Fedify server, see fedify.mjs; gives its (process id, port)."""
    try:
        packages = node.installed("fedify")
    except pytest.skip.Exception as why:
        raise SystemExit(f"no Fedify here: {why}") from None
    script = Path(shutil.copy(Path(__file__).with_suffix(".mjs"), packages / "benchmark.mjs"))
    environment = os.environ | {
        "NODE_ENV": "production",
        "ORIGIN": f"https://{serving.HOST}",
        "DOCUMENTS": documents,
        "INBOXES": json.dumps(list(inboxes)),
        "ACTIVITY": delivery.document().decode(),
        "QUEUE": queue,
    }
    process = subprocess.Popen([program, script], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        yield process.pid, int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def posts_to(pid, port, batch):
    """The work of a side that takes the requests `batch(number)` and must answer each with 202."""

    def work(number):
        made = batch(number)
        before = serving.cpu_of(pid)
        statuses, _slowest = asyncio.run(serving.send(port, made))
        if statuses != {202: len(made)}:
            raise SystemExit(f"batch {number}: {statuses}")
        return len(made), serving.cpu_of(pid) - before

    return work


def inboxes(folder, options):
    serving.settings(folder, "")
    post_uris, signers, key, pem = inbox.fill(20, int(options.seconds * FASTEST))
    db.dispose()

    def batch(number):
        return inbox.requests(options.kind, BATCH, signers, key, post_uris, number * BATCH)

    with (
        documents(signers, pem) as address,
        serving.running(inbox.our_app, (folder, "")) as ours,
        fedify(options.node, documents=address) as theirs,
    ):
        sides = {"ours": Side(posts_to(*ours, batch)), "fedify": Side(posts_to(*theirs, batch))}
        result = race(sides, options.seconds)
        with urlopen(f"http://127.0.0.1:{theirs[1]}/_counts") as answer:
            counts = json.load(answer)
        if counts[options.kind] != (sent := sides["fedify"].done + BATCH):
            raise SystemExit(f"Fedify's listener saw {counts} of {sent}")
    return result | {"fedify_loaded_documents": counts["documents"]}


def rounds_of(pid, port, rounds, count):
    """The work of a Fedify that delivers to all hosts so often."""

    def work(_number):
        before = serving.cpu_of(pid)
        urlopen(f"http://127.0.0.1:{port}/_deliver?rounds={rounds}", data=b"").close()
        return count, serving.cpu_of(pid) - before

    return work


def deliveries(folder, options):
    delivery.prepare(folder, "")
    rounds = 1000 // options.hosts
    count = rounds * options.hosts
    with delivery.receiving(options.hosts) as hosts:

        def send(_number):
            delivery.fill(hosts, count)
            before = time.process_time()
            sent = deliver_due()
            cpu = time.process_time() - before
            if sent != count:
                raise SystemExit(f"{sent} of {count} delivered")
            return sent, cpu

        addresses = [f"http://{host}/inbox" for host in hosts]
        with (
            fedify(options.node, inboxes=addresses) as bare,
            fedify(options.node, inboxes=addresses, queue="memory") as queued,
        ):
            sides = {
                "ours": Side(send),
                "fedify": Side(rounds_of(*bare, rounds, count)),
                "fedify_queue": Side(rounds_of(*queued, rounds, count)),
            }
            result = race(sides, options.seconds)
    floor = delivery.floor()
    net.close_background()
    db.dispose()
    return result | {"sign_floor_per_cpu_second": round(floor)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--kind", choices=["Like", "Create"], default="Create")
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--node", default="node")
    options = parser.parse_args()
    version = subprocess.run([options.node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    report = {"node": version, "kind": options.kind}
    for name, measure in (("inbox", inboxes), ("deliveries", deliveries)):
        with tempfile.TemporaryDirectory() as folder:
            report[name] = measure(folder, options)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
