"""Crawlers at the gate: turned away by the terms of whose work it is, before the cache, and nobody else."""

import pytest
import sqlalchemy
from lxml import html

from fedi import config, db
from fedi.models.actor import Actor
from fedi.models.post import Post
from fedi.policy.agents import ROSTER, Purpose, Rule
from fedi.services import consents, crawlers, tokens
from fedi.web import gate, limits
from tests.web.pages.browsing import show_work, write

GPTBOT = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.2; +https://openai.com/gptbot"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
AS = "application/activity+json"
READABLE = [
    "/robots.txt",
    "/ai.txt",
    "/rsl.xml",
    "/.well-known/tdmrep.json",
    "/terms",
    "/@mira/licence",
    "/nodeinfo/2.1",
]


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """A change counts with the next request, not within a second."""
    monkeypatch.setattr(gate, "SETTLED", 0.0)


async def get(client, path, agent=GPTBOT, method="GET", **headers):
    sent = {"User-Agent": agent, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return await client.open(path, method=method, headers=sent)


async def status(client, path, agent=GPTBOT, **headers):
    return (await get(client, path, agent, **headers)).status_code


def decide(account, consent):
    with db.writing() as session:
        consents.set_default(session, session.get_one(Actor, account.actor_id), consent=consent, licence=None)


async def test_a_refusal_says_why_and_where_the_terms_are(client, mira):
    answer = await get(client, "/@mira")
    assert answer.status_code == 403
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.headers["Link"] == '<https://art.test/@mira/licence>; rel="license"'
    assert answer.headers["X-Robots-Tag"] == "noai, noimageai"
    assert answer.headers["tdm-reservation"] == "1"
    assert answer.headers["Cache-Control"] == "private, no-store"
    body = (await answer.get_data()).decode()
    assert "GPTBot" in body
    assert "training use is reserved by the artist" in body
    assert "https://art.test/@mira/licence" in body
    head = await get(client, "/@mira", method="HEAD")
    assert (head.status_code, await head.get_data()) == (403, b"")


async def test_what_says_the_terms_is_always_readable(client, mira):
    for path in READABLE:
        assert await status(client, path) == 200, path


@pytest.mark.parametrize("state", ["ask", "licensed"])
async def test_who_may_be_asked_is_told_where(client, mira, state):
    decide(mira, state)
    answer = await get(client, "/@mira")
    assert answer.status_code == 402
    links = answer.headers["Link"]
    assert '<https://art.test/rsl.xml>; rel="license"; type="application/rsl+xml"' in links
    assert '<https://art.test/@mira/licence>; rel="license"' in links
    assert "https://art.test/rsl.xml" in (await answer.get_data()).decode()
    assert await status(client, "/explore") == 403, "the house did not offer anything"


async def test_an_artist_who_allows_is_read_and_no_other(client, mira, otto):
    decide(mira, "allowed")
    work, other = show_work(mira), show_work(otto)
    for path in ("/@mira", "/@MIRA", "/@mira/", "/@mira/about", f"/@mira/{work}"):
        assert await status(client, path) == 200, path
    for path in ("/users/mira", f"/users/mira/posts/{work}", "/users/mira/outbox"):
        assert await status(client, path, Accept=AS) == 200, path
    for path in ("/@otto", f"/@otto/{other}", "/", "/explore", "/tags/mist", "/@mira2", "/@mira@else.example"):
        assert await status(client, path) == 403, path
    for path in ("/users/otto", f"/users/otto/posts/{other}", "/users/mira2"):
        assert await status(client, path, Accept=AS) == 403, path


async def test_a_work_has_its_own_answer(client, mira):
    decide(mira, "allowed")
    shut = write(mira, "a heron", consent="prohibited")
    assert await status(client, f"/@mira/{shut}") == 403
    assert await status(client, f"/users/mira/posts/{shut}/activity", Accept=AS) == 403
    decide(mira, "prohibited")
    open_ = write(mira, "a heron", consent="allowed")
    assert await status(client, f"/@mira/{open_}") == 200
    assert await status(client, "/@mira") == 403


async def test_pictures_go_by_the_terms_they_were_made_under(client, mira):
    show_work(mira)
    with db.reading() as session:
        key = session.scalar(sqlalchemy.text("SELECT key FROM renditions LIMIT 1"))
    assert await status(client, f"/media/{key}", FIREFOX) == 200
    assert await status(client, f"/media/{key}") == 403
    with db.writing() as session:
        session.execute(sqlalchemy.text("UPDATE renditions SET consent = 'allowed', key = 'a' || substr(key, 2)"))
    assert await status(client, f"/media/a{key[1:]}") == 404, "let through: the file itself lies elsewhere in this test"
    assert await status(client, "/media/c/aa/bb.jpg") == 403
    assert await status(client, "/remote/large/x/y") == 403, "what other servers' people made is not ours to give"


async def test_the_floor_holds_at_the_gate(client, mira):
    decide(mira, "allowed")
    config.use(config.settings().model_copy(update={"consent_floor": "prohibited"}))
    assert await status(client, "/@mira") == 403
    assert await status(client, "/media/a/aa/bb.jpg") == 403


async def test_a_change_counts(client, mira):
    assert await status(client, "/@mira") == 403
    decide(mira, "allowed")
    assert await status(client, "/@mira") == 200
    decide(mira, "prohibited")
    assert await status(client, "/@mira") == 403


async def test_the_cache_gives_nothing_to_who_is_refused(client, mira):
    for agent, expected in ((FIREFOX, 200), (FIREFOX, 200), (GPTBOT, 403), (FIREFOX, 200)):
        assert await status(client, "/users/mira", agent, Accept=AS) == expected


async def test_each_purpose_by_its_own_use(client, mira):
    decide(mira, "inference=allow")
    assert await status(client, "/@mira", "ChatGPT-User/1.0") == 200
    assert await status(client, "/@mira", "PerplexityBot/1.0") == 200
    assert await status(client, "/@mira", "GPTBot/1.2") == 403
    assert await status(client, "/@mira", "CCBot/2.0") == 403


async def test_the_inbox_takes_a_post_from_anybody(client, mira):
    answer = await client.post("/inbox", data=b"{}", headers={"User-Agent": GPTBOT})
    assert answer.status_code in {400, 401}, "judged by its signature, not by its name"


async def test_the_api_takes_a_token_from_anybody(client, mira):
    with db.writing() as session:
        token = tokens.issue(session, mira, "read")
    work = show_work(mira)
    path = f"/api/v1/statuses/{work}"
    assert await status(client, path, FIREFOX) == 200
    assert await status(client, path) == 403
    assert await status(client, path, Authorization=f"Bearer {token}") == 200
    assert await status(client, path, Authorization="Bearer made-up") == 403
    assert await status(client, f"{path}?access_token={token}") == 200
    assert await status(client, f"{path}?access_token=made-up") == 403
    assert await status(client, "/@mira", Authorization=f"Bearer {token}") == 403, "pages know no tokens"
    assert await status(client, "/@mira", Signature="keyId=x", Cookie="__Host-fedi_session=x") == 403


async def test_a_decision_of_the_house(client, mira):
    with db.writing() as session:
        crawlers.decide(session, "gptbot", Rule.ALLOW)
        crawlers.decide(session, "Twitterbot", Rule.REFUSE)
        agent = ROSTER.match("GPTBot")
        crawlers.set_rule(session, type(agent)("ArtGrabber", "somebody", Purpose.DATASET))
    assert await status(client, "/@mira") == 200
    assert await status(client, "/@mira", "Twitterbot/1.0") == 403
    assert await status(client, "/@mira", "ArtGrabber/0.1") == 403
    text = (await (await get(client, "/robots.txt")).get_data()).decode()
    assert "User-agent: GPTBot\n" not in text
    assert "User-agent: ArtGrabber\n" in text
    assert "\nUser-agent: Twitterbot\nDisallow: /\n" in text


async def test_a_new_list_is_heard_of(client, mira, monkeypatch):
    """Changed by another process, and by a request of one that is not on it yet: no agent has to come first."""
    monkeypatch.setattr(gate, "LOOK_EVERY", 0.0)
    monkeypatch.setattr(crawlers, "_count", lambda: None)
    assert await status(client, "/@mira", "ArtGrabber/0.1") == 200
    with db.writing() as session:
        crawlers.set_rule(session, type(ROSTER.agents[0])("ArtGrabber", "somebody", Purpose.DATASET))
    assert await status(client, "/@mira", "ArtGrabber/0.1") == 200
    for _ in range(20):
        if await status(client, "/@mira", "ArtGrabber/0.1") == 403:
            break
    else:
        raise AssertionError("never heard of")


async def test_without_a_database_nothing_is_given(client, mira, monkeypatch):
    decide(mira, "allowed")

    def broken(session):
        raise sqlalchemy.exc.OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr(gate, "_load", broken)
    assert await status(client, "/@mira") == 403
    assert await status(client, "/@mira", FIREFOX) == 200


@pytest.mark.parametrize(
    "agent", ["", "\x00", "GPTBot\xff", "a" * 20_000, "GPTBot " * 2000, "%00", "((((", "GPTBot/\N{SNOWMAN}".encode().decode("latin-1")]
)  # fmt: skip
async def test_odd_names_break_nothing(client, mira, agent):
    expected = 403 if "GPTBot" in agent else 200
    assert await status(client, "/@mira", agent) == expected


@pytest.mark.parametrize(
    "path", ["/@mira/../@otto", "//@mira", "/@", "/media/", "/@mira%00", "/users/", "/" + "a/" * 4000]
)
async def test_odd_paths_break_nothing(client, mira, path):
    assert await status(client, path) == 403
    assert await status(client, path, FIREFOX) in {200, 302, 404}


async def test_people_see_nothing_of_it(client, mira):
    page = await get(client, "/@mira", FIREFOX, Accept="text/html")
    assert html.fromstring(await page.get_data()).xpath("//h1")


async def test_a_post_of_nobody_is_no_way_around(client, mira, otto):
    """The name in the path decides: another's work below an open name is not found."""
    decide(mira, "allowed")
    work = show_work(otto)
    with db.reading() as session:
        assert session.get(Post, work)
    assert await status(client, f"/@mira/{work}") == 404
    assert await status(client, f"/users/mira/posts/{work}", Accept=AS) == 404


@pytest.fixture
def counted(app, monkeypatch):
    config.use(config.settings().model_copy(update={"rate_limits": "on", "trusted_proxies": "127.0.0.0/8"}))
    monkeypatch.setattr(limits, "CRAWLER", limits.Limit("crawler", 2, 60))
    monkeypatch.setattr(limits, "CRAWLER_NETWORK", limits.Limit("crawler by network", 3, 60))
    limits.reset()
    yield
    limits.reset()


async def times(client, number, agent, addresses):
    got = []
    for turn in range(number):
        headers = {"User-Agent": agent, "X-Forwarded-For": addresses[turn % len(addresses)]}
        answer = await client.get("/@mira", headers=headers, scope_base={"client": ("127.0.0.1", 1)})
        got.append(answer.status_code)
    return got, answer


async def test_one_program_is_counted_wherever_it_comes_from(counted, client, mira):
    decide(mira, "allowed")
    many = [f"20.{number}.1.1" for number in range(1, 6)]
    got, answer = await times(client, 4, GPTBOT, many)
    assert got == [200, 200, 429, 429]
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert (await times(client, 1, "CCBot/2.0", many))[0] == [200], "another is counted by itself"
    assert await status(client, "/robots.txt") == 200
    assert (await times(client, 4, FIREFOX, many))[0] == [200] * 4


async def test_a_preview_is_counted_where_it_comes_from(counted, client, mira):
    """Nobody uses up what the real one has."""
    assert (await times(client, 5, "Twitterbot/1.0", ["20.1.1.1", "20.1.1.9"]))[0] == [200, 200, 200, 429, 429]
    assert (await times(client, 1, "Twitterbot/1.0", ["199.16.1.1"]))[0] == [200]


async def test_a_refusal_is_not_counted(counted, client, mira):
    assert (await times(client, 5, GPTBOT, ["20.1.1.1"]))[0] == [403] * 5
