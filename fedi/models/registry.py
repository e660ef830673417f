"""Opt-out registries: which an artist chose, and what was declared where, which is only ever added to."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from fedi import clock
from fedi.db import Base
from fedi.models.columns import UtcDateTime, choice


class RegistryChoice(Base):
    """An artist wants her works declared there. No row: she does not."""

    __tablename__ = "registry_choices"

    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id", ondelete="CASCADE"), primary_key=True)
    registry_name: Mapped[str] = mapped_column(String(32), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Step(StrEnum):
    EXPORTED = "exported"  # a file that declares it was made
    WITHDRAWN = "withdrawn"  # a file that takes it back was made
    HANDED_OVER = "handed_over"  # the artist says that she gave the registry the file


class RegistryEntry(Base):
    """One step with one file of a picture at one registry: rows are added, never changed.

    The numbers of post and media are no keys, as the log outlives both.
    """

    __tablename__ = "registry_log"
    __table_args__ = (Index("ix_registry_log_actor", "actor_id", "registry_name", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id", ondelete="CASCADE"))
    registry_name: Mapped[str] = mapped_column(String(32))
    step: Mapped[Step] = mapped_column(choice(Step, "step"))
    by_operator: Mapped[bool] = mapped_column(default=False)  # who made the file: `fedi registries export`
    post_id: Mapped[int] = mapped_column(BigInteger)
    media_id: Mapped[int] = mapped_column(BigInteger)
    declared: Mapped[str] = mapped_column(String(64))  # in the words of the registry
    address: Mapped[str] = mapped_column(String(2048))
    iscc: Mapped[str] = mapped_column(String(128), default="")
    sha256: Mapped[str] = mapped_column(String(64))  # of the file at that address
    consent: Mapped[str] = mapped_column(String(255))
    consent_version: Mapped[int] = mapped_column()  # of the artist's log of decisions
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
