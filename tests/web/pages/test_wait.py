"""Suspicious traffic is asked for a little work before pages, and everybody who should read reads."""

import hashlib
import itertools

import pytest
import sqlalchemy

from fedi import clock, config, db
from fedi.models.crawler import CrawlerVisit
from fedi.services import tokens
from fedi.web import limits, passes, suspicion
from fedi.web.limits import Limit
from tests.web.pages.browsing import Browser, show_work

HOME, NEIGHBOUR, ELSEWHERE = "91.20.4.7", "91.20.4.8", "84.30.1.1"
NOW = 1_790_000_000


@pytest.fixture(autouse=True)
def clean():
    suspicion.forget()
    limits.reset()
    yield
    suspicion.forget()
    limits.reset()


@pytest.fixture
def app(app, monkeypatch):
    config.use(config.settings().model_copy(update={"trusted_proxies": "127.0.0.0/8", "rate_limits": "on"}))
    monkeypatch.setattr(suspicion, "PAGES", Limit("pages", 5, 300))
    return app


class Away(Browser):
    """A browser at an address."""

    def __init__(self, app, account=None, address=HOME, agent="Mozilla/5.0 Firefox/140.0"):
        super().__init__(app, account)
        self.address, self.agent = address, agent

    async def open(self, method, path, *, headers=None, **kwargs):
        sent = {"X-Forwarded-For": self.address, "User-Agent": self.agent} | (headers or {})
        return await super().open(method, path, headers=sent, scope_base={"client": ("127.0.0.1", 1)}, **kwargs)

    async def trap(self):
        (link,) = (await self.get("/about")).tree.xpath("//a[starts-with(@href, '/trap/')]")
        return link


async def caught(app, **options):
    """A browser whose address has followed the link."""
    browser = Away(app, **options)
    await browser.get((await browser.trap()).get("href"))
    return browser


def asked(page):
    return page.status == 429 and bool(page.tree.xpath("//form[@action='/wait']"))


def answer_of(challenge):
    return next(
        str(number)
        for number in itertools.count()
        if hashlib.sha256(f"{challenge}:{number}".encode()).hexdigest().startswith("0000")
    )


# --- the link ---------------------------------------------------------------------------------------------------------


async def test_nobody_sees_the_link(app, mira):
    link = await Away(app).trap()
    assert (link.get("rel"), link.get("aria-hidden"), link.get("tabindex")) == ("nofollow", "true", "-1")
    assert "hidden" in link.attrib
    robots = (await Away(app).get("/robots.txt")).text
    assert "Disallow: /trap/\n" in robots
    page = await Away(app, mira).get("/about")
    assert not page.tree.xpath("//a[starts-with(@href, '/trap/')]"), "people who are signed in are not led there"


async def test_who_follows_it_is_asked(app, mira):
    work = show_work(mira)
    browser = Away(app)
    link = (await browser.trap()).get("href")
    assert asked(await browser.get(link))
    for path in ("/@mira", f"/@mira/{work}", "/", "/explore", "/nothing"):
        assert asked(await browser.get(path)), path
    page = await browser.get("/@mira")
    assert page.headers["Retry-After"] == "10"
    assert page.headers["tdm-reservation"] == "1"
    assert (await Away(app, address=NEIGHBOUR).get("/@mira")).status == 200, "the neighbour did nothing"


async def test_it_is_over_after_a_day(app, mira, monkeypatch):
    browser = await caught(app)
    monkeypatch.setattr(suspicion.time, "monotonic", lambda: 1e12)
    assert (await browser.get("/about")).status == 200


async def test_nobody_is_led_into_it(app, mira):
    """A link that was given to one network marks nobody in another: not in a post, not as a picture of another site."""
    link = (await Away(app).trap()).get("href")
    other = Away(app, address=ELSEWHERE)
    assert (await other.get(link)).status == 404
    assert (await other.get("/@mira")).status == 200
    for path in ("/trap/", "/trap/x", "/trap/" + "0" * 16, "/trap/%00", "/trap/\N{SNOWMAN}"):
        assert (await other.get(path)).status == 404
    assert (await Away(app, mira).get(link)).status == 404
    assert (await Away(app, agent="Twitterbot/1.0").get(link)).status == 404
    assert (await Away(app).get("/@mira")).status == 200


