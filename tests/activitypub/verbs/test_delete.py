"""Delete: posts in every form, boosts, whole actors; and what comes too late."""

import pytest

from fedi import db
from fedi.models.actor import Actor
from fedi.models.follow import Follow
from fedi.models.interaction import Boost
from fedi.models.media import RemoteMedia
from fedi.models.post import Post
from fedi.services import actors, deletions
from tests.activitypub.verbs.test_follow import said


@pytest.fixture
async def noted(world, ann):
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    world.follow(ann.id)
    picture = {"type": "Image", "mediaType": "image/png", "url": "https://x.example/1.png"}
    await world.send(ann, ann.create(ann.note(attachment=[picture])))
    return ann


@pytest.mark.parametrize("form", ["id", "tombstone", "whole"])
async def test_a_post(world, noted, form):
    uri = f"{noted.id}/n/1"
    target = {"id": uri, "tombstone": {"id": uri, "type": "Tombstone"}, "whole": noted.note()}[form]
    await world.send(noted, noted.activity("Delete", target))
    post = world.row(Post, Post.uri == uri)
    assert (post.state, post.content, post.summary) == ("withdrawn", "", "")
    assert world.rows(RemoteMedia) == []
    await world.send(noted, noted.create(noted.note(), 2))
    assert world.row(Post, Post.uri == uri).state == "withdrawn", "the id is refused for good"


async def test_before_its_create(world, noted):
    await world.send(noted, noted.activity("Delete", f"{noted.id}/n/2"))
    await world.send(noted, noted.create(noted.note(2), 2))
    assert world.rows(Post, Post.uri == f"{noted.id}/n/2") == []


async def test_a_boost_by_its_id(world, noted):
    post = world.post()
    await world.send(noted, noted.activity("Announce", post.uri))
    assert len(world.rows(Boost)) == 1
    await world.send(noted, noted.activity("Delete", f"{noted.id}/announce/1"))
    assert world.rows(Boost) == []


async def test_an_actor(world, noted):
    await world.send(noted, noted.activity("Delete", noted.id))
    known = world.row(Actor, Actor.uri == noted.id)
    assert known.deleted_at is not None
    assert known.display_name == ""
    assert world.rows(Follow) == []
    assert [post.state for post in world.rows(Post)] == ["withdrawn"]
    await world.send(noted, noted.create(noted.note(3), 3))
    assert world.message().state == "ignored"


@pytest.mark.parametrize("target", [5, True, [], {}, None, {"id": 7}])
async def test_of_nothing(world, noted, target):
    assert await world.send(noted, noted.activity("Delete", target)) == 202
    assert world.message().state in {"refused", "processed"}
    assert world.row(Post).state == "published"


async def test_ours(world, noted):

    post = world.post()
    with db.writing() as session:
        deletions.withdraw(session, session.get_one(Post, post.id))
    (sent,) = said(world, "delete")
    assert sent["object"] == {"id": post.uri, "type": "Tombstone"}
    assert sent["id"] == f"{post.uri}#delete"
    answer = await world.client.get(post.uri.removeprefix("https://art.test"), headers={"Accept": "*/*"})
    assert answer.status_code == 410
    assert (await answer.get_json(force=True))["type"] == "Tombstone"


async def test_somebody_who_left_is_gone(world, noted):
    from fedi.services import accounts

    with db.writing() as session:
        accounts.leave(session, accounts.by_name(session, "mira"))
    (sent,) = said(world, "delete")
    assert (sent["object"], sent["type"]) == ("https://art.test/users/mira", "Delete")
    headers = {"Accept": "application/activity+json"}
    assert (await world.client.get("/users/mira", headers=headers)).status_code == 410
    assert (await world.client.get("/.well-known/webfinger?resource=acct:mira@art.test")).status_code == 410
    with db.reading() as session:
        assert actors.published(session, "mira") is None
