"""Profiles, follows, blocks, mutes, reports, notifications, settings: what people do with each other."""

import pytest

from fedi import db
from fedi.models.account import Account, AccountState
from fedi.models.actor import Actor
from fedi.models.follow import FollowState
from fedi.models.report import Report
from fedi.services import accounts, follows, relations
from tests.conftest import PASSWORD
from tests.web.pages.browsing import Browser, show_work, write


def follow_state(follower, followee):
    with db.reading() as session:
        row = follows.find(
            session, session.get_one(Actor, follower.actor_id), session.get_one(Actor, followee.actor_id)
        )
        return row.state if row else None


async def test_following_and_stopping(as_mira, mira, otto):
    assert (await as_mira.post(f"/actors/{otto.actor_id}/follow")).location == "/@otto?said=followed"
    assert follow_state(mira, otto) == FollowState.ACCEPTED
    assert "Unfollow" in (await as_mira.get("/@otto")).words
    await as_mira.post(f"/actors/{otto.actor_id}/unfollow")
    assert follow_state(mira, otto) == FollowState.UNDONE


async def test_one_who_approves_by_hand(as_mira, as_otto, mira, otto):
    with db.writing() as session:
        accounts.update_profile(session, session.get_one(Account, otto.id), locked=True)
    assert (await as_mira.post(f"/actors/{otto.actor_id}/follow")).location.endswith("said=asked")
    assert "Cancel request" in (await as_mira.get("/@otto")).words
    assert "ask to follow" in (await as_otto.get("/notifications")).words
    await as_otto.post(f"/actors/{mira.actor_id}/accept")
    assert follow_state(mira, otto) == FollowState.ACCEPTED
    assert (await as_otto.post(f"/actors/{mira.actor_id}/accept")).status == 404


async def test_blocking_hides_both_ways(as_mira, as_otto, mira, otto):
    show_work(mira, "Heron")
    show_work(otto, "Fern")
    await as_mira.post(f"/actors/{otto.actor_id}/block")
    assert "Heron" not in (await as_otto.get("/@mira")).words
    assert "Fern" not in (await as_mira.get("/explore")).words
    assert "Otto" not in (await as_mira.get("/notifications")).words
    assert "Unblock" in (await as_mira.get("/settings")).words
    await as_mira.post(f"/actors/{otto.actor_id}/unblock")
    assert "Fern" in (await as_mira.get("/explore")).words


async def test_muting_is_silent(as_mira, as_otto, otto, mira):
    show_work(otto, "Fern")
    await as_mira.post(f"/actors/{otto.actor_id}/mute")
    assert "Fern" not in (await as_mira.get("/explore")).words
    assert "Fern" in (await as_mira.get("/@otto")).words
    with db.reading() as session:
        assert relations.mutes(session, mira.actor_id, otto.actor_id)


async def test_liking_boosting_replying(as_mira, as_otto, mira):
    work = show_work(mira, "Heron")
    for verb in ("like", "boost"):
        page = await as_otto.post(f"/posts/{work}/{verb}", {"back": f"/@mira/{work}"})
        assert page.location == f"/@mira/{work}#post-{work}"
    await as_otto.post(f"/posts/{work}/reply", {"text": "The wash!", "visibility": "public"})
    shown = await as_otto.get(f"/@mira/{work}")
    assert "The wash!" in shown.words
    assert shown.tree.xpath(f"//form[@action='/posts/{work}/unlike']")
    told = (await as_mira.get("/notifications")).words
    assert all(words in told for words in ("likes Heron", "boosted Heron", "The wash!"))
    assert "notice new" not in (await as_mira.get("/notifications")).text
    await as_otto.post(f"/posts/{work}/unlike")
    assert "likes Heron" not in (await as_mira.get("/notifications")).words
    empty = await as_otto.post(f"/posts/{work}/reply", {"text": " ", "visibility": "public"})
    assert empty.status == 422
    odd = await as_otto.post(f"/posts/{work}/reply", {"text": "kept", "visibility": "odd"})
    assert odd.status == 422
    assert "kept" in odd.text


