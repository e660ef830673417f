"""The moving page: aliases, and taking one's followers along."""

from fedi import db
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.services import follows
from tests.conftest import PASSWORD


def following(follower, followee):
    with db.reading() as session:
        return follows.follows(
            session, session.get_one(Actor, follower.actor_id), session.get_one(Actor, followee.actor_id)
        )


async def test_from_one_account_to_another(as_mira, as_otto, mira, otto, make_account):
    fan = make_account("fan")
    with db.writing() as session:
        follows.request(session, session.get_one(Account, fan.id).actor, session.get_one(Account, mira.id).actor)
    move = {"handle": "@otto@art.test", "password": PASSWORD}
    refused = await as_mira.post("/settings/move", move)
    assert refused.status == 422
    assert "does not name this one" in refused.words

    assert (
        await as_otto.post("/settings/aliases", {"handle": "@mira@art.test"})
    ).location == "/settings/moving?said=saved"
    assert "@mira" in (await as_otto.get("/settings/moving")).words
    assert (await as_mira.post("/settings/move", {**move, "password": "wrong"})).status == 403
    assert not following(fan, otto)
    assert (await as_mira.post("/settings/move", move)).location == "/settings/moving?said=moved"
    assert following(fan, otto)
    assert not following(fan, mira)
    assert "has moved to" in (await as_mira.get("/@mira")).words

    await as_mira.post("/settings/stay")
    assert "less than 30 days ago" in (await as_mira.get("/settings/moving")).words
    uri = f"https://art.test/users/{mira.actor.name}"
    await as_otto.post("/settings/aliases/remove", {"uri": uri})
    assert "@mira" not in (await as_otto.get("/settings/moving")).words.replace("@mira@", "")


async def test_what_cannot_be_found(as_mira):
    for handle in ("", "@", "no such person", "@mira@art.test"):
        answer = await as_mira.post("/settings/aliases", {"handle": handle})
        assert answer.status in {404, 422}, handle
