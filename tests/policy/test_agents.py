"""Which crawler a request comes from, and which ones a consent turns away."""

import time

import pytest
from protego import Protego

from fedi.policy import agents
from fedi.policy.agents import Purpose
from fedi.policy.consent import PRESETS, Answer, Consent

# As the operators publish them, or as they stand in logs.
CRAWLERS = {
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.2; +https://openai.com/gptbot": "GPTBot",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0; +https://openai.com/bot": "ChatGPT-User",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)": "ClaudeBot",
    "Mozilla/5.0 (compatible; Bytespider; spider-feedback@bytedance.com) AppleWebKit/537.36": "Bytespider",
    "CCBot/2.0 (https://commoncrawl.org/faq/)": "CCBot",
    "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)": "meta-externalagent",
    "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/72.0 (compatible; img2dataset; +https://github.com/rom1504/img2dataset)": "img2dataset",
    "Scrapy/2.13.3 (+https://scrapy.org)": "Scrapy",
    "Mozilla/5.0 (compatible; GoogleOther-Image/1.0)": "GoogleOther-Image",
    "omgilibot/0.4 +http://omgili.com": "omgilibot",
    "gptbot": "GPTBot",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)": "facebookexternalhit",
    "Kangaroo Bot (+https://kangaroollm.com.au)": "Kangaroo Bot",
}
WELCOME = [
    "",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15 (Applebot/0.1)",
    "Mastodon/4.6.5 (http.rb/5.3.1; +https://mastodon.example/)",
    "gotosocial/0.19.1 (+https://gts.example)",
    "Akkoma 3.15.2; https://akko.example",
    "Misskey/2025.11.0 (https://misskey.example)",
    "fedi/0.1.0 (+https://art.example)",
    "Mozilla/5.0 (compatible; NotGPTBotAtAll-x/1.0)",
    "curl/8.5.0",
]


@pytest.mark.parametrize("user_agent", CRAWLERS)
def test_crawlers_are_known(user_agent):
    assert agents.match(user_agent).name == CRAWLERS[user_agent]


@pytest.mark.parametrize("user_agent", WELCOME)
def test_people_servers_and_search_engines_are_nobody(user_agent):
    assert agents.match(user_agent) is None


def test_a_token_is_no_visitor():
    token = next(agent for agent in agents.AGENTS if agent.name == "Google-Extended")
    assert token.token
    assert agents.match("Google-Extended") is None
    assert token.name in agents.refused(Consent())


def test_a_long_header_costs_nothing():
    begun = time.process_time()
    assert agents.match("a-" * 5_000_000) is None
    assert time.process_time() - begun < 0.5


def test_the_list_is_sound():
    names = [agent.name.lower() for agent in agents.AGENTS]
    assert len(names) == len(set(names)) >= 60
    assert names == sorted(names), "sorted by name, so that a change is easy to review"
    assert {agent.obeys for agent in agents.AGENTS} <= {"yes", "no", "unknown"}
    assert {agent.purpose for agent in agents.AGENTS} == set(Purpose)
    assert all(agent.operator for agent in agents.AGENTS)


@pytest.mark.parametrize("name", agents.TRAINING)
def test_every_name_works_in_robots(name):
    rules = Protego.parse(f"User-agent: *\nAllow: /\n\nUser-agent: {name}\nDisallow: /\n")
    assert not rules.can_fetch("https://art.test/@mira", name)


def test_who_is_refused():
    everybody = set(agents.TRAINING)
    for state in ("prohibited", "generative-prohibited", "ask", "licensed"):
        assert set(agents.refused(PRESETS[state])) == everybody
    assert agents.refused(PRESETS["allowed"]) == []
    asked = agents.refused(Consent(inference=Answer.ALLOW))
    assert "GPTBot" in asked
    assert "CCBot" in asked
    assert "ChatGPT-User" not in asked
    spoken = agents.refused(Consent(Answer.ALLOW, Answer.ALLOW, Answer.DENY, Answer.ALLOW))
    assert "ChatGPT-User" in spoken
    assert "GPTBot" not in spoken
    assert not any(agent.name in everybody for agent in agents.AGENTS if agent.purpose == Purpose.PREVIEW)
