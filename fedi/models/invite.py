"""Invites: links of moderators by which people sign up, some number of times and until some day."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fedi import clock
from fedi.db import Base
from fedi.models.account import Account
from fedi.models.columns import UtcDateTime


class Invite(Base):
    """`most` and `expires_at` are NULL where there is no end."""

    __tablename__ = "invites"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    uses: Mapped[int] = mapped_column(default=0)
    most: Mapped[int | None] = mapped_column()
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    account: Mapped[Account | None] = relationship(lazy="joined")  # NULL: made on the command line
