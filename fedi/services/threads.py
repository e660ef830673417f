"""Threads: what a post answers, and what answers it, as far as a reader may see them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi.models.actor import Actor
from fedi.models.post import Post, PostState
from fedi.services import posts, relations

# Mastodon's bounds: strangers get less, so that a long thread is no weapon.
STRANGER_ANCESTORS, STRANGER_DESCENDANTS, STRANGER_DEPTH = 40, 60, 20
ANCESTORS, DESCENDANTS, DEPTH = 200, 1000, 200


def ancestors(session: Session, post: Post, viewer: Actor | None) -> list[Post]:
    """What it answers, the beginning first; hidden ones are left out without a word."""
    limit = ANCESTORS if viewer else STRANGER_ANCESTORS
    found: list[Post] = []
    seen = {post.id}
    parent_id = post.in_reply_to_id
    while parent_id is not None and parent_id not in seen and len(seen) <= limit:
        seen.add(parent_id)
        parent = session.get(Post, parent_id)
        if parent is None:
            break
        if _shown(session, parent, viewer):
            found.append(parent)
        parent_id = parent.in_reply_to_id
    return list(reversed(found))


def descendants(session: Session, post: Post, viewer: Actor | None) -> list[Post]:
    """What answers it, each answer followed by its own answers, oldest first; below a hidden one nothing is shown."""
    limit, depth = (DESCENDANTS, DEPTH) if viewer else (STRANGER_DESCENDANTS, STRANGER_DEPTH)
    children: dict[int, list[Post]] = {}
    level, seen = [post.id], {post.id}
    for _ in range(depth):
        answers = session.scalars(
            select(Post)
            .where(Post.in_reply_to_id.in_(level[:500]), Post.state == PostState.PUBLISHED)
            .order_by(Post.id)
            .limit(limit),
        ).unique()
        level = []
        for each in answers:
            if each.id not in seen and _answers(session, each, viewer) and each.in_reply_to_id is not None:
                seen.add(each.id)
                children.setdefault(each.in_reply_to_id, []).append(each)
                level.append(each.id)
        if not level or len(seen) > limit:
            break
    return _flat(post.id, children)[:limit]


def _flat(root: int, children: dict[int, list[Post]]) -> list[Post]:
    found: list[Post] = []
    waiting = list(reversed(children.get(root, [])))
    while waiting:
        each = waiting.pop()
        found.append(each)
        waiting += reversed(children.get(each.id, []))
    return found


def _answers(session: Session, post: Post, viewer: Actor | None) -> bool:
    """What the author who is answered did not want is shown to nobody but its own."""
    own = viewer is not None and viewer.id == post.actor_id
    return _shown(session, post, viewer) and (own or post.reply_refused_at is None)


def _shown(session: Session, post: Post, viewer: Actor | None) -> bool:
    if post.state != PostState.PUBLISHED or not posts.visible(session, post, viewer):
        return False
    if viewer is None:
        return post.actor.limited_at is None
    return viewer.id == post.actor_id or not relations.mutes(session, viewer.id, post.actor_id)
