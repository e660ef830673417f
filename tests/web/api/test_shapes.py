"""Every key of a real Mastodon's answers (4.6.5, `tests/documents/mastodon/client_api.json`) is in ours, of its type."""

import json
from pathlib import Path

import pytest

from fedi.tasks import media as media_task
from tests.web.api.conftest import make_person, picture

ANSWERS = json.loads((Path(__file__).parents[2] / "documents" / "mastodon" / "client_api.json").read_text())["answers"]

# Keys that ours lack on purpose: where, and why.
LACKING = {
    "POST /api/v2/media.meta.original is missing": "the answer comes while the picture is being protected",
    "POST /api/v2/media.meta.small is missing": "the same; test_statuses.py looks at what it says afterwards",
    "GET /api/v1/timelines/home[].pinned is missing": "Mastodon says it of own posts only, and so do we",
    "GET /api/v1/notifications[].status is missing": "a follow is about no post, in Mastodon's answers too",
}


def kind(value):
    """JSON's own types; whole and broken numbers are one."""
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case dict():
            return "object"
        case list():
            return "array"
        case _:
            return "null"


def differences(theirs, ours, where):
    """What `ours` lacks of `theirs`, or has in another type. Null on either side fits any type; of lists, the first of
    theirs against every one of ours."""
    if theirs is None or ours is None:
        return []
    if kind(theirs) != kind(ours):
        return [f"{where}: {kind(theirs)} is {kind(ours)} in ours"]
    found = []
    if isinstance(theirs, dict):
        for key, value in theirs.items():
            if key not in ours:
                found.append(f"{where}.{key} is missing")
            else:
                found.extend(differences(value, ours[key], f"{where}.{key}"))
    elif isinstance(theirs, list) and theirs and ours:
        for each in ours:
            found.extend(differences(theirs[0], each, f"{where}[]"))
    return found


@pytest.fixture
async def answers(api, mira):
    """Ours to the same calls: {"GET /api/v1/...": answer}."""
    alba = make_person("alba")
    ours = {}

    async def call(name, method, path, who=mira, **kwargs):
        answer = await api.call(method, path, who, **kwargs)
        ours[name] = answer
        return answer.body

    upload = await api.upload(mira, picture(), description="a hill", focus="0.1,0.2")
    ours["POST /api/v2/media"] = upload
    media_task.protect()
    post = await call(
        "POST /api/v1/statuses",
        "POST",
        "/api/v1/statuses",
        json={"status": "hello #art @alba", "media_ids": [upload.body["id"]], "spoiler_text": "cw"},
    )
    id_ = post["id"]
    await call(
        "PUT /api/v1/statuses/:id",
        "PUT",
        f"/api/v1/statuses/{id_}",
        json={"status": "hello again #art", "media_ids": [upload.body["id"]]},
    )
    await api.post("/api/v1/statuses", alba, status="@mira lovely", in_reply_to_id=id_)
    await api.post(f"/api/v1/statuses/{id_}/favourite", alba)
    for name in ("history", "source", "context", "favourited_by"):
        await call(f"GET /api/v1/statuses/:id/{name}", "GET", f"/api/v1/statuses/{id_}/{name}")
    for name in ("favourite", "reblog", "bookmark", "pin"):
        await call(f"POST /api/v1/statuses/:id/{name}", "POST", f"/api/v1/statuses/{id_}/{name}")
    await call("POST /api/v1/accounts/:id/follow", "POST", f"/api/v1/accounts/{alba.id}/follow")
    await api.post(f"/api/v1/accounts/{mira.id}/follow", alba)
    lists = await call("POST /api/v1/lists", "POST", "/api/v1/lists", json={"title": "friends"})
    assert lists["id"]
    for path in (
        "/api/v1/accounts/verify_credentials",
        "/api/v1/instance/",
        "/api/v2/instance/",
        "/api/v1/bookmarks",
        "/api/v1/timelines/home",
        "/api/v1/timelines/public",
        "/api/v1/timelines/tag/art",
        "/api/v1/notifications",
        "/api/v2/filters",
        "/api/v1/preferences",
        "/api/v1/conversations/",
        "/api/v1/trends/tags",
        "/api/v1/featured_tags",
        "/api/v1/scheduled_statuses",
    ):
        await call(f"GET {path}", "GET", path)
    await call("GET /api/v1/markers", "GET", "/api/v1/markers?timeline[]=home")
    await call("GET /api/v2/search", "GET", "/api/v2/search?q=alba")
    await call("GET /api/v1/accounts/relationships", "GET", f"/api/v1/accounts/relationships?id[]={alba.id}")
    await call("DELETE /api/v1/statuses/:id", "DELETE", f"/api/v1/statuses/{id_}")
    return ours


async def test_every_answer_of_mastodons_has_its_shape_in_ours(answers):
    assert set(answers) == set(ANSWERS)
    found = []
    for name, theirs in ANSWERS.items():
        ours = answers[name]
        if ours.status != theirs["status"] and not (name == "POST /api/v2/media" and ours.status == 202):
            found.append(f"{name}: {ours.status} for {theirs['status']}")
        found.extend(differences(theirs["body"], ours.body, name))
        missing = {key.lower() for key in theirs["headers"]} - {key.lower() for key in ours.headers.keys()}
        found.extend(f"{name}: header {key}" for key in missing)
    assert set(found) == set(LACKING)
