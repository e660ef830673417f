"""Signing up: who may ask for an account, what is wrong with what they ask, and how the asking becomes an account.

Whoever waits has neither account nor actor: nothing can find, follow or hear of them (docs/decisions/0018). Words and
codes of what is wrong are Mastodon's, as apps read them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from fedi import clock, config, db, mail, urls
from fedi.errors import BadRequest, Conflict, NotAllowed, NotFound, TooMany
from fedi.models.account import Account, AccountState, Role
from fedi.models.invite import Invite
from fedi.models.notification import NotificationKind
from fedi.models.oauth import AccessToken
from fedi.models.sign_up import SIGN_UPS, SignUp, SignUpState
from fedi.services import accounts, invites, notifications, secret, sign_up_letters
from fedi.services.paging import Page, rows

MAX_NAME, MAX_REASON = 30, 1000
UNCONFIRMED_DAYS, REJECTED_DAYS = 7, 180
NOT_ALLOWED = "This action is not allowed"


@dataclass(frozen=True)
class Wish:
    """What somebody asks for; `code` is that of an invite."""

    name: str
    email: str
    password: str
    agreement: bool
    reason: str = ""
    language: str | None = None
    code: str = ""


class Problem(NamedTuple):
    """`code` without Mastodon's `ERR_`."""

    field: str
    code: str
    words: str


