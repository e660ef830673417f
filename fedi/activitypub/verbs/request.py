"""QuoteRequest and FeatureRequest: asking to quote a post, or to put somebody into a collection.

{"id": "https://a.example/q/1", "type": "QuoteRequest", "actor": "https://a.example/u/ann",
 "object": "https://art.test/users/mira/posts/1", "instrument": {"id": "https://a.example/n/2", "type": "Note"}}

FEP-044f: https://w3id.org/fep/044f and FEP-7aa9: https://w3id.org/fep/7aa9
A request is answered by the artist's policy, or waits for her; a yes is a stamp that lies here and that a Delete
revokes. Ours are answered the same way. Mastodon's FeatureRequest names no actor: the signer is meant.
"""

from typing import Any

from sqlalchemy.orm import Session

from fedi.activitypub import context, posts_out, resolve
from fedi.activitypub.incoming import Ignored, Incoming
from fedi.activitypub.objects import note
from fedi.activitypub.protocol import documents, origins
from fedi.activitypub.registry import publishes, receives
from fedi.errors import BadDocument, NotFound
from fedi.models.actor import ActorKind
from fedi.models.collection import CollectionItem
from fedi.models.outgoing import Outgoing
from fedi.models.post import Visibility
from fedi.models.quote import Quote
from fedi.policy.layers import activitystreams
from fedi.services import collection_answers, features, media_tokens, quotations, quotes

TERMS = {
    "QuoteRequest": "https://w3id.org/fep/044f#QuoteRequest",
    "FeatureRequest": "https://w3id.org/fep/7aa9#FeatureRequest",
}


@receives("QuoteRequest")
def quote(session: Session, incoming: Incoming) -> None:
    post = resolve.known_post(session, incoming.object_id)
    if post is None or not post.local or post.visibility not in {Visibility.PUBLIC, Visibility.UNLISTED}:
        raise Ignored(f"{incoming.object_id} is no post of ours")
    instrument = documents.one_id(incoming.activity.get("instrument"))
    if incoming.uri is None or instrument is None or not origins.same_origin(instrument, incoming.actor.uri):
        raise BadDocument("the request does not say what quotes")
    quotes.requested(session, post, incoming.actor, request_uri=incoming.uri, instrument_uri=instrument)


@receives("FeatureRequest")
def feature(session: Session, incoming: Incoming) -> None:
    target = resolve.local_actor(session, incoming.object_id)
    instrument = documents.one_id(incoming.activity.get("instrument"))
    if incoming.uri is None or instrument is None or not origins.same_origin(instrument, incoming.actor.uri):
        raise BadDocument("the request does not say into what collection")
    if target.kind == ActorKind.APPLICATION:
        raise Ignored("nobody features the instance")
    features.requested(session, target, incoming.actor, request_uri=incoming.uri, instrument_uri=instrument)


@receives("Accept", "QuoteRequest")
def accept(session: Session, incoming: Incoming) -> None:
    """FEP-044f: `result` is the stamp, on the server of whoever says yes."""
    row = _asked(session, incoming)
    quotations.answered(session, row, stamp=_stamp(incoming))


@receives("Reject", "QuoteRequest")
def reject(session: Session, incoming: Incoming) -> None:
    quotations.answered(session, _asked(session, incoming), stamp=None)


@receives("Accept", "FeatureRequest")
def accept_feature(session: Session, incoming: Incoming) -> None:
    """FEP-7aa9: `result` is the stamp, on the server of whoever says yes."""
    item = _asked_feature(session, incoming)
    collection_answers.answered(session, item, stamp=_stamp(incoming))


@receives("Reject", "FeatureRequest")
def reject_feature(session: Session, incoming: Incoming) -> None:
    collection_answers.answered(session, _asked_feature(session, incoming), stamp=None)


def _stamp(incoming: Incoming) -> str:
    """Raises BadDocument."""
    stamp = documents.one_id(incoming.activity.get("result"))
    if stamp is None or not origins.same_origin(stamp, incoming.actor.uri):
        raise BadDocument("the yes has no stamp of its own server")
    return stamp


def _asked_feature(session: Session, incoming: Incoming) -> CollectionItem:
    """Whom a collection of ours asked, and who answers. Raises Ignored."""
    item = collection_answers.requested(session, incoming.object_id)
    if item is None or item.actor_id != incoming.actor.id:
        raise Ignored(f"{incoming.object_id} asked this actor for nothing")
    return item


def _asked(session: Session, incoming: Incoming) -> Quote:
    """The quote of ours that is answered, by the author of what it quotes. Raises Ignored."""
    embedded = incoming.embedded or {}
    row = quotations.requested(session, incoming.object_id, documents.one_id(embedded.get("instrument")))
    if row is None or row.post is None or row.owner.id != incoming.actor.id:
        raise Ignored(f"{incoming.object_id} asked this actor for nothing")
    return row


@publishes("quote_request")
def quote_request(session: Session, outgoing: Outgoing) -> dict[str, Any]:
    """The quoting post stands inside, as Mastodon sends it: who is asked sees what for."""
    row = session.get(Quote, int(outgoing.subject["quote"]))
    if row is None or row.instrument_id is None:
        raise NotFound("the post that quotes is gone")
    post, parts = posts_out.published(session, row.instrument_id, token=media_tokens.marker(outgoing.id))
    document = {
        "id": row.request_uri,
        "type": "QuoteRequest",
        "actor": outgoing.actor.uri,
        "to": [row.owner.uri],
        "object": row.quoted_uri,
        "instrument": note.bare(post, parts),
        **activitystreams.render(parts.terms, kind="activity"),
    }
    return context.with_context([*context.OBJECT, {"QuoteRequest": TERMS["QuoteRequest"]}], document)


@publishes("feature_request")
def feature_request(session: Session, outgoing: Outgoing) -> dict[str, Any]:
    """The collection is named by its id, as Mastodon does; who is asked reads it there."""
    item = session.get(CollectionItem, int(outgoing.subject["item"]))
    if item is None:
        raise NotFound("nobody is asked any more")
    document = {
        "id": item.request_uri,
        "type": "FeatureRequest",
        "actor": outgoing.actor.uri,
        "to": [item.actor.uri],
        "object": item.actor.uri,
        "instrument": item.collection.uri,
    }
    return context.with_context([context.AS, {"FeatureRequest": TERMS["FeatureRequest"]}], document)


@publishes("request_answer")
def request_answer(_session: Session, outgoing: Outgoing) -> dict[str, Any]:
    said, actor = outgoing.subject, outgoing.actor.uri
    accepted, kind = said["stamp"] is not None, said["request"]["type"]
    document: dict[str, Any] = {
        "id": f"{actor}#{'accepts' if accepted else 'rejects'}/requests/{said['number']}",
        "type": "Accept" if accepted else "Reject",
        "actor": actor,
        "to": [said["request"]["actor"]],
        "object": said["request"],
    }
    if accepted:
        document["result"] = said["stamp"]
    return context.with_context([context.AS, {kind: TERMS[kind]}], document)


@publishes("unstamp")
def unstamp(_session: Session, outgoing: Outgoing) -> dict[str, Any]:
    """FEP-044f and FEP-7aa9, revocation: the stamp itself is deleted."""
    actor, uri = outgoing.actor.uri, outgoing.subject["stamp"]
    body = {"id": f"{uri}#delete", "type": "Delete", "actor": actor, "to": [context.PUBLIC], "object": uri}
    return context.with_context(context.PLAIN, body)
