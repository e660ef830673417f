"""The secret key: what encrypts actor keys in the database and signs what we hand out."""

import base64
import hashlib
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from itsdangerous import URLSafeTimedSerializer

from fedi import config, files
from fedi.config import BadSettings
from fedi.errors import OurFault


def key() -> str:
    """`FEDI_SECRET_KEY`; on the embedded default one is made once and kept in `keys/secret`."""
    settings = config.settings()
    if settings.secret_key:
        return settings.secret_key
    if settings.external_database:
        raise BadSettings("FEDI_SECRET_KEY must be set with an external database, so that every worker reads the same")
    return _kept(files.folder("keys") / "secret")


@lru_cache(maxsize=4)
def _kept(path: Path) -> str:
    if not path.exists():
        draft = path.with_name(f"secret.{os.getpid()}")
        descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # fails when another process was first, whose key then counts
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


@lru_cache(maxsize=4)
def _fernet(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"fedi database\0" + secret.encode()).digest()))


def encrypt(data: bytes) -> bytes:
    return _fernet(key()).encrypt(data)


def decrypt(data: bytes) -> bytes:
    """Raises OurFault when the secret key is not the one that encrypted."""
    try:
        return _fernet(key()).decrypt(data)
    except InvalidToken:
        raise OurFault("the secret key is not the one this database was made with") from None


def signer(purpose: str) -> URLSafeTimedSerializer:
    """Signs small values for one purpose (a CSRF token, a form)."""
    return URLSafeTimedSerializer(key(), salt=f"fedi {purpose}")


def token() -> str:
    """A fresh unguessable token, 43 characters."""
    return secrets.token_urlsafe(32)


def token_hash(text: str) -> str:
    """What we keep of a token: it is random, so a plain SHA-256 is enough."""
    return hashlib.sha256(text.encode()).hexdigest()
