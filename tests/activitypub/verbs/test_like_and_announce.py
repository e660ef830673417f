"""Like, Announce and their Undo, in and out; Block, Flag, Add and Remove in; requests answered."""

import pytest

from fedi import db
from fedi.models.follow import Follow
from fedi.models.instance import DomainSeverity
from fedi.models.interaction import Boost, Like
from fedi.models.notification import Notification
from fedi.models.post import Post, Visibility
from fedi.models.relation import Block
from fedi.models.report import Report
from fedi.services import actors, domains, interactions, posts, reports
from tests.activitypub.verbs.test_follow import said
from tests.origins import PUBLIC

MIRA = "https://art.test/users/mira"


@pytest.fixture
async def noted(world, ann):
    await world.send(ann, ann.activity("Like", "https://art.test/x", 999))
    world.follow(ann.id)
    await world.send(ann, ann.create(ann.note()))
    return ann


@pytest.mark.parametrize("kind", ["Like", "EmojiReact"])
async def test_a_like_and_its_undo(world, ann, kind):
    post = world.post()
    like = ann.activity(kind, post.uri)
    await world.send(ann, like)
    await world.send(ann, like | {"id": f"{ann.id}/again"})
    assert len(world.rows(Like)) == 1
    assert [row.kind for row in world.rows(Notification)] == ["favourite"]
    await world.send(ann, ann.activity("Undo", like))
    assert (world.rows(Like), world.rows(Notification)) == ([], [])


@pytest.mark.parametrize("kind", ["Like", "Announce"])
@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("form", ["embedded", "bare", "embedded without what it is about"])
async def test_what_was_said_twice_ends_by_either_id(world, ann, kind, number, form):
    post = world.post()
    for each in (1, 2):
        await world.send(ann, ann.activity(kind, post.uri, each, to=[PUBLIC]))
    again = ann.activity(kind, post.uri, number)
    inner = {"embedded": again, "bare": again["id"]}.get(form, {"id": again["id"], "type": kind})
    await world.send(ann, ann.activity("Undo", inner))
    assert world.rows(Like) + world.rows(Boost) == []


@pytest.mark.parametrize("kind", ["Like", "Announce"])
async def test_a_neighbour_cannot_take_the_id_of_anothers_like_or_boost(world, ann, kind):
    bob = ann.origin.person("bob", 1).serve()
    post, other = world.post(), world.post()
    shared = ann.origin.url("/shared/1")
    await world.send(bob, bob.activity(kind, other.uri, id=shared, to=[PUBLIC]))
    await world.send(ann, ann.activity(kind, post.uri, id=shared, to=[PUBLIC]))
    rows = Like if kind == "Like" else Boost
    assert len(world.rows(rows)) == 2
    await world.send(ann, ann.activity("Undo", shared))
    assert [row.post_id for row in world.rows(rows)] == [other.id]


async def test_a_like_of_the_page_and_of_nothing(world, ann):
    post = world.post()
    await world.send(ann, ann.activity("Like", post.url, 1))
    await world.send(ann, ann.activity("Like", f"{MIRA}/posts/1", 2))
    assert [row.post_id for row in world.rows(Like)] == [post.id]


async def test_a_like_of_what_one_may_not_see(world, ann):
    post = world.post(visibility=Visibility.FOLLOWERS)
    await world.send(ann, ann.activity("Like", post.uri))
    assert (world.rows(Like), world.message().state) == ([], "ignored")


async def test_an_announce_and_its_undo(world, ann):
    post = world.post()
    boost = ann.activity("Announce", post.uri, to=[PUBLIC], cc=[ann.followers, MIRA])
    await world.send(ann, boost)
    assert [(row.uri, row.visibility) for row in world.rows(Boost)] == [(boost["id"], "public")]
    assert [row.kind for row in world.rows(Notification)] == ["reblog"]
    await world.send(ann, ann.activity("Undo", boost["id"]))
    assert (world.rows(Boost), world.rows(Notification)) == ([], [])


async def test_a_boost_of_a_third_is_fetched(world, noted, eve):
    eve.serve_note(4)
    await world.send(noted, noted.activity("Announce", f"{eve.id}/n/4", to=[PUBLIC]))
    (boost,) = world.rows(Boost)
    assert boost.post.uri == f"{eve.id}/n/4"
    assert boost.post.actor.uri == eve.id


async def test_a_boost_by_nobody_we_follow_fetches_nothing(world, ann, eve):
    eve.serve_note(4)
    await world.send(ann, ann.activity("Announce", f"{eve.id}/n/4", to=[PUBLIC]))
    assert (world.rows(Boost), eve.origin.asked) == ([], [])


async def test_a_boost_of_anothers_followers_only_post(world, ann):
    post = world.post(visibility=Visibility.FOLLOWERS)
    await world.send(ann, ann.activity("Announce", post.uri))
    assert world.rows(Boost) == []


