"""The key of the instance actor, which signs every GET: read once per process."""

from collections.abc import Mapping
from dataclasses import dataclass

from fedi import db, net
from fedi.activitypub.protocol import keys, signatures
from fedi.activitypub.protocol.keys import PrivateKey
from fedi.services import actor_keys, instance


@dataclass(frozen=True)
class InstanceKey:
    key_id: str
    private: PrivateKey


_kept: dict[str, InstanceKey] = {}


def load() -> InstanceKey:
    """From the database the first time, then from memory. Raises OurFault before the instance is prepared."""
    where = db.url()
    if where not in _kept:
        with db.reading() as session:
            key_id, pem = actor_keys.private_key(session, instance.instance_actor(session))
        _kept.clear()
        _kept[where] = InstanceKey(key_id, keys.load_private(pem))
    return _kept[where]


def forget() -> None:
    """Read it anew (the database changed)."""
    _kept.clear()


def signer(key: InstanceKey, *, accept: str = signatures.ACCEPT) -> net.Signer:
    """What `net.request` asks at every hop."""

    def sign(method: str, url: str, digest: str | None) -> Mapping[str, str]:
        return signatures.sign(key.private, key.key_id, method, url, digest=digest, accept=accept)

    return sign
