"""Collections of others that our artists shall be part of: who asked, and what the artist said (FEP-7aa9)."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fedi import clock
from fedi.db import Base
from fedi.models.actor import Actor
from fedi.models.columns import UtcDateTime, choice
from fedi.models.quote import QuoteState


class Feature(Base):
    """`actor` is ours, `curator` asked for the collection at `instrument_uri`. Asked and answered as a quote is."""

    __tablename__ = "features"
    __table_args__ = (
        UniqueConstraint("actor_id", "instrument_uri"),
        Index("ix_features_state", "state", "actor_id"),
        Index("ix_features_instrument_uri", "instrument_uri"),
        Index("ix_features_item_uri", "item_uri"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id", ondelete="CASCADE"))
    curator_id: Mapped[int] = mapped_column(ForeignKey("actors.id", ondelete="CASCADE"), index=True)
    instrument_uri: Mapped[str] = mapped_column(String(2048))
    request_uri: Mapped[str] = mapped_column(String(2048))
    item_uri: Mapped[str | None] = mapped_column(String(2048))  # the artist's place in it, once its curator told
    title: Mapped[str | None] = mapped_column(String(255))  # what the collection says of itself, once it was read
    summary: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(String(2048))
    state: Mapped[QuoteState] = mapped_column(choice(QuoteState, "state"), default=QuoteState.PENDING)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    actor: Mapped[Actor] = relationship(lazy="joined", foreign_keys=[actor_id])
    curator: Mapped[Actor] = relationship(lazy="joined", foreign_keys=[curator_id])

    @property
    def owner(self) -> Actor:
        """The artist who is asked."""
        return self.actor

    @property
    def asker(self) -> Actor:
        return self.curator

    @property
    def target_uri(self) -> str:
        """Who shall be in the collection."""
        return self.actor.uri
