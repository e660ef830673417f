"""Files in the data folder: `vault/` (originals, no address), `renditions/` (the only tree served), `tmp/`.

Everything lies on one file system, so that publishing is a rename; a file has its place only once it is whole and
flushed to the disk.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fedi import config, failpoints
from fedi.errors import NotFound, OurFault

failpoints.declare("files.before_rename", "files.after_rename")

FOLDERS = {"keys": 0o700, "vault": 0o700, "renditions": 0o755, "cache": 0o755, "broker": 0o700, "tmp": 0o700}


def folder(name: str) -> Path:
    """One of FOLDERS in the data folder, made when missing."""
    path = config.settings().data_dir.absolute() / name
    if not path.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(FOLDERS[name])
    return path


def locate(tree: str, key: str) -> Path:
    """The path of a key below a tree. Raises NotFound for a key that would leave the tree or is odd."""
    parts = key.split("/")
    if not key or any(not part or part.startswith(".") or "\\" in part or "\0" in part for part in parts):
        raise NotFound("no such file")
    return folder(tree).joinpath(*parts)


@contextmanager
def incoming(suffix: str = "") -> Iterator[Path]:
    """A path in `tmp/` for a file that is being received; removed unless it was moved away."""
    path = folder("tmp") / f"in-{os.urandom(12).hex()}{suffix}"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def place(source: Path, tree: str, key: str) -> Path:
    """Move a whole file to its place, durably: flush the file, rename, flush the folder."""
    target = locate(tree, key)
    target.parent.mkdir(parents=True, exist_ok=True)
    _flush(source)
    failpoints.point("files.before_rename")
    source.replace(target)
    failpoints.point("files.after_rename")
    _flush(target.parent)
    return target


def remove(tree: str, key: str) -> None:
    locate(tree, key).unlink(missing_ok=True)


@contextmanager
def workdir(name: str) -> Iterator[Path]:
    """A folder in `tmp/` that stays (stages resume in it) until `clear_workdir`."""
    if "/" in name or name.startswith("."):
        raise OurFault("a work folder is one plain name")
    path = folder("tmp") / name
    path.mkdir(exist_ok=True)
    yield path


def clear_workdir(name: str) -> None:
    shutil.rmtree(folder("tmp") / name, ignore_errors=True)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
