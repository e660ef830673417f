"""What the benchmarks of the web share: an app in a process of its own, kept connections, that process's CPU time."""

import asyncio
import multiprocessing
import os
import socket
import time
from contextlib import contextmanager
from pathlib import Path

import uvloop
from hypercorn.asyncio import serve
from hypercorn.config import Config

from fedi import config

CONNECTIONS = 32
HOST = "art.test"


def settings(folder, database, **more):
    config.use(
        config.load(
            domain=HOST,
            data_dir=Path(folder),
            database_url=database,
            rate_limits="off",
            secret_key="a key for a benchmark, long enough",
            **more,
        )
    )


async def send(port, made):
    """Send these requests over a few kept connections; the statuses by count, and the slowest hundredth in ms."""
    queue, statuses, times = iter(made), {}, []

    async def work():
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for data in queue:
            began = time.perf_counter()
            writer.write(data)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
            await reader.readexactly(length)
            times.append(time.perf_counter() - began)
            status = int(head.split()[1])
            statuses[status] = statuses.get(status, 0) + 1
        writer.close()

    await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
    times.sort()
    return statuses, round(times[int(len(times) * 0.99)] * 1000, 1)


def _serve(make_app, arguments, listening):
    made = Config()
    made.bind = [f"fd://{listening.detach()}"]
    made.accesslog = made.errorlog = None
    uvloop.run(serve(make_app(*arguments), made))


def cpu_of(pid):
    """Seconds of CPU a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(make_app, arguments):
    """`make_app(*arguments)` served by a process of its own; gives its (process id, port)."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(make_app, arguments, listening), daemon=True
    )
    process.start()
    listening.close()
    try:
        yield process.pid, port
    finally:
        process.kill()
        process.join()


def measured(make_app, arguments, made, *, warm, status):
    """`make_app(*arguments)` in a process of its own under these requests, each of which must answer `status`."""
    with running(make_app, arguments) as (pid, port):
        asyncio.run(send(port, warm))
        before, began = cpu_of(pid), time.perf_counter()
        statuses, slowest = asyncio.run(send(port, made))
        cpu, wall = cpu_of(pid) - before, time.perf_counter() - began
    if statuses != {status: len(made)}:
        raise SystemExit(f"{make_app.__name__}: {statuses}")
    return {"per_cpu_second": round(len(made) / cpu), "per_second": round(len(made) / wall), "p99_ms": slowest}
