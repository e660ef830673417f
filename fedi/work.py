"""The queue: the Celery app, and `wake(session, task)`, which sends a task by NAME after the commit.

The database is the truth. A task carries ids or nothing, claims rows by lease, and may run twice; the sweep wakes what
is due when a message was lost.
"""

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

_app: Celery | None = None


def app() -> Celery:
    """The Celery app of this process, configured from the settings at first use."""
    global _app
    if _app is None:
        _app = _make()
    return _app


def reset() -> None:
    """Forget the app (after the settings changed)."""
    global _app
    _app = None


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
    calls.setdefault(f"task:{name}", lambda: send(name))
