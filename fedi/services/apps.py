"""Client apps: registering one, finding it by its secret, and the addresses it may send people back to."""

import hmac
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi.errors import BadRequest
from fedi.models.oauth import App
from fedi.services import scopes as scoping
from fedi.services import secret

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
# Schemes that would run or show what the app sent instead of leading back to it.
FORBIDDEN = {"data", "vbscript", "javascript", "file", "blob", "about", "view-source"}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
MAX_NAME, MAX_URL, MAX_REDIRECTS = 60, 2000, 20


def register(
    session: Session,
    *,
    name: str,
    redirect_uris: Sequence[str],
    scopes: str = scoping.DEFAULT,
    website: str | None = None,
) -> tuple[App, str]:
    """A new app and its secret, which is told only once. Raises BadRequest."""
    name = name.strip()
    if not name:
        raise BadRequest("Validation failed: Application name can't be blank")
    if len(name) > MAX_NAME or "\0" in name:
        raise BadRequest(f"Validation failed: Application name is too long (maximum is {MAX_NAME} characters)")
    addresses = _addresses(redirect_uris)
    text = secret.token()
    app = App(
        name=name,
        website=_website(website),
        redirect_uris=addresses,
        scopes=" ".join(_scopes(scopes)),
        client_id=secret.token(),
        secret_hash=secret.token_hash(text),
    )
    session.add(app)
    session.flush()
    return app, text


def _scopes(text: str) -> list[str]:
    try:
        return scoping.parse(text) or [scoping.DEFAULT]
    except BadRequest:
        raise BadRequest("Validation failed: Scopes doesn't match configured on the server.") from None


def find(session: Session, client_id: str) -> App | None:
    return session.scalar(select(App).where(App.client_id == client_id[:64]))


def authenticate(session: Session, client_id: str, client_secret: str) -> App | None:
    """The app of an id, when the secret is its own."""
    app = find(session, client_id)
    expected = app.secret_hash if app else secret.token_hash("nobody")
    same = hmac.compare_digest(expected, secret.token_hash(client_secret))
    return app if app and same else None


def _addresses(redirect_uris: Sequence[str]) -> list[str]:
    given = [uri.strip() for uri in redirect_uris if uri.strip()]
    if not given:
        raise BadRequest("Validation failed: Redirect URI can't be blank")
    if len(given) > MAX_REDIRECTS:
        raise BadRequest(f"Validation failed: at most {MAX_REDIRECTS} redirect addresses")
    for uri in given:
        check_redirect(uri)
    return list(dict.fromkeys(given))


def check_redirect(uri: str) -> None:
    """Raises BadRequest for an address nobody may be sent to: relative, with a fragment, or of a scheme that runs."""
    if uri == OUT_OF_BAND:
        return
    if len(uri) > MAX_URL or any(ord(character) <= 0x20 or character in "\\\x7f" for character in uri):
        raise BadRequest("Validation failed: Redirect URI must be a valid URI.")
    try:
        parts = urlsplit(uri)
    except ValueError:
        raise BadRequest("Validation failed: Redirect URI must be a valid URI.") from None
    scheme = parts.scheme.lower()
    if not scheme or not _SCHEME.fullmatch(scheme):
        raise BadRequest("Validation failed: Redirect URI must be an absolute URI.")
    if "#" in uri:
        raise BadRequest("Validation failed: Redirect URI cannot contain a fragment.")
    if scheme in FORBIDDEN:
        raise BadRequest("Validation failed: Redirect URI is forbidden by the server.")
    if scheme in {"http", "https"} and (not parts.hostname or parts.username is not None):
        raise BadRequest("Validation failed: Redirect URI must be an absolute URI.")


def _website(website: str | None) -> str | None:
    """Only http and https: clients show it as a link."""
    if not website or not website.strip():
        return None
    website = website.strip()
    try:
        parts = urlsplit(website)
        usable = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname) and len(website) <= MAX_URL
    except ValueError:
        usable = False
    if not usable:
        raise BadRequest("Validation failed: Application website must be a valid URL")
    return website
