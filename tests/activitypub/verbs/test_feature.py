"""Collections of others: asked for, allowed by the artist or her policy, stamped, revoked (FEP-7aa9)."""

import pytest

from fedi import db
from fedi.activitypub import asking as asking_
from fedi.activitypub import errands
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.feature import Feature
from fedi.services import blocks, features
from tests.activitypub.verbs.test_follow import said
from tests.origins import PUBLIC
from tests.web.pages.browsing import Browser

AS_JSON = {"Accept": "application/activity+json"}
MIRA = "https://art.test/users/mira"


def asking(person, number=1, **changes):
    """As Mastodon 4.6.5 sends it: without an actor."""
    said = {"actor": None, "instrument": f"{person.id}/collections/1"} | changes
    return person.activity("FeatureRequest", MIRA, number, **said)


async def test_by_default_everybody_may_ask_and_nobody_is_let_in(world, ann, client):
    actor = await (await client.get("/users/mira", headers=AS_JSON)).get_json()
    assert actor["interactionPolicy"]["canFeature"] == {"automaticApproval": [MIRA], "manualApproval": [PUBLIC]}
    await world.send(ann, asking(ann))
    assert [row.state for row in world.rows(Feature)] == ["pending"]
    assert said(world, "request_answer") == []


async def test_a_yes_is_a_stamp_that_can_be_read_and_taken_back(world, app, ann, client):
    """All of it on the page, as the artist would."""
    await world.send(ann, asking(ann))
    browser = Browser(app, world.account)
    assert "1 person asks to put you into a collection" in (await browser.get("/notifications")).words
    row = world.row(Feature)
    path = f"/settings/quotes/collections/{row.id}"
    assert (await browser.post(f"{path}/allow")).status == 303
    (accept,) = said(world, "request_answer")
    assert (accept["type"], accept["actor"], accept["to"]) == ("Accept", MIRA, [ann.id])
    request = {"id": asking(ann)["id"], "type": "FeatureRequest", "actor": ann.id, "object": MIRA}
    assert request.items() <= accept["object"].items()
    stamp = await client.get(accept["result"].removeprefix("https://art.test"), headers=AS_JSON)
    document = await stamp.get_json()
    assert (document["id"], document["type"], document["attributedTo"]) == (
        accept["result"],
        "FeatureAuthorization",
        MIRA,
    )
    assert (document["interactingObject"], document["interactionTarget"]) == (f"{ann.id}/collections/1", MIRA)
    assert document["xRobotsTag"] == "noai, noimageai"

    assert "Take it back" in (await browser.get("/settings/quotes")).words
    await browser.post(f"{path}/revoke")
    (delete,) = said(world, "unstamp")
    assert (delete["type"], delete["object"]) == ("Delete", accept["result"])
    assert (await client.get(accept["result"].removeprefix("https://art.test"), headers=AS_JSON)).status_code == 410
    await world.send(ann, asking(ann, 2))
    assert said(world, "request_answer")[-1]["type"] == "Reject", "asking again brings nothing back"


@pytest.mark.parametrize(
    ("policy", "follows", "answer"),
    [
        ("public", False, "Accept"),
        ("followers", False, "Reject"),
        ("followers", True, "Accept"),
        ("nobody", True, "Reject"),
    ],
)
async def test_policies(world, ann, policy, follows, answer):
    with db.writing() as session:
        features.set_policy(session, session.get_one(Actor, world.mira.id), policy)
    if follows:
        await world.send(ann, ann.activity("Follow", MIRA))
    await world.send(ann, asking(ann, 3))
    assert [each["type"] for each in said(world, "request_answer")] == [answer]


async def test_whom_she_blocks_gets_a_no(world, ann):
    with db.writing() as session:
        features.set_policy(session, session.get_one(Actor, world.mira.id), "public")
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    with db.writing() as session:
        her = session.query(Actor).filter(Actor.uri == ann.id).one()
        blocks.block(session, session.get_one(Account, world.account.id).actor, her)
    await world.send(ann, asking(ann, 3))
    assert [each["type"] for each in said(world, "request_answer")] == ["Reject"]


