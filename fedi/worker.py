"""The composition root of the worker: a Celery worker with threads, a sweep that wakes what is due, the media child."""

import ctypes
import fcntl
import gc
import logging
import os
import signal
import threading
import warnings
from typing import IO

from celery.platforms import SecurityWarning
from celery.signals import worker_ready, worker_shutting_down

import fedi.tasks
from fedi import config, db, failpoints, work
from fedi.services import leases
from fedi.tasks import upkeep

log = logging.getLogger(__name__)
SWEEP_SECONDS = 10
_PR_SET_PDEATHSIG = 1


def run(*, queues: list[str], threads: int, embedded: int | None) -> None:
    """Work until told to stop. `embedded` is the process id of the `fedi serve` that it ends together with."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("celery").setLevel(logging.WARNING)
    logging.getLogger("kombu.connection").setLevel(logging.ERROR)  # the embedded broker has no host name, rightly
    warnings.filterwarnings("ignore", category=SecurityWarning)  # running as root is the operator's decision
    if embedded is not None and not die_with(embedded):
        return
    failpoints.arm(config.settings().failpoint)
    lock = _alone() if embedded is not None else None
    app = work.app()
    fedi.tasks.register(app)
    stopping = threading.Event()
    sweeper = threading.Thread(target=_sweep_forever, args=(stopping,), name="sweep", daemon=True)
    worker_ready.connect(lambda **_: sweeper.start(), weak=False)
    worker_ready.connect(lambda **_: gc.freeze(), weak=False)  # as in fedi.app: start-up is not walked again
    worker_shutting_down.connect(lambda **_: stopping.set(), weak=False)
    worker = app.Worker(
        pool="threads",
        concurrency=threads,
        queues=queues,
        loglevel="WARNING",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )
    worker.start()
    fedi.tasks.close()
    db.dispose()
    if lock is not None:
        lock.close()


def _alone() -> IO[str]:
    """Be the only embedded worker of this data folder (one that its parent left may need a moment to end), and take up
    what a crash left in the middle. The lock is held until this process ends, however it ends.
    """
    lock = (config.settings().data_dir.absolute() / "worker.lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    with db.writing() as session:
        left = leases.end_all(session)
    if left:
        log.info("%s pieces of work were left in the middle and are taken up again", left)
    return lock


def die_with(parent: int) -> bool:
    """SIGTERM for us when the parent dies, so that a `kill -9` of the web leaves no orphan (prctl(2)).

    False when it died before we asked.
    """
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    return os.getppid() == parent


def _sweep_forever(stopping: threading.Event) -> None:
    while not stopping.is_set():
        upkeep.sweep_once()
        stopping.wait(SWEEP_SECONDS)
