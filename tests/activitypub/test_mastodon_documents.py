"""Every document that was fetched from a real Mastodon, read as the actor, post, collection or discovery it is."""

import json
from pathlib import Path

import pytest

from fedi.activitypub import fetch
from fedi.activitypub.objects import actor as actor_object
from fedi.activitypub.objects import note as note_object
from fedi.activitypub.protocol import collections, documents, webfinger
from fedi.errors import BadDocument, NotFound

CAPTURES = Path(__file__).parent.parent / "documents" / "mastodon"
TUSK = "https://masto.test/ap/users/117663953512289064"
MOVED = "https://masto.test/ap/users/117663953521145434"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"

# name: (kind, user name, whether it moved)
ACTORS = {
    "GET-actor": ("Person", "tusk", False),
    "GET-actor-by-name-redirect": ("Person", "tusk", False),
    "GET-actor-moved": ("Person", None, True),
    "GET-instance-actor": ("Application", "mastodon.internal", False),
}
POSTS = ("GET-note-media", "GET-note-plain", "GET-note-poll", "GET-note-quote")
# name: (total, items read, whether `first` is an address, whether `next` is)
COLLECTIONS = {
    "GET-context": (None, 1, False, False),
    "GET-featured": (0, 0, False, False),
    "GET-featured-collection": (1, 1, False, False),
    "GET-featured-collections": (3, 0, True, False),
    "GET-featured-tags": (0, 0, False, False),
    "GET-followers": (1, 0, True, False),
    "GET-followers-page": (1, 1, False, False),
    "GET-following": (1, 0, True, False),
    "GET-outbox": (14, 0, True, False),
    "GET-outbox-page": (None, 14, False, False),
    "GET-replies": (None, 0, True, True),
}
FINGERS = {"GET-webfinger", "GET-authorize-interaction-intents"}
NODEINFO = {"GET-nodeinfo-discovery", "GET-nodeinfo"}
HOST_META = {"GET-host-meta"}
MISSING = {"GET-note-gone", "GET-webfinger-missing"}


def captured(name):
    return json.loads((CAPTURES / f"{name}.json").read_text())


def body(name):
    return documents.loads_object(captured(name)["body"].encode())


def content_type(name):
    return next(value for header, value in captured(name)["headers"] if header.lower() == "content-type")


def test_every_capture_is_read():
    read = {*ACTORS, *POSTS, *COLLECTIONS, *FINGERS, *NODEINFO, *HOST_META, *MISSING}
    assert {path.stem for path in CAPTURES.glob("GET-*")} == read


@pytest.mark.parametrize("name", [*ACTORS, *POSTS, *COLLECTIONS])
def test_it_is_activitystreams(name):
    assert documents.is_activitystreams(content_type(name))
    assert documents.has_context(body(name))


@pytest.mark.parametrize("name", ACTORS)
def test_actors(name):
    kind, user, moved = ACTORS[name]
    said = body(name)
    actor = actor_object.from_document(said)
    assert (actor.uri, actor.kind.value, actor.domain) == (said["id"], kind, "masto.test")
    assert actor.name == (user or said["preferredUsername"])
    assert actor.inbox == said["inbox"]
    assert actor.shared_inbox == "https://masto.test/inbox"
    assert (actor.followers_uri, actor.featured_uri) == (said.get("followers"), said.get("featured"))
    assert actor.outbox == said["outbox"]
    assert actor.moved_to == said.get("movedTo")
    assert (actor.moved_to is not None) is moved
    assert [(key.uri, key.algorithm) for key in actor.keys] == [(said["publicKey"]["id"], "rsa")]


def test_an_actor_by_its_name_is_the_same_actor():
    assert actor_object.from_document(body("GET-actor-by-name-redirect")) == actor_object.from_document(
        body("GET-actor")
    )


@pytest.mark.parametrize("name", POSTS)
def test_posts(name):
    said = body(name)
    post = note_object.from_document(said, author_uri=TUSK, followers_uri=f"{TUSK}/followers")
    assert (post.uri, post.actor_uri, post.url) == (said["id"], TUSK, said["url"])
    assert post.visibility.value == "public"
    assert PUBLIC in said["to"]
    assert post.content
    assert post.published_at is not None
    assert post.sensitive is said["sensitive"]
    assert post.in_reply_to == said["inReplyTo"]
    assert [each.url for each in post.attachments] == [each["url"] for each in said["attachment"]]
    assert {name for name, _ in post.tags} == {
        each["name"].lstrip("#").lower() for each in said["tag"] if each["type"] == "Hashtag"
    }