async def test_home_shows_whom_one_follows(as_mira, otto):
    write(otto, "From Otto")
    assert "From Otto" not in (await as_mira.get("/home")).words
    await as_mira.post(f"/actors/{otto.actor_id}/follow")
    assert "From Otto" in (await as_mira.get("/home")).words
    assert "From Otto" not in (await as_mira.get("/home?only=works")).words


async def test_a_report_reaches_the_moderators(as_mira, as_admin, otto):
    work = show_work(otto, "Fern")
    form = {"post": str(work), "category": "legal", "comment": "Traced.", "block": "1"}
    assert (await as_mira.post("/report", form)).location.endswith("said=reported")
    listed = await as_admin.get("/moderation/reports")
    assert all(words in listed.words for words in ("Traced.", "Fern", "legal"))
    with db.reading() as session:
        number = session.query(Report).one().id
    await as_admin.post(f"/moderation/reports/{number}/resolve")
    assert "Traced." not in (await as_admin.get("/moderation/reports")).words
    assert "Traced." in (await as_admin.get("/moderation/reports?done=1")).words
    await as_admin.post(f"/moderation/reports/{number}/reopen")
    await as_admin.post(f"/moderation/posts/{work}/remove")
    assert "Fern" not in (await as_admin.get("/explore")).words
    bad = await as_mira.post("/report", {"account": str(otto.actor_id), "category": "odd"})
    assert bad.status == 422


async def test_a_rule_for_a_server(as_admin):
    assert (await as_admin.post("/moderation/domains", {"domain": "Spam.Example", "severity": "block"})).status == 303
    assert "spam.example" in (await as_admin.get("/moderation/domains")).words
    assert (await as_admin.post("/moderation/domains", {"domain": "no domain", "severity": "block"})).status == 422
    assert (await as_admin.post("/moderation/domains", {"domain": "x.example", "severity": "odd"})).status == 422
    assert (await as_admin.post("/moderation/domains/remove", {"domain": "spam.example"})).status == 303
    assert (await as_admin.post("/moderation/domains/remove", {"domain": "spam.example"})).status == 404


async def test_settings(as_mira, mira, stranger, picture):
    form = {
        "display_name": "Mira Okafor", "summary": "Herons. #ink", "field-name-1": "Web", "field-value-1": "https://mira.example/",
        "discoverable": "1", "avatar_alt": "Me.",
    }  # fmt: skip
    assert (
        await as_mira.upload("/settings/profile", form, {"avatar": ("me.png", picture)})
    ).location == "/settings?said=portrait"
    shown = await stranger.get("/@mira")
    assert "Mira Okafor" in shown.words
    assert shown.tree.xpath("//link[@rel='me']/@href") == ["https://mira.example/"]
    bad = await as_mira.upload("/settings/profile", form, {"avatar": ("me.png", b"no picture")})
    assert bad.status == 422
    assert (await as_mira.post("/settings/terms", {"consent": "allowed", "licence": "cc-by"})).status == 303
    page = await stranger.get("/@mira/licence")
    assert "AI use is allowed" in page.words
    assert page.headers["tdm-reservation"] == "0"
    assert "creativecommons.org/licenses/by/4.0/" in page.headers["Link"]
    assert (await as_mira.post("/settings/terms", {"consent": "nonsense"})).status == 422


async def test_a_new_password_ends_other_browsers(app, mira, as_mira):
    other = Browser(app, mira)
    wrong = {"current": "not it at all", "new": "another good one"}
    assert (await as_mira.post("/settings/password", wrong)).status == 403
    assert (await as_mira.post("/settings/password", {"current": PASSWORD, "new": "short"})).status == 422
    assert (await as_mira.post("/settings/password", {"current": PASSWORD, "new": "another good one"})).status == 303
    assert (await as_mira.get("/settings")).status == 200
    assert (await other.get("/settings")).status == 303


