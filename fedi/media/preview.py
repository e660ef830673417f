"""Small copies of pictures that other servers show: made in a child that is locked in before it looks at them."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from fedi.errors import BadMedia
from fedi.media import formats

SECONDS = 40
MAX_BYTES = 32 << 20
MAX_PIXELS = 60_000_000  # width x height; further frames of an animation are read while they fit


@dataclass(frozen=True)
class Preview:
    """Pixels of the larger copy, and bytes of both."""

    width: int
    height: int
    size: int


def make(source: Path, small: Path, large: Path, *, long_side: int, xmp: bytes = b"") -> Preview:
    """Write two WebP copies of a picture without its metadata; `xmp` goes into both. Raises BadMedia."""
    header = formats.read_header(source, max_bytes=MAX_BYTES, max_pixels=1 << 40)
    if header.width * header.height > MAX_PIXELS:
        raise BadMedia(f"it has {header.width} x {header.height} pixels, more than are shown here")
    files = [str(each.absolute()) for each in (source, small, large)]
    command = [sys.executable, "-I", "-m", "fedi.media.previewer", *files, header.format, str(long_side)]
    try:
        done = subprocess.run(
            command, input=xmp, capture_output=True, timeout=SECONDS, env={}, check=False, cwd=source.parent
        )
    except subprocess.TimeoutExpired:
        raise BadMedia("making it small took too long") from None
    try:
        said = json.loads(done.stdout.decode() or "{}")
    except ValueError:
        said = {}
    if done.returncode or "width" not in said:
        raise BadMedia(said.get("error", "it cannot be decoded"))
    return Preview(int(said["width"]), int(said["height"]), small.stat().st_size + large.stat().st_size)
