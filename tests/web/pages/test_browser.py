"""A real browser: sign in, upload with a description, watch it being protected, see it shown; keyboard; no violations."""

import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from fedi import config, db
from fedi.models.crawler import CrawlerVisit
from fedi.models.post import Post, PostState
from fedi.services import accounts, media
from fedi.tasks import media as media_task
from fedi.web import limits, passes, suspicion
from fedi.web.limits import Limit
from tests import people
from tests.conftest import PASSWORD, password_hash
from tests.servers import serving
from tests.web.pages.browsing import show_work, write

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: chromium)"),
]


@pytest.fixture
def served(tmp_path):
    with serving(tmp_path) as address:
        yield address


@pytest.fixture
def mira(served):
    with db.writing() as session:
        return accounts.create(
            session, name="mira", email="mira@example.org", password_hash=password_hash(), key=people.rsa_key()
        )


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium, request, served):
    """A tab that fails the test on a console error, such as a breach of the content security policy (a page that is asked
    to wait is none).
    """
    options = getattr(request, "param", {})
    context = chromium.new_context(base_url=served, **options)
    page = context.new_page()
    said = []
    wrong = lambda message: message.type == "error" and "status of 429" not in message.text  # noqa: E731
    page.on("console", lambda message: said.append(message.text) if wrong(message) else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.set_default_timeout(20_000)
    yield page
    context.close()
    assert not said


def sign_in(tab):
    tab.goto("/sign-in?next=/compose")
    tab.get_by_label("E-mail or name").fill("mira")
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in").click()
    expect(tab.get_by_role("heading", name="New work")).to_be_visible()


def files_of(picture):
    return [{"name": f"{name}.png", "mimeType": "image/png", "buffer": picture} for name in ("one", "two")]


def test_upload_watch_and_see(tab, mira, picture):
    """With JavaScript: two pictures go up at once, are put in order by button, and the page follows their protection."""
    sign_in(tab)
    tab.locator("#pictures").set_input_files(files_of(picture))
    slots = tab.locator("[data-slot]")
    expect(slots).to_have_count(2)
    expect(tab.get_by_text("Up. It is being protected while you write.")).to_have_count(2)
    expect(tab.locator("[data-slot] canvas")).to_have_count(2)
    slots.nth(0).get_by_label("Description").fill("The first one.")
    slots.nth(1).get_by_label("Description").fill("The second one.")
    slots.nth(1).locator("canvas").click(position={"x": 5, "y": 5})
    slots.nth(1).get_by_role("button", name="Earlier").click()
    tab.get_by_label("Title").fill("Reeds")
    tab.get_by_role("button", name="Show it").click()
    expect(tab.get_by_role("heading", name="Being prepared")).to_be_visible()
    media_task.protect()
    media_task.close()
    expect(tab.get_by_role("heading", name="It is out")).to_be_visible()
    tab.get_by_role("link", name="See it").click()
    expect(tab.get_by_role("heading", name="Reeds", exact=True)).to_be_visible()
    pictures = tab.locator("figure img")
    assert [pictures.nth(number).get_attribute("alt") for number in range(2)] == ["The second one.", "The first one."]
    assert tab.evaluate("[...document.querySelectorAll('figure img')].every(each => each.naturalWidth > 0)")
    with db.reading() as session:
        post = session.query(Post).one()
        first = media.of_post(session, post)[0]
    assert post.state == PostState.PUBLISHED
    assert first.focus_x < -0.8
    assert first.focus_y > 0.8


def test_a_missing_description_is_asked_for_once(tab, mira, picture):
    sign_in(tab)
    tab.locator("#pictures").set_input_files(files_of(picture)[:1])
    expect(tab.get_by_text("Up. It is being protected while you write.")).to_be_visible()
    tab.get_by_role("button", name="Show it").click()
    expect(tab.get_by_text("has no description")).to_be_visible()
    expect(tab.get_by_label("Description")).to_be_focused()
    tab.get_by_role("button", name="Show it").click()
    expect(tab.get_by_role("heading", name="Being prepared")).to_be_visible()


def test_structured_data_is_data(tab, mira):
    """The content security policy lets no inline script run, and has nothing against blocks of data (the tab listens)."""
    evil = "</script><script>document.title='broken'</script>"
    post_id = show_work(mira, evil, alt=evil)
    for path, kind in ((f"/@mira/{post_id}", "VisualArtwork"), ("/@mira", "ProfilePage")):
        tab.goto(path)
        said = tab.evaluate("JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent)")
        assert said["@type"] == kind
        assert tab.title() != "broken"


@pytest.mark.parametrize("tab", [{"java_script_enabled": False}], indirect=True)
def test_without_javascript(tab, mira, picture):
    sign_in(tab)
    tab.get_by_label("Picture 1", exact=True).set_input_files(files_of(picture)[:1])
    tab.get_by_label("Description").first.fill("Reeds.")
    tab.get_by_label("Title").fill("Reeds")
    tab.get_by_role("button", name="Show it").click()
    expect(tab.get_by_role("heading", name="Being prepared")).to_be_visible()
    tab.get_by_role("button", name="Do not show it yet").click()
    expect(tab.get_by_role("heading", name="A draft")).to_be_visible()


def test_keyboard_alone_signs_in_and_writes(tab, mira):
    """Tab, Enter and letters: the skip link first, a visible ring on whatever has the focus."""
    tab.goto("/sign-in")
    tab.keyboard.press("Tab")
    expect(tab.get_by_role("link", name="Skip to the content")).to_be_focused()
    assert tab.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    expect(tab.get_by_label("E-mail or name")).to_be_focused()
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.keyboard.type("mira")
    tab.keyboard.press("Tab")
    tab.keyboard.type(PASSWORD)
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", name="Home")).to_be_visible()


@pytest.mark.parametrize(
    "tab",
    [{"viewport": {"width": 390, "height": 844}}, {"viewport": {"width": 320, "height": 600}, "color_scheme": "dark"}],
    indirect=True,
)
def test_nothing_is_wider_than_a_phone(tab, mira):
    work = show_work(mira, "Heron", size=(3000, 500))
    write(mira, "A word that is " + "very" * 60 + " long https://example.org/" + "x" * 200)
    sign_in(tab)
    for path in (
        "/about",
        "/compose",
        "/settings",
        "/notifications",
        "/search?q=mira",
        "/@mira/posts",
        f"/posts/{work}/edit",
        f"/@mira/{work}",
        "/@mira",
    ):
        tab.goto(path)
        assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path


@pytest.mark.parametrize(
    "tab",
    [
        {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False},
        {"viewport": {"width": 320, "height": 600}},
        {"viewport": {"width": 1200, "height": 800}, "color_scheme": "dark"},
    ],
    indirect=True,
)
def test_what_a_page_and_a_file_say_to_a_machine(tab, mira, served, picture):
    """A stranger, on any screen, with and without JavaScript: an address, then a file."""
    work = show_work(mira, "Heron", consent="prohibited")
    tab.goto("/about")
    tab.get_by_role("link", name="What does this say to a machine?").click()
    tab.get_by_label("Address of a page or picture").fill(f"{served}/@mira/{work}")
    tab.get_by_role("button", name="Read it").click()
    expect(tab.get_by_text("No contradiction.")).to_be_visible()
    row = tab.get_by_role("row", name="meta robots noai, noimageai")
    expect(row).to_contain_text("No training of generative models, no training of other models")
    expect(tab.get_by_role("table", name="All together").get_by_role("row")).to_have_count(6)
    fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert tab.evaluate(fits)
    tab.get_by_label("Or a picture file").set_input_files(files_of(picture)[:1])
    tab.get_by_role("button", name="Read the file").click()
    expect(tab.get_by_text("Nothing is said about AI.")).to_be_visible()
    expect(tab.get_by_role("heading", name="one.png")).to_be_visible()
    assert tab.evaluate(fits)


@pytest.mark.parametrize("tab", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True)
def test_words_stand_out_from_their_ground(tab, mira):
    """Contrast of 4.5 to 1 (WCAG 2.2, 1.4.3) for every colour that text has on the grounds it stands on."""
    sign_in(tab)
    assert tab.evaluate(CONTRAST) == []


CONTRAST = """() => {
  const css = getComputedStyle(document.documentElement);
  const probe = document.createElement("canvas").getContext("2d");
  const light = (name) => {
    probe.fillStyle = css.getPropertyValue(name).trim();
    const parts = [1, 3, 5].map((at) => parseInt(probe.fillStyle.slice(at, at + 2), 16) / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const pairs = [];
  for (const ink of ["--ink", "--soft", "--accent"])
    for (const ground of ["--paper", "--sheet", "--mat", "--wash"]) pairs.push([ink, ground]);
  pairs.push(["--alarm", "--alarm-wash"], ["--accent-ink", "--accent"], ["--ink", "--alarm-wash"], ["--alarm", "--paper"], ["--paper", "--alarm"], ["--good", "--sheet"]);
  return pairs.map(([ink, ground]) => {
    const [high, low] = [light(ink), light(ground)].sort((a, b) => b - a);
    return [ink, ground, (high + 0.05) / (low + 0.05)];
  }).filter(([, , ratio]) => ratio < 4.5);
}"""


@pytest.fixture
def suspected(served, monkeypatch):
    """Everybody behind this address read too much already."""
    config.use(config.settings().model_copy(update={"trusted_proxies": "127.0.0.0/8", "rate_limits": "on"}))
    monkeypatch.setattr(suspicion, "PAGES", Limit("pages", 0, 300))
    limits.reset()
    yield
    limits.reset()


AWAY = {"extra_http_headers": {"X-Forwarded-For": "91.20.4.7"}}


@pytest.mark.parametrize("tab", [AWAY], indirect=True)
def test_a_browser_works_its_way_through(suspected, tab, mira):
    """The page that stops programs lets a browser through by itself, with the page it was going to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passes, "WAIT_SECONDS", 3600)
        tab.goto("/@mira/about")
        expect(tab.get_by_role("heading", name="mira").first).to_be_visible()
        assert tab.url.endswith("/@mira/about")
    with db.reading() as session:
        assert session.query(CrawlerVisit).count() == 0


@pytest.mark.parametrize("tab", [AWAY | {"java_script_enabled": False}], indirect=True)
def test_without_a_script_patience_is_enough(suspected, tab, mira, monkeypatch):
    monkeypatch.setattr(passes, "WAIT_SECONDS", 0)
    tab.goto("/@mira/about")
    expect(tab.get_by_role("heading", name="One moment")).to_be_visible()
    tab.get_by_role("button", name="I am a person").click()
    expect(tab.get_by_role("heading", name="mira").first).to_be_visible()


@pytest.mark.parametrize("tab", [AWAY | {"java_script_enabled": False}], indirect=True)
def test_the_closed_link_is_not_in_the_way_of_the_keyboard(served, tab, mira):
    config.use(config.settings().model_copy(update={"trusted_proxies": "127.0.0.0/8"}))
    tab.goto("/about")
    link = tab.locator("a[href^='/trap/']")
    expect(link).to_have_count(1)
    expect(link).to_be_hidden()
    assert "trap" not in tab.locator("body").aria_snapshot()
    for _ in range(30):
        tab.keyboard.press("Tab")
        assert "/trap/" not in (tab.evaluate("document.activeElement.href || ''") or "")
