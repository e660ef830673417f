"""Quotes by the client API: Mastodon's Quote and ShallowQuote, who may, who did, and taking it back."""

from fedi import db
from fedi.models.actor import Actor
from fedi.models.post import Post
from fedi.services import relations

from .conftest import make_person


async def say(api, who, text="hello", **more):
    answer = await api.post("/api/v1/statuses", who, status=text, **more)
    assert answer.status == 200, answer.body
    return answer.body


async def test_quoting_and_what_is_shown_of_it(api, mira, otto):
    first = await say(api, mira, "the first", quote_approval_policy="public")
    assert first["quote_approval"] == {"automatic": ["public"], "manual": [], "current_user": "automatic"}
    seen = (await api.get(f"/api/v1/statuses/{first['id']}", otto)).body
    assert (seen["quote_approval"]["current_user"], seen["quotes_count"], seen["quote"]) == ("automatic", 0, None)

    second = await say(api, otto, "look", quoted_status_id=first["id"])
    assert second["quote"]["state"] == "accepted"
    assert second["quote"]["quoted_status"]["id"] == first["id"]
    assert second["content"].startswith('<p class="quote-inline">RE: ')
    third = await say(api, otto, "and this", quoted_status_id=second["id"])
    assert third["quote"]["quoted_status"]["quote"] == {"state": "accepted", "quoted_status_id": first["id"]}

    assert (await api.get(f"/api/v1/statuses/{first['id']}", mira)).body["quotes_count"] == 1
    listed = await api.get(f"/api/v1/statuses/{first['id']}/quotes", mira)
    assert [each["id"] for each in listed.body] == [second["id"]]
    told = (await api.get("/api/v1/notifications", mira)).body
    assert [(each["type"], each["status"]["id"]) for each in told] == [("quote", second["id"])]
    assert (await api.get(f"/api/v1/statuses/{first['id']}/context", mira)).body["descendants"] == []


async def test_a_quote_needs_no_words(api, mira, otto):
    """Neither when it is written nor when they are taken out of it."""
    first = await say(api, mira, "the first", quote_approval_policy="public")
    bare = await say(api, otto, "", quoted_status_id=first["id"])
    assert bare["quote"]["quoted_status"]["id"] == first["id"]
    worded = await say(api, otto, "look", quoted_status_id=first["id"])
    edited = await api.put(f"/api/v1/statuses/{worded['id']}", otto, status="")
    assert (edited.status, edited.body["quote"]["state"]) == (200, "accepted")


async def test_taking_it_back(api, mira, otto):
    first = await say(api, mira, quote_approval_policy="public")
    second = await say(api, otto, quoted_status_id=first["id"])
    path = f"/api/v1/statuses/{first['id']}/quotes/{second['id']}/revoke"
    assert (await api.post(path, otto)).status == 403
    revoked = await api.post(path, mira)
    assert (revoked.status, revoked.body["id"]) == (200, second["id"])
    assert revoked.body["quote"] == {"state": "revoked", "quoted_status": None}
    assert (await api.post(f"/api/v1/statuses/{first['id']}/quotes/{first['id']}/revoke", mira)).status == 404
    assert (await api.get(f"/api/v1/statuses/{first['id']}", mira)).body["quotes_count"] == 0


async def test_asking_is_pending_and_nobody_is_not_found(api, mira, otto):
    asks = await say(api, mira)
    seen = (await api.get(f"/api/v1/statuses/{asks['id']}", otto)).body
    assert seen["quote_approval"] == {"automatic": [], "manual": ["public"], "current_user": "manual"}
    pending = await say(api, otto, quoted_status_id=asks["id"])
    assert pending["quote"] == {"state": "pending", "quoted_status": None}
    closed = await say(api, mira, quote_approval_policy="nobody")
    for quoted in (closed["id"], "1", "garbage"):
        refused = await api.post("/api/v1/statuses", otto, status="x", quoted_status_id=quoted)
        assert refused.status == 404
        assert refused.body == {"error": "The post you are trying to quote does not appear to exist."}
    private = await say(api, mira, visibility="private", quote_approval_policy="public")
    assert (await api.post("/api/v1/statuses", otto, status="x", quoted_status_id=private["id"])).status == 404
    own = await say(api, mira, quoted_status_id=private["id"])
    assert own["visibility"] == "private"


async def test_what_is_deleted_blocked_or_muted_is_not_shown(api, mira, otto):
    third = make_person("third")
    first = await say(api, mira, quote_approval_policy="public")
    second = await say(api, otto, quoted_status_id=first["id"])
    with db.writing() as session:
        relations.mute(session, session.get_one(Actor, third.actor_id), session.get_one(Actor, mira.actor_id))
    path = f"/api/v1/statuses/{second['id']}"
    assert (await api.get(path, third)).body["quote"]["state"] == "muted_account"
    assert (await api.post(f"/api/v1/accounts/{mira.id}/block", third)).status == 200
    assert (await api.get(path, third)).body["quote"] == {"state": "blocked_account", "quoted_status": None}
    await api.delete(f"/api/v1/statuses/{first['id']}", mira)
    assert (await api.get(path, otto)).body["quote"] == {"state": "deleted", "quoted_status": None}
    await api.delete(path, otto)
    with db.reading() as session:
        assert session.query(Post).count() == 2


async def test_a_stranger_sees_what_is_for_everybody(api, mira):
    private = await say(api, mira, visibility="private")
    own = await say(api, mira, visibility="private", quoted_status_id=private["id"])
    assert (await api.get(f"/api/v1/statuses/{own['id']}", mira)).body["quote"]["state"] == "accepted"
    first = await say(api, mira, quote_approval_policy="public")
    second = await say(api, mira, quoted_status_id=first["id"])
    assert (await api.get(f"/api/v1/statuses/{second['id']}")).body["quote"]["quoted_status"]["id"] == first["id"]
