"""/api/v1/collections: Mastodon's words and shapes, and nobody's hands on what is somebody else's."""

import pytest

from fedi import db
from fedi.models.actor import Actor
from fedi.models.collection import Collection, CollectionItem
from fedi.models.feature import Feature
from fedi.models.outgoing import Outgoing
from fedi.services import features, stamps

from .conftest import make_person, make_remote, token_of

PATH = "/api/v1/collections"
FORBIDDEN = (403, {"error": "This action is not allowed"})
MISSING = (404, {"error": "Record not found"})


def said(answer):
    return answer.status, answer.body


def let(person, policy="public"):
    with db.writing() as session:
        features.set_policy(session, session.get_one(Actor, person.actor_id), policy)
    return person


def remote(name="gina", **policy):
    id_ = make_remote(name)
    with db.writing() as session:
        session.get_one(Actor, id_).may_feature = policy or None
    return str(id_)


async def made(api, who, name="Ink", **given):
    answer = await api.post(PATH, who, name=name, **given)
    assert answer.status == 200, answer
    return answer.body["collection"]


async def test_a_collection_as_mastodon_tells_it(api, mira, otto):
    let(otto)
    row = await made(
        api, mira, "Ink people", description="draw & ink", language="en", tag_name="#Ink", account_ids=[otto.id]
    )
    item = row["items"][0]
    assert row == {
        "id": row["id"],
        "account_id": mira.id,
        "uri": f"https://art.test/users/mira/collections/{row['id']}",
        "url": f"https://art.test/@mira/collections/{row['id']}",
        "name": "Ink people",
        "description": "draw & ink",
        "language": "en",
        "local": True,
        "sensitive": False,
        "discoverable": True,
        "tag": {"name": "Ink", "url": "https://art.test/tags/ink"},
        "item_count": 1,
        "items": [item],
        "created_at": row["created_at"],
        "updated_at": row["created_at"],
    }
    assert item == {
        "id": item["id"],
        "account_id": otto.id,
        "state": "accepted",
        "created_at": item["created_at"],
    }
    for who in (None, mira, otto):
        seen = (await api.get(f"{PATH}/{row['id']}", who)).body
        assert seen["collection"] == row
        assert [each["id"] for each in seen["accounts"]] == [mira.id, otto.id]
        assert (await api.get(f"/api/v1/accounts/{mira.id}/collections", who)).body == {"collections": [row]}


async def test_changing_it(api, mira):
    row = await made(api, mira, "Ink", tag_name="ink", language="en")
    later = (await api.call("PATCH", f"{PATH}/{row['id']}", mira, json={"name": "Pen", "sensitive": True})).body
    assert later["collection"] == row | {
        "name": "Pen",
        "sensitive": True,
        "updated_at": later["collection"]["updated_at"],
    }
    bare = (await api.put(f"{PATH}/{row['id']}", mira, tag_name="", language="", discoverable="false")).body
    kept = bare["collection"]
    assert (kept["name"], kept["tag"], kept["language"], kept["discoverable"]) == ("Pen", None, None, False)
    assert (await api.get(f"/api/v1/accounts/{mira.id}/collections")).body == {"collections": []}
    assert len((await api.get(f"/api/v1/accounts/{mira.id}/collections", mira)).body["collections"]) == 1
    assert (await api.get(f"{PATH}/{row['id']}")).status == 200, "whoever has the address finds it"
    assert said(await api.delete(f"{PATH}/{row['id']}", mira)) == (200, {})
    assert said(await api.get(f"{PATH}/{row['id']}", mira)) == MISSING


