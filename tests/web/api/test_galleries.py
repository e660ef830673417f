"""Portfolios and galleries by the API: made, filled, put in order, and seen as far as their works may be seen."""

import pytest

from fedi.tasks import media as media_task

from .conftest import picture


@pytest.fixture
async def works(api, mira):
    """The ids of three works of mira's, the oldest first; the last is for followers alone."""
    ids = []
    for title, visibility in (("Dawn", "public"), ("Noon", "unlisted"), ("Dusk", "private")):
        upload = await api.upload(mira, picture())
        more = {"visibility": visibility, "media_ids": [upload.body["id"]], "fedi": {"title": title}}
        ids.append((await api.post("/api/v1/statuses", mira, status="", **more)).body["id"])
    media_task.protect()
    return ids


async def make(api, who, **given):
    answer = await api.post("/api/fedi/v1/galleries", who, **({"title": "Herons"} | given))
    assert answer.status == 200, answer.body
    return answer.body


async def test_making_filling_and_putting_in_order(api, mira, works):
    dawn, noon, dusk = works
    empty = await make(api, mira, summary="A year.")
    assert (empty["title"], empty["summary"], empty["statuses_count"], empty["cover"]) == ("Herons", "A year.", 0, None)
    assert empty["url"] == "https://art.test/@mira/galleries/herons"
    path = f"/api/fedi/v1/galleries/{empty['id']}"
    filled = (await api.put(path, mira, status_ids=[dusk, dawn, noon], cover_id=dawn)).body
    assert (filled["status_ids"], filled["cover_id"], filled["summary"]) == ([dusk, dawn, noon], dawn, "A year.")
    first = (await api.get(f"/api/v1/statuses/{dawn}", mira)).body["media_attachments"][0]
    assert filled["cover"]["url"] == first["url"]
    assert [each["id"] for each in (await api.get(f"{path}/statuses", mira)).body] == [dusk, dawn, noon]
    renamed = (await api.put(path, mira, title="Reeds")).body
    assert (renamed["title"], renamed["status_ids"], renamed["cover_id"]) == ("Reeds", [dusk, dawn, noon], dawn)
    out = (await api.put(path, mira, status_ids=[noon])).body
    assert (out["status_ids"], out["cover_id"]) == ([noon], None)
    assert (await api.delete(path, mira)).body == {}
    assert (await api.get(path, mira)).status == 404
    assert (await api.get(f"/api/v1/statuses/{noon}", mira)).status == 200


async def test_others_see_what_they_may(api, mira, otto, works):
    dawn, noon, dusk = works
    made = await make(api, mira, status_ids=works, cover_id=dusk)
    await make(api, mira, title="Empty")
    path = f"/api/fedi/v1/galleries/{made['id']}"
    for who in (None, otto):
        seen = (await api.get(path, who)).body
        assert (seen["status_ids"], seen["statuses_count"]) == ([dawn, noon], 2)
        assert "cover_id" not in seen
        assert [each["id"] for each in (await api.get(f"{path}/statuses", who)).body] == [dawn, noon]
        listed = (await api.get(f"/api/fedi/v1/accounts/{mira.id}/galleries", who)).body
        assert [each["title"] for each in listed] == ["Herons"]
        portfolio = (await api.get(f"/api/fedi/v1/accounts/{mira.id}/portfolio", who)).body
        assert [each["id"] for each in portfolio] == [noon, dawn]
    assert len((await api.get(f"/api/fedi/v1/accounts/{mira.id}/galleries", mira)).body) == 2
    assert (await api.put(path, otto, title="Mine")).status == 404
    assert (await api.delete(path, otto)).status == 404
    await api.post(f"/api/v1/accounts/{otto.id}/block", mira)
    assert (await api.get(f"/api/fedi/v1/accounts/{mira.id}/galleries", otto)).body == []


async def test_a_portfolio_is_paged_by_link(api, mira, works):
    first = await api.get(f"/api/fedi/v1/accounts/{mira.id}/portfolio", mira, limit=2)
    assert [each["id"] for each in first.body] == works[:0:-1]
    assert f"max_id={works[1]}" in first.headers["Link"]
    rest = await api.get(f"/api/fedi/v1/accounts/{mira.id}/portfolio", mira, limit=2, max_id=works[1])
    assert [each["id"] for each in rest.body] == works[:1]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"title": ""}, 422),
        ({"title": "x" * 201}, 422),
        ({"title": "x", "status_ids": ["1"]}, 422),
        ({"title": "x", "status_ids": ["garbage"]}, 422),
        ({"title": "x", "status_ids": [], "cover_id": "1"}, 422),
        ({"title": {"a": 1}}, 422),
    ],
)
async def test_mistakes(api, mira, given, status):
    answer = await api.post("/api/fedi/v1/galleries", mira, **given)
    assert answer.status == status, answer.body
    assert (await api.get(f"/api/fedi/v1/accounts/{mira.id}/galleries", mira)).body == []


async def test_works_of_others_do_not_hang_and_deleted_ones_no_more(api, mira, otto, works):
    theirs = (await api.post("/api/v1/statuses", otto, status="hello")).body["id"]
    made = await make(api, mira, status_ids=works)
    path = f"/api/fedi/v1/galleries/{made['id']}"
    assert (await api.put(path, mira, status_ids=[theirs])).status == 422
    await api.delete(f"/api/v1/statuses/{works[0]}", mira)
    changed = await api.put(path, mira, title="Reeds")
    assert (changed.status, changed.body["status_ids"]) == (200, works[1:])


async def test_a_text_is_no_cover(api, mira):
    text = (await api.post("/api/v1/statuses", mira, status="no picture")).body["id"]
    assert (await make(api, mira, status_ids=[text]))["cover"] is None


async def test_terms_of_a_gallery(api, mira, otto, works):
    made = await make(api, mira, status_ids=works[:1], consent="ask", licence="cc-by")
    assert (made["fedi"]["consent"], made["own"]) == ("ask", {"consent": "ask", "licence": "cc-by"})
    path = f"/api/fedi/v1/galleries/{made['id']}"
    seen = (await api.get(path, otto)).body
    assert seen["fedi"]["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert "own" not in seen
    assert (await api.get(f"/api/v1/statuses/{works[0]}", otto)).body["fedi"]["consent"] == "ask"
    changed = (await api.put(path, mira, consent="")).body
    assert changed["own"] == {"consent": None, "licence": "cc-by"}
    assert (await api.get(f"/api/v1/statuses/{works[0]}", otto)).body["fedi"]["consent"] == "prohibited"
    for wrong in ({"consent": "perhaps"}, {"licence": "mine"}):
        assert (await api.put(path, mira, **wrong)).status == 422