async def test_leaving_wants_the_password(as_mira, mira, stranger):
    show_work(mira, "Heron")
    assert (await as_mira.post("/settings/delete", {"password": "wrong password"})).status == 403
    assert (await stranger.get("/@mira")).status == 200
    assert (await as_mira.post("/settings/delete", {"password": PASSWORD})).location == "/?said=account-deleted"
    assert (await stranger.get("/@mira")).status == 410
    assert (await as_mira.get("/settings")).status == 303
    with db.reading() as session:
        assert session.get_one(Account, mira.id).state == AccountState.LEAVING


async def test_search_finds_people_and_tags_here(as_mira, otto):
    write(otto, "a post #inkwash")
    assert "@otto@art.test" in (await as_mira.get("/search?q=ott")).words
    assert "#inkwash" in (await as_mira.get("/search?q=%23ink")).words
    assert (await as_mira.get("/search?q=@otto@art.test")).location == "/@otto"
    assert "Nothing found" in (await as_mira.get("/search?q=zzzz")).words


async def test_remote_follow_tells_what_is_wrong(mira, stranger):
    assert "your own server" in (await stranger.get("/@mira/follow")).words
    assert (await stranger.post("/@mira/follow", {"handle": "me"})).status == 422
    assert "sign in instead" in (await stranger.post("/@mira/follow", {"handle": "@otto@art.test"})).words
    assert (await stranger.post("/@mira/follow", {"handle": "@you@127.0.0.1:1"})).status == 422


async def test_another_server_leads_our_people_to_a_page(as_mira, otto):
    assert (await as_mira.get("/authorize_interaction?uri=acct:otto@art.test")).location == "/@otto"
    work = show_work(otto, "Fern")
    assert (await as_mira.get(f"/authorize_interaction?uri=https://art.test/@otto/{work}")).location == f"/@otto/{work}"
    assert (await as_mira.get("/authorize_interaction?uri=")).status == 404


async def test_a_profile_has_pages(mira, stranger):
    numbers = [show_work(mira, f"Work {number:02}") for number in range(50)]
    first = await stranger.get("/@mira")
    assert first.tree.xpath("//a[@rel='next']/@href") == [f"/@mira?before={numbers[2]}"]
    second = await stranger.get(first.tree.xpath("//a[@rel='next']/@href")[0])
    assert [words in second.words for words in ("Work 00", "Work 01", "Work 02")] == [True, True, False]


@pytest.mark.parametrize("before", ["x", "-1", "1e5", "9" * 30])
async def test_an_odd_place_in_a_list_is_no_fault(before, mira, stranger):
    assert (await stranger.get(f"/@mira?before={before}")).status == 404


async def test_the_addresses_answer_machines_too(mira, stranger):
    work = show_work(mira, "Heron")
    kind = {"Accept": "application/activity+json"}
    actor = await stranger.get("/@mira", **kind)
    note = await stranger.get(f"/@mira/{work}", **kind)
    assert actor.headers["Content-Type"].startswith("application/activity+json")
    assert '"https://art.test/users/mira"' in actor.text
    assert f"/users/mira/posts/{work}" in note.text
    page = await stranger.get(f"/@mira/{work}")
    wanted = f"//link[@rel='alternate' and @type='application/activity+json' and contains(@href, '/posts/{work}')]"
    assert page.tree.xpath(wanted)
    assert "Accept" in page.headers["Vary"]


async def test_following_a_hashtag(as_mira, otto, stranger):
    write(otto, "at dawn #heron")
    assert "Follow this hashtag" in (await as_mira.get("/tags/heron")).words
    assert "Follow this hashtag" not in (await stranger.get("/tags/heron")).words
    assert "at dawn" not in (await as_mira.get("/home")).words
    assert (await as_mira.post("/tags/heron/follow")).status == 303
    assert "at dawn" in (await as_mira.get("/home")).words
    assert "Unfollow" in (await as_mira.get("/tags/heron")).words
    assert (await as_mira.post("/tags/heron/unfollow")).status == 303
    assert "at dawn" not in (await as_mira.get("/home")).words
    assert (await as_mira.post("/tags/a-b/follow")).status == 404
