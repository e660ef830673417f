"""Which crawler a request comes from, and which ones a consent turns away."""

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from protego import Protego

from fedi.policy import agents
from fedi.policy.agents import ROSTER, USES, Agent, Purpose, Roster, Rule
from fedi.policy.consent import PRESETS, Answer, Consent

LIST = Path(agents.__file__).with_name("agents.json")

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
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)": "Googlebot",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)": "bingbot",
    "Mozilla/5.0 AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15 (Applebot/0.1)": "Applebot",
}
WELCOME = [
    "",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Mastodon/4.6.5 (http.rb/5.3.1; +https://mastodon.example/)",
    "gotosocial/0.19.1 (+https://gts.example)",
    "Akkoma 3.15.2; https://akko.example",
    "Misskey/2025.11.0 (https://misskey.example)",
    "fedi/0.1.0 (+https://art.example)",
    "Mozilla/5.0 (compatible; NotGPTBotAtAll-x/1.0)",
    "curl/8.5.0",
    "Mastodon/4.6.5 (http.rb/5.3.1; +https://gptbot.example/)",
    "Akkoma 3.15.2; https://scrapy.example",
]


@pytest.mark.parametrize("user_agent", CRAWLERS)
def test_crawlers_are_known(user_agent):
    assert ROSTER.match(user_agent).name == CRAWLERS[user_agent]


@pytest.mark.parametrize("user_agent", WELCOME)
def test_people_and_servers_are_nobody(user_agent):
    assert ROSTER.match(user_agent) is None


def test_a_token_is_no_visitor():
    token = next(agent for agent in ROSTER.agents if agent.name == "Google-Extended")
    assert token.token
    assert ROSTER.match("Google-Extended") is None
    assert token in ROSTER.gathering


def test_a_long_header_costs_nothing():
    begun = time.process_time()
    assert ROSTER.match("a-" * 5_000_000) is None
    assert time.process_time() - begun < 0.5


def test_the_list_is_sound():
    names = [agent.name.lower() for agent in ROSTER.agents]
    assert len(names) == len(set(names)) >= 140
    written = [entry["name"].lower() for entry in json.loads(LIST.read_text())]
    assert written == sorted(written), "sorted by name, so that a change is easy to review"
    assert {agent.obeys for agent in ROSTER.agents} <= {"yes", "no", "unknown"}
    assert {agent.purpose for agent in ROSTER.agents} == set(Purpose) - {Purpose.OTHER}
    assert set(USES) == set(Purpose)
    assert all(agent.operator and agent.source.startswith("https://") for agent in ROSTER.agents)


@pytest.mark.parametrize("name", [agent.name for agent in ROSTER.gathering])
def test_every_name_works_in_robots(name):
    rules = Protego.parse(f"User-agent: *\nAllow: /\n\nUser-agent: {name}\nDisallow: /\n")
    assert not rules.can_fetch("https://art.test/@mira", name)


A, K, D, L = Answer.ALLOW, Answer.ASK, Answer.DENY, Answer.LICENCE
ANSWERS = {
    "prohibited": (Consent(), D, D),
    "generative-prohibited": (PRESETS["generative-prohibited"], D, D),
    "ask": (PRESETS["ask"], K, K),
    "licensed": (PRESETS["licensed"], L, L),
    "allowed": (PRESETS["allowed"], A, A),
    "only input": (Consent(inference=A), D, A),
    "all but mining": (Consent(A, A, A, D), D, A),
    "input for money": (Consent(A, A, L, A), A, L),
}


@pytest.mark.parametrize(("consent", "training", "input_"), ANSWERS.values(), ids=ANSWERS)
def test_what_each_purpose_is_told(consent, training, input_):
    told = {purpose: Agent("x", "y", purpose).answer(consent) for purpose in Purpose}
    assert told[Purpose.TRAINING] == told[Purpose.DATASET] == training
    assert told[Purpose.SEARCH] == told[Purpose.USER] == input_
    assert told[Purpose.INDEX] == told[Purpose.PREVIEW] == told[Purpose.OTHER] == A, (
        "nobody who leads people here is turned away"
    )


def test_a_decision_goes_before_all_terms():
    gptbot, preview = ROSTER.match("GPTBot"), ROSTER.match("Twitterbot")
    ours = ROSTER.but_for([replace(gptbot, rule=Rule.ALLOW), replace(preview, rule=Rule.REFUSE)])
    assert ours.match("GPTBot").answer(Consent()) == A
    assert ours.match("Twitterbot").answer(PRESETS["allowed"]) == D
    assert "GPTBot" not in {agent.name for agent in ours.gathering}
    assert ours.banned == ("Twitterbot",)
    assert len(ours.agents) == len(ROSTER.agents)


def test_an_empty_list_knows_nobody():
    assert Roster([]).match("GPTBot") is None
    assert ROSTER.signed_by("agent.bot.goog").name == "Google-Agent"
