"""The keys our actors sign with: made with the actor, private halves encrypted in the database."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi import clock
from fedi.errors import OurFault
from fedi.models.actor import Actor, ActorKey
from fedi.services import secret


def make_keys(session: Session, actor: Actor, *, private: rsa.RSAPrivateKey | None = None) -> None:
    """RSA-2048 as `#main-key` (what every peer verifies) and Ed25519 as `#ed25519-key` (FEP-521a).

    `private` may be made beforehand, as generating takes 40 ms and must not hold a write transaction.
    """
    pairs: list[tuple[str, str, rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey]] = [
        ("main-key", "rsa", private or generate()),
        ("ed25519-key", "ed25519", ed25519.Ed25519PrivateKey.generate()),
    ]
    for fragment, algorithm, key in pairs:
        session.add(
            ActorKey(
                actor_id=actor.id,
                uri=f"{actor.uri}#{fragment}",
                algorithm=algorithm,
                public=_public_pem(key),
                private=secret.encrypt(_private_pem(key)),
            ),
        )


def rotate(session: Session, actor: Actor, *, private: rsa.RSAPrivateKey) -> str:
    """New keys under the ids of the old ones; the old private RSA key, encrypted, for the one Update that tells peers.

    Peers that miss the Update find a signature that does not fit and ask for the actor once. Raises OurFault.
    """
    made: dict[str, rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey] = {
        "rsa": private,
        "ed25519": ed25519.Ed25519PrivateKey.generate(),
    }
    old = ""
    for row in session.scalars(select(ActorKey).where(ActorKey.actor_id == actor.id, ActorKey.private.is_not(None))):
        if row.algorithm == "rsa" and row.private is not None:
            old = row.private.decode()
        row.public, row.private = _public_pem(made[row.algorithm]), secret.encrypt(_private_pem(made[row.algorithm]))
        row.created_at = clock.now()
    if not old:
        raise OurFault(f"{actor.uri} has no keys of ours")
    session.flush()
    return old


def decrypted(kept: str) -> bytes:
    """The private PEM that `rotate` gave back. Raises OurFault."""
    return secret.decrypt(kept.encode())


def generate() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_key(session: Session, actor: Actor, algorithm: str = "rsa") -> tuple[str, bytes]:
    """(key id, private PEM) of a local actor. Raises OurFault for an actor without keys."""
    row = session.scalar(
        select(ActorKey)
        .where(ActorKey.actor_id == actor.id, ActorKey.algorithm == algorithm, ActorKey.private.is_not(None))
        .order_by(ActorKey.created_at.desc()),
    )
    if row is None or row.private is None:
        raise OurFault(f"{actor.uri} has no {algorithm} key of ours")
    return row.uri, secret.decrypt(row.private)


def public_keys(session: Session, actor: Actor) -> list[ActorKey]:
    return list(session.scalars(select(ActorKey).where(ActorKey.actor_id == actor.id).order_by(ActorKey.id)))


def _public_pem(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> str:
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, spki).decode()


def _private_pem(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
