"""Celery tasks of a few lines: each runs what is due until nothing is, and may run twice."""

from collections.abc import Callable

from celery import Celery

from fedi import net
from fedi.tasks import federation, fingerprints, letters, media, push, remote_files, scheduled, upkeep

BODIES: dict[str, Callable[[], object]] = {
    "federation.process": federation.process,
    "federation.expand": federation.expand,
    "federation.deliver": federation.deliver,
    "federation.fetch": federation.fetch,
    "media.protect": media.protect,
    "media.fetch": remote_files.fetch_due,
    "media.fingerprint": fingerprints.make_due,
    "mail.send": letters.send_due,
    "push.send": push.send_due,
    "posts.publish": scheduled.post_due,
    "upkeep.sweep": upkeep.sweep_once,
}


def register(app: Celery) -> None:
    """Give the Celery app its tasks; the web sends them by name and never imports this."""
    for name, body in BODIES.items():
        app.task(body, name=name, ignore_result=True)


def run_until_idle(limit: int = 100) -> None:
    """Do all work that is due, in this thread: what `fedi post --wait` and the tests use instead of a worker."""
    for _ in range(limit):
        done = [body() for name, body in BODIES.items() if name != "upkeep.sweep"]  # every one, not up to the first
        if not any(done):
            return


def close() -> None:
    """End the media child and the connections."""
    media.close()
    net.close_background()
