"""Asking other servers: the id that counts, handles confirmed both ways, and what a search box finds."""

import json

import pytest

from fedi import config, db, net
from fedi.activitypub import fetch
from fedi.activitypub.objects import actor as actor_object
from fedi.activitypub.protocol import webfinger
from fedi.errors import BadDocument, Gone, NotAllowed, NotFound, Refused, Unreachable
from fedi.models.actor import Actor
from fedi.models.instance import DomainSeverity
from fedi.models.post import Post
from fedi.services import domains, tokens
from tests.origins import AS


@pytest.fixture(autouse=True)
def _http_handles(monkeypatch):
    """The servers of the tests speak http, where a typed handle means https."""
    plain = fetch.look_up

    async def look_up(handle, *, like=""):
        return await plain(handle, like=like or "http://x/")

    monkeypatch.setattr(fetch, "look_up", look_up)


async def test_a_document_at_its_id(world, ann):
    note = ann.serve_note()
    assert (await fetch.document(note["id"]))["content"] == note["content"]
    asked = dict(ann.origin.asked)["/u/ann/n/1"]
    assert 'keyId="https://art.test/actor#main-key"' in asked["Signature"]
    assert asked["User-Agent"].startswith("fedi/")
    assert asked["Accept"].startswith("application/activity+json")


async def test_the_documents_own_id_counts(world, ann):
    note = ann.serve_note()
    ann.origin.put("/other", {"@context": AS, **note, "content": "<p>elsewhere</p>"})
    assert (await fetch.document(ann.origin.url("/other")))["content"] == note["content"]


async def test_ids_that_never_agree(world, ann):
    ann.origin.put("/a", {"@context": AS, "id": ann.origin.url("/b"), "type": "Note"})
    ann.origin.put("/b", {"@context": AS, "id": ann.origin.url("/c"), "type": "Note"})
    ann.origin.put("/c", {"@context": AS, "id": ann.origin.url("/c"), "type": "Note"})
    with pytest.raises(BadDocument):
        await fetch.document(ann.origin.url("/a"))
    assert "/c" not in ann.origin.paths()


@pytest.mark.parametrize(
    ("status", "error"), [(404, NotFound), (410, Gone), (401, NotAllowed), (403, NotAllowed), (500, Unreachable)]
)
async def test_refusals(world, ann, status, error):
    ann.origin.put("/x", b"", status=status)
    with pytest.raises(error):
        await fetch.document(ann.origin.url("/x"))


async def test_a_redirect_to_another_server_counts_for_its_own_id(world, ann, eve):
    eve.origin.documents["/away"] = (302, "", ann.origin.url("/u/ann/n/1").encode())
    note = ann.serve_note()
    assert (await fetch.document(eve.origin.url("/away")))["id"] == note["id"]


async def test_a_redirect_to_where_nobody_may_go(world, ann):
    ann.origin.documents["/inside"] = (302, "", b"http://169.254.169.254/latest")
    with pytest.raises(Refused):
        await fetch.document(ann.origin.url("/inside"))


@pytest.mark.parametrize("typed", ["@ann@{host}", "ann@{host}", "ANN@{host}", "acct:ann@{host}", "{id}", "{page}"])
async def test_finding_somebody(world, ann, typed):
    ann.origin.put(
        "/@ann",
        f'<html><head><link rel="alternate" type="application/activity+json" href="{ann.id}"></head></html>'.encode(),
        kind="text/html",
    )
    ann.origin.finger("ANN", ann.id, subject=f"acct:ann@{ann.origin.host}")
    found = await fetch.find(typed.format(host=ann.origin.host, id=ann.id, page=ann.origin.url("/@ann")))
    assert isinstance(found, Actor)
    assert (found.uri, found.domain) == (ann.id, ann.origin.host)


@pytest.mark.parametrize("head", ["<![<", '<link rel="alternate" type="application/activity+json" href="http://[">'])
async def test_an_odd_page_is_no_fault_of_ours(world, ann, head):
    ann.origin.put("/odd", head.encode(), kind="text/html")
    assert await fetch.find(ann.origin.url("/odd")) is None


async def test_finding_a_post(world, ann):
    note = ann.serve_note()
    found = await fetch.find(note["id"])
    assert isinstance(found, Post)
    assert found.actor.uri == ann.id
    assert (await fetch.find(note["url"])).id == found.id, "known by its page now"


@pytest.mark.parametrize("typed", ["{page}", "{other}", "{moved}", "@nan@{host}"])
async def test_apps_are_shown_what_the_address_or_handle_leads_to(world, ann, typed):
    """Also where it is known under another address or handle afterwards."""
    origin, other = ann.origin, ann.origin.url("/other")
    link = f'<link rel="alternate" type="application/activity+json" href="{ann.id}">'
    origin.put("/@ann", link.encode(), kind="text/html")
    origin.put("/other", link.encode(), kind="text/html")
    origin.documents["/moved"] = (302, "", ann.id.encode())
    origin.finger("nan", ann.id, subject=f"acct:ann@{origin.host}")
    text = typed.format(page=origin.url("/@ann"), other=other, moved=origin.url("/moved"), host=origin.host)
    assert await searched(world, text) == ([ann.id], [])


