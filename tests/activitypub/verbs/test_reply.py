"""Answers, likes and boosts that an author has to allow (GoToSocial's `manualApproval`)."""

import pytest

from fedi import db
from fedi.models.interaction import Boost, Like
from fedi.models.notification import Notification
from fedi.models.outgoing import Outgoing
from fedi.models.post import Post
from fedi.services import actors, interactions, posts, threads
from tests.activitypub.verbs.test_follow import said
from tests.origins import PUBLIC


@pytest.fixture
async def answer(world, ann):
    """An answer of mira's to a post of ann's who wants to be asked."""
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    world.follow(ann.id)
    policy = {"canReply": {"automaticApproval": [ann.id], "manualApproval": [PUBLIC]}}
    await world.send(ann, ann.create(ann.note(1, interactionPolicy=policy)))
    with db.writing() as session:
        parent = session.query(Post).filter(Post.local.is_(False)).one()
        author = actors.by_uri(session, world.mira.uri)
        return posts.compose(session, author=author, text="hello", in_reply_to=parent)


def stamp(world):
    with db.reading() as session:
        return session.query(Post).filter(Post.local.is_(True)).one().reply_authorization


@pytest.mark.parametrize("embedded", ["", "Note", "ReplyRequest"])
async def test_a_yes_is_said_from_then_on(world, ann, answer, embedded):
    (create,) = said(world, "create")
    assert "replyAuthorization" not in create["object"]
    uri = f"{ann.id}/authorizations/3"
    about = {
        "": answer.uri,
        "Note": {"type": "Note", "id": answer.uri},
        "ReplyRequest": {"type": "ReplyRequest", "id": f"{ann.id}/x", "instrument": answer.uri},
    }[embedded]
    await world.send(ann, ann.activity("Accept", about, 8, result=uri))
    assert stamp(world) == uri
    (update,) = said(world, "update")
    assert update["object"]["replyAuthorization"] == update["object"]["approvedBy"] == uri
    await world.send(ann, ann.activity("Accept", about, 9, result=uri))
    assert len(said(world, "update")) == 1


@pytest.mark.parametrize("result", [None, 5, "https://127.0.0.12/authorizations/3"])
async def test_a_yes_of_nothing_is_none(world, ann, answer, result):
    await world.send(ann, ann.activity("Accept", answer.uri, 8, **({} if result is None else {"result": result})))
    assert stamp(world) is None


async def test_nobody_else_says_yes(world, ann, eve, answer):
    await world.send(eve, eve.activity("Accept", answer.uri, 8, result=f"{eve.id}/authorizations/3"))
    assert stamp(world) is None


def shown_to(world, uri=None):
    """The answers to ann's post, as somebody sees them, and how many are counted."""
    with db.reading() as session:
        parent = session.query(Post).filter(Post.local.is_(False)).one()
        found = threads.descendants(session, parent, actors.by_uri(session, uri) if uri else None)
        return len(found), interactions.tally(session, parent).replies


@pytest.mark.parametrize("embedded", [False, True])
async def test_a_no_is_heeded_and_told_to_who_answered(world, ann, answer, embedded):
    assert shown_to(world) == (1, 1)
    about = {"type": "ReplyRequest", "id": f"{ann.id}/x", "instrument": answer.uri} if embedded else answer.uri
    for number in (8, 9):
        await world.send(ann, ann.activity("Reject", about, number))
    assert shown_to(world) == (0, 0)
    assert shown_to(world, world.mira.uri) == (1, 0)
    (told,) = world.rows(Notification)
    assert (told.kind, told.actor.uri, told.post_id) == ("reply_refused", ann.id, answer.id)
    assert said(world, "update") == []
    await world.send(ann, ann.activity("Accept", answer.uri, 10, result=f"{ann.id}/authorizations/3"))
    assert shown_to(world) == (1, 1)


async def test_a_yes_that_is_taken_back_is_said_no_more(world, ann, answer):
    await world.send(ann, ann.activity("Accept", answer.uri, 8, result=f"{ann.id}/authorizations/3"))
    await world.send(ann, ann.activity("Reject", answer.uri, 9))
    first, then = said(world, "update")
    assert first["object"]["id"] == then["object"]["id"] == answer.uri
    assert stamp(world) is None
    assert "replyAuthorization" not in then["object"]


async def test_nobody_else_says_no(world, ann, eve, answer):
    await world.send(eve, eve.activity("Reject", answer.uri, 8))
    assert shown_to(world) == (1, 1)
    assert world.rows(Notification) == []


@pytest.fixture
async def asked(world, ann):
    """ann's post, of which mira liked and boosted; ann wants to be asked for both."""
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    world.follow(ann.id)
    policy = {name: {"automaticApproval": [ann.id], "manualApproval": [PUBLIC]} for name in ("canLike", "canAnnounce")}
    await world.send(ann, ann.create(ann.note(1, interactionPolicy=policy)))
    with db.writing() as session:
        post, mira = session.query(Post).one(), actors.by_uri(session, world.mira.uri)
        interactions.like(session, mira, post)
        interactions.boost(session, mira, post)
    return world.row(Like).uri, world.row(Boost).uri


def audiences(world, verb):
    return [
        (row.audience["followers"], len(row.audience["actors"])) for row in world.rows(Outgoing, Outgoing.verb == verb)
    ]


FORMS = {
    "bare": lambda _ann, _kind, uri: uri,
    "embedded": lambda _ann, kind, uri: {"type": kind, "id": uri},
    "request": lambda ann, kind, uri: {"type": f"{kind}Request", "id": f"{ann.id}/r", "instrument": uri},
}


@pytest.mark.parametrize("form", FORMS)
async def test_a_boost_goes_to_followers_once_it_is_allowed(world, ann, asked, form):
    like, boost = asked
    assert audiences(world, "announce") == [(False, 1)]
    (first,) = said(world, "announce")
    yes = f"{ann.id}/authorizations/4"
    for number in (7, 8):
        await world.send(ann, ann.activity("Accept", FORMS[form](ann, "Announce", boost), number, result=yes))
        await world.send(ann, ann.activity("Accept", FORMS[form](ann, "Like", like), number + 10, result=yes))
    assert [row.authorization for row in [*world.rows(Like), *world.rows(Boost)]] == [yes, yes]
    assert audiences(world, "announce") == [(False, 1), (True, 0)]
    then = said(world, "announce")[1]
    assert (then["announceAuthorization"], then["approvedBy"]) == (yes, yes)
    assert {name: then[name] for name in first if name != "@context"} == {
        name: first[name] for name in first if name != "@context"
    }


@pytest.mark.parametrize("form", FORMS)
async def test_a_like_and_a_boost_that_are_not_wanted_end(world, ann, asked, form):
    like, boost = asked
    await world.send(ann, ann.activity("Reject", FORMS[form](ann, "Like", like), 7))
    await world.send(ann, ann.activity("Reject", FORMS[form](ann, "Announce", boost), 8))
    assert (world.rows(Like), world.rows(Boost)) == ([], [])
    assert [each["object"]["type"] for each in said(world, "undo")] == ["Announce"]


async def test_of_likes_and_boosts_nobody_but_the_author_says_yes_or_no(world, ann, eve, asked):
    for number, uri in enumerate(asked):
        await world.send(eve, eve.activity("Reject", uri, number))
        await world.send(eve, eve.activity("Accept", uri, number + 5, result=f"{eve.id}/authorizations/4"))
        await world.send(ann, ann.activity("Accept", uri, number + 5, result=f"{eve.id}/authorizations/4"))
    assert [row.authorization for row in [*world.rows(Like), *world.rows(Boost)]] == [None, None]
