"""Quotes with consent: who may quote a post of ours, and what was asked for (`services.stamps` answers).

FEP-044f: https://w3id.org/fep/044f. By default nobody quotes without asking.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi.errors import BadRequest, NotFound
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.post import Post, PostState, Visibility
from fedi.models.quote import Quote, QuotePolicy, QuoteState
from fedi.services import outgoing, stamps
from fedi.services.paging import Page, rows

OPEN = {Visibility.PUBLIC, Visibility.UNLISTED}


def policy(post: Post) -> QuotePolicy:
    """The post's own, else the artist's; what is not for everybody is quoted by nobody."""
    if post.visibility not in OPEN:
        return QuotePolicy.NOBODY
    return QuotePolicy(post.quote_policy or default_policy(post.actor))


def default_policy(actor: Actor) -> QuotePolicy:
    return QuotePolicy(actor.quote_policy or QuotePolicy.ASK)


def told_to_apps(actor: Actor) -> str:
    """The default in the words that Mastodon's apps know: `ask` is none of them, and some read no other word."""
    chosen = default_policy(actor)
    return (QuotePolicy.NOBODY if chosen == QuotePolicy.ASK else chosen).value


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
        outgoing.put_update(session, post)


def requested(session: Session, post: Post, quoter: Actor, *, request_uri: str, instrument_uri: str) -> Quote:
    """Somebody elsewhere asks to quote a post of ours: answered by the policy, or put before the artist.

    Who asks again for the same quote hears the same answer.
    """
    row = session.scalar(select(Quote).where(Quote.post_id == post.id, Quote.instrument_uri == instrument_uri))
    if row is not None and row.actor_id != quoter.id:
        raise BadRequest("the quoting post belongs to somebody else")
    if row is None:
        row = Quote(post_id=post.id, quoted_uri=post.uri, actor_id=quoter.id, instrument_uri=instrument_uri)
        row.post, row.actor = post, quoter
        session.add(row)
        session.flush()
    if row.request_uri is None:
        stamps.decide(session, row, policy(post))
    row.request_uri = request_uri
    session.flush()
    if row.state != QuoteState.PENDING:
        stamps.answer(session, row)
    return row


def stamp(session: Session, actor: Actor, quote_id: int) -> Quote | None:
    """The accepted quote behind a stamp of this artist; None when it was revoked. Raises NotFound."""
    row = session.get(Quote, quote_id)
    post = row.post if row is not None else None
    if row is None or post is None or post.actor_id != actor.id:
        raise NotFound("there is no such stamp")
    if row.state in {QuoteState.PENDING, QuoteState.REJECTED}:
        raise NotFound("there is no such stamp")
    return row if row.state == QuoteState.ACCEPTED and post.state == PostState.PUBLISHED else None


def own(session: Session, account: Account, quote_id: int) -> Quote:
    """A quote of the account's own work. Raises NotFound."""
    row = session.get(Quote, quote_id)
    if row is None or row.post is None or row.post.actor_id != account.actor_id:
        raise NotFound("there is no such quote")
    return row


def listed(session: Session, account: Account, state: QuoteState, page: Page) -> list[Quote]:
    """Quotes of the account's works that were asked for, in one state, newest first."""
    query = select(Quote).join(Post, Post.id == Quote.post_id).where(Quote.request_uri.is_not(None))
    return rows(session, query.where(Post.actor_id == account.actor_id, Quote.state == state), Quote.id, page)
