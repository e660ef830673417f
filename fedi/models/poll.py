"""Polls of posts, ours and remote, and who voted."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fedi import clock
from fedi.db import Base
from fedi.models.columns import UtcDateTime


class Poll(Base):
    """The question of a post (one each, so they share the id): its `options` in order.

    What another server says of its own poll stands in `told` (votes for each option) and `voters`, since `told_at`.
    `due_at` is when something is to be done: telling the audience new counts, or that the poll is over (`ended_at`).
    """

    __tablename__ = "polls"

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    options: Mapped[list[str]] = mapped_column(JSON)
    multiple: Mapped[bool] = mapped_column(default=False)
    hide_totals: Mapped[bool] = mapped_column(default=False)  # until the end
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told: Mapped[list[int] | None] = mapped_column(JSON)
    voters: Mapped[int | None] = mapped_column()
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when all were told


class Vote(Base):
    """`option` counts from 0."""

    __tablename__ = "votes"
    __table_args__ = (UniqueConstraint("post_id", "actor_id", "option"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    post_id: Mapped[int] = mapped_column(ForeignKey("polls.post_id", ondelete="CASCADE"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id", ondelete="CASCADE"), index=True)
    option: Mapped[int] = mapped_column()
    uri: Mapped[str] = mapped_column(String(2048))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
