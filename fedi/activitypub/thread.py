"""A conversation as its servers tell it: what a post answers, and what answers it."""

import logging
from collections import deque

from fedi import db, urls
from fedi.activitypub.asking import Asking, Spent
from fedi.errors import FediError, Unreachable
from fedi.models.errand import Errand
from fedi.models.post import Post, PostState
from fedi.services import remote_posts

log = logging.getLogger(__name__)
MAX_ANCESTORS, MAX_REPLIES, MAX_DEPTH = 30, 60, 3


def run(errand: Errand) -> None:
    """Keep what can be had of the conversation around the post. Raises Unreachable when its own server is away."""
    asking = Asking()
    with db.reading() as session:
        post = remote_posts.by_id_uri(session, errand.uri)
    if post is None or post.state != PostState.PUBLISHED:
        return
    try:
        _ancestors(asking, post)
        _replies(asking, post)
    except Spent as error:
        log.info("the thread of %s: %s", errand.uri, error)


def _ancestors(asking: Asking, post: Post) -> None:
    """Up to the beginning, or to what we cannot have; what is known already costs nothing."""
    seen = {post.uri}
    for _ in range(MAX_ANCESTORS):
        parent = post.in_reply_to_uri
        if parent is None or parent in seen or urls.is_local(parent):
            return
        seen.add(parent)
        try:
            found = asking.post(parent, on=parent)
        except Spent:
            raise
        except FediError as error:
            log.info("%s cannot be had: %s", parent, error)
            return
        if found is None:
            return
        post = found


def _replies(asking: Asking, root: Post) -> None:
    """Level by level. A server's `replies` say only where to ask: every answer comes from its own origin."""
    waiting = deque([(root, 0)])
    seen = {root.uri}
    while waiting:
        post, depth = waiting.popleft()
        for item in _listed(asking, post, first=post is root):
            try:
                found = asking.post(item, on=post.uri)
            except Spent:
                raise
            except FediError as error:
                log.info("an answer to %s cannot be had: %s", post.uri, error)
                continue
            if found is None or found.uri in seen or found.in_reply_to_uri != post.uri:
                continue
            seen.add(found.uri)
            if depth + 1 < MAX_DEPTH and len(seen) < MAX_REPLIES:
                waiting.append((found, depth + 1))


def _listed(asking: Asking, post: Post, *, first: bool) -> list[object]:
    """What a post's own server lists as its answers."""
    if post.local:
        return []
    try:
        document = asking.document(post.uri)
        return list(asking.items(document.get("replies"), of=post.uri, most=MAX_REPLIES))
    except Spent:
        raise
    except Unreachable:
        if first:
            raise
        return []
    except FediError as error:
        log.info("the answers to %s cannot be had: %s", post.uri, error)
        return []
