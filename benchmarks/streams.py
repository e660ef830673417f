"""How long a new post takes to reach everybody who listens: `python benchmarks/streams.py [--listeners 1000]`.

`fedi serve` and this client share the machine. Each listener is a WebSocket of its own with the stream `user` of one of
`--people` accounts that follow the author; the time runs from the beginning of POST /api/v1/statuses.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import aiohttp
from cryptography.hazmat.primitives.asymmetric import rsa

from fedi import config, db
from fedi.services import accounts, follows, schema, tokens

PORT = 8741


def cast(count):
    """The author's token, and those of her followers."""
    schema.upgrade()
    key = rsa.generate_private_key(65537, 2048)
    with db.writing() as session:
        made = [
            accounts.create(session, name=name, email=f"{name}@mail.example", password_hash="!", key=key)
            for name in ("mira", *(f"p{number}" for number in range(count)))
        ]
        for account in made[1:]:
            follows.request(session, account.actor, made[0].actor)
        return [tokens.issue(session, account, "read write") for account in made]


async def listen(session, token, heard, ready):
    address = f"http://localhost:{PORT}/api/v1/streaming?stream=user"
    async with session.ws_connect(address, headers={"Authorization": f"Bearer {token}"}) as socket:
        ready.release()
        async for message in socket:
            if json.loads(message.data)["event"] == "update":
                heard.append(time.perf_counter())


async def measure(author, readers, listeners, rounds):
    heard, ready = [], asyncio.Semaphore(0)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        tasks = [
            asyncio.create_task(listen(session, readers[number % len(readers)], heard, ready))
            for number in range(listeners)
        ]
        for _ in tasks:
            await ready.acquire()
        await asyncio.sleep(1)
        for number in range(rounds):
            heard.clear()
            begun = time.perf_counter()
            headers = {"Authorization": f"Bearer {author}"}
            async with session.post(
                f"http://localhost:{PORT}/api/v1/statuses", json={"status": f"post {number}"}, headers=headers
            ) as answer:
                assert answer.status == 200, await answer.text()
            while len(heard) < listeners and time.perf_counter() - begun < 20:
                await asyncio.sleep(0.02)
            took = sorted(each - begun for each in heard)
            print(
                f"{len(took)} of {listeners} heard: first {took[0]:.3f} s, "
                f"median {took[len(took) // 2]:.3f} s, last {took[-1]:.3f} s",
                flush=True,
            )
            await asyncio.sleep(1)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listeners", type=int, default=1000)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = {"data_dir": Path(folder), "domain": f"localhost:{PORT}", "rate_limits": "off"}
        config.use(config.load(**settings, bind=f"127.0.0.1:{PORT}"))
        author, *readers = cast(given.people)
        environment = os.environ | config.environment_of(config.settings())
        server = subprocess.Popen([sys.executable, "-m", "fedi", "serve"], env=environment, stdout=subprocess.DEVNULL)
        try:
            time.sleep(5)
            asyncio.run(measure(author, readers, given.listeners, given.rounds))
            begun = time.perf_counter()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
        print(f"the server ended in {time.perf_counter() - begun:.1f} s")


if __name__ == "__main__":
    main()
