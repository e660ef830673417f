"""The page where an artist declares her works at registries, without JavaScript, and the one that moderators see."""

import csv
import io

import pytest

from fedi import config, db
from fedi.models.actor import Actor
from fedi.models.post import Post
from fedi.services import registries, term_changes
from tests.web.pages.browsing import show_work

PATH = "/settings/registries"


@pytest.fixture
def turned_on(instance):
    config.use(config.load(**instance.model_dump() | {"registries": "spawning,tdmai"}))


async def test_off_there_is_nothing_to_choose(as_mira, as_admin):
    assert PATH not in (await as_mira.get("/settings")).text
    page = await as_mira.get(PATH)
    assert "has turned none on" in page.words
    assert not page.tree.xpath("//input[@type='checkbox']")
    assert (await as_mira.post(PATH, {"to-spawning": "1"})).status == 422
    assert (await as_mira.post(f"{PATH}/spawning/export")).status == 404
    assert "spawning: off" in (await as_admin.get("/moderation/registries")).words


async def test_the_way_of_an_artist(turned_on, mira, as_mira, as_otto, as_admin):
    """Choose, make the file, hand it over, permit one work, take it back, read the log."""
    heron, fern = show_work(mira, "Heron"), show_work(mira, "Fern")
    secret = show_work(mira, "Secret", visibility="followers")
    assert PATH in (await as_mira.get("/settings")).text
    page = await as_mira.get(PATH)
    assert page.tree.xpath("//input[@type='checkbox']/@name") == ["to-spawning", "to-tdmai"]
    assert not page.tree.xpath("//input[@checked]")
    refused = await as_mira.post(f"{PATH}/spawning/export")
    assert (refused.status, "did not choose" in refused.words) == (409, True)

    assert (await as_mira.post(PATH, {"to-spawning": "1"})).location == f"{PATH}?said=saved"
    page = await as_mira.get(PATH)
    assert page.tree.xpath("//input[@checked]/@name") == ["to-spawning"]
    assert "4 addresses to declare, 4 of them new" in page.words

    file = await as_mira.post(f"{PATH}/spawning/export")
    assert (file.status, file.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert file.headers["Content-Disposition"].startswith('attachment; filename="mira-spawning-')
    assert "no-store" in file.headers["Cache-Control"]
    listed = file.text.splitlines()
    assert len(listed) == 4
    for address in listed:
        assert (await as_otto.get(address.removeprefix("https://art.test"))).status == 200
    page = await as_mira.get(PATH)
    assert "4 addresses to declare 4 in files that you did not hand over yet" in page.words
    assert "do not train, in a file" in page.words
    assert (await as_mira.post(f"{PATH}/spawning/handed-over")).location == f"{PATH}?said=saved"
    assert (await as_mira.post(f"{PATH}/spawning/handed-over")).status == 409
    assert "did not hand over yet" not in (await as_mira.get(PATH)).words

    with db.writing() as session:
        term_changes.change(session, session.get_one(Post, fern), {"consent": "allowed"})
    page = await as_mira.get(PATH)
    assert "2 out of date:" in page.words
    back = await as_mira.post(f"{PATH}/spawning/take-back")
    assert back.headers["Content-Disposition"].startswith('attachment; filename="mira-spawning-take-back-')
    assert set(back.text.splitlines()) < set(listed)
    assert (await as_mira.post(f"{PATH}/spawning/take-back")).status == 409

    log = await as_mira.get(f"{PATH}/log.csv")
    rows = list(csv.DictReader(io.StringIO(log.text)))
    assert [row["step"] for row in rows] == ["withdrawn"] * 2 + ["handed_over"] * 4 + ["exported"] * 4
    assert {row["work"] for row in rows} == {str(heron), str(fern)}
    assert str(secret) not in log.text
    assert list(csv.DictReader(io.StringIO((await as_otto.get(f"{PATH}/log.csv")).text))) == []
    words = (await as_admin.get("/moderation/registries")).words
    assert "spawning: on" in words
    assert "Chosen by 1 here; 10 entries in the log, the last on" in words


async def test_odd_requests_are_refused(turned_on, mira, as_mira, stranger):
    show_work(mira)
    assert (await as_mira.post(PATH, {"to-laion": "1"})).status == 422
    for verb in ("export", "take-back", "handed-over"):
        assert (await as_mira.post(f"{PATH}/laion/{verb}")).status == 404
        assert (await as_mira.open("POST", f"{PATH}/spawning/{verb}", form={"csrf": "x"})).status == 403
        assert (await as_mira.get(f"{PATH}/spawning/{verb}")).status == 405
    assert (await stranger.get(f"{PATH}/log.csv")).status == 303
    with db.reading() as session:
        assert registries.chosen(session, session.get_one(Actor, mira.actor_id)) == set()
        assert list(registries.log(session)) == []
