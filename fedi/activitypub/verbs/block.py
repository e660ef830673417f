"""Block: somebody elsewhere blocks one of ours.

{"id": "https://a.example/1", "type": "Block", "actor": "https://a.example/u/ann", "object": "https://art.test/users/mira"}

ActivityPub section 6.9: https://www.w3.org/TR/activitypub/#block-activity-outbox
Both unfollow, and neither sees the other. Ours are never sent: a block is nobody's business.
"""

from sqlalchemy.orm import Session

from fedi.activitypub import resolve
from fedi.activitypub.incoming import Ignored, Incoming
from fedi.activitypub.protocol import documents
from fedi.activitypub.registry import receives
from fedi.services import remote_blocks, remote_posts


@receives("Block")
def block(session: Session, incoming: Incoming) -> None:
    target = resolve.local_actor(session, incoming.object_id)
    if incoming.uri and remote_posts.is_gone(session, incoming.uri, of=incoming.actor.uri):
        raise Ignored("the block was undone before it arrived")
    remote_blocks.received(session, incoming.actor, target, uri=incoming.uri)


@receives("Undo", of="Block")
def undone(session: Session, incoming: Incoming) -> None:
    embedded = incoming.embedded
    target = None
    if embedded is not None:
        target = resolve.local_actor(session, documents.one_id(embedded.get("object")))
    if not remote_blocks.undone(session, incoming.actor, target, uri=incoming.object_id):
        raise Ignored("there is no such block")
