"""What is not published: listed, published and deleted by its author alone."""

from fedi import db
from fedi.models.outgoing import Outgoing
from fedi.tasks import media as media_task

from .conftest import picture


async def draft(api, who, text="later"):
    """A post that was taken back while it was being prepared."""
    upload = await api.upload(who, picture())
    post = await api.post("/api/v1/statuses", who, status=text, media_ids=[upload.body["id"]])
    return (await api.post(f"/api/v1/statuses/{post.body['id']}/cancel", who)).body["id"]


async def test_listed_and_published(api, mira, otto):
    first, second = await draft(api, mira), await draft(api, mira)
    out = await api.post("/api/v1/statuses", mira, status="out")
    listed = await api.get("/api/fedi/v1/drafts", mira)
    assert [(each["id"], each["fedi"]["state"]) for each in listed.body] == [(second, "draft"), (first, "draft")]
    assert (await api.get("/api/fedi/v1/drafts", otto)).body == []
    assert [each["id"] for each in (await api.get("/api/fedi/v1/drafts", mira, max_id=second)).body] == [first]
    path = f"/api/fedi/v1/drafts/{first}/publish"
    assert (await api.post(path, otto)).status == 404
    assert (await api.post(path, mira)).body["fedi"]["state"] == "preparing"
    assert (await api.post(path, mira)).status == 409
    media_task.protect()
    assert (await api.get(f"/api/v1/statuses/{first}", otto)).status == 200
    assert (await api.post(path, mira)).status == 404
    assert (await api.post(f"/api/fedi/v1/drafts/{out.body['id']}/publish", mira)).status == 404


async def test_deleted_without_a_word(api, mira, otto):
    id_ = await draft(api, mira)
    assert (await api.delete(f"/api/fedi/v1/drafts/{id_}", otto)).status == 404
    assert (await api.delete(f"/api/fedi/v1/drafts/{id_}", mira)).body == {}
    assert (await api.get("/api/fedi/v1/drafts", mira)).body == []
    assert (await api.delete(f"/api/fedi/v1/drafts/{id_}", mira)).status == 404
    with db.reading() as session:
        assert session.query(Outgoing).count() == 0


async def test_what_is_published_is_not_deleted_here(api, mira):
    out = await api.post("/api/v1/statuses", mira, status="out")
    assert (await api.delete(f"/api/fedi/v1/drafts/{out.body['id']}", mira)).status == 404
    assert (await api.get(f"/api/v1/statuses/{out.body['id']}", mira)).status == 200
