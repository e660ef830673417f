"""Collections: people that an artist of ours recommends (FEP-7aa9). Works in order are galleries, `models.gallery`."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fedi import clock
from fedi.db import Base
from fedi.models.actor import Actor
from fedi.models.columns import UtcDateTime, choice
from fedi.models.quote import QuoteState


class Collection(Base):
    """`actor` is its curator; `tag` is one hashtag as it was typed, without `#`."""

    __tablename__ = "collections"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str | None] = mapped_column(String(35))
    tag: Mapped[str | None] = mapped_column(String(255))
    sensitive: Mapped[bool] = mapped_column(default=False)
    discoverable: Mapped[bool] = mapped_column(default=True)  # False: only who has its address finds it
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    actor: Mapped[Actor] = relationship(lazy="joined")

    @property
    def uri(self) -> str:
        return f"{self.actor.uri}/collections/{self.id}"


class CollectionItem(Base):
    """`actor` is recommended once accepted, with its stamp at `authorization_uri`."""

    __tablename__ = "collection_items"
    __table_args__ = (
        UniqueConstraint("collection_id", "actor_id"),
        Index("ix_collection_items_authorization_uri", "authorization_uri"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id", ondelete="CASCADE"), index=True)
    state: Mapped[QuoteState] = mapped_column(choice(QuoteState, "state"), default=QuoteState.PENDING)
    authorization_uri: Mapped[str | None] = mapped_column(String(2048))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    collection: Mapped[Collection] = relationship(lazy="joined")
    actor: Mapped[Actor] = relationship(lazy="joined")

    @property
    def uri(self) -> str:
        return f"{self.collection.actor.uri}/collection_items/{self.id}"

    @property
    def request_uri(self) -> str:
        """The id of the FeatureRequest that asks."""
        return f"{self.collection.actor.uri}/feature_requests/{self.id}"
