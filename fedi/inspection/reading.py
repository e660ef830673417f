"""Starting the reading child and waiting for it, no longer than it may take."""

import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import Any

from fedi.errors import BadMedia
from fedi.inspection.piece import Piece, pack
from fedi.policy.reading.signal import Found

log = logging.getLogger(__name__)
SECONDS = 25


def read(pieces: Sequence[Piece]) -> list[Found | str]:
    """What each piece says, or why it cannot be read. Raises BadMedia when the child had to be stopped."""
    command = [sys.executable, "-I", "-m", "fedi.inspection.child"]
    try:
        done = subprocess.run(
            command, input=pack(pieces), capture_output=True, timeout=SECONDS, env={}, check=False,
            cwd=tempfile.gettempdir(),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise BadMedia(f"reading it took more than {SECONDS} seconds") from None
    if done.returncode < 0:
        raise BadMedia("reading it took more memory or time than is given, and was stopped")
    if done.returncode:
        log.error("the reading child: %s", done.stderr.decode("utf-8", "replace")[-4000:])
        raise BadMedia("it cannot be read")
    return [_found(each) for each in json.loads(done.stdout)]


def _found(answer: dict[str, Any]) -> Found | str:
    return str(answer["error"]) if "error" in answer else Found.from_json(answer)
