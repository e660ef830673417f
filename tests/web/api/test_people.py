"""Following, blocking, muting, reporting, and what each of them hides."""

import json
import time

import pytest
from sqlalchemy import select, update

from fedi import clock, db
from fedi.models.actor import Actor
from fedi.models.follow import Follow, FollowState
from fedi.models.instance import DomainSeverity
from fedi.models.outgoing import Outgoing
from fedi.models.post import Post, PostState, PostTag, Visibility
from fedi.models.report import Report
from fedi.services import domains
from fedi.tasks import media as media_task
from fedi.web.api.entities import account as entity

from .conftest import make_person, make_remote, multipart, picture

UPDATE = "/api/v1/accounts/update_credentials"


async def post(api, who, text="hello", **given):
    return (await api.post("/api/v1/statuses", who, status=text, **given)).body["id"]


def remote_post(actor_id, text="<p>from elsewhere</p>", visibility=Visibility.PUBLIC, tag=None):
    with db.writing() as session:
        actor = session.get_one(Actor, actor_id)
        id_ = clock.new_id()
        row = Post(
            id=id_, uri=f"{actor.uri}/statuses/{id_}", actor_id=actor_id, state=PostState.PUBLISHED, visibility=visibility,
            content=text, summary="<script>x</script>cw", published_at=clock.now(),
        )  # fmt: skip
        if tag:
            row.tags = [PostTag(name=tag, label=tag)]
        session.add(row)
        return str(id_)


async def ids(api, path, who=None, **query):
    return [each["id"] for each in (await api.get(f"/api/v1/{path}", who, **query)).body]


async def relation(api, who, other):
    return (await api.get("/api/v1/accounts/relationships", who, **{"id[]": other.id})).body[0]


async def test_follow_and_home(api, mira, otto):
    lena = make_person("lena")
    mine = await post(api, mira)
    assert await ids(api, "timelines/home", otto) == []
    followed = (await api.post(f"/api/v1/accounts/{mira.id}/follow", otto)).body
    assert (followed["following"], followed["showing_reblogs"], followed["requested"]) == (True, True, False)
    assert await ids(api, "timelines/home", otto) == [mine]
    boost = (await api.post(f"/api/v1/statuses/{await post(api, lena)}/reblog", mira)).body["id"]
    assert await ids(api, "timelines/home", otto) == [boost, mine]
    await api.post(f"/api/v1/accounts/{mira.id}/follow", otto, reblogs=False)
    assert await ids(api, "timelines/home", otto) == [mine]
    assert [each["username"] for each in (await api.get(f"/api/v1/accounts/{mira.id}/followers")).body] == ["otto"]
    assert [each["username"] for each in (await api.get(f"/api/v1/accounts/{otto.id}/following")).body] == ["mira"]
    assert (await relation(api, mira, otto))["followed_by"] is True
    await api.post(f"/api/v1/accounts/{otto.id}/remove_from_followers", mira)
    assert await ids(api, "timelines/home", otto) == []
    assert (await api.post(f"/api/v1/accounts/{mira.id}/unfollow", otto)).body["following"] is False


async def test_replies_between_others_stay_out_of_home(api, mira, otto):
    lena = make_person("lena")
    await api.post(f"/api/v1/accounts/{mira.id}/follow", otto)
    stranger = await post(api, lena)
    answer = await post(api, mira, "@lena yes", in_reply_to_id=stranger)
    to_self = await post(api, mira, "more", in_reply_to_id=answer)
    own = await post(api, otto)
    to_otto = await post(api, mira, "@otto hi", in_reply_to_id=own)
    assert await ids(api, "timelines/home", otto) == [to_otto, own, to_self]
    assert answer not in await ids(api, "timelines/public")
    assert await ids(api, f"accounts/{mira.id}/statuses", exclude_replies="true") == [to_self]


