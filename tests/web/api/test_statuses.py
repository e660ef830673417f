"""Posting and what happens to posts, as Mastodon 4.6.5 answers it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from fedi import clock, db
from fedi.models.outgoing import Outgoing
from fedi.models.post import Post
from fedi.tasks import media as media_task
from fedi.tasks import upkeep

from .conftest import make_person, picture


async def post(api, who, **given):
    return (await api.post("/api/v1/statuses", who, **({"status": "hello"} | given))).body


def verbs():
    with db.reading() as session:
        return [row.verb for row in session.scalars(select(Outgoing).order_by(Outgoing.id))]


async def test_artwork_walk(api, mira, otto):
    """Upload, post while it is being protected, see it publish by itself with an address."""
    upload = await api.upload(mira, picture(), description="a blue round")
    assert upload.status == 202
    written = await post(api, mira, status="A round #ink", media_ids=[upload.body["id"]], fedi={"title": "Round"})
    assert written["fedi"]["state"] == "preparing"
    assert (await api.get(f"/api/v1/statuses/{written['id']}", otto)).status == 404
    assert verbs() == []
    media_task.protect()
    seen = await api.get(f"/api/v1/statuses/{written['id']}", otto)
    assert seen.status == 200
    picture_seen = seen.body["media_attachments"][0]
    assert picture_seen["url"].startswith("https://art.test/media/")
    assert picture_seen["preview_url"]
    assert picture_seen["blurhash"]
    assert picture_seen["meta"]["original"]["width"] == 320
    assert picture_seen["description"] == "a blue round"
    assert (picture_seen["fedi"]["consent"], picture_seen["fedi"]["state"]) == ("prohibited", "protected")
    assert seen.body["content"].startswith("<p><strong>Round</strong></p>")
    assert seen.body["fedi"]["consent"] == "prohibited"
    assert (await api.get(f"/api/v1/media/{upload.body['id']}", mira)).status == 200
    assert verbs() == ["create"]
    own = (await api.get(f"/api/v1/statuses/{written['id']}", mira)).body
    assert {stage["state"] for stage in own["media_attachments"][0]["fedi"]["stages"]} == {"done"}
    for path in ("timelines/public", "timelines/home", "timelines/tag/ink", f"accounts/{mira.id}/statuses"):
        answer = await api.get(f"/api/v1/{path}", mira, only_media="true")
        assert [each["id"] for each in answer.body] == [written["id"]], path


async def test_alt_text_changes_with_an_edit(api, mira):
    upload = await api.upload(mira, picture(), description="old")
    written = await post(api, mira, media_ids=[upload.body["id"]])
    media_task.protect()
    changed = {"id": upload.body["id"], "description": "new", "focus": "0.5,0.5"}
    edited = await api.put(
        f"/api/v1/statuses/{written['id']}",
        mira,
        status="hello",
        media_ids=[upload.body["id"]],
        media_attributes=[changed],
    )
    assert edited.body["media_attachments"][0]["description"] == "new"
    assert edited.body["media_attachments"][0]["meta"]["focus"] == {"x": 0.5, "y": 0.5}
    assert (await api.put(f"/api/v1/media/{upload.body['id']}", mira, description="again")).status == 404


async def test_edit_without_media_ids_keeps_the_pictures(api, mira):
    upload = await api.upload(mira, picture())
    written = await post(api, mira, media_ids=[upload.body["id"]])
    media_task.protect()
    edited = (await api.put(f"/api/v1/statuses/{written['id']}", mira, status="other")).body
    assert len(edited["media_attachments"]) == 1
    assert edited["edited_at"]


async def test_failed_picture_tells_why(api, mira):
    truncated = picture()[:-200]
    upload = await api.upload(mira, truncated)
    media_task.protect()
    shown = await api.get(f"/api/v1/media/{upload.body['id']}", mira)
    assert shown.status == 422
    assert shown.body["error"]


async def test_cancel_and_retry(api, mira):
    upload = await api.upload(mira, picture())
    written = await post(api, mira, media_ids=[upload.body["id"]])
    cancelled = await api.post(f"/api/v1/statuses/{written['id']}/cancel", mira)
    assert cancelled.body["fedi"]["state"] == "draft"
    media_task.protect()
    again = await api.post(f"/api/v1/statuses/{written['id']}/retry", mira)
    assert again.body["fedi"]["state"] == "published"
    assert (await api.post(f"/api/v1/statuses/{written['id']}/cancel", mira)).status == 409


async def test_only_a_warning_becomes_the_text(api, mira):
    body = await post(api, mira, status="", spoiler_text="spiders")
    assert (body["content"], body["spoiler_text"], body["sensitive"]) == ("<p>spiders</p>", "", True)
    assert (await post(api, mira, spoiler_text="cw"))["sensitive"] is True


@pytest.mark.parametrize(
    "given",
    [
        {"status": ""}, {"status": "x" * 5001}, {"visibility": "everyone"}, {"media_ids": ["1"]}, {"poll": {"options": ["a", "b"], "expires_in": 1}},
        {"in_reply_to_id": "1"}, {"in_reply_to_id": "abc"}, {"media_ids": [str(n) for n in range(1, 12)]},
    ],
)  # fmt: skip
async def test_refused(api, mira, given):
    answer = await api.post("/api/v1/statuses", mira, **({"status": "x"} | given))
    assert answer.status in {404, 422}, given
    assert set(answer.body) == {"error"}
    with db.reading() as session:
        assert session.scalars(select(Post)).unique().all() == []


async def test_idempotency_key_with_media(api, mira):
    upload = await api.upload(mira, picture())
    headers = {"Idempotency-Key": "once"}
    first = await api.post("/api/v1/statuses", mira, headers=headers, status="x", media_ids=[upload.body["id"]])
    second = await api.post("/api/v1/statuses", mira, headers=headers, status="x", media_ids=[upload.body["id"]])
    assert first.body["id"] == second.body["id"]


async def test_edit_without_status_is_422(api, mira):
    body = await post(api, mira)
    assert (await api.put(f"/api/v1/statuses/{body['id']}", mira, spoiler_text="x")).status == 422


async def test_history_holds_every_version(api, mira):
    body = await post(api, mira, status="one", spoiler_text="cw")
    for text in ("two", "three"):
        await api.put(f"/api/v1/statuses/{body['id']}", mira, status=text)
    versions = (await api.get(f"/api/v1/statuses/{body['id']}/history", mira)).body
    assert [each["content"] for each in versions] == ["<p>one</p>", "<p>two</p>", "<p>three</p>"]
    assert [each["spoiler_text"] for each in versions] == ["cw", "", ""]


async def test_an_edit_that_changes_nothing_leaves_no_trace(api, mira):
    body = await post(api, mira, status="one", spoiler_text="cw", language="en")
    same = {"status": "one", "spoiler_text": "cw", "language": "en"}
    unchanged = (await api.put(f"/api/v1/statuses/{body['id']}", mira, **same)).body
    assert (unchanged["edited_at"], verbs()) == (None, ["create"])
    assert len((await api.get(f"/api/v1/statuses/{body['id']}/history", mira)).body) == 1
    changed = (await api.put(f"/api/v1/statuses/{body['id']}", mira, **same | {"language": "de"})).body
    assert (changed["language"], bool(changed["edited_at"])) == ("de", True)


async def test_boosters_hear_of_an_edit(api, mira, otto):
    body = await post(api, mira, status="one")
    for who in (mira, otto):
        await api.post(f"/api/v1/statuses/{body['id']}/reblog", who)
    await api.put(f"/api/v1/statuses/{body['id']}", mira, status="two")
    told = {who.name: (await api.get("/api/v1/notifications", who)).body for who in (mira, otto)}
    assert [each["type"] for each in told["mira"]] == ["reblog"]
    assert [(each["type"], each["status"]["id"]) for each in told["otto"]] == [("update", body["id"])]


async def test_the_source_is_for_whoever_may_see_the_post(api, mira, otto):
    seen, hidden = await post(api, mira, status="*seen*"), await post(api, mira, visibility="private")
    assert (await api.get(f"/api/v1/statuses/{seen['id']}/source", otto)).body["text"] == "*seen*"
    assert (await api.get(f"/api/v1/statuses/{hidden['id']}/source", otto)).status == 404
    assert (await api.get(f"/api/v1/statuses/{seen['id']}/source")).status == 401


async def test_answers_that_few_may_see_are_not_counted(api, mira, otto):
    id_ = (await post(api, mira))["id"]
    for visibility in ("private", "direct", "unlisted"):
        await post(api, otto, status="@mira yes", in_reply_to_id=id_, visibility=visibility)
    assert (await api.get(f"/api/v1/statuses/{id_}")).body["replies_count"] == 1


async def test_a_boost_is_deleted_by_its_own_id(api, mira, otto):
    id_ = (await post(api, mira))["id"]
    boost = (await api.post(f"/api/v1/statuses/{id_}/reblog", otto)).body["id"]
    assert (await api.delete(f"/api/v1/statuses/{boost}", mira)).status == 404
    deleted = await api.delete(f"/api/v1/statuses/{boost}", otto)
    assert (deleted.status, deleted.body["id"], deleted.body["reblog"]["id"]) == (200, boost, id_)
    left = (await api.get(f"/api/v1/statuses/{id_}", otto)).body
    assert (left["reblogs_count"], left["reblogged"]) == (0, False)


async def test_a_boost_is_for_those_for_whom_one_posts(api, mira, otto):
    """Unless the app says for whom."""
    await api.call("PATCH", "/api/v1/accounts/update_credentials", otto, json={"source": {"privacy": "unlisted"}})
    for given, visibility in (({}, "unlisted"), ({"visibility": "public"}, "public")):
        id_ = (await post(api, mira))["id"]
        assert (await api.post(f"/api/v1/statuses/{id_}/reblog", otto, **given)).body["visibility"] == visibility


async def test_delete_answers_the_source_and_is_gone(api, mira, otto):
    body = await post(api, mira, status="hello #art")
    deleted = await api.delete(f"/api/v1/statuses/{body['id']}", mira)
    assert deleted.body["text"] == "hello #art"
    for who in (mira, otto, None):
        assert (await api.get(f"/api/v1/statuses/{body['id']}", who)).status == 404
    assert (await api.delete(f"/api/v1/statuses/{body['id']}", mira)).status == 404
    assert verbs() == ["create", "delete"]


async def test_likes_boosts_and_their_undoing(api, mira, otto):
    id_ = (await post(api, mira))["id"]
    for _ in range(2):
        liked = (await api.post(f"/api/v1/statuses/{id_}/favourite", otto)).body
        boost = (await api.post(f"/api/v1/statuses/{id_}/reblog", otto)).body
    assert (liked["favourites_count"], boost["reblog"]["reblogs_count"]) == (1, 1)
    assert boost["reblog"]["id"] == id_
    assert boost["id"] != id_
    assert [each["id"] for each in (await api.get("/api/v1/favourites", otto)).body] == [id_]
    assert [each["username"] for each in (await api.get(f"/api/v1/statuses/{id_}/reblogged_by")).body] == ["otto"]
    on_boost = (await api.post(f"/api/v1/statuses/{boost['id']}/bookmark", mira)).body
    assert on_boost["id"] == id_
    assert (await api.get(f"/api/v1/statuses/{boost['id']}")).body["reblog"]["id"] == id_
    undone = (await api.post(f"/api/v1/statuses/{id_}/unreblog", otto)).body
    assert (undone["id"], undone["reblogged"], undone["reblogs_count"]) == (id_, False, 0)
    assert (await api.post(f"/api/v1/statuses/{id_}/unfavourite", otto)).body["favourites_count"] == 0
    assert (await api.get(f"/api/v1/statuses/{boost['id']}")).status == 404


async def test_private_posts_are_not_boosted_by_others(api, mira, otto):
    await api.post(f"/api/v1/accounts/{mira.id}/follow", otto)
    id_ = (await post(api, mira, visibility="private"))["id"]
    assert (await api.get(f"/api/v1/statuses/{id_}", otto)).body["visibility"] == "private"
    assert (await api.post(f"/api/v1/statuses/{id_}/reblog", otto)).status == 403
    own = (await api.post(f"/api/v1/statuses/{id_}/reblog", mira)).body
    assert own["visibility"] == "private"


async def test_boosts_for_followers_reach_them_alone(api, mira, otto):
    """Of one's own post that is for them, and of another that one shows them."""
    lena = make_person("lena")
    await api.post(f"/api/v1/accounts/{mira.id}/follow", otto)
    private, public = await post(api, mira, visibility="private"), await post(api, lena)
    own = (await api.post(f"/api/v1/statuses/{private['id']}/reblog", mira)).body["id"]
    shown = (await api.post(f"/api/v1/statuses/{public['id']}/reblog", mira, visibility="private")).body["id"]
    profile = f"/api/v1/accounts/{mira.id}/statuses"
    for who, seen in ((mira, {own, shown}), (otto, {own, shown}), (lena, set()), (None, set())):
        assert {each["id"] for each in (await api.get(profile, who)).body if each["reblog"]} == seen
        for id_ in (own, shown):
            assert (await api.get(f"/api/v1/statuses/{id_}", who)).status == (200 if id_ in seen else 404)
    home = [each["id"] for each in (await api.get("/api/v1/timelines/home", otto)).body]
    assert shown in home
    assert own not in home, "home has the post itself"
    with clock.frozen(clock.timestamp() + timedelta(days=30).total_seconds()):
        await api.post(f"/api/v1/statuses/{private['id']}/unreblog", mira)
        later = (await api.post(f"/api/v1/statuses/{private['id']}/reblog", mira)).body["id"]
        assert later in [each["id"] for each in (await api.get("/api/v1/timelines/home", otto)).body]


