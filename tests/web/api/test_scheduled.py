"""Posts for later: kept, changed, taken back, and posted at their time, once."""

from datetime import timedelta

import pytest

from fedi import clock, db
from fedi.models.account import Account, AccountState
from fedi.models.post import Post, PostState
from fedi.models.scheduled_post import ScheduledPost
from fedi.services import scheduled
from fedi.tasks import media as media_task
from fedi.tasks import scheduled as task
from fedi.tasks import upkeep
from tests.media_pictures import photograph, saved

from .conftest import make_person

PATH = "/api/v1/scheduled_statuses"


@pytest.fixture
def mira(api):
    return make_person("mira")


@pytest.fixture
def ben(api):
    return make_person("ben")


def later(**given):
    return clock.iso_millis(clock.now() + timedelta(**given))


def at(moment):
    return clock.frozen(clock.parse_iso(moment).timestamp() + 1)


async def texts(api, person):
    return [each["content"] for each in (await api.get(f"/api/v1/accounts/{person.id}/statuses", person)).body]


async def test_kept_and_posted_at_its_time(api, mira, ben):
    when = later(hours=2)
    made = await api.post("/api/v1/statuses", mira, status="Good morning", scheduled_at=when, visibility="unlisted")
    assert made.status == 200
    assert made.body["scheduled_at"] == when
    assert made.body["params"]["text"] == "Good morning"
    assert made.body["params"]["visibility"] == "unlisted"
    assert made.body["media_attachments"] == []
    assert (await api.get(PATH, mira)).body == [made.body]
    assert (await api.get(f"{PATH}/{made.body['id']}", mira)).body == made.body
    assert (await api.get(f"{PATH}/{made.body['id']}", ben)).status == 404
    assert (await api.get(PATH, ben)).body == []
    task.post_due()
    assert await texts(api, mira) == []
    with at(when):
        task.post_due()
        task.post_due()
        assert await texts(api, mira) == ["<p>Good morning</p>"]
        (post,) = (await api.get(f"/api/v1/accounts/{mira.id}/statuses", mira)).body
        assert post["visibility"] == "unlisted"
        assert post["created_at"] >= when
    assert (await api.get(PATH, mira)).body == []


async def test_moved_and_taken_back(api, mira, ben):
    first, second = later(hours=2), later(hours=5)
    made = (await api.post("/api/v1/statuses", mira, status="x", scheduled_at=first)).body
    assert (await api.put(f"{PATH}/{made['id']}", ben, scheduled_at=second)).status == 404
    assert (await api.put(f"{PATH}/{made['id']}", mira, scheduled_at=second)).body["scheduled_at"] == second
    assert (await api.put(f"{PATH}/{made['id']}", mira, scheduled_at=later(minutes=1))).status == 422
    with at(first):
        task.post_due()
    assert await texts(api, mira) == []
    assert (await api.delete(f"{PATH}/{made['id']}", ben)).status == 404
    assert (await api.delete(f"{PATH}/{made['id']}", mira)).body == {}
    with at(second):
        task.post_due()
    assert await texts(api, mira) == []


async def test_the_past_is_now_and_the_near_future_is_refused(api, mira):
    assert "content" in (await api.post("/api/v1/statuses", mira, status="x", scheduled_at=later(hours=-1))).body
    early, late = "must be in the future", "must be within ten years"
    for wrong, words in ((later(minutes=4), early), (later(days=9000), late), ("9999-12-31T23:59:59Z", late)):
        answer = await api.post("/api/v1/statuses", mira, status="x", scheduled_at=wrong)
        assert answer.status == 422
        assert words in answer.body["error"]
    for garbage in ("tomorrow", "9" * 50, "0001-01-01T00:00:00+23:59", "2026-13-01"):
        assert (await api.post("/api/v1/statuses", mira, status="x", scheduled_at=garbage)).status == 422
    assert (await api.get(PATH, mira)).body == []


async def test_mistakes_are_said_at_once_and_nothing_is_left(api, mira):
    for wrong in ({"status": ""}, {"status": "x", "visibility": "aloud"}, {"status": "x", "media_ids": ["7"]}):
        answer = await api.post("/api/v1/statuses", mira, scheduled_at=later(hours=1), **wrong)
        assert answer.status in {404, 422}
    assert (
        await api.post("/api/v1/statuses", mira, status="x", in_reply_to_id="7", scheduled_at=later(hours=1))
    ).status == 404
    await api.post("/api/v1/statuses", mira, status="x", scheduled_at=later(hours=1))
    with db.reading() as session:
        assert session.query(Post).count() == 0
        assert session.query(ScheduledPost).count() == 1


