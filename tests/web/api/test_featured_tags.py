"""Hashtags on a profile: by the API, in the collection that other servers read, and on the page."""

import json

from fedi import db
from fedi.models.account import Account
from tests.web.pages.browsing import Browser

AS2 = {"Accept": "application/activity+json"}


async def add(api, who, name):
    return await api.post("/api/v1/featured_tags", who, name=name)


async def test_choosing_and_showing(api, mira, otto):
    await api.post("/api/v1/statuses", mira, status="#Ink and #mist")
    await api.post("/api/v1/statuses", mira, status="more #ink")
    suggested = (await api.get("/api/v1/featured_tags/suggestions", mira)).body
    assert [each["name"] for each in suggested] == ["ink", "mist"]
    made = (await add(api, mira, "#Ink")).body
    assert set(made) == {"id", "name", "url", "statuses_count", "last_status_at"}
    assert (made["name"], made["statuses_count"]) == ("Ink", "2")
    assert len(made["last_status_at"]) == 10
    assert (await add(api, mira, "ink")).body["id"] == made["id"]
    assert (await api.get("/api/v1/featured_tags", mira)).body == [made]
    assert (await api.get(f"/api/v1/accounts/{mira.id}/featured_tags")).body == [made]
    assert [each["name"] for each in (await api.get("/api/v1/featured_tags/suggestions", mira)).body] == ["mist"]
    assert (await api.delete(f"/api/v1/featured_tags/{made['id']}", otto)).status == 404
    removed = await api.delete(f"/api/v1/featured_tags/{made['id']}", mira)
    assert (removed.status, removed.body) == (200, {})
    assert (await api.get("/api/v1/featured_tags", mira)).body == []


async def test_what_is_no_hashtag_and_too_many(api, mira):
    for name in ("", "a b", "#", "!?"):
        answer = await add(api, mira, name)
        assert (answer.status, answer.body["error"]) == (422, "Validation failed: Tag is invalid")
    for number in range(10):
        assert (await add(api, mira, f"tag{number}")).status == 200
    assert (await add(api, mira, "eleven")).status == 422


async def test_other_servers_and_the_page(api, mira):
    await add(api, mira, "Ink")
    document = json.loads((await api.get("/users/mira/collections/tags", headers=AS2)).body)
    assert document["totalItems"] == 1
    (item,) = document["items"]
    assert (item["type"], item["name"]) == ("Hashtag", "#Ink")
    assert item["href"].endswith("/tags/ink")
    page = await Browser(api.app).get("/@mira")
    assert page.tree.xpath("//a[@rel='tag']/@href") == ["/tags/ink"]


async def test_choosing_on_the_settings_page(api, mira):
    with db.reading() as session:
        account = session.get_one(Account, mira.account_id)
    browser = Browser(api.app, account)
    for typed, shown in (("Ink, mist #ink", ["ink", "mist"]), ("mist", ["mist"]), ("", [])):
        form = {"display_name": "Mira", "tags": typed}
        assert (await browser.upload("/settings/profile", form, {})).status == 303
        names = [each["name"].lower() for each in (await api.get("/api/v1/featured_tags", mira)).body]
        assert names == shown
    assert (await browser.upload("/settings/profile", {"tags": "!?"}, {})).status == 422