async def test_locked_accounts_are_asked(api, mira, otto):
    await api.call("PATCH", "/api/v1/accounts/update_credentials", mira, form={"locked": "true", "note": "inks"})
    assert (await api.post(f"/api/v1/accounts/{mira.id}/follow", otto)).body["requested"] is True
    private = await post(api, mira, visibility="private")
    assert (await api.get(f"/api/v1/statuses/{private}", otto)).status == 404
    assert await ids(api, "follow_requests", mira) == [otto.id]
    assert (await relation(api, mira, otto))["requested_by"] is True
    assert (await api.post(f"/api/v1/follow_requests/{otto.id}/authorize", mira)).body["followed_by"] is True
    assert (await api.get(f"/api/v1/statuses/{private}", otto)).status == 200
    assert (await api.post(f"/api/v1/follow_requests/{otto.id}/reject", mira)).status == 404
    assert [each["type"] for each in (await api.get("/api/v1/notifications", mira)).body] == ["follow"]


async def test_block_is_a_wall(api, mira, otto):
    await api.post(f"/api/v1/accounts/{mira.id}/follow", otto)
    id_ = await post(api, mira)
    await api.post(f"/api/v1/statuses/{id_}/favourite", otto)
    blocked = (await api.post(f"/api/v1/accounts/{otto.id}/block", mira)).body
    assert (blocked["blocking"], blocked["followed_by"]) == (True, False)
    assert (await relation(api, otto, mira))["blocked_by"] is True
    assert (await api.get(f"/api/v1/statuses/{id_}", otto)).status == 404
    for path in ("timelines/home", "timelines/public", f"accounts/{mira.id}/statuses"):
        assert await ids(api, path, otto) == []
    assert (await api.post(f"/api/v1/accounts/{mira.id}/follow", otto)).status == 403
    assert (await api.post("/api/v1/statuses", otto, status="x", in_reply_to_id=id_)).status == 404
    await post(api, otto, "@mira hey")
    assert (await api.get("/api/v1/notifications", mira)).body == []
    assert await ids(api, "blocks", mira) == [otto.id]
    assert (await api.get(f"/api/v1/accounts/{mira.id}/followers", otto)).body == []
    assert (await api.post(f"/api/v1/accounts/{otto.id}/unblock", mira)).body["blocking"] is False
    assert (await api.get(f"/api/v1/statuses/{id_}", otto)).status == 200


async def test_mute_is_silent_and_ends(api, mira, otto):
    await api.post(f"/api/v1/accounts/{otto.id}/follow", mira)
    written = await post(api, otto)
    muted = (await api.post(f"/api/v1/accounts/{otto.id}/mute", mira, duration=60)).body
    assert (muted["muting"], muted["muting_notifications"]) == (True, True)
    assert muted["muting_expires_at"]
    for path in ("timelines/home", "timelines/public"):
        assert written not in await ids(api, path, mira)
    assert (await api.get(f"/api/v1/statuses/{written}", mira)).status == 200
    await post(api, otto, "@mira hey")
    assert (await api.get("/api/v1/notifications", mira)).body == []
    assert (await api.get("/api/v1/mutes", mira)).body[0]["mute_expires_at"]
    with clock.frozen(clock.timestamp() + 61):
        assert written in await ids(api, "timelines/home", mira)
    assert (await api.post(f"/api/v1/accounts/{otto.id}/unmute", mira)).body["muting"] is False


async def test_who_is_muted_in_timelines_alone_is_heard(api, mira, otto):
    await api.post(f"/api/v1/accounts/{otto.id}/mute", mira, notifications=False)
    await post(api, otto, "@mira hey")
    assert [each["type"] for each in (await api.get("/api/v1/notifications", mira)).body] == ["mention"]
    await api.post(f"/api/v1/accounts/{otto.id}/mute", mira)
    assert (await api.get("/api/v1/notifications", mira)).body == []


async def test_servers_by_how_they_begin(api):
    for name, host in (("gina", "gts.test"), ("gus", "gts.test"), ("ada", "gallery.test"), ("odd", "g%.test")):
        make_remote(name, host)
    assert (await api.get("/api/v1/peers/search", q="G")).body == ["gts.test", "g%.test", "gallery.test"]
    assert (await api.get("/api/v1/peers/search", q="g%")).body == ["g%.test"]
    assert (await api.get("/api/v1/peers/search")).body == []


