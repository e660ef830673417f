"""The queues as an operator and an artist see them: what waits and why, and trying again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from fedi import clock, work
from fedi.models.inbox_message import InboxMessage
from fedi.models.media import Media
from fedi.models.outgoing import DELIVERIES, Delivery, DeliveryState, Host, Outgoing
from fedi.models.post import Post
from fedi.services import hosts
from fedi.services.audience import OVERTAKEN
from fedi.services.deliveries import UNFINISHED

_WAITING = [DeliveryState.QUEUED, DeliveryState.WAITING]


@dataclass(frozen=True)
class Sent:
    """One activity about a post at one inbox, for its author."""

    verb: str
    host: str
    inbox: str
    state: DeliveryState
    attempts: int
    last_status: int | None
    last_error: str | None
    due_at: datetime
    delivered_at: datetime | None


def status(session: Session) -> dict[str, Any]:
    """What `fedi queue status --json` prints (design: the contract's shapes)."""
    return {
        "deliveries": _count(session, Delivery),
        "inbox": _count(session, InboxMessage),
        "media": _count(session, Media),
        "oldest_due_s": _oldest_due(session),
        "hosts": _hosts(session),
    }


def deliveries_of(session: Session, post: Post) -> list[Sent]:
    """Which servers have the post, and which still wait, in the order of sending."""
    rows = session.execute(
        select(
            Outgoing.verb,
            Delivery.host,
            Delivery.inbox,
            Delivery.state,
            Delivery.attempts,
            Delivery.last_status,
            Delivery.last_error,
            Delivery.due_at,
            Delivery.delivered_at,
        )
        .join(Outgoing, Outgoing.id == Delivery.outgoing_id)
        .where(Delivery.object_uri == post.uri, Outgoing.actor_id == post.actor_id)
        .order_by(Delivery.id),
    )
    return [Sent(*row) for row in rows]


def retry(session: Session, *, host: str | None = None, post: Post | None = None) -> int:
    """Make what waits or was given up due now, of one host or about one post or all; how many.

    Not what a later activity about the same object has overtaken. The hosts' rests end.
    """
    narrow: list[ColumnElement[bool]] = []
    if host is not None:
        narrow.append(Delivery.host == host.lower())
    if post is not None:
        narrow.append(Delivery.object_uri == post.uri)
    chosen = list(
        session.execute(
            select(Delivery.id, Delivery.host, Delivery.state).where(
                Delivery.state.in_([*_WAITING, DeliveryState.ABANDONED]), ~_overtaken(), *narrow
            ),
        ),
    )
    given_up = [row.id for row in chosen if row.state == DeliveryState.ABANDONED]
    DELIVERIES.move_all(
        session, Delivery, [DeliveryState.ABANDONED], DeliveryState.WAITING, Delivery.id.in_(given_up),
        attempts=0, due_at=clock.now(), created_at=clock.now(),
    )  # fmt: skip
    for name in sorted({row.host for row in chosen}):
        hosts.wake(session, name)
    work.wake(session, "federation.deliver")
    return len(chosen)


def _overtaken() -> ColumnElement[bool]:
    later = aliased(Delivery)
    return (func.coalesce(Delivery.last_error, "") == OVERTAKEN) | exists().where(
        Delivery.object_uri != "",
        Delivery.state == DeliveryState.ABANDONED,
        later.object_uri == Delivery.object_uri,
        later.inbox == Delivery.inbox,
        later.id > Delivery.id,
        later.state == DeliveryState.DELIVERED,
    )


def _count(session: Session, model: Any) -> dict[str, int]:
    rows = session.execute(select(model.state, func.count()).group_by(model.state))
    return {str(state): number for state, number in rows}


def _oldest_due(session: Session) -> int:
    """Seconds since the oldest delivery that is due now became due."""
    oldest = session.scalar(select(func.min(Delivery.due_at)).where(Delivery.state.in_(UNFINISHED)))
    return max(int((clock.now() - oldest).total_seconds()), 0) if oldest else 0


def _hosts(session: Session) -> list[dict[str, Any]]:
    """Hosts that something waits for, or that failed last, the most waiting first."""
    waiting = {
        row[0]: (row[1], row[2])
        for row in session.execute(
            select(Delivery.host, func.count(), func.min(Delivery.due_at))
            .where(Delivery.state.in_(UNFINISHED))
            .group_by(Delivery.host),
        )
    }
    known = hosts.known(session, set(waiting))
    for row in session.scalars(select(Host).where(Host.failures > 0)):
        known[row.host] = row
    listed = [_host(name, known.get(name), *waiting.get(name, (0, None))) for name in {*waiting, *known}]
    return sorted(
        (each for each in listed if each["waiting"] or each["state"] != "ok"),
        key=lambda each: (-each["waiting"], each["host"]),
    )


def _host(name: str, row: Host | None, waiting: int, due_at: datetime | None) -> dict[str, Any]:
    if hosts.gone(row):
        state, due_at = "gone", None
    elif hosts.resting(row):
        state = "resting"
    else:
        state = "failing" if row is not None and row.failures else "ok"
    return {
        "host": name,
        "state": state,
        "waiting": waiting,
        "next_attempt": clock.iso(due_at) if due_at else None,
        "last_error": row.last_error if row else None,
    }
