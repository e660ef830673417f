"""Follow, with its Accept, Reject and Undo.

{"id": "https://a.example/1", "type": "Follow", "actor": "https://a.example/u/ann", "object": "https://art.test/users/mira"}

ActivityPub sections 6.5 and 7.5 to 7.7: https://www.w3.org/TR/activitypub/#follow-activity-inbox
An Accept echoes the Follow exactly; Accept and Reject are matched by the Follow's id or by its pair of actors.
"""

from typing import Any

from sqlalchemy.orm import Session

from fedi.activitypub import context, resolve
from fedi.activitypub.incoming import Ignored, Incoming
from fedi.activitypub.protocol import documents
from fedi.activitypub.registry import publishes, receives
from fedi.models.actor import ActorKind
from fedi.models.follow import Follow
from fedi.models.outgoing import Outgoing
from fedi.services import follows, relays, remote_posts


@receives("Follow")
def follow(session: Session, incoming: Incoming) -> None:
    followee = resolve.local_actor(session, incoming.object_id)
    if followee.kind == ActorKind.APPLICATION and relays.is_asked(session, incoming.actor):
        follows.greet(session, incoming.actor, followee, uri=incoming.uri)
        return
    if incoming.uri and remote_posts.is_gone(session, incoming.uri, of=incoming.actor.uri):
        raise Ignored("the follow was undone before it arrived")
    follows.received(session, incoming.actor, followee, uri=incoming.uri)


@receives("Accept", of="Follow")
def accepted(session: Session, incoming: Incoming) -> None:
    if relays.answered(session, incoming.object_id, incoming.actor, yes=True):
        return
    follows.answered(session, _asked(session, incoming), yes=True)


@receives("Reject", of="Follow")
def rejected(session: Session, incoming: Incoming) -> None:
    if relays.answered(session, incoming.object_id, incoming.actor, yes=False):
        return
    follows.answered(session, _asked(session, incoming), yes=False)


@receives("Undo", of="Follow")
def undone(session: Session, incoming: Incoming) -> None:
    embedded = incoming.embedded
    row = follows.said_by(session, incoming.actor, incoming.object_id) if incoming.object_id else None
    if row is None and embedded is not None:
        followee = resolve.local_actor(session, documents.one_id(embedded.get("object")))
        row = follows.find(session, incoming.actor, followee)
    if row is None or row.state not in follows.STANDING:
        raise Ignored("there is no such follow")
    _, followee = follows.ends(session, row)
    follows.undo(session, incoming.actor, followee)


def _asked(session: Session, incoming: Incoming) -> Follow:
    """A Follow of ours that the sender is the followee of. Raises Ignored."""
    row = follows.by_uri(session, incoming.object_id) if incoming.object_id else None
    embedded = incoming.embedded
    if row is None and embedded is not None:
        follower = resolve.local_actor(session, documents.one_id(embedded.get("actor")))
        row = follows.find(session, follower, incoming.actor)
    if row is None or row.followee_id != incoming.actor.id:
        raise Ignored("nobody here asked to follow the sender")
    return row


@publishes("follow")
def document(_session: Session, outgoing: Outgoing) -> dict[str, Any]:
    said = outgoing.subject
    return context.with_context(context.PLAIN, {**_follow(said), "to": [said["followee"]]})


@publishes("accept")
def accept_document(_session: Session, outgoing: Outgoing) -> dict[str, Any]:
    return _answer("Accept", outgoing.subject)


@publishes("reject")
def reject_document(_session: Session, outgoing: Outgoing) -> dict[str, Any]:
    return _answer("Reject", outgoing.subject)


def _answer(kind: str, said: dict[str, Any]) -> dict[str, Any]:
    return context.with_context(
        context.PLAIN,
        {
            "id": f"{said['followee']}#{kind.lower()}s/follows/{said['number']}",
            "type": kind,
            "actor": said["followee"],
            "to": [said["follower"]],
            "object": _follow(said),
        },
    )


def _follow(said: dict[str, Any]) -> dict[str, Any]:
    """The Follow as it was said; one that came without an id stays without."""
    identified = {"id": said["uri"]} if said["uri"] else {}
    return {**identified, "type": "Follow", "actor": said["follower"], "object": said["followee"]}
