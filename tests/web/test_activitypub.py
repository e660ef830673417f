"""Documents over HTTP: who gets what, by Accept, by signature, and after a deletion."""

import json

import pytest

from fedi import config, db
from fedi.activitypub import instance_key, keyring
from fedi.activitypub.collections_out import REPLIES_PAGE
from fedi.activitypub.protocol import signatures
from fedi.models.account import ACCOUNTS, Account, AccountState
from fedi.models.actor import Actor
from fedi.models.follow import Follow, FollowState
from fedi.models.instance import DomainSeverity
from fedi.models.interaction import Boost
from fedi.models.post import Post, PostState, Visibility
from fedi.services import accounts, actors, deletions, domains, interactions, posts
from tests import origins
from tests.worlds import World

AS = {"Accept": "application/activity+json"}
LD = {"Accept": 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'}
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
def home(client, mira):
    keyring.forget()
    instance_key.forget()
    return World(client, mira)


async def get(home, path, headers=AS):
    path = path.removeprefix("https://art.test")
    answer = await home.client.get(path, headers=headers)
    body = await answer.get_data()
    return answer, json.loads(body) if "json" in (answer.content_type or "") else body


@pytest.mark.parametrize("headers", [AS, LD, {"Accept": "application/activity+json, text/html;q=0.1"}])
async def test_an_actor(home, headers):
    answer, actor = await get(home, "/users/mira", headers)
    assert answer.status_code == 200
    assert answer.content_type == "application/activity+json; charset=utf-8"
    assert answer.headers["Cache-Control"] == "max-age=180, public"
    assert "Accept" in answer.headers["Vary"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Robots-Tag"] == "noai, noimageai"
    uri = "https://art.test/users/mira"
    assert (actor["id"], actor["type"], actor["preferredUsername"]) == (uri, "Person", "mira")
    assert actor["webfinger"] == "mira@art.test"
    assert actor["publicKey"]["id"] == f"{uri}#main-key"
    assert actor["publicKey"]["owner"] == uri
    assert actor["assertionMethod"][0]["controller"] == uri
    assert actor["endpoints"]["sharedInbox"] == "https://art.test/inbox"
    assert actor["url"] == "https://art.test/@mira"
    for name in ("inbox", "outbox", "followers", "following", "featured", "featuredTags", "published"):
        assert actor[name]


async def test_a_browser_is_led_to_the_page(home):
    post = home.post()
    for path, page in ((home.mira.uri, "/@mira"), (post.uri, f"/@mira/{post.id}")):
        answer, _ = await get(home, path, BROWSER)
        assert answer.status_code == 302
        assert answer.headers["Location"].endswith(page)
        assert "Accept" in answer.headers["Vary"]


async def test_a_page_answers_a_machine_with_the_document(home):
    post = home.post()
    for path, uri in (("/@mira", home.mira.uri), (f"/@mira/{post.id}", post.uri)):
        answer, document = await get(home, path)
        assert answer.status_code == 200
        assert document["id"] == uri


async def test_a_post_and_what_hangs_on_it(home):
    post = home.post("answer me")
    reply = home.post("an answer", in_reply_to=post)
    _, note = await get(home, post.uri)
    assert note["id"] == post.uri
    for name, kind in (("replies", "Collection"), ("likes", "Collection"), ("shares", "Collection")):
        _, collection = await get(home, note[name]["id"])
        assert (collection["id"], collection["type"]) == (note[name]["id"], kind)
    _, page = await get(home, note["replies"]["first"]["next"])
    assert page["items"] == [reply.uri]
    _, conversation = await get(home, note["context"])
    assert conversation["first"]["items"] == [post.uri, reply.uri]
    _, activity = await get(home, f"{post.uri}/activity")
    assert (activity["type"], activity["object"]["id"]) == ("Create", post.uri)


async def test_the_outbox_is_paged(home):
    made = [home.post(f"number {number}") for number in range(25)]
    home.post("secret", visibility=Visibility.FOLLOWERS)
    _, outbox = await get(home, "/users/mira/outbox")
    assert (outbox["type"], outbox["totalItems"]) == ("OrderedCollection", 25)
    found, url = [], outbox["first"]
    while url:
        _, page = await get(home, url)
        assert (page["type"], page["partOf"]) == ("OrderedCollectionPage", outbox["id"])
        found += [item["object"]["id"] for item in page["orderedItems"]]
        url = page.get("next")
    assert sorted(found) == sorted(post.uri for post in made)
    _, last = await get(home, outbox["last"])
    assert len(last["orderedItems"]) == 20


@pytest.mark.parametrize("end", ["followers", "following"])
async def test_hidden_people_are_counted_alone(home, otto, end):
    """A collection without pages, from which others read that it is hidden."""
    with db.writing() as session:
        session.get_one(Actor, home.mira.id).hides_collections = True
        session.add(Follow(follower_id=otto.actor_id, followee_id=home.mira.id, state=FollowState.ACCEPTED))
    _, collection = await get(home, f"/users/mira/{end}")
    assert (collection["totalItems"], "first" in collection) == (int(end == "followers"), False)
    answer, _ = await get(home, f"/users/mira/{end}?page=true")
    assert answer.status_code == 403


async def test_the_outbox_counts_the_boosts_that_it_shows_and_they_have_addresses(home, otto):
    mine, hidden = home.post(), home.post(visibility=Visibility.FOLLOWERS)
    with db.writing() as session:
        me = session.get_one(Account, home.account.id).actor
        theirs = posts.compose(session, author=otto.actor, text="by otto")
        for number, visibility in ((theirs.id, Visibility.UNLISTED), (hidden.id, Visibility.FOLLOWERS)):
            interactions.boost(session, me, session.get_one(Post, number), visibility=visibility)
        boosts = {row.post_id: row.uri for row in session.query(Boost)}
    _, outbox = await get(home, "/users/mira/outbox")
    _, page = await get(home, outbox["first"])
    assert outbox["totalItems"] == len(page["orderedItems"]) == 2
    (said,) = [item for item in page["orderedItems"] if item["type"] == "Announce"]
    assert said["id"] == boosts[theirs.id]
    answer, alone = await get(home, said["id"])
    assert (answer.status_code, {**alone, "@context": 0}) == (200, {"@context": 0, **said})
    assert (await get(home, boosts[hidden.id]))[0].status_code == 404
    assert (await get(home, said["id"].replace("mira", "otto")))[0].status_code == 404
    assert (await get(home, f"{mine.uri}/../boosts/1"))[0].status_code == 404


async def test_a_conversation_is_paged(home):
    first = home.post()
    with db.writing() as session:
        me = session.get_one(Account, home.account.id).actor
        for number in range(REPLIES_PAGE):
            parent = session.get_one(Post, first.id)
            posts.compose(session, author=me, text=f"answer {number}", in_reply_to=parent)
    _, note = await get(home, first.uri)
    _, whole = await get(home, note["context"])
    assert (whole["type"], whole["totalItems"]) == ("Collection", REPLIES_PAGE + 1)
    page, found = whole["first"], []
    while page:
        assert (page["type"], page["partOf"]) == ("CollectionPage", whole["id"])
        found += page["items"]
        page = (await get(home, page["next"]))[1] if "next" in page else None
    assert (found[0], len(found), len(set(found))) == (first.uri, REPLIES_PAGE + 1, REPLIES_PAGE + 1)


async def test_followers_are_paged(home, otto):
    with db.writing() as session:
        from fedi.services import follows

        follows.request(session, actors.by_id(session, otto.actor_id), actors.by_id(session, home.mira.id))
    _, followers = await get(home, "/users/mira/followers")
    assert followers["totalItems"] == 1
    _, page = await get(home, followers["first"])
    assert page["orderedItems"] == ["https://art.test/users/otto"]
    _, following = await get(home, "/users/otto/following?page=true")
    assert following["orderedItems"] == [home.mira.uri]


async def test_pinned_posts_are_embedded(home):
    post = home.post()
    with db.writing() as session:
        posts.pin(session, session.get_one(Post, post.id), on=True)
    _, featured = await get(home, "/users/mira/collections/featured")
    assert [item["id"] for item in featured["orderedItems"]] == [post.uri]
    _, tags = await get(home, "/users/mira/collections/tags")
    assert tags["totalItems"] == 0


async def test_every_document_carries_the_terms(home):
    post = home.post()
    for path in (
        "/users/mira", "/users/mira/outbox", "/users/mira/outbox?page=true", "/users/mira/followers",
        "/users/mira/collections/featured", post.uri, f"{post.uri}/replies", f"{post.uri}/activity", "/actor",
    ):  # fmt: skip
        answer, document = await get(home, path)
        assert document["aiConsent"] == "https://w3id.org/fedi/noai#prohibited", path
        assert document["license"]
        assert answer.headers["tdm-reservation"] == "1"


@pytest.mark.parametrize("visibility", [Visibility.FOLLOWERS, Visibility.DIRECT])
async def test_what_is_not_public_is_404(home, visibility):
    post = home.post(visibility=visibility)
    for path in ("", "/activity", "/replies", "/likes", "/shares"):
        answer, _ = await get(home, post.uri + path)
        assert answer.status_code == 404
        assert answer.headers["Cache-Control"] == "private, no-store"
    _, outbox = await get(home, "/users/mira/outbox?page=true")
    assert outbox["orderedItems"] == []
    assert (await get(home, f"{home.mira.uri}/contexts/{post.id}"))[0].status_code == 404


async def test_a_post_that_is_prepared_is_404(home):
    post = home.post()
    with db.writing() as session:
        session.get_one(Post, post.id).state = PostState.PREPARING
    assert (await get(home, post.uri))[0].status_code == 404


async def test_a_deleted_post_is_410(home):
    post = home.post()
    with db.writing() as session:
        deletions.withdraw(session, session.get_one(Post, post.id))
    for path in (post.uri, f"/@mira/{post.id}", f"{post.uri}/replies"):
        answer, document = await get(home, path)
        assert answer.status_code == 410, path
        assert (document["id"], document["type"]) == (post.uri, "Tombstone")


@pytest.mark.parametrize(
    "path",
    ["/users/nobody", "/users/mira/posts/1", "/users/mira/posts/9999999999999999999", "/users/nobody/outbox",
     "/users/mira/contexts/7", "/users/%00", "/users/mira%2f..%2f"],
)  # fmt: skip
async def test_nothing_there(home, path):
    assert (await get(home, path))[0].status_code == 404


@pytest.mark.parametrize(
    "path", ["/users/mira", "/@mira", "/actor", "/.well-known/webfinger?resource=acct:mira@art.test"]
)
async def test_programs_in_browsers_may_read_documents(home, path):
    """An Accept with a profile has quotes in it: a browser asks first."""
    asked = {"Origin": "https://x.test", "Access-Control-Request-Headers": "accept"}
    told = await home.client.options(path, headers=asked | {"Access-Control-Request-Method": "GET"})
    assert told.headers["Access-Control-Allow-Origin"] == "*"
    assert told.headers["Access-Control-Allow-Headers"] == "accept"
    told = await home.client.options(path, headers=asked | {"Access-Control-Request-Method": "PUT"})
    assert "Access-Control-Allow-Origin" not in told.headers


async def test_programs_in_browsers_read_why_there_is_no_document(home):
    for path in ("/users/nobody", "/users/mira/posts/5", "/.well-known/webfinger", "/nodeinfo/9"):
        answer, said = await get(home, path)
        assert answer.status_code in {400, 404}
        assert answer.headers.getlist("Access-Control-Allow-Origin") == ["*"]
        assert said["error"]


async def test_odd_pages(home):
    home.post()
    for query in (
        "page=true&max_id=x",
        "max_id=99999999999999999999",
        "page=&min_id=-1",
        "page=true&page=false",
        "x[]=1",
    ):
        assert (await get(home, f"/users/mira/outbox?{query}"))[0].status_code == 200


async def test_an_account_that_is_suspended(home):
    with db.writing() as session:
        ACCOUNTS.move(accounts.by_name(session, "mira"), AccountState.SUSPENDED)
    assert (await get(home, "/users/mira"))[0].status_code == 404


async def test_the_instance_actor(home):
    answer, actor = await get(home, "/actor", {})
    assert answer.status_code == 200
    assert (actor["type"], actor["id"]) == ("Application", "https://art.test/actor")
    answer, document = await get(home, "/.well-known/webfinger?resource=acct:art.test@art.test")
    assert next(link["href"] for link in document["links"] if link["rel"] == "self") == actor["id"]


# --- signed requests ----------------------------------------------------------------------------------------------------


@pytest.fixture
def gina(home):
    """Somebody elsewhere whose key is known."""
    uri = "https://gts.test/users/gina"
    key = actors.RemoteKey(uri=f"{uri}#main-key", algorithm="rsa", public=origins.pem(origins.key(0)))
    values = actors.RemoteActor(
        uri=uri, kind="Person", name="gina", domain="gts.test", inbox=f"{uri}/inbox", keys=[key]
    )
    with db.writing() as session:
        return actors.store(session, values, confirmed=True)


def signed(url, headers=AS):
    return headers | signatures.sign(
        origins.key(0), "https://gts.test/users/gina#main-key", "GET", url, accept=headers["Accept"]
    )


async def test_a_follower_reads_what_is_for_followers(home, gina):
    post = home.post(visibility=Visibility.FOLLOWERS)
    assert (await get(home, post.uri, signed(post.uri)))[0].status_code == 404
    with db.writing() as session:
        from fedi.services import follows

        follows.received(session, actors.by_id(session, gina.id), actors.by_id(session, home.mira.id), uri=None)
    answer, note = await get(home, post.uri, signed(post.uri))
    assert (answer.status_code, note["id"]) == (200, post.uri)
    assert answer.headers["Cache-Control"] == "private, no-store"
    bad = signed(post.uri) | {"Date": "Mon, 23 Nov 2020 04:51:55 GMT"}
    assert (await get(home, post.uri, bad))[0].status_code == 404


@pytest.mark.parametrize("setting", [{"authorized_fetch": True}, {"federation": "limited"}])
async def test_where_documents_are_for_signed_requests_alone(home, gina, setting):
    post = home.post()
    with db.writing() as session:
        domains.set_rule(session, "gts.test", DomainSeverity.ALLOW)
    config.use(config.settings().model_copy(update=setting))
    answer, stub = await get(home, "/users/mira")
    assert answer.status_code == 200
    assert set(stub) == {
        "@context",
        "id",
        "type",
        "preferredUsername",
        "inbox",
        "url",
        "publicKey",
        "aiConsent",
        "license",
    }
    for path in ("/users/mira/outbox", post.uri, f"{post.uri}/replies", "/users/mira/followers", "/users/mira"):
        assert (await get(home, path))[0].status_code == (200 if path == "/users/mira" else 401)
        url = f"https://art.test{path.removeprefix('https://art.test')}"
        answer, _ = await get(home, path, signed(url))
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store", "no cache between may hand it on"
    for path in ("/actor", "/actor/outbox"):
        assert "public" in (await get(home, path))[0].headers["Cache-Control"]
