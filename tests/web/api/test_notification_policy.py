"""Whose notifications are taken, held back until the account looks at them, or dropped."""

from datetime import timedelta

import pytest

from fedi import clock, db
from fedi.models.actor import Actor, ActorKind

from .conftest import make_person

POLICY, REQUESTS = "/api/v2/notifications/policy", "/api/v1/notifications/requests"


@pytest.fixture
def mira(api):
    return make_person("mira")


@pytest.fixture
def ben(api):
    return make_person("ben")


async def call(api, person, text="@mira hello", **more):
    return (await api.post("/api/v1/statuses", person, status=text, **more)).body


async def heard(api, person, **query):
    return [each["account"]["username"] for each in (await api.get("/api/v1/notifications", person, **query)).body]


async def change(api, person, **wanted):
    answer = await api.call("PATCH", POLICY, person, json=wanted)
    assert answer.status == 200
    return answer.body


def alter(person, **values):
    with db.writing() as session:
        actor = session.get_one(Actor, person.actor_id)
        for name, value in values.items():
            setattr(actor, name, value)


async def test_by_default_strangers_are_heard_and_limited_ones_wait(api, mira, ben):
    body = (await api.get(POLICY, mira)).body
    assert body["summary"] == {"pending_requests_count": 0, "pending_notifications_count": 0}
    assert {name: value for name, value in body.items() if value != "accept" and name != "summary"} == {
        "for_limited_accounts": "filter"
    }
    await call(api, ben)
    alter(ben, limited_at=clock.now())
    await call(api, ben)
    assert await heard(api, mira) == ["ben"]
    assert await heard(api, mira, include_filtered=True) == ["ben", "ben"]
    assert (await api.get("/api/v1/notifications/unread_count", mira)).body == {"count": 1}


async def test_held_back_until_accepted(api, mira, ben):
    assert (await change(api, mira, for_not_following="filter"))["for_not_following"] == "filter"
    said = await call(api, ben)
    await api.post(f"/api/v1/accounts/{mira.id}/follow", ben)
    assert await heard(api, mira) == []
    body = (await api.get(POLICY, mira)).body
    assert body["summary"] == {"pending_requests_count": 1, "pending_notifications_count": 2}
    (asked,) = (await api.get(REQUESTS, mira)).body
    assert set(asked) == {"id", "created_at", "updated_at", "account", "notifications_count", "last_status"}
    assert (asked["account"]["id"], asked["notifications_count"]) == (ben.id, "2")
    assert asked["last_status"]["id"] == said["id"]
    assert (await api.get(f"{REQUESTS}/{asked['id']}", mira)).body == asked
    for method, path in (("GET", ""), ("POST", "/accept"), ("POST", "/dismiss")):
        assert (await api.call(method, f"{REQUESTS}/{asked['id']}{path}", ben)).status == 404
    assert (await api.post(f"{REQUESTS}/{asked['id']}/accept", mira)).body == {}
    assert await heard(api, mira) == ["ben", "ben"]
    assert (await api.get(REQUESTS, mira)).body == []
    assert (await api.get(f"{REQUESTS}/merged", mira)).body == {"merged": True}
    await call(api, ben, "@mira again")
    assert len(await heard(api, mira)) == 3, "who was accepted is heard from then on"


async def test_dismissed_and_many_at_once(api, mira, ben):
    cleo = make_person("cleo")
    await change(api, mira, for_not_following="filter")
    for person in (ben, cleo):
        await call(api, person)
    ids = [each["id"] for each in (await api.get(REQUESTS, mira)).body]
    assert len(ids) == 2
    as_mastodon_py_writes_it = "&".join(f"id[][]={each}" for each in ids)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    dismissed = await api.call("POST", f"{REQUESTS}/dismiss", mira, headers=form, data=as_mastodon_py_writes_it)
    assert dismissed.body == {}
    assert (await api.get(REQUESTS, mira)).body == []
    assert await heard(api, mira, include_filtered=True) == []
    await call(api, ben)
    ids = [each["id"] for each in (await api.get(REQUESTS, mira)).body]
    assert (await api.post(f"{REQUESTS}/accept", mira, id=ids)).body == {}
    assert await heard(api, mira) == ["ben"]
    assert (await api.post(f"{REQUESTS}/accept", mira, id=["7"])).status == 404


async def test_each_rule(api, mira, ben):
    """(rule, what makes ben meet it, whether following him frees him)."""
    old = clock.now() - timedelta(days=60)
    alter(ben, published_at=old)
    for rule, values, undo in (
        ("for_bots", {"kind": ActorKind.SERVICE}, {"kind": ActorKind.PERSON}),
        ("for_new_accounts", {"published_at": clock.now()}, {"published_at": old}),
        ("for_limited_accounts", {"limited_at": clock.now()}, {"limited_at": None}),
        ("for_not_following", {}, {}),
        ("for_not_followers", {}, {}),
    ):
        await change(api, mira, **({"for_limited_accounts": "accept"} | {rule: "drop"}))
        await call(api, ben)
        met_without = len(await heard(api, mira))
        assert met_without == (0 if rule in {"for_not_following", "for_not_followers"} else 1), rule
        await api.post("/api/v1/notifications/clear", mira)
        alter(ben, **values)
        await call(api, ben)
        assert await heard(api, mira, include_filtered=True) == [], rule
        if rule != "for_not_followers":
            await api.post(f"/api/v1/accounts/{ben.id}/follow", mira)
            await call(api, ben)
            assert len(await heard(api, mira)) == 1, rule
            await api.post(f"/api/v1/accounts/{ben.id}/unfollow", mira)
        alter(ben, **undo)
        await change(api, mira, **{rule: "accept"})
        await api.post("/api/v1/notifications/clear", mira)


async def test_private_messages_but_answers(api, mira, ben):
    await change(api, mira, for_private_mentions="filter")
    await call(api, ben, visibility="direct")
    assert await heard(api, mira) == []
    asked = (await api.post("/api/v1/statuses", mira, status="@ben what?", visibility="direct")).body
    await call(api, ben, visibility="direct", in_reply_to_id=asked["id"])
    await call(api, ben)
    assert await heard(api, mira) == ["ben", "ben"]


async def test_the_first_version_and_mistakes(api, mira):
    path = "/api/v1/notifications/policy"
    assert (await api.get(path, mira)).body["filter_not_following"] is False
    body = (await api.put(path, mira, filter_not_following=True)).body
    assert (body["filter_not_following"], body["filter_private_mentions"]) == (True, False)
    assert (await api.get(POLICY, mira)).body["for_not_following"] == "filter"
    answer = await api.call("PUT", POLICY, mira, json={"for_bots": "shout"})
    assert (answer.status, answer.body) == (422, {"error": "'shout' is not a valid for_bots"})
