"""Collections of ours: served, said to followers, and filled with the consent of those in them (FEP-7aa9)."""

import json

import pytest
from sqlalchemy.orm import joinedload

from fedi import db
from fedi.activitypub import expand
from fedi.activitypub.protocol import documents
from fedi.errors import NotAllowed
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.collection import Collection, CollectionItem
from fedi.models.feature import Feature
from fedi.models.notification import Notification
from fedi.models.outgoing import Delivery
from fedi.services import blocks, collections, features, stamps
from fedi.services.collections import Words
from tests import people
from tests.activitypub.verbs.test_follow import said
from tests.activitypub.verbs.test_quotation import DOCUMENTS
from tests.origins import PUBLIC

AS_JSON = {"Accept": "application/activity+json"}
MIRA = "https://art.test/users/mira"
EVERYBODY = {"canFeature": {"automaticApproval": [PUBLIC]}}


@pytest.fixture
async def known(world, ann):
    """ann, who lets everybody put her into a collection."""
    ann.serve(interactionPolicy=EVERYBODY)
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    return world.actor(ann.id)


def make(world, *actors, name="Ink people", **words):
    with db.writing() as session:
        mira = session.get_one(Actor, world.mira.id)
        return collections.create(
            session, mira, Words(name, **words), [session.get_one(Actor, each.id) for each in actors]
        )


def change(function, row, *values):
    with db.writing() as session:
        return function(session, session.get_one(type(row), row.id), *values)


def neighbour(policy="public"):
    with db.writing() as session:
        otto = session.get_one(Actor, people.artist("otto").id)
        features.set_policy(session, otto, policy)
        return otto


async def read(client, uri, status=200):
    answer = await client.get(uri.removeprefix("https://art.test"), headers=AS_JSON)
    assert answer.status_code == status, uri
    return await answer.get_json()


def shape(document):
    """The names in a document and below, but for terms and what Mastodon sends null."""
    ours = {"aiConsent", "license", "xRobotsTag", "tdmReservation", "contentUsage", "tdmPolicy", "policy"}
    ours |= {"dataMining", "rights", "rightsHolder", "@context"}
    if isinstance(document, list):
        return [shape(each) for each in document]
    if not isinstance(document, dict):
        return type(document).__name__
    return {name: shape(value) for name, value in document.items() if name not in ours and value is not None}


async def test_somebody_elsewhere_is_asked_and_is_in_it_with_a_stamp(world, ann, known, client):
    row = make(world, known, description="those who draw", language="en", tag="Ink")
    (request,) = said(world, "feature_request")
    item = world.row(CollectionItem)
    assert (request["type"], request["actor"], request["to"]) == ("FeatureRequest", MIRA, [ann.id])
    assert (request["object"], request["instrument"]) == (ann.id, row.uri)
    assert (await read(client, row.uri))["orderedItems"] == []
    await read(client, item.uri, 404)

    stamp = f"{ann.id}/stamps/1"
    await world.send(ann, ann.activity("Accept", request["id"], 8, result=stamp))
    document = await read(client, row.uri)
    assert (document["name"], document["summary"], document["summaryMap"]) == (
        "Ink people",
        "those who draw",
        {"en": "those who draw"},
    )
    assert document["topic"] == {"type": "Hashtag", "href": "https://art.test/tags/ink", "name": "#Ink"}
    assert (document["totalItems"], document["attributedTo"]) == (1, MIRA)
    (held,) = document["orderedItems"]
    assert (held["featuredObject"], held["featureAuthorization"]) == (ann.id, stamp)
    assert (await read(client, held["id"]))["featureAuthorization"] == stamp
    new, added = said(world, "add")
    assert (new["target"], new["object"]["id"]) == (f"{MIRA}/featured_collections", row.uri)
    assert (added["type"], added["target"], added["object"]["id"]) == ("Add", row.uri, held["id"])
    assert added["aiConsent"] == added["object"]["aiConsent"]

    await world.send(ann, ann.activity("Delete", stamp, 9))
    (removed,) = said(world, "remove")
    assert (removed["type"], removed["target"], removed["object"]) == ("Remove", row.uri, held["id"])
    assert (await read(client, row.uri))["totalItems"] == 0
    await read(client, held["id"], 404)


async def test_the_documents_are_shaped_as_mastodons(world, ann, known, client):
    row = make(world, known, description="x")
    (request,) = said(world, "feature_request")
    await world.send(ann, ann.activity("Accept", request["id"], 8, result=f"{ann.id}/stamps/1"))
    theirs = json.loads(json.loads((DOCUMENTS / "GET-featured-collection.json").read_text())["body"])
    assert shape(await read(client, row.uri)) == shape(theirs)
    for ours, file in zip(said(world, "add"), ("Add-FeaturedCollection", "Add-FeaturedItem"), strict=True):
        theirs = json.loads(json.loads((DOCUMENTS / f"{file}.json").read_text())["body"])
        theirs["object"].pop("orderedItems", None)
        ours["object"].pop("orderedItems", None)
        assert shape(ours) == shape(theirs) | {"id": "str", "to": ["str"], "cc": ["str"]}


