"""Media: an upload, the stages that protect it, and the renditions that are served; remote attachments beside them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fedi import clock
from fedi.db import Base
from fedi.models.columns import UtcDateTime, choice
from fedi.policy import disclosure
from fedi.states import Machine


class MediaState(StrEnum):
    UPLOADED = "uploaded"
    PROTECTING = "protecting"
    PROTECTED = "protected"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


MEDIA = Machine(
    {
        MediaState.UPLOADED: [MediaState.PROTECTING, MediaState.FAILED, MediaState.WITHDRAWN],
        MediaState.PROTECTING: [MediaState.PROTECTED, MediaState.FAILED, MediaState.WITHDRAWN],
        MediaState.FAILED: [MediaState.PROTECTING, MediaState.WITHDRAWN],
        MediaState.PROTECTED: [MediaState.PROTECTING, MediaState.UPLOADED, MediaState.WITHDRAWN],
        MediaState.WITHDRAWN: [],
    },
)


class MediaPurpose(StrEnum):
    POST = "post"
    AVATAR = "avatar"
    HEADER = "header"


class Media(Base):
    """One file of an artist. The original lies in the vault under `vault_key` and never has an address."""

    __tablename__ = "media"
    __table_args__ = (
        Index("ix_media_post", "post_id", "position"),
        Index("ix_media_due", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actors.id", ondelete="CASCADE"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="SET NULL"))
    position: Mapped[int] = mapped_column(default=0)
    purpose: Mapped[MediaPurpose] = mapped_column(choice(MediaPurpose, "purpose"), default=MediaPurpose.POST)
    state: Mapped[MediaState] = mapped_column(choice(MediaState, "state"), default=MediaState.UPLOADED)
    reason: Mapped[str | None] = mapped_column(Text)  # why it failed, for the artist
    vault_key: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))  # of the original
    mime: Mapped[str] = mapped_column(String(64))  # of the original, by content
    size: Mapped[int] = mapped_column(BigInteger)
    alt: Mapped[str] = mapped_column(Text, default="")
    focus_x: Mapped[float] = mapped_column(default=0.0)
    focus_y: Mapped[float] = mapped_column(default=0.0)
    consent: Mapped[str | None] = mapped_column(String(255))  # this image's own terms; NULL: the work's
    preset: Mapped[str] = mapped_column(String(16))
    plan: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # media.plan.Plan as JSON
    version: Mapped[int] = mapped_column(default=1)  # the run of the plan that is being made
    current_version: Mapped[int | None] = mapped_column()  # the run whose renditions are served; NULL: none
    blurhash: Mapped[str | None] = mapped_column(String(128))
    width: Mapped[int | None] = mapped_column()  # of the federated rendition
    height: Mapped[int | None] = mapped_column()
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=clock.now)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unused_since: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)  # NULL: something shows it
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    renditions: Mapped[list["Rendition"]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    def rendition(self, kind: "RenditionKind") -> "Rendition | None":
        """The served rendition of this kind, or None while there is none."""
        for each in self.renditions:
            if each.version == self.current_version and each.kind == kind:
                return each
        return None


class StageState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


STAGES = Machine(
    {
        StageState.WAITING: [StageState.RUNNING],
        StageState.RUNNING: [StageState.RUNNING, StageState.WAITING, StageState.DONE, StageState.FAILED],
        StageState.DONE: [StageState.WAITING],
        StageState.FAILED: [StageState.WAITING],
    },
)


class StageRun(Base):
    """One stage of one run of the plan over one media."""

    __tablename__ = "stage_runs"
    __table_args__ = (UniqueConstraint("media_id", "version", "stage"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    media_id: Mapped[int] = mapped_column(ForeignKey("media.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column()
    position: Mapped[int] = mapped_column()
    stage: Mapped[str] = mapped_column(String(32))
    state: Mapped[StageState] = mapped_column(choice(StageState, "state"), default=StageState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seconds: Mapped[float | None] = mapped_column()
    cpu_seconds: Mapped[float | None] = mapped_column()
    detail: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    error: Mapped[str | None] = mapped_column(Text)


class RenditionKind(StrEnum):
    FEDERATED = "federated"
    PREVIEW = "preview"


class Rendition(Base):
    """An immutable file that may be served: made, signed and verified. `key` is its path below `renditions/`."""

    __tablename__ = "renditions"
    __table_args__ = (UniqueConstraint("media_id", "version", "kind", "audience"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    media_id: Mapped[int] = mapped_column(ForeignKey("media.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column()
    kind: Mapped[RenditionKind] = mapped_column(choice(RenditionKind, "kind"))
    audience: Mapped[str] = mapped_column(String(255), default="public")
    consent: Mapped[str] = mapped_column(String(255))  # this and the next two as they are written into the bytes
    licence: Mapped[str] = mapped_column(String(255), server_default="all-rights-reserved")
    source: Mapped[str] = mapped_column(String(255), server_default=disclosure.source(None))  # IPTC's address
    key: Mapped[str] = mapped_column(String(255), unique=True)
    mime: Mapped[str] = mapped_column(String(64))
    width: Mapped[int] = mapped_column()
    height: Mapped[int] = mapped_column()
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    iscc: Mapped[str | None] = mapped_column(String(64))  # content, data, instance; NULL: not made, '': cannot be made
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RemoteMedia(Base):
    """An attachment of a remote post; pictures are shown from here (`cached_files`), all else from its origin."""

    __tablename__ = "remote_media"
    __table_args__ = (Index("ix_remote_media_post", "post_id", "position"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)
    url: Mapped[str] = mapped_column(String(2048), index=True)
    mime: Mapped[str] = mapped_column(String(128), default="")
    alt: Mapped[str] = mapped_column(Text, default="")
    blurhash: Mapped[str | None] = mapped_column(String(128))
    width: Mapped[int | None] = mapped_column()
    height: Mapped[int | None] = mapped_column()
    focus_x: Mapped[float] = mapped_column(default=0.0)
    focus_y: Mapped[float] = mapped_column(default=0.0)
    terms: Mapped[dict[str, Any] | None] = mapped_column(JSON)
