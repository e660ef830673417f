"""ISCC codes of pictures whose artists declare them at a registry that knows works by content; made in the background.

They are made of the file that is shown, and kept beside it: a file never changes.
"""

import tempfile
from pathlib import Path

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from fedi import config, files
from fedi.errors import FediError
from fedi.media import decode, formats, iscc
from fedi.models.media import Media, MediaPurpose, Rendition, RenditionKind
from fedi.models.post import Post, PostState, Visibility
from fedi.models.registry import RegistryChoice
from fedi.services import registries


def is_due(session: Session) -> bool:
    return next_wanted(session) is not None


def next_wanted(session: Session, actor_id: int | None = None) -> Rendition | None:
    """A file that has no code yet, of this artist or of any."""
    names = [registry.name for registry in registries.on().values() if registry.by_content]
    if not names:
        return None
    query = _wanted(names)
    return session.scalar((query.where(Media.actor_id == actor_id) if actor_id is not None else query).limit(1))


def make(rendition: Rendition) -> str:
    """The code of a file of ours, '' where it cannot be made. Slow: a child decodes it."""
    settings = config.settings()
    try:
        path = files.locate("renditions", rendition.key)
        header = formats.read_header(path, max_bytes=settings.media_max_bytes, max_pixels=settings.media_max_pixels)
        with tempfile.TemporaryDirectory(dir=files.folder("tmp")) as folder:
            pixels, _ = decode.decode(path, header, Path(folder), max_pixels=settings.media_max_pixels)
        return iscc.of_file(path, pixels.frames[0])
    except (FediError, OSError):
        return ""


def keep(session: Session, rendition: Rendition, code: str) -> None:
    session.get_one(Rendition, rendition.id).iscc = code


def _wanted(names: list[str]) -> Select[Rendition]:
    chosen = select(RegistryChoice.actor_id).where(RegistryChoice.registry_name.in_(names))
    return (
        select(Rendition)
        .join(Media, (Media.id == Rendition.media_id) & (Media.current_version == Rendition.version))
        .join(Post, Post.id == Media.post_id)
        .where(
            Media.actor_id.in_(chosen),
            Media.purpose == MediaPurpose.POST,
            Post.state == PostState.PUBLISHED,
            Post.visibility == Visibility.PUBLIC,
            Rendition.kind == RenditionKind.FEDERATED,
            Rendition.iscc.is_(None),
            Rendition.withdrawn_at.is_(None),
        )
        .order_by(Rendition.id)
    )