@pytest.mark.parametrize(
    ("given", "field", "code", "words"),
    [
        ({}, "name", "ERR_BLANK", "Name can't be blank"),
        ({"name": " "}, "name", "ERR_BLANK", "Name can't be blank"),
        ({"name": "x" * 41}, "name", "ERR_TOO_LONG", "Name is too long (maximum is 40 characters)"),
        (
            {"name": "x", "description": "x" * 101},
            "description",
            "ERR_TOO_LONG",
            "Description is too long (maximum is 100 characters)",
        ),
        ({"name": "x", "tag_name": "no tag"}, "tag_name", "ERR_INVALID", "Tag name is invalid"),
        ({"name": "x", "language": "?"}, "language", "ERR_INVALID", "Language is invalid"),
    ],
)
async def test_what_cannot_be_kept(api, mira, given, field, code, words):
    answer = await api.post(PATH, mira, **given)
    assert answer.status == 422
    error = answer.body["error"]
    assert error["error"] == f"Validation failed: {words}"
    assert error["details"] == {field: [{"error": code, "description": words.partition(" ")[2].removeprefix("name ")}]}
    row = await made(api, mira)
    if given:
        assert (await api.call("PATCH", f"{PATH}/{row['id']}", mira, json=given)).status == 422
    assert (await api.get(f"{PATH}/{row['id']}")).body["collection"] == row


async def test_ten_collections_of_twenty_five(api, mira):
    for number in range(10):
        await made(api, mira, str(number))
    full = await api.post(PATH, mira, name="one more")
    assert (full.status, list(full.body["error"]["details"])) == (422, ["base"])
    page = await api.get(f"/api/v1/accounts/{mira.id}/collections", limit=4, offset=4)
    assert [each["name"] for each in page.body["collections"]] == ["5", "4", "3", "2"]
    assert 'offset=8>; rel="next"' in page.headers["Link"]
    assert 'offset=0>; rel="prev"' in page.headers["Link"]
    row = page.body["collections"][0]
    people = [remote(f"p{number}", automatic=["public"]) for number in range(26)]
    for each in people[:25]:
        assert (await api.post(f"{PATH}/{row['id']}/items", mira, account_id=each)).status == 200
    more = await api.post(f"{PATH}/{row['id']}/items", mira, account_id=people[25])
    assert (more.status, more.body["error"].startswith("Validation failed: ")) == (422, True)
    assert (await api.post(PATH, mira, name="x", account_ids=people)).status == 422


async def test_who_is_put_into_it(api, mira, otto):
    row = await made(api, mira)
    items = f"{PATH}/{row['id']}/items"
    assert said(await api.post(items, mira)) == (422, {"error": "`account_id` parameter is missing"})
    assert said(await api.post(items, mira, account_id="1")) == MISSING
    refused = (403, {"error": "This account cannot be added to collections"})
    assert said(await api.post(items, mira, account_id=remote())) == refused
    assert said(await api.post(items, mira, account_id=let(otto, "nobody").id)) == refused
    let(otto, "ask")
    item = (await api.post(items, mira, account_id=otto.id)).body["collection_item"]
    assert (item["state"], item["account_id"]) == ("pending", otto.id)
    taken = (422, {"error": "Validation failed: Account has already been taken"})
    assert said(await api.post(items, mira, account_id=otto.id)) == taken
    mine, theirs = [(await api.get(f"{PATH}/{row['id']}", who)).body["collection"] for who in (mira, otto)]
    assert ([each["state"] for each in mine["items"]], theirs["items"]) == (["pending"], [])
    assert (await api.get(f"/api/v1/accounts/{otto.id}/in_collections", otto)).body == {"collections": []}
    with db.writing() as session:
        stamps.allow(session, session.query(Feature).one())
    (held,) = (await api.get(f"/api/v1/accounts/{otto.id}/in_collections", otto)).body["collections"]
    assert (held["id"], held["items"][0]["id"]) == (row["id"], item["id"])
    assert said(await api.delete(f"{items}/{item['id']}", mira)) == (200, {})
    assert (await api.get(f"{PATH}/{row['id']}", mira)).body["collection"]["items"] == []


