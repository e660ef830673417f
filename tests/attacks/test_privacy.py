"""Attacks 81 to 92: nobody sees what is not for them. The walk over every address is tests/activitypub/test_audience.py."""

import json

import pytest

from fedi import clock, db
from fedi.activitypub import expand
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.interaction import Boost
from fedi.models.outgoing import Delivery, Outgoing
from fedi.models.post import Post, Visibility
from fedi.services import follows, interactions, tokens
from tests import people
from tests.activitypub.test_audience import signed
from tests.attacks.conftest import MIRA
from tests.web.pages.browsing import Browser, show_work

AS2 = {"Accept": "application/activity+json"}
PARTS = ("", "/activity", "/replies", "/likes", "/shares")
HIDDEN = [Visibility.FOLLOWERS, Visibility.DIRECT]


@pytest.mark.parametrize("visibility", HIDDEN)
async def test_attack_81_a_private_post_is_not_there(scene, ann, eve, visibility):
    """For anybody unsigned, a stranger who signs, and a neighbour of a follower."""
    await scene.send(ann, ann.activity("Follow", MIRA))
    post = scene.post("secret", visibility=visibility)
    base = post.uri.removeprefix("https://art.test")
    for part in PARTS:
        for person in (None, eve, scene.mallory):
            headers = AS2 | (signed(person, base + part) if person else {})
            answer = await scene.client.get(base + part, headers=headers)
            assert answer.status_code == 404, (part, person)
            assert b"secret" not in await answer.get_data()
    allowed = await scene.client.get(base, headers=AS2 | signed(ann, base))
    assert allowed.status_code == (200 if visibility == Visibility.FOLLOWERS else 404)


async def test_attack_83_a_private_post_is_not_passed_on(scene, ann, eve, otto):
    """By an Announce, or by somebody here, a follower of hers."""
    await scene.send(ann, ann.activity("Follow", MIRA))
    post = scene.post("secret", visibility=Visibility.FOLLOWERS)
    await scene.send(ann, ann.activity("Announce", post.uri))
    await scene.send(eve, eve.activity("Announce", post.uri))
    assert scene.rows(Boost) == []
    with db.writing() as session:
        him = session.get_one(Actor, otto.actor_id)
        follows.request(session, him, session.get_one(Actor, scene.mira.id))
        with pytest.raises(Exception, match=""):
            interactions.boost(session, him, session.get_one(Post, post.id))
    assert scene.rows(Boost) == []


async def test_attack_84_a_shared_cache(scene, app, otto):
    """What depends on who asks says so, and what is somebody's is kept by nobody."""
    post_id = show_work(scene.account)
    public = ("/users/mira", f"/users/mira/posts/{post_id}", "/@mira", f"/@mira/{post_id}")
    for path in public:
        for accept in ("application/activity+json", "text/html"):
            answer = await scene.client.get(path, headers={"Accept": accept})
            assert "Accept" in answer.headers["Vary"], path
            if answer.status_code == 200:
                assert ("json" in answer.content_type) == ("json" in accept), path
    signed_in = Browser(app, scene.account)
    for path in (*public, "/home", "/settings", "/notifications"):
        page = await signed_in.get(path)
        assert page.status in {200, 302}
        said = page.headers["Cache-Control"]
        assert "private" in said or page.status == 302, path
    for path in ("/sign-in", "/search?q=x", "/compose"):
        assert "public" not in (await scene.client.get(path)).headers["Cache-Control"], path


async def test_attack_84_the_page_of_one_is_never_shown_to_another(scene, app, otto):
    mine, his = Browser(app, scene.account), Browser(app, otto)
    await mine.get("/settings")
    assert "mira@example.org" not in (await his.get("/settings")).text
    assert "mira@example.org" not in (await Browser(app).get("/sign-in")).text


async def test_attack_86_deliveries_reach_the_audience_alone(scene, ann, eve):
    await scene.send(ann, ann.activity("Follow", MIRA))
    people.stranger("nobody", "other.example")
    scene.post("secret", visibility=Visibility.FOLLOWERS)
    expand.expand_due()
    with db.reading() as session:
        rows = session.query(Delivery.inbox).join(Outgoing).filter(Outgoing.verb == "create").all()
    assert {row.inbox for row in rows} == {ann.document()["endpoints"]["sharedInbox"]}
    hidden = eve.note(9, to=[MIRA], cc=[], bto=["https://x.example/u"], bcc=["https://y.example/u"])
    await scene.send(eve, eve.create(hidden))
    (post,) = scene.rows(Post, Post.uri == hidden["id"])
    status = await scene.client.get(f"/api/v1/statuses/{post.id}", headers=bearer(scene.account))
    assert b"x.example" not in await status.get_data()


