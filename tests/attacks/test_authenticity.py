"""Attacks 1 to 28: nobody speaks for another. V is ann at victim, M mallory beside her, E eve at evil."""

import asyncio
import hashlib
import json

import pytest

from fedi import db
from fedi.db import Base
from fedi.models.actor import Actor, ActorKey
from fedi.models.follow import Follow
from fedi.models.interaction import Boost, Like
from fedi.models.post import Post
from fedi.services import actors
from tests.origins import AS, PUBLIC

MIRA = "https://art.test/users/mira"
QUIET = {"inbox_messages", "hosts"}


def digest():
    """Of every content table: what an attack must leave as it is."""
    found = hashlib.sha256()
    with db.reading() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in QUIET:
                rows = sorted(repr(tuple(row)) for row in session.execute(table.select()))
                found.update(f"{table.name}: {rows}".encode())
    return found.hexdigest()


@pytest.fixture
async def scene(world, ann, eve, victim):
    """mira follows ann and eve, who are known; a note of ann is here; mallory is known too."""
    mallory = victim.person("mallory", 2).serve()
    for person in (ann, eve, mallory):
        await world.send(person, person.activity("Like", "https://art.test/x", 999))
        world.follow(person.id)
    await world.send(ann, ann.create(ann.serve_note()))
    world.mallory = mallory
    world.before = digest()
    return world


async def test_001_unsigned(scene, ann):
    assert await scene.send(ann, ann.create(ann.note(2)), headers={"Content-Type": "application/activity+json"}) == 401
    assert digest() == scene.before


@pytest.mark.parametrize("signature", ["AAAA", "", None])
async def test_002_junk_for_a_signature(scene, ann, signature):
    body = json.dumps(ann.create(ann.note(2))).encode()
    headers = ann.headers("/inbox", body)
    before, _, good = headers["Signature"].partition(',signature="')
    headers["Signature"] = f'{before},signature="{good[:100] if signature is None else signature}"'
    assert await scene.send(ann, None, body=body, headers=headers) == 401
    assert digest() == scene.before


async def test_003_signed_by_another(scene, ann, eve):
    for activity in (ann.create(ann.note(2)), ann.activity("Delete", f"{ann.id}/n/1"), ann.activity("Follow", MIRA)):
        assert await scene.send(eve, activity) == 401
        assert await scene.send(scene.mallory, activity) == 401
    assert digest() == scene.before


async def test_004_a_key_document_with_another_id(scene, ann, evil):
    """Evil serves ann's actor, with evil's key in it, at an address of its own."""
    forger = evil.person("forger", 3)
    forged = ann.document(publicKey=forger.document()["publicKey"] | {"owner": ann.id})
    evil.put("/u/forger", forged)
    assert await scene.send(forger, ann.create(ann.note(2))) == 401
    assert digest() == scene.before


async def test_005_a_changed_body(scene, ann):
    body = json.dumps(ann.create(ann.note(2))).encode()
    headers = ann.headers("/inbox", body)
    assert await scene.send(ann, None, body=body.replace(b"note 2", b"note X"), headers=headers) == 401
    assert digest() == scene.before


async def test_008_replays(scene, ann):
    post = scene.post()
    like = ann.activity("Like", post.uri)
    body = json.dumps(like).encode()
    headers = ann.headers("/inbox", body)
    answers = await asyncio.gather(
        *(scene.client.post("/inbox", data=body, headers=headers) for _ in range(20)),
    )
    assert {answer.status_code for answer in answers} == {202}
    await scene.send(ann, None, body=body, headers=headers)
    assert len(scene.rows(Like)) == 1
    await scene.send(ann, ann.activity("Undo", like))
    await scene.send(ann, None, body=body, headers=headers)
    assert scene.rows(Like) == []


async def test_010_a_foreign_note_embedded(scene, ann, eve):
    forged = ann.note(7, content="<p>forged</p>", cc=[MIRA])
    assert await scene.send(eve, eve.create(forged)) == 202
    assert digest() == scene.before
    ann.serve_note(8, content="<p>mine</p>")
    await scene.send(eve, eve.create(ann.note(8, content="<p>forged</p>"), 2))
    assert scene.row(Post, Post.uri == f"{ann.id}/n/8").content == "<p>mine</p>"


