"""Hashtags by the client API: followed, shown on one's profile, and what comes home."""

from fedi import db
from fedi.models.actor import Actor
from fedi.services import relations

KEYS = {"id", "name", "url", "history", "following", "featuring"}


async def say(api, who, text, **more):
    answer = await api.post("/api/v1/statuses", who, status=text, **more)
    assert answer.status == 200, answer.body
    return answer.body["id"]


async def home(api, who, **asked):
    return [each["id"] for each in (await api.get("/api/v1/timelines/home", who, **asked)).body]


async def test_following_and_no_longer(api, mira):
    followed = await api.post("/api/v1/tags/Heron/follow", mira)
    assert (followed.status, set(followed.body)) == (200, KEYS)
    assert (followed.body["name"], followed.body["following"], followed.body["featuring"]) == ("heron", True, False)
    assert (await api.post("/api/v1/tags/heron/follow", mira)).body["following"] is True
    listed = await api.get("/api/v1/followed_tags", mira)
    assert [each["name"] for each in listed.body] == ["heron"]
    assert (await api.get("/api/v1/tags/heron", mira)).body["following"] is True
    assert set((await api.get("/api/v1/tags/heron")).body) == KEYS - {"following", "featuring"}
    assert (await api.post("/api/v1/tags/heron/unfollow", mira)).body["following"] is False
    assert (await api.post("/api/v1/tags/heron/unfollow", mira)).body["following"] is False
    assert (await api.get("/api/v1/followed_tags", mira)).body == []


async def test_the_list_in_pages(api, mira):
    for name in ("one", "two", "three"):
        await api.post(f"/api/v1/tags/{name}/follow", mira)
    first = await api.get("/api/v1/followed_tags", mira, limit=2)
    assert [each["name"] for each in first.body] == ["three", "two"]
    assert 'rel="next"' in first.headers["Link"]


async def test_what_comes_home(api, mira, otto):
    tagged = await say(api, otto, "at dawn #Heron")
    plain = await say(api, otto, "at dawn")
    await say(api, otto, "for few #heron", visibility="private")
    await say(api, otto, "not listed #heron", visibility="unlisted")
    own = await say(api, mira, "mine #heron")
    assert await home(api, mira) == [own]
    await api.post("/api/v1/tags/heron/follow", mira)
    assert await home(api, mira) == [own, tagged]
    assert await home(api, mira, only_media="true") == []
    await api.post(f"/api/v1/accounts/{otto.id}/follow", mira)
    shown = await home(api, mira)
    assert shown.count(tagged) == 1
    assert plain in shown
    await api.post(f"/api/v1/accounts/{otto.id}/unfollow", mira)
    with db.writing() as session:
        relations.mute(session, session.get_one(Actor, mira.actor_id), session.get_one(Actor, otto.actor_id))
    assert await home(api, mira) == [own]


async def test_on_the_profile(api, mira):
    assert (await api.post("/api/v1/tags/Heron/feature", mira)).body["featuring"] is True
    assert [each["name"] for each in (await api.get("/api/v1/featured_tags", mira)).body] == ["Heron"]
    assert (await api.post("/api/v1/tags/heron/unfeature", mira)).body["featuring"] is False
    assert (await api.post("/api/v1/tags/heron/unfeature", mira)).status == 200


async def test_what_is_no_hashtag(api, mira):
    for name in ("a-b", "12", "%20", "x" * 300, "a%2Fb"):
        for path in (f"/api/v1/tags/{name}", f"/api/v1/tags/{name}/follow", f"/api/v1/tags/{name}/feature"):
            method = api.get if path.endswith(name) else api.post
            assert (await method(path, mira)).status == 404, path
    assert (await api.post("/api/v1/tags/heron/follow")).status == 401
