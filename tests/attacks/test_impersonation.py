"""Attacks 1 to 28: nobody speaks for another. V is ann at victim, M mallory beside her, E eve at evil."""

import asyncio
import json

import pytest

from fedi import clock, db, urls
from fedi.models.account import Account
from fedi.models.actor import Actor, ActorKey
from fedi.models.follow import Follow
from fedi.models.instance import DomainSeverity
from fedi.models.interaction import Boost, Like
from fedi.models.media import Media, Rendition
from fedi.models.post import Post
from fedi.services import actors, domains, tokens
from tests.attacks.conftest import MIRA, digest
from tests.origins import AS, PUBLIC
from tests.web.pages.browsing import show_work


async def test_attack_01_unsigned(scene, ann):
    assert await scene.send(ann, ann.create(ann.note(2)), headers={"Content-Type": "application/activity+json"}) == 401
    assert digest() == scene.before


@pytest.mark.parametrize("signature", ["AAAA", "", None])
async def test_attack_02_junk_for_a_signature(scene, ann, signature):
    body = json.dumps(ann.create(ann.note(2))).encode()
    headers = ann.headers("/inbox", body)
    before, _, good = headers["Signature"].partition(',signature="')
    headers["Signature"] = f'{before},signature="{good[:100] if signature is None else signature}"'
    assert await scene.send(ann, None, body=body, headers=headers) == 401
    assert digest() == scene.before


async def test_attack_03_signed_by_another(scene, ann, eve):
    for activity in (ann.create(ann.note(2)), ann.activity("Delete", f"{ann.id}/n/1"), ann.activity("Follow", MIRA)):
        assert await scene.send(eve, activity) == 401
        assert await scene.send(scene.mallory, activity) == 401
    assert digest() == scene.before


async def test_attack_04_a_key_document_with_another_id(scene, ann, evil):
    """Evil serves ann's actor, with evil's key in it, at an address of its own."""
    forger = evil.person("forger", 3)
    forged = ann.document(publicKey=forger.document()["publicKey"] | {"owner": ann.id})
    evil.put("/u/forger", forged)
    assert await scene.send(forger, ann.create(ann.note(2))) == 401
    assert digest() == scene.before


async def test_attack_05_a_changed_body(scene, ann):
    body = json.dumps(ann.create(ann.note(2))).encode()
    headers = ann.headers("/inbox", body)
    assert await scene.send(ann, None, body=body.replace(b"note 2", b"note X"), headers=headers) == 401
    assert digest() == scene.before


async def test_attack_08_replays(scene, ann):
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


async def test_attack_10_a_foreign_note_embedded(scene, ann, eve):
    forged = ann.note(7, content="<p>forged</p>", cc=[MIRA])
    assert await scene.send(eve, eve.create(forged)) == 202
    assert digest() == scene.before
    ann.serve_note(8, content="<p>mine</p>")
    await scene.send(eve, eve.create(ann.note(8, content="<p>forged</p>"), 2))
    assert scene.row(Post, Post.uri == f"{ann.id}/n/8").content == "<p>mine</p>"


@pytest.mark.parametrize("author", ["V", MIRA, 1, ["E", "V"], {"id": "V"}, None, [], {}])
async def test_attack_11_somebody_else_as_author(scene, ann, eve, author):
    swap = {"V": ann.id, "E": eve.id}
    said = json.loads(json.dumps(author).replace('"V"', f'"{ann.id}"').replace('"E"', f'"{swap["E"]}"'))
    note = eve.note(5, attributedTo=said)
    assert await scene.send(eve, eve.create(note)) in {202, 400, 401}
    post = scene.row(Post, Post.uri == note["id"])
    assert post is None or post.actor.uri == eve.id
    assert scene.rows(Post, Post.actor_id == scene.actor(ann.id).id, Post.uri == note["id"]) == []


