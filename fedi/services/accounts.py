"""Accounts: making one, passwords, profile changes, and leaving."""

import re
from collections.abc import Sequence
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import BigInteger, bindparam, delete, func, select, union_all, update
from sqlalchemy.orm import Session

from fedi import clock, config, db, text, urls
from fedi.errors import BadRequest, Conflict
from fedi.models.account import ACCOUNTS, Account, AccountState, Role
from fedi.models.actor import Actor, ActorKind
from fedi.models.oauth import AccessToken
from fedi.models.sign_up import SignUp
from fedi.services import actor_keys, consent_log, outgoing, sessions

# Without what the head of a letter reads as something else than an address: `a:b@c.example` there is b's.
_EMAIL_CHARACTER = r"[^@\s,;:<>()\[\]\\\"%?\x00-\x1f\x7f]"
EMAIL = re.compile(rf"{_EMAIL_CHARACTER}{{1,64}}@{_EMAIL_CHARACTER}{{2,253}}(?<!\.)")
RESERVED = {
    "about", "actor", "admin", "administrator", "api", "auth", "explore", "fedi", "help", "home", "inbox", "info",
    "instance", "mail", "me", "media", "moderator", "mod", "nodeinfo", "oauth", "postmaster", "root", "security",
    "settings", "staff", "static", "support", "system", "tags", "users", "webmaster", "well-known",
}  # fmt: skip
FEEDS = (".rss", ".atom")  # /@mira.rss is the feed of mira
MIN_PASSWORD, MAX_PASSWORD = 10, 1000
MAX_DISPLAY_NAME, MAX_SUMMARY = 255, 5000
_hasher = PasswordHasher()
# Verified when the name is unknown, so that the answer takes as long as for a known one.
_NOBODY = _hasher.hash("nobody has this password")


def check_new(session: Session, *, name: str, email: str) -> None:
    """Raises BadRequest or Conflict with what to change, before anything slow is done."""
    if not urls.valid_name(name):
        raise BadRequest("a name is 1 to 30 letters, digits or _ (and . or - inside), such as mira_okafor")
    if is_reserved(name):
        raise Conflict(f"the name {name} is reserved: choose another")
    if not EMAIL.fullmatch(email):
        raise BadRequest(f"{email!r} is no e-mail address")
    if name_taken(session, name):
        raise Conflict(f"the name {name} is taken: choose another")
    if email_taken(session, email):
        raise Conflict(f"there is an account with the address {email} already")


def is_reserved(name: str) -> bool:
    """Whether the name is nobody's to have: it would look like the house itself, or like the address of a feed."""
    return name.lower() in RESERVED or name.lower().endswith(FEEDS)


def name_taken(session: Session, name: str) -> bool:
    """Whether somebody here has the name, had it, or waits for an account with it."""
    key = name.lower()
    actor = select(Actor.id).where(Actor.name_key == key, Actor.domain_key == "")
    return session.scalar(union_all(actor, select(SignUp.id).where(SignUp.name_key == key)).limit(1)) is not None


def email_taken(session: Session, email: str) -> bool:
    """The same of an e-mail address."""
    key = email.strip().lower()
    account = select(Account.id).where(Account.email == key)
    return session.scalar(union_all(account, select(SignUp.id).where(SignUp.email_key == key)).limit(1)) is not None


def rotate_keys(session: Session, account: Account, *, private: rsa.RSAPrivateKey) -> None:
    """Sign with new keys from now on, and tell everybody in an Update that the old key still signs."""
    old = actor_keys.rotate(session, account.actor, private=private)
    outgoing.put(
        session,
        "update",
        actor=account.actor,
        subject={"actor": account.actor_id, "sign_with": old},
        object_uri=account.actor.uri,
        followers=True,
        everyone_known=True,
    )


def check_password(password: str) -> None:
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise BadRequest(f"a password has at least {MIN_PASSWORD} characters: several words are good")


def hash_password(password: str) -> str:
    """Argon2id; takes some 50 ms, so never inside a write transaction. Raises BadRequest for a short one."""
    check_password(password)
    return _hasher.hash(password)


def verify_password(account: Account | SignUp | None, password: str) -> bool:
    """Whether it is the password of an account, or of who waits for one; takes as long when there is nobody."""
    try:
        _hasher.verify(account.password_hash if account else _NOBODY, password[:MAX_PASSWORD])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return account is not None


def create(
    session: Session,
    *,
    name: str,
    email: str,
    password_hash: str,
    role: Role = Role.ARTIST,
    state: AccountState = AccountState.APPROVED,
    key: rsa.RSAPrivateKey | None = None,
    actor_id: int | None = None,
    language: str | None = None,
) -> Account:
    """A new account with its actor (of the id `actor_id`, if given) and keys. Raises BadRequest or Conflict."""
    check_new(session, name=name, email=email)
    uri = urls.actor(name)
    actor = Actor(
        id=actor_id or clock.new_id(),
        uri=uri,
        url=urls.profile(name),
        kind=ActorKind.PERSON,
        name=name,
        name_key=name.lower(),
        host=config.settings().host.lower(),
        display_name=name,
        inbox=f"{uri}/inbox",
        shared_inbox=urls.shared_inbox(),
        outbox=f"{uri}/outbox",
        followers_uri=f"{uri}/followers",
        following_uri=f"{uri}/following",
        featured_uri=f"{uri}/collections/featured",
        published_at=clock.now(),
    )
    session.add(actor)
    session.flush()
    actor_keys.make_keys(session, actor, private=key)
    account = Account(
        actor_id=actor.id,
        email=email.lower(),
        password_hash=password_hash,
        role=role,
        state=state,
        settings={"language": language} if language else {},
    )
    account.actor = actor
    session.add(account)
    session.flush()
    consent_log.record(session, actor, scope="artist", consent=None, licence=None)
    return account


