"""Relays: servers that pass on what is for everybody to all who subscribe, and bring us what others say."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fedi import clock
from fedi.db import Base
from fedi.models.actor import Actor
from fedi.models.columns import UtcDateTime, choice
from fedi.states import Machine


class RelayState(StrEnum):
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


RELAYS = Machine(
    {
        RelayState.REQUESTED: [RelayState.ACCEPTED, RelayState.REJECTED],
        RelayState.ACCEPTED: [RelayState.REJECTED],
        RelayState.REJECTED: [RelayState.REQUESTED],
    },
)


class Relay(Base):
    """`actor` is who speaks for it, known from the start (LitePub) or from its Accept (Mastodon's way).

    `announces`: it takes Announces of posts by their address, and not the posts themselves.
    """

    __tablename__ = "relays"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    address: Mapped[str] = mapped_column(String(2048), unique=True)
    inbox: Mapped[str] = mapped_column(String(2048))
    host: Mapped[str] = mapped_column(String(255))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actors.id", ondelete="SET NULL"), index=True)
    announces: Mapped[bool] = mapped_column(default=False)
    state: Mapped[RelayState] = mapped_column(choice(RelayState, "state"), default=RelayState.REQUESTED)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    actor: Mapped[Actor | None] = relationship(lazy="joined")
