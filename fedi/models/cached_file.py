"""Pictures of other servers that somebody here wished to see: how each copy stands, and when it was last used."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fedi import clock
from fedi.db import Base
from fedi.models.columns import UtcDateTime, choice
from fedi.states import Machine


class CachedState(StrEnum):
    WANTED = "wanted"
    HERE = "here"
    FAILED = "failed"


CACHED = Machine(
    {
        CachedState.WANTED: [CachedState.HERE, CachedState.FAILED],
        CachedState.HERE: [CachedState.WANTED],
        CachedState.FAILED: [CachedState.WANTED],
    },
)


class CachedFile(Base):
    """`key` is the SHA-256 of the address; the copies lie in `cache/` under it. `size` is what they take in bytes."""

    __tablename__ = "cached_files"
    __table_args__ = (
        Index("ix_cached_files_due", "state", "due_at"),
        Index("ix_cached_files_used", "state", "used_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    url: Mapped[str] = mapped_column(String(2048))
    host: Mapped[str] = mapped_column(String(255), index=True)
    state: Mapped[CachedState] = mapped_column(choice(CachedState, "state"), default=CachedState.WANTED)
    reason: Mapped[str | None] = mapped_column(Text)  # why there is no copy
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    consent: Mapped[str | None] = mapped_column(String(255))  # what its author says, never weaker than received
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
