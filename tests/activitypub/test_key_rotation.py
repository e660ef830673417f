"""New keys for an artist: told by an Update that the old key signs, and used from then on."""

import pytest
from click.testing import CliRunner

from fedi import db
from fedi.activitypub import delivery, expand
from fedi.activitypub.protocol import keys, proofs
from fedi.cli import account as command
from fedi.models.actor import ActorKey
from tests import people
from tests.peers import Peers


@pytest.fixture
def peer():
    with Peers() as peers:
        yield peers.start("127.0.0.31")


def public(actor, algorithm="rsa"):
    with db.reading() as session:
        where = (ActorKey.actor_id == actor.id, ActorKey.algorithm == algorithm)
        return session.query(ActorKey.public).filter(*where).scalar()


def send():
    expand.expand_due()
    delivery.deliver_due()


async def test_rotation(world, peer, monkeypatch):
    people.follow(people.stranger("ann", peer.host, scheme="http"), world.mira)
    monkeypatch.setattr(delivery, "KEY_SECONDS", 0.0)
    monkeypatch.setattr(command, "open_instance", lambda **_: None)
    old, old_proof = public(world.mira), public(world.mira, "ed25519")
    done = CliRunner().invoke(command.account, ["rotate-keys", "mira"])
    assert done.exit_code == 0, done.output
    new = public(world.mira)
    assert new != old
    assert public(world.mira, "ed25519") != old_proof
    send()
    (update,) = peer.got
    assert update.json["object"]["publicKey"]["publicKeyPem"] == new
    assert update.json["object"]["publicKey"]["id"] == f"{world.mira.uri}#main-key"
    update.verify(old)
    proof = proofs.parse(update.json)
    assert proofs.verify(update.json, proof, keys.load_public(public(world.mira, "ed25519")))
    world.post("hello")
    send()
    peer.got[1].verify(new)
    assert "PRIVATE" not in update.body.decode()


async def test_nobody_by_that_name(world, monkeypatch):
    monkeypatch.setattr(command, "open_instance", lambda **_: None)
    done = CliRunner().invoke(command.account, ["rotate-keys", "nobody"])
    assert done.exit_code != 0
