"""What is written down of crawlers: who came, what they took, what was refused; and of nobody else."""

import csv
import io
from datetime import timedelta

import pytest
import sqlalchemy

from fedi import clock, config, db
from fedi.models.actor import Actor
from fedi.models.crawler import CrawlerVisit, Identity, Verdict
from fedi.services import consents, crawler_log
from fedi.services.crawler_log import Count, Key
from fedi.web import visits
from tests.web.pages.browsing import show_work

GPTBOT = "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def app(app):
    config.use(config.settings().model_copy(update={"trusted_proxies": "127.0.0.0/8"}))
    return app


async def get(client, path, agent=GPTBOT, address="20.15.240.70"):
    headers = {"User-Agent": agent, "X-Forwarded-For": address, "Accept": "text/html"}
    return await client.get(path, headers=headers, scope_base={"client": ("127.0.0.1", 1)})


def rows():
    with db.reading() as session:
        return list(session.scalars(sqlalchemy.select(CrawlerVisit).order_by(CrawlerVisit.id)))


def exported(session, **whose):
    return "".join(crawler_log.export(session, days=7, **whose))


def short(row):
    return row.agent, row.kind, row.verdict, row.visits


async def test_who_came_and_what_became_of_it(app, client, mira, otto):
    with db.writing() as session:
        consents.set_default(session, session.get_one(Actor, otto.actor_id), consent="allowed", licence=None)
    work, other = show_work(mira), show_work(otto)
    await get(client, "/robots.txt")
    for _ in range(3):
        await get(client, f"/@mira/{work}")
    await get(client, "/@mira", address="20.15.240.99")
    served = await get(client, f"/@otto/{other}")
    await get(client, "/@otto/1")  # nothing there, nothing taken
    await get(client, f"/@mira/{work}", FIREFOX)
    await get(client, "/@mira", address="20.15.241.1")
    assert rows() == [], "no request writes"
    await app.asgi_app.visits.write()
    found = rows()
    assert [short(row) for row in found] == [
        ("GPTBot", "terms", "served", 1),
        ("GPTBot", "page", "refused", 4),
        ("GPTBot", "page", "served", 1),
        ("GPTBot", "page", "refused", 1),
    ]
    assert [row.actor_id for row in found] == [0, mira.actor_id, otto.actor_id, mira.actor_id]
    assert [row.network for row in found] == ["20.15.240.0/24"] * 3 + ["20.15.241.0/24"]
    assert found[1].samples == [f"/@mira/{work}", "/@mira"]
    assert found[1].user_agent == GPTBOT
    assert found[1].operator == "OpenAI"
    assert found[2].bytes == len(await served.get_data())
    assert {row.identity for row in found} == {Identity.CLAIMED}


async def test_a_picture_is_its_artists(app, client, mira):
    show_work(mira)
    with db.reading() as session:
        key = session.scalar(sqlalchemy.text("SELECT key FROM renditions LIMIT 1"))
    await get(client, f"/media/{key}")
    await get(client, "/media/p/aa/unknown.jpg")
    await app.asgi_app.visits.write()
    assert [(row.kind, row.actor_id, row.visits) for row in rows()] == [
        ("picture", mira.actor_id, 1),
        ("picture", 0, 1),
    ]


async def test_counts_grow(app, client, mira):
    for path in ("/@mira", "/@mira/posts", "/@mira/about", "/@mira/galleries"):
        await get(client, path)
        await app.asgi_app.visits.write()
    (row,) = rows()
    assert row.visits == 4
    assert row.samples == ["/@mira", "/@mira/posts", "/@mira/about"], "a few, the first"
    assert row.first_at < row.last_at
    with clock.frozen(clock.timestamp() + 86400):
        await get(client, "/@mira")
        await app.asgi_app.visits.write()
    assert len(rows()) == 2


async def test_it_is_written_by_itself(app, client, mira, monkeypatch):
    monkeypatch.setattr(visits, "WRITE_SECONDS", 0.0)
    await get(client, "/@mira")
    await app.asgi_app.visits._later
    assert len(rows()) == 1


