"""Signed-in browsers: the cookie holds a random token, the database its hash, so signing out is real."""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fedi import clock
from fedi.models.account import Account, WebSession
from fedi.services import secret

LIFETIME = timedelta(days=30)


def open_session(session: Session, account: Account, user_agent: str = "") -> str:
    """Sign the account in; the token goes into the cookie."""
    token = secret.token()
    session.add(
        WebSession(
            account_id=account.id,
            token_hash=secret.token_hash(token),
            user_agent=user_agent[:255],
            expires_at=clock.now() + LIFETIME,
        ),
    )
    return token


def find(session: Session, token: str) -> Account | None:
    """Whose session this is, while it is open and the account may act."""
    row = session.scalar(select(WebSession).where(WebSession.token_hash == secret.token_hash(token)))
    if row is None or row.expires_at < clock.now() or not row.account.active:
        return None
    return row.account


def close(session: Session, token: str) -> None:
    session.execute(delete(WebSession).where(WebSession.token_hash == secret.token_hash(token)))


def close_all(session: Session, account: Account, *, but: str = "") -> None:
    """Sign the account out everywhere (but here, when `but` is this browser's token)."""
    session.execute(
        delete(WebSession).where(
            WebSession.account_id == account.id,
            WebSession.token_hash != (secret.token_hash(but) if but else ""),
        ),
    )
