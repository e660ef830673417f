"""Web Push: where apps want to hear of notifications while they are closed, and what is on its way there."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fedi import clock
from fedi.db import Base
from fedi.models.columns import UtcDateTime
from fedi.models.notification import Notification
from fedi.models.oauth import AccessToken


class PushSubscription(Base):
    """One for each token. `standard`: RFC 8291, otherwise the draft before it, as Mastodon has it for older apps."""

    __tablename__ = "push_subscriptions"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("access_tokens.id", ondelete="CASCADE"), unique=True)
    token: Mapped[bytes] = mapped_column(LargeBinary)  # encrypted with the secret key: apps know themselves by it
    endpoint: Mapped[str] = mapped_column(Text)
    p256dh: Mapped[str] = mapped_column(String(128))  # the app's public key, base64url
    auth: Mapped[str] = mapped_column(String(64))  # base64url
    standard: Mapped[bool] = mapped_column(default=False)
    alerts: Mapped[list[str]] = mapped_column(JSON, default=list)  # kinds of notifications
    policy: Mapped[str] = mapped_column(String(16), default="all")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    access_token: Mapped[AccessToken] = relationship(lazy="joined")


class PushMessage(Base):
    """A notification on its way to a subscription."""

    __tablename__ = "push_messages"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("push_subscriptions.id", ondelete="CASCADE"), index=True)
    notification_id: Mapped[int] = mapped_column(ForeignKey("notifications.id", ondelete="CASCADE"), index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    subscription: Mapped[PushSubscription] = relationship(lazy="joined")
    notification: Mapped[Notification] = relationship(lazy="joined")
