"""Addresses: our own pages in every state, pages as others write them, good manners, and where we are not led."""

import asyncio
import json
import threading

import pytest

from fedi import config, db, net
from fedi.errors import FediError, NotAllowed, NotFound, Refused, TooLarge, Unreachable
from fedi.inspection import address
from fedi.policy.consent import AXES, PRESETS, Answer
from fedi.services import accounts
from fedi.tasks import media as media_task
from tests import people
from tests.attacks.test_ssrf import FORBIDDEN, NO_HTTP, connected, inside  # noqa: F401 - a fixture
from tests.conftest import password_hash
from tests.media_pictures import photograph, saved
from tests.origins import Origins
from tests.servers import serving
from tests.web.test_terms import publish

NO = Answer.DENY
TRAINING = {"train_generative": NO, "train_other": NO}
HTML = "text/html; charset=utf-8"
PICTURE = saved(photograph(64, 48), "JPEG")


@pytest.fixture(scope="module")
def origins():
    with Origins() as running:
        yield running


@pytest.fixture
def site(origins, instance):
    return origins.start("127.0.0.21")


@pytest.fixture
def inspect(instance):
    yield lambda url: net.call(address.inspect(url))
    net.close_background()


def page(site, head, path="/art/1", **options):
    site.put(path, f"<!doctype html><html><head>{head}</head><body>art</body></html>".encode(), kind=HTML, **options)
    return site.url(path)


def text(site, path, words):
    site.put(path, words.encode(), kind="text/plain")


def said(found):
    return {each.layer: each.axes for each in found.signals if each.axes}


# --- ours -------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("consent", PRESETS)
def test_our_own_pages_say_what_the_artist_said(tmp_path, consent):
    """Page, headers, site files, document, and the picture with all that is in it: one answer, and nothing against it."""
    with serving(tmp_path, consent_default=consent) as origin:
        found = inspected(origin)
    places = {each.layer.partition(" ")[0] for each in found.signals}
    assert places >= {
        "html",
        "header",
        "robots.txt",
        "tdmrep.json",
        "ai.txt",
        "rsl.xml",
        "activitystreams",
        "xmp",
        "c2pa",
    }
    assert found.conflicts == []
    exact = next(each for each in found.signals if each.layer == "activitystreams aiConsent")
    assert exact.axes == PRESETS[consent].axes
    conditional = {Answer.ASK, Answer.LICENCE}
    for axis in AXES:
        wished, told = PRESETS[consent].axes[axis], found.reading[axis]
        assert told == wished or {told, wished} == conditional, axis
    assert found.provenance["state"] == "Valid"


@pytest.mark.slow
def test_a_work_that_allows_on_a_server_that_forbids(tmp_path):
    """The one place of ours that knows no paths says more than the artist meant, and that is seen."""
    with serving(tmp_path) as origin:
        found = inspected(origin, consent="allowed")
    against = {layer for each in found.conflicts for answer, layers in each.sides if answer == NO for layer in layers}
    assert against == {"robots.txt Content-Signal"}


def inspected(origin, **options):
    """A work with a really protected picture, asked for over HTTP."""
    with db.writing() as session:
        mira = accounts.create(
            session, name="mira", email="m@example.org", password_hash=password_hash(), key=people.rsa_key()
        )
    try:
        post_id, _ = publish(mira, **options)
    finally:
        media_task.close()
    return net.call(address.inspect(f"{origin}/@mira/{post_id}"))


# --- as others write them ---------------------------------------------------------------------------------------------


def test_deviantart(site, inspect):
    """Metas on the page, a header on the picture, robots.txt for a few crawlers."""
    url = page(
        site,
        '<meta name="robots" content="noimageai"><meta name="robots" content="noai">'
        f'<meta property="og:image" content="{site.url("/f/1.jpg")}">',
    )
    site.put("/f/1.jpg", PICTURE, kind="image/jpeg")
    site.headers["/f/1.jpg"] = [("X-Robots-Tag", "noimageai"), ("X-Robots-Tag", "noai")]
    text(site, "/robots.txt", "User-agent: *\nDisallow: /users/\n\nUser-agent: GPTBot\nDisallow: /\n")
    found = inspect(url)
    assert found.reading == TRAINING
    assert found.conflicts == []
    assert {each.source for each in found.signals if each.layer == "header X-Robots-Tag"} == {site.url("/f/1.jpg")}
    assert {each.layer for each in found.signals} == {"html meta robots", "header X-Robots-Tag", "robots.txt Disallow"}
    assert {(each.place, each.outcome) for each in found.silent} == {
        ("response headers", "nothing said"), ("the picture", "nothing said"), ("tdmrep.json", "not there"),
        ("ai.txt", "not there"), ("rsl.xml", "not there"), ("ActivityPub document", "not there"),
    }  # fmt: skip


