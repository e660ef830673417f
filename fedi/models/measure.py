"""Measures: what a moderator did about a person, one row each, never changed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fedi import clock
from fedi.db import Base
from fedi.models.actor import Actor
from fedi.models.columns import UtcDateTime


class Action(StrEnum):
    """Mastodon's words; the second half takes the first half back."""

    NONE = "none"  # a word with the person, or a report that led to nothing
    SENSITIVE = "sensitive"
    DISABLE = "disable"
    SILENCE = "silence"
    SUSPEND = "suspend"
    UNSENSITIVE = "unsensitive"
    ENABLE = "enable"
    UNSILENCE = "unsilence"
    UNSUSPEND = "unsuspend"
    DELETE = "delete"


class Measure(Base):
    __tablename__ = "measures"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    target_id: Mapped[int] = mapped_column(ForeignKey("actors.id", ondelete="CASCADE"), index=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id", ondelete="SET NULL"))
    action: Mapped[Action] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    target: Mapped[Actor] = relationship(foreign_keys=[target_id], lazy="joined")
