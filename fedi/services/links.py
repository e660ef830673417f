"""One-time links: the first admin's, and password resets. Only the hash of a token is kept."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fedi import clock
from fedi.errors import NotFound
from fedi.models.account import Account, LinkPurpose, OneTimeLink
from fedi.services import secret


def make(session: Session, purpose: LinkPurpose, *, account: Account | None = None, hours: int = 24) -> str:
    """A token that works once and for `hours`; earlier ones for the same purpose and account end."""
    session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.purpose == purpose,
            OneTimeLink.account_id == (account.id if account else None),
            OneTimeLink.used_at.is_(None),
        )
        .values(used_at=clock.now()),
    )
    token = secret.token()
    session.add(
        OneTimeLink(
            purpose=purpose,
            token_hash=secret.token_hash(token),
            account_id=account.id if account else None,
            expires_at=clock.now() + timedelta(hours=hours),
        ),
    )
    return token


def find(session: Session, purpose: LinkPurpose, token: str) -> OneTimeLink:
    """The link, still good. Raises NotFound for one that is unknown, used or too old."""
    row = session.scalar(
        select(OneTimeLink).where(
            OneTimeLink.purpose == purpose,
            OneTimeLink.token_hash == secret.token_hash(token),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > clock.now(),
        ),
    )
    if row is None:
        raise NotFound("this link was used already or is too old: ask for a new one")
    return row


def take(session: Session, purpose: LinkPurpose, token: str) -> OneTimeLink:
    """Use the link up."""
    row = find(session, purpose, token)
    row.used_at = clock.now()
    return row
