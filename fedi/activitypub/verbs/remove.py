"""Remove: an actor unpins one of its posts, shows a hashtag no longer, or has somebody in a collection no longer.

{"type": "Remove", "actor": "https://a.example/u/ann", "target": "https://a.example/u/ann/featured", "object": "https://a.example/n/1"}

ActivityPub section 7.9: https://www.w3.org/TR/activitypub/#remove-activity-inbox
Ours say that a collection of people is gone, or somebody in one (FEP-7aa9); Mastodon sends no Delete of those.
"""

from typing import Any

from sqlalchemy.orm import Session

from fedi.activitypub import context, featured
from fedi.activitypub.incoming import Incoming
from fedi.activitypub.registry import publishes, receives
from fedi.models.outgoing import Outgoing
from fedi.services import featured_tags, features


@receives("Remove")
def remove(session: Session, incoming: Incoming) -> None:
    if incoming.object_id is not None and features.removed(session, incoming.actor, incoming.object_id):
        return
    name = featured.hashtag(incoming)
    if name is not None:
        featured_tags.learn(session, incoming.actor, name, shown=False)
        return
    post = featured.subject(session, incoming, wanted=False)
    post.pinned_at = None
    session.flush()


@publishes("remove")
def document(_session: Session, outgoing: Outgoing) -> dict[str, Any]:
    said, actor = outgoing.subject, outgoing.actor.uri
    if "post" in said:
        return featured.document("Remove", outgoing)
    body = {
        "id": f"{said['object']}#remove",
        "type": "Remove",
        "actor": actor,
        "to": [context.PUBLIC],
        "cc": [f"{actor}/followers"],
        "target": said["target"],
        "object": said["object"],
    }
    return context.with_context(context.PLAIN, body)
