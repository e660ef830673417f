"""Notifications: what happened to an account's work."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fedi import clock
from fedi.db import Base
from fedi.models.actor import Actor
from fedi.models.columns import UtcDateTime, choice
from fedi.models.post import Post


class NotificationKind(StrEnum):
    """Mastodon's names; `media_failed` and `reply_refused` are ours."""

    MENTION = "mention"
    FAVOURITE = "favourite"
    REBLOG = "reblog"
    FOLLOW = "follow"
    FOLLOW_REQUEST = "follow_request"
    UPDATE = "update"
    POLL = "poll"
    STATUS = "status"
    QUOTE = "quote"
    QUOTED_UPDATE = "quoted_update"
    ADDED_TO_COLLECTION = "added_to_collection"
    COLLECTION_UPDATE = "collection_update"
    MODERATION_WARNING = "moderation_warning"
    ADMIN_REPORT = "admin.report"
    ADMIN_SIGN_UP = "admin.sign_up"
    MEDIA_FAILED = "media_failed"
    REPLY_REFUSED = "reply_refused"


class Notification(Base):
    __tablename__ = "notifications"
    __table_args__ = (
        Index("ix_notifications_account", "account_id", "id"),
        Index("ix_notifications_once", "account_id", "kind", "actor_id", "post_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    kind: Mapped[NotificationKind] = mapped_column(choice(NotificationKind, "kind"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id", ondelete="CASCADE"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"))
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("measures.id", ondelete="CASCADE"))
    feature_id: Mapped[int | None] = mapped_column(ForeignKey("features.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    filtered: Mapped[bool] = mapped_column(default=False, server_default=false())  # held back by the account's policy

    actor: Mapped[Actor] = relationship(lazy="joined")
    post: Mapped[Post | None] = relationship(lazy="joined")
