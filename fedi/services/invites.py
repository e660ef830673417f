"""Invites: made by moderators, good some number of times and until some day; who has one is let in without waiting."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from fedi import clock, urls
from fedi.errors import BadRequest, NotFound
from fedi.models.account import Account
from fedi.models.invite import Invite

MAX_USES, MAX_DAYS = 1000, 365


def make(session: Session, account: Account | None, *, uses: int | None = 1, days: int | None = 7) -> Invite:
    """`uses` and `days` None: without end. Raises BadRequest."""
    if uses is not None and not 1 <= uses <= MAX_USES:
        raise BadRequest(f"an invite is for 1 to {MAX_USES} people")
    if days is not None and not 1 <= days <= MAX_DAYS:
        raise BadRequest(f"an invite is good for 1 to {MAX_DAYS} days")
    row = Invite(
        code=secrets.token_urlsafe(12),
        account_id=account.id if account else None,
        most=uses,
        expires_at=clock.now() + timedelta(days=days) if days else None,
    )
    row.account = account
    session.add(row)
    session.flush()
    return row


def address(row: Invite) -> str:
    """The link to hand on."""
    return f"{urls.origin()}/invite/{row.code}"


def listed(session: Session) -> Sequence[Invite]:
    """Those that still let somebody in, the newest first."""
    return session.scalars(select(Invite).where(*_good()).order_by(Invite.id.desc())).all()


def find(session: Session, code: str) -> Invite | None:
    """The invite of a code, while it is good."""
    return session.scalar(select(Invite).where(Invite.code == code[:32], *_good())) if code else None


def use(session: Session, row: Invite) -> bool:
    """Count one who came with it; False when somebody else was the last."""
    taken = session.execute(
        update(Invite).where(Invite.id == row.id, *_good()).values(uses=Invite.uses + 1),
        execution_options={"synchronize_session": False},
    )
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def withdraw(session: Session, id_: int) -> None:
    """It lets nobody in any more. Raises NotFound."""
    row = session.get(Invite, id_)
    if row is None:
        raise NotFound("there is no such invite")
    row.expires_at = clock.now()
    session.flush()


def _good() -> tuple[ColumnElement[bool], ...]:
    return (
        or_(Invite.most.is_(None), Invite.uses < Invite.most),
        or_(Invite.expires_at.is_(None), Invite.expires_at > clock.now()),
    )
