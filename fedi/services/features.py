"""Being in somebody's collection with consent: who may, and what was asked for (`services.stamps` answers).

Whoever asks is on another server, or here (`services.collections`): the artist is asked, and told, alike.

FEP-7aa9: https://w3id.org/fep/7aa9. By default nobody features an artist without asking.
"""

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from fedi.errors import BadRequest, NotFound
from fedi.models.account import Account
from fedi.models.actor import Actor, ActorKind
from fedi.models.errand import ErrandKind
from fedi.models.feature import Feature
from fedi.models.notification import NotificationKind
from fedi.models.quote import QuotePolicy, QuoteState
from fedi.services import (
    accounts,
    errands,
    follows,
    interaction_policies,
    notifications,
    outgoing,
    quotes,
    relations,
    stamps,
)
from fedi.services.interaction_policies import Approval
from fedi.services.paging import Page, rows

MOST = 500  # collections elsewhere that one artist is told to be in


def policy(actor: Actor) -> QuotePolicy:
    return QuotePolicy(actor.feature_policy or QuotePolicy.ASK)


def set_policy(session: Session, actor: Actor, value: str) -> None:
    """Who may put the artist into a collection from now on; followers' servers are told. Raises BadRequest."""
    actor.feature_policy = quotes.read_policy(value)
    session.flush()
    outgoing.put(session, "update", actor=actor, subject={"actor": actor.id}, object_uri=actor.uri, followers=True)


def approval(session: Session, actor: Actor, curator: Actor) -> Approval:
    """Whether a curator may put somebody into a collection: at once, when they say yes, or not."""
    if actor.id == curator.id:
        return Approval.AUTOMATIC
    if not actor.available or actor.kind == ActorKind.APPLICATION:
        return Approval.DENIED
    if relations.blocked_between(session, actor.id, curator.id):
        return Approval.DENIED
    if not actor.local:
        said = actor.may_feature or {}
        for kind in (Approval.AUTOMATIC, Approval.MANUAL):
            if any(interaction_policies.includes(session, actor, each, curator) for each in said.get(kind, ())):
                return kind
        return Approval.DENIED
    if policy(actor) == QuotePolicy.FOLLOWERS:
        return Approval.AUTOMATIC if follows.follows(session, curator, actor) else Approval.DENIED
    return _WITHOUT_LOOKING[policy(actor)]


_WITHOUT_LOOKING = {
    QuotePolicy.PUBLIC: Approval.AUTOMATIC,
    QuotePolicy.ASK: Approval.MANUAL,
    QuotePolicy.NOBODY: Approval.DENIED,
}


def audiences(actor: Actor) -> tuple[list[str], list[str]]:
    """(automatic, manual) in Mastodon's words, as `services.interaction_policies` has them."""
    if not actor.local:
        return interaction_policies.in_words(actor, actor.may_feature or {})
    chosen = policy(actor)
    return (
        [chosen.value] if chosen in {QuotePolicy.PUBLIC, QuotePolicy.FOLLOWERS} else [],
        ["public"] if chosen == QuotePolicy.ASK else [],
    )


def requested(session: Session, actor: Actor, curator: Actor, *, request_uri: str, instrument_uri: str) -> Feature:
    """Somebody asks: answered by the policy, or put before the artist. Who asks again hears the same.

    Raises BadRequest for a collection of somebody else.
    """
    row = find(session, actor, instrument_uri)
    if row is not None and row.curator_id != curator.id:
        raise BadRequest("the collection belongs to somebody else")
    if row is None:
        row = Feature(actor_id=actor.id, curator_id=curator.id, instrument_uri=instrument_uri, request_uri=request_uri)
        row.actor, row.curator = actor, curator
        session.add(row)
        session.flush()
        stamps.decide(session, row, policy(actor))
        if not curator.local:
            errands.put(session, ErrandKind.COLLECTION, instrument_uri)
        _tell(session, row, NotificationKind.ADDED_TO_COLLECTION)
    row.request_uri = request_uri
    session.flush()
    if row.state != QuoteState.PENDING and not curator.local:
        stamps.answer(session, row)
    return row


