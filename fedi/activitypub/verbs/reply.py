"""The yes or no to an answer of ours, by an author who wants to be asked (GoToSocial's interaction policies).

{"type": "Accept", "actor": "https://gts.example/users/ann", "object": "https://art.test/users/mira/posts/2",
 "target": "https://gts.example/users/ann/statuses/1", "result": "https://gts.example/users/ann/authorizations/3"}

https://docs.gotosocial.org/en/latest/federation/interaction_controls/ : the answer then says `replyAuthorization`
(before 0.20: `approvedBy`), so that other servers believe the yes.
"""

from sqlalchemy.orm import Session

from fedi.activitypub import approvals, resolve
from fedi.activitypub.incoming import Ignored, Incoming
from fedi.activitypub.registry import receives
from fedi.models.post import Post
from fedi.services import approvals as replies


@receives("Accept", of="Note")
@receives("Accept", of="Question")
@receives("Accept", of="ReplyRequest")
def accepted(session: Session, incoming: Incoming) -> None:
    replies.reply_allowed(session, _reply(session, incoming), approvals.authorization(incoming))


@receives("Reject", of="Note")
@receives("Reject", of="Question")
@receives("Reject", of="ReplyRequest")
def rejected(session: Session, incoming: Incoming) -> None:
    replies.reply_refused(session, _reply(session, incoming), incoming.actor)


def _reply(session: Session, incoming: Incoming) -> Post:
    """The answer of ours to a post of the sender that is meant. Raises Ignored."""
    reply = resolve.known_post(session, approvals.about(incoming))
    parent = session.get(Post, reply.in_reply_to_id) if reply is not None and reply.in_reply_to_id else None
    if reply is None or not reply.local or parent is None or parent.actor_id != incoming.actor.id:
        raise Ignored(f"{incoming.object_id} is no answer of ours to the sender")
    return reply
