"""Announce: showing somebody's post to one's followers (a boost).

{"id": "https://a.example/1", "type": "Announce", "actor": "https://a.example/u/ann", "to": ["https://www.w3.org/ns/activitystreams#Public"],
 "cc": ["https://a.example/u/ann/followers"], "object": "https://art.test/users/mira/posts/1"}

ActivityPub section 7.11: https://www.w3.org/TR/activitypub/#announce-activity-inbox
Only the object's id counts: what is embedded is never believed, the origin is asked. An Announce by a relay that took
us brings a post here and is no boost. Where an author wants to be asked, ours goes to her alone until her Accept comes.
"""

from typing import Any

from sqlalchemy.orm import Session

from fedi.activitypub import approvals, boosts_out, resolve
from fedi.activitypub.incoming import Ignored, Incoming
from fedi.activitypub.protocol import addressing, documents
from fedi.activitypub.registry import publishes, receives
from fedi.errors import BadDocument, NotAllowed, NotFound
from fedi.models.interaction import Boost
from fedi.models.outgoing import Outgoing
from fedi.models.post import Visibility
from fedi.services import approvals as boosts
from fedi.services import follows, interactions, relays, remote_posts


@receives("Announce")
def announce(session: Session, incoming: Incoming) -> None:
    uri = incoming.object_id
    if uri is None:
        raise BadDocument("the Announce is of nothing")
    if incoming.uri and remote_posts.is_gone(session, incoming.uri, of=incoming.actor.uri):
        raise Ignored("the boost was undone before it arrived")
    if relays.is_subscribed(session, incoming.actor.uri):
        if resolve.known_post(session, uri) is None:
            relays.brought(session, uri)
        return
    post = resolve.known_post(session, uri)
    followed = follows.has_local_follower(session, incoming.actor)
    if post is None and not followed:
        raise Ignored("nobody here follows who boosts")
    post = post or resolve.post(session, incoming, uri)
    if not post.local and not followed:
        raise Ignored("nobody here is concerned")
    to, cc = addressing.audience(incoming.activity)
    visibility = Visibility(addressing.visibility(to, cc, incoming.actor.followers_uri))
    if not to and not cc:
        visibility = Visibility.PUBLIC
    try:
        interactions.boost(session, incoming.actor, post, visibility=visibility, uri=incoming.uri)
    except (NotFound, NotAllowed) as error:
        raise Ignored(str(error)) from error


@receives("Undo", of="Announce")
def undone(session: Session, incoming: Incoming) -> None:
    row = interactions.boost_said_by(session, incoming.actor, incoming.object_id) if incoming.object_id else None
    embedded = incoming.embedded
    post = row.post if row is not None else None
    if post is None and embedded is not None:
        post = resolve.known_post(session, documents.one_id(embedded.get("object")))
    if post is None or interactions.find_boost(session, incoming.actor, post) is None:
        raise Ignored("there is no such boost")
    interactions.unboost(session, incoming.actor, post)


@receives("Accept", of="Announce")
@receives("Accept", of="AnnounceRequest")
def accepted(session: Session, incoming: Incoming) -> None:
    boosts.boost_allowed(session, _ours(session, incoming), approvals.authorization(incoming))


@receives("Reject", of="Announce")
@receives("Reject", of="AnnounceRequest")
def rejected(session: Session, incoming: Incoming) -> None:
    row = _ours(session, incoming)
    interactions.unboost(session, row.actor, row.post)


def _ours(session: Session, incoming: Incoming) -> Boost:
    """A boost of ours of a post of the sender. Raises Ignored."""
    uri = approvals.about(incoming)
    row = interactions.our_boost(session, uri) if uri else None
    if row is None or row.post.actor_id != incoming.actor.id:
        raise Ignored(f"{uri} is no boost of ours of the sender's")
    return row


@publishes("announce")
def document(_session: Session, outgoing: Outgoing) -> dict[str, Any]:
    return boosts_out.to_document(boosts_out.activity(outgoing.actor.uri, outgoing.subject))