async def test_yesterdays_link_works_too(app):
    browser = Away(app)
    with clock.frozen(NOW):
        link = (await browser.trap()).get("href")
    with clock.frozen(NOW + 2 * 86400):
        assert (await browser.get(link)).status == 404
    with clock.frozen(NOW + 86400):
        assert asked(await browser.get(link))


# --- who is never asked -----------------------------------------------------------------------------------------------


async def test_everything_but_pages_goes_on(app, mira):
    work = show_work(mira)
    browser = await caught(app)
    document = {"Accept": "application/activity+json"}
    for path, headers in (
        ("/robots.txt", {}), ("/terms", {}), ("/@mira/licence", {}), ("/sign-in", {}), ("/static/fedi.css", {}),
        ("/@mira", document), (f"/@mira/{work}", document), ("/users/mira", document), (f"/users/mira/posts/{work}", document),
        ("/.well-known/webfinger?resource=acct:mira@art.test", {}), ("/nodeinfo/2.1", {}), (f"/api/v1/statuses/{work}", {}),
        ("/health", {}),
    ):  # fmt: skip
        assert (await browser.get(path, **headers)).status == 200, path
    with db.reading() as session:
        key = session.scalar(sqlalchemy.text("SELECT key FROM renditions LIMIT 1"))
    assert (await browser.get(f"/media/{key}")).status == 200
    assert (await browser.open("POST", "/inbox", data=b"{}")).status in {400, 401}


async def test_people_who_are_signed_in(app, mira):
    await caught(app)
    browser = Away(app, mira)
    for _ in range(8):
        assert (await browser.get("/@mira")).status == 200


async def test_apps_with_a_token(app, mira):
    await caught(app)
    with db.writing() as session:
        token = tokens.issue(session, mira, "read")
    page = await Away(app).get("/api/v1/timelines/home", Authorization=f"Bearer {token}")
    assert page.status == 200


@pytest.mark.parametrize("agent", ["Twitterbot/1.0", "facebookexternalhit/1.1", "Googlebot/2.1", "WhatsApp/2.23"])
async def test_previews_and_search_engines(app, mira, agent):
    await caught(app)
    browser = Away(app, agent=agent)
    for _ in range(8):
        assert (await browser.get("/@mira")).status == 200


async def test_a_proxy_that_nobody_named(app, mira):
    """All visitors would seem to be one: nobody is asked."""
    browser = Away(app, address="10.0.0.1")
    assert not (await browser.get("/about")).tree.xpath("//a[starts-with(@href, '/trap/')]")
    for _ in range(20):
        assert (await browser.get("/@mira")).status == 200


async def test_it_can_be_switched_off(app, mira):
    link = (await Away(app).trap()).get("href")
    config.use(config.settings().model_copy(update={"challenges": "off"}))
    browser = Away(app)
    assert (await browser.get(link)).status == 404
    for _ in range(20):
        page = await browser.get("/@mira")
        assert page.status == 200
        assert "/trap/" not in page.text


# --- faster than people -----------------------------------------------------------------------------------------------


async def test_who_reads_faster_than_people_is_asked(app, mira):
    browser = Away(app)
    assert [asked(await browser.get("/@mira")) for _ in range(7)] == [False] * 5 + [True] * 2
    assert (await Away(app, address=NEIGHBOUR).get("/@mira")).status == 200
    sixth = Away(app, address="2a01:4f8:1:2::1")
    for number in range(5):
        sixth.address = f"2a01:4f8:1:2::{number:x}"
        assert (await sixth.get("/@mira")).status == 200
    sixth.address = "2a01:4f8:1:2:ffff::1"
    assert asked(await sixth.get("/@mira")), "one connection has all addresses of a /64"


async def test_nobody_ordinary_is_written_down(app, mira):
    browser = Away(app)
    for _ in range(7):
        await browser.get("/@mira")
    await caught(app, address=ELSEWHERE)
    await app.asgi_app.visits.write()
    with db.reading() as session:
        rows = session.scalars(sqlalchemy.select(CrawlerVisit)).all()
    assert [(row.agent, row.identity, row.verdict, row.network) for row in rows] == [
        ("(no name)", "unknown", "stopped", "84.30.1.0/24")
    ]


