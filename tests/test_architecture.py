"""The rules of the structure: imports point down, the web never loads torch, the code is clean and typed."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent


def run(*command):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return done.stdout


def test_the_web_process_imports_nothing_heavy():
    run(
        sys.executable,
        "-c",
        "import sys; from fedi.app import create_app; create_app(); import fedi.cli.serve;"
        "assert not {'torch', 'c2pa', 'alembic'} & set(sys.modules)",
    )


@pytest.mark.slow
def test_imports_point_down():
    run(str(BIN / "lint-imports"))


def test_ruff_is_content():
    run(str(BIN / "ruff"), "check", ".")
    run(str(BIN / "ruff"), "format", "--check", ".")


@pytest.mark.slow
def test_types_hold():
    run(str(BIN / "mypy"))


def test_only_db_commits_and_only_machines_move_states():
    """`writing()` is the one place that commits, `Machine.move` the one writer of a state column."""
    offences = []
    for path in (ROOT / "fedi").rglob("*.py"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if ".commit(" in line and path.name != "db.py":
                offences.append(f"{path}:{number}: commit")
            if ".state = " in line and path.name != "states.py":
                offences.append(f"{path}:{number}: writes a state")
    assert not offences
