"""What holds for every page: its frame, no inline script or style, escaped words, a token in every form, terms."""

import pytest

from fedi import db
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.post import Post
from fedi.services import accounts, announcements, collections, features, galleries, interactions, reports, rules
from fedi.services.collections import Words
from tests.web.pages.browsing import Browser, show_work, write

OPEN_PAGES = [
    "/", "/explore", "/explore?from=everywhere", "/about", "/terms", "/inspect", "/sign-in", "/auth/sign_up", "/reset-password", "/@mira",
    "/@mira/posts", "/@mira/about", "/@mira/licence", "/@mira/follow", "/tags/mist", "/@mira/{work}", "/@mira/{text}",
    "/@mira/galleries", "/@mira/galleries/{slug}", "/@mira/collections", "/@mira/collections/{collection}", "/@mira/policies/prohibited", "/@mira/policies/prohibited?v=1",
    "/policies/prohibited", "/ns",
]  # fmt: skip
SIGNED_IN = [
    "/settings/moving", "/settings/quotes", "/settings/registries", "/posts/deleted", "/galleries/new", "/galleries/{gallery}/edit", "/compose?quote={work}",
    "/posts/{work}/servers", "/settings/collections", "/settings/collections/{collection}",
    "/home", "/home?only=works", "/compose", "/notifications", "/settings", "/settings/crawlers", "/settings/crawlers?agent=GPTBot", "/settings/delete", "/search", "/search?q=otto",
    "/search?q=%23mist", "/posts/{work}/edit", "/posts/{text}/edit", "/posts/{work}/state", "/posts/{work}/delete",
    "/report?post={other}", "/report?account={otto}", "/@otto", "/@otto/about", "/@otto/{other}", "/@mira/{work}",
]  # fmt: skip
MODERATION = [
    "/moderation/reports",
    "/moderation/reports?done=1",
    "/moderation/domains",
    "/moderation/domains?domain=x.example",
    "/moderation/queue",
    "/moderation/announcements",
    "/moderation/registries",
    "/moderation/rules",
    "/moderation/accounts",
    "/moderation/accounts?q=mira&status=active",
    "/moderation/accounts/{otto}",
    "/moderation/sign-ups",
    "/moderation/crawlers",
    "/moderation/crawlers?agent=GPTBot&days=7",
    "/moderation/crawlers/list",
    "/moderation/crawlers/list?name=GPTBot",
]
EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(2)><svg/onload=alert(3)>javascript:alert(4)</textarea></title>"


@pytest.fixture
def house(mira, otto):
    """A little life, with hostile words wherever people can write some."""
    for account in (mira, otto):
        with db.writing() as session:
            fields = [{"name": EVIL[:200], "value": EVIL}, {"name": "me", "value": "https://mira.example/"}]
            accounts.update_profile(
                session, session.get_one(Account, account.id), display_name=EVIL[:250], summary=EVIL, fields=fields
            )
    work = show_work(mira, EVIL[:190], alt=EVIL, text=f"{EVIL} #mist", pictures=2)
    text = write(mira, EVIL, summary=EVIL[:400])
    other = show_work(otto, "Fern", text="Cut paper.", summary="blood")
    write(otto, EVIL, reply_to=work)
    with db.writing() as session:
        ottos, miras = session.get_one(Actor, otto.actor_id), session.get_one(Actor, mira.actor_id)
        interactions.like(session, ottos, session.get_one(Post, work))
        interactions.boost(session, ottos, session.get_one(Post, work))
        announcements.say(session, EVIL)
        rules.write(session, EVIL, EVIL)
        reports.make(session, reporter=ottos, target=miras, post_ids=[work], comment=EVIL)
        gallery = galleries.create(session, miras, title=EVIL, summary=EVIL)
        galleries.add(session, gallery, session.get_one(Post, work))
        hung = {"gallery": gallery.id, "slug": gallery.slug}
        words = Words(EVIL[:40], EVIL[:100], sensitive=True)
        features.set_policy(session, ottos, "public")
        hung["collection"] = collections.create(session, miras, words, [ottos, miras]).id
    return {"work": work, "text": text, "other": other, "otto": otto.actor_id, **hung}


