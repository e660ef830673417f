"""What the instance actor says to relays, Mastodon's way and LitePub's.

{"id": "https://art.test/actor/relays/1", "type": "Follow", "actor": "https://art.test/actor",
 "object": "https://www.w3.org/ns/activitystreams#Public"}

FEP-ae0c: https://w3id.org/fep/ae0c. Their Accept and Reject come to `follow`, what they bring to `announce` and
`receive`.
"""

from typing import Any

from sqlalchemy.orm import Session

from fedi.activitypub import context
from fedi.activitypub.registry import publishes
from fedi.models.outgoing import Outgoing


@publishes("relay_follow")
def follow(_session: Session, outgoing: Outgoing) -> dict[str, Any]:
    return context.with_context(context.PLAIN, _follow(outgoing))


@publishes("relay_undo")
def undo(_session: Session, outgoing: Outgoing) -> dict[str, Any]:
    inner = _follow(outgoing)
    body = {"id": f"{inner['id']}#undo/{outgoing.id}", "type": "Undo", "actor": inner["actor"], "object": inner}
    return context.with_context(context.PLAIN, body)


@publishes("relay_announce")
def announce(_session: Session, outgoing: Outgoing) -> dict[str, Any]:
    actor, said = outgoing.actor.uri, outgoing.subject
    body = {
        "id": f"{actor}#announces/{said['number']}",
        "type": "Announce",
        "actor": actor,
        "to": [context.PUBLIC],
        "cc": [f"{actor}/followers"],
        "object": said["object"],
    }
    return context.with_context(context.PLAIN, body)


def _follow(outgoing: Outgoing) -> dict[str, Any]:
    said = outgoing.subject
    return {
        "id": said["uri"],
        "type": "Follow",
        "actor": outgoing.actor.uri,
        "object": said["followed"] or context.PUBLIC,
    }
