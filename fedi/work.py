"""The queue: the Celery app, and `wake(session, task)`, which sends a task by NAME after the commit.

The database is the truth. A task carries ids or nothing, claims rows by lease, and may run twice; the sweep wakes what
is due when a message was lost.
"""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError
from sqlalchemy.orm import Session

from fedi import broker, config

TASKS = {
    "federation.process": "io",
    "federation.expand": "io",
    "federation.deliver": "io",
    "federation.fetch": "io",
    "media.protect": "media",
    "media.fetch": "io",
    "media.fingerprint": "io",
    "upkeep.sweep": "io",
    "mail.send": "io",
    "push.send": "io",
    "posts.publish": "io",
}

PAUSE = 0.05  # seconds; the embedded broker is looked at ten times in one

log = logging.getLogger(__name__)
_app: Celery | None = None
_sent: dict[str, float] = {}
_late: dict[str, threading.Timer] = {}
_pacing = threading.Lock()


def app() -> Celery:
    """The Celery app of this process, configured from the settings at first use."""
    global _app
    if _app is None:
        _app = _make()
    return _app


def reset() -> None:
    """Forget the app (after the settings changed), and what was to be sent by it."""
    global _app
    _app = None
    with _pacing:
        for late in _late.values():
            late.cancel()
        _late.clear()
        _sent.clear()


def _make() -> Celery:
    settings = config.settings()
    if not settings.broker_url:
        broker.install()
    made = Celery("fedi", broker=settings.broker_url or "filesystem://")
    made.conf.update(
        task_ignore_result=True,
        task_acks_late=False,
        worker_prefetch_multiplier=1,
        task_default_queue="io",
        task_routes={name: {"queue": queue} for name, queue in TASKS.items()},
        broker_connection_retry_on_startup=True,
        broker_transport_options={},
        worker_hijack_root_logger=False,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        beat_schedule={},
    )
    if not settings.broker_url:
        folder = settings.data_dir.absolute() / "broker"
        made.conf.broker_transport_options = _filesystem(folder)
    return made


def _filesystem(folder: Path) -> dict[str, Any]:
    """The embedded broker: files in the data folder, no server (docs/decisions/0003 has the measurements)."""
    for name in ("queue", "processed", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(folder / "queue"),
        "data_folder_out": str(folder / "queue"),
        "processed_folder": str(folder / "processed"),
        "control_folder": str(folder / "control"),
        "store_processed": False,
        "polling_interval": 0.1,
    }


def send(name: str) -> None:
    """Send the task now. Raises OSError when the broker is away (the sweep will find the work)."""
    try:
        app().send_task(name, queue=TASKS[name], retry=False, ignore_result=True)
    except OperationalError as error:
        raise OSError(str(error)) from error


def wake(session: Session, name: str) -> None:
    """Send the task once this session has committed."""
    calls: dict[str, Callable[[], None]] = session.info.setdefault("after_commit", {})
    calls.setdefault(f"task:{name}", lambda: _soon(name))


def _soon(name: str) -> None:
    """Send the task, but not twice within `PAUSE`: what commits meanwhile has one message together at its end.

    A task takes all that is due, so that under load most messages would find nothing to do.
    """
    with _pacing:
        late = _late.get(name)
        if late is not None and late.is_alive():
            return
        wait = _sent.get(name, -PAUSE) + PAUSE - time.monotonic()
        if wait > 0:
            _late[name] = threading.Timer(wait, _send_late, [name])
            _late[name].start()
            return
        _sent[name] = time.monotonic()
    send(name)


def _send_late(name: str) -> None:
    with _pacing:
        _late.pop(name, None)
        _sent[name] = time.monotonic()
    try:
        send(name)
    except OSError as error:
        log.warning("a wake-up was lost, the sweep will find the work: %s", error)
