"""Move: an actor goes on under another account, and its followers with it.

{"id": "https://a.example/u/ann#moves/1", "type": "Move", "actor": "https://a.example/u/ann",
 "object": "https://a.example/u/ann", "target": "https://b.example/u/ann", "to": ["https://a.example/u/ann/followers"]}

FEP-7628: https://codeberg.org/fediverse/fep/src/branch/main/fep/7628/fep-7628.md
Believed only of the actor itself, and only when the target, asked now at its own server, lists it in `alsoKnownAs`.
"""

from typing import Any

from sqlalchemy.orm import Session

from fedi import urls
from fedi.activitypub import context, resolve
from fedi.activitypub.incoming import Ignored, Incoming
from fedi.activitypub.protocol import documents
from fedi.activitypub.registry import publishes, receives
from fedi.errors import BadDocument, NotAllowed
from fedi.models.outgoing import Outgoing
from fedi.services import moves


@receives("Move")
def move(session: Session, incoming: Incoming) -> None:
    if incoming.object_id != incoming.actor.uri:
        raise BadDocument("an actor moves only itself")
    uri = documents.one_id(incoming.activity.get("target"))
    if uri is None or uri == incoming.actor.uri:
        raise BadDocument("the Move leads nowhere")
    if moves.rests(incoming.actor):
        raise Ignored("it moved less than 30 days ago")  # before anything is fetched
    target = resolve.actor(session, incoming, uri)
    if incoming.actor.uri not in _aliases(incoming, target.uri, local=target.also_known_as):
        raise Ignored(f"{uri} does not say that it is the same")
    try:
        moves.arrived(session, incoming.actor, target)
    except NotAllowed as error:
        raise Ignored(str(error)) from error


def _aliases(incoming: Incoming, uri: str, *, local: list[str]) -> list[str]:
    """What the target says of itself today: what we have of it may be older than its alias."""
    if urls.is_local(uri):
        return local
    document = incoming.document(uri)
    if document is None or document.get("id") != uri:
        raise Ignored(f"{uri} is not at its origin")
    return documents.ids(document.get("alsoKnownAs"), limit=256)


@publishes("move")
def document(_session: Session, outgoing: Outgoing) -> dict[str, Any]:
    said, actor = outgoing.subject, outgoing.actor.uri
    body = {"id": f"{actor}#moves/{said['number']}", "type": "Move", "actor": actor, "object": actor}
    return context.with_context(context.PLAIN, {**body, "target": said["target"], "to": [f"{actor}/followers"]})
