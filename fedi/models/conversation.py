"""Conversations: the direct posts between some people, as one of them has them before their eyes."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fedi import clock
from fedi.db import Base
from fedi.models.columns import UtcDateTime
from fedi.models.post import Post


class Conversation(Base):
    """One account's view of a thread of direct posts (`thread` is `Post.conversation`)."""

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("account_id", "thread"),
        Index("ix_conversations_latest", "account_id", "last_post_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    thread: Mapped[str] = mapped_column(String(2048))
    last_post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    unread: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    last_post: Mapped[Post] = relationship(lazy="joined")
