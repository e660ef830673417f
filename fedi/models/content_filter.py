"""Filters: what a reader does not want to read, in which places, and what is done with it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fedi import clock
from fedi.db import Base
from fedi.models.columns import UtcDateTime, choice


class FilterAction(StrEnum):
    WARN = "warn"
    HIDE = "hide"
    BLUR = "blur"


class Filter(Base):
    """`context` holds names of places: home, notifications, public, thread, account."""

    __tablename__ = "filters"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(255))
    context: Mapped[list[str]] = mapped_column(JSON)
    action: Mapped[FilterAction] = mapped_column(choice(FilterAction, "action"), default=FilterAction.WARN)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    keywords: Mapped[list["FilterKeyword"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="FilterKeyword.id"
    )
    statuses: Mapped[list["FilterStatus"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="FilterStatus.id"
    )


class FilterKeyword(Base):
    __tablename__ = "filter_keywords"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    filter_id: Mapped[int] = mapped_column(ForeignKey("filters.id", ondelete="CASCADE"), index=True)
    keyword: Mapped[str] = mapped_column(String(512))
    whole_word: Mapped[bool] = mapped_column(default=True)


class FilterStatus(Base):
    """One post that a filter names."""

    __tablename__ = "filter_statuses"
    __table_args__ = (UniqueConstraint("filter_id", "post_id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    filter_id: Mapped[int] = mapped_column(ForeignKey("filters.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
