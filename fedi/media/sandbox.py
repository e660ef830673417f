"""What a child that reads untrusted bytes may not do: limits, no network, no files (Linux; the rest keeps rlimits).

Landlock (Linux 5.13) is used where the kernel has it: with no rule at all, no path can be opened any more; the files
the child needs are open before. The network goes by an empty network namespace where that is permitted.
"""

import ctypes
import os
import platform
import resource
import signal
import struct

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CLONE_NEWNET, _CLONE_NEWUSER = 0x40000000, 0x10000000
_LANDLOCK_CREATE_RULESET, _LANDLOCK_RESTRICT_SELF = 444, 446
_VERSION_FLAG = 1
# Every file system right of ABI 1; later ABIs add rights that a child without open paths cannot use.
_FS_RIGHTS = (1 << 13) - 1
_NET_RIGHTS = 3  # bind and connect TCP, ABI 4


def limit(*, memory: int, cpu_seconds: int, file_bytes: int, files: int = 64) -> None:
    """Rlimits of this process; `memory` is address space in bytes."""
    for kind, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NOFILE, files),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))


def die_with_parent() -> None:
    """SIGKILL for this process when its parent dies (prctl(2))."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def close_in() -> list[str]:
    """Give up the network and the file system; returns what the kernel granted."""
    libc = ctypes.CDLL(None, use_errno=True)
    granted = []
    die_with_parent()
    if libc.unshare(_CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0:
        granted.append("no network")
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 and _landlock(libc):
        granted.append("no files")
    return granted


def _landlock(libc: ctypes.CDLL) -> bool:
    if platform.system() != "Linux":
        return False
    version = libc.syscall(_LANDLOCK_CREATE_RULESET, None, 0, _VERSION_FLAG)
    if version < 1:
        return False
    attributes = struct.pack("QQ", _FS_RIGHTS, _NET_RIGHTS) if version >= 4 else struct.pack("Q", _FS_RIGHTS)
    buffer = ctypes.create_string_buffer(attributes, len(attributes))
    ruleset = libc.syscall(_LANDLOCK_CREATE_RULESET, buffer, len(attributes), 0)
    if ruleset < 0:
        return False
    restricted: bool = libc.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    return restricted
