"""Posts: text or artwork, ours and remote, with mentions, hashtags and earlier versions."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fedi import clock
from fedi.db import Base
from fedi.models.actor import Actor
from fedi.models.columns import UtcDateTime, choice
from fedi.states import Machine


class Visibility(StrEnum):
    PUBLIC = "public"
    UNLISTED = "unlisted"
    FOLLOWERS = "followers"
    DIRECT = "direct"


class PostState(StrEnum):
    DRAFT = "draft"
    PREPARING = "preparing"
    PUBLISHED = "published"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


POSTS = Machine(
    {
        PostState.DRAFT: [PostState.PREPARING, PostState.WITHDRAWN],
        PostState.PREPARING: [PostState.PUBLISHED, PostState.DRAFT, PostState.FAILED, PostState.WITHDRAWN],
        PostState.FAILED: [PostState.PREPARING, PostState.DRAFT, PostState.WITHDRAWN],
        PostState.PUBLISHED: [PostState.WITHDRAWN],
        PostState.WITHDRAWN: [],
    },
)


# Answers to what is not known here: few, while most posts answer nothing.
ORPHAN = "in_reply_to_id IS NULL AND in_reply_to_uri IS NOT NULL"
RELAYED = "relayed_at IS NOT NULL"


class Post(Base):
    """`published_at` is set once, when the world may see it; a withdrawn post is a tombstone with nothing in it."""

    __tablename__ = "posts"
    __table_args__ = (
        # The last two so that an actor's posts are counted without looking at them.
        Index("ix_posts_actor", "actor_id", "state", "id", "visibility", "published_at"),
        Index("ix_posts_public", "state", "visibility", "id"),
        Index("ix_posts_url", "url"),
        Index(
            "ix_posts_orphans",
            "in_reply_to_uri",
            sqlite_where=text(ORPHAN),
            postgresql_where=text(ORPHAN),
        ),
        Index("ix_posts_relayed", "relayed_at", sqlite_where=text(RELAYED), postgresql_where=text(RELAYED)),
        UniqueConstraint("actor_id", "idempotency_key"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    uri: Mapped[str] = mapped_column(String(2048), unique=True)
    url: Mapped[str | None] = mapped_column(String(2048))
    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id", ondelete="CASCADE"))
    local: Mapped[bool] = mapped_column(default=False)
    artwork: Mapped[bool] = mapped_column(default=False)  # in the portfolio
    state: Mapped[PostState] = mapped_column(choice(PostState, "state"), default=PostState.PUBLISHED)
    reason: Mapped[str | None] = mapped_column(Text)  # why it failed, for its author
    visibility: Mapped[Visibility] = mapped_column(choice(Visibility, "visibility"), default=Visibility.PUBLIC)
    title: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text, default="")  # what a local author typed
    content: Mapped[str] = mapped_column(Text, default="")  # sanitised HTML, without the title
    summary: Mapped[str] = mapped_column(Text, default="")  # content warning, plain text
    sensitive: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str | None] = mapped_column(String(35))
    in_reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="SET NULL"), index=True)
    in_reply_to_uri: Mapped[str | None] = mapped_column(String(2048))
    reply_authorization: Mapped[str | None] = mapped_column(String(2048))  # the yes of whom it answers
    reply_refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the no
    conversation: Mapped[str | None] = mapped_column(String(2048), index=True)
    consent: Mapped[str | None] = mapped_column(String(255))  # the work's own terms; NULL: the artist's
    licence: Mapped[str | None] = mapped_column(String(255))
    hung_consent: Mapped[str | None] = mapped_column(String(255))  # what the galleries it hangs in say, the strictest
    hung_licence: Mapped[str | None] = mapped_column(String(255))
    terms: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # remote: the raw terms, kept on all we re-serve
    quote_policy: Mapped[str | None] = mapped_column(String(16))  # who may quote it; NULL: as the artist says
    policies: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # remote: who may like, answer, boost and quote it
    ai: Mapped[str | None] = mapped_column(String(16))  # policy.disclosure.AiUse; NULL: its maker says nothing
    media_epoch: Mapped[int] = mapped_column(default=0, server_default="0")  # tokens of earlier ones open nothing
    app_name: Mapped[str | None] = mapped_column(String(255))
    idempotency_key: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pinned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    emojis: Mapped[dict[str, str] | None] = mapped_column(JSON)  # remote: {code: address of the picture}
    relayed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # a relay brought it
    remote_counts: Mapped[dict[str, int] | None] = mapped_column(JSON)  # likes, shares as told (untrusted)

    actor: Mapped[Actor] = relationship(lazy="joined")
    tags: Mapped[list["PostTag"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="PostTag.position"
    )
    mentions: Mapped[list["Mention"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="Mention.id"
    )

    @property
    def covered(self) -> bool:
        """Its pictures are shown only when somebody asks: its author says so, or a moderator about the author."""
        return self.sensitive or self.actor.sensitized_at is not None

    @property
    def public(self) -> bool:
        """Anyone who knows the address may read it."""
        return self.state == PostState.PUBLISHED and self.visibility in {
            Visibility.PUBLIC,
            Visibility.UNLISTED,
        }


class PostTag(Base):
    """`name` is lower case without `#`; `label` keeps the author's case."""

    __tablename__ = "post_tags"
    __table_args__ = (Index("ix_post_tags_name", "name", "post_id"),)

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    label: Mapped[str] = mapped_column(String(255))
    position: Mapped[int] = mapped_column(default=0)


class Mention(Base):
    __tablename__ = "mentions"
    __table_args__ = (UniqueConstraint("post_id", "actor_id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id", ondelete="CASCADE"), index=True)
    silent: Mapped[bool] = mapped_column(default=False)  # in the audience, not in the text

    actor: Mapped[Actor] = relationship(lazy="joined")


class PostEdit(Base):
    """A version that an edit replaced, as its readers saw it."""

    __tablename__ = "post_edits"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[str] = mapped_column(Text, default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    sensitive: Mapped[bool] = mapped_column(default=False)
    media: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    poll_options: Mapped[list[str] | None] = mapped_column(JSON)  # what could be chosen, where something was asked
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)  # when this version was made