async def test_pins(api, mira):
    ids = [(await post(api, mira, status=str(n)))["id"] for n in range(6)]
    answers = [(await api.post(f"/api/v1/statuses/{id_}/pin", mira)).status for id_ in ids]
    assert answers == [200] * 5 + [422]
    pinned = await api.get(f"/api/v1/accounts/{mira.id}/statuses", pinned="true")
    assert [each["id"] for each in pinned.body] == ids[4::-1]
    more = await api.post(f"/api/v1/statuses/{ids[5]}/pin", mira)
    assert more.body == {"error": "Validation failed: You have already pinned the maximum number of posts"}
    direct = (await post(api, mira, visibility="direct"))["id"]
    said = (await api.post(f"/api/v1/statuses/{direct}/pin", mira)).body["error"]
    assert said == "Validation failed: Posts that are only visible to mentioned users cannot be pinned"


async def test_thread(api, mira, otto):
    root = (await post(api, mira))["id"]
    first = (await post(api, otto, status="@mira one", in_reply_to_id=root))["id"]
    second = (await post(api, mira, status="@otto two", in_reply_to_id=first))["id"]
    hidden = (await post(api, mira, status="three", in_reply_to_id=second, visibility="direct"))["id"]
    below = (await post(api, mira, status="four", in_reply_to_id=hidden))["id"]
    context = (await api.get(f"/api/v1/statuses/{first}/context")).body
    assert [each["id"] for each in context["ancestors"]] == [root]
    assert [each["id"] for each in context["descendants"]] == [second]
    seen = (await api.get(f"/api/v1/statuses/{below}/context")).body["ancestors"]
    assert [each["id"] for each in seen] == [root, first, second]
    assert (await api.get(f"/api/v1/statuses/{first}")).body["mentions"][0]["acct"] == "mira"
    assert (await api.get(f"/api/v1/statuses/{root}")).body["replies_count"] == 1


