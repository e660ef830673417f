"""/inspect: for anybody, without JavaScript, within limits."""

import pytest

from fedi import config, net
from fedi.policy.consent import PRESETS
from fedi.web import limits
from fedi.web.pages import inspect as page
from tests.media_pictures import photograph, saved
from tests.origins import Origins
from tests.web.pages.test_every_page import check

EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"
HTML = "text/html"


@pytest.fixture(scope="module")
def origins():
    with Origins() as running:
        yield running


@pytest.fixture
def site(origins):
    return origins.start("127.0.0.24")


@pytest.fixture(autouse=True)
async def hung_up():
    yield
    await net.close()


@pytest.fixture
def strict(instance):
    config.use(config.settings().model_copy(update={"rate_limits": "on"}))
    limits.reset()


def art(site, head, path="/art"):
    site.put(path, f"<html><head>{head}</head></html>".encode(), kind=HTML)
    return site.url(path)


async def look(browser, url):
    return await browser.open("GET", "/inspect", query_string={"url": url})


async def test_the_form(stranger):
    shown = await stranger.get("/inspect")
    check(shown)
    assert [form.get("method") for form in shown.tree.xpath("//main//form")] == ["get", "post"]
    assert "noindex" in ", ".join(shown.headers.getlist("X-Robots-Tag"))
    assert "noindex" in shown.tree.xpath("//meta[@name='robots']/@content")
    assert not shown.tree.xpath("//script")
    assert shown.tree.xpath("//footer//a[@href='/inspect']")
    assert "Many do not" in shown.words, "the limits are said"


async def test_a_page_in_plain_words(site, stranger):
    shown = await look(stranger, art(site, '<meta name="robots" content="noai">'))
    check(shown)
    assert shown.tree.xpath("//h2[@class='subject']/text()") == [site.url("/art")]
    assert "No contradiction" in shown.words
    row = shown.tree.xpath("//tr[th/code[text()='noai']]")[0].text_content()
    assert "meta robots" in row
    assert "No training of generative models, no training of other models" in row
    assert "Data mining Nothing said" in shown.words
    (outcome,) = shown.tree.xpath("//dt[text()='tdmrep.json']/following-sibling::dd[1]/text()")
    assert outcome == "not there"


async def test_contradictions_are_words_and_no_mere_colour(site, stranger):
    url = art(site, '<meta name="robots" content="noai"><meta name="tdm-reservation" content="0">')
    shown = await look(stranger, url)
    check(shown)
    assert "2 contradictions." in shown.words
    (sides, _) = shown.tree.xpath("//div[@class='against']")
    assert sides.xpath("strong/text()") == ["Contradiction:"]
    assert sides.xpath(".//li/text()") == [
        "No training of generative models: html meta robots",
        "Training of generative models allowed: html meta tdm-reservation",
    ]
    for value in ("noai", "0"):
        assert (
            "Contradiction: others here say otherwise" in shown.tree.xpath(f"//tr[th/code='{value}']")[0].text_content()
        )


async def test_nothing_said_is_told(site, stranger):
    shown = await look(stranger, art(site, ""))
    check(shown)
    assert "Nothing is said about AI." in shown.words
    assert "No contradiction" not in shown.words


async def test_hostile_words_stay_words(site, stranger):
    head = f'<meta name="robots" content="{EVIL.replace(chr(34), "&quot;")}"><link rel="license" href="javascript:alert(4)">'
    site.headers["/art"] = [("Content-Usage", EVIL)]
    shown = await look(stranger, art(site, head))
    check(shown)
    assert EVIL in shown.tree.text_content()


async def test_an_uploaded_picture(as_mira, stranger):
    exif = photograph(64, 48).getexif()
    exif[0x8298] = f"(c) Mira {EVIL}"
    for browser in (as_mira, stranger):
        shown = await browser.upload(
            "/inspect", {}, {"picture": ("<b>heron.jpg", saved(photograph(64, 48), "JPEG", exif=exif))}
        )
        check(shown)
        assert f"(c) Mira {EVIL}" in shown.tree.text_content()
        assert "Nothing is said about AI." in shown.words
        assert shown.tree.xpath("//h2[@class='subject']/text()") == ["<b>heron.jpg"]


