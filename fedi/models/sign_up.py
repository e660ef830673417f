"""Sign-ups: people who asked for an account here. Until they are let in there is no actor of theirs."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fedi import clock
from fedi.db import Base
from fedi.models.columns import UtcDateTime, choice
from fedi.states import Machine


class SignUpState(StrEnum):
    WAITING = "waiting"  # for the confirmation of the e-mail address, for a moderator, or for both
    ACCEPTED = "accepted"
    REJECTED = "rejected"


SIGN_UPS = Machine(
    {
        SignUpState.WAITING: [SignUpState.ACCEPTED, SignUpState.REJECTED],
        SignUpState.ACCEPTED: [],
        SignUpState.REJECTED: [],
    },
)


class SignUp(Base):
    """`id` becomes the actor's. The keys hold name and address for whoever waits; they are NULL once it is answered."""

    __tablename__ = "sign_ups"
    __table_args__ = (Index("ix_sign_ups_state", "state", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    state: Mapped[SignUpState] = mapped_column(choice(SignUpState, "state"), default=SignUpState.WAITING)
    name: Mapped[str] = mapped_column(String(255))
    name_key: Mapped[str | None] = mapped_column(String(255), unique=True)
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str | None] = mapped_column(String(320), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    language: Mapped[str | None] = mapped_column(String(35))
    reason: Mapped[str] = mapped_column(Text, default="")
    token_id: Mapped[int | None] = mapped_column(  # what the app was answered; NULL for our own page
        ForeignKey("access_tokens.id", ondelete="SET NULL"), unique=True
    )
    invite_id: Mapped[int | None] = mapped_column(ForeignKey("invites.id", ondelete="SET NULL"))
    confirmation_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of the e-mail address
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
