"""The durability drill: `python benchmarks/drill.py` kills a running instance again and again and counts what got lost.

An artist posts for followers on many servers while peers send activities to her inbox; meanwhile the whole instance, or
its worker alone, is ended with `kill -9` at random moments and started again, the broker is emptied, and (with
`--postgres`) the database is stopped hard. At the end every delivery must have arrived, every activity that was
answered with 202 must have had its effect exactly once, and next to nothing may have been on the wire twice.

Each run prints its seed; `--seed` repeats one. `docs/reliability.md` has the figures.
"""

import argparse
import asyncio
import contextlib
import json
import multiprocessing
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

from cryptography.hazmat.primitives import serialization

sys.path.insert(0, str(Path(__file__).parent.parent))

from fedi import clock, config, db
from fedi.activitypub.protocol import digests, signatures
from fedi.models.account import AccountState, Role
from fedi.models.actor import Actor, ActorKey, ActorKind
from fedi.models.follow import Follow, FollowState
from fedi.models.inbox_message import InboxMessage, InboxState
from fedi.models.notification import Notification
from fedi.models.outgoing import Delivery, DeliveryState, Outgoing, OutgoingState
from fedi.models.post import Post
from fedi.services import accounts, actor_keys, actors, instance, posts, schema

PATIENCE = 600.0  # seconds for what is left at the end
OPEN_DELIVERIES = [DeliveryState.QUEUED, DeliveryState.WAITING, DeliveryState.DELIVERING]
OPEN_MESSAGES = [InboxState.RECEIVED, InboxState.WAITING]


# --- the peers: a process of their own, which nobody kills ------------------------------------------------------------


class Receiver(asyncio.Protocol):
    """As little HTTP as it takes to write down every POST: (address of the peer, activity id)."""

    def __init__(self, log):
        self._log, self._buffer = log, b""

    def connection_made(self, transport):
        self._transport = transport
        self._host = transport.get_extra_info("sockname")[0]

    def data_received(self, data):
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0] or 0)
            if len(self._buffer) < end + 4 + length:
                return
            body, self._buffer = self._buffer[end + 4 : end + 4 + length], self._buffer[end + 4 + length :]
            if head.startswith(b"post"):
                self._log.append((self._host, json.loads(body)["id"]))
            self._transport.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")


def run_peers(addresses, pipe):
    """Listen on every address; at a word over the pipe, say what was received."""

    async def serve():
        log, loop = [], asyncio.get_running_loop()
        first = await loop.create_server(lambda: Receiver(log), addresses[0], 0)
        port = first.sockets[0].getsockname()[1]
        others = [await loop.create_server(lambda: Receiver(log), each, port) for each in addresses[1:]]
        pipe.send(port)
        while await loop.run_in_executor(None, pipe.recv) == "log":
            pipe.send(list(log))
        del others

    asyncio.run(serve())


# --- the instance -----------------------------------------------------------------------------------------------------


