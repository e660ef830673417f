"""Posts reach exactly their audience: every address of ours and every byte that leaves, looked through for a secret.

What is private here: the words, the title, the description and the file name of a picture of a followers-only or
direct post of mira's. Her follower otto and ann (on a server of her own) may know it; nobody else.
"""

import json

import pytest

from fedi import db
from fedi.activitypub import delivery, expand, instance_key, keyring
from fedi.activitypub.protocol import signatures
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.instance import DomainSeverity
from fedi.models.media import Media, RenditionKind
from fedi.models.outgoing import Delivery
from fedi.models.post import Post, Visibility
from fedi.services import domains, follows, interactions, posts, tokens
from tests import people
from tests.peers import Peers
from tests.web.pages.browsing import Browser, show_work

WORDS, TITLE, ALT = "quetzalcoatlus", "archaeopteryx", "pteranodon"
AS2 = {"Accept": "application/activity+json"}
ACCEPTS = [AS2, {"Accept": "text/html"}]
KINDS = [Visibility.FOLLOWERS, Visibility.DIRECT]


@pytest.fixture(params=KINDS)
def private(request, mira, make_account):
    """A private work with everything that happens around a post: pinned, liked, answered, edited."""
    keyring.forget()
    instance_key.forget()
    fan, stranger = make_account("otto"), make_account("zoe")
    with db.writing() as session:
        me, him = session.get_one(Actor, mira.actor_id), session.get_one(Actor, fan.actor_id)
        follows.request(session, him, me)
    post_id = show_work(
        mira, TITLE, alt=ALT, text=f"{WORDS} #{WORDS} @otto", visibility=request.param, mentioned={"otto": fan.actor}
    )
    with db.writing() as session:
        post, him = session.get_one(Post, post_id), session.get_one(Actor, fan.actor_id)
        interactions.like(session, him, post)
        posts.edit(session, post, text=f"{WORDS} edited #{WORDS} @otto", mentioned={"otto": him})
        if request.param == Visibility.FOLLOWERS:
            posts.pin(session, post, on=True)
        posts.compose(
            session,
            author=him,
            text=f"{WORDS}?",
            in_reply_to=post,
            visibility=request.param,
            mentioned={"mira": post.actor},
        )
    return Private(post_id, fan, stranger)


class Private:
    def __init__(self, post_id, fan, stranger):
        self.post_id, self.fan, self.stranger = post_id, fan, stranger
        with db.reading() as session:
            post = session.get_one(Post, post_id)
            (row,) = session.query(Media).filter(Media.post_id == post_id)
            self.uri, self.media_id = post.uri, row.id
            self.keys = [row.rendition(kind).key for kind in (RenditionKind.FEDERATED, RenditionKind.PREVIEW)]

    def secrets(self):
        return [word.encode() for word in (WORDS, TITLE, ALT, *self.keys)]

    def paths(self, app):
        """Every GET address of the app, with the post wherever a number is asked for."""
        values = {
            "name": "mira", "handle": "mira", "tag": WORDS, "post_id": self.post_id, "quote_id": self.post_id,
            "filename": "fedi.css", "version": "2.1", "actor_id": 1, "report_id": 1, "app_id": 1, "token": "x",
        }  # fmt: skip
        for rule in app.url_map.iter_rules():
            if "GET" not in rule.methods:
                continue
            given = {name: values.get(name, self.post_id) for name in rule.arguments}
            if rule.rule.startswith("/media/"):
                given = {"key": self.keys[0]}
            path = rule.build(given)[1].removeprefix("//art.test")
            yield path
            for query in (
                "page=true",
                f"q={WORDS}",
                f"id[]={self.post_id}",
                "only_media=true",
                "pinned=true",
                "local=true",
            ):
                yield f"{path}?{query}"


def signed(person, path):
    return signatures.sign(person.private, person.key_id, "GET", f"https://art.test{path}")


async def seen(app, private, *, account=None, token="", person=None):
    """{path: secrets found} over all addresses, as this reader."""
    browser = Browser(app, account)
    found = {}
    for path in private.paths(app):
        for accept in ACCEPTS:
            headers = dict(accept)
            if token:
                headers["Authorization"] = f"Bearer {token}"
            if person is not None:
                headers |= signed(person, path)
            page = await browser.open("GET", path, headers=headers)
            assert page.status < 500, path
            body = page.text.encode() + json.dumps(page.text).encode()
            asked = path.partition("?q=")[2].encode()
            hits = [word for word in private.secrets() if word in body and word != asked and word.decode() not in path]
            if hits:
                found[path] = hits
    return found


def token_of(account):
    with db.writing() as session:
        return tokens.issue(session, session.get_one(Account, account.id), "read write follow push")


@pytest.mark.slow
async def test_no_address_says_it_to_a_stranger(app, private):
    assert await seen(app, private) == {}


@pytest.mark.slow
async def test_no_address_says_it_to_a_neighbour(app, private):
    """An artist of this very server who does not follow."""
    assert await seen(app, private, account=private.stranger, token=token_of(private.stranger)) == {}


