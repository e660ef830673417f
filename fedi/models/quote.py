"""Quotes of our posts: who asked, and what the artist said (FEP-044f)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fedi import clock
from fedi.db import Base
from fedi.models.actor import Actor
from fedi.models.columns import UtcDateTime, choice
from fedi.models.post import Post
from fedi.states import Machine


class QuotePolicy(StrEnum):
    """Who may quote: everybody, followers, whoever asks and is told yes, nobody."""

    PUBLIC = "public"
    FOLLOWERS = "followers"
    ASK = "ask"
    NOBODY = "nobody"


class QuoteState(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REVOKED = "revoked"


QUOTES = Machine(
    {
        QuoteState.PENDING: [QuoteState.ACCEPTED, QuoteState.REJECTED],
        QuoteState.ACCEPTED: [QuoteState.REVOKED],
        QuoteState.REJECTED: [],
        QuoteState.REVOKED: [],
    },
)


class Quote(Base):
    """`instrument_uri` is the post that quotes, `request_uri` the QuoteRequest that asked last."""

    __tablename__ = "quotes"
    __table_args__ = (
        UniqueConstraint("post_id", "instrument_uri"),
        Index("ix_quotes_state", "state", "post_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id", ondelete="CASCADE"), index=True)
    instrument_uri: Mapped[str] = mapped_column(String(2048))
    request_uri: Mapped[str] = mapped_column(String(2048))
    state: Mapped[QuoteState] = mapped_column(choice(QuoteState, "state"), default=QuoteState.PENDING)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    post: Mapped[Post] = relationship(lazy="joined")
    actor: Mapped[Actor] = relationship(lazy="joined")

    @property
    def owner(self) -> Actor:
        """The artist who is asked."""
        return self.post.actor

    @property
    def asker(self) -> Actor:
        return self.actor

    @property
    def target_uri(self) -> str:
        """What shall be quoted."""
        return self.post.uri
