"""The instance: its pinned facts, its domain rules, and the append-only log of consent."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fedi import clock
from fedi.db import Base
from fedi.models.columns import UtcDateTime, choice


class Fact(Base):
    """A thing the database was made with and must stay true, such as `domain`."""

    __tablename__ = "facts"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


class DomainSeverity(StrEnum):
    BLOCK = "block"
    LIMIT = "limit"
    ALLOW = "allow"


class DomainRule(Base):
    """What an admin decided about a domain and its sub-domains."""

    __tablename__ = "domain_rules"

    domain: Mapped[str] = mapped_column(String(255), primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, unique=True, default=clock.new_id)  # what apps of moderators name it by
    severity: Mapped[DomainSeverity] = mapped_column(choice(DomainSeverity, "severity"))
    reject_media: Mapped[bool] = mapped_column(default=False)
    reject_reports: Mapped[bool] = mapped_column(default=False)
    public_comment: Mapped[str] = mapped_column(Text, default="")
    private_comment: Mapped[str] = mapped_column(Text, default="")
    obfuscate: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class ConsentEntry(Base):
    """One decision about terms: who, when, what, chained by hash so that a changed past shows."""

    __tablename__ = "consent_log"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    actor_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("actors.id", ondelete="CASCADE"), index=True)
    version: Mapped[int] = mapped_column(default=0, server_default="0")  # 1, 2, ... of this artist
    scope: Mapped[str] = mapped_column(String(64))  # instance, artist, gallery:ID, post:ID, media:ID
    consent: Mapped[str | None] = mapped_column(String(255))
    licence: Mapped[str | None] = mapped_column(String(255))
    details: Mapped[dict[str, str] | None] = mapped_column(JSON)  # holder, contact, price, floor
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
