"""Decoding untrusted bytes: in a child that is killed when it takes too long, too much memory or too much CPU."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fedi.errors import BadMedia
from fedi.media.formats import Header

SECONDS = 90


@dataclass(frozen=True)
class Pixels:
    """Decoded frames: `frames` uint8 of shape (frames, height, width, 3 or 4), `durations` in milliseconds."""

    frames: NDArray[np.uint8]
    durations: tuple[int, ...]
    loop: int

    @property
    def animated(self) -> bool:
        return len(self.frames) > 1

    @property
    def size(self) -> tuple[int, int]:
        """(width, height)."""
        return int(self.frames.shape[2]), int(self.frames.shape[1])

    def save(self, path: Path) -> None:
        """Write by a temporary name and a rename, so that a half file is never read."""
        draft = path.with_suffix(".draft")
        with draft.open("wb") as file:
            np.savez(file, frames=self.frames, durations=np.array(self.durations), loop=np.array(self.loop))
        draft.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Pixels":
        with np.load(path, allow_pickle=False) as stored:
            return cls(stored["frames"], tuple(int(each) for each in stored["durations"]), int(stored["loop"]))


@dataclass(frozen=True)
class Decoded:
    width: int
    height: int
    channels: int
    frames: int
    durations: list[int]
    loop: int
    alpha: bool
    icc: bool
    sandbox: list[str]


def decode(source: Path, header: Header, workdir: Path, *, max_pixels: int) -> tuple[Pixels, dict[str, Any]]:
    """The frames of a file, upright, sRGB, without any metadata; and what is known of them.

    The child holds what it finds to `max_pixels` (width x height x frames) once more, as a header can lie.
    Raises BadMedia with a sentence for the artist.
    """
    raw = workdir / "decoded.raw"
    files = [str(source.absolute()), str(raw)]
    command = [sys.executable, "-I", "-m", "fedi.media.decoder", *files, header.format, str(max_pixels)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, env={}, check=False, cwd=workdir)
        said = _answer(done)
        decoded = Decoded(**said)
        shape = (decoded.frames, decoded.height, decoded.width, decoded.channels)
        frames = np.fromfile(raw, dtype=np.uint8)
        if frames.size != int(np.prod(shape)):
            raise BadMedia("the file is damaged and cannot be decoded")
        frames = frames.reshape(shape)
    except subprocess.TimeoutExpired:
        raise BadMedia(f"decoding it took more than {SECONDS} seconds") from None
    finally:
        raw.unlink(missing_ok=True)
    if frames.shape[3] == 4 and not decoded.alpha:
        frames = np.ascontiguousarray(frames[..., :3])
    return Pixels(frames, tuple(decoded.durations), decoded.loop), asdict(decoded) | {"durations": None}


def _answer(done: "subprocess.CompletedProcess[bytes]") -> dict[str, Any]:
    if done.returncode < 0:
        raise BadMedia("decoding it took more memory or time than is given, and was stopped")
    try:
        said: dict[str, Any] = json.loads(done.stdout.decode() or "{}")
    except ValueError:
        said = {}
    if "error" in said:
        raise BadMedia(said["error"])
    if done.returncode or not said:
        raise BadMedia("the file is damaged and cannot be decoded")
    return said