async def test_requests_that_are_none(world, ann, eve, client):
    await world.send(ann, asking(ann, 1, instrument=f"{eve.id}/collections/1"))
    await world.send(ann, asking(ann, 2, instrument=None))
    await world.send(ann, asking(ann, 3) | {"object": "https://art.test/actor"})
    await world.send(ann, asking(ann, 4) | {"object": "https://art.test/users/nobody"})
    assert world.rows(Feature) == []
    for number in (1, 99):
        assert (await client.get(f"/users/mira/feature_authorizations/{number}", headers=AS_JSON)).status_code == 404


def collection(person, **changes):
    base = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{person.id}/collections/1",
        "type": "FeaturedCollection",
        "attributedTo": person.id,
        "name": "Ink <people>",
        "summary": "<p>those who draw</p>",
        "url": person.origin.url("/collections/1"),
        "orderedItems": [],
    }
    return base | changes


async def test_the_artist_reads_what_she_is_asked_into(world, app, ann):
    asking_.forget()
    ann.origin.put(f"/u/{ann.name}/collections/1", collection(ann))
    await world.send(ann, asking(ann))
    errands.run_due()
    page = await Browser(app, world.account).get("/settings/quotes")
    assert "Ink <people>" in page.words
    assert "those who draw" in page.words
    renamed = collection(ann, name="Pen people")
    await world.send(ann, ann.activity("Update", renamed, 5))
    assert world.row(Feature).title == "Pen people"
    added = ann.activity(
        "Add", collection(ann, name="Brush people"), 6, target=f"{ann.id}/featured_collections", id=None
    )
    await world.send(ann, added)
    assert world.row(Feature).title == "Brush people"


async def test_nobody_else_names_anothers_collection(world, ann, eve):
    asking_.forget()
    await world.send(ann, asking(ann))
    for forged in (
        collection(ann),
        collection(eve, id=f"{ann.id}/collections/1"),
        collection(ann, attributedTo=eve.id),
    ):
        await world.send(eve, eve.activity("Update", forged, 5))
        await world.send(eve, eve.activity("Add", forged, 6, target=f"{eve.id}/featured_collections"))
    ann.origin.put(f"/u/{ann.name}/collections/1", collection(ann, attributedTo=eve.id))
    errands.run_due()
    assert world.row(Feature).title is None


async def test_the_curator_takes_her_out_again(world, ann, eve):
    with db.writing() as session:
        features.set_policy(session, session.get_one(Actor, world.mira.id), "public")
    place = {"id": f"{ann.id}/collection_items/1", "type": "FeaturedItem", "featuredObject": MIRA}
    for number, gone in enumerate((place["id"], f"{ann.id}/collections/1")):
        await world.send(ann, asking(ann, number))
        await world.send(ann, ann.activity("Add", place, 7, target=f"{ann.id}/collections/1", id=None))
        assert world.row(Feature).item_uri == place["id"]
        await world.send(eve, eve.activity("Remove", gone, 8, target=f"{ann.id}/collections/1", id=None))
        assert world.row(Feature).state == "accepted"
        await world.send(ann, ann.activity("Remove", gone, 9, target=f"{ann.id}/collections/1", id=None))
        assert world.rows(Feature) == []


async def test_nobody_else_says_where_she_stands(world, ann, eve):
    await world.send(ann, asking(ann))
    for place in (f"{eve.id}/collection_items/1", f"{ann.id}/collection_items/1"):
        item = {"id": place, "type": "FeaturedItem", "featuredObject": MIRA}
        await world.send(eve, eve.activity("Add", item, 7, target=f"{ann.id}/collections/1", id=None))
    assert world.row(Feature).item_uri is None


async def test_a_block_takes_her_yes_back(world, ann):
    with db.writing() as session:
        features.set_policy(session, session.get_one(Actor, world.mira.id), "public")
    await world.send(ann, asking(ann))
    with db.writing() as session:
        her = session.query(Actor).filter(Actor.uri == ann.id).one()
        blocks.block(session, session.get_one(Account, world.account.id).actor, her)
    assert world.row(Feature).state == "revoked"
    assert [each["type"] for each in said(world, "unstamp")] == ["Delete"]
