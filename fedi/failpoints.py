"""Named points where a test can kill the process: each commit, rename and send of a walk has one.

`FEDI_FAILPOINT=name` kills the process (SIGKILL to itself) at the first pass, `name:3` at the third. In production
nothing is set and a point costs one comparison. `NAMES` is what the kill tests walk through.
"""

import os
import signal

NAMES: set[str] = set()
_armed: str | None = None
_remaining = 0


def arm(setting: str | None) -> None:
    """Arm one point, as `name` or `name:nth`; `None` disarms."""
    global _armed, _remaining
    name, _, nth = (setting or "").partition(":")
    _armed, _remaining = (name or None), int(nth or 1)


def point(name: str) -> None:
    """Die here if a test asked for it."""
    global _remaining
    if name != _armed:
        return
    _remaining -= 1
    if _remaining <= 0:
        os.kill(os.getpid(), signal.SIGKILL)


def declare(*names: str) -> None:
    """Say which points a module has, so that the kill tests find them all."""
    NAMES.update(names)