async def test_nobody_follows_themself(api, mira):
    assert (await api.post(f"/api/v1/accounts/{mira.id}/follow", mira)).status == 404


async def test_following_elsewhere_goes_out(api, mira):
    gina = str(make_remote())
    body = (await api.post(f"/api/v1/accounts/{gina}/follow", mira)).body
    assert (body["following"], body["requested"]) == (False, True)
    with db.reading() as session:
        assert [row.verb for row in session.scalars(select(Outgoing))] == ["follow"]


async def test_report(api, mira, otto):
    moderator = make_person("ada", role="moderator")
    id_ = await post(api, otto)
    answer = await api.post(
        "/api/v1/reports", mira, account_id=otto.id, status_ids=[id_], comment="spam", category="spam"
    )
    assert answer.status == 200
    assert answer.body["status_ids"] == [id_]
    assert answer.body["target_account"]["username"] == "otto"
    told = (await api.get("/api/v1/notifications", moderator)).body
    assert [each["type"] for each in told] == ["admin.report"]
    assert told[0]["report"]["comment"] == "spam"
    for wrong in ({"account_id": "1"}, {"category": "dislike"}, {"comment": "x" * 1001}, {"status_ids": ["1"]}):
        refused = await api.post("/api/v1/reports", mira, **({"account_id": otto.id} | wrong))
        assert refused.status in {404, 422}, wrong
    with db.reading() as session:
        assert len(session.scalars(select(Report)).all()) == 1


async def test_foreign_markup_comes_as_text(api, mira):
    actor_id = make_remote()
    body = (await api.get(f"/api/v1/accounts/{actor_id}", mira)).body
    assert body["display_name"] == "Gina alert(1)"
    assert body["acct"] == "gina@gts.test"
    id_ = remote_post(actor_id)
    assert (await api.get(f"/api/v1/statuses/{id_}")).body["spoiler_text"] == "xcw"


async def test_lookup_search_and_directory(api, mira, otto):
    gina = str(make_remote())
    assert (await api.get("/api/v1/accounts/lookup", acct="@MIRA@art.test")).body["id"] == mira.id
    assert (await api.get("/api/v1/accounts/lookup", acct="gina@gts.test")).body["id"] == gina
    for unknown in ("nobody", "nobody@gts.test", "", "@", "art.test"):
        assert (await api.get("/api/v1/accounts/lookup", acct=unknown)).status == 404
    found = (await api.get("/api/v2/search", otto, q="mir")).body
    assert [each["id"] for each in found["accounts"]] == [mira.id]
    id_ = await post(api, mira, "look #InkArt")
    assert [each["name"] for each in (await api.get("/api/v2/search", q="#ink")).body["hashtags"]] == ["inkart"]
    url = (await api.get(f"/api/v1/statuses/{id_}")).body["url"]
    assert [each["id"] for each in (await api.get("/api/v2/search", otto, q=url)).body["statuses"]] == [id_]
    assert (await api.get("/api/v2/search", q="x", resolve="true")).status == 401
    assert {each["username"] for each in (await api.get("/api/v1/directory", local="true")).body} == {"mira", "otto"}
    assert (await api.get("/api/v1/tags/InkArt")).body["history"][0]["uses"] == "1"


async def test_domain_limit_and_block(api, mira, otto):
    gina = make_remote()
    id_ = remote_post(gina, tag="art")
    with db.writing() as session:
        session.add(Follow(follower_id=otto.actor_id, followee_id=gina, state=FollowState.ACCEPTED))
    assert await ids(api, "timelines/public") == [id_]
    assert await ids(api, "timelines/public", local="true") == []
    assert await ids(api, "timelines/public", remote="true") == [id_]
    with db.writing() as session:
        domains.set_rule(session, "GTS.test", DomainSeverity.LIMIT)
    for who, seen in ((None, []), (mira, []), (otto, [id_])):
        assert await ids(api, "timelines/public", who) == seen
        assert await ids(api, "timelines/tag/art", who) == seen
    assert await ids(api, "timelines/home", otto) == [id_]
    with db.writing() as session:
        domains.set_rule(session, "test", DomainSeverity.BLOCK, public_comment="spam")
        domains.remove_rule(session, "gts.test")
    for path in ("timelines/public", "timelines/home", f"accounts/{gina}/statuses"):
        assert await ids(api, path, otto) == []
    assert (await api.get(f"/api/v1/statuses/{id_}", otto)).status == 404
    assert (await api.post(f"/api/v1/accounts/{gina}/follow", mira)).status == 404
    assert (await api.get(f"/api/v1/accounts/{gina}", mira)).body["suspended"] is True
    told = (await api.get("/api/v1/instance/domain_blocks")).body
    assert [(each["domain"], each["severity"], each["comment"]) for each in told] == [("test", "suspend", "spam")]
    with db.writing() as session:
        domains.remove_rule(session, "test")
    assert await ids(api, "timelines/public") == [id_]


