"""Likes, boosts and bookmarks: one row each, counted, never a counter that concurrent arrivals could lose."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fedi import clock
from fedi.db import Base
from fedi.models.actor import Actor
from fedi.models.columns import UtcDateTime, choice
from fedi.models.post import Post, Visibility


class Like(Base):
    __tablename__ = "likes"
    __table_args__ = (UniqueConstraint("actor_id", "post_id"), Index("ix_likes_post", "post_id"))

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    uri: Mapped[str | None] = mapped_column(String(2048), index=True)
    earlier_uri: Mapped[str | None] = mapped_column(String(2048))  # the id it had when it was said once more
    authorization: Mapped[str | None] = mapped_column(String(2048))  # the author's yes to one of ours
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    actor: Mapped[Actor] = relationship(lazy="raise")


class Boost(Base):
    """An Announce; its id shares the id space of posts, as clients show boosts among them."""

    __tablename__ = "boosts"
    __table_args__ = (
        UniqueConstraint("actor_id", "post_id"),
        Index("ix_boosts_post", "post_id"),
        Index("ix_boosts_actor", "actor_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    uri: Mapped[str | None] = mapped_column(String(2048), index=True)
    earlier_uri: Mapped[str | None] = mapped_column(String(2048))  # the id it had when it was said once more
    visibility: Mapped[Visibility] = mapped_column(choice(Visibility, "visibility"), default=Visibility.PUBLIC)
    authorization: Mapped[str | None] = mapped_column(String(2048))  # the author's yes to one of ours
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    actor: Mapped[Actor] = relationship(lazy="joined")
    post: Mapped[Post] = relationship(lazy="joined")


class Bookmark(Base):
    __tablename__ = "bookmarks"
    __table_args__ = (UniqueConstraint("account_id", "post_id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