class Invalid(BadRequest):
    """What is wrong with a wish, all of it at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        said = ", ".join(f"{each.field.capitalize()} {each.words}" for each in problems)
        super().__init__(f"Validation failed: {said}")
        self.problems = problems


def check(session: Session, wish: Wish) -> None:
    """Raises NotAllowed when nobody may sign up (so), TooMany when enough did today, and Invalid."""
    invite = _admitted(session, wish.code)
    found = [*_name_problems(session, wish.name), *email_problems(session, wish.email), *_password(wish.password)]
    if not wish.agreement:
        found.append(Problem("agreement", "ACCEPTED", "must be accepted"))
    if config.settings().registrations == "approval" and invite is None and not wish.reason.strip():
        found.append(Problem("reason", "BLANK", "can't be blank"))
    if len(wish.reason) > MAX_REASON:
        found.append(Problem("reason", "TOO_LONG", f"is too long (maximum is {MAX_REASON} characters)"))
    if found:
        raise Invalid(found)


def begin(session: Session, wish: Wish, password_hash: str, *, token: AccessToken | None = None) -> SignUp:
    """Write the wish down, and a letter to confirm the address where there is a mail server.

    Raises what `check` raises: of two who want one name at once, one gets it.
    """
    check(session, wish)
    invite, now, id_ = _admitted(session, wish.code), clock.now(), clock.new_id()
    if invite is not None and not invites.use(session, invite):
        raise NotAllowed(NOT_ALLOWED)
    db.insert_new(
        session,
        SignUp,
        [],
        id=id_,
        name=wish.name,
        name_key=wish.name.lower(),
        email=wish.email.lower(),
        email_key=wish.email.lower(),
        password_hash=password_hash,
        language=wish.language,
        reason=wish.reason.strip(),
        token_id=token.id if token else None,
        invite_id=invite.id if invite else None,
        confirmed_at=None if mail.configured() else now,
        approved_at=now if invite is not None or config.settings().registrations == "open" else None,
    )
    row = session.get(SignUp, id_)
    if row is None:
        check(session, wish)  # says which of the two is taken
        raise Conflict("somebody else was first: please try again")
    if row.confirmed_at is None:
        send_confirmation(session, row)
    elif row.approved_at is None:
        sign_up_letters.tell_moderators(session, row)
    return row


def send_confirmation(session: Session, row: SignUp, *, email: str | None = None) -> None:
    """A new link, to another address with `email`; the earlier one ends. Raises Invalid."""
    if email is not None and email.lower() != row.email_key:
        if found := email_problems(session, email):
            raise Invalid(found)
        row.email = row.email_key = email.lower()
    token = secret.token()
    row.confirmation_hash = secret.token_hash(token)
    session.flush()
    sign_up_letters.confirm(session, row, token, days=UNCONFIRMED_DAYS)


def by_confirmation(session: Session, token: str) -> SignUp:
    """Whose address a link confirms. Raises NotFound."""
    row = session.scalar(select(SignUp).where(SignUp.confirmation_hash == secret.token_hash(token)))
    if row is None or row.state != SignUpState.WAITING:
        raise NotFound("this link was used already or is too old: sign in to get a new one")
    return row


def confirm(session: Session, row: SignUp, *, key: RSAPrivateKey) -> Account | None:
    """The address is theirs; the account, unless a moderator has to say yes. As Mastodon, open doors are looked at
    again.
    """
    row.confirmed_at, row.confirmation_hash = clock.now(), None
    if row.approved_at is None and config.settings().registrations == "open":
        row.approved_at = clock.now()
    if row.approved_at is None:
        sign_up_letters.tell_moderators(session, row)
    return settle(session, row, key=key)


def approve(session: Session, moderator: Account | None, row: SignUp, *, key: RSAPrivateKey) -> Account | None:
    """A moderator (None: on the command line) says yes; the account, unless the address is not confirmed yet.

    Raises NotAllowed for who does not wait for it.
    """
    if row.state != SignUpState.WAITING or row.approved_at is not None:
        raise NotAllowed(NOT_ALLOWED)
    row.approved_at = row.decided_at = clock.now()
    row.decided_by_id = moderator.id if moderator else None
    made = settle(session, row, key=key)
    if made is not None:
        sign_up_letters.welcome(session, row)
    return made


def reject(session: Session, moderator: Account | None, row: SignUp) -> None:
    """A moderator says no: name and address are free again, what was asked is kept for a while. Raises NotAllowed."""
    if row.state != SignUpState.WAITING or row.approved_at is not None:
        raise NotAllowed(NOT_ALLOWED)
    _revoke(session, row)
    SIGN_UPS.move(
        row,
        SignUpState.REJECTED,
        **_FREED,
        decided_at=clock.now(),
        decided_by_id=moderator.id if moderator else None,
    )
    sign_up_letters.rejected(session, row)


def settle(session: Session, row: SignUp, *, key: RSAPrivateKey) -> Account | None:
    """Make the account once nothing is waited for; the moderators hear of it, the app's token becomes theirs.

    `key` is made beforehand, as it takes 40 ms. Raises Conflict when the name was given away on the command line.
    """
    session.flush()
    if row.confirmed_at is None or row.approved_at is None:
        return None
    name, email, password_hash = row.name, row.email, row.password_hash
    SIGN_UPS.move(row, SignUpState.ACCEPTED, **_FREED)
    account = accounts.create(
        session, name=name, email=email, password_hash=password_hash, actor_id=row.id, language=row.language, key=key
    )
    row.account_id = account.id
    if row.token_id is not None:
        session.execute(update(AccessToken).where(AccessToken.id == row.token_id).values(account_id=account.id))
    for each in session.scalars(select(Account).where(Account.role != Role.ARTIST, Account.state.in_(_ACTIVE))):
        notifications.notify(session, each, NotificationKind.ADMIN_SIGN_UP, account.actor)
    session.flush()
    return account


def waiting(session: Session, page: Page, *, name: str = "", email: str = "") -> list[SignUp]:
    """Who waits for a moderator, the newest first."""
    query = select(SignUp).where(SignUp.state == SignUpState.WAITING, SignUp.approved_at.is_(None))
    if name:
        query = query.where(SignUp.name_key.contains(name.lower(), autoescape=True))
    if email:
        query = query.where(SignUp.email_key.contains(email.lower(), autoescape=True))
    return rows(session, query, SignUp.id, page)


def count_waiting(session: Session) -> int:
    query = select(func.count()).where(SignUp.state == SignUpState.WAITING, SignUp.approved_at.is_(None))
    return session.scalar(query) or 0


def rejected(session: Session, page: Page) -> list[SignUp]:
    """Who was not let in, as long as it is kept."""
    return rows(session, select(SignUp).where(SignUp.state == SignUpState.REJECTED), SignUp.id, page)


def rejected_before(session: Session, row: SignUp) -> bool:
    """Whether somebody of this address or name was not let in before."""
    same = (SignUp.email == row.email) | (func.lower(SignUp.name) == row.name.lower())
    query = select(SignUp.id).where(SignUp.state == SignUpState.REJECTED, same).limit(1)
    return session.scalar(query) is not None


def find(session: Session, id_: int) -> SignUp | None:
    """Somebody who waits, for a moderator or for their own confirmation."""
    row = session.get(SignUp, id_)
    return row if row is not None and row.state == SignUpState.WAITING else None


def by_name(session: Session, name: str) -> SignUp | None:
    """Somebody who waits, by the name that is held for them."""
    return session.scalar(select(SignUp).where(SignUp.name_key == name.lower()))


def by_login(session: Session, login: str) -> SignUp | None:
    """Somebody who waits, by address or name, as people type either."""
    if "@" in login.lstrip("@"):
        return session.scalar(select(SignUp).where(SignUp.email_key == login.strip().lower()))
    return by_name(session, login.strip().lstrip("@"))


def of_token(session: Session, token_id: int) -> SignUp | None:
    """Who waits behind a token that an app was answered."""
    return session.scalar(
        select(SignUp).where(SignUp.token_id == token_id, SignUp.state == SignUpState.WAITING),
    )


def why_not(row: SignUp) -> str:
    """Why somebody who waits may not act yet, in Mastodon's words."""
    if row.confirmed_at is None:
        return "Your login is missing a confirmed e-mail address"
    return "Your login is currently pending approval"


