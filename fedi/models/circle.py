"""Lists: people of whom somebody reads together (Mastodon's `List`; the class is not named like Python's own)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fedi import clock
from fedi.db import Base
from fedi.models.actor import Actor
from fedi.models.columns import UtcDateTime, choice


class RepliesPolicy(StrEnum):
    """Whose answers stand in the list: to anyone one follows, to members only, or none but to oneself."""

    FOLLOWED = "followed"
    LIST = "list"
    NONE = "none"


class Circle(Base):
    """`exclusive`: its members' posts are left out of home."""

    __tablename__ = "circles"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(255))
    replies_policy: Mapped[RepliesPolicy] = mapped_column(choice(RepliesPolicy, "replies_policy"))
    exclusive: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class CircleMember(Base):
    __tablename__ = "circle_members"
    __table_args__ = (UniqueConstraint("circle_id", "actor_id"), Index("ix_circle_members_actor", "actor_id"))

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circles.id", ondelete="CASCADE"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id", ondelete="CASCADE"))

    actor: Mapped[Actor] = relationship(lazy="raise")
