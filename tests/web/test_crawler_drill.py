"""Real User-Agent headers of everybody who comes, against everything that is there: who gets what.

The table stands in docs/crawlers.md and is held to what is measured here: `UPDATE=1 pytest` of this file writes it anew.
"""

import os
from pathlib import Path

import pytest
import sqlalchemy

from fedi import db, files
from fedi.models.actor import Actor
from fedi.policy.agents import ROSTER
from fedi.services import consents
from tests.web.pages.browsing import show_work

PAGE = Path(__file__).parent.parent.parent / "docs" / "crawlers.md"
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
AS = 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)

GATHER = """
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.2; +https://openai.com/gptbot
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; OAI-SearchBot/1.0; +https://openai.com/searchbot
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0; +https://openai.com/bot
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Claude-User/1.0; +Claude-User@anthropic.com)
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Claude-SearchBot/1.0; +https://www.anthropic.com)
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Perplexity-User/1.0; +https://perplexity.ai/perplexity-user)
CCBot/2.0 (https://commoncrawl.org/faq/)
meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)
meta-externalfetcher/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)
Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; Bytespider; https://zhanzhang.toutiao.com/)
Mozilla/5.0 (Macintosh; Intel Mac OS X 10_10_1) AppleWebKit/600.2.5 (KHTML, like Gecko) Version/8.0.2 Safari/600.2.5 (Amazonbot/0.1; +https://developer.amazon.com/support/amazonbot)
Mozilla/5.0 (compatible) AI2Bot (+https://www.allenai.org/crawler)
cohere-ai
Mozilla/5.0 (compatible; Diffbot/0.1; +http://www.diffbot.com)
Mozilla/5.0 (compatible; ImagesiftBot; +imagesift.com)
Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:72.0) Gecko/20100101 Firefox/72.0 (compatible; img2dataset; +https://github.com/rom1504/img2dataset)
Mozilla/5.0 (compatible; laion-huggingface-processor/1.0)
Scrapy/2.13.3 (+https://scrapy.org)
omgili/0.5 +http://omgili.com
Mozilla/5.0 (compatible; GoogleOther-Image/1.0)
Mozilla/5.0 (compatible; YouBot/1.0; +https://about.you.com/youbot/)
Mozilla/5.0 (Linux; Android 7.0;) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; PetalBot;+https://webmaster.petalsearch.com/site/petalbot)
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; MistralAI-User/1.0; +https://docs.mistral.ai/robots)
Mozilla/5.0 (compatible; Timpibot/0.9; +http://www.timpi.io)
"""
SEARCH = """
Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
Googlebot-Image/1.0
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/103.0.5060.134 Safari/537.36
DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)
Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)
Mozilla/5.0 (compatible; MojeekBot/0.11; +https://www.mojeek.com/bot.html)
"""
PREVIEW = """
Twitterbot/1.0
facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)
Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)
Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)
TelegramBot (like TwitterBot)
WhatsApp/2.23.20.0
LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)
Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)
Synapse (bot; +https://github.com/matrix-org/synapse)
Iframely/1.3.1 (+https://iframely.com/docs/about)
"""
FEDIVERSE = """
Mastodon/4.6.5 (http.rb/5.3.1; +https://mastodon.example/)
http.rb/5.3.1 (Mastodon/4.5.0; +https://gptbot.example/) Bot
gotosocial/0.19.1 (+https://gts.example)
Akkoma 3.15.2; https://akko.example <admin@akko.example>
Misskey/2025.11.0 (https://misskey.example)
PeerTube/7.3.0 (+https://peertube.example)
(Pixelfed/0.12.6; +https://pixelfed.example)
Lemmy/0.19.13; +https://lemmy.example
Friendica 'Interrupted Fern' 2025.07-1574; https://friendica.example
WordPress/6.8; https://blog.example; ActivityPub/7.6.0
Mitra/4.12.0; https://mitra.example
BookWyrm/0.8.1; +https://scrapy.example/
"""
PEOPLE = f"""
Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
{CHROME}
Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15
Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1
{CHROME} Edg/140.0.0.0
Lynx/2.9.0 libwww-FM/2.14 SSL-MM/1.4.1 OpenSSL/3.0.15
NCSA_Mosaic/2.0 (Windows 3.1)
Tusky/28.0 Android/15 OkHttp/5.1.0
curl/8.5.0
Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0.0.0 Safari/537.36 Scraper's Guild Portfolio
"""
FEED_READERS = """
Feedly/1.0 (+http://www.feedly.com/fetcher.html; 42 subscribers; like FeedFetcher-Google)
FeedFetcher-Google; (+http://www.google.com/feedfetcher.html)
NetNewsWire (RSS Reader; https://netnewswire.com/)
Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko; inoreader.com; 3 subscribers)
FreshRSS/1.27.0 (Linux; https://freshrss.org)
Mozilla/5.0 (compatible; Miniflux/2.2.13; +https://miniflux.app)
Tiny Tiny RSS/25.09 (https://tt-rss.org/)
NewsBlur Feed Fetcher - 5 subscribers - https://www.newsblur.com/site/1/heron
Feedbin feed-id:1 - 4 subscribers
Mozilla/5.0 (compatible; theoldreader.com; 2 subscribers; feed-id=5a1b)
NextCloud-News/1.0
Newsboat/2.40 (Linux; x86_64)
Reeder/5050001 CFNetwork/1494.0.7 Darwin/23.4.0
Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.4.0
"""
GROUPS = {
    "gathers for AI": GATHER, "search engine": SEARCH, "link preview": PREVIEW, "fediverse server": FEDIVERSE,
    "feed reader": FEED_READERS,
    "people and their apps": PEOPLE,
}  # fmt: skip
VISITORS = [(group, line) for group, lines in GROUPS.items() for line in lines.strip().splitlines()]