async def test_attack_12_a_document_with_anothers_id(scene, ann, eve, evil):
    evil.put("/n", {"@context": AS, **ann.note(9, content="<p>forged</p>")})
    assert await scene.send(eve, eve.create(evil.url("/n"))) == 202
    assert digest() == scene.before
    ann.serve_note(9, content="<p>mine</p>")
    await scene.send(eve, eve.create(evil.url("/n"), 2))
    post = scene.row(Post, Post.uri == f"{ann.id}/n/9")
    assert post is None or post.content == "<p>mine</p>"


@pytest.mark.parametrize("kind", ["image/png", "text/plain", "application/json", "application/ld+json", "text/html"])
async def test_attack_14_documents_of_other_types(scene, ann, eve, kind):
    ann.origin.put("/u/ann/n/30", {"@context": AS, **ann.note(30)}, kind=kind)
    await scene.send(eve, eve.activity("Announce", f"{ann.id}/n/30"))
    assert digest() == scene.before


async def test_attack_14_a_key_of_another_type(scene, victim):
    sly = victim.person("sly", 3)
    victim.put("/u/sly", sly.document(), kind="image/png")
    assert await scene.send(sly, sly.activity("Follow", MIRA)) == 401
    assert digest() == scene.before


async def test_attack_16_update_of_anothers_note(scene, ann, eve):
    changed = ann.note(1, content="<p>forged</p>", updated="2026-11-24T00:00:00Z")
    for forger in (eve, scene.mallory):
        assert await scene.send(forger, forger.activity("Update", changed)) in {202, 400, 401}
        mine = changed | {"attributedTo": forger.id}
        assert await scene.send(forger, forger.activity("Update", mine, 2)) in {202, 400, 401}
    assert digest() == scene.before


async def test_attack_17_delete_of_anothers_note(scene, ann, eve):
    for forger in (eve, scene.mallory):
        for number, target in enumerate((f"{ann.id}/n/1", {"type": "Tombstone", "id": f"{ann.id}/n/1"}, ann.id)):
            assert await scene.send(forger, forger.activity("Delete", target, number)) in {202, 400, 401}
    assert digest() == scene.before


async def test_attack_18_update_of_another_person(scene, ann, eve):
    for forger in (eve, scene.mallory):
        changed = ann.document(name="Forged", publicKey=forger.document()["publicKey"])
        assert await scene.send(forger, forger.activity("Update", changed)) in {202, 400, 401}
    assert digest() == scene.before


async def test_attack_18_a_new_key_of_ones_own_signed_with_itself(scene, ann):
    """A key that ann's own address does not show is nobody's."""
    from tests.origins import key, pem

    changed = ann.document(publicKey={"id": ann.key_id, "owner": ann.id, "publicKeyPem": pem(key(4))})
    assert await scene.send(ann, ann.activity("Update", changed), private=key(4)) == 401
    assert digest() == scene.before


async def test_attack_19_create_of_a_known_post_changes_nothing(scene, ann, eve):
    for forger in (ann, eve, scene.mallory):
        wider = ann.note(1, to=[PUBLIC], content="<p>wider</p>")
        assert await scene.send(forger, forger.create(wider, 77)) in {202, 400, 401}
    assert digest() == scene.before


async def test_attack_20_announce_with_a_forged_note(scene, ann, eve):
    forged = ann.note(11, content="<p>forged</p>")
    assert await scene.send(eve, eve.activity("Announce", forged, to=[PUBLIC])) == 202
    assert digest() == scene.before
    ann.serve_note(12, content="<p>mine</p>")
    await scene.send(eve, eve.activity("Announce", ann.note(12, content="<p>forged</p>"), 2, to=[PUBLIC]))
    assert [boost.post.content for boost in scene.rows(Boost)] == ["<p>mine</p>"]


async def test_attack_21_a_linked_data_signature_proves_nothing(scene, ann, eve):
    activity = ann.create(ann.note(2)) | {
        "signature": {"type": "RsaSignature2017", "creator": ann.key_id, "signatureValue": "AAAA"},
    }
    before = len(ann.origin.asked)
    assert await scene.send(eve, activity) == 202, "forwarded replies are taken, and ignored"
    for member in ("@graph", "@included", "@reverse"):
        assert await scene.send(eve, {"@context": AS, member: [activity]}) == 202
    assert digest() == scene.before
    assert len(ann.origin.asked) == before