def test_a_post_with_media_has_some():
    assert body("GET-note-media")["attachment"]


@pytest.mark.parametrize("name", COLLECTIONS)
def test_collections(name):
    total, items, first, following = COLLECTIONS[name]
    found = collections.read(body(name))
    assert (found.total, len(found.items)) == (total, items)
    assert (found.first is not None, found.next is not None) == (first, following)
    assert all(isinstance(address, str) for address in (found.first, found.next) if address)


def test_what_is_in_them():
    assert list(collections.read(body("GET-followers-page")).items) == [MOVED]
    activities = collections.read(body("GET-outbox-page")).items
    assert {documents.kind(each) for each in activities} <= {"Create", "Announce"}
    assert all(documents.one_id(each["actor"]) == TUSK for each in activities)
    assert collections.read(body("GET-outbox")).first == f"{TUSK}/outbox?page=true"


@pytest.mark.parametrize("value", [None, [], "https://a.example/c", {}, {"type": "Note", "items": [1]}])
def test_no_collection(value):
    with pytest.raises(BadDocument):
        collections.read(value)


@pytest.mark.parametrize("count", [True, "3", -1, 2**31, None, [3]])
def test_no_total(count):
    assert collections.read({"type": "Collection", "totalItems": count}).total is None


def test_at_most_a_thousand_items():
    assert len(collections.read({"type": "Collection", "items": ["https://a.example/1"] * 1001}).items) == 1000


@pytest.mark.parametrize("name", sorted(FINGERS))
def test_webfinger(name):
    said = body(name)
    assert webfinger.read_jrd(said) == (webfinger.Handle("tusk", "masto.test"), TUSK)
    relation = "http://ostatus.org/schema/1.0/subscribe"
    assert webfinger.templates(said, [relation])[relation].startswith("https://masto.test/authorize_interaction?uri=")
    intents = [each["rel"] for each in said["links"] if each["rel"].startswith("https://w3id.org/fep/3b86/")]
    assert intents
    assert set(webfinger.templates(said, intents)) == set(intents)


async def test_host_meta_leads_to_webfinger(world, ann):
    """The WebFinger of the handle is not at the usual address, and Mastodon's own host-meta says where else to ask."""
    said = captured("GET-host-meta")["body"].replace("https://masto.test/.well-known/webfinger", ann.origin.url("/wf"))
    ann.origin.put("/.well-known/host-meta", said.encode(), kind=content_type("GET-host-meta"))
    handle = f"tusk@{ann.origin.host}"
    jrd = captured("GET-webfinger")["body"].replace("tusk@masto.test", handle)
    path = f"/wf?resource=acct:{handle}"
    ann.origin.put(path, jrd.encode(), kind=content_type("GET-webfinger"))
    assert await fetch.look_up(webfinger.parse_handle(handle), like=ann.id) == (webfinger.parse_handle(handle), TUSK)


async def test_what_is_not_there(world, ann):
    for name in sorted(MISSING):
        answer = captured(name)
        ann.origin.put(f"/{name}", answer["body"].encode(), status=answer["status"], kind=content_type(name))
        with pytest.raises(NotFound):
            await fetch.get(ann.origin.url(f"/{name}"))


async def test_nodeinfo_is_said_as_mastodon_says_it(world):
    """NodeInfo is read by crawlers, not by fedi: what they find of Mastodon they find of fedi, of the same types."""
    found = await (await world.client.get("/.well-known/nodeinfo")).get_json()
    assert {link["rel"] for link in body("GET-nodeinfo-discovery")["links"]} <= {link["rel"] for link in found["links"]}
    ours = await (await world.client.get("/nodeinfo/2.0")).get_json()
    assert_shape(ours, body("GET-nodeinfo"))
    assert ours["version"] == body("GET-nodeinfo")["version"] == "2.0"


def assert_shape(ours, theirs):
    for name, value in theirs.items():
        assert type(ours[name]) is type(value), name
        if isinstance(value, dict) and name != "metadata":
            assert_shape(ours[name], value)