def places(mira, lena):
    """{what: (path, Accept)}, of an artist who says nothing and of one who allows everything."""
    with db.writing() as session:
        consents.set_default(session, session.get_one(Actor, lena.actor_id), consent="allowed", licence=None)
        for account in (mira, lena):
            session.get_one(Actor, account.actor_id).indexable = True
    ids = {"mira": show_work(mira), "lena": show_work(lena)}
    with db.writing() as session:
        rows = session.execute(
            sqlalchemy.text("SELECT r.id, r.key, r.consent FROM renditions r WHERE r.kind = 'federated'")
        )
        keys = {}
        for id_, key, consent in rows:
            keys["lena" if consent == "allowed" else "mira"] = new = ("a" if consent == "allowed" else "p") + key[1:]
            if new != key:
                files.locate("renditions", new).parent.mkdir(parents=True, exist_ok=True)
                files.locate("renditions", key).rename(files.locate("renditions", new))
                session.execute(sqlalchemy.text("UPDATE renditions SET key = :k WHERE id = :i"), {"k": new, "i": id_})
    found = {"robots.txt": ("/robots.txt", "*/*"), "house sitemap": ("/sitemap.xml", "application/xml")}
    for name in ("mira", "lena"):
        found |= {
            f"{name} page": (f"/@{name}/{ids[name]}", HTML),
            f"{name} picture": (f"/media/{keys[name]}", "image/*"),
            f"{name} object": (f"/users/{name}/posts/{ids[name]}", AS),
            f"{name} profile": (f"/@{name}", HTML),
            f"{name} RSS": (f"/@{name}.rss", "application/rss+xml, application/xml;q=0.9, */*;q=0.8"),
            f"{name} Atom": (f"/@{name}.atom", "application/atom+xml, application/xml;q=0.9, */*;q=0.8"),
            f"{name} sitemap": (f"/@{name}/sitemap.xml", "application/xml"),
            f"{name} API, oEmbed": (f"/api/oembed?url=https://art.test/@{name}/{ids[name]}", "application/json"),
            f"{name} API": (f"/api/v1/statuses/{ids[name]}", "application/json"),
        }
    return found


def expected(group, what):
    if group != "gathers for AI" or what == "robots.txt":
        return 200
    return 200 if what.startswith("lena") and "API" not in what else 403


@pytest.fixture
def lena(make_account):
    return make_account("lena")


async def test_who_gets_what(client, mira, lena):
    assert len(VISITORS) >= 60
    targets = places(mira, lena)
    got = {}
    for group, agent in VISITORS:
        for what, (path, accept) in targets.items():
            answer = await client.get(path, headers={"User-Agent": agent, "Accept": accept})
            got[agent, what] = answer.status_code
            assert answer.status_code == expected(group, what), (agent, what)
    made = table(got, list(targets))
    if os.environ.get("UPDATE"):
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(HEAD)
        PAGE.write_text(before + made + "\n" + rest.partition("|\n\n")[2], encoding="utf-8")
    assert made + "\n" in PAGE.read_text(encoding="utf-8") + "\n", made


HEAD = "| | | robots.txt | reserved | allowed | API |\n| --- | --- | --- | --- | --- | --- |\n"


def table(got, targets):
    """Markdown, a row for each visitor; equal columns of one artist are said once."""
    lines = HEAD.splitlines()
    columns = {
        "robots.txt": ["robots.txt"],
        "reserved": [what for what in targets if what.startswith(("mira", "house")) and "API" not in what],
        "allowed": [what for what in targets if what.startswith("lena") and "API" not in what],
        "API": [what for what in targets if "API" in what],
    }
    for group, agent in VISITORS:
        cells = [", ".join(sorted({str(got[agent, what]) for what in whats})) for whats in columns.values()]
        lines.append(f"| {group} | {short(agent)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def short(agent):
    known = ROSTER.match(agent)
    if known:
        return known.name
    return f"…{agent[-60:]}" if agent.startswith("Mozilla") else agent.partition(" (+")[0]
