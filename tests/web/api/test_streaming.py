"""Streams: what happens reaches those who would find it by looking, and nobody else."""

import asyncio
import json

import pytest
from quart.testing.connections import WebsocketDisconnectError
from sqlalchemy import literal, select

from fedi import db
from fedi.errors import FediError
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.interaction import Boost
from fedi.models.post import Post, Visibility
from fedi.services import (
    announcements,
    blocks,
    circles,
    deletions,
    filters,
    follows,
    interactions,
    posts,
    relations,
    timelines,
    tokens,
)
from fedi.services.paging import Page
from fedi.services.timelines import Entry, Wish
from fedi.web import hub
from fedi.web.api import streaming

from .conftest import make_person, token_of

SOCKET = "/api/v1/streaming"


@pytest.fixture
def mira(api):
    return make_person("mira")


@pytest.fixture
def ben(api):
    return make_person("ben")


@pytest.fixture(autouse=True)
def quick(api, monkeypatch):
    monkeypatch.setattr(hub, "POLL_SECONDS", 0.02)
    monkeypatch.setattr(streaming, "LASTS_SECONDS", 3600.0)


def act(call, *people, **kwargs):
    """A service called with the actors of people, in a transaction."""
    with db.writing() as session:
        return call(session, *(session.get_one(Actor, each.actor_id) for each in people), **kwargs)


def post(person, text="Wet paint", visibility=Visibility.PUBLIC, **kwargs):
    with db.writing() as session:
        author = session.get_one(Actor, person.actor_id)
        return posts.compose(session, author=author, text=text, visibility=visibility, **kwargs)


def streams_open():
    return sum(len(listener.streams) for listener in hub.hub._open)


async def until(true):
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.01)


class Ear:
    """A WebSocket, and what it heard."""

    def __init__(self, socket):
        self.socket = socket

    async def say(self, **command):
        await self.socket.send(json.dumps(command))

    async def change(self, **command):
        """Say what changes the streams, and wait until it is so: what happens before is not told."""
        before = streams_open()
        await self.say(**command)
        await until(lambda: streams_open() != before)

    async def hear(self):
        """(stream, event, payload) of the next message."""
        said = json.loads(await asyncio.wait_for(self.socket.receive(), 3))
        if "error" in said:
            return said
        payload = said.get("payload", "")
        return said["stream"], said["event"], json.loads(payload) if payload[:1] == "{" else payload

    async def silence(self):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(self.socket.receive(), 0.25)


def listening(api, person, **query):
    token = person.token if hasattr(person, "token") else person
    return api.client.websocket(SOCKET, headers={"Authorization": f"Bearer {token}"}, query_string=query)


async def opened(socket):
    """It is accepted when the first command was heard."""
    await asyncio.sleep(0.1)
    await until(lambda: hub.hub._open and hub.hub._ready.is_set())
    return Ear(socket)


async def test_a_post_comes_home_and_to_the_public(api, mira, ben):
    act(follows.request, ben, mira)
    async with listening(api, ben, stream="user") as socket:
        ear = await opened(socket)
        await ear.change(type="subscribe", stream="public")
        made = post(mira)
        heard = [await ear.hear(), await ear.hear()]
        assert sorted(each[0] for each in heard) == [["public"], ["user"]]
        for _, event, body in heard:
            assert (event, body["id"]) == ("update", str(made.id))
            assert body == (await api.get(f"/api/v1/statuses/{made.id}", ben)).body
        await ear.change(type="unsubscribe", stream="public")
        with db.writing() as session:
            posts.edit(session, session.get_one(Post, made.id), text="Dry paint")
        stream, event, body = await ear.hear()
        assert (stream, event, body["content"]) == (["user"], "status.update", "<p>Dry paint</p>")
        with db.writing() as session:
            deletions.withdraw(session, session.get_one(Post, made.id))
        assert await ear.hear() == (["user"], "delete", str(made.id))
        await ear.silence()


