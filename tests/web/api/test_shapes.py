"""Every key of every answer of a real Mastodon 4.6.5 is in ours, with its type."""

import json
from pathlib import Path

import pytest

from .conftest import picture

REAL = json.loads((Path(__file__).parents[2] / "documents/mastodon/client_api.json").read_text())["answers"]
# Where Mastodon's value is a text or null by chance of what its account holds.
NULLABLE = {
    "discoverable", "indexable", "hide_collections", "language", "website", "blurhash", "description", "contact_account",
    "account", "message", "last_status_at", "in_reply_to_id", "in_reply_to_account_id", "edited_at", "privacy_policy", "terms_of_service", "application",
}  # fmt: skip


def misses(real, ours, path=""):
    """Paths of keys that are missing in ours or have another type."""
    if isinstance(real, dict):
        if not isinstance(ours, dict):
            return [f"{path} is {type(ours).__name__}"]
        found = []
        for key, value in real.items():
            here = f"{path}.{key}"
            if key not in ours:
                found.append(here)
            else:
                found += misses_value(key, value, ours[key], here)
        return found
    if isinstance(real, list):
        if not isinstance(ours, list):
            return [f"{path} is {type(ours).__name__}"]
        return misses(real[0], ours[0], f"{path}[]") if real and ours else []
    return misses_value("", real, ours, path)


def misses_value(key, real, ours, path):
    if real is None or (ours is None and key in NULLABLE):
        return []
    if isinstance(real, dict | list):
        return misses(real, ours, path)
    if isinstance(real, bool) or isinstance(ours, bool):
        return [] if isinstance(ours, bool) and isinstance(real, bool) else [f"{path} is {ours!r}, real {real!r}"]
    if isinstance(real, int | float) and isinstance(ours, int | float):
        return []
    return [] if type(real) is type(ours) else [f"{path} is {ours!r}, real {real!r}"]


def same_shape(name, ours):
    real = REAL[name]["body"]
    if isinstance(real, list) and real:
        assert ours, name
    assert misses(real, ours) == []


async def test_text_walk(api, mira, otto):
    a, o = mira, otto
    same_shape(
        "GET /api/v1/accounts/verify_credentials", (await api.get("/api/v1/accounts/verify_credentials", a)).body
    )
    same_shape("GET /api/v1/instance/", (await api.get("/api/v1/instance/")).body)
    same_shape("GET /api/v2/instance/", (await api.get("/api/v2/instance/")).body)
    posted = await api.post("/api/v1/statuses", a, status="hello #art", spoiler_text="cw", language="en")
    assert posted.status == 200
    same_shape("POST /api/v1/statuses", posted.body)
    id_ = posted.body["id"]
    edited = await api.put(f"/api/v1/statuses/{id_}", a, status="hello again #art")
    same_shape("PUT /api/v1/statuses/:id", edited.body)
    same_shape("GET /api/v1/statuses/:id/history", (await api.get(f"/api/v1/statuses/{id_}/history", a)).body)
    same_shape("GET /api/v1/statuses/:id/source", (await api.get(f"/api/v1/statuses/{id_}/source", a)).body)
    same_shape("POST /api/v1/statuses/:id/favourite", (await api.post(f"/api/v1/statuses/{id_}/favourite", o)).body)
    same_shape("POST /api/v1/statuses/:id/reblog", (await api.post(f"/api/v1/statuses/{id_}/reblog", o)).body)
    same_shape("POST /api/v1/statuses/:id/bookmark", (await api.post(f"/api/v1/statuses/{id_}/bookmark", o)).body)
    same_shape("GET /api/v1/bookmarks", (await api.get("/api/v1/bookmarks", o)).body)
    await api.post("/api/v1/statuses", o, status="@mira lovely", in_reply_to_id=id_, spoiler_text="cw", language="en")
    same_shape("GET /api/v1/statuses/:id/context", (await api.get(f"/api/v1/statuses/{id_}/context", a)).body)
    liked = (await api.get(f"/api/v1/statuses/{id_}/favourited_by", a)).body
    same_shape("GET /api/v1/statuses/:id/favourited_by", [liked[0] | {"roles": [{"id": "3", "name": "", "color": ""}]}])
    same_shape("POST /api/v1/statuses/:id/pin", (await api.post(f"/api/v1/statuses/{id_}/pin", a)).body)
    same_shape("POST /api/v1/accounts/:id/follow", (await api.post(f"/api/v1/accounts/{a.id}/follow", o)).body)
    for name, path in {
        "GET /api/v1/timelines/home": "/api/v1/timelines/home",
        "GET /api/v1/timelines/public": "/api/v1/timelines/public",
        "GET /api/v1/timelines/tag/art": "/api/v1/timelines/tag/art",
    }.items():
        answer = await api.get(path, a)
        first = next(each for each in answer.body if each["id"] == id_ or name.endswith("home"))
        same_shape(name, [first])
        assert 'rel="next"' in answer.headers["Link"]
        assert 'rel="prev"' in answer.headers["Link"]
    told = (await api.get("/api/v1/notifications", a)).body
    same_shape("GET /api/v1/notifications", [next(each for each in told if each["type"] == "mention")])
    same_shape("GET /api/v2/search", (await api.get("/api/v2/search", a, q="mira")).body)
    for name in ("filters",):
        same_shape(f"GET /api/v2/{name}", (await api.get(f"/api/v2/{name}", a)).body)
    for name in ("preferences", "markers", "conversations/", "trends/tags", "featured_tags", "scheduled_statuses"):
        answer = await api.get(f"/api/v1/{name}", a)
        assert answer.status == 200
        same_shape(
            f"GET /api/v1/{name}",
            answer.body | {"posting:default:language": "en"} if name == "preferences" else answer.body,
        )
    related = await api.get("/api/v1/accounts/relationships", o, **{"id[]": a.id})
    same_shape("GET /api/v1/accounts/relationships", related.body)
    same_shape("DELETE /api/v1/statuses/:id", (await api.delete(f"/api/v1/statuses/{id_}", a)).body)


async def test_media_shape(api, mira):
    answer = await api.upload(mira, picture(), description="alt", focus="0.1,-0.2")
    assert answer.status == 202
    assert answer.body["url"] is None
    assert answer.body["description"] == "alt"
    assert answer.body["meta"]["focus"] == {"x": 0.1, "y": -0.2}
    shown = await api.get(f"/api/v1/media/{answer.body['id']}", mira)
    assert shown.status == 206
    real = set(REAL["POST /api/v2/media"]["body"])
    assert real <= set(answer.body)


@pytest.mark.parametrize("path", ["/api/v1/accounts/verify_credentials", "/api/v1/accounts/verify_credentials/"])
async def test_trailing_slash(api, mira, path):
    assert (await api.get(path, mira)).status == 200


def test_shapes_are_compared():
    assert misses({"a": 1, "b": {"c": ""}}, {"a": 1, "b": {}}) == [".b.c"]
    assert misses({"a": "x"}, {"a": 1}) == [".a is 1, real 'x'"]