async def test_the_same_key_is_the_same_post(api, mira):
    key = {"Idempotency-Key": "once"}
    when = later(hours=1)
    first, second = [await api.post("/api/v1/statuses", mira, key, status="x", scheduled_at=when) for _ in range(2)]
    assert first.body == second.body
    with at(when):
        task.post_due()
    assert len(await texts(api, mira)) == 1


async def test_pictures_polls_and_answers(api, mira, ben):
    picture = (await api.upload(mira, saved(photograph(), "PNG"))).body
    asked = (await api.post("/api/v1/statuses", ben, status="what next?")).body
    when = later(hours=1)
    made = await api.post(
        "/api/v1/statuses", mira, status="", media_ids=[picture["id"]], in_reply_to_id=asked["id"], scheduled_at=when,
        spoiler_text="wet", fedi={"title": "Heron"},
    )  # fmt: skip
    assert made.status == 200, made.body
    assert [each["id"] for each in made.body["media_attachments"]] == [picture["id"]]
    assert made.body["params"]["media_ids"] == [picture["id"]]
    assert made.body["fedi"] == {"title": "Heron", "reason": None}
    poll = {"options": ["a", "b"], "expires_in": 3600}
    other = await api.post("/api/v1/statuses", mira, status="?", poll=poll, scheduled_at=when)
    assert other.body["params"]["poll"] == {**poll, "expires_in": "3600", "multiple": False, "hide_totals": False}
    media_task.protect()
    with at(when):
        task.post_due()
        media_task.protect()
        second, first = (await api.get(f"/api/v1/accounts/{mira.id}/statuses", mira)).body
    assert first["in_reply_to_id"] == asked["id"]
    assert first["media_attachments"][0]["id"] == picture["id"]
    assert [each["title"] for each in second["poll"]["options"]] == ["a", "b"]


async def test_a_picture_waits_for_one_post(api, mira):
    """Else the other would find it taken when its time comes."""
    image = (await api.upload(mira, saved(photograph(64, 48), "JPEG"))).body["id"]
    given = {"status": "a heron", "media_ids": [image], "scheduled_at": later(hours=1)}
    kept = await api.post("/api/v1/statuses", mira, headers={"Idempotency-Key": "once"}, **given)
    again = await api.post("/api/v1/statuses", mira, headers={"Idempotency-Key": "once"}, **given)
    assert (kept.status, again.body["id"]) == (200, kept.body["id"])
    for more in ({}, {"scheduled_at": later(hours=2)}):
        answer = await api.post("/api/v1/statuses", mira, status="another", media_ids=[image], **more)
        assert answer.body == {"error": f"Media {image} not found or already attached to another post"}
    await api.delete(f"{PATH}/{kept.body['id']}", mira)
    assert (await api.post("/api/v1/statuses", mira, status="now", media_ids=[image])).status == 200


async def test_what_it_answers_is_gone_by_then(api, mira, ben):
    asked = (await api.post("/api/v1/statuses", ben, status="what next?")).body
    when = later(hours=1)
    await api.post("/api/v1/statuses", mira, status="this", in_reply_to_id=asked["id"], scheduled_at=when)
    await api.delete(f"/api/v1/statuses/{asked['id']}", ben)
    with at(when):
        task.post_due()
        task.post_due()
    (kept,) = (await api.get(PATH, mira)).body
    assert kept["fedi"]["reason"] == "The post you are trying to reply to does not appear to exist."
    with db.reading() as session:
        assert session.query(Post).filter(Post.state == PostState.PUBLISHED).count() == 0


async def test_so_many_and_no_more(api, mira, monkeypatch):
    monkeypatch.setattr(scheduled, "MAX_DAILY", 2)
    monkeypatch.setattr(scheduled, "MAX_TOTAL", 3)
    statuses = [
        (await api.post("/api/v1/statuses", mira, status=str(number), scheduled_at=when)).status
        for number, when in enumerate([later(days=2)] * 3 + [later(days=3), later(days=4)])
    ]
    assert statuses == [200, 200, 422, 200, 422]


async def test_who_left_does_not_post(api, mira):
    when = later(hours=1)
    await api.post("/api/v1/statuses", mira, status="too late", scheduled_at=when)
    with db.writing() as session:
        account = session.get_one(Account, mira.account_id)
        account.state = AccountState.LEAVING
    with at(when), db.writing() as session:
        assert scheduled.post_next(session)
        assert not scheduled.post_next(session)
    with db.reading() as session:
        assert (session.query(Post).count(), session.query(ScheduledPost).count()) == (0, 0)


async def test_the_sweep_wakes_it(api, mira):
    when = later(hours=1)
    await api.post("/api/v1/statuses", mira, status="x", scheduled_at=when)
    with db.reading() as session:
        assert "posts.publish" not in upkeep._due(session, clock.now())
        with at(when):
            assert "posts.publish" in upkeep._due(session, clock.now())
