"""Who a crawler really is at the gate: published addresses and Web Bot Auth tell impostors, and break nothing."""

import threading

import pytest
import sqlalchemy

from fedi import config, db
from fedi.models.actor import Actor
from fedi.models.crawler import CrawlerVisit
from fedi.policy.agents import Agent, Purpose
from fedi.services import consents, crawlers
from fedi.web import bot_keys, gate, limits
from tests.origins import Origins
from tests.signed_bots import Bot

DIRECTORY = "/.well-known/http-message-signatures-directory"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
OPENAI = {"prefixes": [{"ipv4Prefix": "20.15.240.64/28"}, {"ipv6Prefix": "2603:1030:7::/48"}]}


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(gate, "SETTLED", 0.0)


@pytest.fixture
def app(app):
    config.use(config.settings().model_copy(update={"trusted_proxies": "127.0.0.0/8"}))
    return app


@pytest.fixture
def origin():
    with Origins() as origins:
        yield origins.start("127.0.0.5")


@pytest.fixture
def bot(origin):
    """A bot whose keys are where it says."""
    made = Bot(origin.url(""))
    origin.put(DIRECTORY, made.directory(), kind="application/http-message-signatures-directory+json")
    return made


async def get(client, path, headers=None, *, agent="GPTBot/1.2", address="20.15.240.70"):
    sent = {"Host": "art.test"} | (headers or {}) | {"User-Agent": agent, "X-Forwarded-For": address}
    return await client.get(path, headers=sent, scope_base={"client": ("127.0.0.1", 1)})


async def status(client, path="/@mira", headers=None, **options):
    return (await get(client, path, headers, **options)).status_code


async def noted(app):
    await app.asgi_app.visits.write()
    with db.reading() as session:
        rows = session.scalars(sqlalchemy.select(CrawlerVisit).order_by(CrawlerVisit.id))
        return [(row.agent, row.identity.value, row.verdict.value) for row in rows]


def allow(account):
    with db.writing() as session:
        consents.set_default(session, session.get_one(Actor, account.actor_id), consent="allowed", licence=None)


def listed(name, signs="", purpose=Purpose.DATASET):
    with db.writing() as session:
        crawlers.set_rule(session, Agent(name, "somebody", purpose, signs=signs))


# --- published addresses ----------------------------------------------------------------------------------------------


async def test_an_impostor_is_told_by_its_address(app, client, mira):
    allow(mira)
    with db.writing() as session:
        assert crawlers.set_ranges(session, "gptbot", OPENAI) == 2
    assert await status(client) == 200
    assert await status(client, address="2603:1030:7::9") == 200
    assert await status(client, address="::ffff:20.15.240.70") == 200
    answer = await get(client, "/@mira", address="20.15.240.80")
    assert answer.status_code == 403
    assert "This is not GPTBot" in (await answer.get_data()).decode()
    assert await status(client, "/robots.txt", address="20.15.240.80") == 200
    for address in ("", "nonsense", "fe80::1%eth0"):
        assert await status(client, address=address) == 403
    assert await status(client, agent="CCBot/2.0", address="20.15.240.80") == 200, "of CCBot no addresses are known"
    found = await noted(app)
    assert ("GPTBot", "address", "served") in found
    assert ("GPTBot", "spoofed", "refused") in found
    assert ("CCBot", "claimed", "served") in found


async def test_an_impostor_of_a_search_engine_too(client, mira):
    with db.writing() as session:
        crawlers.set_ranges(session, "Googlebot", {"prefixes": [{"ipv4Prefix": "66.249.64.0/19"}]})
    assert await status(client, agent="Googlebot/2.1", address="66.249.66.1") == 200
    assert await status(client, agent="Googlebot/2.1", address="20.15.240.70") == 403
    with db.writing() as session:
        crawlers.forget_ranges(session, "Googlebot")
    assert await status(client, agent="Googlebot/2.1", address="20.15.240.70") == 200


# --- signatures -------------------------------------------------------------------------------------------------------


async def test_a_signature_goes_before_the_name(app, client, mira, bot, origin):
    listed("SignedBot", signs="127.0.0.5")
    headers = bot.headers("/@mira", user_agent=FIREFOX)
    assert await status(client, "/@mira", headers, agent=FIREFOX) == 403, "a data set's, whatever browser it names"
    allow(mira)
    assert await status(client, "/@mira", headers, agent=FIREFOX) == 200
    assert origin.paths() == [DIRECTORY], "fetched once"
    assert await noted(app) == [("SignedBot", "signed", "refused"), ("SignedBot", "signed", "served")]


async def test_who_signs_and_is_not_listed(app, client, mira, bot):
    assert await status(client, "/@mira", bot.headers("/@mira"), agent="Nobody/1") == 200
    assert await status(client, "/@mira", bot.headers("/@mira"), agent="Googlebot/2.1") == 403, "it is not Googlebot"
    assert await noted(app) == [("127.0.0.5", "signed", "served"), ("Googlebot", "spoofed", "refused")]