async def test_what_we_say(world, noted):
    with db.writing() as session:
        me = actors.by_uri(session, MIRA)
        theirs = session.get_one(Post, world.row(Post, Post.local.is_(False)).id)
        interactions.like(session, me, theirs)
        like = interactions.find_like(session, me, theirs)
        boost = interactions.boost(session, me, theirs)
        interactions.unlike(session, me, theirs)
        interactions.unboost(session, me, theirs)
    (liked,) = said(world, "like")
    assert {**liked, "@context": 0} == {
        "@context": 0, "id": like.uri, "type": "Like", "actor": MIRA, "object": theirs.uri, "to": [noted.id],
    }  # fmt: skip
    (boosted,) = said(world, "announce")
    assert (boosted["id"], boosted["object"], boosted["to"]) == (boost.uri, theirs.uri, [PUBLIC])
    assert boosted["cc"] == [f"{MIRA}/followers", noted.id]
    unliked, unboosted = said(world, "undo")
    assert (unliked["object"]["type"], unliked["object"]["id"], unliked["to"]) == ("Like", like.uri, [noted.id])
    assert (unboosted["object"]["type"], unboosted["object"]["id"]) == ("Announce", boost.uri)
    assert unboosted["object"]["object"] == theirs.uri


async def test_a_block_parts_us(world, noted):
    await world.send(noted, noted.activity("Follow", MIRA))
    block = noted.activity("Block", MIRA)
    await world.send(noted, block)
    assert {row.state for row in world.rows(Follow)} <= {"undone", "rejected"}
    assert len(world.rows(Block)) == 1
    await world.send(noted, noted.activity("Undo", block))
    assert world.rows(Block) == []


async def test_a_flag(world, ann):
    post = world.post()
    flag = ann.activity("Flag", [MIRA, post.uri], content="stolen" + "x" * 9000)
    assert await world.send(ann, flag) == 202
    (report,) = world.rows(Report)
    assert (report.target.uri, report.post_ids) == (MIRA, [post.id])
    assert report.comment == "stolen" + "x" * 4994


async def test_a_flag_of_a_server_whose_reports_are_not_wanted(world, ann):
    with db.writing() as session:
        domains.set_rule(session, "127.0.0.11", DomainSeverity.LIMIT, reject_reports=True)
    await world.send(ann, ann.activity("Flag", [MIRA], content="spite"))
    assert world.message().state == "ignored"
    assert world.rows(Report) == []


@pytest.mark.parametrize("forward", [True, False])
async def test_a_report_goes_on_without_the_name_of_who_reports(world, noted, forward):
    with db.writing() as session:
        reports.make(
            session,
            reporter=actors.by_uri(session, MIRA),
            target=actors.by_uri(session, noted.id),
            post_ids=[world.row(Post, Post.uri == f"{noted.id}/n/1").id],
            comment="traced from my work",
            forward=forward,
        )
    sent = said(world, "flag")
    assert world.row(Report).forwarded == forward
    assert len(sent) == forward
    if forward:
        assert (sent[0]["actor"], sent[0]["type"]) == ("https://art.test/actor", "Flag")
        assert sent[0]["object"] == [noted.id, f"{noted.id}/n/1"]
        assert sent[0]["content"] == "traced from my work"
        assert "mira" not in str(sent[0])


@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.FOLLOWERS])
async def test_our_pins_are_told_of_as_far_as_everybody_sees_them(world, noted, visibility):
    await world.send(noted, noted.activity("Follow", MIRA))
    post = world.post(visibility=visibility)
    for on in (True, True, False, False):
        with db.writing() as session:
            posts.pin(session, session.get_one(Post, post.id), on=on)
    told = said(world, "add") + said(world, "remove")
    wanted = ["Add", "Remove"] if visibility == Visibility.PUBLIC else []
    assert [each["type"] for each in told] == wanted
    assert {each["object"] for each in told} <= {post.uri}
    assert {each["target"] for each in told} <= {f"{MIRA}/collections/featured"}
    assert len({each["id"] for each in told}) == len(told)


async def test_pins(world, noted):
    featured = f"{noted.id}/featured"
    for _ in range(2):
        await world.send(noted, noted.activity("Add", f"{noted.id}/n/1", id=None, target=featured))
        assert world.row(Post).pinned_at is not None
        await world.send(noted, noted.activity("Remove", f"{noted.id}/n/1", id=None, target=featured))
        assert world.row(Post).pinned_at is None
    await world.send(noted, noted.activity("Add", f"{noted.id}/n/1", id=None, target=f"{noted.id}/other"))
    assert world.row(Post).pinned_at is None


@pytest.mark.parametrize("kind", ["Listen", "View", "Dislike", "Join", "Arrive", "Foo"])
async def test_what_we_do_not_know(world, ann, kind):
    assert await world.send(ann, ann.activity(kind, MIRA)) == 202
    assert world.message().state == "ignored"


async def test_an_id_that_no_database_holds(world, ann):
    assert await world.send(ann, ann.activity("Like", f"{MIRA}/posts/9999999999999999999")) == 202
    assert world.message().state == "ignored"