@pytest.mark.parametrize("kind", ["form", "json"])
async def test_bodies(api, mira, kind):
    answer = await api.call("POST", "/api/v1/statuses", mira, **{kind: {"status": "wörld", "sensitive": "true"}})
    assert (answer.body["content"], answer.body["sensitive"]) == ("<p>wörld</p>", True)


async def test_query_wins_over_the_body(api, mira):
    answer = await api.call("POST", "/api/v1/statuses?status=query", mira, json={"status": "body"})
    assert answer.body["content"] == "<p>query</p>"


async def test_caching_and_cors(api, mira):
    id_ = (await post(api, mira))["id"]
    path = f"/api/v1/statuses/{id_}"
    anonymous, own = await api.get(path), await api.get(path, mira)
    assert anonymous.headers["Cache-Control"] == "public, max-age=15"
    assert "Authorization" in ",".join(anonymous.headers.getlist("Vary"))
    assert own.headers["Cache-Control"] == "private, no-store"
    assert own.headers["X-RateLimit-Limit"] == "1500"
    for answer in (anonymous, own):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Link" in answer.headers["Access-Control-Expose-Headers"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
    asked = {
        "Origin": "https://phanpy.social",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "x-a",
    }
    for where in (path, "/oauth/token", "/api/v1/nothing"):
        preflight = await api.call("OPTIONS", where, headers=asked)
        assert preflight.status == 200
        assert preflight.headers["Access-Control-Allow-Origin"] == "*"
        assert preflight.headers["Access-Control-Allow-Headers"] == "x-a"
        assert preflight.headers["Access-Control-Max-Age"] == "7200"


