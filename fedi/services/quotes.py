"""Quotes with consent: who may quote a post of ours, requests that wait for the artist, stamps and their revocation.

FEP-044f: https://w3id.org/fep/044f. By default nobody quotes without asking.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi import clock
from fedi.errors import BadRequest, NotFound
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.post import Post, PostState, Visibility
from fedi.models.quote import QUOTES, Quote, QuotePolicy, QuoteState
from fedi.services import follows, outgoing, relations
from fedi.services.paging import Page, rows

OPEN = {Visibility.PUBLIC, Visibility.UNLISTED}


def policy(post: Post) -> QuotePolicy:
    """The post's own, else the artist's; what is not for everybody is quoted by nobody."""
    if post.visibility not in OPEN:
        return QuotePolicy.NOBODY
    return QuotePolicy(post.quote_policy or default_policy(post.actor))


def default_policy(actor: Actor) -> QuotePolicy:
    return QuotePolicy(actor.quote_policy or QuotePolicy.ASK)


def read_policy(value: str) -> QuotePolicy:
    """Raises BadRequest."""
    try:
        return QuotePolicy(value)
    except ValueError:
        raise BadRequest(f"Validation failed: {value[:50]!r} is no quote policy") from None


def set_default(session: Session, actor: Actor, value: str) -> None:
    """What holds for posts that say nothing of their own, from now on. Raises BadRequest."""
    actor.quote_policy = read_policy(value)
    session.flush()


def set_policy(session: Session, post: Post, value: str) -> None:
    """Change who may quote one post; whoever has it is told. Raises BadRequest."""
    post.quote_policy = read_policy(value)
    session.flush()
    if post.state == PostState.PUBLISHED:
        outgoing.put(
            session,
            "update",
            actor=post.actor,
            subject={"post": post.id, "at": clock.iso_millis(clock.now())},
            object_uri=post.uri,
            followers=post.visibility != Visibility.DIRECT,
            earlier_recipients=post.visibility in OPEN,
        )


def requested(session: Session, post: Post, quoter: Actor, *, request_uri: str, instrument_uri: str) -> Quote:
    """Somebody elsewhere asks to quote a post of ours: answered by the policy, or put before the artist.

    Who asks again for the same quote hears the same answer.
    """
    row = session.scalar(select(Quote).where(Quote.post_id == post.id, Quote.instrument_uri == instrument_uri))
    if row is not None and row.actor_id != quoter.id:
        raise BadRequest("the quoting post belongs to somebody else")
    if row is None:
        row = Quote(post_id=post.id, actor_id=quoter.id, instrument_uri=instrument_uri, request_uri=request_uri)
        row.post, row.actor = post, quoter
        session.add(row)
        session.flush()
        said = verdict(session, policy(post), actor=post.actor, by=quoter)
        if said is not None:
            QUOTES.move(row, said)
    row.request_uri = request_uri
    session.flush()
    if row.state != QuoteState.PENDING:
        _answer(session, row)
    return row


def verdict(session: Session, said: QuotePolicy, *, actor: Actor, by: Actor) -> QuoteState | None:
    """What a policy of `actor` answers to `by` at once; None: the artist is asked."""
    if said == QuotePolicy.NOBODY or relations.blocked_between(session, by.id, actor.id):
        return QuoteState.REJECTED
    if said == QuotePolicy.ASK:
        return None
    trusted = said == QuotePolicy.PUBLIC or follows.follows(session, by, actor)
    return QuoteState.ACCEPTED if trusted else QuoteState.REJECTED


def allow(session: Session, row: Quote) -> None:
    """Raises Conflict when it was answered already."""
    QUOTES.move(row, QuoteState.ACCEPTED)
    _answer(session, row)


def refuse(session: Session, row: Quote) -> None:
    """Raises Conflict when it was answered already."""
    QUOTES.move(row, QuoteState.REJECTED)
    _answer(session, row)


def revoke(session: Session, row: Quote) -> None:
    """Take a yes back: the stamp is gone, and every server that has the post is told. Raises Conflict."""
    QUOTES.move(row, QuoteState.REVOKED)
    outgoing.put(
        session,
        "unstamp",
        actor=row.post.actor,
        subject={"stamp": stamp_uri(row)},
        object_uri=row.post.uri,
        actors=[row.actor],
        earlier_recipients=True,
    )


def stamp_uri(row: Quote) -> str:
    """The address of the QuoteAuthorization."""
    return f"{row.post.actor.uri}/quote_authorizations/{row.id}"


def stamp(session: Session, actor: Actor, quote_id: int) -> Quote | None:
    """The accepted quote behind a stamp of this artist; None when it was revoked. Raises NotFound."""
    row = session.get(Quote, quote_id)
    if row is None or row.post.actor_id != actor.id or row.state in {QuoteState.PENDING, QuoteState.REJECTED}:
        raise NotFound("there is no such stamp")
    return row if row.state == QuoteState.ACCEPTED and row.post.state == PostState.PUBLISHED else None


def own(session: Session, account: Account, quote_id: int) -> Quote:
    """A quote of the account's own work. Raises NotFound."""
    row = session.get(Quote, quote_id)
    if row is None or row.post.actor_id != account.actor_id:
        raise NotFound("there is no such quote")
    return row


def listed(session: Session, account: Account, state: QuoteState, page: Page) -> list[Quote]:
    """Quotes of the account's works in one state, newest first."""
    query = select(Quote).join(Post, Post.id == Quote.post_id)
    return rows(session, query.where(Post.actor_id == account.actor_id, Quote.state == state), Quote.id, page)


def _answer(session: Session, row: Quote) -> None:
    accepted = row.state == QuoteState.ACCEPTED
    outgoing.put(
        session,
        "request_answer",
        actor=row.post.actor,
        subject={
            "request": {
                "id": row.request_uri,
                "type": "QuoteRequest",
                "actor": row.actor.uri,
                "object": row.post.uri,
                "instrument": row.instrument_uri,
            },
            "stamp": stamp_uri(row) if accepted else None,
            "number": clock.new_id(),
        },
        object_uri=row.instrument_uri,
        actors=[row.actor],
    )