def test_artstation_and_cara(site, inspect):
    url = page(site, '<meta name="robots" content="max-image-preview:large, noai, noimageai">')
    text(
        site,
        "/robots.txt",
        "# BEGIN Cloudflare Managed content\nUser-agent: *\nContent-Signal: search=yes,ai-train=no\nAllow: /\n",
    )
    found = inspect(url)
    assert found.reading == TRAINING | {"search": Answer.ALLOW}
    assert found.conflicts == []


def test_mastodon_and_its_document(site, inspect):
    """HTML without a word, robots.txt for GPTBot alone; the document of the same address says #NoAI."""
    url = page(site, f'<link rel="alternate" type="application/activity+json" href="{site.url("/users/ann/1")}">')
    text(site, "/robots.txt", "User-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nDisallow: /media_proxy/\n")
    site.put("/users/ann/1", {"type": "Note", "tag": [{"type": "Hashtag", "name": "#NoAI"}]})
    found = inspect(url)
    assert said(found) == {"activitystreams tag": TRAINING}


def test_misskey(site, inspect):
    found = inspect(page(site, '<meta name="robots" content="noindex"><meta name="robots" content="noimageai">'))
    assert found.reading == TRAINING | {"search": NO}


def test_a_page_that_contradicts_itself(site, inspect):
    url = page(site, '<meta name="robots" content="noai"><meta name="tdm-reservation" content="0">')
    site.headers["/art/1"] = [("Content-Usage", "train-ai=y")]
    site.put("/.well-known/tdmrep.json", [{"location": "/", "tdm-reservation": 1}], kind="application/json")
    found = inspect(url)
    assert [each.axis for each in found.conflicts] == ["train_generative", "train_other", "data_mining"]
    assert {each.strictest for each in found.conflicts} == {NO}
    assert json.loads(json.dumps(found.to_json()))["conflicts"][0]["said"][0]["source"].startswith("http://127.0.0.21")


def test_a_picture_and_what_its_server_says_of_it(site, inspect):
    site.put("/m/a.jpg", PICTURE, kind="application/octet-stream")
    text(site, "/ai.txt", "User-Agent: *\nDisallow: *.jpg\nAllow: /\n")
    text(site, "/robots.txt", "User-agent: *\nLicense: /own/licence.xml\n")
    rsl = '<rsl xmlns="https://rslstandard.org/rsl"><content url="/m/"><license><prohibits type="usage">ai-input</prohibits></license></content></rsl>'
    site.put("/own/licence.xml", rsl.encode(), kind="application/rsl+xml")
    found = inspect(site.url("/m/a.jpg"))
    assert found.reading == TRAINING | {"inference": NO}
    assert "/rsl.xml" not in site.paths(), "the address that robots.txt names is asked instead"


def test_nothing_said(site, inspect):
    found = inspect(page(site, "<title>art</title>"))
    assert (found.signals, found.reading, found.conflicts, found.provenance) == ([], {}, [], {})
    assert {each.outcome for each in found.looks} == {"nothing said", "not there"}


# --- manners ----------------------------------------------------------------------------------------------------------


def test_seven_requests_at_most_and_under_our_name(site, inspect):
    url = page(site, '<meta property="og:image" content="/1.jpg"><meta property="og:image" content="/2.jpg">' * 20)
    site.put("/1.jpg", PICTURE, kind="image/jpeg")
    inspect(url)
    assert sorted(site.paths()) == [
        "/.well-known/tdmrep.json", "/1.jpg", "/ai.txt", "/art/1", "/art/1", "/robots.txt", "/rsl.xml",
    ]  # fmt: skip
    for _, headers in site.asked:
        assert headers["User-Agent"].startswith("fedi/")
        assert not {"Signature", "Cookie", "Authorization", "Referer"} & set(headers)


def test_who_names_us_in_robots_txt_is_obeyed(site, inspect):
    url = page(site, '<meta name="robots" content="noai">')
    text(site, "/robots.txt", "User-agent: fedi\nDisallow: /art/\n\nUser-agent: *\nContent-Signal: ai-train=no\n")
    found = inspect(url)
    assert "/art/1" not in site.paths()
    assert ("the page", "not read: its robots.txt asks us by name to stay away") in {
        (each.place, each.outcome) for each in found.looks
    }


def test_a_redirect_to_another_host_asks_that_one(site, origins, inspect):
    other = origins.start("127.0.0.22")
    site.documents["/go"] = (302, "", page(other, "<title>x</title>").encode())
    text(site, "/robots.txt", "User-agent: *\nDisallow: /\n")
    text(other, "/robots.txt", "User-agent: *\nContent-Signal: ai-input=no\n")
    found = inspect(site.url("/go"))
    assert said(found) == {"robots.txt Content-Signal": {"inference": NO}}
    assert site.paths() == ["/robots.txt", "/go"]