async def test_who_may_quote(api, mira):
    """By default whoever asks; the author says otherwise when posting, or later."""
    plain = await post(api, mira)
    assert plain["quote_approval"] == {"automatic": [], "manual": ["public"], "current_user": "automatic"}
    chosen = await post(api, mira, quote_approval_policy="followers")
    assert chosen["quote_approval"]["automatic"] == ["followers"]
    path = f"/api/v1/statuses/{chosen['id']}/interaction_policy"
    changed = await api.put(path, mira, quote_approval_policy="nobody")
    assert changed.body["quote_approval"] == {"automatic": [], "manual": [], "current_user": "automatic"}
    assert (await api.put(path, mira, quote_approval_policy="whoever")).status == 422


async def work(api, who):
    """A published post with a picture: (status, media id)."""
    upload = (await api.upload(who, picture(), description="a round")).body["id"]
    written = await post(api, who, media_ids=[upload])
    media_task.protect()
    return (await api.get(f"/api/v1/statuses/{written['id']}", who)).body, upload


async def test_delete_and_redraft_keeps_the_pictures(api, mira, otto):
    """The old file is gone at once; the new post shows the same picture, protected anew, at a new address."""
    written, upload = await work(api, mira)
    old = written["media_attachments"][0]["url"].removeprefix("https://art.test")
    assert (await api.get(old)).status == 200
    gone = (await api.delete(f"/api/v1/statuses/{written['id']}", mira)).body
    assert (gone["text"], gone["media_attachments"][0]["id"]) == ("hello", upload)
    assert (await api.get(old)).status == 404
    assert media_task.protect() == 0
    assert (await api.get(f"/api/v1/media/{upload}", mira)).status == 206
    again = await post(api, mira, status="hello, better", media_ids=[upload])
    assert (await api.get(f"/api/v1/statuses/{again['id']}", otto)).status == 404
    media_task.protect()
    shown = (await api.get(f"/api/v1/statuses/{again['id']}", otto)).body["media_attachments"][0]
    new = shown["url"].removeprefix("https://art.test")
    assert (shown["id"], shown["description"], new != old) == (upload, "a round", True)
    assert (await api.get(new)).status == 200


