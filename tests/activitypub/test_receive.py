"""The door: what is answered, what becomes durable, and what is fetched before anything is proven."""

import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from fedi import clock, config, db
from fedi.activitypub import keyring
from fedi.activitypub.protocol import digests, proofs
from fedi.models.actor import Actor, ActorKey
from fedi.models.follow import Follow
from fedi.models.inbox_message import InboxMessage
from fedi.models.instance import DomainSeverity
from fedi.services import domains
from fedi.web import limits
from tests import origins


def follow(person, number=1):
    return person.activity("Follow", "https://art.test/users/mira", number)


async def test_a_stranger_follows(world, ann):
    assert await world.send(ann, follow(ann), "/users/mira/inbox") == 202
    message = world.message()
    assert (message.state, message.kind, message.recipient_id) == ("processed", "Follow", world.mira.id)
    assert world.row(Follow).state == "accepted"
    known = world.actor(ann.id)
    assert (known.name, known.domain, known.display_name) == ("ann", ann.origin.host, "Ann")
    assert known.fetched_at is not None
    asked = [path for path, headers in ann.origin.asked if "Signature" in headers]
    assert asked[0] == "/u/ann", "the key's owner is asked, signed"


async def test_the_same_activity_again_is_one_row(world, ann):
    body = json.dumps(follow(ann)).encode()
    headers = ann.headers("/inbox", body)
    for _ in range(3):
        assert await world.send(ann, None, body=body, headers=headers) == 202
    assert len(world.rows(InboxMessage)) == 1


@pytest.mark.parametrize(("kind", "name"), [("OrderedCollection", "orderedItems"), ("CollectionPage", "items")])
async def test_a_collection_of_ones_own_activities_is_taken_as_its_items(world, ann, eve, kind, name):
    """The oldest, which stands last, comes first; what is anothers or no activity is left out."""
    undone = ann.activity("Undo", ann.activity("Follow", "https://art.test/users/mira", 1)["id"], 2)
    items = [undone, follow(eve), {"type": "Collection", "items": [follow(ann, 9)]}, 5, "x", follow(ann, 1)]
    assert await world.send(ann, {"@context": origins.AS, "type": kind, name: items}) == 202
    assert [(row.kind, row.state) for row in world.rows(InboxMessage)] == [
        ("Follow", "processed"),
        ("Undo", "processed"),
    ]
    assert world.row(Follow).state == "undone"


async def test_each_item_of_a_collection_counts(world, ann, monkeypatch):
    taken = []
    monkeypatch.setattr(limits, "take", lambda limit, key: taken.append((limit, key)))
    items = [ann.activity("Like", "https://art.test/users/mira/none", number) for number in range(3)]
    assert await world.send(ann, {"type": "OrderedCollection", "orderedItems": items}) == 202
    assert taken.count((limits.INBOX_HOST, ann.origin.host)) == 3


async def test_a_collection_is_taken_to_a_bound(world, ann):
    items = [ann.activity("Like", "https://art.test/users/mira/none", number) for number in range(40)]
    assert await world.send(ann, {"type": "OrderedCollection", "orderedItems": items}) == 202
    assert len(world.rows(InboxMessage)) == 20


async def test_without_an_id_nothing_is_a_repeat(world, ann):
    activity = ann.activity("Follow", "https://art.test/users/mira", id=None)
    for _ in range(2):
        assert await world.send(ann, activity) == 202
    assert [row.state for row in world.rows(InboxMessage)] == ["processed", "processed"]
    assert len(world.rows(Follow)) == 1


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"a": NaN}', b"[" * 100 + b"]" * 100, b'{"a": "\\u0000"}'])
async def test_no_json_is_400(world, ann, body):
    assert await world.send(ann, None, body=body) == 400
    assert world.rows(InboxMessage) == []


@pytest.mark.parametrize("body", [b"", b"[]", b"5", b"null", b"{}", b'{"type": 5}'])
async def test_signed_nothing_is_202(world, ann, body):
    assert await world.send(ann, None, body=body) == 202
    assert world.rows(InboxMessage) == []


async def test_too_large(world, ann):
    assert await world.send(ann, None, body=b" " * (1 << 20) + b"{}", headers={}) == 413


async def test_unsigned(world, ann):
    assert await world.send(ann, follow(ann), headers={"Content-Type": origins.ACTIVITY}) == 401
    assert ann.origin.asked == []


async def test_content_types(world, ann):
    for number, kind in enumerate(
        [origins.ACTIVITY, f"{origins.ACTIVITY}; charset=utf-8", f'application/ld+json; profile="{origins.AS}"']
    ):
        assert await world.send(ann, follow(ann, number), content_type=kind) == 202
    assert await world.send(ann, follow(ann, 9), content_type="text/html") == 415