async def test_paging_by_link(api, mira):
    written = [await post(api, mira, f"number {number}") for number in range(7)]
    seen, path = [], "/api/v1/timelines/home?limit=3"
    while True:
        answer = await api.get(path, mira)
        if not answer.body:
            break
        seen += [each["id"] for each in answer.body]
        path = answer.headers["Link"].split(";")[0].strip("<>").removeprefix("https://art.test")
        assert "limit=3" in path
    assert seen == written[::-1]
    assert await ids(api, "timelines/home", mira, min_id=written[1], limit=2) == [written[3], written[2]]
    assert await ids(api, "timelines/home", mira, since_id=written[1], limit=2) == [written[6], written[5]]
    assert await ids(api, "timelines/home", mira, max_id=written[2]) == [written[1], written[0]]


async def test_notifications(api, mira, otto):
    lena = make_person("lena")
    id_ = await post(api, mira)
    for who in (otto, lena):
        await api.post(f"/api/v1/statuses/{id_}/favourite", who)
        await api.post(f"/api/v1/accounts/{mira.id}/follow", who)
    await post(api, otto, "@mira hey")
    told = (await api.get("/api/v1/notifications", mira)).body
    assert [each["type"] for each in told] == ["mention", "follow", "favourite", "follow", "favourite"]
    only = (await api.get("/api/v1/notifications", mira, **{"types[]": ["follow"]})).body
    assert {each["type"] for each in only} == {"follow"}
    but = (await api.get("/api/v1/notifications", mira, **{"exclude_types[]": ["follow", "nonsense"]})).body
    assert [each["type"] for each in but] == ["mention", "favourite", "favourite"]
    grouped = (await api.get("/api/v2/notifications", mira)).body
    assert [each["notifications_count"] for each in grouped["notification_groups"]] == [1, 2, 2]
    assert len(grouped["accounts"]) == 2
    faces = (await api.get("/api/v2/notifications", mira, expand_accounts="partial_avatars")).body
    assert [each["username"] for each in faces["accounts"]] == ["otto", "lena"]
    assert faces["partial_accounts"] == []
    alone = {"expand_accounts": "partial_avatars", "types[]": "favourite"}
    faces = (await api.get("/api/v2/notifications", mira, **alone)).body
    assert [each["username"] for each in faces["accounts"]] == ["lena"]
    assert [each["acct"] for each in faces["partial_accounts"]] == ["otto"]
    assert (await api.get("/api/v2/notifications", mira, expand_accounts="half")).status == 400
    assert (await api.get("/api/v2/notifications/unread_count", mira)).body == {"count": 3}
    assert (await api.get("/api/v1/notifications/unread_count", mira)).body == {"count": 5}
    await api.post("/api/v1/markers", mira, notifications={"last_read_id": told[1]["id"]})
    assert (await api.get("/api/v1/notifications/unread_count", mira)).body == {"count": 1}
    marker = (await api.get("/api/v1/markers", mira, **{"timeline[]": ["notifications"]})).body
    assert marker["notifications"]["last_read_id"] == told[1]["id"]
    assert (await api.post(f"/api/v1/notifications/{told[0]['id']}/dismiss", mira)).status == 200
    assert (await api.post("/api/v1/notifications/clear", mira)).status == 200
    assert (await api.get("/api/v1/notifications", mira)).body == []
    await post(api, otto, "@mira again")
    assert (await api.post("/api/v2/notifications/clear", mira)).status == 200
    assert (await api.get("/api/v1/notifications", mira)).body == []