async def test_boosts_notifications_and_filters(api, mira, ben):
    act(follows.request, mira, ben)
    made = post(ben)
    async with listening(api, mira, stream="user") as socket:
        ear = await opened(socket)
        other = make_person("cleo")
        act(follows.request, mira, other)
        await ear.silence()
        with db.writing() as session:
            interactions.boost(session, session.get_one(Actor, other.actor_id), session.get_one(Post, made.id))
        await ear.silence()  # home has it by its author already
        act(follows.request, ben, mira)
        stream, event, body = await ear.hear()
        assert (stream, event, body["type"], body["account"]["id"]) == (["user"], "notification", "follow", ben.id)
        with db.writing() as session:
            account = session.get_one(Account, mira.account_id)
            change = filters.Change(title="x", context=["home"], action="warn")
            filters.make(session, account, change)
        assert await ear.hear() == (["user"], "filters_changed", "")
        with db.writing() as session:
            said = announcements.say(session, "a new server")
            announcements.react(session, session.get_one(Account, ben.account_id), said.id, "🎉")
            id_ = str(said.id)
        stream, event, body = await ear.hear()
        assert (stream, event, body["id"], body["read"]) == (["user"], "announcement", id_, False)
        reaction = {"name": "🎉", "count": 1, "announcement_id": id_}
        assert await ear.hear() == (["user"], "announcement.reaction", reaction)
        with db.writing() as session:
            announcements.take_back(session, int(id_))
        _, event, body = await ear.hear()
        assert (event, str(body)) == ("announcement.delete", id_)


async def test_a_boost_of_a_stranger_comes_and_goes(api, mira, ben):
    cleo = make_person("cleo")
    act(follows.request, mira, ben)
    made = post(cleo)
    async with listening(api, mira, stream="user") as socket:
        ear = await opened(socket)
        with db.writing() as session:
            row = interactions.boost(session, session.get_one(Actor, ben.actor_id), session.get_one(Post, made.id))
            boost_id = row.id
        _, event, body = await ear.hear()
        assert (event, body["id"], body["reblog"]["id"]) == ("update", str(boost_id), str(made.id))
        with db.writing() as session:
            interactions.unboost(session, session.get_one(Actor, ben.actor_id), session.get_one(Post, made.id))
        assert await ear.hear() == (["user"], "delete", str(boost_id))


async def test_what_is_not_for_everybody(api, mira, ben):
    """Followers-only and direct posts reach whom they are for; nobody hears of whom they block or mute."""
    async with listening(api, ben, stream="public") as socket:
        ear = await opened(socket)
        await ear.change(type="subscribe", stream="user")
        await ear.change(type="subscribe", stream="hashtag", tag="paint")
        post(mira, visibility=Visibility.FOLLOWERS)
        post(mira, visibility=Visibility.DIRECT)
        await ear.silence()
        post(mira, "#paint on wood")
        heard = [await ear.hear(), await ear.hear()]
        assert sorted(each[0] for each in heard) == [["hashtag", "paint"], ["public"]]
        act(relations.mute, ben, mira)
        post(mira, "more #paint")
        await ear.silence()
        act(relations.unmute, ben, mira)
        act(blocks.block, mira, ben)
        post(mira, "yet more #paint")
        await ear.silence()


@pytest.mark.parametrize(
    ("stream", "fits"),
    [
        ("public:local", True),
        ("public:remote", False),
        ("public:media", False),
        ("public:local:media", False),
        ("public:remote:media", False),
        ("direct", False),
    ],
)
async def test_narrower_streams(api, mira, ben, stream, fits):
    async with listening(api, ben, stream=stream) as socket:
        ear = await opened(socket)
        post(mira)
        if fits:
            assert (await ear.hear())[:2] == ([stream], "update")
        await ear.silence()


async def test_lists(api, mira, ben):
    act(follows.request, ben, mira)
    with db.writing() as session:
        account = session.get_one(Account, ben.account_id)
        circle = circles.make(session, account, title="Friends", policy="list", exclusive=False)
        circles.add(session, account, circle, [session.get_one(Actor, mira.actor_id)])
        number = str(circle.id)
    async with listening(api, ben) as socket:
        ear = await opened(socket)
        await ear.change(type="subscribe", stream="list", list=number)
        post(mira)
        assert (await ear.hear())[:2] == (["list", number], "update")
    async with listening(api, mira) as socket:
        ear = await opened(socket)
        await ear.say(type="subscribe", stream="list", list=number)
        assert await ear.hear() == {"error": "Not authorized to stream this list", "status": 401}


async def test_conversations(api, mira, ben):
    async with listening(api, ben, stream="direct") as socket:
        ear = await opened(socket)
        said = await api.post("/api/v1/statuses", mira, status="@ben psst", visibility="direct")
        stream, event, body = await ear.hear()
        assert (stream, event, body["unread"]) == (["direct"], "conversation", True)
        assert body["last_status"]["id"] == said.body["id"]
        await ear.silence()


