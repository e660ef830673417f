"""Consent that is asked for: a request to quote a post or to feature an artist is answered, stamped, and taken back.

FEP-044f and FEP-7aa9 ask, answer and revoke alike. `services.quotes` and `services.features` say what is asked for.
"""

from sqlalchemy.orm import Session

from fedi import clock
from fedi.models.feature import Feature
from fedi.models.post import PostState
from fedi.models.quote import QUOTES, Quote, QuotePolicy, QuoteState
from fedi.services import collection_answers, follows, outgoing, relations

Request = Quote | Feature


def decide(session: Session, row: Request, policy: QuotePolicy) -> None:
    """Answer a new request by a policy, as far as it does not leave it to the artist."""
    if row.asker.id == row.owner.id:
        QUOTES.move(row, QuoteState.ACCEPTED)
    elif policy == QuotePolicy.NOBODY or relations.blocked_between(session, row.asker.id, row.owner.id):
        QUOTES.move(row, QuoteState.REJECTED)
    elif policy != QuotePolicy.ASK:
        trusted = policy == QuotePolicy.PUBLIC or follows.follows(session, row.asker, row.owner)
        QUOTES.move(row, QuoteState.ACCEPTED if trusted else QuoteState.REJECTED)


def allow(session: Session, row: Request) -> None:
    """Raises Conflict when it was answered already."""
    QUOTES.move(row, QuoteState.ACCEPTED)
    answer(session, row)


def refuse(session: Session, row: Request) -> None:
    """Raises Conflict when it was answered already."""
    QUOTES.move(row, QuoteState.REJECTED)
    answer(session, row)


def revoke(session: Session, row: Request) -> None:
    """Take a yes back: the stamp is gone, and whoever may rely on it is told. Raises Conflict."""
    QUOTES.move(row, QuoteState.REVOKED)
    outgoing.put(
        session,
        "unstamp",
        actor=row.owner,
        subject={"stamp": uri(row)},
        object_uri=row.target_uri,
        actors=[row.asker],
        earlier_recipients=True,
    )
    say_anew(session, row)


def uri(row: Request) -> str:
    """The address of the QuoteAuthorization or FeatureAuthorization."""
    kind = "quote" if isinstance(row, Quote) else "feature"
    return f"{row.owner.uri}/{kind}_authorizations/{row.id}"


def answer(session: Session, row: Request) -> None:
    """Say what was decided, with the stamp of a yes; who asks again hears it again."""
    if row.asker.local:
        say_anew(session, row)
        return
    request = {
        "id": row.request_uri,
        "type": "QuoteRequest" if isinstance(row, Quote) else "FeatureRequest",
        "actor": row.asker.uri,
        "object": row.target_uri,
        "instrument": row.instrument_uri,
    }
    stamp = uri(row) if row.state == QuoteState.ACCEPTED else None
    outgoing.put(
        session,
        "request_answer",
        actor=row.owner,
        subject={"request": request, "stamp": stamp, "number": clock.new_id()},
        object_uri=row.instrument_uri,
        actors=[row.asker],
    )


def say_anew(session: Session, row: Request) -> None:
    """Whoever has a post of ours hears whether it may quote what it quotes; a collection of ours holds whom it may."""
    if isinstance(row, Feature):
        item = collection_answers.requested(session, row.request_uri)
        if item is not None:
            stamp = uri(row) if row.state == QuoteState.ACCEPTED else None
            collection_answers.answered(session, item, stamp=stamp)
        return
    post = row.instrument
    if post is not None and post.local and post.state == PostState.PUBLISHED:
        outgoing.put_update(session, post, actors=[mention.actor for mention in post.mentions])