async def test_update_credentials(api, mira):
    answer = await api.call(
        "PATCH",
        "/api/v1/accounts/update_credentials",
        mira,
        form={
            "display_name": "Mira Ō",
            "note": "ink & water #ink",
            "fields_attributes[0][name]": "Site",
            "fields_attributes[0][value]": "https://mira.example",
            "source[privacy]": "unlisted",
            "source[language]": "de",
            "bot": "true",
        },
    )
    body = answer.body
    assert (body["display_name"], body["bot"], body["source"]["note"]) == ("Mira Ō", True, "ink & water #ink")
    assert body["fields"][0]["name"] == "Site"
    assert 'href="https://mira.example"' in body["fields"][0]["value"]
    assert body["source"]["fields"][0]["value"] == "https://mira.example"
    written = (await api.post("/api/v1/statuses", mira, status="quiet")).body
    assert (written["visibility"], written["language"]) == ("unlisted", "de")
    too_long = await api.call("PATCH", "/api/v1/accounts/update_credentials", mira, form={"display_name": "x" * 256})
    assert too_long.status == 422


@pytest.mark.parametrize("deed", ["block", "mute"])
async def test_who_is_not_to_be_seen_stands_in_no_list_of_people(api, mira, otto, deed):
    """But in one's own, and for everybody else."""
    lena = make_person("lena")
    for who, whom in ((otto, lena), (lena, otto), (otto, mira)):
        await api.post(f"/api/v1/accounts/{whom.id}/follow", who)
    id_ = await post(api, lena)
    for verb in ("favourite", "reblog"):
        await api.post(f"/api/v1/statuses/{id_}/{verb}", otto)
    lists = [f"statuses/{id_}/favourited_by", f"statuses/{id_}/reblogged_by"]
    lists += [f"accounts/{lena.id}/followers", f"accounts/{lena.id}/following"]
    for path in lists:
        assert await ids(api, path, mira) == [otto.id], path
    await api.post(f"/api/v1/accounts/{otto.id}/{deed}", mira)
    for path in lists:
        assert await ids(api, path, mira) == [], path
        assert await ids(api, path) == [otto.id], path
    assert await ids(api, f"accounts/{mira.id}/followers", mira) == ([otto.id] if deed == "mute" else [])


async def test_only_one_kind_of_thing_is_searched_further(api, mira, otto):
    """Of all kinds together there is one page, as in Mastodon."""
    whole = (await api.get("/api/v2/search", mira, q="o", offset="1")).body
    further = (await api.get("/api/v2/search", mira, q="o", offset="1", type="accounts")).body
    assert [[each["username"] for each in body["accounts"]] for body in (whole, further)] == [["otto"], []]


async def test_whom_one_follows_can_be_hidden(api, mira, otto):
    """From everybody but oneself, also from those who look for whom they know; the numbers stay."""
    lena = make_person("lena")
    for who, whom in ((otto, mira), (mira, otto), (otto, lena), (mira, lena)):
        await api.post(f"/api/v1/accounts/{whom.id}/follow", who)
    known = (await api.get("/api/v1/accounts/familiar_followers", mira, **{"id[]": lena.id})).body
    assert [each["username"] for each in known[0]["accounts"]] == ["otto"]
    hidden = (await api.call("PATCH", UPDATE, otto, form={"hide_collections": "true"})).body
    assert (hidden["hide_collections"], hidden["source"]["hide_collections"]) == (True, True)
    for end in ("followers", "following"):
        assert await ids(api, f"accounts/{otto.id}/{end}", mira) == []
        assert await ids(api, f"accounts/{otto.id}/{end}") == []
    assert await ids(api, f"accounts/{otto.id}/followers", otto) == [mira.id]
    assert (await api.get(f"/api/v1/accounts/{otto.id}")).body["followers_count"] == 1
    known = (await api.get("/api/v1/accounts/familiar_followers", mira, **{"id[]": lena.id})).body
    assert known[0]["accounts"] == []
    shown = (await api.call("PATCH", UPDATE, otto, form={"hide_collections": "false"})).body
    assert shown["hide_collections"] is False