async def test_whoever_is_in_it_leaves_and_is_not_brought_back(api, mira, otto):
    row = await made(api, mira, account_ids=[let(otto).id])
    item = f"{PATH}/{row['id']}/items/{row['items'][0]['id']}"
    assert said(await api.post(f"{item}/revoke", mira)) == FORBIDDEN
    for _ in range(2):
        assert said(await api.post(f"{item}/revoke", otto)) == (200, {})
    assert (await api.get(f"{PATH}/{row['id']}", mira)).body["collection"]["items"] == []
    assert (await api.delete(item, mira)).status == 200
    assert (await api.post(f"{PATH}/{row['id']}/items", mira, account_id=otto.id)).status == 403


async def test_a_collection_of_another_server(api, mira, otto):
    let(mira)
    with db.writing() as session:
        curator = session.get_one(Actor, make_remote())
        uri = f"{curator.uri}/collections/1"
        me = session.get_one(Actor, mira.actor_id)
        id_ = features.requested(session, me, curator, request_uri=f"{uri}#ask", instrument_uri=uri).id
        features.describe(session, uri, curator.uri, title="Pens", summary="<b>", url=None)
    (row,) = (await api.get(f"/api/v1/accounts/{mira.id}/in_collections", mira)).body["collections"]
    assert (row["uri"], row["local"], row["name"], row["description"]) == (uri, False, "Pens", "&lt;b&gt;")
    assert [each["account_id"] for each in row["items"]] == [mira.id]
    path = f"{PATH}/{id_}"
    assert (await api.get(path, mira)).body["collection"] == row
    assert said(await api.get(path, otto)) == said(await api.get(path)) == MISSING
    assert said(await api.call("PATCH", path, mira, json={"name": "Mine"})) == FORBIDDEN
    assert said(await api.delete(path, mira)) == FORBIDDEN
    assert said(await api.post(f"{path}/items/{id_}/revoke", otto)) == MISSING
    assert said(await api.post(f"{path}/items/{id_}/revoke", mira)) == (200, {})
    assert (await api.get(f"/api/v1/accounts/{mira.id}/in_collections", mira)).body == {"collections": []}
    with db.reading() as session:
        assert [each.verb for each in session.query(Outgoing).order_by(Outgoing.id)][-2:] == [
            "request_answer",
            "unstamp",
        ]


def snapshot():
    with db.reading() as session:
        rows = [*session.query(Collection), *session.query(CollectionItem), *session.query(Feature)]
        return sorted(str({name: each.__dict__[name] for name in each.__table__.columns.keys()}) for each in rows)


async def test_somebody_else_changes_nothing(api, mira, otto):
    row = await made(api, mira, account_ids=[let(otto).id])
    path, before = f"{PATH}/{row['id']}", snapshot()
    vera = make_person("vera")
    for who in (otto, vera):
        assert said(await api.call("PATCH", path, who, json={"name": "Mine"})) == FORBIDDEN
        assert said(await api.put(path, who, name="Mine")) == FORBIDDEN
        assert said(await api.delete(path, who)) == FORBIDDEN
        assert said(await api.post(f"{path}/items", who, account_id=vera.id)) == FORBIDDEN
        assert said(await api.delete(f"{path}/items/{row['items'][0]['id']}", who)) == FORBIDDEN
    assert said(await api.post(f"{path}/items/{row['items'][0]['id']}/revoke", vera)) == FORBIDDEN
    other = await made(api, otto)
    assert said(await api.delete(f"{PATH}/{other['id']}/items/{row['items'][0]['id']}", otto)) == MISSING
    assert (await api.delete(f"{PATH}/{other['id']}", otto)).status == 200
    assert said(await api.get(f"/api/v1/accounts/{otto.id}/in_collections", mira)) == FORBIDDEN
    assert snapshot() == before


async def test_it_is_found_by_its_addresses(api, mira, otto):
    row = await made(api, mira, discoverable=False)
    for address in (row["uri"], row["url"]):
        assert (await api.get("/api/v2/search", otto, q=address)).body["collections"] == [row]
    for address in (f"{row['url']}0", row["url"].replace("mira", "otto"), "https://art.test/collections/"):
        assert (await api.get("/api/v2/search", otto, q=address)).body["collections"] == []


