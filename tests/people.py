"""People and activities for the tests of the queues, written straight as rows."""

from functools import cache

from cryptography.hazmat.primitives import serialization

from fedi import clock, db
from fedi.models.account import AccountState, Role
from fedi.models.actor import Actor, ActorKind
from fedi.models.follow import Follow, FollowState
from fedi.services import accounts, actor_keys, outgoing


@cache
def rsa_key():
    """One key for all test artists of this process: making one takes 40 ms."""
    return actor_keys.generate()


def artist(name="mira"):
    with db.writing() as session:
        account = accounts.create(
            session,
            name=name,
            email=f"{name}@mail.example",
            password_hash="!",
            role=Role.ARTIST,
            state=AccountState.APPROVED,
            key=rsa_key(),
        )
        return account.actor


def public_pem(actor):
    with db.reading() as session:
        return next(key.public for key in actor_keys.public_keys(session, actor) if key.algorithm == "rsa")


def stranger(name, host, *, scheme="https", shared=True, inbox=None):
    """An actor of another server."""
    uri = f"{scheme}://{host}/users/{name}"
    with db.writing() as session:
        actor = Actor(
            uri=uri,
            kind=ActorKind.PERSON,
            name=name,
            domain=host,
            name_key=name,
            domain_key=host,
            host=host,
            inbox=inbox or f"{uri}/inbox",
            shared_inbox=f"{scheme}://{host}/inbox" if shared else None,
        )
        session.add(actor)
        session.flush()
        return actor


def follow(follower, followee):
    with db.writing() as session:
        session.add(Follow(follower_id=follower.id, followee_id=followee.id, state=FollowState.ACCEPTED))


def say(actor, verb="create", *, about="", **audience):
    """An outgoing row; its document is written by the verb `registry` has for it."""
    with db.writing() as session:
        subject = {"about": about, "at": clock.iso_millis(clock.now())}
        return outgoing.put(session, verb, actor=actor, subject=subject, object_uri=about, **audience).id


def public_pem_of(key):
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, spki).decode()


def private_pem_of(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