async def test_websites_that_may_name_an_author(api, mira):
    """As apps send them, in an address or with stars; they stand in the document for other servers."""
    named = {"attribution_domains": ["https://Journal.example/", "*.gallery.example", "journal.example", ""]}
    body = (await api.call("PATCH", UPDATE, mira, json=named)).body
    assert body["source"]["attribution_domains"] == ["journal.example", "gallery.example"]
    document = await api.get("/users/mira", headers={"Accept": "application/activity+json"})
    assert json.loads(document.body)["attributionDomains"] == ["journal.example", "gallery.example"]
    for wrong in (["no domain"], [f"h{number}.example" for number in range(101)]):
        assert (await api.call("PATCH", UPDATE, mira, json={"attribution_domains": wrong})).status == 422
    assert (await api.call("PATCH", UPDATE, mira, json={"attribution_domains": []})).body["source"][
        "attribution_domains"
    ] == []


async def test_a_gone_account_is_404(api, mira, otto):
    id_ = await post(api, otto)
    with db.writing() as session:
        session.execute(update(Actor).where(Actor.id == otto.actor_id).values(deleted_at=clock.now()))
    assert (await api.get(f"/api/v1/accounts/{otto.id}", mira)).status == 404
    assert (await api.get(f"/api/v1/statuses/{id_}", mira)).status == 404
    assert await ids(api, "timelines/public") == []


async def test_muted_conversation(api, mira, otto):
    id_ = await post(api, mira)
    muted = (await api.post(f"/api/v1/statuses/{id_}/mute", mira)).body
    assert muted["muted"] is True
    await post(api, otto, "@mira hey", in_reply_to_id=id_)
    await api.post(f"/api/v1/statuses/{id_}/favourite", otto)
    assert (await api.get("/api/v1/notifications", mira)).body == []
    assert (await api.get(f"/api/v1/statuses/{id_}", otto)).body["muted"] is False
    assert (await api.post(f"/api/v1/statuses/{id_}/unmute", mira)).body["muted"] is False
    await post(api, otto, "@mira hey", in_reply_to_id=id_)
    assert [each["type"] for each in (await api.get("/api/v1/notifications", mira)).body] == ["mention"]


async def test_note(api, mira, otto):
    for text in ("met in Lagos", "and in Oslo", ""):
        assert (await api.post(f"/api/v1/accounts/{otto.id}/note", mira, comment=text)).body["note"] == text
    assert (await relation(api, otto, mira))["note"] == ""
    assert (await api.post(f"/api/v1/accounts/{otto.id}/note", mira, comment="x" * 2001)).status == 422


async def test_hidden_server(api, mira, otto):
    gina = make_remote()
    with db.writing() as session:
        session.add(Follow(follower_id=gina, followee_id=mira.actor_id, state=FollowState.ACCEPTED))
    id_ = remote_post(gina, tag="art")
    parted = await api.get("/api/v1/domain_blocks/preview", mira, domain="GTS.test")
    assert parted.body == {"following_count": 0, "followers_count": 1}
    assert (await api.post("/api/v1/domain_blocks", mira, domain="GTS.test")).body == {}
    assert (await api.get("/api/v1/domain_blocks", mira)).body == ["gts.test"]
    for path in ("timelines/public", "timelines/tag/art"):
        assert await ids(api, path, mira) == []
        assert await ids(api, path, otto) == [id_]
    relationship = (await api.get("/api/v1/accounts/relationships", mira, **{"id[]": str(gina)})).body[0]
    assert (relationship["domain_blocking"], relationship["followed_by"]) == (True, False)
    assert (await api.post("/api/v1/domain_blocks", mira, domain="no domain")).status == 422
    assert (await api.call("DELETE", "/api/v1/domain_blocks?domain=gts.test", mira)).status == 200
    assert await ids(api, "timelines/public", mira) == [id_]


