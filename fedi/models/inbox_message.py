"""What came in: one row per activity, durable before it is answered; and tombstones of what is gone."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fedi import clock
from fedi.db import Base
from fedi.models.columns import UtcDateTime, choice
from fedi.states import Machine


class InboxState(StrEnum):
    RECEIVED = "received"
    PROCESSED = "processed"
    IGNORED = "ignored"
    REFUSED = "refused"
    WAITING = "waiting"
    ABANDONED = "abandoned"
    PARKED = "parked"


INBOX = Machine(
    {
        InboxState.RECEIVED: [
            InboxState.PROCESSED,
            InboxState.IGNORED,
            InboxState.REFUSED,
            InboxState.WAITING,
            InboxState.PARKED,
        ],
        InboxState.WAITING: [
            InboxState.PROCESSED,
            InboxState.IGNORED,
            InboxState.REFUSED,
            InboxState.WAITING,
            InboxState.ABANDONED,
            InboxState.PARKED,
        ],
        InboxState.PARKED: [InboxState.RECEIVED],
        InboxState.PROCESSED: [],
        InboxState.IGNORED: [],
        InboxState.REFUSED: [],
        InboxState.ABANDONED: [],
    },
)


class InboxMessage(Base):
    """`dedupe` is unique: actor, activity id and (for an Update) `object.updated`; NULL where there is no id."""

    __tablename__ = "inbox_messages"
    __table_args__ = (
        Index("ix_inbox_messages_due", "state", "due_at"),
        Index("ix_inbox_messages_host", "host", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    actor_uri: Mapped[str] = mapped_column(String(2048))
    host: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(64))
    activity_uri: Mapped[str | None] = mapped_column(String(2048))
    dedupe: Mapped[str | None] = mapped_column(String(64), unique=True)
    recipient_id: Mapped[int | None] = mapped_column(BigInteger)  # local actor of a personal inbox
    body: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[InboxState] = mapped_column(choice(InboxState, "state"), default=InboxState.RECEIVED)
    reason: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Tombstone(Base):
    """An id that is gone for ever: a Create, Update or Undo about it that comes late has no effect."""

    __tablename__ = "tombstones"

    uri: Mapped[str] = mapped_column(String(2048), primary_key=True)
    actor_uri: Mapped[str] = mapped_column(String(2048))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