@pytest.mark.slow
async def test_no_address_says_it_to_a_server_that_signs(app, private, ann, eve):
    """Nor to another person on the server of a follower."""
    for person in (eve, ann):
        assert await seen(app, private, person=person) == {}


async def test_the_audience_reads_it(app, private, mira):
    for account in (mira, private.fan):
        page = await Browser(app, account).get(f"/@mira/{private.post_id}")
        assert page.status == 200
        assert all(word.encode() in page.text.encode() for word in (WORDS, TITLE, ALT))
        (source,) = page.tree.xpath("//div[@class='stage']//img/@src")
        picture = await app.test_client().get(source)
        assert picture.status_code == 200
        assert "private" in picture.headers["Cache-Control"]
        assert picture.headers["X-Robots-Tag"] == "noai, noimageai"


@pytest.fixture
def peers():
    with Peers() as made:
        yield made


def befriend(account, peer, name):
    fan = people.stranger(name, peer.host, scheme="http")
    people.follow(fan, account.actor)
    return fan


async def asked(app, url):
    return (await app.test_client().get(url.removeprefix("https://art.test"))).status_code


def bodies(peer, kind):
    return [got.json for got in peer.got if got.json["type"] == kind]


async def test_each_server_gets_addresses_of_its_own(app, mira, peers):
    """Followers-only: the body differs by server in the tokens alone, and the artist can take them back."""
    first, second, third = (peers.start(f"127.0.0.{number}") for number in (31, 32, 33))
    befriend(mira, first, "ann")
    befriend(mira, second, "bob")
    people.stranger("eve", third.host, scheme="http")
    post_id = show_work(mira, text="for you", visibility=Visibility.FOLLOWERS)
    expand.expand_due()
    delivery.deliver_due()
    assert third.got == []
    urls = {}
    for peer in (first, second):
        (create,) = bodies(peer, "Create")
        urls[peer.host] = create["object"]["attachment"][0]["url"]
        assert f"?t={peer.host}." in urls[peer.host]
        assert await asked(app, urls[peer.host]) == 200
        peer.got[0].verify(people.public_pem(mira.actor))
    assert len(set(urls.values())) == 2
    base = urls[first.host].partition("?")[0]
    for token in ("", "?t=", "?t=x", f"?t={first.host}.AAAA", f"?t=~9999999999.{urls[first.host].rpartition('.')[2]}"):
        assert await asked(app, base + token) == 404

    with db.writing() as session:
        bob = session.query(Actor).filter(Actor.name == "bob").one()
        follows.remove(session, bob, session.get_one(Actor, mira.actor_id))
        posts.renew_addresses(session, session.get_one(Post, post_id))
    expand.expand_due()
    delivery.deliver_due()
    for url in urls.values():
        assert await asked(app, url) == 404
    (update,) = bodies(first, "Update")
    assert await asked(app, update["object"]["attachment"][0]["url"]) == 200
    assert update["object"]["updated"]
    assert bodies(second, "Update") == []


async def test_a_direct_post_goes_to_whom_it_names_and_a_blocked_server_opens_nothing(app, mira, peers):
    named, follower = peers.start("127.0.0.31"), peers.start("127.0.0.32")
    ann = people.stranger("ann", named.host, scheme="http")
    befriend(mira, follower, "bob")
    show_work(mira, text=f"for @ann@{named.host}", visibility=Visibility.DIRECT, mentioned={f"ann@{named.host}": ann})
    expand.expand_due()
    delivery.deliver_due()
    assert follower.got == []
    (create,) = bodies(named, "Create")
    assert create["to"] == [ann.uri]
    url = create["object"]["attachment"][0]["url"]
    assert await asked(app, url) == 200
    with db.writing() as session:
        domains.set_rule(session, named.address, severity=DomainSeverity.BLOCK)
    assert await asked(app, url) == 404


async def test_a_follower_elsewhere_reads_it_signed_with_addresses_for_its_server(app, world, mira, ann):
    post_id = show_work(mira, text="for you", visibility=Visibility.FOLLOWERS)
    path = f"/users/mira/posts/{post_id}"
    assert (await world.client.get(path, headers=AS2 | signed(ann, path))).status_code == 404
    assert await world.send(ann, ann.activity("Follow", mira.actor.uri)) == 202
    answer = await world.client.get(path, headers=AS2 | signed(ann, path))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    url = json.loads(await answer.get_data())["attachment"][0]["url"]
    assert f"?t={ann.origin.host}." in url
    assert await asked(app, url) == 200


def names(value):
    """Every property name of a document, however deep."""
    if isinstance(value, dict):
        return set(value).union(*map(names, value.values()))
    return set().union(*map(names, value)) if isinstance(value, list) else set()


async def test_nothing_hidden_from_view_is_sent(mira, peers):
    """No outgoing body knows bto or bcc, and none of a public post knows a token."""
    peer = peers.start("127.0.0.31")
    befriend(mira, peer, "ann")
    show_work(mira, text="for all")
    expand.expand_due()
    delivery.deliver_due()
    (got,) = peer.got
    assert not {"bto", "bcc"} & names(got.json)
    assert b"?t=" not in got.body
    with db.reading() as session:
        assert session.query(Delivery).count() == 1