async def test_avatar_is_protected_before_it_shows(api, mira):
    body, kind = multipart({"avatar_description": "my face"}, {"avatar": ("a.png", picture())})
    answer = await api.call(
        "PATCH", "/api/v1/accounts/update_credentials", mira, data=body, headers={"Content-Type": kind}
    )
    assert answer.status == 200
    assert answer.body["avatar"].endswith("/static/missing/avatar.png")
    media_task.protect()
    shown = (await api.get("/api/v1/accounts/verify_credentials", mira)).body
    assert shown["avatar"].startswith("https://art.test/media/")
    assert shown["avatar_description"] == "my face"
    assert (await api.get(shown["avatar"].removeprefix("https://art.test"))).status == 200
    dropped = (await api.delete("/api/v1/profile/avatar", mira)).body
    assert dropped["avatar"].endswith("/static/missing/avatar.png")
    assert (await api.get("/static/missing/avatar.png")).status == 200
    nothing, kind = multipart({}, {"avatar": ("a.png", b"not a picture")})
    answer = await api.call(
        "PATCH", "/api/v1/accounts/update_credentials", mira, data=nothing, headers={"Content-Type": kind}
    )
    assert answer.status == 422


async def test_where_somebody_went(api, mira, otto):
    """`moved` is there only when both accounts say so."""
    with db.writing() as session:
        me, him = (session.get_one(Actor, int(each.id)) for each in (mira, otto))
        me.moved_to = him.uri
    assert "moved" not in (await api.get(f"/api/v1/accounts/{mira.id}", otto)).body
    with db.writing() as session:
        me, him = (session.get_one(Actor, int(each.id)) for each in (mira, otto))
        him.also_known_as = [me.uri]
    shown = (await api.get(f"/api/v1/accounts/{mira.id}", otto)).body
    assert shown["moved"]["id"] == otto.id
    assert "moved" not in shown["moved"]


async def test_home_takes_only_the_languages_one_follows_somebody_for(api, mira):
    noor = make_person("noor")
    for language in ("de", "en", ""):
        await api.post("/api/v1/statuses", noor, status=f"in {language or 'no language'}", language=language)

    async def home():
        return [post["content"] for post in (await api.get("/api/v1/timelines/home", mira)).body]

    path = f"/api/v1/accounts/{noor.id}/follow"
    assert (await api.post(path, mira, languages=["de", "fr"])).body["languages"] == ["de", "fr"]
    assert await home() == ["<p>in no language</p>", "<p>in de</p>"]
    assert (await api.post(path, mira, reblogs=False)).body["languages"] == ["de", "fr"]
    assert (await api.post(path, mira, languages=[])).body["languages"] is None
    assert len(await home()) == 3
    for bad in (["!"], ["xx" * 200], ["de"] + [f"a{letter}" for letter in "bcdefghijklmnopqrstuvwxyz"]):
        assert (await api.post(path, mira, languages=bad)).status == 422


@pytest.mark.parametrize("deed", ["block", "mute"])
async def test_nobody_blocks_or_mutes_themself(api, mira, deed):
    answer = await api.post(f"/api/v1/accounts/{mira.id}/{deed}", mira)
    assert (answer.status, answer.body["blocking"], answer.body["muting"]) == (200, False, False)


async def test_whoever_posts_much_is_not_counted_anew_for_a_while(api, mira, monkeypatch):
    """Others for a minute, ours for five seconds; a few posts are always counted."""
    monkeypatch.setattr(entity, "PROLIFIC", 2)
    now = time.monotonic()
    monkeypatch.setattr(entity.time, "monotonic", lambda: now)
    ben = make_remote("ben")

    async def counted():
        return [(await api.get(f"/api/v1/accounts/{who}")).body["statuses_count"] for who in (mira.id, ben)]

    for number in (1, 2):
        await post(api, mira)
        remote_post(ben)
        assert await counted() == [number, number]
    await post(api, mira)
    remote_post(ben)
    assert await counted() == [2, 2]
    now += entity.OURS_SECONDS
    assert await counted() == [3, 2]
    now += entity.THEIRS_SECONDS
    assert await counted() == [3, 3]
