"""Follows: one row per (follower, followee), with its state machine."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fedi import clock
from fedi.db import Base
from fedi.models.actor import Actor
from fedi.models.columns import UtcDateTime, choice
from fedi.states import Machine


class FollowState(StrEnum):
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNDONE = "undone"


FOLLOWS = Machine(
    {
        FollowState.REQUESTED: [FollowState.ACCEPTED, FollowState.REJECTED, FollowState.UNDONE],
        FollowState.ACCEPTED: [FollowState.REJECTED, FollowState.UNDONE],
        FollowState.REJECTED: [FollowState.REQUESTED],
        FollowState.UNDONE: [FollowState.REQUESTED],
    },
)


class Follow(Base):
    __tablename__ = "follows"
    __table_args__ = (
        UniqueConstraint("follower_id", "followee_id"),
        Index("ix_follows_followee", "followee_id", "state"),
        Index("ix_follows_follower", "follower_id", "state", "followee_id", "show_boosts"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    follower_id: Mapped[int] = mapped_column(ForeignKey("actors.id", ondelete="CASCADE"))
    followee_id: Mapped[int] = mapped_column(ForeignKey("actors.id", ondelete="CASCADE"))
    uri: Mapped[str | None] = mapped_column(String(2048), index=True)  # NULL: a Follow that came without an id
    earlier_uri: Mapped[str | None] = mapped_column(String(2048))  # what it had before it was said once more
    state: Mapped[FollowState] = mapped_column(choice(FollowState, "state"), default=FollowState.REQUESTED)
    show_boosts: Mapped[bool] = mapped_column(default=True)
    notify: Mapped[bool] = mapped_column(default=False, server_default=false())  # be told of every post
    spoken: Mapped[str | None] = mapped_column("languages", String(255))  # ",de,en,": home takes no others; NULL: all
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    @property
    def languages(self) -> list[str] | None:
        """The languages of posts that the follower wants to read, None: all."""
        return self.spoken.strip(",").split(",") if self.spoken else None

    @languages.setter
    def languages(self, codes: list[str] | None) -> None:
        self.spoken = f",{','.join(codes)}," if codes else None

    follower: Mapped[Actor] = relationship(foreign_keys=[follower_id], lazy="raise")
    followee: Mapped[Actor] = relationship(foreign_keys=[followee_id], lazy="raise")
