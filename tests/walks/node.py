"""Programs of others from npm, pinned by their lock file, for the walks."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

OFFLINE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "ENETUNREACH", "network")


def installed(name: str) -> Path:
    """The folder in which `tests/walks/NAME` stands with its packages; beside our own packages, kept between runs."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    sources = Path(__file__).with_name(name)
    folder = Path(sys.prefix) / name
    folder.mkdir(exist_ok=True)
    lock = folder / "package-lock.json"
    wanted = (sources / lock.name).read_bytes()
    fresh = (folder / "node_modules").is_dir() and lock.is_file() and lock.read_bytes() == wanted
    for each in sources.iterdir():
        shutil.copy(each, folder / each.name)
    if not fresh:
        done = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=folder, capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip
        if done.returncode:
            lock.unlink()
            if any(word in done.stderr for word in OFFLINE):
                pytest.skip(f"the npm registry is out of reach: {done.stderr[-300:]}")
        assert done.returncode == 0, done.stderr
    return folder