# --- the way through --------------------------------------------------------------------------------------------------


async def test_work_opens_the_way(app, mira):
    browser = await caught(app)
    page = await browser.get("/@mira?x=1")
    fields = page.fields("/wait")
    assert fields["next"] == "/@mira?x=1"
    done = await browser.open("POST", "/wait", form=fields | {"answer": answer_of(fields["challenge"])})
    assert (done.status, done.location) == (303, "/@mira?x=1")
    for _ in range(8):
        assert (await browser.get("/@mira")).status == 200
    assert asked(await Away(app).get("/@mira")), "who has no pass is still asked"
    browser.address = ELSEWHERE
    await caught(app, address=ELSEWHERE)
    assert asked(await browser.get("/@mira")), "a pass is good where it was given"


async def test_patience_opens_it_without_a_script(app, mira):
    browser = await caught(app)
    with clock.frozen(NOW):
        fields = (await browser.get("/@mira")).fields("/wait")
        early = await browser.open("POST", "/wait", form=fields)
        assert asked(early)
        assert "please wait 10 seconds" in early.text.lower()
    with clock.frozen(NOW + 10):
        assert (await browser.open("POST", "/wait", form=fields)).status == 303
        assert (await browser.get("/@mira")).status == 200
    with clock.frozen(NOW + 90_000):
        assert asked(await browser.get("/@mira")), "the pass is over"


@pytest.mark.parametrize("answer", ["", "0", "-1", "x" * 1000, "\N{SNOWMAN}", "\x00", "1e9"])
async def test_a_wrong_answer_does_not(app, mira, answer):
    browser = await caught(app)
    fields = (await browser.get("/@mira")).fields("/wait")
    assert asked(await browser.open("POST", "/wait", form=fields | {"answer": answer}))


async def test_a_challenge_is_nobody_elses(app, mira):
    with clock.frozen(NOW):
        mine, other = await caught(app), await caught(app, address=ELSEWHERE)
        fields = (await mine.get("/@mira")).fields("/wait")
        solved = {"challenge": fields["challenge"], "answer": answer_of(fields["challenge"])}
        theirs = (await other.get("/@mira")).fields("/wait")
        assert asked(await other.open("POST", "/wait", form=theirs | solved))
        for forged in ("", "x", "a.b.c", fields["challenge"][:-1] + "A", "\x00", "[]"):
            assert asked(await mine.open("POST", "/wait", form=fields | {"challenge": forged, "answer": "1"}))
    with clock.frozen(NOW + 601):
        fresh = (await mine.get("/@mira")).fields("/wait")
        assert asked(await mine.open("POST", "/wait", form=fresh | solved))


async def test_passes_are_not_given_again_and_again(app, mira, monkeypatch):
    monkeypatch.setattr(passes, "GIVEN", Limit("passes", 2, 3600))
    browser = await caught(app)
    got = []
    for _ in range(3):
        browser.cookies.pop("__Host-fedi_pass", None)
        fields = (await browser.get("/@mira")).fields("/wait")
        got.append(
            (await browser.open("POST", "/wait", form=fields | {"answer": answer_of(fields["challenge"])})).status
        )
    assert got == [303, 303, 429]


async def test_a_pass_is_no_licence_to_read_everything(app, mira, monkeypatch):
    monkeypatch.setattr(suspicion, "PAGES_WITH_PASS", Limit("pages with a pass", 3, 300))
    browser = await caught(app)
    fields = (await browser.get("/@mira")).fields("/wait")
    await browser.open("POST", "/wait", form=fields | {"answer": answer_of(fields["challenge"])})
    assert [asked(await browser.get("/@mira")) for _ in range(4)] == [False, False, False, True]


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1", ""])
async def test_it_leads_nowhere_else(app, mira, target):
    browser = await caught(app)
    fields = (await browser.get("/@mira")).fields("/wait")
    done = await browser.open("POST", "/wait", form=fields | {"answer": answer_of(fields["challenge"]), "next": target})
    assert done.location == "/"


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c", "\x7f", "W10.x.y", "x" * 5000])
async def test_a_made_up_pass_opens_nothing(app, mira, cookie):
    browser = await caught(app)
    browser.cookies["__Host-fedi_pass"] = cookie
    assert asked(await browser.get("/@mira"))
