"""Being told of a person's posts, recommending people, suggestions, and what trends."""

import pytest

from fedi import clock
from fedi.services import trends

from .conftest import make_person, make_remote
from .test_people import ids, post, relation, remote_post


@pytest.fixture(autouse=True)
def anew():
    trends.forget()


async def kinds(api, who):
    return [each["type"] for each in (await api.get("/api/v1/notifications", who)).body]


async def follow(api, who, whom, **given):
    return (await api.post(f"/api/v1/accounts/{getattr(whom, 'id', whom)}/follow", who, **given)).body


async def test_who_asks_is_told_of_every_post(api, mira, otto):
    assert (await follow(api, otto, mira, notify=True))["notifying"] is True
    written = await post(api, mira)
    told = (await api.get("/api/v1/notifications?types[]=status", otto)).body
    assert [(each["type"], each["status"]["id"]) for each in told] == [("status", written)]
    await post(api, mira, "more", in_reply_to_id=written)
    answered = await post(api, make_person("lena"), "a question")
    await post(api, mira, "an answer", in_reply_to_id=answered)
    await post(api, mira, "@otto psst", visibility="direct")
    assert (await kinds(api, otto)).count("status") == 2
    assert (await follow(api, otto, mira, notify=False))["notifying"] is False
    await post(api, mira)
    assert (await kinds(api, otto)).count("status") == 2
    assert (await follow(api, otto, mira, reblogs=False))["notifying"] is False


async def test_people_are_recommended(api, mira, otto):
    refused = await api.post(f"/api/v1/accounts/{otto.id}/endorse", mira)
    assert (refused.status, "already following" in refused.body["error"]) == (422, True)
    await follow(api, mira, otto)
    assert (await api.post(f"/api/v1/accounts/{otto.id}/pin", mira)).body["endorsed"] is True
    assert (await api.post(f"/api/v1/accounts/{otto.id}/endorse", mira)).status == 200
    assert await ids(api, "endorsements", mira) == [otto.id]
    assert await ids(api, f"accounts/{mira.id}/endorsements") == [otto.id]
    assert (await relation(api, mira, otto))["endorsed"] is True
    assert (await api.post(f"/api/v1/accounts/{otto.id}/unendorse", mira)).body["endorsed"] is False
    await api.post(f"/api/v1/accounts/{otto.id}/pin", mira)
    await api.post(f"/api/v1/accounts/{otto.id}/unfollow", mira)
    assert await ids(api, "endorsements", mira) == []


async def test_friends_of_friends_are_suggested(api, mira, otto):
    lena, vera, hidden = make_person("lena"), make_person("vera"), make_person("hugo")
    await api.call("PATCH", "/api/v1/accounts/update_credentials", hidden, json={"discoverable": False})
    await follow(api, mira, otto)
    for whom in (lena, mira, hidden):
        await follow(api, otto, whom)
    found = (await api.get("/api/v2/suggestions", mira)).body
    assert [(each["account"]["id"], each["sources"]) for each in found] == [
        (lena.id, ["friends_of_friends", "most_followed"]),
        (vera.id, ["most_followed"]),
    ]
    assert found[0]["source"] == "past_interactions"
    assert await ids(api, "suggestions", mira, limit=1) == [lena.id]
    assert await ids(api, "suggestions", mira, offset=1) == [vera.id]
    assert (await api.delete(f"/api/v1/suggestions/{lena.id}", mira)).body == {}
    assert (await api.delete(f"/api/v1/suggestions/{lena.id}", mira)).status == 200
    await api.post(f"/api/v1/accounts/{mira.id}/block", vera)
    assert await ids(api, "suggestions", mira) == []
    assert (await api.delete("/api/v1/suggestions/99", mira)).status == 404


async def test_what_many_like_trends(api, mira, otto):
    lena = make_person("lena")
    liked, loved, quiet = [await post(api, mira, f"a work #ink{number}") for number in range(3)]
    for who, what, deed in ((otto, liked, "favourite"), (otto, loved, "reblog"), (lena, loved, "favourite")):
        await api.post(f"/api/v1/statuses/{what}/{deed}", who)
    warned = await post(api, mira, "careful", spoiler_text="blood")
    await api.post(f"/api/v1/statuses/{warned}/favourite", otto)
    await api.post(f"/api/v1/statuses/{quiet}/favourite", mira)
    assert await ids(api, "trends/statuses") == [loved, liked]
    assert await ids(api, "trends/statuses", offset=1) == [liked]
    page = await api.get("/api/v1/trends/statuses", limit=1)
    assert 'offset=1>; rel="next"' in page.headers["Link"]
    await api.post(f"/api/v1/accounts/{mira.id}/block", otto)
    assert await ids(api, "trends/statuses", otto) == []
    await api.delete(f"/api/v1/statuses/{loved}", mira)
    assert await ids(api, "trends/statuses") == [liked]


async def test_tags_trend_by_people(api, mira, otto):
    for who, tag in ((mira, "ink"), (mira, "oil"), (mira, "oil"), (otto, "ink")):
        await post(api, who, f"work #{tag} {clock.new_id()}")
    remote_post(make_remote(), tag="ink")
    found = (await api.get("/api/v1/trends/tags")).body
    assert [(each["name"], each["history"][0]["accounts"]) for each in found] == [("ink", "3"), ("oil", "1")]
    assert [each["name"] for each in (await api.get("/api/v1/trends", mira, limit=1)).body] == ["ink"]
    assert (await api.get("/api/v1/trends/links")).body == []


async def test_groups_of_notifications(api, mira, otto):
    lena = make_person("lena")
    written = await post(api, mira)
    for who in (otto, lena):
        await api.post(f"/api/v1/statuses/{written}/favourite", who)
    await post(api, otto, "@mira hello")
    groups = (await api.get("/api/v2/notifications", mira)).body["notification_groups"]
    mention, likes = groups[0]["group_key"], groups[1]["group_key"]
    whole = (await api.get(f"/api/v2/notifications/{likes}", mira)).body
    assert (whole["notification_groups"][0]["notifications_count"], len(whole["accounts"])) == (2, 2)
    assert whole["statuses"][0]["id"] == written
    people = (await api.get(f"/api/v2/notifications/{likes}/accounts", mira)).body
    assert [each["id"] for each in people] == [lena.id, otto.id]
    assert (await api.get(f"/api/v2/notifications/{mention}", mira)).body["notification_groups"][0]["type"] == "mention"
    for strange in ("x", "ungrouped-99999999999999999999", "favourite-1-1", "follow-999999"):
        assert (await api.get(f"/api/v2/notifications/{strange}", mira)).status == 404
    assert (await api.get(f"/api/v2/notifications/{likes}", otto)).status == 404
    assert (await api.post(f"/api/v2/notifications/{likes}/dismiss", mira)).body == {}
    assert await kinds(api, mira) == ["mention"]


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_the_profile_as_it_was_written(api, mira, method):
    await api.post("/api/v1/featured_tags", mira, name="ink")
    fields = {"fields_attributes": [{"name": "Site", "value": "https://mira.example"}], "note": "inks <3 #art"}
    changed = (await api.call(method, "/api/v1/profile", mira, json=fields)).body
    assert changed == (await api.get("/api/v1/profile", mira)).body
    assert (changed["note"], changed["formatted_note"].startswith("<p>inks &lt;3")) == ("inks <3 #art", True)
    assert changed["fields"][0]["value"] == "https://mira.example"
    assert "<a href" in changed["formatted_fields"][0]["value"]
    assert (changed["avatar"], changed["featured_tags"][0]["name"]) == (None, "ink")
