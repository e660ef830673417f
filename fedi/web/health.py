"""/health, /ready and /metrics: for those who run the place."""

import ipaddress

from quart import Blueprint, Response, request
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from fedi import config
from fedi.errors import NotFound
from fedi.models.inbox_message import InboxMessage
from fedi.models.media import Media
from fedi.models.outgoing import Delivery
from fedi.web import database

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
async def health() -> Response:
    """The process answers (Mastodon.py reads exactly `OK`)."""
    return Response("OK", content_type="text/plain; charset=utf-8")


@blueprint.get("/ready")
async def ready() -> Response:
    """The database answers too; otherwise 503."""
    await database.reading(lambda session: session.execute(text("SELECT 1")).scalar())
    return Response("OK", content_type="text/plain; charset=utf-8")


@blueprint.get("/metrics")
async def metrics() -> Response:
    """Prometheus text, for loopback or with `Authorization: Bearer FEDI_METRICS_TOKEN`."""
    token = config.settings().metrics_token
    given = request.headers.get("Authorization", "")
    if not (token and given == f"Bearer {token}") and not _loopback():
        raise NotFound("there is nothing here")
    lines = await database.reading(_count)
    return Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _loopback() -> bool:
    forwarded = request.headers.get("X-Forwarded-For")
    try:
        return not forwarded and ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _count(session: Session) -> list[str]:
    lines = []
    for name, model in (("deliveries", Delivery), ("inbox_messages", InboxMessage), ("media", Media)):
        lines.append(f"# TYPE fedi_{name} gauge")
        rows = session.execute(select(model.state, func.count()).group_by(model.state))
        lines += [f'fedi_{name}{{state="{state}"}} {number}' for state, number in rows]
    return lines
