"""Accounts: a login here, its web sessions, and one-time links."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fedi import clock
from fedi.db import Base
from fedi.models.actor import Actor
from fedi.models.columns import UtcDateTime, choice
from fedi.states import Machine


class Role(StrEnum):
    ARTIST = "artist"
    MODERATOR = "moderator"
    ADMIN = "admin"


class AccountState(StrEnum):
    """Who only asked for an account has none yet: models.sign_up."""

    APPROVED = "approved"
    LIMITED = "limited"
    SUSPENDED = "suspended"
    LEAVING = "leaving"
    GONE = "gone"


ACCOUNTS = Machine(
    {
        AccountState.APPROVED: [AccountState.LIMITED, AccountState.SUSPENDED, AccountState.LEAVING],
        AccountState.LIMITED: [AccountState.APPROVED, AccountState.SUSPENDED, AccountState.LEAVING],
        AccountState.SUSPENDED: [AccountState.APPROVED, AccountState.LIMITED, AccountState.LEAVING],
        AccountState.LEAVING: [AccountState.GONE],
        AccountState.GONE: [],
    },
)


class Account(Base):
    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id"), unique=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[Role] = mapped_column(choice(Role, "role"), default=Role.ARTIST)
    state: Mapped[AccountState] = mapped_column(choice(AccountState, "state"), default=AccountState.APPROVED)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # visibility, sensitive, language, preset
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # kept from signing in by a moderator
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    actor: Mapped[Actor] = relationship(lazy="joined")

    @property
    def active(self) -> bool:
        """May sign in and act."""
        return self.state in {AccountState.APPROVED, AccountState.LIMITED} and self.frozen_at is None

    @property
    def moderates(self) -> bool:
        return self.role in {Role.MODERATOR, Role.ADMIN}


class WebSession(Base):
    """A signed-in browser; the cookie holds the token, we hold its hash."""

    __tablename__ = "web_sessions"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_agent: Mapped[str] = mapped_column(String(255), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship(lazy="joined")


class LinkPurpose(StrEnum):
    FIRST_ADMIN = "first_admin"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of a purpose


class OneTimeLink(Base):
    """A link that works once: the first admin's, or a password reset. We hold the hash of its token."""

    __tablename__ = "one_time_links"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    purpose: Mapped[LinkPurpose] = mapped_column(choice(LinkPurpose, "purpose"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