@pytest.mark.parametrize("consent", PRESETS)
async def test_a_picture_of_ours(stranger, consent):
    from fedi.policy.layers import xmp
    from fedi.policy.licences import LICENCES
    from fedi.policy.terms import Terms

    said = Terms(PRESETS[consent], "Mira", "https://a.test", 2026, LICENCES["cc-by"], "https://a.test/l")
    shown = await stranger.upload(
        "/inspect", {}, {"picture": ("a.jpg", saved(photograph(64, 48), "JPEG", xmp=xmp.render(said)))}
    )
    check(shown)
    wanted = "Training of generative models allowed" if consent == "allowed" else "No training of generative models"
    assert wanted in shown.words


@pytest.mark.parametrize(("files", "words"), [
    ({}, "Choose a picture first"), ({"picture": ("a.png", b"")}, "Choose a picture first"), ({"picture": ("a.png", b"hello")}, "no picture"),
    ({"picture": ("a.svg", b"<svg/>")}, "no picture"),
])  # fmt: skip
async def test_what_is_no_picture(stranger, files, words):
    shown = await stranger.upload("/inspect", {}, files)
    assert (shown.status, words in shown.words) == (422, True)
    assert shown.tree.xpath("//form[@method='post' and @action='/inspect']")


async def test_too_large(stranger, monkeypatch):
    monkeypatch.setattr(page, "MAX_BYTES", 1000)
    shown = await stranger.upload("/inspect", {}, {"picture": ("a.png", b"x" * 200_000)})
    assert shown.status == 413


@pytest.mark.parametrize("url", [
    "https://127.0.0.1/x" , "https://169.254.169.254/", "ftp://x.test/", "file:///etc/passwd", "https://", "http://[", "x" * 3000,
    "https://user@example.org/", "javascript:alert(1)", "https://x.test:0/", "\x00", "https://exa mple.org/", "https://192.168.0.1/" + EVIL,
])  # fmt: skip
async def test_addresses_that_are_not_asked(stranger, instance, url):
    config.use(config.settings().model_copy(update={"allowed_private_networks": ""}))
    shown = await look(stranger, url)
    assert shown.status in {200, 422}
    assert shown.tree.xpath("//main//form[@method='get']")
    assert not shown.tree.xpath("//h2[@class='subject'] | //script")


async def test_an_address_without_a_scheme_is_taken_as_https(stranger, instance):
    config.use(config.settings().model_copy(update={"allowed_private_networks": ""}))
    shown = await look(stranger, "127.0.0.1/x")
    assert shown.tree.xpath("//input[@name='url']/@value") == ["https://127.0.0.1/x"]


async def test_what_is_not_there_is_told_with_the_form(site, stranger):
    shown = await look(stranger, site.url("/missing"))
    assert (shown.status, "has nothing there (404)" in shown.words) == (422, True)


async def test_instances_do_not_inspect_through_each_other(site, stranger):
    """A page that is an inspection of an inspection of ... would never end."""
    shown = await stranger.open(
        "GET", "/inspect", query_string={"url": site.url("/x")}, headers={"User-Agent": net.user_agent()}
    )
    assert (shown.status, site.asked) == (403, [])
    assert (await stranger.get("/inspect", **{"User-Agent": net.user_agent()})).status == 200


async def test_strangers_may_ask_little(site, stranger, as_mira, strict):
    url = art(site, "")
    for _ in range(page.STRANGER.count):
        assert (await look(stranger, url)).status == 200
    shown = await look(stranger, url)
    assert shown.status == 429
    assert int(shown.headers["Retry-After"]) > 0
    assert (await look(as_mira, url)).status == 200, "who is signed in has a count of their own"
    assert (await stranger.get("/inspect")).status == 200, "the form itself is free"


async def test_no_server_is_asked_about_by_everybody(site, as_mira, strict, monkeypatch):
    monkeypatch.setattr(page, "HOST", limits.Limit("inspect a host", 2, 600))
    url = art(site, "")
    assert [(await look(as_mira, url)).status for _ in range(3)] == [200, 200, 429]


async def test_only_a_few_at_once(site, stranger, monkeypatch):
    monkeypatch.setattr(page, "_running", page.AT_ONCE)
    assert (await look(stranger, art(site, ""))).status == 429


async def test_crawlers_are_asked_not_to_make_us_ask(client):
    text = await (await client.get("/robots.txt")).get_data(as_text=True)
    assert "Disallow: /inspect?" in text