@pytest.mark.parametrize("author", ["V", MIRA, 1, ["E", "V"], {"id": "V"}, None, [], {}])
async def test_011_somebody_else_as_author(scene, ann, eve, author):
    swap = {"V": ann.id, "E": eve.id}
    said = json.loads(json.dumps(author).replace('"V"', f'"{ann.id}"').replace('"E"', f'"{swap["E"]}"'))
    note = eve.note(5, attributedTo=said)
    assert await scene.send(eve, eve.create(note)) in {202, 400, 401}
    post = scene.row(Post, Post.uri == note["id"])
    assert post is None or post.actor.uri == eve.id
    assert scene.rows(Post, Post.actor_id == scene.actor(ann.id).id, Post.uri == note["id"]) == []


async def test_012_a_document_with_anothers_id(scene, ann, eve, evil):
    evil.put("/n", {"@context": AS, **ann.note(9, content="<p>forged</p>")})
    assert await scene.send(eve, eve.create(evil.url("/n"))) == 202
    assert digest() == scene.before
    ann.serve_note(9, content="<p>mine</p>")
    await scene.send(eve, eve.create(evil.url("/n"), 2))
    post = scene.row(Post, Post.uri == f"{ann.id}/n/9")
    assert post is None or post.content == "<p>mine</p>"


@pytest.mark.parametrize("kind", ["image/png", "text/plain", "application/json", "application/ld+json", "text/html"])
async def test_014_documents_of_other_types(scene, ann, eve, kind):
    ann.origin.put("/u/ann/n/30", {"@context": AS, **ann.note(30)}, kind=kind)
    await scene.send(eve, eve.activity("Announce", f"{ann.id}/n/30"))
    assert digest() == scene.before


async def test_014_a_key_of_another_type(scene, victim):
    sly = victim.person("sly", 3)
    victim.put("/u/sly", sly.document(), kind="image/png")
    assert await scene.send(sly, sly.activity("Follow", MIRA)) == 401
    assert digest() == scene.before


async def test_016_update_of_anothers_note(scene, ann, eve):
    changed = ann.note(1, content="<p>forged</p>", updated="2026-11-24T00:00:00Z")
    for forger in (eve, scene.mallory):
        assert await scene.send(forger, forger.activity("Update", changed)) in {202, 400, 401}
        mine = changed | {"attributedTo": forger.id}
        assert await scene.send(forger, forger.activity("Update", mine, 2)) in {202, 400, 401}
    assert digest() == scene.before


async def test_017_delete_of_anothers_note(scene, ann, eve):
    for forger in (eve, scene.mallory):
        for number, target in enumerate((f"{ann.id}/n/1", {"type": "Tombstone", "id": f"{ann.id}/n/1"}, ann.id)):
            assert await scene.send(forger, forger.activity("Delete", target, number)) in {202, 400, 401}
    assert digest() == scene.before


async def test_018_update_of_another_person(scene, ann, eve):
    for forger in (eve, scene.mallory):
        changed = ann.document(name="Forged", publicKey=forger.document()["publicKey"])
        assert await scene.send(forger, forger.activity("Update", changed)) in {202, 400, 401}
    assert digest() == scene.before


async def test_018_a_new_key_of_ones_own_signed_with_itself(scene, ann):
    """A key that ann's own address does not show is nobody's."""
    from tests.origins import key, pem

    changed = ann.document(publicKey={"id": ann.key_id, "owner": ann.id, "publicKeyPem": pem(key(4))})
    assert await scene.send(ann, ann.activity("Update", changed), private=key(4)) == 401
    assert digest() == scene.before


async def test_019_create_of_a_known_post_changes_nothing(scene, ann, eve):
    for forger in (ann, eve, scene.mallory):
        wider = ann.note(1, to=[PUBLIC], content="<p>wider</p>")
        assert await scene.send(forger, forger.create(wider, 77)) in {202, 400, 401}
    assert digest() == scene.before


async def test_020_announce_with_a_forged_note(scene, ann, eve):
    forged = ann.note(11, content="<p>forged</p>")
    assert await scene.send(eve, eve.activity("Announce", forged, to=[PUBLIC])) == 202
    assert digest() == scene.before
    ann.serve_note(12, content="<p>mine</p>")
    await scene.send(eve, eve.activity("Announce", ann.note(12, content="<p>forged</p>"), 2, to=[PUBLIC]))
    assert [boost.post.content for boost in scene.rows(Boost)] == ["<p>mine</p>"]


