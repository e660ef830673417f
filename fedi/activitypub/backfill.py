"""The last works of somebody newly followed, what they pin, and their hashtags: a profile that is not empty."""

import logging
from typing import Any

from fedi import clock, db
from fedi.activitypub.asking import Asking, Spent
from fedi.activitypub.protocol import addressing, documents, origins
from fedi.errors import FediError, Unreachable
from fedi.models.actor import Actor
from fedi.models.errand import Errand
from fedi.models.post import Post
from fedi.services import actors, featured_tags

log = logging.getLogger(__name__)
MAX_WORKS, MAX_LOOKED, MAX_PINNED, MAX_TAGS = 20, 60, 10, 20


def run(errand: Errand) -> None:
    """Keep up to `MAX_WORKS` public posts of the actor, quietly. Raises Unreachable when its server is away."""
    asking = Asking(fetches=40)
    with db.reading() as session:
        actor = actors.by_uri(session, errand.uri)
    if actor is None or actor.local or not actor.available:
        return
    try:
        featured = _listed(asking, actor.featured_uri, actor, most=MAX_PINNED)
        if featured is not None:
            pinned = [_keep(asking, item, actor) for item in featured]
            _pin(actor, [post for post in pinned if post is not None])
        tags = _listed(asking, actor.featured_tags_uri, actor, most=MAX_TAGS)
        if tags is not None:
            _show(actor, [str(each.get("name", "")) for each in tags if isinstance(each, dict)])
        kept = 0
        for item in _listed(asking, actor.outbox, actor, most=MAX_LOOKED) or ():
            said = _object(item, actor)
            if said is not None and _keep(asking, said, actor) is not None:
                kept += 1
            if kept >= MAX_WORKS:
                return
    except Spent as error:
        log.info("the works of %s: %s", errand.uri, error)


def _listed(asking: Asking, collection: str | None, actor: Actor, *, most: int) -> list[Any] | None:
    """What a collection holds; None for one that is not there or cannot be read, which says nothing."""
    try:
        return list(asking.items(collection, of=actor.uri, most=most)) if collection else None
    except (Spent, Unreachable):
        raise
    except FediError as error:
        log.info("%s cannot be had: %s", collection, error)
        return None


def _object(item: Any, actor: Actor) -> Any:
    """What a Create of the actor in its outbox is about; boosts and what is not for everybody are left out."""
    if (
        not isinstance(item, dict)
        or documents.kind(item) != "Create"
        or documents.one_id(item.get("actor")) != actor.uri
    ):
        return None
    addressed = [*documents.ids(item.get("to")), *documents.ids(item.get("cc"))]
    return item.get("object") if any(map(addressing.is_public, addressed)) else None


def _keep(asking: Asking, item: Any, actor: Actor) -> Post | None:
    """The post, when it is the actor's own."""
    uri = documents.one_id(item)
    if uri is None or not origins.same_origin(uri, actor.uri):
        return None
    try:
        post = asking.post(item, on=actor.uri)
    except Spent:
        raise
    except FediError as error:
        log.info("%s cannot be had: %s", uri, error)
        return None
    return post if post is not None and post.actor_id == actor.id else None


def _show(actor: Actor, tags: list[str]) -> None:
    """Exactly these hashtags are on the profile now."""
    with db.writing("actor.learn") as session:
        featured_tags.keep(session, actor, tags)


def _pin(actor: Actor, posts: list[Post]) -> None:
    """Exactly these are pinned now."""
    ids = {post.id for post in posts}
    with db.writing("post.learn") as session:
        held = session.query(Post).filter(Post.actor_id == actor.id, Post.pinned_at.is_not(None) | Post.id.in_(ids))
        for post in held:
            post.pinned_at = (post.pinned_at or clock.now()) if post.id in ids else None
