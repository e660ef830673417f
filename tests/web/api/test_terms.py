"""Terms by the API: said when posting, changed afterwards, and the report of what was done."""

import pytest

from fedi import db, files
from fedi.media import containers
from fedi.models.actor import Actor
from fedi.models.instance import ConsentEntry
from fedi.models.media import Media, RenditionKind
from fedi.models.outgoing import Outgoing
from fedi.services import consents
from fedi.tasks import media as media_task

from .conftest import picture


async def work(api, who, **terms):
    """A published work: (its id, the id of its picture)."""
    upload = await api.upload(who, picture())
    written = await api.post("/api/v1/statuses", who, status="", media_ids=[upload.body["id"]], fedi=terms)
    assert written.status == 200, written.body
    media_task.protect()
    return written.body["id"], upload.body["id"]


def packet(media_id):
    """What the served file says."""
    with db.reading() as session:
        key = session.get_one(Media, int(media_id)).rendition(RenditionKind.FEDERATED).key
    return containers.xmp_of(files.locate("renditions", key).read_bytes()).decode()


def updates():
    with db.reading() as session:
        return session.query(Outgoing).filter_by(verb="update").count()


async def test_said_when_posting(api, mira, otto):
    post_id, _ = await work(api, mira, consent="ask", licence="CC-BY-4.0", ai="assisted")
    seen = (await api.get(f"/api/v1/statuses/{post_id}", otto)).body
    extras = seen["fedi"]
    assert (extras["consent"], extras["licence"], extras["ai"], extras["terms"]) == ("ask", "cc-by", "assisted", None)
    assert extras["axes"]["train_generative"] == "ask"
    assert extras["licence_url"] == "https://art.test/@mira/licence"
    assert seen["media_attachments"][0]["fedi"]["consent"] == "ask"
    assert "own" not in extras
    own = (await api.get(f"/api/v1/statuses/{post_id}", mira)).body["fedi"]["own"]
    assert own == {"consent": "ask", "licence": "cc-by"}


async def test_changed_afterwards(api, mira, otto):
    """The words at once, the picture when it is made anew; whoever has it hears of both."""
    post_id, media_id = await work(api, mira, consent="allowed")
    before = (await api.get(f"/api/v1/statuses/{post_id}", otto)).body["media_attachments"][0]["url"]
    assert "DMI-ALLOWED" in packet(media_id)
    path = f"/api/fedi/v1/statuses/{post_id}/terms"
    changed = await api.put(path, mira, consent="prohibited", licence="cc0", ai="none")
    assert changed.status == 200
    assert changed.body["fedi"]["own"] == {"consent": "prohibited", "licence": "cc0"}
    assert changed.body["fedi"]["ai"] == "none"
    seen = (await api.get(f"/api/v1/statuses/{post_id}", otto)).body
    assert (seen["fedi"]["consent"], seen["media_attachments"][0]["url"]) == ("prohibited", before)
    assert updates() == 1
    media_task.protect()
    assert updates() == 2
    seen = (await api.get(f"/api/v1/statuses/{post_id}", otto)).body
    assert seen["media_attachments"][0]["url"] != before
    assert seen["edited_at"]
    assert "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING" in packet(media_id)
    assert "CC0 1.0" in packet(media_id)
    again = (await api.put(path, mira, consent="")).body["fedi"]
    assert (again["own"], again["ai"]) == ({"consent": None, "licence": "cc0"}, "none")
    with db.reading() as session:
        said = [row.consent for row in session.query(ConsentEntry).filter_by(scope=f"post:{post_id}")]
    assert said == ["allowed", "prohibited", None]


async def test_what_changes_nothing_in_the_file_makes_none(api, mira):
    post_id, media_id = await work(api, mira)
    await api.put(f"/api/fedi/v1/statuses/{post_id}/terms", mira, consent="prohibited")
    assert (await api.get(f"/api/v1/media/{media_id}", mira)).body["fedi"]["state"] == "protected"
    assert updates() == 1