def find(session: Session, actor: Actor, instrument_uri: str) -> Feature | None:
    """What was asked of an artist for one collection."""
    return session.scalar(select(Feature).where(Feature.actor_id == actor.id, Feature.instrument_uri == instrument_uri))


def forget(session: Session, instrument_uri: str, actor: Actor | None = None) -> None:
    """A collection of ours asks no longer, of one artist or anybody. What one artist refused stays refused."""
    gone = delete(Feature).where(Feature.instrument_uri == instrument_uri)
    if actor is not None:
        standing = Feature.state.in_([QuoteState.PENDING, QuoteState.ACCEPTED])
        gone = gone.where(Feature.actor_id == actor.id, standing)
    session.execute(gone)


def describe(
    session: Session, instrument_uri: str, curator_uri: str, *, title: str, summary: str, url: str | None
) -> None:
    """What a collection of this curator says of itself, for those who are asked to be in it.

    Who is in one that was known by other words hears of it.
    """
    query = select(Feature).join(Actor, Actor.id == Feature.curator_id)
    for row in session.scalars(query.where(Feature.instrument_uri == instrument_uri, Actor.uri == curator_uri)):
        before, row.url = (row.title, row.summary), url
        row.title, row.summary = title or None, summary or None
        session.flush()
        if before[0] is not None and before != (row.title, row.summary):
            _tell(session, row, NotificationKind.COLLECTION_UPDATE)


def placed(session: Session, curator: Actor, instrument_uri: str, *, artist_uri: str, item_uri: str) -> bool:
    """A curator says by what id an artist of ours stands in a collection; whether she was asked for that."""
    query = select(Feature).join(Actor, Actor.id == Feature.actor_id).where(Feature.curator_id == curator.id)
    row = session.scalar(query.where(Feature.instrument_uri == instrument_uri, Actor.uri == artist_uri))
    if row is not None:
        row.item_uri = item_uri
        session.flush()
    return row is not None


def removed(session: Session, curator: Actor, uri: str) -> bool:
    """A curator takes an artist of ours out again, or a whole collection away; whether it was one we know."""
    mine = select(Feature).where(Feature.curator_id == curator.id)
    found = session.scalars(mine.where(or_(Feature.item_uri == uri, Feature.instrument_uri == uri))).unique().all()
    for row in found:
        if row.state in {QuoteState.PENDING, QuoteState.ACCEPTED} or row.instrument_uri == uri:
            session.delete(row)
    session.flush()
    return bool(found)


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


def by_curator(session: Session, actor: Actor, curator: Actor) -> list[Feature]:
    """The collections of one curator that an artist let hold her."""
    query = select(Feature).where(Feature.actor_id == actor.id, Feature.curator_id == curator.id)
    return list(session.scalars(query.where(Feature.state == QuoteState.ACCEPTED)).unique())


def elsewhere(session: Session, actor: Actor) -> list[Feature]:
    """The collections of other servers that hold an artist, as far as she allowed it here, newest first."""
    query = (
        select(Feature)
        .join(Actor, Actor.id == Feature.curator_id)
        .where(Feature.actor_id == actor.id, Feature.state == QuoteState.ACCEPTED, Actor.domain_key != "")
        .where(Actor.deleted_at.is_(None), Actor.suspended_at.is_(None))
    )
    return list(session.scalars(query.order_by(Feature.id.desc()).limit(MOST)).unique())


def _tell(session: Session, row: Feature, kind: NotificationKind) -> None:
    """An artist who is in a collection hears of it. Whoever said yes herself was told by being asked."""
    account = accounts.of_actor(session, row.actor) if row.state == QuoteState.ACCEPTED else None
    if account is not None:
        notifications.notify(session, account, kind, row.curator, feature=row)
