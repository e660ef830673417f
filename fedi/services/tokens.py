"""Bearer tokens and authorisation codes: only their hashes are kept, and a code works once."""

import base64
import hashlib
import hmac
import re
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fedi import clock
from fedi.errors import BadRequest, NotAllowed, Unauthorized
from fedi.models.account import Account
from fedi.models.oauth import AccessToken, App, AuthorisationCode
from fedi.services import scopes as scoping
from fedi.services import secret

CODE_LIFETIME = timedelta(minutes=10)
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # base64url of a SHA-256, RFC 7636 section 4.2


class BadGrant(BadRequest):
    """The code, its verifier or its address is wrong, used or too old (RFC 6749 section 5.2 `invalid_grant`)."""

    status = 400


def issue(session: Session, account: Account, scopes: str, app: App | None = None) -> str:
    """A new token of an account, in words that are told only once. Raises BadRequest and NotAllowed."""
    asked = scoping.parse(scopes)
    if not asked:
        raise BadRequest("a token needs at least one scope, such as read")
    check_may_grant(account, asked)
    return _store(session, account_id=account.id, app=app, scopes=asked)


def issue_to_app(session: Session, app: App, scopes: list[str]) -> str:
    """A token of the app itself, of no person (RFC 6749 section 4.4)."""
    return _store(session, account_id=None, app=app, scopes=scopes)


def issue_to_newcomer(session: Session, app: App) -> tuple[str, AccessToken]:
    """A token of somebody who signs up with an app, for all that it registered for; theirs once they are let in."""
    scopes = [scope for scope in app.scopes.split() if not scoping.moderators_only([scope])]
    text = _store(session, account_id=None, app=app, scopes=scopes)
    return text, session.scalars(select(AccessToken).where(AccessToken.token_hash == secret.token_hash(text))).one()


def check_may_grant(account: Account, asked: list[str]) -> None:
    """Raises NotAllowed when somebody who moderates nothing would give away moderators' powers."""
    if scoping.moderators_only(asked) and not account.moderates:
        raise NotAllowed("admin scopes are for moderators and admins")


def find(session: Session, token: str) -> AccessToken | None:
    """The token's row; None for one that never was. Raises Unauthorized for one that was revoked."""
    row = session.scalar(select(AccessToken).where(AccessToken.token_hash == secret.token_hash(token)))
    if row is not None and row.revoked_at is not None:
        raise Unauthorized("The access token was revoked")
    return row


def valid_among(session: Session, token_ids: Collection[int]) -> set[int]:
    """Which of these tokens still let somebody in."""
    query = select(AccessToken).where(AccessToken.id.in_(token_ids), AccessToken.revoked_at.is_(None))
    return {row.id for row in session.scalars(query).unique() if row.account is not None and row.account.active}


def touch(session: Session, token_id: int) -> None:
    """Remember that the token is in use (the list of authorised apps tells when)."""
    session.execute(update(AccessToken).where(AccessToken.id == token_id).values(used_at=clock.now()))


def make_code(
    session: Session,
    *,
    app: App,
    account: Account,
    redirect_uri: str,
    scopes: list[str],
    challenge: str | None = None,
) -> str:
    """A code for the app, after the person said yes. Raises BadRequest and NotAllowed."""
    check_may_grant(account, scopes)
    check_challenge(challenge)
    code = secret.token()
    session.add(
        AuthorisationCode(
            code_hash=secret.token_hash(code),
            app_id=app.id,
            account_id=account.id,
            redirect_uri=redirect_uri,
            scopes=" ".join(scopes),
            challenge=challenge,
            expires_at=clock.now() + CODE_LIFETIME,
        ),
    )
    session.flush()
    return code


def check_challenge(challenge: str | None) -> None:
    """Raises BadRequest for what is no S256 challenge (RFC 7636)."""
    if challenge is not None and not _CHALLENGE.fullmatch(challenge):
        raise BadRequest("code_challenge is no base64url SHA-256: only code_challenge_method S256 is taken")


def exchange(
    session: Session, *, app: App, code: str, redirect_uri: str, verifier: str | None
) -> tuple[str, AccessToken]:
    """The token for a code, which works once. Raises BadGrant."""
    row = session.scalar(select(AuthorisationCode).where(AuthorisationCode.code_hash == secret.token_hash(code)))
    bad = BadGrant(
        "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in "
        "the authorization request, or was issued to another client.",
    )
    if row is None or row.app_id != app.id or row.expires_at < clock.now() or row.redirect_uri != redirect_uri:
        raise bad
    if not _matches(row.challenge, verifier):
        raise bad
    account = session.get_one(Account, row.account_id)
    used = session.execute(
        update(AuthorisationCode)
        .where(AuthorisationCode.id == row.id, AuthorisationCode.used_at.is_(None))
        .values(used_at=clock.now()),
    )
    if used.rowcount != 1 or not account.active:  # type: ignore[attr-defined]
        raise bad
    text = _store(session, account_id=account.id, app=app, scopes=row.scopes.split())
    return text, session.scalars(select(AccessToken).where(AccessToken.token_hash == secret.token_hash(text))).one()


def revoke(session: Session, *, app: App, token: str) -> None:
    """End a token of this app; one that is unknown is well ended (RFC 7009 section 2.2). Raises NotAllowed."""
    row = session.scalar(select(AccessToken).where(AccessToken.token_hash == secret.token_hash(token)))
    if row is None:
        return
    if row.app_id != app.id:
        raise NotAllowed("You are not authorized to revoke this token")
    row.revoked_at = row.revoked_at or clock.now()


def of_account(session: Session, account: Account) -> list[AccessToken]:
    """The live tokens of an account, newest first: its list of authorised apps."""
    return list(
        session.scalars(
            select(AccessToken)
            .where(AccessToken.account_id == account.id, AccessToken.revoked_at.is_(None))
            .order_by(AccessToken.id.desc()),
        ),
    )


def revoke_app(session: Session, account: Account, app_id: int | None) -> None:
    """End every token that an app has of this account."""
    session.execute(
        update(AccessToken)
        .where(AccessToken.account_id == account.id, AccessToken.app_id == app_id, AccessToken.revoked_at.is_(None))
        .values(revoked_at=clock.now()),
    )


def _store(session: Session, *, account_id: int | None, app: App | None, scopes: list[str]) -> str:
    text = secret.token()
    session.add(
        AccessToken(
            token_hash=secret.token_hash(text),
            app_id=app.id if app else None,
            account_id=account_id,
            scopes=" ".join(scopes),
        ),
    )
    session.flush()
    return text


def _matches(challenge: str | None, verifier: str | None) -> bool:
    """Both or neither: a verifier without a challenge is a downgrade (OAuth 2.1 section 4.1.3)."""
    if challenge is None or verifier is None:
        return challenge is verifier
    digest = hashlib.sha256(verifier.encode()).digest()
    made = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return hmac.compare_digest(made, challenge)