async def test_attack_22_accept_of_a_follow_of_somebody_else(scene, ann, eve, victim):
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


async def test_attack_23_a_false_move(scene, ann, eve):
    for target in (eve.id, f"{eve.id}x"):
        assert await scene.send(eve, ann.activity("Move", ann.id, target=target)) == 401
        assert await scene.send(ann, ann.activity("Move", ann.id, target=target)) == 202
    assert digest() == scene.before


async def test_attack_26_a_handle_of_another_domain(world, ann, evil):
    """Evil's WebFinger says that its actor is ann at victim; victim's says otherwise."""
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    liar = evil.person("liar", 3)
    evil.put("/u/liar", liar.document(webfinger=f"ann@{ann.origin.host}"))
    evil.finger("liar", liar.id, subject=f"acct:ann@{ann.origin.host}")
    await world.send(liar, liar.activity("Follow", MIRA))
    found = world.actor(liar.id)
    assert (found.name, found.domain) == ("liar", evil.host)
    assert world.actor(ann.id).name == "ann"


async def test_attack_26_a_neighbour_with_the_same_name(world, ann, victim):
    await world.send(ann, ann.activity("Follow", MIRA))
    double = victim.person("double", 3)
    victim.put("/u/double", double.document(preferredUsername="ann"))
    await world.send(double, double.activity("Follow", MIRA))
    with db.reading() as session:
        found = actors.by_handle(session, f"ann@{victim.host}")
    assert found.uri == ann.id
    assert [row.uri for row in world.rows(ActorKey, ActorKey.uri == ann.key_id)] == [ann.key_id]


async def test_attack_26_a_split_domain_that_both_sides_confirm(world, victim, evil):
    """evil's actor under victim's domain, with victim pointing at it: that is how split domains work."""
    split = evil.person("split", 3).serve()
    evil.finger("split", split.id, subject=f"acct:split@{victim.host}")
    victim.finger("split", split.id)
    await world.send(split, split.activity("Follow", MIRA))
    found = world.actor(split.id)
    assert (found.name, found.domain, found.host) == ("split", victim.host, evil.host)


async def test_attack_28_undo_of_anothers_activity(scene, ann, eve):
    post = scene.post()
    like = ann.activity("Like", post.uri)
    await scene.send(ann, like)
    for number, forger in enumerate((eve, scene.mallory)):
        for inner in (like, like["id"], like | {"actor": forger.id}):
            await scene.send(forger, forger.activity("Undo", inner, number))
    assert len(scene.rows(Like)) == 1


async def test_attack_17_a_neighbour_lays_no_tombstone(scene, ann):
    await scene.send(scene.mallory, scene.mallory.activity("Delete", f"{ann.id}/n/40"))
    await scene.send(ann, ann.create(ann.note(40), 40))
    assert scene.row(Post, Post.uri == f"{ann.id}/n/40") is not None
    assert scene.rows(Actor, Actor.deleted_at.is_not(None)) == []


async def test_attack_13_an_activity_of_another_servers_id(scene, ann, eve):
    assert await scene.send(eve, eve.activity("Like", "https://art.test/x", id=f"{ann.id}/likes/1")) == 400
    assert digest() == scene.before


@pytest.mark.parametrize(("age", "status"), [(-300, 202), (300, 202), (13 * 3600, 401), (-2 * 3600, 401), (None, 401)])
async def test_attack_07_dates(scene, ann, age, status):
    """Seconds that the Date lies in the past; without one nothing says that the request is fresh."""
    body = json.dumps(ann.activity("Like", "https://art.test/x", 5)).encode()
    with clock.frozen(clock.timestamp() - (age or 0)):
        headers = ann.headers("/inbox", body)
    if age is None:
        del headers["Date"]
    assert await scene.send(ann, None, body=body, headers=headers) == status
    assert digest() == scene.before


