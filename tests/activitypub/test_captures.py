"""Every request that a real Mastodon, GoToSocial or Takahe sent: taken in with its own signature, and what comes of it."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from fedi import clock, db, urls
from fedi.activitypub import keyring, processing
from fedi.activitypub.objects import actor as actor_object
from fedi.activitypub.objects import note as note_object
from fedi.activitypub.protocol import digests, signatures
from fedi.models.inbox_message import InboxMessage
from fedi.services import actors, follows
from tests import origins

DOCUMENTS = Path(__file__).parent.parent / "documents"


def captured(folder, name):
    return json.loads((DOCUMENTS / folder / f"{name}.json").read_text())


def know(document, domain=None):
    """The remote actor of a document, followed by nobody yet."""
    values = actor_object.from_document(document, domain=domain)
    with db.writing() as session:
        return actors.store(session, values, confirmed=True)


@pytest.fixture
def masto(mira):
    """mira is known, and so are the actors of the Mastodon that was captured."""
    keyring.forget()
    people = {}
    for name in ("GET-actor", "GET-actor-moved", "GET-instance-actor"):
        people[name] = know(json.loads(captured("mastodon", name)["body"]))
    return people


async def post(client, capture):
    """POST the request as it was captured, its clock frozen at its arrival, and process it."""
    method, path = capture["request_line"].split()[:2]
    drop = {"content-length", "connection", "accept-encoding"}
    headers = [(name, value) for name, value in capture["request_headers"] if name.lower() not in drop]
    with clock.frozen(capture["arrived"]):
        answer = await client.open(path, method=method, headers=headers, data=capture["body"].encode())
        with db.reading() as session:
            row = session.scalar(select(InboxMessage).order_by(InboxMessage.received_at.desc()).limit(1))
        processing.process_due()
        if row is not None:
            with db.reading() as session:
                row = session.get_one(InboxMessage, row.id)
    return answer.status_code, row


# What each capture comes to when mira is here, tusk is known, and nothing else: state, or a refusal.
MASTODON = {
    "Accept-Follow": "ignored",  # mira never asked
    "Add": "ignored",  # a pin of somebody nobody here follows
    "Add-FeaturedCollection": "processed",
    "Add-FeaturedItem": "ignored",
    "Announce": "ignored",
    "Block": "processed",
    "Create-Note-direct": "processed",
    "Create-Note-followers": "ignored",
    "Create-Note-public": "ignored",
    "Create-Note-public-media": "ignored",
    "Create-Note-public-quote": "ignored",
    "Create-Note-public-reply": "processed",
    "Create-Note-public-reply-cw": "processed",
    "Create-Note-unlisted": "ignored",
    "Create-Question": "ignored",
    "Delete-Tombstone": "processed",
    "FeatureRequest": "processed",
    "Flag": "processed",
    "Follow": "processed",
    "Like": "ignored",
    "Move": "ignored",
    "QuoteRequest": "ignored",
    "Reject-Follow": "ignored",
    "Remove": "ignored",
    "Undo-Announce": "processed",
    "Undo-Block": "processed",
    "Undo-Follow": "processed",
    "Undo-Like": "processed",
    "Update-Note-public-quote-approved": "ignored",
    "Update-Note-public-reply": "processed",
    "Update-Person": "processed",
}


@pytest.mark.parametrize("name", sorted(MASTODON))
async def test_mastodon(client, masto, name):
    status, row = await post(client, captured("mastodon", name))
    assert status == 202
    assert (row.state, row.reason) == (MASTODON[name], row.reason)


# --- the same from GoToSocial and Takahe: sent to other names than ours, so re-addressed, and signed with a test's key --


def readdress(body, ours):
    for address in ours:
        body = body.replace(address, "https://art.test/users/mira")
    return body


def stand_in(body):
    """The sender of an activity, as an actor whose key the test has."""
    sender = json.loads(body)["actor"]
    host = urls.host_of(sender)
    document = {
        "id": sender,
        "type": "Person",
        "preferredUsername": sender.rstrip("/").rpartition("/")[2].lstrip("@").partition("@")[0],
        "inbox": f"{sender}/inbox",
        "followers": f"{sender}/followers",
        "publicKey": {"id": f"{sender}#main-key", "owner": sender, "publicKeyPem": origins.pem(origins.key(0))},
    }
    return know(document, host), f"{sender}#main-key"


async def post_as(client, body):
    actor, key_id = stand_in(body)
    with db.writing() as session:
        me = actors.by_uri(session, "https://art.test/users/mira")
        row = follows.request(session, me, actors.by_uri(session, actor.uri))
        follows.answered(session, row, yes=True)
    data = body.encode()
    headers = signatures.sign(origins.key(0), key_id, "POST", "https://art.test/inbox", digest=digests.sha256(data))
    answer = await client.post("/inbox", data=data, headers=headers)
    processing.process_due()
    with db.reading() as session:
        return answer.status_code, session.scalar(select(InboxMessage))


GOTOSOCIAL = {
    "Accept-Follow": "processed",
    "Announce": "ignored",
    "Block": "processed",
    "Create-Note": "processed",
    "Create-Note-direct": "processed",
    "Create-Note-followers": "processed",
    "Create-Note-media": "processed",
    "Create-Note-reply": "processed",
    "Create-Question": "processed",
    "Delete": "processed",
    "Follow": "processed",
    "Like": "ignored",
    "Undo-Announce": "processed",
    "Undo-Block": "processed",
    "Undo-Follow": "processed",
    "Undo-Like": "processed",
    "Update-Note": "ignored",
    "Update-Note-media": "ignored",
    "Update-Person": "processed",
}
GTS_TARGETS = ("https://snac.test/sam", "https://takahe.test/@tess@takahe.test/", "https://ours.test/users/ours")


@pytest.mark.parametrize("name", sorted(GOTOSOCIAL))
async def test_gotosocial(client, mira, name):
    capture = captured("gotosocial", name)
    body = capture.get("body") or json.dumps(capture["request_body"])
    status, row = await post_as(client, readdress(body, GTS_TARGETS))
    assert status == 202
    assert (row.state, row.reason) == (GOTOSOCIAL[name], row.reason)


TAKAHE = {
    "s2s_Accept_Follow_1": "processed",
    "s2s_Accept_Follow_2": "processed",
    "s2s_Announce_uri_1": "ignored",
    "s2s_Block_uri_1": "processed",
    "s2s_Create_Note_1": "processed",
    "s2s_Create_Note_2": "processed",
    "s2s_Create_Question_1": "processed",
    "s2s_Delete_Note_1": "processed",
    "s2s_Follow_uri_1": "processed",
    "s2s_Follow_uri_2": "processed",
    "s2s_Like_uri_1": "ignored",
    "s2s_Reject_Follow_1": "processed",
    "s2s_Undo_Announce_1": "processed",
    "s2s_Undo_Block_1": "processed",
    "s2s_Undo_Follow_1": "processed",
    "s2s_Undo_Like_1": "processed",
    "s2s_Update_Note_1": "ignored",
}


@pytest.mark.parametrize("name", sorted(TAKAHE))
async def test_takahe(client, mira, name):
    capture = captured("takahe", name)
    body = capture.get("body_raw") or json.dumps(capture["body"])
    sender = json.loads(body)["actor"]
    other = {"https://takahe.test/@alice@takahe.test/", "https://takahe2.test/@carol@takahe2.test/"} - {sender}
    status, row = await post_as(client, readdress(body, other))
    assert status == 202
    assert (row.state, row.reason) == (TAKAHE[name], row.reason)


# --- example objects that others collected ----------------------------------------------------------------------------

PASTURE = json.loads((DOCUMENTS / "inbound" / "pasture_inputs.json").read_text())["sets"]


@pytest.mark.parametrize("name", sorted(PASTURE))
async def test_pasture(client, mira, name):
    for number, example in enumerate(PASTURE[name]["examples"]):
        sender = "https://pasture.test/alice"
        note = {
            "id": f"{sender}/{name}/{number}",
            "type": "Note",
            "attributedTo": sender,
            "to": ["https://www.w3.org/ns/activitystreams#Public", "https://art.test/users/mira"],
            "published": "2026-11-23T00:00:00Z",
            "content": "text",
        }
        activity = {"id": f"{sender}/{name}/{number}/activity", "type": "Create", "actor": sender}
        body = json.dumps(activity | {"object": note | example})
        status, _ = await post_as(client, body)
        assert status in {202, 400}, example
    with db.reading() as session:
        rows = session.scalars(select(InboxMessage)).all()
    assert {row.state for row in rows} <= {"processed", "ignored", "refused"}, [row.reason for row in rows]


# --- documents that a Mastodon serves -----------------------------------------------------------------------------------


def served(name):
    return json.loads(captured("mastodon", name)["body"])


@pytest.mark.parametrize("name", ["GET-actor", "GET-actor-moved", "GET-instance-actor", "GET-actor-by-name-redirect"])
def test_actors(name):
    values = actor_object.from_document(served(name))
    assert values.uri.startswith("https://masto.test/")
    assert [key.algorithm for key in values.keys] == ["rsa"]
    if name == "GET-actor":
        assert (values.name, values.display_name, values.summary) == ("tusk", "Tusk", "<p>an elephant</p>")
        assert values.shared_inbox == "https://masto.test/inbox"
        assert values.featured_uri.endswith("/collections/featured")
        assert values.url == "https://masto.test/@tusk"


@pytest.mark.parametrize("name", ["GET-note-media", "GET-note-plain", "GET-note-poll", "GET-note-quote"])
def test_notes(name):
    document = served(name)
    tusk = served("GET-actor")
    values = note_object.from_document(document, author_uri=tusk["id"], followers_uri=tusk["followers"])
    assert values.visibility == "public"
    assert values.published_at is not None
    assert values.url.startswith("https://masto.test/@tusk/")
    if name == "GET-note-media":
        (media,) = values.attachments
        assert (media.alt, media.mime, media.width, media.focus) == ("a drawing", "image/jpeg", 640, (0.1, 0.2))
