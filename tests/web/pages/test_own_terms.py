"""An artist writes her terms: in the settings, on a gallery, on a work; and takes her log of decisions along."""

import hashlib
import json

import pytest

from fedi import db
from fedi.models.actor import Actor
from fedi.models.gallery import Gallery
from fedi.models.post import Post
from fedi.services import consents
from tests.web.pages.browsing import show_work, write

FORM = {
    "consent": "licensed",
    "licence": "own",
    "licence-title": "Mira's & friends'",
    "licence-url": "https://mira.example/licence?a&b",
    "holder": "  Mira   Okafor GmbH ",
    "contact": "rights@mira.example",
    "price": "49.90 eur",
    "noai_tag": "1",
}


def actor_of(account):
    with db.reading() as session:
        return session.get_one(Actor, account.actor_id)


async def test_terms_are_written_and_shown_again(as_mira, mira, stranger):
    assert (await as_mira.post("/settings/terms", FORM, start="/settings")).location == "/settings?said=saved"
    actor = actor_of(mira)
    assert (actor.consent, actor.licence) == ("licensed", "Mira's & friends' <https://mira.example/licence?a&b>")
    assert (actor.rights_holder, actor.licence_contact) == ("Mira Okafor GmbH", "mailto:rights@mira.example")
    assert (actor.licence_price, actor.noai_tag, actor.noai_field) == ("49.90 EUR", True, False)
    page = await as_mira.get("/settings")
    values = {
        each.get("name"): each.get("value") for each in page.tree.xpath("//form[@action='/settings/terms']//input")
    }
    shown = {name: values[name] for name in ("licence-title", "licence-url", "contact", "price", "holder")}
    assert shown == {**{name: FORM[name] for name in shown}, "holder": "Mira Okafor GmbH", "price": "49.90 EUR"}
    assert page.tree.xpath("//select[@id='licence']/option[@selected]/@value") == ["own"]
    assert page.tree.xpath("//input[@name='noai_tag']/@checked")
    assert not page.tree.xpath("//input[@name='noai_field']/@checked")
    words = (await stranger.get("/@mira/licence")).words
    assert "Mira Okafor GmbH" in words
    assert "Mira's & friends'" in words
    assert "rights@mira.example" in words
    assert "49.90 EUR" in words


@pytest.mark.parametrize("wrong", [
    {"contact": "javascript:alert(1)"}, {"price": "much"}, {"licence-url": "ftp://x"}, {"licence-title": ""}, {"consent": "maybe"},
    {"licence": "none"}, {"holder": "x" * 300},
])  # fmt: skip
async def test_what_is_wrong_is_said_and_nothing_kept(as_mira, mira, wrong):
    page = await as_mira.post("/settings/terms", FORM | wrong, start="/settings")
    assert page.status == 422
    assert page.tree.xpath("//*[@id='problem']")
    assert actor_of(mira).consent is None
    if "price" in wrong:
        assert page.tree.xpath("//input[@id='price']/@value") == ["much"], "what was typed is not lost"


async def test_the_log_goes_along(as_mira, stranger, mira):
    await as_mira.post("/settings/terms", FORM, start="/settings")
    page = await as_mira.get("/settings/terms.json")
    assert page.headers["Content-Disposition"] == 'attachment; filename="terms.json"'
    assert "no-store" in page.headers["Cache-Control"]
    said = json.loads(page.text)
    assert said["terms"]["price"] == "49.90 EUR"
    assert [each["said"]["version"] for each in said["decisions"]] == [1, 2]
    previous = ""
    for each in said["decisions"]:
        words = json.dumps(each["said"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        previous = hashlib.sha256((previous + words).encode()).hexdigest()
        assert each["hash"] == previous
    assert (await stranger.get("/settings/terms.json")).status == 303


async def test_a_gallery_has_terms(as_mira, mira, stranger):
    post_id = write(mira, "x")
    work = show_work(mira, "Heron")
    made = await as_mira.post("/galleries", {"title": "Herons", "post": str(work)})
    form = {"title": "Herons", f"place-{work}": "1", "consent": "ask", "licence": "cc-by"}
    edit = made.location
    assert (await as_mira.post(edit, form)).status == 303
    with db.reading() as session:
        gallery = session.query(Gallery).one()
        assert (gallery.consent, gallery.licence) == ("ask", "cc-by")
        assert consents.of_post(session.get_one(Post, work)).consent.state == "ask"
        assert consents.of_post(session.get_one(Post, post_id)).consent.state == "prohibited"
    page = await as_mira.get(edit)
    assert page.tree.xpath("//select[@id='consent']/option[@selected]/@value") == ["ask"]
    page = await stranger.get("/@mira/galleries/herons")
    assert "AI use only after asking" in page.words
    assert page.tree.xpath("//link[@rel='license'][not(@type)]/@href") == [
        "https://creativecommons.org/licenses/by/4.0/"
    ]
    assert page.headers["tdm-policy"].startswith("https://art.test/@mira/policies/ask/tdm")
    answer = await stranger.client.get("/users/mira/galleries/herons", headers={"Accept": "application/activity+json"})
    assert (await answer.get_json())["aiConsent"].endswith("#ask")
    assert answer.headers["tdm-policy"].startswith("https://art.test/@mira/policies/ask/tdm")
    text = await (await stranger.client.get("/.well-known/tdmrep.json")).get_data(as_text=True)
    assert '"/@mira/galleries/herons$"' in text
    refused = await as_mira.post(edit, form | {"consent": "perhaps"})
    assert refused.status == 422


async def test_a_work_has_a_licence_of_its_own(as_mira, mira, stranger):
    form = {"text": "dawn", "licence": "own", "licence-title": "House rules", "licence-url": "https://mira.example/"}
    page = await as_mira.upload("/compose", form, {}, start="/compose")
    assert page.status == 303
    seen = await stranger.get(page.location)
    assert seen.tree.xpath("//link[@rel='license'][not(@type)]/@href") == ["https://mira.example/"]
    assert "House rules" in seen.words
