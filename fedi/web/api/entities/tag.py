"""The Tag entity with the history of a week."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from fedi import urls
from fedi.models.actor import Actor
from fedi.services import featured_tags, hashtags, tag_follows


def many(session: Session, names: Sequence[str], viewer: Actor | None) -> list[dict[str, Any]]:
    """Entities of hashtags; `viewer` (None: a stranger) reads whether it follows and shows each."""
    bodies = [_render(session, name) for name in names]
    if viewer is None or not bodies:
        return bodies
    following = tag_follows.among(session, viewer, names)
    return [
        body
        | {
            "following": body["name"] in following,
            "featuring": featured_tags.find(session, viewer, body["name"]) is not None,
        }
        for body in bodies
    ]


def _render(session: Session, name: str) -> dict[str, Any]:
    return {
        "id": name.lower(),
        "name": name.lower(),
        "url": urls.tag(name),
        "history": [
            {"day": str(int(day.timestamp())), "uses": str(posts), "accounts": str(people)}
            for day, posts, people in hashtags.week(session, name)
        ],
    }
