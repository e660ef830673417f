"""Memory of an instance at rest: `fedi serve` with its embedded worker, after a few requests.

`python benchmarks/memory.py [--settle 20]`: the PSS of every process (what it has for itself, and its share of what it
has in common with others), from /proc/PID/smaps_rollup, after the first start, which migrates, and after the second.
The floor is a bare Python that imports the web framework, the server and the database library.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

PORT = 8733
PATHS = ["/", "/explore", "/about", "/nodeinfo/2.1", "/api/v2/instance", "/api/v1/timelines/public"]
FLOOR = "import quart, hypercorn.asyncio, sqlalchemy.orm; print('ready', flush=True); input()"


def pss(pid):
    """Megabytes."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def family(pid):
    """The process and everything it started."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += family(int(child))
    return found


def ask(path):
    with urllib.request.urlopen(f"http://localhost:{PORT}{path}", timeout=10) as answer:
        answer.read()


def wait():
    for _ in range(600):
        try:
            return ask("/health")
        except urllib.error.URLError:
            time.sleep(0.05)
    raise SystemExit("it does not answer")


def floor():
    process = subprocess.Popen([sys.executable, "-c", FLOOR], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdout.readline()
    found = pss(process.pid)
    process.kill()
    process.wait()
    return found


def name(pid):
    words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().split()
    return " ".join(Path(word).name for word in words[:5])


def start(environment, settle):
    """{process: megabytes} of an instance that was started, asked a little and left alone."""
    command = [sys.executable, "-m", "fedi", "serve"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait()
        for path in PATHS * 5:
            ask(path)
        time.sleep(settle)
        return {name(pid): round(pss(pid), 1) for pid in family(process.pid)}
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--settle", type=float, default=20)
    settle = parser.parse_args().settle
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "FEDI_DATA_DIR": folder, "FEDI_DOMAIN": f"localhost:{PORT}"}
        first, second = start(environment, settle), start(environment, settle)
    print(json.dumps({"floor_mb": round(floor(), 1), "first_start": first, "second_start": second}))


if __name__ == "__main__":
    main()