def of_account(session: Session, account_ids: Sequence[int]) -> dict[int, SignUp]:
    """{account id: how they came in} of those who signed up."""
    found = session.scalars(select(SignUp).where(SignUp.account_id.in_(account_ids))) if account_ids else ()
    return {row.account_id: row for row in found if row.account_id is not None}


def forget_old(session: Session) -> None:
    """Who never confirmed their address, and whom we did not let in long ago."""
    now = clock.now()
    unconfirmed = select(SignUp).where(
        SignUp.state == SignUpState.WAITING,
        SignUp.confirmed_at.is_(None),
        SignUp.created_at < now - timedelta(days=UNCONFIRMED_DAYS),
    )
    for row in session.scalars(unconfirmed):
        _revoke(session, row)
        session.delete(row)
    session.execute(
        delete(SignUp).where(
            SignUp.state == SignUpState.REJECTED, SignUp.decided_at < now - timedelta(days=REJECTED_DAYS)
        ),
    )


def email_problems(session: Session, email: str) -> list[Problem]:
    """What is wrong with an address."""
    if not email:
        return [Problem("email", "BLANK", "can't be blank")]
    if not accounts.EMAIL.fullmatch(email):
        return [Problem("email", "INVALID", "is invalid")]
    if accounts.email_taken(session, email):
        return [Problem("email", "TAKEN", "has already been taken")]
    return []


_ACTIVE = (AccountState.APPROVED, AccountState.LIMITED)
_FREED = {"name_key": None, "email_key": None, "password_hash": "", "confirmation_hash": None}


def _admitted(session: Session, code: str) -> Invite | None:
    """The invite somebody comes with, if any. Raises NotAllowed and TooMany.

    An invite passes the limit of a day, as a crowd at the door must not keep out who was asked to come.
    """
    settings = config.settings()
    if settings.registrations == "closed":
        raise NotAllowed(NOT_ALLOWED)
    invite = invites.find(session, code)
    if invite is None and settings.registrations == "invite":
        raise NotAllowed(NOT_ALLOWED)
    if invite is None and settings.sign_ups_a_day:
        since = clock.now() - timedelta(days=1)
        today = session.scalar(select(func.count()).where(SignUp.created_at > since, SignUp.invite_id.is_(None))) or 0
        if today >= settings.sign_ups_a_day:
            raise TooMany("enough people signed up here today: please try again tomorrow", retry_after=3600)
    return invite


def _name_problems(session: Session, name: str) -> list[Problem]:
    if not name:
        return [Problem("username", "BLANK", "can't be blank")]
    if len(name) > MAX_NAME:
        return [Problem("username", "TOO_LONG", f"is too long (maximum is {MAX_NAME} characters)")]
    if not urls.valid_name(name):
        return [Problem("username", "INVALID", "must contain only letters, numbers and underscores")]
    if accounts.is_reserved(name):
        return [Problem("username", "RESERVED", "is reserved")]
    if accounts.name_taken(session, name):
        return [Problem("username", "TAKEN", "has already been taken")]
    return []


def _password(password: str) -> list[Problem]:
    if not password:
        return [Problem("password", "BLANK", "can't be blank")]
    if len(password) < accounts.MIN_PASSWORD:
        words = f"is too short (minimum is {accounts.MIN_PASSWORD} characters)"
        return [Problem("password", "TOO_SHORT", words)]
    if len(password) > accounts.MAX_PASSWORD:
        words = f"is too long (maximum is {accounts.MAX_PASSWORD} characters)"
        return [Problem("password", "TOO_LONG", words)]
    return []


def _revoke(session: Session, row: SignUp) -> None:
    if row.token_id is not None:
        session.execute(update(AccessToken).where(AccessToken.id == row.token_id).values(revoked_at=clock.now()))
