"""Programs of others from PyPI, pinned by a list of their own, in an environment of their own, for the walks."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

OFFLINE = ("Could not find a version", "NewConnectionError", "Temporary failure in name resolution", "No space left")


def installed(name: str) -> Path:
    """The folder of programs with what `tests/walks/NAME/requirements.txt` wants; beside our own packages, kept between
    runs.
    """
    wanted = Path(__file__).with_name(name) / "requirements.txt"
    folder = Path(sys.prefix) / f"{name}-venv"
    mark, programs = folder / "installed.txt", folder / "bin"
    if mark.is_file() and mark.read_bytes() == wanted.read_bytes():
        return programs
    venv.create(folder, with_pip=True)
    done = subprocess.run(
        [programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", wanted],
        capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    if done.returncode and any(word in done.stderr for word in OFFLINE):
        pytest.skip(f"{name} cannot be installed: {done.stderr.strip()[-300:]}")
    assert done.returncode == 0, done.stderr
    mark.write_bytes(wanted.read_bytes())
    return programs