class Instance:
    """`fedi serve` in a process group of its own."""

    def __init__(self, settings, folder, *, worker_apart):
        self._environment = config.environment_of(settings)
        self._log = (folder / "log").open("ab")
        self._worker_apart = worker_apart
        self.processes = []

    def start(self):
        commands = [["serve"]]
        if self._worker_apart:
            commands = [["serve", "--no-worker"], ["worker"]]
        for command in commands:
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", "fedi", *command],
                    env=os.environ | self._environment, stdout=self._log, stderr=self._log, start_new_session=True,
                )
            )  # fmt: skip

    def kill(self, what):
        """`kill -9` for `all`, or for the `worker` alone, which is started again."""
        if what == "worker":
            pids = [self.processes[1].pid] if self._worker_apart else self._children()
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if self._worker_apart:
                self._again(1, ["worker"])
            return
        for pid in [*self._children(), *(process.pid for process in self.processes)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in self.processes:
            process.wait()
        self.processes = []
        self.start()

    def _again(self, index, command):
        self.processes[index].wait()
        self.processes[index] = subprocess.Popen(
            [sys.executable, "-m", "fedi", *command],
            env=os.environ | self._environment, stdout=self._log, stderr=self._log, start_new_session=True,
        )  # fmt: skip

    def _children(self):
        found = []
        for process in self.processes:
            with contextlib.suppress(OSError):
                found += Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        return [int(pid) for pid in found]

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()


class Postgres:
    """A PostgreSQL server of the drill's own, which can be stopped hard."""

    def __init__(self, folder):
        self._binaries = max(Path("/usr/lib/postgresql").glob("*/bin"))
        self._folder = folder / "postgres"
        self._folder.mkdir()
        self._as = []
        if os.getuid() == 0:
            shutil.chown(self._folder, "postgres", "postgres")
            folder.chmod(0o755)
            self._as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8")
        self.start()
        self.url = f"postgresql+psycopg://postgres@/postgres?host={self._folder}"

    @property
    def _data(self):
        return str(self._folder / "data")

    def _run(self, program, *arguments):
        subprocess.run(
            [*self._as, self._binaries / program, *arguments], check=True, stdout=subprocess.DEVNULL, cwd="/"
        )

    def start(self):
        options = f"-c listen_addresses= -c max_connections=200 -k {self._folder}"
        self._run("pg_ctl", "-D", self._data, "-o", options, "-l", str(self._folder / "log"), "-w", "start")

    def stop_hard(self):
        """Every backend is ended at once; what was committed must be there again after the restart."""
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")


# --- the drill --------------------------------------------------------------------------------------------------------


def prepare(peers, port):
    """mira, one follower and one person who writes on each peer; [(key id, actor id)] and the key of all of them."""
    schema.upgrade()
    key = actor_keys.generate()
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, spki).decode()
    signers = []
    with db.writing() as session:
        instance.prepare(session)
        mira = accounts.create(
            session, name="mira", email="mira@example.org", password_hash="!", role=Role.ARTIST,
            state=AccountState.APPROVED, key=key,
        ).actor  # fmt: skip
        session.flush()
        for address in peers:
            host = f"{address}:{port}"
            uri = f"http://{host}/users/ann"
            actor = Actor(
                uri=uri, kind=ActorKind.PERSON, name="ann", domain=host, name_key="ann", domain_key=host, host=host,
                inbox=f"{uri}/inbox", shared_inbox=f"http://{host}/inbox", followers_uri=f"{uri}/followers",
                fetched_at=clock.now(),
            )  # fmt: skip
            session.add(actor)
            session.flush()
            session.add(ActorKey(actor_id=actor.id, uri=f"{uri}#main-key", algorithm="rsa", public=pem))
            session.add(Follow(follower_id=actor.id, followee_id=mira.id, state=FollowState.ACCEPTED))
            signers.append((f"{uri}#main-key", uri))
    return signers, key


class Author(threading.Thread):
    """mira posts, spread over the time of the drill; what she was told is committed counts."""

    def __init__(self, count, seconds):
        super().__init__(daemon=True)
        self._count, self._pause = count, seconds / max(count, 1)
        self.accepted = []

    def run(self):
        for number in range(self._count):
            until_done(lambda number=number: self._post(number))
            time.sleep(self._pause)

    def _post(self, number):
        with db.writing() as session:
            mira = actors.local_by_name(session, "mira")
            uri = posts.compose(session, author=mira, text=f"post {number}", idempotency_key=str(number)).uri
        self.accepted.append(f"{uri}/activity")