async def test_scopes(api, mira):
    reads, writes = token_of(mira, "read:collections"), token_of(mira, "write:collections")
    row = await made(api, writes)
    assert (await api.get(f"{PATH}/{row['id']}", reads)).status == 200
    assert (await api.get(f"{PATH}/{row['id']}", writes)).status == 403
    assert (await api.post(PATH, reads, name="x")).status == 403
    assert (await api.get(f"/api/v1/accounts/{mira.id}/in_collections")).status == 401


async def test_blocks(api, mira, otto):
    vera = let(make_person("vera"))
    row = await made(api, mira, account_ids=[vera.id])
    await api.post(f"/api/v1/accounts/{vera.id}/block", otto)
    assert (await api.get(f"{PATH}/{row['id']}", otto)).body["collection"]["items"] == []
    await api.post(f"/api/v1/accounts/{otto.id}/block", mira)
    assert said(await api.get(f"{PATH}/{row['id']}", otto)) == FORBIDDEN
    assert (await api.get(f"/api/v1/accounts/{mira.id}/collections", otto)).body == {"collections": []}
    assert (await api.post(f"{PATH}/{row['id']}/items", mira, account_id=let(otto).id)).status == 403


async def test_who_may_be_put_into_one(api, mira, otto):
    def approval(automatic, manual, current):
        return {"automatic": automatic, "manual": manual, "current_user": current}

    followers, gina = let(make_person("vera"), "followers"), make_remote()
    with db.writing() as session:
        uri = session.get_one(Actor, gina).followers_uri
    cases = [
        (let(make_person("anna")).id, approval(["public"], [], "automatic")),
        (otto.id, approval([], ["public"], "manual")),
        (let(make_person("nora"), "nobody").id, approval([], [], "denied")),
        (followers.id, approval(["followers"], [], "denied")),
        (remote("none"), approval([], [], "missing")),
        (remote("self", automatic=["https://gts.test/users/self"]), approval([], [], "denied")),
        (remote("open", automatic=["public"]), approval(["public"], [], "automatic")),
        (remote("some", automatic=[], manual=[uri]), approval([], ["unsupported_policy"], "denied")),
    ]
    for id_, wanted in cases:
        assert (await api.get(f"/api/v1/accounts/{id_}", mira)).body["feature_approval"] == wanted, id_
    await api.post(f"/api/v1/accounts/{followers.id}/follow", mira)
    seen = (await api.get("/api/v1/accounts/search", mira, q="vera")).body[0]["feature_approval"]
    assert seen == approval(["followers"], [], "automatic")
    assert (await api.get(f"/api/v1/accounts/{followers.id}")).body["feature_approval"]["current_user"] == "unknown"
    role = (await api.get("/api/v1/accounts/verify_credentials", mira)).body["role"]
    assert role["collection_limit"] == 10
    assert (await api.get("/api/v2/instance")).body["api_versions"]["mastodon"] == 10


async def test_notifications(api, mira, otto):
    row = await made(api, mira, account_ids=[let(otto).id])
    changed = await api.call("PATCH", f"{PATH}/{row['id']}", mira, json={"name": "Pens"})
    told = (await api.get("/api/v1/notifications", otto)).body
    assert [(each["type"], each["account"]["id"]) for each in told] == [
        ("collection_update", mira.id),
        ("added_to_collection", mira.id),
    ]
    assert told[0]["collection"] == changed.body["collection"]
    groups = (await api.get("/api/v2/notifications", otto)).body["notification_groups"]
    assert [each["collection"]["id"] for each in groups] == [row["id"]] * 2
    await api.delete(f"{PATH}/{row['id']}", mira)
    assert (await api.get("/api/v1/notifications", otto)).body == []