async def test_attack_07_a_date_that_is_not_signed(scene, ann):
    body = json.dumps(ann.activity("Like", "https://art.test/x", 5)).encode()
    headers = ann.headers("/inbox", body)
    headers["Signature"] = headers["Signature"].replace(" date ", " ")
    assert await scene.send(ann, None, body=body, headers=headers) == 401


@pytest.mark.parametrize("stamp", ["evil", "another note", "none"])
async def test_attack_25_a_stamp_of_nobody(scene, ann, eve, stamp):
    """A quote of ann's note that eve says she may make: nothing of it is shown as allowed."""
    address = {"evil": f"{eve.id}/stamp", "another note": f"{ann.id}/stamp", "none": None}[stamp]
    if address:
        document = {
            "@context": AS, "id": address, "type": "QuoteAuthorization", "attributedTo": ann.id,
            "interactingObject": f"{eve.id}/n/8", "interactionTarget": f"{ann.id}/n/99",
        }  # fmt: skip
        (eve if stamp == "evil" else ann).origin.put("/u/eve/stamp" if stamp == "evil" else "/u/ann/stamp", document)
    quoting = eve.note(8, quote=f"{ann.id}/n/1", quoteAuthorization=address)
    assert await scene.send(eve, eve.create(quoting)) == 202
    (post,) = scene.rows(Post, Post.uri == quoting["id"])
    status = json.loads(await (await scene.client.get(f"/api/v1/statuses/{post.id}")).get_data())
    assert (status.get("quote") or {}).get("state") != "accepted"


@pytest.mark.parametrize("writing", ["BUECHER.example.", "buecher.example:443", "BuEcHer.ExAmPlE"])
async def test_attack_27_one_host_in_other_writings(scene, writing):
    """A block holds for every form of a name, and a person of it is one person."""
    with db.writing() as session:
        domains.set_rule(session, "buecher.example", severity=DomainSeverity.BLOCK)
    with db.reading() as session:
        assert not domains.may_federate(session, urls.host_of(f"https://{writing}/u/x"))


async def test_attack_27_our_own_host_in_other_writings(scene, eve):
    """An id of ours in another writing is not somebody else's, and we do not ask ourselves."""
    for number, writing in enumerate(("ART.test", "art.test.", "art.test:443"), 50):
        own = f"https://{writing}/users/mira"
        await scene.send(eve, eve.activity("Announce", f"{own}/posts/1", number))
        await scene.send(eve, eve.activity("Follow", own, number))
    assert scene.rows(Boost) == []
    assert [row.uri for row in scene.rows(Actor, Actor.name_key == "mira")] == [MIRA]


@pytest.mark.parametrize("name", ["a.png", "a.json", "a.html", "a.svg", "a.jpg"])
@pytest.mark.parametrize("inside", [b'{"@context":"https://www.w3.org/ns/activitystreams"}', b"<svg onload=alert(1)/>"])
async def test_attack_15_what_is_no_picture_is_no_upload(scene, name, inside):
    with db.writing() as session:
        token = tokens.issue(session, session.get_one(Account, scene.account.id), "write")
    boundary = "b0undary"
    data = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: image/png\r\n\r\n"
    ).encode() + inside + f"\r\n--{boundary}--\r\n".encode()  # fmt: skip
    headers = {"Authorization": f"Bearer {token}", "Content-Type": f"multipart/form-data; boundary={boundary}"}
    answer = await scene.client.post("/api/v2/media", data=data, headers=headers)
    assert answer.status_code == 422
    assert scene.rows(Media) == []


async def test_attack_15_a_picture_is_served_as_a_picture_and_nothing_else(scene):
    post_id = show_work(scene.account)
    with db.reading() as session:
        key = session.query(Rendition).join(Media).filter(Media.post_id == post_id).first().key
    for accept in ("application/activity+json", "text/html", "*/*"):
        answer = await scene.client.get(f"/media/{key}", headers={"Accept": accept})
        assert answer.content_type == "image/jpeg"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