class Senders(threading.Thread):
    """People elsewhere mention mira; a request that gets no answer is sent again, as a server would."""

    def __init__(self, count, seconds, origin, signers, key):
        super().__init__(daemon=True)
        self._count, self._pause, self._origin = count, seconds / max(count, 1), origin
        self._signers, self._key = signers, key
        self.accepted, self.again = [], 0

    def run(self):
        for number in range(self._count):
            until_done(lambda number=number: self._send(number))
            time.sleep(self._pause)

    def _send(self, number):
        key_id, actor = self._signers[number % len(self._signers)]
        note = {
            "id": f"{actor}/notes/{number}", "type": "Note", "attributedTo": actor, "content": f"<p>note {number}</p>",
            "published": clock.iso(clock.now()), "to": ["https://www.w3.org/ns/activitystreams#Public"],
            "cc": [f"{self._origin}/users/mira"],
            "tag": [{"type": "Mention", "href": f"{self._origin}/users/mira", "name": "@mira"}],
        }  # fmt: skip
        activity = {
            "@context": "https://www.w3.org/ns/activitystreams", "id": f"{note['id']}/activity", "type": "Create",
            "actor": actor, "object": note, "to": note["to"], "cc": note["cc"],
        }  # fmt: skip
        body = json.dumps(activity).encode()
        url = f"{self._origin}/inbox"
        headers = signatures.sign(self._key, key_id, "POST", url, digest=digests.sha256(body))
        try:
            with urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers), timeout=10) as answer:
                if answer.status != 202:
                    raise OSError(f"the inbox answered {answer.status}")
        except urllib.error.HTTPError as error:
            if error.code != 503 and error.code < 500:
                raise SystemExit(f"the inbox answered {error.code}") from None
            self.again += 1
            raise
        except OSError:
            self.again += 1
            raise
        self.accepted.append(note["id"])


def until_done(deed):
    """Again and again, as long as the other side is away."""
    ends = time.monotonic() + PATIENCE
    while True:
        try:
            deed()
        except Exception:
            if time.monotonic() > ends:
                raise
            time.sleep(0.1)
        else:
            return


def left():
    """Rows that still want work, or None while the database is away."""
    try:
        with db.reading() as session:
            return (
                session.query(Outgoing).filter(Outgoing.state == OutgoingState.PENDING).count()
                + session.query(Delivery).filter(Delivery.state.in_(OPEN_DELIVERIES)).count()
                + session.query(InboxMessage).filter(InboxMessage.state.in_(OPEN_MESSAGES)).count()
            )
    except Exception:  # noqa: BLE001 - away
        return None


def harm(options, chance, running, folder, postgres):
    """Kill, empty the broker and stop the database at random moments, spread over the time of the drill."""
    kinds = ["kill"] * options.kills + ["broker"] * options.flushes
    kinds += ["database"] * (options.stops if postgres else 0)
    chance.shuffle(kinds)
    pause = options.seconds / max(len(kinds), 1)
    done = Counter()
    for kind in kinds:
        time.sleep(chance.uniform(0.2, 1.8) * pause)
        if kind == "kill":
            what = chance.choice(["all", "worker"])
            running.kill(what)
            done[f"kill -9 of {what}"] += 1
        elif kind == "broker":
            for name in ("queue", "processed", "control"):
                shutil.rmtree(folder / "data" / "broker" / name, ignore_errors=True)
                (folder / "data" / "broker" / name).mkdir(parents=True, exist_ok=True)
            done["broker emptied"] += 1
        else:
            postgres.stop_hard()
            time.sleep(chance.uniform(0.1, 1.0))
            postgres.start()
            done["PostgreSQL stopped hard"] += 1
    return done