def check(page):
    """The promises of every page."""
    tree = page.tree
    assert page.status == 200, page.text[:500]
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "no-store" in page.headers["Cache-Control"]
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "noai" in page.headers["X-Robots-Tag"]
    assert page.headers["tdm-reservation"] == "1"
    assert 'rel="license"' in page.headers["Link"]
    assert tree.xpath("//html/@lang") == ["en"]
    assert len(tree.xpath("//h1")) == 1
    assert len(tree.xpath("//title")) == 1
    assert len(tree.xpath("//main[@id='main']")) == 1
    assert tree.xpath("//body/a[1]/@href") == ["#main"]
    assert "noai" in tree.xpath("//meta[@name='robots']/@content")[0]
    scripts = tree.xpath("//script[not(@type='application/ld+json')]")
    assert all(each.get("src", "").startswith("/static/") and not each.text for each in scripts)
    assert not tree.xpath(
        "//style | //*[@style] | //iframe | //object | //base | //form[not(@action) and @method='get']"
    )
    assert not tree.xpath("//@*[starts-with(name(), 'on')]")
    assert not tree.xpath("//*[starts-with(@href, 'javascript:') or starts-with(@src, 'javascript:')]")
    assert not tree.xpath("//img[@src='x'] | //*[local-name()='svg'][@onload]")
    for form in tree.xpath("//form[@method='post']"):
        assert form.xpath(".//input[@name='csrf']/@value")[0]
    for image in tree.xpath("//img"):
        assert image.get("alt") is not None
    for field in tree.xpath("//input[not(@type='hidden')] | //textarea | //select"):
        name = field.get("id")
        labelled = field.get("aria-hidden") or field.getparent().tag == "label" or tree.xpath(f"//label[@for='{name}']")
        assert labelled, field.attrib
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids)), [each for each in ids if ids.count(each) > 1]


def test_no_page_is_forgotten(app):
    """Pages of who is signed in; open ones are counted in tests/web/test_terms.py."""
    adapter = app.url_map.bind("art.test")
    ids = {"work": 1, "text": 1, "other": 1, "otto": 1, "gallery": 1, "slug": "x", "collection": 1}
    paths = [*OPEN_PAGES, *SIGNED_IN, *MODERATION]
    walked = {adapter.match(path.partition("?")[0].format(**ids), method="GET")[0] for path in paths}
    private = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and hasattr(app.view_functions[rule.endpoint], "__wrapped__")
    }
    # A question about a post, a way to somewhere else, files.
    files = {"registries.log", "settings.decisions", "crawlers.export", "moderation_crawlers.export"}
    assert private - walked == {"moderation_reports.ask", "remote_follow.interact", *files}


@pytest.mark.parametrize("path", OPEN_PAGES)
async def test_a_stranger_reads(path, house, stranger):
    check(await stranger.get(path.format(**house)))


@pytest.mark.parametrize("path", SIGNED_IN)
async def test_an_artist_reads(path, house, as_mira):
    check(await as_mira.get(path.format(**house)))


@pytest.mark.parametrize("path", MODERATION)
async def test_a_moderator_reads(path, house, as_admin):
    check(await as_admin.get(path.format(**house)))


@pytest.mark.parametrize("path", [path for path in SIGNED_IN if not path.startswith("/@")])
async def test_a_stranger_is_sent_to_sign_in(path, house, stranger):
    page = await stranger.get(path.format(**house))
    assert (page.status, page.location.partition("?")[0]) == (303, "/sign-in")


@pytest.mark.parametrize("path", MODERATION)
async def test_moderation_does_not_exist_for_others(path, house, as_mira, stranger):
    assert (await as_mira.get(path.format(**house))).status == 404
    assert (await stranger.get(path.format(**house))).status == 404


@pytest.mark.parametrize("verb", ["edit", "state", "delete"])
async def test_what_is_mine_is_nobody_elses(verb, house, as_otto):
    assert (await as_otto.get(f"/posts/{house['work']}/{verb}")).status == 404
    assert (await as_otto.post(f"/posts/{house['work']}/delete")).status == 404


@pytest.mark.parametrize(
    "path", ["/nothing", "/@nobody", "/@mira/1", "/@mira/99999999999999999999999", "/@mira/x", "/@a%00b", "/tags/%00"]
)
async def test_what_is_not_there_is_a_page_too(path, house, stranger):
    page = await stranger.get(path)
    assert page.status in {200, 404}
    assert page.tree.xpath("//main//h1")


async def test_every_post_route_wants_the_token(app, house, mira, as_admin):
    """No route of the pages changes anything for a form without our token, or from another site."""
    browser = Browser(app, mira)
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods
        and not rule.rule.startswith(("/api/", "/oauth/"))
        and not rule.rule.endswith("/inbox")
    ]
    assert len(rules) >= 25
    for rule in rules:
        values = {
            "post_id": house["work"],
            "actor_id": house["otto"],
            "handle": "mira",
            "report_id": 1,
            "message_id": 1,
            "id_": 1,
            "app_id": 1,
            "token": "x",
            "code": "x",
            "quote_id": 1,
            "feature_id": 1,
            "gallery_id": house["gallery"],
            "collection_id": house["collection"],
            "item_id": 1,
            "answer": "allow",
        }
        values["verb"] = "resolve" if "reports" in rule.rule else "like" if "posts" in rule.rule else "follow"
        values["name"] = "mist"
        path = rule.build({name: values[name] for name in rule.arguments})[1].removeprefix("//art.test")
        who = as_admin if path.startswith("/moderation") else browser
        for headers, form in (
            (None, {"csrf": "x"}),
            ({"Origin": "https://evil.example"}, {}),
            ({"Sec-Fetch-Site": "cross-site"}, {}),
        ):
            page = await who.upload(path, {"text": "x"} | form, {}, headers=headers)
            assert page.status == 403, (path, headers)
