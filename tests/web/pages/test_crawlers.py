"""The pages about crawlers: an artist's own, and those of moderators with the list."""

import csv
import io

import pytest

from fedi import clock, db
from fedi.models.crawler import Identity, Verdict
from fedi.services import crawler_log, crawlers
from fedi.services.crawler_log import Count, Key


def came(agent="GPTBot", artist="mira", verdict=Verdict.REFUSED, identity=Identity.CLAIMED, visits=3, size=0):
    at = clock.now()
    key = Key(at.date(), agent, "20.15.240.0/24", "page", artist, identity, verdict)
    count = Count("OpenAI", "training", at, at, f"{agent}/1.2 <script>", visits, size, [f"/@{artist}/<b>7"])
    with db.writing() as session:
        crawler_log.write(session, {key: count})


@pytest.fixture
def visited(mira, otto):
    came()
    came(verdict=Verdict.SERVED, visits=2, size=12_345_678)
    came("Googlebot", identity=Identity.SPOOFED, visits=9)
    came("CCBot", artist="otto", visits=4)


async def test_an_artist_reads_hers(visited, as_mira):
    page = await as_mira.get("/settings/crawlers")
    for word in ("GPTBot", "OpenAI", "Training models", "12 MB", "9 by impostors"):
        assert word in page.words
    assert "CCBot" not in page.words
    detail = await as_mira.get("/settings/crawlers?agent=GPTBot&days=7")
    for word in ("3 × pages", "2 × pages", "20.15.240.0/24", "/@mira/<b>7", "by its name alone"):
        assert word in detail.words
    assert "<b>7" not in detail.text
    assert "CCBot" not in (await as_mira.get("/settings/crawlers?agent=CCBot")).tree.xpath("string(//tbody)")


async def test_the_file(visited, as_mira, as_admin):
    page = await as_mira.get("/settings/crawlers.csv?days=7")
    assert page.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in page.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(page.text)))
    assert {row["artist"] for row in rows} == {"mira"}
    assert sum(int(row["visits"]) for row in rows) == 14
    everything = list(csv.DictReader(io.StringIO((await as_admin.get("/moderation/crawlers.csv")).text)))
    assert {row["artist"] for row in everything} == {"mira", "otto"}


async def test_moderators_read_all(visited, as_admin):
    page = await as_admin.get("/moderation/crawlers")
    for word in ("GPTBot", "CCBot", "Googlebot"):
        assert word in page.words
    detail = await as_admin.get("/moderation/crawlers?agent=CCBot")
    assert "of otto" in detail.words


@pytest.mark.parametrize(
    "query", ["days=-1", "days=x", "days=999999999999", "agent=%00", "agent=" + "x" * 5000, "days=7&agent=%F0%28"]
)
async def test_odd_questions(visited, as_mira, as_admin, query):
    assert (await as_mira.get(f"/settings/crawlers?{query}")).status == 200
    assert (await as_admin.get(f"/moderation/crawlers?{query}")).status == 200
    assert (await as_mira.get(f"/settings/crawlers.csv?{query}")).status == 200


async def test_files_are_for_nobody_else(visited, stranger, as_mira):
    assert (await stranger.get("/settings/crawlers.csv")).status == 303
    assert (await as_mira.get("/moderation/crawlers.csv")).status == 404
    assert (await stranger.get("/moderation/crawlers.csv")).status == 404


async def test_the_list_is_edited(as_admin, as_mira, stranger):
    form = {
        "name": "ArtGrabber",
        "operator": "Grab",
        "purpose": "dataset",
        "obeys": "no",
        "source": "https://grab.example",
    }
    assert (await as_admin.post("/moderation/crawlers/list", form)).status == 303
    page = await as_admin.get("/moderation/crawlers/list?name=artgrabber")
    assert page.tree.xpath("//input[@id='name']/@value") == ["ArtGrabber"]
    assert page.tree.xpath("//select[@id='purpose']/option[@selected]/@value") == ["dataset"]
    assert (await stranger.open("GET", "/@mira", headers={"User-Agent": "ArtGrabber/1"})).status == 403
    assert (await as_admin.post("/moderation/crawlers/list", form | {"rule": "allow"})).status == 303
    with db.reading() as session:
        assert crawlers.roster(session).match("ArtGrabber").rule == "allow"
    assert (await as_admin.post("/moderation/crawlers/list/remove", {"name": "ArtGrabber"})).status == 303
    assert (await as_admin.post("/moderation/crawlers/list/remove", {"name": "ArtGrabber"})).status == 404
    assert "ArtGrabber" not in (await as_admin.get("/moderation/crawlers/list")).words
    assert (await as_mira.post("/moderation/crawlers/list", form)).status == 404


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "<script>"}, {"purpose": "evil"}, {"obeys": "?"}, {"source": "javascript:1"}, {"signs": "a b"}]
)  # fmt: skip
async def test_a_mistake_is_said(as_admin, wrong):
    form = {"name": "ArtGrabber", "purpose": "dataset"} | wrong
    page = await as_admin.post("/moderation/crawlers/list", form)
    assert page.status == 422
    assert page.tree.xpath("//*[@id='problem']")
    assert page.tree.xpath("//input[@id='name']/@value") == [form["name"]]


async def test_an_odd_rule_is_none(as_admin):
    form = {"name": "ArtGrabber", "purpose": "dataset", "rule": "destroy"}
    assert (await as_admin.post("/moderation/crawlers/list", form)).status == 303
    with db.reading() as session:
        assert crawlers.roster(session).match("ArtGrabber").rule is None


async def test_the_way_there(as_mira):
    assert (await as_mira.get("/settings")).tree.xpath("//a[@href='/settings/crawlers']")
