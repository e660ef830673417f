"""What must leave: one `outgoing` row per activity, expanded into one `deliveries` row per inbox; hosts beside them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fedi import clock
from fedi.db import Base
from fedi.models.actor import Actor
from fedi.models.columns import UtcDateTime, choice
from fedi.states import Machine


class OutgoingState(StrEnum):
    PENDING = "pending"
    EXPANDED = "expanded"
    ABANDONED = "abandoned"


OUTGOING = Machine(
    {
        OutgoingState.PENDING: [OutgoingState.EXPANDED, OutgoingState.ABANDONED],
        OutgoingState.EXPANDED: [],
        OutgoingState.ABANDONED: [],
    },
)


class Outgoing(Base):
    """`verb` names the module that writes the document, `subject` what it needs (ids only).

    `audience` is `{"followers": bool, "actors": [actor id], "object": bool, "known": bool, "but": [host]}`: the
    followers of `actor_id`, named actors, every inbox that ever got a delivery about `object_uri`, every inbox that
    ever got anything from the actor, and none of these servers.
    """

    __tablename__ = "outgoing"
    __table_args__ = (Index("ix_outgoing_due", "state", "due_at"), Index("ix_outgoing_object", "object_uri"))

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id", ondelete="CASCADE"))
    verb: Mapped[str] = mapped_column(String(32))
    subject: Mapped[dict[str, Any]] = mapped_column(JSON)
    audience: Mapped[dict[str, Any]] = mapped_column(JSON)
    object_uri: Mapped[str] = mapped_column(String(2048), default="")  # the ordering key
    activity_uri: Mapped[str] = mapped_column(String(2048), default="")
    body: Mapped[bytes | None] = mapped_column(LargeBinary)  # serialised once
    digest: Mapped[str | None] = mapped_column(String(128))
    state: Mapped[OutgoingState] = mapped_column(choice(OutgoingState, "state"), default=OutgoingState.PENDING)
    reason: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    actor: Mapped[Actor] = relationship(lazy="raise")


class DeliveryState(StrEnum):
    QUEUED = "queued"
    DELIVERING = "delivering"
    DELIVERED = "delivered"
    WAITING = "waiting"
    REFUSED = "refused"
    ABANDONED = "abandoned"


DELIVERIES = Machine(
    {
        DeliveryState.QUEUED: [DeliveryState.DELIVERING, DeliveryState.ABANDONED],  # overtaken by a Delete, or blocked
        DeliveryState.DELIVERING: [
            DeliveryState.DELIVERING,  # a lease that ran out is claimed again
            DeliveryState.DELIVERED,
            DeliveryState.WAITING,
            DeliveryState.REFUSED,
            DeliveryState.ABANDONED,
        ],
        DeliveryState.WAITING: [DeliveryState.DELIVERING, DeliveryState.ABANDONED],
        DeliveryState.DELIVERED: [],
        DeliveryState.REFUSED: [],
        DeliveryState.ABANDONED: [DeliveryState.WAITING],
    },
)


class Delivery(Base):
    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("outgoing_id", "inbox"),
        Index("ix_deliveries_due", "state", "due_at", "id"),
        Index("ix_deliveries_object", "object_uri", "inbox"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    outgoing_id: Mapped[int] = mapped_column(ForeignKey("outgoing.id", ondelete="CASCADE"))
    inbox: Mapped[str] = mapped_column(String(2048))
    host: Mapped[str] = mapped_column(String(255), index=True)
    object_uri: Mapped[str] = mapped_column(String(2048), default="")
    state: Mapped[DeliveryState] = mapped_column(choice(DeliveryState, "state"), default=DeliveryState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_status: Mapped[int | None] = mapped_column()
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    outgoing: Mapped[Outgoing] = relationship(lazy="raise")


class Host(Base):
    """What we know of another server as a receiver."""

    __tablename__ = "hosts"

    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    bad_days: Mapped[list[str]] = mapped_column(JSON, default=list)  # distinct days with failures since a success
    resting_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signature_scheme: Mapped[str] = mapped_column(String(16), default="cavage")
    last_success_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(Text)
