"""Delete: a post, a boost or a whole actor is gone.

{"id": "https://a.example/n/1#delete", "type": "Delete", "actor": "https://a.example/u/ann",
 "object": {"id": "https://a.example/n/1", "type": "Tombstone"}}

ActivityPub section 7.4: https://www.w3.org/TR/activitypub/#delete-activity-inbox
The object comes as an id, a Tombstone or the whole thing. Its id is never taken again, also when we did not know it.
"""

from typing import Any

from sqlalchemy.orm import Session

from fedi import urls
from fedi.activitypub import context, forwarding
from fedi.activitypub.incoming import Ignored, Incoming
from fedi.activitypub.objects import tombstone
from fedi.activitypub.protocol import origins
from fedi.activitypub.registry import publishes, receives
from fedi.errors import BadDocument
from fedi.models.outgoing import Outgoing
from fedi.models.post import PostState, Visibility
from fedi.services import actors, collection_answers, interactions, quotations, remote_posts


@receives("Delete")
def delete(session: Session, incoming: Incoming) -> None:
    uri = incoming.object_id
    if uri is None:
        raise BadDocument("the Delete is of nothing")
    if uri == incoming.actor.uri:
        actors.forget(session, incoming.actor)
        return
    if urls.is_local(uri) or not origins.same_origin(uri, incoming.actor.uri):
        raise BadDocument("the object is of another server")
    if quotations.revoked(session, incoming.actor, uri) or collection_answers.revoked(session, incoming.actor, uri):
        return
    post = remote_posts.by_id_uri(session, uri)
    if post is not None:
        if post.actor_id != incoming.actor.id:
            raise BadDocument("the post belongs to somebody else")
        if post.state == PostState.PUBLISHED:
            forwarding.to_followers(session, incoming, post)
        remote_posts.remove(session, post)
        return
    if actors.by_uri(session, uri) is not None:
        raise BadDocument("an actor deletes only itself")
    boost = interactions.boost_said_by(session, incoming.actor, uri)
    if boost is not None:
        interactions.unboost(session, incoming.actor, boost.post)
        return
    if remote_posts.is_gone(session, uri):
        raise Ignored(f"{uri} is gone already")
    remote_posts.bury(session, uri, incoming.actor.uri)


@publishes("delete")
def document(_session: Session, outgoing: Outgoing) -> dict[str, Any]:
    said = outgoing.subject
    actor = outgoing.actor.uri
    followers = f"{actor}/followers"
    if "post" not in said:
        body: dict[str, Any] = {"id": f"{actor}#delete", "type": "Delete", "actor": actor, "to": [context.PUBLIC]}
        return context.with_context(context.PLAIN, {**body, "object": actor})
    named = list(said.get("actors", []))
    to, cc = {
        Visibility.PUBLIC: ([context.PUBLIC], [followers, *named]),
        Visibility.UNLISTED: ([followers], [context.PUBLIC, *named]),
        Visibility.FOLLOWERS: ([followers], named),
        Visibility.DIRECT: (named, []),
    }[Visibility(said.get("visibility", "public"))]
    return context.with_context(
        context.PLAIN,
        {
            "id": f"{said['uri']}#delete",
            "type": "Delete",
            "actor": actor,
            "to": to,
            "cc": cc,
            "object": tombstone.bare(said["uri"]),
        },
    )
