"""The durability drill in small: the whole instance killed a few times, and nothing lost."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.walk, pytest.mark.timeout(400)]


def test_a_few_kills():
    small = [
        "--deliveries",
        "200",
        "--peers",
        "5",
        "--inbox",
        "40",
        "--kills",
        "4",
        "--flushes",
        "1",
        "--seconds",
        "12",
    ]
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks/drill.py", *small], capture_output=True, text=True, timeout=380, check=False
    )
    assert done.returncode in {0, 1}, done.stderr[-2000:]
    figures = json.loads(done.stdout[done.stdout.index("{") :])
    print(done.stdout)
    assert figures["deliveries"] == 200
    assert figures["inbox_accepted"] == 40
    for name in ("deliveries_lost", "inbox_lost", "inbox_applied_twice", "inbox_parked"):
        assert figures[name] == 0, done.stdout[-3000:]
    assert sum(figures["harm"].values()) == 5
