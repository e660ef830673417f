"""What an activity names, as rows: actors and posts, fetched through `Needs` where a handler may want them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from fedi import urls
from fedi.activitypub.incoming import Ignored, Incoming, Needs
from fedi.activitypub.objects import note
from fedi.activitypub.protocol import origins
from fedi.models.actor import Actor, ActorKind
from fedi.models.post import Post, PostState
from fedi.services import actors, domains, remote_posts


def known_actor(session: Session, uri: str) -> Actor | None:
    """An actor we have, ours or not; None for unknown and deleted ones."""
    found = actors.by_uri(session, uri)
    return found if found is not None and found.deleted_at is None else None


def local_actor(session: Session, uri: str | None) -> Actor:
    """A living actor of ours. Raises Ignored."""
    found = known_actor(session, uri) if uri and urls.is_local(uri) else None
    if found is None or not found.available:
        raise Ignored(f"{uri} is nobody here")
    if found.kind != ActorKind.APPLICATION and actors.published(session, found.name) is None:
        raise Ignored(f"{uri} is nobody here")
    return found


def actor(session: Session, incoming: Incoming, uri: str) -> Actor:
    """Any actor, fetched when it is unknown. Raises Ignored when there is none."""
    found = actors.by_uri(session, uri)
    if found is not None:
        if found.deleted_at is not None:
            raise Ignored(f"{uri} is gone")
        return found
    if urls.is_local(uri) or uri in incoming.missing_actors or not domains.may_federate(session, urls.host_of(uri)):
        raise Ignored(f"{uri} cannot be read")
    raise Needs(uri, kind="actor")


def known_post(session: Session, uri: str | None) -> Post | None:
    """A published post we have, by its id or (ours) its page."""
    if not uri:
        return None
    local = urls.parse_local(uri)
    if local is not None and local.post_id is not None:
        post = session.get(Post, local.post_id)
        if post is None or not post.local or post.actor.name.lower() != local.name.lower():
            return None
    else:
        post = remote_posts.by_id_uri(session, uri)
    return post if post is not None and post.state == PostState.PUBLISHED else None


def post(session: Session, incoming: Incoming, uri: str) -> Post:
    """Any post, fetched from its own origin and kept when it is unknown. Raises Ignored."""
    found = known_post(session, uri)
    if found is not None:
        return found
    if urls.is_local(uri) or remote_posts.is_gone(session, uri):
        raise Ignored(f"there is no post {uri}")
    if not domains.may_federate(session, urls.host_of(uri)):
        raise Ignored(f"{uri} is on a blocked server")
    document = incoming.document(uri)
    if document is None:
        raise Ignored(f"{uri} cannot be read")
    return keep(session, incoming, document, tell=False)


def author(session: Session, incoming: Incoming, document: Mapping[str, Any]) -> Actor:
    """The author of a document that was fetched from its own origin, which must be the author's too.

    Raises BadDocument when it is not, Ignored when the author cannot be read or is not shown here.
    """
    found = actor(session, incoming, origins.check_author(document))
    if not found.available:
        raise Ignored(f"{found.uri} is not shown here")
    return found


def keep(session: Session, incoming: Incoming, document: Mapping[str, Any], *, tell: bool) -> Post:
    """Store the post of a document that was fetched from its own origin."""
    found = author(session, incoming, document)
    values = note.from_document(document, author_uri=found.uri, followers_uri=found.followers_uri)
    return remote_posts.store(session, found, values, tell=tell)
