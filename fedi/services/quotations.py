"""What posts kept here quote: ours, which ask the author of what they quote, and those of others, which are checked.

FEP-044f: https://w3id.org/fep/044f. `services.quotes` is the other side: what may be quoted of ours.
"""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.orm import Session

from fedi import urls
from fedi.errors import BadRequest, NotFound
from fedi.models.actor import Actor
from fedi.models.errand import ErrandKind
from fedi.models.notification import NotificationKind
from fedi.models.post import Post, PostState, Visibility
from fedi.models.quote import QUOTES, Quote, QuoteState
from fedi.services import accounts, errands, interaction_policies, notifications, outgoing, quotes, relations, stamps
from fedi.services.interaction_policies import Approval, Verb
from fedi.services.paging import Page, rows

OPEN = {Visibility.PUBLIC, Visibility.UNLISTED}


def check(session: Session, author: Actor, quoted: Post, visibility: Visibility, named: Sequence[Actor]) -> Visibility:
    """How visible a post may be that quotes this one. Raises NotFound when its author does not allow it, BadRequest.

    A post for followers only is quoted by its author alone, and not for more people than see it.
    """
    own = quoted.actor_id == author.id
    missing = NotFound("The post you are trying to quote does not appear to exist.")
    if quoted.state != PostState.PUBLISHED or quoted.visibility == Visibility.DIRECT:
        raise missing
    if not own and (quoted.visibility not in OPEN or relations.blocked_between(session, author.id, quoted.actor_id)):
        raise missing
    if interaction_policies.approval(session, quoted, author, Verb.QUOTE) == Approval.DENIED:
        raise missing
    if visibility == Visibility.DIRECT and not own and quoted.actor_id not in {each.id for each in named}:
        raise BadRequest("Validation failed: Cannot quote a non-mentioned user in a Private Mention post.")
    return Visibility.FOLLOWERS if quoted.visibility == Visibility.FOLLOWERS and visibility in OPEN else visibility


def begin(session: Session, post: Post, quoted: Post) -> None:
    """A post of ours, not yet published, is going to quote another."""
    row = Quote(
        post_id=quoted.id,
        quoted_uri=quoted.uri,
        actor_id=post.actor_id,
        instrument_id=post.id,
        instrument_uri=post.uri,
    )
    row.post, row.instrument, row.actor = quoted, post, post.actor
    session.add(row)
    session.flush()
    row.request_uri = f"{post.actor.uri}/quote_requests/{row.id}"


def ask(session: Session, post: Post) -> None:
    """The post is published now: its quote is asked for, or answered at once where the other post is ours too."""
    row = of_post(session, post)
    if row is None or row.post is None or row.state != QuoteState.PENDING:
        return
    if row.post.state != PostState.PUBLISHED:
        QUOTES.move(row, QuoteState.REJECTED)
    elif row.post.actor_id == post.actor_id:
        QUOTES.move(row, QuoteState.ACCEPTED)
    elif row.post.local:
        stamps.decide(session, row, quotes.policy(row.post))
        tell(session, row)
    else:
        outgoing.put(
            session,
            "quote_request",
            actor=post.actor,
            subject={"quote": row.id},
            object_uri=post.uri,
            actors=[row.owner],
        )


def keep(session: Session, post: Post, quoted_uri: str | None, authorization_uri: str | None) -> None:
    """What a remote post says that it quotes, and with whose stamp. Whether that is so is found out by an errand."""
    row = of_post(session, post)
    if row is not None and row.quoted_uri != quoted_uri:
        session.delete(row)
        session.flush()
        row = None
    if quoted_uri is None:
        return
    if row is None:
        row = _row(session, post, quoted_uri)
    if row.post is not None and row.post.actor_id == post.actor_id:
        if row.state == QuoteState.PENDING:
            QUOTES.move(row, QuoteState.ACCEPTED)
        return
    if row.post is not None and row.post.local:
        tell(session, row)
        return
    if row.authorization_uri != authorization_uri:
        row.authorization_uri = authorization_uri
        if row.state != QuoteState.PENDING:
            QUOTES.move(row, QuoteState.PENDING)
    session.flush()
    if row.state == QuoteState.PENDING and (row.post is None or authorization_uri):
        errands.put(session, ErrandKind.QUOTE, post.uri)


def learned(session: Session, row: Quote, quoted: Post, *, good: bool | None) -> None:
    """An errand found what is quoted, and whether the stamp is good (None: there is none to look at)."""
    if row.state != QuoteState.PENDING:
        return
    row.post_id, row.post = quoted.id, quoted
    if quoted.actor_id == row.actor_id or good:
        QUOTES.move(row, QuoteState.ACCEPTED)
    elif good is False:
        QUOTES.move(row, QuoteState.REJECTED)
    session.flush()


def answered(session: Session, row: Quote, *, stamp: str | None) -> None:
    """The author of what a post of ours quotes said yes, with a stamp, or no; a later no takes the yes back."""
    if stamp is None and row.state == QuoteState.ACCEPTED:
        QUOTES.move(row, QuoteState.REVOKED)
    elif row.state == QuoteState.PENDING:
        QUOTES.move(row, QuoteState.ACCEPTED if stamp else QuoteState.REJECTED)
    else:
        return
    row.authorization_uri = stamp
    stamps.say_anew(session, row)