def drill(options, folder):
    chance = random.Random(options.seed)
    addresses = [f"127.0.1.{number}" for number in range(1, options.peers + 1)]
    here, there = multiprocessing.get_context("spawn").Pipe()
    peers = multiprocessing.get_context("spawn").Process(target=run_peers, args=(addresses, there), daemon=True)
    peers.start()
    port = here.recv()
    postgres = Postgres(folder) if options.postgres else None
    with socket.create_server(("127.0.0.1", 0)) as probe:
        own = probe.getsockname()[1]
    (folder / "data").mkdir()
    settings = config.load(
        domain=f"127.0.0.1:{own}", bind=f"127.0.0.1:{own}", data_dir=folder / "data", rate_limits="off",
        allowed_private_networks="127.0.0.0/8", secret_key="a key for a drill that is long enough",
        database_url=postgres.url if postgres else "",
    )  # fmt: skip
    config.use(settings)
    origin = settings.origin
    signers, key = prepare(addresses, port)
    running = Instance(settings, folder, worker_apart=bool(postgres))
    running.start()
    author = Author(options.deliveries // options.peers, options.seconds)
    senders = Senders(options.inbox, options.seconds, origin, signers, key)
    began = time.monotonic()
    for thread in (author, senders):
        thread.start()
    done = harm(options, chance, running, folder, postgres)
    for thread in (author, senders):
        thread.join(PATIENCE)
    ends = time.monotonic() + PATIENCE
    while left() != 0 and time.monotonic() < ends:
        time.sleep(0.5)
    took = time.monotonic() - began
    here.send("log")
    log = here.recv()
    here.send("end")
    running.stop()
    figures, kept = report(author, senders, log, addresses)
    return {"harm": dict(done), "seconds": round(took, 1)} | figures, kept


def report(author, senders, log, addresses):
    """The figures, and whether they keep the promise."""
    arrived = Counter(log)
    wanted = {(address, activity) for activity in author.accepted for address in addresses}
    twice = sum(count - 1 for count in arrived.values())
    with db.reading() as session:
        stored = Counter(uri for (uri,) in session.query(Post.uri).filter(Post.local.is_(False)))
        told = Counter(
            uri for (uri,) in session.query(Post.uri).join(Notification, Notification.post_id == Post.id)
            if uri in set(senders.accepted)
        )  # fmt: skip
        parked = session.query(InboxMessage).filter(InboxMessage.state == InboxState.PARKED).count()
    figures = {
        "deliveries": len(wanted),
        "deliveries_lost": len(wanted - set(arrived)),
        "on_the_wire_twice": twice,
        "on_the_wire_twice_share": round(twice / max(len(wanted), 1), 5),
        "inbox_accepted": len(senders.accepted),
        "inbox_sent_again": senders.again,
        "inbox_lost": len([uri for uri in senders.accepted if stored[uri] != 1 or told[uri] != 1]),
        "inbox_applied_twice": len([uri for uri in senders.accepted if stored[uri] > 1 or told[uri] > 1]),
        "inbox_parked": parked,
    }
    kept = not (figures["deliveries_lost"] or figures["inbox_lost"] or figures["inbox_applied_twice"] or parked)
    return figures, kept and figures["on_the_wire_twice_share"] <= 0.01


def arguments(given):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=None, help="repeats a run as far as a clock allows")
    parser.add_argument("--deliveries", type=int, default=10_000)
    parser.add_argument("--peers", type=int, default=40)
    parser.add_argument("--inbox", type=int, default=2000, help="activities sent to us")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--flushes", type=int, default=5, help="how often the embedded broker is emptied")
    parser.add_argument("--stops", type=int, default=5, help="how often PostgreSQL is stopped hard")
    parser.add_argument("--seconds", type=float, default=240.0, help="over which all of it is spread")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of the drill's own, not on SQLite")
    options = parser.parse_args(given)
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1 << 32)
    return options


def main(given=None):
    options = arguments(given)
    print(f"seed {options.seed}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="fedi-drill-"))
    try:
        figures, kept = drill(options, folder)
    finally:
        db.dispose()
        config.use(None)
        if "figures" not in locals() or not kept:
            print((folder / "log").read_text(errors="replace")[-4000:] if (folder / "log").exists() else "no log")
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps({"database": "postgresql" if options.postgres else "sqlite"} | figures, indent=1))
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