async def test_pictures_that_nothing_shows_go_after_a_day(api, mira):
    written, shown = await work(api, mira)
    deleted, dropped = await work(api, mira)
    at_once, lost = await work(api, mira)
    loose = (await api.upload(mira, picture())).body["id"]
    later = (await api.upload(mira, picture())).body["id"]
    media_task.protect()
    at = clock.iso_millis(clock.now() + timedelta(days=3))
    assert (await api.post("/api/v1/statuses", mira, status="x", media_ids=[later], scheduled_at=at)).status == 200
    await api.delete(f"/api/v1/statuses/{deleted['id']}", mira)
    await api.delete(f"/api/v1/statuses/{at_once['id']}?delete_media=true", mira)
    kept = {id_: (await api.get(f"/api/v1/media/{id_}", mira)).status for id_ in (dropped, lost, loose)}
    assert kept == {dropped: 206, lost: 404, loose: 200}
    with clock.frozen(clock.timestamp() + 86_500):
        upkeep.sweep_once()
        left = {id_: (await api.get(f"/api/v1/media/{id_}", mira)).status for id_ in (dropped, loose, later)}
    assert left == {dropped: 404, loose: 404, later: 200}
    assert (await api.get(f"/api/v1/statuses/{written['id']}")).body["media_attachments"][0]["id"] == shown