def revoked(session: Session, author: Actor, stamp: str) -> bool:
    """The author deleted a stamp; whether it was one that a post here relies on."""
    found = False
    for row in session.scalars(select(Quote).where(Quote.authorization_uri == stamp)):
        if row.post is None or row.owner.id != author.id or row.state != QuoteState.ACCEPTED:
            continue
        QUOTES.move(row, QuoteState.REVOKED)
        stamps.say_anew(session, row)
        found = True
    return found


def requested(session: Session, request_uri: str | None, instrument_uri: str | None) -> Quote | None:
    """The quote of ours that a QuoteRequest asked for, named by its id or by the quoting post."""
    prefix = (request_uri or "").rpartition("/quote_requests/")[0]
    number = urls.number_after(request_uri, f"{prefix}/quote_requests/")
    if number is not None:
        row = session.get(Quote, number)
        if row is not None and row.request_uri == request_uri and row.actor.local:
            return row
    if instrument_uri is None:
        return None
    query = select(Quote).join(Post, Post.id == Quote.instrument_id)
    return session.scalar(query.where(Post.uri == instrument_uri, Post.local))


def of_post(session: Session, post: Post) -> Quote | None:
    """What a post quotes."""
    return session.scalar(select(Quote).where(Quote.instrument_id == post.id))


def of_posts(session: Session, post_ids: Sequence[int]) -> dict[int, Quote]:
    """What each of many posts quotes, in one query."""
    found = session.scalars(_QUOTING, {"ids": post_ids})
    return {row.instrument_id: row for row in found if row.instrument_id is not None}


_QUOTING = select(Quote).where(Quote.instrument_id.in_(bindparam("ids", expanding=True)))
# Quotes with consent, by posts that are known here.
AGREED = (Quote.state == QuoteState.ACCEPTED, Quote.instrument_id.is_not(None))


def listed(session: Session, post: Post, page: Page) -> list[Quote]:
    """The posts kept here that quote this one with consent, newest first."""
    query = select(Quote).where(Quote.post_id == post.id, *AGREED)
    return rows(session, query, Quote.id, page)


def by(session: Session, post: Post, instrument_id: int) -> Quote:
    """How a post kept here quotes this one. Raises NotFound."""
    row = session.scalar(select(Quote).where(Quote.post_id == post.id, Quote.instrument_id == instrument_id))
    if row is None:
        raise NotFound("there is no such quote")
    return row


def open_row(session: Session, instrument_uri: str) -> Quote | None:
    """A remote post's quote that waits for being looked at."""
    query = select(Quote).join(Post, Post.id == Quote.instrument_id)
    return session.scalar(query.where(Post.uri == instrument_uri, Quote.state == QuoteState.PENDING))


def forget(session: Session, post: Post) -> None:
    """The post is gone, and quotes nothing."""
    session.execute(delete(Quote).where(Quote.instrument_id == post.id))


def tell(session: Session, row: Quote) -> None:
    """An artist hears that a post which is known here quotes hers, once she or her policy said yes."""
    if row.state != QuoteState.ACCEPTED or row.instrument is None or not row.owner.local:
        return
    account = accounts.of_actor(session, row.owner)
    if account is not None:
        notifications.notify(session, account, NotificationKind.QUOTE, row.actor, row.instrument)


def tell_of_edit(session: Session, post: Post) -> None:
    """Who quotes a post hears that it says something else now."""
    query = select(Quote).join(Actor, Actor.id == Quote.actor_id)
    standing = query.where(Quote.post_id == post.id, Quote.state == QuoteState.ACCEPTED, Actor.domain_key == "")
    for row in session.scalars(standing.where(Quote.actor_id != post.actor_id)):
        account = accounts.of_actor(session, row.actor)
        if account is not None and row.instrument is not None:
            notifications.notify(session, account, NotificationKind.QUOTED_UPDATE, post.actor, row.instrument)


def _row(session: Session, post: Post, quoted_uri: str) -> Quote:
    """The row that a QuoteRequest made before the post came, or a new one.

    Whoever asked in the name of another's post on its own server asked for nothing.
    """
    quoted = session.scalar(select(Post).where(or_(Post.uri == quoted_uri, Post.url == quoted_uri)).limit(1))
    if quoted is not None and quoted.state != PostState.PUBLISHED:
        quoted = None
    asked = None
    if quoted is not None:
        query = select(Quote).where(Quote.post_id == quoted.id, Quote.instrument_uri == post.uri)
        asked = session.scalar(query)
        if asked is not None and asked.actor_id != post.actor_id:
            session.delete(asked)
            session.flush()
            asked = None
    if asked is None:
        asked = Quote(actor_id=post.actor_id, instrument_uri=post.uri)
        asked.actor, asked.post = post.actor, quoted
        session.add(asked)
    asked.quoted_uri, asked.instrument_id, asked.instrument = quoted_uri, post.id, post
    if quoted is not None:
        asked.post_id = quoted.id
    session.flush()
    return asked
