"""Who gets an activity: one INSERT ... SELECT from the audience of an outgoing row to one delivery per inbox."""

from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Insert, Select, case, func, literal, select, union_all
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fedi import clock, urls
from fedi.models.actor import Actor
from fedi.models.follow import Follow, FollowState
from fedi.models.outgoing import DELIVERIES, Delivery, DeliveryState, Outgoing
from fedi.models.post import Post
from fedi.models.relay import Relay, RelayState
from fedi.services import domains

OVERTAKEN = "overtaken by a Delete"
_COLUMNS = ["outgoing_id", "inbox", "host", "object_uri", "state", "attempts", "due_at", "created_at"]


def enqueue(session: Session, row: Outgoing) -> int:
    """One queued delivery for each inbox of the audience, none to ourselves or to a blocked host; how many.

    Safe to run again: (outgoing, inbox) is unique. Earlier activities about a deleted object that have not left are
    dropped, so that a late Create never follows its Delete.
    """
    inboxes = _inboxes(row)
    blocked = [host for host in _hosts(session, inboxes) if not domains.may_federate(session, host)]
    blocked += row.audience.get("but", ())
    if row.verb == "delete":
        _overtake(session, row)
    result = session.execute(_insert(session, row, inboxes, blocked))
    return max(int(result.rowcount), 0)  # type: ignore[attr-defined]


def _insert(session: Session, row: Outgoing, inboxes: CompoundSelect[str, str], blocked: list[str]) -> Insert:
    found = inboxes.subquery()
    now = clock.now()
    source = (
        select(
            literal(row.id),
            found.c.inbox,
            func.min(found.c.host),
            literal(row.object_uri),
            literal(DeliveryState.QUEUED, Delivery.state.type),
            literal(0),
            literal(now, Delivery.due_at.type),
            literal(now, Delivery.created_at.type),
        )
        .where(found.c.inbox != "", found.c.host.not_in(blocked), _elsewhere(found.c.inbox))
        .group_by(found.c.inbox)
        # In turns, as they are claimed in this order and no host may have many at once: a worker would walk by all the
        # inboxes of one to come to the next.
        .order_by(func.row_number().over(partition_by=func.min(found.c.host), order_by=found.c.inbox), found.c.inbox)
    )
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(Delivery).from_select(_COLUMNS, source).on_conflict_do_nothing()
    return postgresql.insert(Delivery).from_select(_COLUMNS, source).on_conflict_do_nothing()


def _elsewhere(inbox: ColumnElement[str]) -> ColumnElement[bool]:
    """Not below our own origin: an actor elsewhere may name our inbox as its own."""
    return ~inbox.startswith(urls.origin() + "/", autoescape=True)


def _hosts(session: Session, inboxes: CompoundSelect[str, str]) -> list[str]:
    found = inboxes.subquery()
    return list(session.scalars(select(found.c.host).distinct()))


def _inboxes(row: Outgoing) -> CompoundSelect[str, str]:
    """Rows of (inbox, host). What followers get goes to shared inboxes, what is for named actors alone to their own."""
    followers = bool(row.audience.get("followers"))
    shared = case((func.coalesce(Actor.shared_inbox, "") != "", Actor.shared_inbox), else_=Actor.inbox)
    parts: list[Select[str, str]] = [_named(row, shared if followers else Actor.inbox)]
    if followers:
        parts.append(_followers(row, shared))
    if row.audience.get("object") and row.object_uri:
        parts.append(select(Delivery.inbox, Delivery.host).where(Delivery.object_uri == row.object_uri))
    parts += [select(literal(each), literal(urls.host_of(each))) for each in row.audience.get("inboxes", ())]
    if row.audience.get("relays"):
        parts.append(select(Relay.inbox, Relay.host).where(Relay.state == RelayState.ACCEPTED, ~Relay.announces))
    if row.audience.get("known"):
        parts += [_followed(row, shared), _ever_reached(row), _works_reached(row)]
    return union_all(*parts)


def _named(row: Outgoing, inbox: Any) -> Select[str, str]:
    ids = [int(each) for each in row.audience.get("actors", [])]
    return select(inbox.label("inbox"), Actor.host.label("host")).where(Actor.id.in_(ids), *_reachable())


def _followers(row: Outgoing, inbox: Any) -> Select[str, str]:
    return (
        select(inbox.label("inbox"), Actor.host.label("host"))
        .join(Follow, Follow.follower_id == Actor.id)
        .where(Follow.followee_id == row.actor_id, Follow.state == FollowState.ACCEPTED, *_reachable())
    )


def _followed(row: Outgoing, inbox: Any) -> Select[str, str]:
    return (
        select(inbox.label("inbox"), Actor.host.label("host"))
        .join(Follow, Follow.followee_id == Actor.id)
        .where(Follow.follower_id == row.actor_id, *_reachable())
    )


def _ever_reached(row: Outgoing) -> Select[str, str]:
    return (
        select(Delivery.inbox, Delivery.host)
        .join(Outgoing, Outgoing.id == Delivery.outgoing_id)
        .where(Outgoing.actor_id == row.actor_id)
    )


def _works_reached(row: Outgoing) -> Select[str, str]:
    """Who was told of the actor's works by somebody else: relays, by the instance actor."""
    return (
        select(Delivery.inbox, Delivery.host)
        .join(Post, Post.uri == Delivery.object_uri)
        .where(Post.actor_id == row.actor_id, Delivery.object_uri != "")
    )


def _reachable() -> tuple[ColumnElement[bool], ...]:
    return Actor.domain_key != "", Actor.suspended_at.is_(None), Actor.deleted_at.is_(None)


def _overtake(session: Session, row: Outgoing) -> None:
    DELIVERIES.move_all(
        session,
        Delivery,
        [DeliveryState.QUEUED, DeliveryState.WAITING],
        DeliveryState.ABANDONED,
        Delivery.object_uri == row.object_uri,
        Delivery.object_uri != "",
        Delivery.outgoing_id != row.id,
        last_error=OVERTAKEN,
    )
