"""Lists of people, as Mastodon has them."""

import pytest

from .conftest import make_person
from .test_people import ids, post
from .test_shapes import same_shape


async def make(api, who, **given):
    return (await api.post("/api/v1/lists", who, **({"title": "friends"} | given))).body["id"]


async def test_walk(api, mira, otto):
    lena = make_person("lena")
    for other in (otto, lena):
        await api.post(f"/api/v1/accounts/{other.id}/follow", mira)
    made = await api.post("/api/v1/lists", mira, title="friends")
    same_shape("POST /api/v1/lists", made.body)
    list_ = f"/api/v1/lists/{made.body['id']}"
    assert (await api.post(f"{list_}/accounts", mira, account_ids=[otto.id])).body == {}
    assert (await api.post(f"{list_}/accounts", mira, account_ids=[otto.id])).status == 422
    assert [each["id"] for each in (await api.get(f"{list_}/accounts", mira, limit=0)).body] == [otto.id]
    assert (await api.get(f"/api/v1/accounts/{otto.id}/lists", mira)).body == [made.body]
    written = await post(api, otto)
    await post(api, lena)
    timeline = f"timelines/list/{made.body['id']}"
    assert await ids(api, timeline, mira) == [written]
    assert written in await ids(api, "timelines/home", mira)
    changed = (await api.put(list_, mira, title="close", exclusive=True)).body
    assert (changed["title"], changed["exclusive"], changed["replies_policy"]) == ("close", True, "list")
    assert written not in await ids(api, "timelines/home", mira)
    await api.post(f"/api/v1/accounts/{otto.id}/unfollow", mira)
    assert (await api.get(f"{list_}/accounts", mira)).body == []
    await api.post(f"/api/v1/accounts/{otto.id}/follow", mira)
    await api.post(f"{list_}/accounts", mira, account_ids=[otto.id])
    await api.call("DELETE", f"{list_}/accounts?account_ids[]={otto.id}", mira)
    assert await ids(api, timeline, mira) == []
    assert (await api.delete(list_, mira)).status == 200
    assert (await api.get("/api/v1/lists", mira)).body == []


@pytest.mark.parametrize(
    ("policy", "shown"),
    [("none", ["mira", "otto"]), ("list", ["mira", "otto"]), ("followed", ["mira", "lena", "otto"])],
)
async def test_replies(api, mira, otto, policy, shown):
    """Otto is in the list and answers: the reader, somebody only followed, himself, and a stranger."""
    lena, anna = make_person("lena"), make_person("anna")
    for other in (otto, lena):
        await api.post(f"/api/v1/accounts/{other.id}/follow", mira)
    list_ = await make(api, mira, replies_policy=policy)
    await api.post(f"/api/v1/lists/{list_}/accounts", mira, account_ids=[otto.id])
    to = {who.name: await post(api, who) for who in (mira, lena, otto, anna)}
    answers = {name: await post(api, otto, "yes", in_reply_to_id=id_) for name, id_ in to.items()}
    seen = await ids(api, f"timelines/list/{list_}", mira)
    assert [name for name, id_ in answers.items() if id_ in seen] == shown


async def test_what_reaches_a_list(api, mira, otto):
    """Who was only asked may be in a list; what is for followers comes once they said yes. Direct posts are no news."""
    await api.call("PATCH", "/api/v1/accounts/update_credentials", otto, json={"locked": True})
    await api.post(f"/api/v1/accounts/{otto.id}/follow", mira)
    list_ = await make(api, mira)
    assert (await api.post(f"/api/v1/lists/{list_}/accounts", mira, account_ids=[otto.id])).status == 200
    public = await post(api, otto)
    private = await post(api, otto, visibility="private")
    named = await post(api, otto, "@mira for you", visibility="private")
    await post(api, otto, "@mira between us", visibility="direct")
    lena = make_person("lena")
    shown = (await api.post(f"/api/v1/statuses/{await post(api, lena)}/reblog", otto, visibility="private")).body["id"]
    assert await ids(api, f"timelines/list/{list_}", mira) == [named, public]
    await api.post(f"/api/v1/follow_requests/{mira.id}/authorize", otto)
    assert await ids(api, f"timelines/list/{list_}", mira) == [shown, named, private, public]


async def test_refused(api, mira, otto):
    for given in ({"title": ""}, {"title": "x" * 256}, {"replies_policy": "all"}):
        assert (await api.post("/api/v1/lists", mira, **({"title": "x"} | given))).status == 422
    list_ = await make(api, mira)
    assert (await api.post(f"/api/v1/lists/{list_}/accounts", mira, account_ids=[otto.id])).status == 404
    for method, path in (
        ("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/accounts"), ("POST", "/accounts"), ("DELETE", "/accounts"),
    ):  # fmt: skip
        answer = await api.call(method, f"/api/v1/lists/{list_}{path}", otto)
        assert answer.status == 404, (method, path)
    assert (await api.get(f"/api/v1/timelines/list/{list_}", otto)).status == 404
