"""QuoteRequest and FeatureRequest: asking to quote a post, or to put somebody into a collection.

{"id": "https://a.example/q/1", "type": "QuoteRequest", "actor": "https://a.example/u/ann",
 "object": "https://art.test/users/mira/posts/1", "instrument": {"id": "https://a.example/n/2", "type": "Note"}}

FEP-044f: https://w3id.org/fep/044f and FEP-7aa9: https://w3id.org/fep/7aa9
A QuoteRequest is answered by the artist's policy, or waits for her; a yes is a stamp, a QuoteAuthorization that lies
here and that a Delete revokes. Nobody features our artists yet: Reject. Mastodon's FeatureRequest names no actor: the
signer is meant.
"""

from typing import Any

from sqlalchemy.orm import Session

from fedi import clock
from fedi.activitypub import context, resolve
from fedi.activitypub.incoming import Ignored, Incoming
from fedi.activitypub.protocol import documents, origins
from fedi.activitypub.registry import publishes, receives
from fedi.errors import BadDocument
from fedi.models.actor import Actor
from fedi.models.outgoing import Outgoing
from fedi.models.post import Visibility
from fedi.services import outgoing, quotes

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
    _refuse(session, incoming, target, target.uri)


def _refuse(session: Session, incoming: Incoming, actor: Actor, object_uri: str) -> None:
    if incoming.uri is None:
        raise Ignored("a request without an id cannot be answered")
    request = {
        "id": incoming.uri,
        "type": documents.kind(incoming.activity),
        "actor": incoming.actor.uri,
        "object": object_uri,
        "instrument": documents.one_id(incoming.activity.get("instrument")),
    }
    outgoing.put(
        session,
        "refuse",
        actor=actor,
        subject={"request": request, "number": clock.new_id()},
        object_uri=incoming.uri,
        actors=[incoming.actor],
    )


@publishes("refuse")
def document(_session: Session, outgoing: Outgoing) -> dict[str, Any]:
    request = outgoing.subject["request"]
    actor = outgoing.actor.uri
    return context.with_context(
        [context.AS, {request["type"]: TERMS[request["type"]]}],
        {
            "id": f"{actor}#rejects/requests/{outgoing.subject['number']}",
            "type": "Reject",
            "actor": actor,
            "to": [request["actor"]],
            "object": request,
        },
    )


@publishes("quote_answer")
def quote_answer(_session: Session, outgoing: Outgoing) -> dict[str, Any]:
    said, actor = outgoing.subject, outgoing.actor.uri
    accepted = said["stamp"] is not None
    document: dict[str, Any] = {
        "id": f"{actor}#{'accepts' if accepted else 'rejects'}/quote_requests/{said['number']}",
        "type": "Accept" if accepted else "Reject",
        "actor": actor,
        "to": [said["request"]["actor"]],
        "object": said["request"],
    }
    if accepted:
        document["result"] = said["stamp"]
    return context.with_context([context.AS, {"QuoteRequest": TERMS["QuoteRequest"]}], document)


@publishes("unstamp")
def unstamp(_session: Session, outgoing: Outgoing) -> dict[str, Any]:
    """FEP-044f, revocation: the stamp itself is deleted."""
    actor, uri = outgoing.actor.uri, outgoing.subject["stamp"]
    body = {"id": f"{uri}#delete", "type": "Delete", "actor": actor, "to": [context.PUBLIC], "object": uri}
    return context.with_context(context.PLAIN, body)
