"""Every key of every document that a real Mastodon 4.6.5 serves or sends is in ours, with its type, or named here."""

import json
from pathlib import Path

import pytest

from fedi import db
from fedi.activitypub import expand, instance_key, keyring
from fedi.models.account import Account
from fedi.models.outgoing import Outgoing
from fedi.models.post import Post
from fedi.services import accounts, actors, deletions, follows, interactions, polls, posts
from tests.web.api.test_shapes import misses
from tests.web.pages.browsing import show_work

REAL = Path(__file__).parent.parent / "documents" / "mastodon"
AS2 = {"Accept": "application/activity+json"}
# What a real Mastodon says and we do not, or otherwise, and why.
OSTATUS = "OStatus is gone, and nobody reads it in ActivityPub"
NO_WARNING = "left out where there is none"
NOTE = {"summary": NO_WARNING, "atomUri": OSTATUS, "inReplyToAtomUri": OSTATUS}
SIGNATURE = "no JSON-LD signature (Mastodon drops one over terms that it does not know); an FEP-8b32 proof instead"
CREATE = {".signature": SIGNATURE, **{f".object.{key}": why for key, why in NOTE.items()}}
WARNED = {key: why for key, why in CREATE.items() if key != ".object.summary"}
THEIRS = "an answer keeps the conversation of what it answers, and this one's server named none"
DIFFERENT = {
    "GET-note-plain": {f".{key}": why for key, why in NOTE.items()},
    "GET-note-media": {f".{key}": why for key, why in NOTE.items()},
    "GET-outbox-page": {f".orderedItems[].object.{key}": why for key, why in NOTE.items()},
    "GET-featured-collections": {".first": "there are ten at most: they stand in it"},
    "Announce": {".signature": SIGNATURE},
    "Create-Note-public": CREATE,
    "Create-Note-public-media": CREATE,
    "Create-Question": CREATE,
    "Create-Note-public-reply-cw": WARNED | {".object.conversation": THEIRS, ".object.context": THEIRS},
    "Delete-Tombstone": {".signature": SIGNATURE, ".object.atomUri": OSTATUS},
    "Undo-Announce": {".signature": SIGNATURE, ".object.published": "what is taken back is known by its id"},
    "Update-Person": {".signature": SIGNATURE},
}


def real(name):
    return json.loads(json.loads((REAL / f"{name}.json").read_text())["body"])


def differing(name, ours):
    """Paths that differ and are not named above."""
    ours = json.loads(json.dumps(ours))
    found = misses(_plain(real(name)), _plain(ours))
    named = DIFFERENT.get(name, {})
    assert set(named) <= set(found), "what is named differs no longer"
    return [each for each in found if each not in named]


def _plain(document):
    """Without its context, which `test_context` holds to its own rules."""
    return {key: value for key, value in document.items() if key != "@context"}


@pytest.fixture
async def town(client, world, ann):
    """mira with works of all kinds, ann at another server who follows her."""
    keyring.forget()
    instance_key.forget()
    await world.send(ann, ann.activity("Follow", world.mira.uri))
    with db.reading() as session:
        account = session.get_one(Account, world.account.id)
    world.work = show_work(account, "Heron", alt="a heron", text="#art", language="en")
    world.plain = world.post("plain words", language="en")
    return world


async def got(world, path):
    answer = await world.client.get(path, headers=AS2)
    assert answer.status_code == 200, path
    return json.loads(await answer.get_data())


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("GET-actor", "/users/mira"),
        ("GET-instance-actor", "/actor"),
        ("GET-note-plain", "{plain}"),
        ("GET-note-media", "{work}"),
        ("GET-followers", "/users/mira/followers"),
        ("GET-followers-page", "/users/mira/followers?page=1"),
        ("GET-following", "/users/mira/following"),
        ("GET-outbox", "/users/mira/outbox"),
        ("GET-outbox-page", "/users/mira/outbox?page=true"),
        ("GET-featured", "/users/mira/collections/featured"),
        ("GET-featured-tags", "/users/mira/collections/tags"),
        ("GET-featured-collections", "/users/mira/featured_collections"),
        ("GET-replies", "{plain}/replies"),
        ("GET-webfinger", "/.well-known/webfinger?resource=acct:mira@art.test"),
        ("GET-nodeinfo-discovery", "/.well-known/nodeinfo"),
        ("GET-nodeinfo", "/nodeinfo/2.0"),
    ],
)
async def test_what_is_served(town, name, path):
    path = path.format(plain=f"/users/mira/posts/{town.plain.id}", work=f"/users/mira/posts/{town.work}")
    found = differing(name, await got(town, path))
    assert found == [], " ".join(found)


SENT = {
    "Accept-Follow": "Accept",
    "Add": "Add",
    "Announce": "Announce",
    "Create-Note-public": "Create",
    "Create-Note-public-media": "Create",
    "Create-Note-public-reply-cw": "Create",
    "Create-Question": "Create",
    "Delete-Tombstone": "Delete",
    "Follow": "Follow",
    "Like": "Like",
    "Remove": "Remove",
    "Undo-Announce": "Undo Announce",
    "Undo-Follow": "Undo Follow",
    "Undo-Like": "Undo Like",
    "Update-Person": "Update",
}


@pytest.fixture
async def sent(town, ann):
    """What leaves, by the name of what a real Mastodon sent."""
    await town.send(ann, ann.create(ann.note(1, cc=[ann.followers, town.mira.uri])))
    with db.writing() as session:
        me, other = actors.by_uri(session, town.mira.uri), actors.by_uri(session, ann.id)
        theirs = session.query(Post).filter(Post.uri == ann.note(1)["id"]).one()
        follows.request(session, me, other)
        interactions.like(session, me, theirs)
        interactions.boost(session, me, theirs)
        mine = session.get_one(Post, town.plain.id)
        posts.pin(session, mine, on=True)
        posts.pin(session, mine, on=False)
        question = polls.Question(("oil", "ink"), seconds=86_400)
        asked = posts.compose(session, author=me, text="which?", question=question, language="en")
        answer = posts.compose(
            session, author=me, text="so true", summary="cw", in_reply_to=theirs, language="en",
            mentioned={"ann": other},
        )  # fmt: skip
        gone = posts.compose(session, author=me, text="not for long")
        follows.undo(session, me, other)
        interactions.unlike(session, me, theirs)
        interactions.unboost(session, me, theirs)
        deletions.withdraw(session, gone)
        accounts.update_profile(session, session.get_one(Account, town.account.id), display_name="Mira O.")
        about = {
            "Create-Note-public": mine.uri,
            "Create-Question": asked.uri,
            "Create-Note-public-reply-cw": answer.uri,
        }
    expand.expand_due()
    said = [json.loads(row.body) for row in town.rows(Outgoing) if row.body]

    def find(name):
        kind, _, of = SENT[name].partition(" ")
        fitting = [each for each in said if each["type"] == kind and (not of or each["object"]["type"] == of)]
        if name in about:
            fitting = [each for each in fitting if each["object"]["id"] == about[name]]
        if name == "Create-Note-public-media":
            fitting = [each for each in fitting if each["object"].get("attachment")]
        assert fitting, f"{name} did not leave"
        return fitting[-1]

    return find


@pytest.mark.parametrize("name", SENT)
async def test_what_is_sent(sent, name):
    found = differing(name, sent(name))
    assert found == [], " ".join(found)
