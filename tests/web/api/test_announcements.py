"""What the instance announces: apps read it, put it aside, and answer with an emoji."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from fedi import clock, db
from fedi.errors import BadRequest
from fedi.services import announcements


def say(text, **given):
    with db.writing() as session:
        return str(announcements.say(session, text, **given).id)


async def read(api, who, **query):
    return (await api.get("/api/v1/announcements", who, **query)).body


async def test_it_is_read_and_put_aside(api, mira, otto):
    say("over soon", ends_at=clock.now() + timedelta(seconds=5))
    id_ = say("Open studio on Sunday #studio\n<b>come</b> https://art.example/x")
    with clock.frozen(clock.timestamp() + 6):
        found = await read(api, mira)
    assert [each["id"] for each in found] == [id_]
    assert "&lt;b&gt;come" in found[0]["content"]
    assert (found[0]["read"], found[0]["tags"][0]["name"], found[0]["all_day"]) == (False, "studio", False)
    assert (await api.post(f"/api/v1/announcements/{id_}/dismiss", mira)).body == {}
    assert (await api.post(f"/api/v1/announcements/{id_}/dismiss", mira)).status == 200
    assert id_ not in {each["id"] for each in await read(api, mira)}
    assert {each["id"]: each["read"] for each in await read(api, mira, with_dismissed=True)}[id_] is True
    assert id_ in {each["id"] for each in await read(api, otto)}
    assert (await api.post("/api/v1/announcements/7/dismiss", mira)).status == 404
    assert (await api.get("/api/v1/announcements")).status == 401


async def test_it_is_answered_with_an_emoji(api, mira, otto):
    path = f"/api/v1/announcements/{say('A new server')}/reactions"
    for who in (mira, otto):
        assert (await api.put(f"{path}/{quote('🎉')}", who)).body == {}
    await api.put(f"{path}/{quote('🎉')}", mira)
    await api.put(f"{path}/{quote('👩🏽‍🎨')}", otto)
    (row,) = await read(api, mira)
    assert [(each["name"], each["count"], each["me"]) for each in row["reactions"]] == [
        ("🎉", 2, True),
        ("👩🏽‍🎨", 1, False),
    ]
    assert (await api.delete(f"{path}/{quote('🎉')}", mira)).body == {}
    assert next((each["count"], each["me"]) for each in (await read(api, mira))[0]["reactions"]) == (1, False)
    for bad in ("hello", "%3Cb%3E", quote("🎉🎉"), "x" * 300):
        assert (await api.put(f"{path}/{bad}", mira)).status == 422
    for each in "😀😁😂😃😄😅":
        assert (await api.put(f"{path}/{quote(each)}", mira)).status == 200
    assert "Limit of different" in (await api.put(f"{path}/{quote('😎')}", mira)).body["error"]
    assert (await api.put(f"/api/v1/announcements/7/reactions/{quote('🎉')}", mira)).status == 404


def test_what_cannot_be_announced(instance):
    for text, ends_at in (("", None), ("x" * 5001, None), ("x", clock.now() - timedelta(days=1))):
        with pytest.raises(BadRequest):
            say(text, ends_at=ends_at)
