"""The key by which push services know this instance (VAPID, RFC 8292), made once and kept encrypted."""

import base64
from functools import lru_cache

from cryptography.hazmat.primitives import serialization
from py_vapid import Vapid02
from sqlalchemy.orm import Session

from fedi.errors import OurFault
from fedi.models.instance import Fact
from fedi.services import secret

NAME = "vapid"


def prepare(session: Session) -> None:
    """Make the key of a new instance. Runs at every start."""
    if session.get(Fact, NAME) is None:
        made = Vapid02()
        made.generate_keys()
        session.add(Fact(name=NAME, value=secret.encrypt(made.private_pem()).decode()))


def pem(session: Session) -> bytes:
    """The private key. Raises OurFault before `prepare`."""
    fact = session.get(Fact, NAME)
    if fact is None:
        raise OurFault("the key for push services is missing: run `fedi migrate`")
    return secret.decrypt(fact.value.encode())


def public_key(session: Session) -> str:
    """The public key as apps need it: 65 bytes, base64url without padding."""
    return _public(pem(session))


@lru_cache(maxsize=4)
def _public(private: bytes) -> str:
    point = Vapid02.from_pem(private).public_key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()