async def test_a_database_that_is_away_loses_nothing(app, client, mira, monkeypatch):
    def broken(session, counts):
        raise sqlalchemy.exc.OperationalError("INSERT", {}, Exception("away"))

    with monkeypatch.context() as patch:
        patch.setattr(crawler_log, "write", broken)
        await get(client, "/@mira")
        await app.asgi_app.visits.write()
        await get(client, "/@mira")
    await app.asgi_app.visits.write()
    assert [row.visits for row in rows()] == [2]


async def test_a_storm_is_bounded(app, client, mira, otto, monkeypatch):
    monkeypatch.setattr(visits, "MOST", 5)
    monkeypatch.setattr(crawler_log, "MOST_A_DAY", 4)
    for number in range(12):
        await get(client, f"/media/p/aa/{number}.jpg", address=f"20.15.{number}.1")
    await app.asgi_app.visits.write()
    found = rows()
    assert sum(row.visits for row in found) == 12, "nothing goes uncounted"
    assert len(found) <= 5
    assert found[-1].network == "others"
    for agent in ("CCBot", "Bytespider", "Diffbot", "omgili", "YouBot", "Scrapy"):
        for name in ("mira", "otto"):
            await get(client, f"/@{name}", agent, address="20.99.1.1")
        await app.asgi_app.visits.write()
    assert sum(row.visits for row in rows()) == 24
    assert {row.network for row in rows()[4:]} == {"others"}
    assert {row.actor_id for row in rows()[9:]} == {0}


async def test_odd_visitors_break_nothing(app, client, mira):
    await get(client, "/@mira%00%0d%0a=cmd|x", "GPTBot/\x01\xff'=HYPERLINK()")
    await get(client, "/@mira", "=GPTBot()", address="not an address")
    await get(client, "/@mira", "@GPTBot", address="2603:1030:7::1")
    await app.asgi_app.visits.write()
    with db.reading() as session:
        text = exported(session)
    lines = list(csv.DictReader(io.StringIO(text)))
    assert {line["network"] for line in lines} == {"20.15.240.0/24", "", "2603:1030:7::/48"}
    assert all(line["user_agent"].startswith(("GPTBot/", "'=GPTBot", "'@GPTBot")) for line in lines)
    assert "\0" not in text


async def test_the_artist_sees_hers_alone(app, client, mira, otto):
    await get(client, "/@mira")
    await get(client, "/@otto")
    await get(client, "/@otto", "CCBot/2.0")
    await app.asgi_app.visits.write()
    with db.reading() as session:
        mine = list(csv.DictReader(io.StringIO(exported(session, actor_id=mira.actor_id))))
        everything = crawler_log.summaries(session, days=7)
        theirs = crawler_log.summaries(session, days=7, actor_id=otto.actor_id)
    assert [(line["artist"], line["agent"], line["what"], line["verdict"]) for line in mine] == [
        ("mira", "GPTBot", "page", "refused")
    ]
    assert [(each.agent, each.refused, each.served) for each in everything] == [("GPTBot", 2, 0), ("CCBot", 1, 0)]
    assert [(each.agent, each.refused) for each in theirs] == [("CCBot", 1), ("GPTBot", 1)]


def visit(days_ago, actor_id=0):
    with db.writing() as session:
        at = clock.now() - timedelta(days=days_ago)
        key = Key(at.date(), "GPTBot", "", "page", "", Identity.CLAIMED, Verdict.REFUSED)
        crawler_log.write(session, {key: Count("OpenAI", "training", at, at, visits=1)})


def test_nothing_is_kept_for_ever(instance):
    visit(1)
    visit(399)
    visit(401)
    with db.writing() as session:
        assert crawler_log.forget_old(session) == 1
    assert len(rows()) == 2
    config.use(config.settings().model_copy(update={"crawler_log_days": 0}))
    visit(0)
    assert len(rows()) == 2, "nothing is written where nothing is kept"


async def test_who_leaves_takes_it_along(app, client, mira):
    await get(client, "/@mira")
    await app.asgi_app.visits.write()
    with db.writing() as session:
        assert crawler_log.forget_artist(session, mira.actor_id) == 1
    assert rows() == []


def test_on_both_databases(house_on_each):
    visit(1)
    visit(1)
    (row,) = rows()
    assert row.visits == 2
    with db.reading() as session:
        (said,) = crawler_log.summaries(session, days=7)
        assert said.refused == 2
        assert len(list(crawler_log.export(session, days=7))) == 2
