"""Add: an actor pins one of its posts, shows a hashtag, or says what a collection of its is about.

{"type": "Add", "actor": "https://a.example/u/ann", "target": "https://a.example/u/ann/featured", "object": "https://a.example/n/1"}

ActivityPub section 7.8: https://www.w3.org/TR/activitypub/#add-activity-inbox
Mastodon sends it without an id and may send the same bytes again: the effect is idempotent. Ours say that there is a
new collection of people, or somebody new in one (FEP-7aa9).
"""

from typing import Any

from sqlalchemy.orm import Session

from fedi import clock
from fedi.activitypub import collections_out, context, curated, featured
from fedi.activitypub.incoming import Incoming
from fedi.activitypub.objects import featured_collection
from fedi.activitypub.protocol import documents, origins
from fedi.activitypub.registry import publishes, receives
from fedi.errors import NotFound
from fedi.models.collection import Collection, CollectionItem
from fedi.models.outgoing import Outgoing
from fedi.models.quote import QuoteState
from fedi.policy.layers import activitystreams
from fedi.services import consents, featured_tags


@receives("Add")
def add(session: Session, incoming: Incoming) -> None:
    embedded = incoming.embedded
    if embedded is not None and curated.KIND in documents.types(embedded):
        origins.check_embedded(embedded, incoming.actor.uri)
        curated.keep(session, embedded)
        return
    if embedded is not None and curated.placed(session, incoming, embedded):
        return
    name = featured.hashtag(incoming)
    if name is not None:
        featured_tags.learn(session, incoming.actor, name, shown=True)
        return
    post = featured.subject(session, incoming, wanted=True)
    post.pinned_at = post.pinned_at or clock.now()
    session.flush()


@publishes("add")
def document(session: Session, outgoing: Outgoing) -> dict[str, Any]:
    actor, said = outgoing.actor, outgoing.subject
    if "post" in said:
        return featured.document("Add", outgoing)
    if "collection" in said:
        row = session.get(Collection, int(said["collection"]))
        if row is None:
            raise NotFound("the collection is gone")
        target, added = f"{actor.uri}/featured_collections", collections_out.featured_collection(session, row)
    else:
        item = session.get(CollectionItem, int(said["item"]))
        if item is None or item.state != QuoteState.ACCEPTED:
            raise NotFound("nobody is added any more")
        target, added = item.collection.uri, featured_collection.item(item, consents.of_actor(actor))
    body = {
        "id": f"{added['id']}#add",
        "type": "Add",
        "actor": actor.uri,
        "to": [context.PUBLIC],
        "cc": [f"{actor.uri}/followers"],
        **activitystreams.render(consents.of_actor(actor), kind="activity"),
        "target": target,
        "object": added,
    }
    return context.with_context(context.FEATURED, body)
