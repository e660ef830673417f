"""The forty checks of what a federating server must do, each by its number, through HTTP and the queue.

What needs more room stands elsewhere and is named in `ELSEWHERE`; a test holds that every number is somewhere.
"""

import base64
import json
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from fedi import clock, db
from fedi.activitypub import expand
from fedi.activitypub.protocol import digests, keys
from fedi.models.actor import Actor
from fedi.models.follow import Follow
from fedi.models.inbox_message import InboxMessage
from fedi.models.instance import DomainSeverity
from fedi.models.interaction import Boost, Like
from fedi.models.notification import Notification
from fedi.models.outgoing import Delivery, Outgoing
from fedi.models.post import Post, Visibility
from fedi.models.quote import Quote
from fedi.models.report import Report
from fedi.services import deletions, domains, posts, stamps
from tests import origins
from tests.activitypub.verbs.test_follow import said
from tests.origins import PUBLIC
from tests.web.pages.browsing import show_work

MIRA = "https://art.test/users/mira"
AS2 = {"Accept": "application/activity+json"}
LD = {"Accept": 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'}
ELSEWHERE = {
    12: "test_receive.py", 31: "test_audience.py", 32: "verbs/test_move.py", 36: "test_polls.py", 37: "test_errands.py",
    38: "test_delivery.py", 39: "../web/test_terms.py", 40: "../walks/test_mastodon_py.py",
}  # fmt: skip


async def get(world, path, headers=AS2):
    answer = await world.client.get(path.removeprefix("https://art.test"), headers=headers)
    body = await answer.get_data()
    return answer, json.loads(body) if "json" in (answer.content_type or "") else body


async def post(world, body, headers):
    return await world.send(None, None, body=body, headers=headers)


def like(person, number=1):
    return json.dumps(person.activity("Like", "https://art.test/x", number)).encode()


# --- signatures (POST /inbox) -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["rsa-sha256", "hs2019"])
async def test_check_01_02_draft_cavage(world, ann, algorithm):
    body = like(ann)
    headers = ann.headers("/inbox", body)
    headers["Signature"] = headers["Signature"].replace("rsa-sha256", algorithm)
    assert await post(world, body, headers) == 202


async def test_check_03_the_host_need_not_be_signed_on_a_post(world, ann):
    body = like(ann)
    headers = ann.headers("/inbox", body)
    names = "(request-target) date digest"
    message = f"(request-target): post /inbox\ndate: {headers['Date']}\ndigest: {headers['Digest']}"
    headers["Signature"] = by_hand(ann, names, message)
    assert await post(world, body, headers) == 202


def by_hand(person, names, message):
    value = base64.b64encode(keys.sign(person.private, message.encode())).decode()
    return f'keyId="{person.key_id}",algorithm="rsa-sha256",headers="{names}",signature="{value}"'


async def test_check_04_05_the_digest_is_signed_and_true(world, ann):
    body = like(ann)
    headers = ann.headers("/inbox", body)
    message = f"(request-target): post /inbox\nhost: art.test\ndate: {headers['Date']}"
    unsigned = headers | {"Signature": by_hand(ann, "(request-target) host date", message)}
    assert await post(world, body, unsigned) == 401
    assert await post(world, body + b" ", headers) == 401


@pytest.mark.parametrize(("age", "status"), [(7200, 401), (1800, 202), (-7200, 401)])
async def test_check_06_07_the_clock(world, ann, age, status):
    body = like(ann)
    with clock.frozen(clock.timestamp() - age):
        headers = ann.headers("/inbox", body)
    assert await post(world, body, headers) == status


async def test_check_08_09_rfc_9421(world, ann):
    body = like(ann)
    headers = ann.headers("/inbox", body, scheme="rfc9421")
    assert await post(world, body, headers) == 202
    for change in (('"content-digest"', ""), ('"@target-uri"', '"@path"')):
        broken = headers | {"Signature-Input": headers["Signature-Input"].replace(*change)}
        assert await post(world, like(ann, 2), broken) == 401


async def test_check_10_an_ed25519_key_of_the_actor(world, ann):
    private = ed25519.Ed25519PrivateKey.generate()
    raw = private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    multikey = {
        "id": f"{ann.id}#ed25519-key", "type": "Multikey", "controller": ann.id,
        "publicKeyMultibase": "z" + digests.base58(b"\xed\x01" + raw),
    }  # fmt: skip
    ann.serve(assertionMethod=[multikey])
    body = like(ann)
    headers = ann.headers("/inbox", body, scheme="rfc9421", private=private, key_id=multikey["id"])
    assert await post(world, body, headers) == 202


async def test_check_11_a_key_host_that_is_down_and_a_key_of_another(world, ann, eve):
    ann.origin.put("/u/ann", b"", status=503)
    assert await world.send(ann, ann.activity("Like", "https://art.test/x")) == 503
    eve.serve(publicKey=eve.document()["publicKey"] | {"owner": ann.id})
    assert await world.send(eve, eve.activity("Like", "https://art.test/x")) == 401


async def test_check_13_a_replaced_key_is_asked_for_once(world, ann):
    await world.send(ann, ann.activity("Like", "https://art.test/x", 1))
    ann.private = origins.key(3)
    ann.serve()
    ann.origin.asked.clear()
    assert await world.send(ann, ann.activity("Like", "https://art.test/x", 2)) == 202
    assert ann.origin.paths().count("/u/ann") == 1


async def test_check_14_the_same_activity_twice(world, ann):
    for _ in range(2):
        assert await world.send(ann, ann.activity("Follow", MIRA)) == 202
    assert len(world.rows(InboxMessage)) == 1


async def test_check_15_the_farewell_of_nobody_asks_nobody(world, ann):
    assert await world.send(ann, ann.activity("Delete", ann.id)) == 202
    assert ann.origin.asked == []


async def test_check_16_too_much_and_no_json(world, ann):
    huge = json.dumps(ann.activity("Like", "x" * (1 << 20))).encode()
    assert await post(world, huge, ann.headers("/inbox", huge)) == 413
    assert await post(world, b'{"type": ', ann.headers("/inbox", b'{"type": ')) == 400


# --- discovery --------------------------------------------------------------------------------------------------------


async def test_check_17_webfinger(world, otto):
    answer, found = await get(world, "/.well-known/webfinger?resource=acct:mira@art.test", {})
    assert answer.content_type.startswith("application/jrd+json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert found["subject"] == "acct:mira@art.test"
    (own,) = [link for link in found["links"] if link["rel"] == "self"]
    assert (own["href"], own["type"]) == (MIRA, "application/activity+json")
    for query, status in (
        ("?resource=acct:nobody@art.test", 404),
        ("", 400),
        ("?resource=acct:mira@else.example", 404),
    ):
        assert (await get(world, f"/.well-known/webfinger{query}", {}))[0].status_code == status
    with db.writing() as session:
        session.get_one(Actor, otto.actor_id).deleted_at = clock.now()
    assert (await get(world, "/.well-known/webfinger?resource=acct:otto@art.test", {}))[0].status_code == 410


async def test_check_18_an_actor_by_what_is_wanted(world):
    documents = [await get(world, "/users/mira", headers) for headers in (AS2, LD)]
    assert documents[0][1] == documents[1][1]
    for answer, _ in documents:
        assert answer.content_type.startswith("application/activity+json")
        assert "Accept" in answer.headers["Vary"]
    answer, page = await get(world, "/@mira", {"Accept": "text/html"})
    assert answer.status_code == 200
    assert re.search(rb'rel="alternate"[^>]*type="application/activity\+json"', page)


async def test_check_19_the_fields_of_an_actor(world):
    _, actor = await get(world, "/users/mira")
    assert actor["id"] == MIRA
    assert actor["publicKey"]["owner"] == MIRA
    for name in (
        "preferredUsername", "inbox", "outbox", "followers", "following", "featured", "featuredTags", "url", "published",
        "endpoints", "assertionMethod", "manuallyApprovesFollowers", "discoverable", "indexable", "webfinger", "name", "summary",
    ):  # fmt: skip
        assert name in actor


async def test_check_20_nodeinfo(world):
    _, found = await get(world, "/.well-known/nodeinfo", {})
    links = [link["href"] for link in found["links"] if "nodeinfo" in link["rel"]]
    assert [link.rsplit("/", 1)[1] for link in links] == ["2.0", "2.1"]
    for link in links:
        _, document = await get(world, link, {})
        assert document["software"]["name"] == "fedi"
        assert document["metadata"]["upstream"]["name"] == "mastodon"
        assert "activitypub" in document["protocols"]


async def test_check_21_collections(world):
    for number in range(25):
        world.post(f"post {number}")
    for name in ("outbox", "followers", "following"):
        _, found = await get(world, f"/users/mira/{name}")
        assert found["type"] == "OrderedCollection"
        assert isinstance(found["totalItems"], int)
        _, page = await get(world, found["first"])
        assert page["partOf"] == found["id"]
    _, outbox = await get(world, "/users/mira/outbox")
    _, first = await get(world, outbox["first"])
    _, second = await get(world, first["next"])
    seen = [item["id"] for page in (first, second) for item in page["orderedItems"]]
    assert len(seen) == len(set(seen)) == outbox["totalItems"] == 25
    assert (await get(world, "/users/mira/collections/featured"))[1]["type"] == "OrderedCollection"


async def test_check_22_a_note_at_its_id_and_after(world):
    note = world.post("here")
    assert (await get(world, note.uri))[1]["id"] == note.uri
    hidden = world.post("hidden", visibility=Visibility.FOLLOWERS)
    assert (await get(world, hidden.uri))[0].status_code in {401, 404}
    with db.writing() as session:
        deletions.withdraw(session, session.get_one(Post, note.id))
    answer, buried = await get(world, note.uri)
    assert (answer.status_code, buried["type"]) == (410, "Tombstone")


# --- flows ------------------------------------------------------------------------------------------------------------


async def test_check_23_a_follow_is_answered_with_itself(world, ann, eve):
    follow = ann.activity("Follow", MIRA)
    await world.send(ann, follow)
    (accept,) = said(world, "accept")
    assert accept["object"] == {name: follow[name] for name in ("id", "type", "actor", "object")}
    await world.send(ann, ann.activity("Follow", MIRA, 2))
    assert said(world, "accept")[-1]["object"]["id"] == ann.activity("Follow", MIRA, 2)["id"]
    world.set(locked=True)
    await world.send(eve, eve.activity("Follow", MIRA))
    assert {row.state for row in world.rows(Follow)} == {"accepted", "requested"}


@pytest.mark.parametrize("bare", [True, False])
async def test_check_24_undo_of_a_follow(world, ann, bare):
    follow = ann.activity("Follow", MIRA)
    await world.send(ann, follow)
    await world.send(ann, ann.activity("Undo", follow["id"] if bare else follow))
    assert world.row(Follow).state == "undone"


async def test_check_25_whom_we_follow_is_in_the_home_timeline(world, ann):
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    world.follow(ann.id)
    await world.send(ann, ann.create(ann.note(1), 2))
    assert [row.uri for row in world.rows(Post, Post.local.is_(False))] == [f"{ann.id}/n/1"]


async def test_check_26_pictures(world, ann):
    await world.send(ann, ann.activity("Follow", MIRA))
    show_work(world.account, pictures=4)
    ten = show_work(world.account, pictures=10)
    expand.expand_due()
    creates = world.rows(Outgoing, Outgoing.verb == "create")
    assert len(world.rows(Delivery, Delivery.outgoing_id == creates[0].id)) == 1
    note = json.loads(creates[0].body)["object"]
    for each in note["attachment"]:
        assert {"mediaType", "url", "name", "blurhash", "width", "height", "focalPoint"} <= set(each)
    many = json.loads(creates[1].body)["object"]
    assert len(many["attachment"]) == 10
    assert "+6 more" in many["content"]
    assert str(ten) in many["id"]


async def test_check_27_edits(world, ann):
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    world.follow(ann.id)
    await world.send(ann, ann.create(ann.note(1), 2))
    newer, older = ("2026-11-23T06:00:00Z", "2026-11-23T05:00:00Z")
    for number, (updated, words) in enumerate(((newer, "new"), (older, "old")), 3):
        changed = ann.note(1, content=f"<p>{words}</p>", updated=updated)
        await world.send(ann, ann.activity("Update", changed, number, to=[PUBLIC]))
    assert world.row(Post, Post.local.is_(False)).content == "<p>new</p>"
    own = world.post("first")
    with db.writing() as session:
        posts.edit(session, session.get_one(Post, own.id), text="second")
    _, note = await get(world, own.uri)
    assert clock.parse_iso(note["updated"]) > clock.parse_iso(note["published"])


async def test_check_28_a_delete_is_for_ever(world, ann):
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    world.follow(ann.id)
    await world.send(ann, ann.activity("Delete", {"id": f"{ann.id}/n/1", "type": "Tombstone"}, 2))
    await world.send(ann, ann.create(ann.note(1), 3))
    assert world.rows(Post, Post.local.is_(False)) == []


async def test_check_29_a_reply(world, ann):
    own = world.post("a heron")
    reply = ann.note(1, inReplyTo=own.uri, tag=[{"type": "Mention", "href": MIRA}], cc=[MIRA])
    await world.send(ann, ann.create(reply))
    assert world.row(Notification).kind == "mention"
    _, listed = await get(world, f"{own.uri}/replies?page=true")
    assert listed["items"] == [reply["id"]]
    there = world.row(Post, Post.local.is_(False))
    with db.writing() as session:
        me, parent = session.get_one(Actor, world.mira.id), session.get_one(Post, there.id)
        posts.compose(session, author=me, text="thanks", in_reply_to=parent)
    expand.expand_due()
    note = json.loads(world.rows(Outgoing, Outgoing.verb == "create")[-1].body)["object"]
    assert note["inReplyTo"] == reply["id"]
    assert ann.id in note["to"] + note["cc"]
    assert [tag["href"] for tag in note["tag"] if tag["type"] == "Mention"] == [ann.id]


async def test_check_30_likes_and_boosts_count_once(world, ann):
    own = world.post("a heron")
    for kind, model, first in (("Like", Like, 1), ("Announce", Boost, 3)):
        for number in (first, first + 1):
            await world.send(ann, ann.activity(kind, own.uri, number))
        assert len(world.rows(model)) == 1
        await world.send(ann, ann.activity("Undo", ann.activity(kind, own.uri, first), first + 10))
        assert world.rows(model) == []
    assert len(world.rows(Notification)) <= 2


async def test_check_33_blocks(world, ann, eve):
    await world.send(ann, ann.activity("Follow", MIRA))
    world.follow(ann.id)
    await world.send(ann, ann.activity("Block", MIRA, 2))
    assert {row.state for row in world.rows(Follow)} <= {"undone", "rejected"}
    with db.writing() as session:
        domains.set_rule(session, eve.origin.address, severity=DomainSeverity.BLOCK)
    assert await world.send(eve, eve.activity("Follow", MIRA)) == 403


async def test_check_34_a_report(world, ann):
    own = world.post("a heron")
    flag = ann.activity("Flag", [MIRA, own.uri], content="x" * 6000)
    assert await world.send(ann, flag) == 202
    (report,) = world.rows(Report)
    assert len(report.comment) == 5000


@pytest.mark.parametrize(("policy", "answers"), [(None, []), ("nobody", ["Reject"]), ("public", ["Accept"])])
async def test_check_35_quotes(world, ann, policy, answers):
    """By default the artist is asked; a policy of hers answers by itself."""
    own = world.post("a heron", quote_policy=policy)
    request = ann.activity("QuoteRequest", own.uri, instrument=ann.note(1, quote=own.uri))
    await world.send(ann, request)
    given = said(world, "request_answer")
    assert [each["type"] for each in given] == answers
    if answers == ["Accept"]:
        path = given[0]["result"]
        assert (await get(world, path))[1]["type"] == "QuoteAuthorization"
        with db.writing() as session:
            stamps.revoke(session, session.query(Quote).one())
        assert (await get(world, path))[0].status_code == 410


def test_every_check_is_somewhere():
    here = Path(__file__)
    numbers = set()
    for found in re.findall(r"def test_check_(\d+(?:_\d+)*)_", here.read_text()):
        numbers |= {int(each) for each in found.split("_")}
    assert all((here.parent / file).is_file() for file in ELSEWHERE.values())
    assert numbers | set(ELSEWHERE) == set(range(1, 41))