async def test_021_a_linked_data_signature_proves_nothing(scene, ann, eve):
    activity = ann.create(ann.note(2)) | {
        "signature": {"type": "RsaSignature2017", "creator": ann.key_id, "signatureValue": "AAAA"},
    }
    before = len(ann.origin.asked)
    assert await scene.send(eve, activity) == 202, "forwarded replies are taken, and ignored"
    for member in ("@graph", "@included", "@reverse"):
        assert await scene.send(eve, {"@context": AS, member: [activity]}) == 202
    assert digest() == scene.before
    assert len(ann.origin.asked) == before


async def test_022_accept_of_a_follow_of_somebody_else(scene, ann, eve, victim):
    quiet = victim.person("quiet", 3).serve()
    await scene.send(quiet, quiet.activity("Like", "https://art.test/x"))
    from fedi.services import follows

    with db.writing() as session:
        row = follows.request(session, actors.by_uri(session, MIRA), actors.by_uri(session, quiet.id))
    asked = {"id": row.uri, "type": "Follow", "actor": MIRA, "object": quiet.id}
    for number, forger in enumerate((eve, scene.mallory)):
        for inner in (asked, row.uri, asked | {"object": forger.id}):
            for kind in ("Accept", "Reject"):
                await scene.send(forger, forger.activity(kind, inner, f"{kind}{number}"))
    assert scene.row(Follow, Follow.id == row.id).state == "requested"
    ghost = {"id": f"{MIRA}/follows/1", "type": "Follow", "actor": MIRA, "object": ann.id}
    before = digest()
    await scene.send(ann, ann.activity("Accept", ghost | {"actor": "https://art.test/users/nobody"}, "ghost"))
    assert digest() == before


async def test_023_a_false_move(scene, ann, eve):
    for target in (eve.id, f"{eve.id}x"):
        assert await scene.send(eve, ann.activity("Move", ann.id, target=target)) == 401
        assert await scene.send(ann, ann.activity("Move", ann.id, target=target)) == 202
    assert digest() == scene.before


async def test_026_a_handle_of_another_domain(world, ann, evil):
    """Evil's WebFinger says that its actor is ann at victim; victim's says otherwise."""
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    liar = evil.person("liar", 3)
    evil.put("/u/liar", liar.document(webfinger=f"ann@{ann.origin.host}"))
    evil.finger("liar", liar.id, subject=f"acct:ann@{ann.origin.host}")
    await world.send(liar, liar.activity("Follow", MIRA))
    found = world.actor(liar.id)
    assert (found.name, found.domain) == ("liar", evil.host)
    assert world.actor(ann.id).name == "ann"


async def test_026_a_neighbour_with_the_same_name(world, ann, victim):
    await world.send(ann, ann.activity("Follow", MIRA))
    double = victim.person("double", 3)
    victim.put("/u/double", double.document(preferredUsername="ann"))
    await world.send(double, double.activity("Follow", MIRA))
    with db.reading() as session:
        found = actors.by_handle(session, f"ann@{victim.host}")
    assert found.uri == ann.id
    assert [row.uri for row in world.rows(ActorKey, ActorKey.uri == ann.key_id)] == [ann.key_id]


async def test_026_a_split_domain_that_both_sides_confirm(world, victim, evil):
    """evil's actor under victim's domain, with victim pointing at it: that is how split domains work."""
    split = evil.person("split", 3).serve()
    evil.finger("split", split.id, subject=f"acct:split@{victim.host}")
    victim.finger("split", split.id)
    await world.send(split, split.activity("Follow", MIRA))
    found = world.actor(split.id)
    assert (found.name, found.domain, found.host) == ("split", victim.host, evil.host)


async def test_undo_of_anothers_activity(scene, ann, eve):
    post = scene.post()
    like = ann.activity("Like", post.uri)
    await scene.send(ann, like)
    for number, forger in enumerate((eve, scene.mallory)):
        for inner in (like, like["id"], like | {"actor": forger.id}):
            await scene.send(forger, forger.activity("Undo", inner, number))
    assert len(scene.rows(Like)) == 1


async def test_a_neighbour_lays_no_tombstone(scene, ann):
    await scene.send(scene.mallory, scene.mallory.activity("Delete", f"{ann.id}/n/40"))
    await scene.send(ann, ann.create(ann.note(40), 40))
    assert scene.row(Post, Post.uri == f"{ann.id}/n/40") is not None
    assert scene.rows(Actor, Actor.deleted_at.is_not(None)) == []


async def test_an_activity_of_another_servers_id(scene, ann, eve):
    assert await scene.send(eve, eve.activity("Like", "https://art.test/x", id=f"{ann.id}/likes/1")) == 400
    assert digest() == scene.before
