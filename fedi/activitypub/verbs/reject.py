"""Reject: a no to something of ours, or the end of a follow, told to the verb that owns the thing.

{"type": "Reject", "actor": "https://a.example/u/ann", "object": {"type": "Follow", "id": "https://art.test/users/mira/follows/1"}}

ActivityPub section 7.7: https://www.w3.org/TR/activitypub/#reject-activity-inbox
"""

from sqlalchemy.orm import Session

from fedi.activitypub import answers
from fedi.activitypub.incoming import Incoming
from fedi.activitypub.registry import receives


@receives("Reject")
def reject(session: Session, incoming: Incoming) -> None:
    answers.dispatch(session, incoming, "Reject")