async def test_apps_are_shown_a_post_by_an_address_that_leads_to_it(world, ann):
    note = ann.serve_note()
    ann.origin.documents["/short"] = (302, "", note["id"].encode())
    assert await searched(world, ann.origin.url("/short")) == ([], [note["id"]])


async def searched(world, text):
    """The ids of the people and posts that an app is shown."""
    with db.writing() as session:
        token = tokens.issue(session, world.account, "read")
    answer = await world.client.get(
        "/api/v2/search", query_string={"q": text, "resolve": "true"}, headers={"Authorization": f"Bearer {token}"}
    )
    body = await answer.get_json()
    return [each["uri"] for each in body["accounts"]], [each["uri"] for each in body["statuses"]]


async def test_finding_ours(world):
    post = world.post()
    for typed in ("@mira", "mira@art.test", "https://art.test/@mira", "https://art.test/users/mira"):
        found = await fetch.find(typed)
        assert found is None if typed == "@mira" else found.uri == "https://art.test/users/mira"
    assert (await fetch.find(post.url)).id == post.id


@pytest.mark.parametrize(
    "typed",
    ["", "@", "x", "@nobody@127.0.0.11:1", "http://127.0.0.11:1/", "javascript:alert(1)", "http://[", "https://a b/"],
)
async def test_finding_nothing(world, typed):
    assert await fetch.find(typed) is None


@pytest.mark.parametrize(
    "jrd", [b"[]", b"5", b"{}", b'{"subject": 7}', b'{"subject": "acct:a@b", "links": [{}]}', b"<"]
)
async def test_webfinger_that_is_none(world, ann, jrd):
    ann.origin.put(f"/.well-known/webfinger?resource=acct:ann@{ann.origin.host}", jrd, kind="application/jrd+json")
    with pytest.raises(BadDocument):
        await fetch.look_up(webfinger.Handle("ann", ann.origin.host))
    assert await fetch.find(f"@ann@{ann.origin.host}") is None


async def test_host_meta_says_where_webfinger_is(world, ann, eve):
    handle = webfinger.Handle("split", ann.origin.host)
    template = f'<XRD><Link rel="lrdd" template="{eve.origin.url("/wf")}?r={{uri}}"/></XRD>'
    ann.origin.put("/.well-known/host-meta", template.encode(), kind="application/xrd+xml")
    link = {"rel": "self", "type": "application/activity+json", "href": eve.id}
    eve.origin.put(
        f"/wf?r=acct:split@{ann.origin.host}",
        {"subject": f"acct:split@{ann.origin.host}", "links": [link]},
        kind="application/jrd+json",
    )
    assert await fetch.look_up(handle) == (handle, eve.id)


async def test_a_blocked_server_is_not_asked(world, ann):
    config.use(config.settings().model_copy(update={"federation": "closed"}))
    with pytest.raises(Refused):
        await fetch.learn_actor(ann.id)
    assert ann.origin.asked == []


def test_from_synchronous_code(instance, mira, ann):
    try:
        assert fetch.fetch_actor(ann.id).uri == ann.id
        assert fetch.fetch_object(ann.id)["type"] == "Person"
        assert fetch.resolve(f"@ann@{ann.origin.host}").uri == ann.id
        found = fetch.mentioned(f"hi @ann@{ann.origin.host} and @nobody@127.0.0.11:1 and @mira")
        assert {actor.name for actor in found.values()} == {"ann", "mira"}
    finally:
        net.close_background()


@pytest.mark.parametrize("way", ["id", "alternate"])
async def test_a_blocked_server_is_not_asked_because_another_one_names_it(world, ann, eve, way):
    note = eve.serve_note()
    with db.writing() as session:
        domains.set_rule(session, eve.origin.address, severity=DomainSeverity.BLOCK)
    if way == "id":
        ann.origin.put("/away", {"@context": AS, **note})
    else:
        link = f'<link rel="alternate" type="application/activity+json" href="{note["id"]}">'
        ann.origin.put("/away", link.encode(), kind="text/html")
    assert await fetch.find(ann.origin.url("/away")) is None
    with pytest.raises((Refused, BadDocument)):
        await fetch.document(ann.origin.url("/away"))
    assert eve.origin.asked == []


@pytest.mark.parametrize("said", [True, False])
async def test_indexable_goes_out_and_comes_in_as_it_is(world, ann, said):
    """FEP-5feb: what is not said, or not with true, is a no."""
    world.set(indexable=said)
    answer = await world.client.get("/users/mira", headers={"Accept": "application/activity+json"})
    document = json.loads(await answer.get_data())
    assert document["indexable"] is said
    assert actor_object.from_document(document, domain="art.test", name="mira").indexable is said
    for value, kept in ((said, said), ("true", False), (None, False)):
        ann.serve(indexable=value)
        assert fetch.fetch_actor(ann.id).indexable is kept


async def test_words_find_no_posts_of_anybody(world, ann):
    """Search respects a missing `indexable` by searching in no posts at all; their addresses lead to them."""
    world.set(indexable=True)
    post = world.post("a heron at first light")
    for words, found in (("heron", 0), (post.uri, 1)):
        answer = await world.client.get("/api/v2/search", query_string={"q": words, "type": "statuses"})
        assert len((await answer.get_json())["statuses"]) == found