async def test_a_no_keeps_them_out(world, ann, known, client):
    row = make(world, known)
    (request,) = said(world, "feature_request")
    await world.send(ann, ann.activity("Reject", request, 8))
    assert world.row(CollectionItem).state == "rejected"
    assert (await read(client, row.uri))["orderedItems"] == []
    await world.send(ann, ann.activity("Accept", request, 9, result=f"{ann.id}/stamps/1"))
    assert world.row(CollectionItem).state == "rejected", "only a new request is answered anew"


async def test_a_later_no_takes_a_yes_back(world, ann, known):
    make(world, known)
    (request,) = said(world, "feature_request")
    await world.send(ann, ann.activity("Accept", request, 8, result=f"{ann.id}/stamps/1"))
    await world.send(ann, ann.activity("Reject", request, 9))
    assert world.row(CollectionItem).state == "revoked"
    assert len(said(world, "remove")) == 1


async def test_nobody_else_answers_or_takes_back(world, ann, eve, known):
    make(world, known)
    (request,) = said(world, "feature_request")
    await world.send(eve, eve.activity("Accept", request, 1, result=f"{eve.id}/stamps/1"))
    await world.send(ann, ann.activity("Accept", request, 2, result=f"{eve.id}/stamps/1"))
    await world.send(ann, ann.activity("Accept", request, 3))
    assert world.row(CollectionItem).state == "pending"
    await world.send(ann, ann.activity("Accept", request, 4, result=f"{ann.id}/stamps/1"))
    await world.send(eve, eve.activity("Delete", f"{ann.id}/stamps/1", 5))
    await world.send(eve, eve.activity("Reject", request, 6))
    assert world.row(CollectionItem).state == "accepted"


@pytest.mark.parametrize(
    "policy",
    [None, {}, {"canFeature": {"automaticApproval": ["https://art.test/users/mira/x"]}}, {"canFeature": {}}],
)
async def test_who_does_not_say_that_they_want_it_is_not_even_asked(world, ann, policy):
    ann.serve(interactionPolicy=policy)
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    with pytest.raises(NotAllowed):
        make(world, world.actor(ann.id))
    assert world.rows(Collection) == []
    assert said(world, "feature_request") == []


async def test_who_wants_followers_only_is_asked_by_followers(world, ann):
    ann.serve(interactionPolicy={"canFeature": {"manualApproval": [ann.followers]}})
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    with pytest.raises(NotAllowed):
        make(world, world.actor(ann.id))
    world.follow(ann.id)
    make(world, world.actor(ann.id))
    assert len(said(world, "feature_request")) == 1


async def test_a_neighbour_is_asked_by_her_own_policy_without_the_wire(world, client):
    row = make(world, neighbour("public"))
    item = world.row(CollectionItem)
    assert item.state == "accepted"
    stamp = await read(client, item.authorization_uri)
    assert (stamp["type"], stamp["interactingObject"]) == ("FeatureAuthorization", row.uri)
    assert said(world, "feature_request") == said(world, "request_answer") == []
    (told,) = world.rows(Notification)
    assert (told.kind, told.actor_id, told.feature_id) == ("added_to_collection", world.mira.id, world.row(Feature).id)
    change(collections.change, row, Words("Pen people"))
    assert [each.kind for each in world.rows(Notification)] == ["added_to_collection", "collection_update"]
    change(collections.change, row, Words("Pencil people"))
    assert [each.kind for each in world.rows(Notification)] == ["added_to_collection", "collection_update"]
    assert world.row(Feature).title == "Pencil people"


async def test_a_neighbour_who_wants_to_be_asked_says_yes_and_takes_it_back(world, client):
    row = make(world, neighbour("ask"))
    assert world.row(CollectionItem).state == "pending"
    assert world.rows(Notification) == [], "the page of requests tells it"
    change(stamps.allow, world.row(Feature))
    assert (await read(client, row.uri))["totalItems"] == 1
    change(stamps.revoke, world.row(Feature))
    assert (await read(client, row.uri))["totalItems"] == 0
    assert world.row(CollectionItem).state == "revoked"
    assert [each["object"] for each in said(world, "remove")] == [world.row(CollectionItem).uri]
    change(collections.remove, world.row(CollectionItem))
    with pytest.raises(NotAllowed):
        change(collections.add, row, world.row(Actor, Actor.name == "otto"))
    assert world.rows(CollectionItem) == [], "nobody brings her back"