def by_name(session: Session, name: str) -> Account | None:
    """The account of a local name, gone ones included."""
    return session.scalar(
        select(Account).join(Actor).where(Actor.name_key == name.lower(), Actor.domain_key == ""),
    )


def by_email(session: Session, email: str) -> Account | None:
    return session.scalar(select(Account).where(Account.email == email.strip().lower()))


def by_login(session: Session, login: str) -> Account | None:
    """By e-mail address or name, as people type either."""
    return by_email(session, login) if "@" in login.lstrip("@") else by_name(session, login.strip().lstrip("@"))


def of_actor(session: Session, actor: Actor) -> Account | None:
    """The account is asked for by its id, as a session that has it already need not read it again."""
    id_ = db.ask(session, _OF_ACTOR, actor=actor.id).scalar()
    return session.get(Account, id_) if id_ is not None else None


_OF_ACTOR = select(Account.id).where(Account.actor_id == bindparam("actor", type_=BigInteger))


def listed(session: Session) -> Sequence[Account]:
    """All that are not deleted, the oldest first."""
    gone = (AccountState.LEAVING, AccountState.GONE)
    return session.scalars(select(Account).where(Account.state.not_in(gone)).order_by(Account.id)).all()


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Account).where(Account.state != AccountState.GONE)) or 0


def change_password(session: Session, account: Account, password_hash: str, *, keep_session: str = "") -> None:
    """Set a new password and end every other session and every app's token."""
    account.password_hash = password_hash
    sessions.close_all(session, account, but=keep_session)
    session.execute(
        update(AccessToken)
        .where(AccessToken.account_id == account.id, AccessToken.revoked_at.is_(None))
        .values(revoked_at=clock.now()),
    )


def update_profile(session: Session, account: Account, **changes: Any) -> None:
    """Change what is given of: display_name, summary (plain text), fields [{name, value}], locked, discoverable,
    indexable, hides_collections, attribution_domains, icon_url, icon_alt, image_url, image_alt, bot; then tell the
    followers.
    """
    actor = account.actor
    if len(changes.get("display_name") or "") > MAX_DISPLAY_NAME:
        raise BadRequest(f"Validation failed: Display name is too long (maximum is {MAX_DISPLAY_NAME} characters)")
    if len(changes.get("summary") or "") > MAX_SUMMARY:
        raise BadRequest(f"Validation failed: Note character limit of {MAX_SUMMARY} exceeded")
    if "summary" in changes:
        actor.summary_source = changes.pop("summary") or ""
        actor.summary = text.render(actor.summary_source, mentions={}, tag_url=urls.tag)
    if "fields" in changes:
        actor.fields = _fields(changes.pop("fields"))
    if "bot" in changes:
        actor.kind = ActorKind.SERVICE if changes.pop("bot") else ActorKind.PERSON
    for name in (
        "display_name",
        "locked",
        "discoverable",
        "indexable",
        "hides_collections",
        "attribution_domains",
        "icon_url",
        "icon_alt",
        "image_url",
        "image_alt",
    ):
        if name in changes:
            setattr(actor, name, changes[name])
    session.flush()
    announce(session, actor)


def _fields(fields: list[dict[str, str]]) -> list[dict[str, str]]:
    if len(fields) > 16:
        raise BadRequest("a profile has at most 16 fields")
    kept = []
    for field in fields:
        name, value = str(field.get("name", "")).strip()[:255], str(field.get("value", "")).strip()[:2047]
        if name or value:
            rendered = text.render(value, mentions={}, tag_url=urls.tag)
            kept.append({"name": name, "value": rendered.removeprefix("<p>").removesuffix("</p>"), "source": value})
    return kept


def announce(session: Session, actor: Actor) -> None:
    """Tell the followers that the actor changed."""
    outgoing.put(
        session,
        "update",
        actor=actor,
        subject={"actor": actor.id, "at": clock.iso_millis(clock.now())},
        object_uri=actor.uri,
        followers=True,
    )


def leave(session: Session, account: Account) -> None:
    """Delete the account: it is signed out everywhere at once, its Delete goes out, its work is withdrawn.

    The actor row stays, empty, so that the name is never given to somebody else and its Delete can still be signed.
    """
    if account.state != AccountState.LEAVING:
        ACCOUNTS.move(account, AccountState.LEAVING)
    change_password(session, account, "!")
    actor = account.actor
    outgoing.put(
        session,
        "delete",
        actor=actor,
        subject={"actor": actor.id},
        object_uri=actor.uri,
        followers=True,
        everyone_known=True,
    )
    actor.deleted_at = clock.now()
    account.email = f"gone-{account.id}"
    session.execute(delete(SignUp).where(SignUp.account_id == account.id))
    session.flush()