async def test_one_who_liked_it_sees_so_and_others_do_not(api, mira, ben):
    cleo = make_person("cleo")
    made = post(mira)
    for person in (ben, cleo):
        act(follows.request, person, mira)
    with db.writing() as session:
        interactions.like(session, session.get_one(Actor, ben.actor_id), session.get_one(Post, made.id))
    async with listening(api, ben, stream="user") as first, listening(api, cleo, stream="user") as second:
        ears = [await opened(first), await opened(second)]
        with db.writing() as session:
            posts.edit(session, session.get_one(Post, made.id), text="Dry")
        assert [(await ear.hear())[2]["favourited"] for ear in ears] == [True, False]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ({"stream": "weather"}, "Unknown channel requested"),
        ({"stream": "hashtag"}, "Missing tag name parameter"),
        ({"stream": "list"}, "Missing list name parameter"),
        ({}, "Unknown channel requested"),
    ],
)
async def test_mistakes_are_told_and_the_connection_stays(api, mira, command, said):
    async with listening(api, mira) as socket:
        ear = await opened(socket)
        for garbage in ("", "[", "[1]", '"x"', "{}", '{"type": ["a"]}', "[" * 2000, "x" * 5000):
            await socket.send(garbage)
        await ear.say(type="subscribe", **command)
        assert await ear.hear() == {"error": said, "status": 400}
        await ear.change(type="subscribe", stream="user")
        post(mira)
        assert (await ear.hear())[1] == "update"


async def test_who_may_listen(api, mira):
    for token in ("", "garbage"):
        with pytest.raises(Exception) as refused:
            async with api.client.websocket(SOCKET, query_string={"access_token": token}) as socket:
                await socket.receive()
        assert refused.value.response.status_code == 401
        said = json.loads(await refused.value.response.get_data())
        assert said == {"error": "Invalid access token" if token else "Missing access token"}
    narrow = token_of(mira, "read:notifications")
    async with listening(api, narrow) as socket:
        ear = await opened(socket)
        await ear.say(type="subscribe", stream="user")
        assert (await ear.hear())["status"] == 401
        await ear.change(type="subscribe", stream="user:notification")
        ben = make_person("ben")
        act(follows.request, ben, mira)
        assert (await ear.hear())[:2] == (["user:notification"], "notification")


async def test_the_token_as_subprotocol(api, mira):
    """How browsers say it, who cannot set a header (Quart's client cannot either)."""
    inner = api.app.asgi_app

    async def offering(scope, receive, send):
        await inner(scope | {"subprotocols": [mira.token]}, receive, send)

    api.app.asgi_app = offering
    async with api.client.websocket(SOCKET, query_string={"stream": "user"}) as socket:
        ear = await opened(socket)
        post(mira)
        assert (await ear.hear())[1] == "update"


async def test_a_token_that_is_taken_back_ends_it(api, mira, monkeypatch):
    monkeypatch.setattr(hub, "CHECK_SECONDS", 0.0)
    async with listening(api, mira, stream="user") as socket:
        await opened(socket)
        with db.writing() as session:
            tokens.find(session, mira.token).revoked_at = hub.clock.now()
        with pytest.raises(WebsocketDisconnectError):
            await asyncio.wait_for(socket.receive(), 3)


async def test_so_many_and_no_more(api, mira, monkeypatch):
    monkeypatch.setattr(hub, "MAX_OF_ONE", 1)
    async with listening(api, mira, stream="user") as socket:
        await opened(socket)
        answer = await api.get("/api/v1/streaming/user", mira)
        assert (answer.status, answer.body) == (429, {"error": "Too many streams are open"})


async def test_a_listener_who_does_not_read_is_let_go():
    listener = hub.Listener(1, 1, 1, notified=True)
    for _ in range(hub.MAX_WAITING + 1):
        listener.tell(hub.Message(hub.Stream("user"), "update", "{}"))
    assert listener.waiting.get_nowait() is None


async def test_server_sent_events(api, mira, ben):
    act(follows.request, ben, mira)
    headers = {"Authorization": f"Bearer {ben.token}"}
    async with api.client.request("/api/v1/streaming/user", headers=headers) as connection:
        await connection.send_complete()
        assert await asyncio.wait_for(connection.receive(), 3) == b":)\n"
        assert connection.status_code == 200
        assert connection.headers["content-type"] == "text/event-stream"
        await asyncio.sleep(0.1)
        made = post(mira)
        said = await asyncio.wait_for(connection.receive(), 3)
        kind, data = said.decode().strip().split("\n")
        assert kind == "event: update"
        assert json.loads(data.removeprefix("data: "))["id"] == str(made.id)
        await connection.disconnect()