def bearer(account):
    with db.writing() as session:
        token = tokens.issue(session, session.get_one(Account, account.id), "read write follow")
    return {"Authorization": f"Bearer {token}"}


async def test_attack_87_what_is_for_anns_followers(scene, app, ann, otto):
    """Seen by mira, who follows her, and by nobody else here."""
    note = ann.note(9, to=[ann.followers], cc=[], content="<p>secret</p>")
    await scene.send(ann, ann.create(note, 9))
    (post,) = scene.rows(Post, Post.uri == note["id"])
    paths = [
        f"/api/v1/statuses/{post.id}", "/api/v1/timelines/public", "/api/v1/timelines/home", f"/api/v1/accounts/{post.actor_id}/statuses",
        "/api/v2/search?q=secret", "/explore",
    ]  # fmt: skip
    for headers in ({}, bearer(otto)):
        for path in paths:
            answer = await scene.client.get(path, headers=headers)
            assert b"<p>secret" not in await answer.get_data(), path
    home = json.loads(
        await (await scene.client.get("/api/v1/timelines/home", headers=bearer(scene.account))).get_data()
    )
    assert note["id"] in [each["uri"] for each in home]


async def test_attack_89_what_is_not_to_be_found(scene, app):
    """Unlisted works are in no list for everybody, and a suspended artist is nowhere."""
    unlisted = show_work(scene.account, "Quetzal", visibility=Visibility.UNLISTED)
    listed = show_work(scene.account, "Heron", tags=["ink"])
    for path in ("/explore", "/api/v1/timelines/public", "/tags/ink", "/api/v1/timelines/tag/ink"):
        body = await (await scene.client.get(path)).get_data()
        assert b"Quetzal" not in body, path
        assert str(listed).encode() in body, path
    with db.writing() as session:
        session.get_one(Actor, scene.mira.id).suspended_at = clock.now()
    for path in (
        "/explore",
        "/api/v1/timelines/public",
        "/tags/ink",
        f"/@mira/{listed}",
        f"/users/mira/posts/{unlisted}",
        "/users/mira",
    ):
        answer = await scene.client.get(path, headers=AS2 if path.startswith("/users") else {})
        assert str(listed).encode() not in await answer.get_data(), path


async def test_attack_90_what_is_written_down(scene, ann, caplog):
    """No password, token, private key or private word in logs, errors and what waits in the queue of others."""
    with db.writing() as session:
        token = tokens.issue(session, session.get_one(Account, scene.account.id), "read")
    await scene.client.get("/api/v1/accounts/verify_credentials", headers={"Authorization": f"Bearer {token}"})
    answer = await scene.client.get("/nothing?token=" + token, headers={"Authorization": f"Bearer {token}x"})
    assert token.encode() not in await answer.get_data()
    await scene.send(ann, ann.create(ann.note(9, to=[MIRA], cc=[], content="<p>secretword</p>"), 9))
    assert token not in caplog.text
    assert "secretword" not in caplog.text
    assert "PRIVATE KEY" not in caplog.text
    with db.reading() as session:
        for table in ("access_tokens", "actor_keys", "accounts"):
            rows = session.connection().exec_driver_sql(f"SELECT * FROM {table}").fetchall()
            said = repr(rows)
            assert token not in said
            assert "BEGIN PRIVATE KEY" not in said
            assert "correct horse battery" not in said


async def test_attack_92_somebody_suspended_here(scene, ann, eve):
    """Nothing of hers comes by her own Create, an edit, another's boost or an answer."""
    with db.writing() as session:
        session.query(Actor).filter(Actor.uri == ann.id).one().suspended_at = clock.now()
    await scene.send(ann, ann.create(ann.serve_note(7, content="<p>hidden</p>"), 7))
    await scene.send(eve, eve.activity("Announce", f"{ann.id}/n/7", 8))
    await scene.send(eve, eve.activity("Announce", f"{ann.id}/n/1", 9))
    assert scene.rows(Post, Post.uri == f"{ann.id}/n/7") == []
    for path in ("/api/v1/timelines/home", "/api/v1/timelines/public"):
        answer = await scene.client.get(path, headers=bearer(scene.account))
        assert b"hidden" not in await answer.get_data()
        assert f"{ann.id}/n/1".encode() not in await answer.get_data(), path
