"""Every request that a real Mastodon, GoToSocial or Takahe sent: taken in with its own signature, and what comes of it."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from fedi import clock, db
from fedi.activitypub import keyring, processing
from fedi.activitypub.objects import actor as actor_object
from fedi.models.inbox_message import InboxMessage
from fedi.services import actors

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
    "Add-FeaturedCollection": "ignored",
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
