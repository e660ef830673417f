"""Somebody else on everything of A: 404, and nothing changed."""

import pytest
from sqlalchemy import select

from fedi import db
from fedi.models.account import Account
from fedi.models.media import Media
from fedi.models.notification import Notification
from fedi.models.post import Post

from .conftest import picture


@pytest.fixture
async def of_mira(api, mira, otto):
    """Things that only mira may see or touch."""
    direct = await api.post("/api/v1/statuses", mira, status="to myself", visibility="direct")
    private = await api.post("/api/v1/statuses", mira, status="to those who follow", visibility="private")
    upload = await api.upload(mira, picture())
    preparing = await api.post("/api/v1/statuses", mira, status="soon", media_ids=[upload.body["id"]])
    alone = await api.upload(mira, picture((1, 2, 3)))
    public = await api.post("/api/v1/statuses", mira, status="for all")
    await api.post(f"/api/v1/statuses/{public.body['id']}/favourite", otto)
    with db.reading() as session:
        told = session.scalars(select(Notification.id).where(Notification.account_id == mira.account_id)).one()
    return {
        "direct": direct.body["id"],
        "private": private.body["id"],
        "preparing": preparing.body["id"],
        "attached": upload.body["id"],
        "alone": alone.body["id"],
        "public": public.body["id"],
        "told": str(told),
    }


def snapshot():
    with db.reading() as session:
        return (
            sorted((post.id, post.state, post.text, post.pinned_at) for post in session.scalars(select(Post)).unique()),
            sorted((row.id, row.state, row.alt, row.post_id or 0) for row in session.scalars(select(Media))),
            sorted(session.scalars(select(Notification.id))),
            sorted((row.id, str(row.settings)) for row in session.scalars(select(Account))),
        )


HIDDEN = ("direct", "private", "preparing")
READS = ("", "/context", "/history", "/source", "/favourited_by", "/reblogged_by")
DEEDS = ("favourite", "unfavourite", "reblog", "unreblog", "bookmark", "unbookmark", "pin", "unpin", "cancel", "retry")


async def test_hidden_statuses(api, mira, otto, of_mira):
    before = snapshot()
    for name in HIDDEN:
        for who in (otto, None):
            for read in READS:
                if read == "/source" and who is None:
                    continue
                answer = await api.get(f"/api/v1/statuses/{of_mira[name]}{read}", who)
                assert answer.status == 404, (name, read, answer)
        for deed in DEEDS:
            answer = await api.post(f"/api/v1/statuses/{of_mira[name]}/{deed}", otto)
            assert answer.status == 404, (name, deed, answer)
        answer = await api.post("/api/v1/statuses", otto, status="reply", in_reply_to_id=of_mira[name])
        assert answer.status == 404
        report = await api.post("/api/v1/reports", otto, account_id=mira.id, status_ids=[of_mira[name]])
        assert report.status == 404
    assert snapshot() == before


async def test_changing_what_is_not_ones_own(api, otto, of_mira):
    before = snapshot()
    for name in (*HIDDEN, "public"):
        path = f"/api/v1/statuses/{of_mira[name]}"
        assert (await api.put(path, otto, status="mine now")).status == 404
        assert (await api.delete(path, otto)).status == 404
    for name in ("attached", "alone"):
        path = f"/api/v1/media/{of_mira[name]}"
        assert (await api.get(path, otto)).status == 404
        assert (await api.put(path, otto, description="mine")).status == 404
        assert (await api.delete(path, otto)).status == 404
        assert (await api.post("/api/v1/statuses", otto, status="x", media_ids=[of_mira[name]])).status in {404, 422}
    assert (await api.get(f"/api/v1/notifications/{of_mira['told']}", otto)).status == 404
    assert (await api.post(f"/api/v1/notifications/{of_mira['told']}/dismiss", otto)).status == 404
    assert (await api.post("/api/v1/notifications/dismiss", otto, id=of_mira["told"])).status == 404
    pin = await api.post(f"/api/v1/statuses/{of_mira['public']}/pin", otto)
    assert pin.status == 422
    assert snapshot() == before


async def test_hidden_statuses_are_on_no_list(api, mira, otto, of_mira):
    await api.post(f"/api/v1/accounts/{mira.id}/block", otto)
    await api.post(f"/api/v1/accounts/{mira.id}/unblock", otto)
    paths = ("timelines/public", "timelines/home", f"accounts/{mira.id}/statuses", "favourites", "bookmarks")
    for path in paths:
        for who in (otto, None):
            answer = await api.get(f"/api/v1/{path}", who)
            if answer.status == 200:
                assert not {each["id"] for each in answer.body} & {of_mira[name] for name in HIDDEN}, path
    several = await api.get("/api/v1/statuses", otto, **{"id[]": [of_mira[name] for name in (*HIDDEN, "public")]})
    assert [each["id"] for each in several.body] == [of_mira["public"]]


async def test_the_author_sees_all_of_it(api, mira, of_mira):
    for name in HIDDEN:
        answer = await api.get(f"/api/v1/statuses/{of_mira[name]}", mira)
        assert answer.status == 200
    assert answer.body["fedi"]["state"] == "preparing"
    assert answer.body["media_attachments"][0]["url"] is None
    assert answer.body["media_attachments"][0]["fedi"]["stages"]
