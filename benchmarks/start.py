"""Seconds from `fedi serve` on a warm install to its first answered request.

`python benchmarks/start.py [--runs 5]`: a fresh data folder is made once (its first start migrates), then each run
starts the same instance again. Prints the first start, then minimum, median and maximum of the others, and beside
them the floor: a bare Python that imports the web framework and the database library.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

PORT = 8731


def once(environment: dict[str, str]) -> float:
    begun = time.monotonic()
    command = [sys.executable, "-m", "fedi", "serve"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                with urllib.request.urlopen(f"http://localhost:{PORT}/health", timeout=5) as answer:
                    answer.read()
                return time.monotonic() - begun
            except urllib.error.URLError:
                time.sleep(0.01)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def floor() -> float:
    begun = time.monotonic()
    subprocess.run([sys.executable, "-c", "import quart, hypercorn.asyncio, sqlalchemy.orm"], check=True)
    return time.monotonic() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "FEDI_DATA_DIR": folder, "FEDI_DOMAIN": f"localhost:{PORT}"}
        print(f"first start, with migration: {once(environment):.2f} s")
        times = [once(environment) for _ in range(runs)]
    floors = [floor() for _ in range(runs)]
    print(f"warm start: min {min(times):.2f}  median {statistics.median(times):.2f}  max {max(times):.2f} s")
    print(f"floor (imports alone): median {statistics.median(floors):.2f} s")


if __name__ == "__main__":
    main()