@pytest.mark.parametrize(("status", "error"), [
    (404, NotFound), (410, NotFound), (403, NotAllowed), (401, NotAllowed), (500, Unreachable), (429, Unreachable),
])  # fmt: skip
def test_a_page_that_is_not_shown(site, inspect, status, error):
    with pytest.raises(error) as raised:
        inspect(page(site, "", status=status))
    assert "127.0.0.21" in str(raised.value)


@pytest.mark.parametrize("kind", ["text/plain", "video/mp4", "application/pdf"])
def test_what_is_neither_page_nor_picture(site, inspect, kind):
    site.put("/x", b"noai", kind=kind)
    site.headers["/x"] = [("X-Robots-Tag", "noai")]
    found = inspect(site.url("/x"))
    assert found.reading == TRAINING
    assert f"not read: it is {kind}" in {each.outcome for each in found.looks}


def test_broken_pictures_and_files_are_told_and_stop_nothing(site, inspect):
    url = page(site, '<meta name="robots" content="noai"><meta property="og:image" content="/1.jpg">')
    site.put("/1.jpg", b"<html>no</html>", kind="image/jpeg")
    text(site, "/.well-known/tdmrep.json", "[" * 10_000)
    text(site, "/robots.txt", "x" * (2 << 20))
    found = inspect(url)
    assert found.reading == TRAINING
    outcomes = {each.place: each.outcome for each in found.looks}
    assert "no picture" in outcomes["the picture"]
    assert outcomes["robots.txt"] == "the answer is too large"
    assert outcomes["tdmrep.json"] == "nothing said"


@pytest.mark.parametrize("body", [
    b"<!--" * 1_000_000, b"<a b='" * 600_000, b"<div>" * 700_000, b"<script type=application/ld+json>" + b"[" * 3_000_000,
    b"\xff" * 4_000_000, b'<meta name="robots" content="index">' * 100_000,
], ids=["comments", "quotes", "deep", "json", "junk", "metas"])  # fmt: skip
def test_megabytes_of_page(site, inspect, body):
    site.put("/x", b'<meta name="robots" content="noai">' + body, kind=HTML)
    found = inspect(site.url("/x"))
    assert found.reading["train_other"] == NO


def test_too_much_is_not_read(site, inspect):
    site.put("/x", b"x" * (address.PICTURE_BYTES + 1), kind="image/png")
    with pytest.raises(TooLarge):
        inspect(site.url("/x"))


def test_a_site_that_never_answers_is_left(site, inspect, monkeypatch):
    monkeypatch.setattr(address, "EACH_SECONDS", 0.3)
    site.hold = threading.Event()
    try:
        with pytest.raises(Unreachable):
            inspect(page(site, ""))
    finally:
        site.hold.set()


# --- where we are not led ---------------------------------------------------------------------------------------------


@pytest.fixture
def shut(instance):
    config.use(config.settings().model_copy(update={"allowed_private_networks": ""}))


@pytest.mark.parametrize("url", [*FORBIDDEN, *NO_HTTP, "", "x", "//x", "https://", "http://example.org/"])
def test_no_address_inside_is_asked(shut, connected, url):  # noqa: F811
    with pytest.raises(FediError):
        asyncio.run(_once(url))
    assert inside(connected) == []


async def _once(url):
    try:
        await address.inspect(url)
    finally:
        await net.close()


@pytest.mark.parametrize("where", ["image", "alternate", "licence", "robots", "redirect"])
def test_nothing_that_a_page_names_leads_inside(site, inspect, connected, where):  # noqa: F811
    """Only the site itself is allowed: what it names elsewhere is judged like any address."""
    config.use(config.settings().model_copy(update={"allowed_private_networks": "127.0.0.21/32"}))
    inner = "http://127.0.0.1:1/x"
    heads = {
        "image": f'<meta property="og:image" content="{inner}">',
        "alternate": f'<link rel="alternate" type="application/activity+json" href="{inner}">',
        "licence": f'<link rel="license" type="application/rsl+xml" href="{inner}">',
    }
    url = page(site, heads.get(where, ""))
    if where == "robots":
        text(site, "/robots.txt", f"License: {inner}\n")
    if where == "redirect":
        site.documents["/ai.txt"] = (302, "", inner.encode())
    found = inspect(url)
    assert set(inside(connected)) == {"127.0.0.21"}
    assert any("not asked" in each.outcome for each in found.looks)


def test_the_first_address_may_not_redirect_inside(site, inspect, connected):  # noqa: F811
    config.use(config.settings().model_copy(update={"allowed_private_networks": "127.0.0.21/32"}))
    site.documents["/go"] = (302, "", b"http://127.0.0.1:1/")
    with pytest.raises(Refused):
        inspect(site.url("/go"))
    assert set(inside(connected)) == {"127.0.0.21"}
