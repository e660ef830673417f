"""The yes to an answer of ours, where an author lets nobody answer without it (GoToSocial's interaction policies).

{"type": "Accept", "actor": "https://gts.example/users/ann", "object": "https://art.test/users/mira/posts/2",
 "target": "https://gts.example/users/ann/statuses/1", "result": "https://gts.example/users/ann/authorizations/3"}

https://docs.gotosocial.org/en/latest/federation/interaction_controls/ : the answer then says `replyAuthorization`
(before 0.20: `approvedBy`), so that other servers believe the yes.
"""

from sqlalchemy.orm import Session

from fedi.activitypub import resolve
from fedi.activitypub.incoming import Ignored, Incoming
from fedi.activitypub.protocol import documents, origins
from fedi.activitypub.registry import receives
from fedi.errors import BadDocument
from fedi.models.post import Post
from fedi.services import posts


@receives("Accept", of="Note")
@receives("Accept", of="Question")
@receives("Accept", of="ReplyRequest")
def accepted(session: Session, incoming: Incoming) -> None:
    reply = _reply(session, incoming)
    stamp = documents.one_id(incoming.activity.get("result"))
    if stamp is None or not origins.same_origin(stamp, incoming.actor.uri):
        raise BadDocument("the yes has no authorization of its own server")
    posts.reply_allowed(session, reply, stamp)


def _reply(session: Session, incoming: Incoming) -> Post:
    """The answer of ours to a post of the sender that is meant. Raises Ignored."""
    asked = (incoming.embedded or {}).get("instrument")
    reply = resolve.known_post(session, documents.one_id(asked) or incoming.object_id)
    parent = session.get(Post, reply.in_reply_to_id) if reply is not None and reply.in_reply_to_id else None
    if reply is None or not reply.local or parent is None or parent.actor_id != incoming.actor.id:
        raise Ignored(f"{incoming.object_id} is no answer of ours to the sender")
    return reply