async def test_nobody_has_no_inbox(world, ann):
    assert await world.send(ann, follow(ann), "/users/nobody/inbox") == 404
    assert (await world.client.get("/inbox")).status_code == 405


async def test_digest_of_other_bytes(world, ann):
    headers = ann.headers("/inbox", b"other")
    assert await world.send(ann, follow(ann), headers=headers) == 401
    assert ann.origin.asked == [], "no key is fetched for what cannot be good"


@pytest.mark.parametrize(("age", "status"), [(-2 * 3600, 401), (-30 * 60, 202), (50 * 60, 202), (2 * 3600, 401)])
async def test_the_date_window(world, ann, age, status):
    body = json.dumps(follow(ann)).encode()
    with clock.frozen(clock.timestamp() + age):
        headers = ann.headers("/inbox", body)
    assert await world.send(ann, None, body=body, headers=headers) == status


async def test_the_farewell_of_somebody_unknown_asks_nobody(world, ann):
    for kind in ("Delete", "Update"):
        assert await world.send(ann, ann.activity(kind, ann.id), headers={}) == 202
    assert ann.origin.asked == []
    assert world.rows(InboxMessage) == []


async def test_a_key_host_that_is_down_is_503_and_only_for_itself(world, ann, eve):
    ann.origin.put("/u/ann", b"", status=500)
    answer = await world.client.post("/inbox", data=b"{}", headers=ann.headers("/inbox", b"{}"))
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert await world.send(eve, follow(eve)) == 202
    before = len(ann.origin.asked)
    assert await world.send(ann, follow(ann)) == 503
    assert len(ann.origin.asked) == before, "a key that could not be had is not asked for again at once"


@pytest.mark.parametrize("status", [404, 410, 401])
async def test_a_key_that_is_gone_is_401(world, ann, status):
    ann.origin.remove("/u/ann", status)
    assert await world.send(ann, follow(ann)) == 401
    assert world.rows(Actor, Actor.domain_key != "") == []


async def test_a_rotated_key_is_asked_for_once(world, ann):
    assert await world.send(ann, follow(ann)) == 202
    ann.private = origins.key(2)
    ann.serve()
    before = ann.origin.paths().count("/u/ann")
    assert await world.send(ann, follow(ann, 2)) == 202
    assert ann.origin.paths().count("/u/ann") == before + 1
    with db.reading() as session:
        assert keyring.known_all(session, {ann.key_id})[ann.key_id].pem == origins.pem(origins.key(2))


async def test_a_wrong_key_asks_once_and_is_refused(world, ann):
    assert await world.send(ann, follow(ann)) == 202
    before = ann.origin.paths().count("/u/ann")
    for number in (2, 3):
        assert await world.send(ann, follow(ann, number), private=origins.key(3)) == 401
    assert ann.origin.paths().count("/u/ann") <= before + 2
    assert len(world.rows(InboxMessage)) == 1


async def test_a_key_of_its_own_document(world, ann):
    """GoToSocial: the key is at a path, its stub names the owner."""
    key_id = f"{ann.id}/main-key"
    document = ann.document(publicKey={"id": key_id, "owner": ann.id, "publicKeyPem": origins.pem(ann.private)})
    stub = {name: document[name] for name in ("@context", "id", "type", "preferredUsername", "publicKey")}
    ann.origin.put("/u/ann", document)
    ann.origin.put("/u/ann/main-key", stub)
    assert await world.send(ann, follow(ann), key_id=key_id) == 202
    assert world.row(Follow).state == "accepted"


async def test_a_key_id_that_is_the_actor_and_one_that_is_a_handle(world, ann):
    assert await world.send(ann, follow(ann), key_id=ann.id) == 202
    assert await world.send(ann, follow(ann, 2), key_id=f"acct:ann@{ann.origin.host}") == 202


async def test_parallel_arrivals_share_one_fetch(world, ann):
    import asyncio

    bodies = [json.dumps(follow(ann, number)).encode() for number in range(8)]
    answers = await asyncio.gather(
        *(world.client.post("/inbox", data=body, headers=ann.headers("/inbox", body)) for body in bodies)
    )
    assert [answer.status_code for answer in answers] == [202] * 8
    assert ann.origin.paths().count("/u/ann") == 1
    assert len(world.rows(ActorKey, ActorKey.uri == ann.key_id)) == 1


async def test_a_budget_per_key_host(world, ann, monkeypatch):
    monkeypatch.setattr(keyring, "FETCHES_PER_HOST", 5)
    statuses = [await world.send(ann, follow(ann, number), key_id=f"{ann.id}x{number}#main-key") for number in range(8)]
    assert statuses == [401] * 5 + [429] * 3
    assert len(ann.origin.asked) == 5


