"""The Gallery entity, which is ours alone."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from fedi import clock, urls
from fedi.models.account import Account
from fedi.models.gallery import Gallery
from fedi.models.post import Post
from fedi.policy.layers import client_api
from fedi.services import consents, galleries
from fedi.web.api.entities import status


def many(session: Session, reader: Account | None, rows: Sequence[Gallery]) -> list[dict[str, Any]]:
    """Each with the works that the reader may see; others than the artist see none without works."""
    viewer = reader.actor if reader else None
    seen = {row.id: galleries.works(session, row, viewer) for row in rows}
    shown = [row for row in rows if seen[row.id] or _mine(reader, row)]
    fronts = {row.id: front for row in shown if (front := galleries.cover(row, seen[row.id]))}
    bodies = dict(zip(fronts, status.of_posts(session, reader, fronts.values()), strict=True))
    return [_render(session, reader, row, seen[row.id], bodies.get(row.id)) for row in shown]


def one(session: Session, reader: Account | None, row: Gallery) -> dict[str, Any]:
    works = galleries.works(session, row, reader.actor if reader else None)
    front = galleries.cover(row, works)
    return _render(session, reader, row, works, status.one(session, reader, front) if front else None)


def _render(
    session: Session, reader: Account | None, row: Gallery, works: Sequence[Post], front: dict[str, Any] | None
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": str(row.id),
        "account_id": str(row.actor_id),
        "title": row.title,
        "summary": row.summary,
        "url": f"{urls.origin()}{galleries.page(row)}",
        "uri": galleries.uri(row),
        "statuses_count": len(works),
        "status_ids": [str(post.id) for post in works],
        "cover": next(iter(front["media_attachments"]), None) if front else None,
        "created_at": clock.iso_millis(row.created_at),
        "updated_at": clock.iso_millis(row.updated_at),
        "fedi": client_api.render(consents.of_gallery(row), brief=True),
    }
    if _mine(reader, row):
        body["status_ids"] = [str(post_id) for post_id in galleries.item_ids(session, row)]
        body["own"] = {"consent": row.consent, "licence": row.licence}
        body["cover_id"] = str(row.cover_id) if row.cover_id else None
    return body


def _mine(reader: Account | None, row: Gallery) -> bool:
    return reader is not None and reader.actor_id == row.actor_id
