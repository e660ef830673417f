"""Answers that an author has to allow (GoToSocial's `manualApproval`)."""

import pytest

from fedi import db
from fedi.models.post import Post
from fedi.services import actors, posts
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
