"""What people who sign up are written, and what moderators are: plain words and one link."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi import config, urls
from fedi.models.account import Account, AccountState, Role
from fedi.models.sign_up import SignUp
from fedi.services import letters

CONFIRM = """Somebody, hopefully you, asked for an account {name}@{domain} at {place}.

Confirm that this is your address, within {days} days:
{link}

If it was not you, do nothing: there will be no account.
"""
WELCOME = """Your account {name}@{domain} at {place} is ready. Sign in here:
{link}
"""
REJECTED = """The moderators of {place} decided not to make the account {name}@{domain}.
"""
WAITING = """{name} ({email}) would like an account at {place}.

{reason}

Let them in, or not:
{link}
"""


def confirm(session: Session, row: SignUp, token: str, *, days: int) -> None:
    link = f"{urls.origin()}/auth/confirmation/{token}"
    letters.put(session, row.email, f"Confirm your address for {_place()}", _fill(CONFIRM, row, link=link, days=days))


def welcome(session: Session, row: SignUp) -> None:
    letters.put(session, row.email, f"Welcome to {_place()}", _fill(WELCOME, row, link=f"{urls.origin()}/sign-in"))


def rejected(session: Session, row: SignUp) -> None:
    letters.put(session, row.email, f"Your request to {_place()}", _fill(REJECTED, row))


def tell_moderators(session: Session, row: SignUp) -> None:
    """That somebody waits for them."""
    staff = select(Account).where(
        Account.role.in_([Role.MODERATOR, Role.ADMIN]),
        Account.state.in_([AccountState.APPROVED, AccountState.LIMITED]),
    )
    text = _fill(WAITING, row, reason=row.reason or "They gave no reason.", link=f"{urls.origin()}/moderation/sign-ups")
    for account in session.scalars(staff):
        letters.put(session, account.email, f"{row.name} would like an account at {_place()}", text)


def _place() -> str:
    return config.settings().instance_name


def _fill(text: str, row: SignUp, **more: object) -> str:
    known = {"name": row.name, "email": row.email, "domain": config.settings().domain, "place": _place()}
    return text.format(**known, **more)