async def test_a_blocked_server(world, ann):
    with db.writing() as session:
        domains.set_rule(session, "127.0.0.11", DomainSeverity.BLOCK)
    assert await world.send(ann, follow(ann)) == 403
    assert ann.origin.asked == []


async def test_ours_is_never_taken_from_outside(world, ann):
    activity = follow(ann) | {"actor": "https://art.test/users/mira"}
    assert await world.send(ann, activity, key_id="https://art.test/users/mira#main-key") == 401
    assert await world.send(ann, activity, key_id="https://art.test/users/nobody#main-key") == 401


@pytest.mark.parametrize(
    "said", [{"signature": {"type": "RsaSignature2017"}}, {"proof": {"type": "DataIntegrityProof"}}]
)
async def test_what_another_actor_wrote_and_signed_is_passed_on_for_nothing(world, ann, eve, said):
    """Mastodon forwards replies with an LD signature; a refusal would only make it try again."""
    forwarded = follow(ann) | said
    assert await world.send(eve, forwarded) == 202
    assert world.rows(InboxMessage) == []
    assert world.rows(Follow) == []
    assert await world.send(eve, forwarded, private=origins.key(3)) == 401, "the one who passes it on must sign well"


ED25519 = ed25519.Ed25519PrivateKey.generate()


def with_ed25519(person, **changes):
    """The person's actor document lists an Ed25519 key beside the RSA one."""
    raw = ED25519.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    multikey = {
        "id": f"{person.id}#ed25519-key", "type": "Multikey", "controller": person.id,
        "publicKeyMultibase": "z" + digests.base58(b"\xed\x01" + raw),
    }  # fmt: skip
    return person.serve(assertionMethod=[multikey | changes])


def proven(person, activity, key=ED25519):
    return proofs.sign(activity, key, f"{person.id}#ed25519-key", at=clock.now())


async def test_what_another_actor_proves_is_taken_from_whoever_brings_it(world, ann, eve):
    """FEP-8b32: the proof stands for a signature of the actor's own; the one who brings it is nobody in this."""
    with_ed25519(ann)
    assert await world.send(eve, proven(ann, follow(ann))) == 202
    assert [(row.actor_uri, row.state) for row in world.rows(InboxMessage)] == [(ann.id, "processed")]
    assert world.row(Follow).state == "accepted"
    assert world.actor(eve.id) is None
    assert await world.send(eve, proven(ann, follow(ann))) == 202
    assert len(world.rows(InboxMessage)) == 1, "a repeat is a repeat, whoever brings it"


@pytest.mark.parametrize("how", ["changed", "other key", "other owner", "other server", "expired", "no suite", "ours"])
async def test_a_proof_that_proves_nothing(world, ann, eve, how):
    with_ed25519(ann, **({"controller": eve.id} if how == "other owner" else {}))
    activity = proven(ann, follow(ann), ed25519.Ed25519PrivateKey.generate() if how == "other key" else ED25519)
    if how == "changed":
        activity["object"] = "https://art.test/users/mira#other"
    if how == "other server":
        with_ed25519(eve)
        activity = proofs.sign(follow(ann), ED25519, f"{eve.id}#ed25519-key", at=clock.now())
    if how == "expired":
        activity["proof"]["expires"] = "2020-01-01T00:00:00Z"
    if how == "no suite":
        activity["proof"]["cryptosuite"] = "eddsa-rdfc-2022"
    if how == "ours":
        activity["actor"] = "https://art.test/users/mira"
    assert await world.send(eve, activity) == 202
    assert world.rows(InboxMessage) == []
    assert world.rows(Follow) == []


async def test_a_proven_key_is_fetched_once_when_it_was_replaced(world, ann, eve):
    with_ed25519(ann)
    await world.send(eve, proven(ann, follow(ann)))
    fresh = ed25519.Ed25519PrivateKey.generate()
    raw = fresh.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    with_ed25519(ann, publicKeyMultibase="z" + digests.base58(b"\xed\x01" + raw))
    keyring.forget()
    assert await world.send(eve, proven(ann, ann.activity("Like", "https://art.test/x", 7), fresh)) == 202
    assert len(world.rows(InboxMessage)) == 2


@pytest.mark.parametrize("said", [{}, {"signature": None}, {"proof": "yes"}])
async def test_what_another_actor_did_not_sign_is_refused(world, ann, eve, said):
    assert await world.send(eve, follow(ann) | said) == 401
    assert world.rows(InboxMessage) == []


async def test_closed_federation(world, ann):
    config.use(config.settings().model_copy(update={"federation": "closed"}))
    assert await world.send(ann, follow(ann)) == 403