async def test_who_is_in_it_leaves(world):
    otto = neighbour("public")
    row = make(world, otto)
    change(collections.leave, world.row(CollectionItem))
    assert (world.row(CollectionItem).state, world.row(Feature).state) == ("revoked", "revoked")
    change(collections.leave, world.row(CollectionItem))
    assert len(said(world, "remove")) == 1, "once is enough"
    assert row.id == world.row(CollectionItem).collection_id


async def test_who_recommends_herself_has_a_stamp_too(world, client):
    make(world, world.mira)
    mine = world.row(CollectionItem)
    assert (mine.state, mine.actor_id) == ("accepted", world.mira.id)
    assert (await read(client, mine.authorization_uri))["interactionTarget"] == MIRA
    assert world.rows(Notification) == []
    change(collections.remove, mine)
    assert world.rows(Feature) == []


@pytest.mark.parametrize("policy", ["nobody", "followers"])
async def test_a_neighbour_who_does_not_want_it(world, policy):
    with pytest.raises(NotAllowed):
        make(world, neighbour(policy))


async def test_followers_hear_of_all_that_changes(world, ann, known, client):
    row = make(world, neighbour("public"))
    item = world.row(CollectionItem)
    (new,) = said(world, "add")
    assert [each["id"] for each in new["object"]["orderedItems"]] == [item.uri], "one Add, with those in it"
    change(collections.change, row, Words("Pen people", sensitive=True))
    change(collections.change, row, Words("Pen people", sensitive=True))
    (update,) = said(world, "update")[1:]
    assert (update["type"], update["object"]["name"], update["object"]["sensitive"]) == ("Update", "Pen people", True)
    assert documents.one_id(update["object"]) == row.uri
    change(collections.remove, item)
    assert world.rows(Feature) == []
    (removed,) = said(world, "remove")
    assert (removed["object"], removed["target"]) == (item.uri, row.uri)
    await world.send(ann, ann.activity("Follow", MIRA))
    change(collections.delete, row)
    removed = said(world, "remove")[-1]
    assert (removed["object"], removed["target"]) == (row.uri, f"{MIRA}/featured_collections")
    assert (await read(client, row.uri, 410))["type"] == "Tombstone"


async def test_the_actor_lists_them(world, client):
    row = make(world, name="Ink")
    make(world, name="Hidden", discoverable=False)
    actor = await read(client, MIRA)
    listed = await read(client, actor["featuredCollections"])
    assert (listed["type"], listed["totalItems"]) == ("Collection", 1)
    assert [each["id"] for each in listed["items"]] == [row.uri]
    browser = await client.get(row.uri.removeprefix("https://art.test"), headers={"Accept": "text/html"})
    assert browser.headers["Location"] == f"https://art.test/@mira/collections/{row.id}"


async def test_whoever_is_suspended_is_in_no_collection(world, client):
    otto = neighbour("public")
    row = make(world, otto)
    with db.writing() as session:
        account = session.query(Account).filter(Account.actor_id == otto.id).one()
        account.actor.suspended_at = account.actor.created_at
    assert (await read(client, row.uri))["totalItems"] == 0


@pytest.mark.parametrize("by", ["curator", "neighbour"])
async def test_whoever_blocks_parts(world, by):
    otto = neighbour("public")
    make(world, otto)
    with db.writing() as session:
        pair = session.get_one(Actor, world.mira.id), session.get_one(Actor, otto.id)
        blocks.block(session, *(pair if by == "curator" else reversed(pair)))
    assert world.rows(CollectionItem) == world.rows(Feature) == []
    assert len(said(world, "remove")) == 1


async def test_it_leaves_by_the_queue(world, ann, known):
    """The Add to followers and to whoever is in it, the request to her alone, in that order for each inbox."""
    far = people.stranger("faye", "far.example")
    people.follow(far, world.mira)
    make(world, known)
    expand.expand_due()
    (request,) = said(world, "feature_request")
    await world.send(ann, ann.activity("Accept", request, 8, result=f"{ann.id}/stamps/1"))
    expand.expand_due()
    with db.reading() as session:
        rows = session.query(Delivery).options(joinedload(Delivery.outgoing)).order_by(Delivery.id).all()
        sent = [(row.outgoing.verb, row.inbox) for row in rows]
    shared, inbox = "https://far.example/inbox", ann.origin.url("/inbox")
    assert sent[:2] == [("add", shared), ("feature_request", f"{ann.id}/inbox")]
    assert sorted(sent[2:]) == sorted([("add", shared), ("add", inbox)])
