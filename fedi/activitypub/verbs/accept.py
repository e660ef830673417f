"""Accept: a yes to something of ours, told to the verb that owns the thing.

{"type": "Accept", "actor": "https://a.example/u/ann", "object": {"type": "Follow", "id": "https://art.test/users/mira/follows/1"}}

ActivityPub section 7.6: https://www.w3.org/TR/activitypub/#accept-activity-inbox
"""

from sqlalchemy.orm import Session

from fedi.activitypub import answers
from fedi.activitypub.incoming import Incoming
from fedi.activitypub.registry import receives


@receives("Accept")
def accept(session: Session, incoming: Incoming) -> None:
    answers.dispatch(session, incoming, "Accept")
