"""Add: an actor pins one of its posts, shows a hashtag, or says what a collection of its is about.

{"type": "Add", "actor": "https://a.example/u/ann", "target": "https://a.example/u/ann/featured", "object": "https://a.example/n/1"}

ActivityPub section 7.8: https://www.w3.org/TR/activitypub/#add-activity-inbox
Mastodon sends it without an id and may send the same bytes again: the effect is idempotent.
"""

from typing import Any

from sqlalchemy.orm import Session

from fedi import clock
from fedi.activitypub import curated, featured
from fedi.activitypub.incoming import Incoming
from fedi.activitypub.protocol import documents, origins
from fedi.activitypub.registry import publishes, receives
from fedi.models.outgoing import Outgoing
from fedi.services import featured_tags


@receives("Add")
def add(session: Session, incoming: Incoming) -> None:
    embedded = incoming.embedded
    if embedded is not None and curated.KIND in documents.types(embedded):
        origins.check_embedded(embedded, incoming.actor.uri)
        curated.keep(session, embedded)
        return
    name = featured.hashtag(incoming)
    if name is not None:
        featured_tags.learn(session, incoming.actor, name, shown=True)
        return
    post = featured.subject(session, incoming, wanted=True)
    post.pinned_at = post.pinned_at or clock.now()
    session.flush()


@publishes("add")
def document(_session: Session, outgoing: Outgoing) -> dict[str, Any]:
    return featured.document("Add", outgoing)
