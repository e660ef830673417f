"""Quotes: which post shows another, who asked, and what the author of the other said (FEP-044f)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fedi import clock
from fedi.db import Base
from fedi.errors import OurFault
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
        QuoteState.ACCEPTED: [QuoteState.REVOKED, QuoteState.PENDING],
        QuoteState.REJECTED: [QuoteState.PENDING],  # back: a post of others names another stamp
        QuoteState.REVOKED: [QuoteState.PENDING],
    },
)


class Quote(Base):
    """`instrument_uri` quotes `quoted_uri`; each is a row of `posts` as far as it is known here.

    Of our posts the state is the artist's answer to `request_uri`, the QuoteRequest that asked last, and the stamp is
    ours. Of others' it is accepted while `authorization_uri` is a stamp of theirs.
    """

    __tablename__ = "quotes"
    __table_args__ = (
        UniqueConstraint("post_id", "instrument_uri"),
        Index("ix_quotes_state", "state", "post_id"),
        Index("ix_quotes_authorization_uri", "authorization_uri"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    quoted_uri: Mapped[str] = mapped_column(String(2048))
    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id", ondelete="CASCADE"), index=True)
    instrument_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), unique=True)
    instrument_uri: Mapped[str] = mapped_column(String(2048))
    request_uri: Mapped[str | None] = mapped_column(String(2048))  # NULL: it quotes without asking
    authorization_uri: Mapped[str | None] = mapped_column(String(2048))
    state: Mapped[QuoteState] = mapped_column(choice(QuoteState, "state"), default=QuoteState.PENDING)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    post: Mapped[Post | None] = relationship(lazy="joined", foreign_keys=[post_id])
    instrument: Mapped[Post | None] = relationship(lazy="joined", foreign_keys=[instrument_id])
    actor: Mapped[Actor] = relationship(lazy="joined")

    @property
    def owner(self) -> Actor:
        """Who wrote what is quoted, and is asked. Raises OurFault while that post is not known."""
        if self.post is None:
            raise OurFault(f"{self.quoted_uri} is not known here")
        return self.post.actor

    @property
    def asker(self) -> Actor:
        return self.actor

    @property
    def target_uri(self) -> str:
        """What shall be quoted."""
        return self.quoted_uri
