"""Actors, ours and everybody's: what has an inbox and an outbox, with the keys it signs with."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fedi import clock
from fedi.db import Base
from fedi.models.columns import UtcDateTime, choice


class ActorKind(StrEnum):
    PERSON = "Person"
    SERVICE = "Service"
    APPLICATION = "Application"
    GROUP = "Group"
    ORGANIZATION = "Organization"


class Actor(Base):
    """`domain` is the handle's domain (NULL for our own actors), `uri` the id."""

    __tablename__ = "actors"
    __table_args__ = (
        UniqueConstraint("name_key", "domain_key"),
        Index("ix_actors_host", "host"),
        Index("ix_actors_icon_url", "icon_url"),
        Index("ix_actors_image_url", "image_url"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    uri: Mapped[str] = mapped_column(String(2048), unique=True)
    url: Mapped[str | None] = mapped_column(String(2048))
    kind: Mapped[ActorKind] = mapped_column(choice(ActorKind, "kind"), default=ActorKind.PERSON)
    name: Mapped[str] = mapped_column(String(255))
    domain: Mapped[str | None] = mapped_column(String(255))
    name_key: Mapped[str] = mapped_column(String(255))  # lower case, so that @Mira and @mira are one
    domain_key: Mapped[str] = mapped_column(String(255), default="")  # '' for ours: NULL is never equal to NULL
    host: Mapped[str] = mapped_column(String(255))  # of the id
    display_name: Mapped[str] = mapped_column(Text, default="")
    summary: Mapped[str] = mapped_column(Text, default="")  # sanitised HTML
    summary_source: Mapped[str] = mapped_column(Text, default="")  # what a local artist typed
    fields: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)  # [{name, value}], value is HTML
    inbox: Mapped[str] = mapped_column(String(2048))
    shared_inbox: Mapped[str | None] = mapped_column(String(2048))
    outbox: Mapped[str | None] = mapped_column(String(2048))
    followers_uri: Mapped[str | None] = mapped_column(String(2048))
    following_uri: Mapped[str | None] = mapped_column(String(2048))
    featured_uri: Mapped[str | None] = mapped_column(String(2048))
    featured_tags_uri: Mapped[str | None] = mapped_column(String(2048))  # remote
    icon_url: Mapped[str | None] = mapped_column(String(2048))  # remote address, or a rendition of ours
    icon_alt: Mapped[str] = mapped_column(Text, default="")
    image_url: Mapped[str | None] = mapped_column(String(2048))
    image_alt: Mapped[str] = mapped_column(Text, default="")
    locked: Mapped[bool] = mapped_column(default=False)  # manuallyApprovesFollowers
    discoverable: Mapped[bool] = mapped_column(default=True)
    indexable: Mapped[bool] = mapped_column(default=False)
    # Ours: nobody else reads whom they follow, and who follows them.
    hides_collections: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Ours: the websites that may say they are theirs (Mastodon's `fediverse:creator`).
    attribution_domains: Mapped[list[str] | None] = mapped_column(JSON)
    also_known_as: Mapped[list[str]] = mapped_column(JSON, default=list)
    moved_to: Mapped[str | None] = mapped_column(String(2048))
    moved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the last move that was believed
    emojis: Mapped[dict[str, str] | None] = mapped_column(JSON)  # remote: {code: address of the picture}
    quote_policy: Mapped[str | None] = mapped_column(String(16))  # ours: who may quote, by default
    feature_policy: Mapped[str | None] = mapped_column(String(16))  # ours: who may put them into a collection
    may_feature: Mapped[dict[str, list[str]] | None] = mapped_column(JSON)  # remote: the same, {automatic, manual}
    consent: Mapped[str | None] = mapped_column(String(255))  # ours: the artist's default; remote: what was received
    licence: Mapped[str | None] = mapped_column(String(255))
    rights_holder: Mapped[str | None] = mapped_column(String(255))  # ours: who holds the rights, if not the name shown
    licence_contact: Mapped[str | None] = mapped_column(String(255))  # ours: whom to ask, mailto: or https:
    licence_price: Mapped[str | None] = mapped_column(String(32))  # ours: what a licence costs about, `50 EUR`
    terms_version: Mapped[int] = mapped_column(default=0, server_default="0")  # decisions in the consent log
    noai_tag: Mapped[bool] = mapped_column(default=True, server_default=true())  # ours: `#NoAI` on posts that go out
    noai_field: Mapped[bool] = mapped_column(default=True, server_default=true())  # ours: the terms as a profile field
    terms: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # remote: the raw terms, kept on all we re-serve
    remote_counts: Mapped[dict[str, int] | None] = mapped_column(JSON)  # followers, following, posts as told
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ruling: Mapped[str | None] = mapped_column(String(16))  # limit, suspend: of this one, whatever its server's rule
    sensitized_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # all its pictures count as sensitive
    limited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    suspended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    keys: Mapped[list["ActorKey"]] = relationship(back_populates="actor", lazy="raise", cascade="all, delete-orphan")

    @property
    def local(self) -> bool:
        return self.domain is None

    @property
    def available(self) -> bool:
        """Neither deleted nor suspended."""
        return self.deleted_at is None and self.suspended_at is None


class ActorKey(Base):
    """A public key of an actor; `private` (encrypted with the secret key) only for ours."""

    __tablename__ = "actor_keys"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id", ondelete="CASCADE"), index=True)
    uri: Mapped[str] = mapped_column(String(2048), unique=True)
    algorithm: Mapped[str] = mapped_column(String(16))  # rsa, ed25519
    public: Mapped[str] = mapped_column(Text)  # PEM
    private: Mapped[bytes | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    actor: Mapped[Actor] = relationship(back_populates="keys", lazy="raise")