async def test_one_picture(api, mira, otto):
    post_id, media_id = await work(api, mira, consent="allowed")
    path = f"/api/fedi/v1/media/{media_id}/terms"
    changed = await api.put(path, mira, consent="train_generative=deny,search=allow")
    assert changed.status == 200
    assert changed.body["fedi"]["own_consent"] == changed.body["fedi"]["consent"] == "prohibited"
    media_task.protect()
    seen = (await api.get(f"/api/v1/statuses/{post_id}", otto)).body
    assert seen["fedi"]["consent"] == "allowed"
    assert seen["media_attachments"][0]["fedi"]["consent"] == "prohibited"
    assert "DMI-PROHIBITED" in packet(media_id)
    assert (await api.put(path, mira, consent="")).body["fedi"]["own_consent"] is None


async def test_an_edit_while_a_picture_is_made_anew(api, mira):
    post_id, _ = await work(api, mira)
    await api.put(f"/api/fedi/v1/statuses/{post_id}/terms", mira, consent="allowed")
    edited = await api.put(f"/api/v1/statuses/{post_id}", mira, status="and a word")
    assert edited.status == 200, edited.body


async def test_an_edit_after_the_artist_has_changed_her_terms(api, mira):
    """The picture still says the earlier ones: the edit goes through, and one that names it has it made anew."""
    post_id, media_id = await work(api, mira)
    with db.writing() as session:
        consents.set_default(session, session.get_one(Actor, mira.actor_id), consent="allowed", licence=None)
    assert (await api.put(f"/api/v1/statuses/{post_id}", mira, status="and a word")).status == 200
    edited = await api.put(f"/api/v1/statuses/{post_id}", mira, status="and two", media_ids=[media_id])
    assert edited.status == 200, edited.body
    media_task.protect()
    assert "DMI-ALLOWED" in packet(media_id)


async def test_before_it_is_published(api, mira):
    upload = await api.upload(mira, picture())
    post = await api.post("/api/v1/statuses", mira, status="", media_ids=[upload.body["id"]])
    await api.put(f"/api/fedi/v1/statuses/{post.body['id']}/terms", mira, consent="allowed")
    media_task.protect()
    assert (await api.get(f"/api/v1/statuses/{post.body['id']}", mira)).body["fedi"]["state"] == "published"
    assert "DMI-ALLOWED" in packet(upload.body["id"])
    assert updates() == 0


@pytest.mark.parametrize(
    "given", [{}, {"consent": "perhaps"}, {"licence": "mine"}, {"ai": "maybe"}, {"consent": ["ask"]}, {"other": "x"}]
)
async def test_mistakes(api, mira, given):
    post_id, media_id = await work(api, mira)
    for path in (f"/api/fedi/v1/statuses/{post_id}/terms", f"/api/fedi/v1/media/{media_id}/terms"):
        refused = await api.put(path, mira, **given)
        assert refused.status == 422, refused.body
    assert updates() == 0


async def test_nobody_elses(api, mira, otto):
    post_id, media_id = await work(api, mira)
    assert (await api.put(f"/api/fedi/v1/statuses/{post_id}/terms", otto, consent="allowed")).status == 404
    assert (await api.put(f"/api/fedi/v1/media/{media_id}/terms", otto, consent="allowed")).status == 404
    assert (await api.get(f"/api/fedi/v1/media/{media_id}/report", otto)).status == 404


async def test_the_report(api, mira):
    upload = await api.upload(mira, picture())
    path = f"/api/fedi/v1/media/{upload.body['id']}/report"
    early = await api.get(path, mira)
    assert (early.status, early.body) == (404, {"error": "this picture is not protected yet"})
    media_task.protect()
    report = (await api.get(path, mira)).body
    assert [each["name"] for each in report["stages"]] == report["plan"]
    assert {each["layer"] for each in report["terms"]} >= {"xmp plus:DataMining", "xmp Iptc4xmpExt:DigitalSourceType"}
