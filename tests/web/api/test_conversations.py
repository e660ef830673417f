"""Conversations: direct posts as talks, each person's own view of them."""

import pytest

from fedi import db
from fedi.activitypub import posts_out
from fedi.activitypub.objects import note
from fedi.models.actor import Actor
from fedi.models.post import Mention, Post, PostState, Visibility
from fedi.services import remote_posts
from fedi.services.remote_posts import RemotePost

from .conftest import make_person, make_remote

PATH = "/api/v1/conversations"
MIRA = "https://art.test/users/mira"


@pytest.fixture
def mira(api):
    return make_person("mira")


@pytest.fixture
def ben(api):
    return make_person("ben")


async def say(api, person, text, **more):
    return (await api.post("/api/v1/statuses", person, status=text, visibility="direct", **more)).body


async def test_each_has_a_view_of_their_own(api, mira, ben):
    cleo = make_person("cleo")
    said = await say(api, mira, "@ben about the fair")
    (hers,) = (await api.get(PATH, mira)).body
    (his,) = (await api.get(PATH, ben)).body
    assert (hers["unread"], his["unread"]) == (False, True)
    assert [each["id"] for each in hers["accounts"]] == [ben.id]
    assert [each["id"] for each in his["accounts"]] == [mira.id]
    assert his["last_status"]["id"] == hers["last_status"]["id"] == said["id"]
    assert set(his) == {"id", "unread", "accounts", "last_status"}
    assert (await api.get(PATH, cleo)).body == []
    answer = await say(api, ben, "@mira gladly", in_reply_to_id=said["id"])
    (hers,) = (await api.get(PATH, mira)).body
    assert (hers["unread"], hers["last_status"]["id"]) == (True, answer["id"])
    assert (await api.post(f"{PATH}/{hers['id']}/read", mira)).body["unread"] is False
    assert (await api.get(PATH, mira)).body[0]["unread"] is False
    assert (await api.post(f"{PATH}/{hers['id']}/unread", mira)).body["unread"] is True
    for method, path in (("POST", f"{PATH}/{hers['id']}/read"), ("DELETE", f"{PATH}/{hers['id']}")):
        assert (await api.call(method, path, ben)).status == 404
    assert (await api.delete(f"{PATH}/{hers['id']}", mira)).body == {}
    assert (await api.get(PATH, mira)).body == []
    assert len((await api.get(PATH, ben)).body) == 1
    await say(api, ben, "@mira and?", in_reply_to_id=said["id"])
    assert len((await api.get(PATH, mira)).body) == 1


async def test_what_is_deleted_is_not_the_last(api, mira, ben):
    said = await say(api, mira, "@ben one")
    answer = await say(api, ben, "@mira two", in_reply_to_id=said["id"])
    await api.delete(f"/api/v1/statuses/{answer['id']}", ben)
    assert [each["last_status"]["id"] for each in (await api.get(PATH, mira)).body] == [said["id"]]
    await api.delete(f"/api/v1/statuses/{said['id']}", mira)
    assert (await api.get(PATH, mira)).body == (await api.get(PATH, ben)).body == []


async def test_public_posts_and_muted_people_are_not_in_it(api, mira, ben):
    await api.post("/api/v1/statuses", mira, status="@ben aloud")
    await api.post(f"/api/v1/accounts/{mira.id}/mute", ben)
    await say(api, mira, "@ben psst")
    assert (await api.get(PATH, ben)).body == []


async def test_a_note_to_oneself(api, mira):
    await say(api, mira, "buy ochre")
    (only,) = (await api.get(PATH, mira)).body
    assert [each["id"] for each in only["accounts"]] == [mira.id]


async def test_from_elsewhere_and_paging(api, mira, ben):
    gina = make_remote()
    with db.writing() as session:
        author = session.get_one(Actor, gina)
        values = RemotePost(
            uri=f"{author.uri}/1", actor_uri=author.uri, visibility=Visibility.DIRECT, content="<p>hi</p>",
            mentions=[MIRA], addressed=[MIRA], conversation=f"{author.uri}/talk",
        )  # fmt: skip
        remote_posts.store(session, author, values)
    (first,) = (await api.get(PATH, mira)).body
    assert first["unread"] is True
    await say(api, mira, "@ben one")
    page = await api.get(PATH, mira, limit=1)
    assert [each["accounts"][0]["id"] for each in page.body] == [ben.id]
    older = page.headers["Link"].split(";")[0].strip("<>").split("art.test")[1]
    assert [each["id"] for each in (await api.get(older, mira)).body] == [first["id"]]
    with db.writing() as session:
        remote_posts.remove(session, session.query(Post).filter(Post.actor_id == gina).one())
    assert len((await api.get(PATH, mira)).body) == 1
    with db.reading() as session:
        assert session.query(Post).filter(Post.state == PostState.PUBLISHED).count() == 1
        assert session.query(Mention).count() == 1


async def test_a_conversation_that_its_server_gives_no_name(api, mira):
    """GoToSocial and Takahe say no `context`: it is listed and can be muted all the same, and our answer is in it."""
    with db.writing() as session:
        author = session.get_one(Actor, make_remote())
        values = RemotePost(
            uri=f"{author.uri}/1", actor_uri=author.uri, visibility=Visibility.DIRECT, content="<p>hi</p>",
            mentions=[MIRA], addressed=[MIRA],
        )  # fmt: skip
        asked = str(remote_posts.store(session, author, values).id)
    assert [each["last_status"]["id"] for each in (await api.get(PATH, mira)).body] == [asked]
    assert (await api.post(f"/api/v1/statuses/{asked}/mute", mira)).body["muted"] is True
    answer = await say(api, mira, "@gina@gts.test hello", in_reply_to_id=asked)
    (only,) = (await api.get(PATH, mira)).body
    assert only["last_status"]["id"] == answer["id"]
    assert only["last_status"]["muted"] is True
    with db.reading() as session:
        said = note.bare(*posts_out.published(session, int(answer["id"]), token=""))
    assert said["inReplyTo"] == values.uri
    assert {"context", "conversation"} & set(said) == set(), "what we call it is nobody's business"