async def test_events_end_and_say_mistakes(api, mira, monkeypatch):
    monkeypatch.setattr(streaming, "LASTS_SECONDS", 0.0)
    assert (await api.get("/api/v1/streaming/public?only_media=true", mira)).body == b":)\n"
    assert (await api.get("/api/v1/streaming/hashtag", mira)).status == 400
    assert (await api.get("/api/v1/streaming/list?list=99999999999999999999999", mira)).status == 401
    assert (await api.get("/api/v1/streaming/nothing", mira)).status == 404
    assert (await api.get("/api/v1/streaming/health")).body == b"OK"
    assert not hub.hub._open


@pytest.mark.parametrize("walking", [False, True])
async def test_streams_and_timelines_agree(api, walking, monkeypatch):
    """Whoever finds a post by looking hears of it, over every pair of a few people with ties of all kinds."""
    if walking:
        monkeypatch.setattr(timelines, "_FOLLOWS_MANY", select(literal(1)))
    people = [make_person(name) for name in ("ann", "bob", "cid", "dee", "eve")]
    ann, bob, cid, dee, eve = people
    for follower, followee in ((bob, ann), (cid, ann), (dee, ann), (cid, bob), (eve, bob), (ann, cid)):
        act(follows.request, follower, followee)
    act(relations.mute, dee, ann)
    act(blocks.block, eve, ann)
    await api.post("/api/v1/tags/ink/follow", eve)
    await api.post("/api/v1/tags/ink/follow", cid)
    made = [
        post(ann, "one #ink"),
        post(bob, "@dee look", visibility=Visibility.DIRECT),
        post(cid, "#ink", artwork=False),
    ]
    made += [post(bob, visibility=Visibility.FOLLOWERS), post(dee, "#Ink again", visibility=Visibility.UNLISTED)]
    for author, parent in ((bob, made[0]), (ann, made[2])):
        with db.reading() as session:
            answered = session.get_one(Post, parent.id)
        made.append(post(author, "yes #ink", in_reply_to=answered))
    for booster, about in ((ann, made[2]), (bob, made[0]), (cid, made[0])):
        with db.writing() as session:
            try:
                interactions.boost(session, session.get_one(Actor, booster.actor_id), session.get_one(Post, about.id))
            except FediError:
                continue
    ids = [each.actor_id for each in people]
    with db.reading() as session:
        boosts = session.query(Boost).all()
        entries = [Entry(each.id, session.get_one(Post, each.id)) for each in made]
        entries += [Entry(each.id, each.post, each) for each in boosts]
        assert boosts
        homes = {}
        publics, tagged = {}, {}
        for each in people:
            actor = session.get_one(Actor, each.actor_id)
            homes[actor.id] = {row.id for row in timelines.home(session, actor, Page(80))}
            publics[actor.id] = {row.id for row in timelines.public(session, actor, Page(80), Wish())}
            tagged[actor.id] = {row.id for row in timelines.tagged(session, actor, "ink", Page(80), Wish())}
        assert any(homes.values())
        for entry in entries:
            found = timelines.at_home(session, entry, ids)
            names = {each.actor_id: each.name for each in people}
            looked = {names[viewer] for viewer in ids if entry.id in homes[viewer]}
            assert {names[viewer] for viewer in found} == looked, (entry.post.text, entry.boost)
            if entry.boost is None:
                assert timelines.in_public(session, entry.post, ids) == {v for v in ids if entry.id in publics[v]}
                if entry.post.tags:
                    found = timelines.in_public(session, entry.post, ids, replies=True)
                    assert found == {viewer for viewer in ids if entry.id in tagged[viewer]}


async def test_what_cannot_be_told_holds_up_nobody(api, mira, ben, monkeypatch, caplog):
    act(follows.request, ben, mira)
    whole = hub._of_happening

    def breaking(session, row, listeners):
        if row.subject_id == bad.id:
            raise KeyError("it")
        return whole(session, row, listeners)

    async with listening(api, ben, stream="user") as socket:
        ear = await opened(socket)
        with db.writing() as session:
            author = session.get_one(Actor, mira.actor_id)
            bad = posts.compose(session, author=author, text="bad")
            monkeypatch.setattr(hub, "_of_happening", breaking)
            good = posts.compose(session, author=author, text="good")
        assert (await ear.hear())[2]["id"] == str(good.id)
        await ear.silence()
    assert caplog.text.count("streams cannot tell of Happening") == 1
