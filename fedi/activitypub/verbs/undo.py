"""Undo: taking back a Follow, Like, Announce or Block.

{"type": "Undo", "actor": "https://a.example/u/ann", "object": {"id": "https://a.example/1", "type": "Like",
 "actor": "https://a.example/u/ann", "object": "https://art.test/users/mira/posts/1"}}

ActivityPub section 7.13: https://www.w3.org/TR/activitypub/#undo-activity-inbox
The object is embedded, as some servers need it; a bare id is understood. An Undo that overtakes its activity is
remembered, so that the activity has no effect when it comes.
"""

from typing import Any

from sqlalchemy.orm import Session

from fedi.activitypub import answers, context
from fedi.activitypub.incoming import Ignored, Incoming
from fedi.activitypub.protocol import documents, origins
from fedi.activitypub.registry import publishes, receives
from fedi.errors import BadDocument
from fedi.models.outgoing import Outgoing
from fedi.services import remote_posts


@receives("Undo")
def undo(session: Session, incoming: Incoming) -> None:
    embedded = incoming.embedded
    if embedded is not None and documents.one_id(embedded.get("actor")) not in {None, incoming.actor.uri}:
        raise BadDocument("an Undo of somebody else's activity")
    try:
        answers.dispatch(session, incoming, "Undo")
    except Ignored:
        early = incoming.object_id
        if early is None or not origins.same_origin(early, incoming.actor.uri):
            raise
        remote_posts.bury(session, early, incoming.actor.uri)


@publishes("undo")
def document(_session: Session, outgoing: Outgoing) -> dict[str, Any]:
    said = outgoing.subject
    kind = said.get("type", "Follow")
    actor = said["follower"] if kind == "Follow" else outgoing.actor.uri
    inner: dict[str, Any] = {
        "id": said["uri"],
        "type": kind,
        "actor": actor,
        "object": said["followee"] if kind == "Follow" else said["object"],
    }
    to, cc = [said.get("followee") or said.get("author") or said["object"]], []
    if kind == "Announce":
        to, cc = [context.PUBLIC], [f"{actor}/followers", said["author"]]
        inner |= {"to": to, "cc": cc}
    elif kind == "Like":
        to = [said["author"]] if said.get("author") else []
    body: dict[str, Any] = {"id": f"{said['uri']}#undo", "type": "Undo", "actor": actor, "to": to}
    if cc:
        body["cc"] = cc
    return context.with_context(context.PLAIN, {**body, "object": inner})