async def test_a_forgery_is_refused(app, client, mira, bot, origin):
    allow(mira)
    listed("SignedBot", signs="127.0.0.5")
    thief = Bot(bot.origin, seed=b"t" * 32)
    for headers in (thief.headers("/@mira"), bot.headers("/@mira", host="other.test") | {"Host": "art.test"}):
        for agent in ("GPTBot/1.2", FIREFOX, "SignedBot/1"):
            answer = await get(client, "/@mira", headers, agent=agent)
            assert answer.status_code == 403
            assert "proves nothing" in (await answer.get_data()).decode()
    assert await status(client, "/robots.txt", thief.headers("/robots.txt")) == 200
    assert set(await noted(app)) >= {("GPTBot", "spoofed", "refused"), ("SignedBot", "spoofed", "refused")}
    assert not any(agent == FIREFOX for agent, _, _ in await noted(app))
    assert len(origin.paths()) <= 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Signature-Agent": "x"}, {"Signature-Agent": '"https://a.example"'}, {"Signature-Agent": 'g="https://a.example"', "Signature": "g=:AA==:"},
        {"Signature-Agent": "\x01" * 100}, {"Signature-Agent": 'g="http://[::1"', "Signature-Input": "g=()", "Signature": "g=:AA==:"},
        {"Signature-Agent": "a=1, " * 1000, "Signature-Input": "g=(" * 500, "Signature": ":" * 1000},
    ],
)  # fmt: skip
async def test_garbage_is_refused_and_breaks_nothing(client, mira, headers):
    assert await status(client, "/@mira", headers, agent=FIREFOX) == 403


INSIDE = [
    "http://127.0.0.5:9",
    "http://localhost",
    "https://127.0.0.1",
    "https://[::1]",
    "https://10.0.0.1",
    "https://169.254.169.254",
]


@pytest.mark.parametrize(
    "where", [*INSIDE, "https://0x7f000001", "https://2130706433", "ftp://agent.example", "file:///etc/passwd"]
)
async def test_keys_that_point_inside_are_not_fetched(client, mira, where, origin):
    config.use(config.settings().model_copy(update={"allowed_private_networks": "", "trusted_proxies": "127.0.0.0/8"}))
    for bot in (Bot(where), Bot(where, strings=True), Bot(origin.url(""))):
        assert await status(client, "/@mira", bot.headers("/@mira"), agent=FIREFOX) == 403
    assert origin.asked == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((200, "text/html", b"<html>"), 403), ((404, "text/plain", b""), 403), ((500, "text/plain", b""), 503),
        ((302, "text/plain", b"http://127.0.0.6/keys"), 503), ((200, "application/json", b"{" * 200_000), 403),
        ((200, "application/json", b'{"keys": []}'), 403),
    ],
)  # fmt: skip
async def test_odd_directories(client, mira, origin, answer, expected):
    origin.documents[DIRECTORY] = answer
    bot = Bot(origin.url(""))
    got = await get(client, "/@mira", bot.headers("/@mira"), agent=FIREFOX)
    assert got.status_code == expected
    assert (expected == 503) == ("Retry-After" in got.headers)
    await get(client, "/@mira", bot.headers("/@mira"), agent=FIREFOX)
    assert len(origin.paths()) == 1, "what went wrong is remembered"


async def test_a_directory_that_is_away_keeps_nobody_else_waiting(client, mira, origin, bot, monkeypatch):
    monkeypatch.setattr(bot_keys, "SECONDS", 0.2)
    origin.hold = threading.Event()
    assert await status(client, "/@mira", bot.headers("/@mira"), agent=FIREFOX) == 503
    origin.hold.set()
    assert await status(client, "/@mira", agent=FIREFOX) == 200


async def test_new_keys_are_looked_for(client, mira, origin, bot, monkeypatch):
    assert await status(client, "/@mira", bot.headers("/@mira"), agent=FIREFOX) == 200
    rotated = Bot(bot.origin, seed=b"n" * 32)
    origin.put(DIRECTORY, rotated.directory())
    assert await status(client, "/@mira", rotated.headers("/@mira"), agent=FIREFOX) == 403, (
        "not at once, or anybody makes us ask"
    )
    monkeypatch.setattr(bot_keys, "ROTATED", 0.0)
    assert await status(client, "/@mira", rotated.headers("/@mira"), agent=FIREFOX) == 200


async def test_nobody_makes_us_ask_around(app, client, mira, origin, monkeypatch):
    config.use(config.settings().model_copy(update={"rate_limits": "on"}))
    limits.reset()
    monkeypatch.setattr(bot_keys, "FROM_NETWORK", limits.Limit("test", 2, 600))
    got = [
        await status(client, "/@mira", Bot(f"http://127.0.0.5:{port}").headers("/@mira"), agent=FIREFOX)
        for port in range(1, 6)
    ]
    assert got == [503, 503, 429, 429, 429]
    limits.reset()


async def test_the_signature_of_a_server_is_another_matter(client, mira):
    """Mastodon signs by RFC 9421 too, without a Signature-Agent: the gate leaves it alone."""
    headers = {"Signature-Input": "sig1=()", "Signature": "sig1=:AA==:", "Accept": "application/activity+json"}
    assert await status(client, "/users/mira", headers, agent="Mastodon/4.6.5") == 200
