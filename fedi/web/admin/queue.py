"""What waits to be sent, taken in and protected, and why, for moderators; and trying it again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quart import Blueprint, Response
from sqlalchemy.orm import Session

from fedi.models.inbox_message import InboxMessage
from fedi.services import cached_files, inbox, queue, relays
from fedi.web import database, sessions
from fedi.web.pages import forms, page

blueprint = Blueprint("moderation_queue", __name__)
HOSTS, PARKED = 200, 50


@dataclass(frozen=True)
class Parked:
    """A message whose processing broke again and again."""

    id: int
    kind: str
    actor: str
    reason: str
    when: datetime


@blueprint.get("/moderation/queue")
@sessions.moderators
async def show() -> Response:
    values = await database.reading(_load)
    return await page.show("moderation/queue.html", here="/moderation/reports", **values)


@blueprint.post("/moderation/queue/retry")
@sessions.moderators
async def retry() -> Response:
    """Send what waits now: to one server, or (without one) to all."""
    host = (await forms.read()).get("host", "")[:255]
    await database.writing(_retry, host or None)
    return page.go("/moderation/queue", "saved")


@blueprint.post("/moderation/queue/parked/<message_id>")
@sessions.moderators
async def take_up(message_id: str) -> Response:
    await forms.read()
    await database.writing(inbox.retry, forms.number(message_id))
    return page.go("/moderation/queue", "saved")


def _load(session: Session) -> dict[str, Any]:
    status = queue.status(session)
    return {
        "counts": {name: sorted(status[name].items()) for name in ("deliveries", "inbox", "media")},
        "oldest": status["oldest_due_s"],
        "hosts": status["hosts"][:HOSTS],
        "more": max(len(status["hosts"]) - HOSTS, 0),
        "parked": [_parked(row) for row in inbox.parked(session, limit=PARKED)],
        "relays": [{"address": row.address, "state": row.state.value} for row in relays.listed(session)],
        "cached": cached_files.total(session),
    }


def _retry(session: Session, host: str | None) -> None:
    queue.retry(session, host=host)


def _parked(row: InboxMessage) -> Parked:
    return Parked(row.id, row.kind, row.actor_uri, row.reason or "", row.received_at)
