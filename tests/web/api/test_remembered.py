"""Answers to a person kept in memory: never another's, never older than a commit, counted and held to scopes as ever."""

import pytest
import sqlalchemy

from fedi import clock, config, db
from fedi.services import tokens
from fedi.web import memory
from fedi.web.api import remembered

from .conftest import make_person, token_of

HOME = "/api/v1/timelines/home"


@pytest.fixture
def still(monkeypatch):
    """The database stands still, whatever it does for itself; time does too."""
    monkeypatch.setattr(db, "version", lambda: "as it is")
    monkeypatch.setattr(memory, "SECONDS", 3600.0)


@pytest.fixture
def read(monkeypatch):
    """The addresses whose answers were read and kept."""
    found = []
    keep = remembered._answers.keep

    def keeping(key, version, told):
        found.append(key[1].decode())
        keep(key, version, told)

    monkeypatch.setattr(remembered._answers, "keep", keeping)
    return found


async def test_asked_twice_and_read_once(api, mira, read, still):
    await api.post("/api/v1/statuses", mira, status="one")
    first, second = await api.get(HOME, mira), await api.get(HOME, mira)
    assert read == [HOME]
    assert first.body == second.body
    assert [status["content"] for status in second.body] == ["<p>one</p>"]
    ours = {"x-request-id", "x-ratelimit-remaining", "x-ratelimit-reset"}
    told = [{k.lower(): v for k, v in each.headers.items() if k.lower() not in ours} for each in (first, second)]
    assert told[0] == told[1]
    assert told[0]["link"]


async def test_a_commit_is_seen_by_the_next_request(api, mira):
    for count in range(1, 4):
        posted = await api.post("/api/v1/statuses", mira, status=f"number {count}")
        assert len((await api.get(HOME, mira)).body) == count
        await api.post(f"/api/v1/statuses/{posted.body['id']}/favourite", mira)
        assert (await api.get(HOME, mira)).body[0]["favourites_count"] == 1


async def test_another_page_another_person_and_another_token_are_read(api, mira, read, still):
    await api.get(HOME, mira)
    await api.get(HOME, mira, limit=5)
    await api.get(HOME, make_person("noor"))
    await api.get(HOME, token_of(mira, "read"))
    assert read == [HOME] * 4


async def test_a_scope_is_asked_for_each_time(api, mira, still):
    narrow = token_of(mira, "read:notifications")
    await api.get(HOME, mira)
    for _ in range(2):
        assert (await api.get(HOME, narrow)).status == 403
    assert (await api.get("/api/v1/notifications", narrow)).status == 200


async def test_a_revoked_token_opens_nothing(api, mira):
    text = token_of(mira, "read")
    assert (await api.get(HOME, text)).status == 200
    with db.writing() as session:
        tokens.find(session, text).revoked_at = clock.now()
    assert (await api.get(HOME, text)).status == 401


async def test_each_request_counts(api, mira, still, monkeypatch):
    monkeypatch.setattr("fedi.config._settings", config.settings().model_copy(update={"rate_limits": "on"}))
    left = [int((await api.get(HOME, mira)).headers["X-RateLimit-Remaining"]) for _ in range(3)]
    assert left == [left[0], left[0] - 1, left[0] - 2]


async def test_strangers_parts_and_errors_are_not_kept(api, mira, read, still):
    await api.get("/api/v1/timelines/public")
    await api.get("/api/v1/statuses/1", mira)
    await api.get(HOME, mira, headers={"Range": "bytes=0-9"})
    await api.post("/api/v1/statuses", mira, status="one")
    assert read == []


async def test_a_database_that_is_away_is_the_routes_to_tell(api, mira, monkeypatch):
    await api.get(HOME, mira)

    def away(*_, **__):
        raise sqlalchemy.exc.OperationalError("SELECT", {}, Exception("the server closed the connection"))

    monkeypatch.setattr(db, "version", away)
    monkeypatch.setattr(db.Session, "execute", away)
    monkeypatch.setattr(db.Session, "scalar", away)
    assert (await api.get(HOME, mira)).status == 503
