"""Being in somebody's collection with consent: who may, and what was asked for (`services.stamps` answers).

FEP-7aa9: https://w3id.org/fep/7aa9. By default nobody features an artist without asking.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi.errors import BadRequest, NotFound
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.errand import ErrandKind
from fedi.models.feature import Feature
from fedi.models.quote import QuotePolicy, QuoteState
from fedi.services import errands, outgoing, quotes, stamps
from fedi.services.paging import Page, rows


def policy(actor: Actor) -> QuotePolicy:
    return QuotePolicy(actor.feature_policy or QuotePolicy.ASK)


def set_policy(session: Session, actor: Actor, value: str) -> None:
    """Who may put the artist into a collection from now on; followers' servers are told. Raises BadRequest."""
    actor.feature_policy = quotes.read_policy(value)
    session.flush()
    outgoing.put(
        session, "update", actor=actor, subject={"actor": actor.id}, object_uri=actor.uri, followers=True
    )  # fmt: skip


def requested(session: Session, actor: Actor, curator: Actor, *, request_uri: str, instrument_uri: str) -> Feature:
    """Somebody elsewhere asks: answered by the policy, or put before the artist. Who asks again hears the same.

    Raises BadRequest for a collection of somebody else.
    """
    known = select(Feature).where(Feature.actor_id == actor.id, Feature.instrument_uri == instrument_uri)
    row = session.scalar(known)
    if row is not None and row.curator_id != curator.id:
        raise BadRequest("the collection belongs to somebody else")
    if row is None:
        row = Feature(actor_id=actor.id, curator_id=curator.id, instrument_uri=instrument_uri, request_uri=request_uri)
        row.actor, row.curator = actor, curator
        session.add(row)
        session.flush()
        stamps.decide(session, row, policy(actor))
        errands.put(session, ErrandKind.COLLECTION, instrument_uri)
    row.request_uri = request_uri
    session.flush()
    if row.state != QuoteState.PENDING:
        stamps.answer(session, row)
    return row


def describe(
    session: Session, instrument_uri: str, curator_uri: str, *, title: str, summary: str, url: str | None
) -> None:
    """What a collection of this curator says of itself, for those who are asked to be in it."""
    query = select(Feature).join(Actor, Actor.id == Feature.curator_id)
    for row in session.scalars(query.where(Feature.instrument_uri == instrument_uri, Actor.uri == curator_uri)):
        row.title, row.summary, row.url = title or None, summary or None, url
    session.flush()


def stamp(session: Session, actor: Actor, feature_id: int) -> Feature | None:
    """The accepted request behind a stamp of this artist; None when it was revoked. Raises NotFound."""
    row = session.get(Feature, feature_id)
    if row is None or row.actor_id != actor.id or row.state in {QuoteState.PENDING, QuoteState.REJECTED}:
        raise NotFound("there is no such stamp")
    return row if row.state == QuoteState.ACCEPTED else None


def own(session: Session, account: Account, feature_id: int) -> Feature:
    """A request about the account itself. Raises NotFound."""
    row = session.get(Feature, feature_id)
    if row is None or row.actor_id != account.actor_id:
        raise NotFound("there is no such request")
    return row


def listed(session: Session, account: Account, state: QuoteState, page: Page) -> list[Feature]:
    """Requests about the account in one state, newest first."""
    query = select(Feature).where(Feature.actor_id == account.actor_id, Feature.state == state)
    return rows(session, query, Feature.id, page)
