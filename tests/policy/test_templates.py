"""What operators are given to copy says what the code says, and /terms says to people what machines are told."""

import json
import re
from pathlib import Path

import pytest
from lxml import html
from protego import Protego
from pyld import jsonld

from fedi import config
from fedi.policy.agents import ROSTER
from fedi.policy.consent import PRESETS, Answer, Consent
from fedi.policy.terms import SENTENCES
from fedi.web.pages.licence import ANSWERS, USES
from tests.policy.layers.readers import ODRL, action_of, duty_answer, no_network, robots_words
from tests.policy.layers.readers import USES as ACTIONS
from tools import robots_template

DOCS = Path(__file__).parents[2] / "docs"


def test_the_sentences_of_the_template():
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", (DOCS / "terms-of-service.md").read_text(), re.MULTILINE)
    assert dict(rows) == SENTENCES
    assert set(SENTENCES) == set(PRESETS)


def test_the_template_of_robots():
    said = (DOCS / "robots.txt").read_text()
    assert said == robots_template.text(), "run: python -m tools.robots_template"
    rules = Protego.parse(said)
    assert not any(rules.can_fetch("https://art.example/@mira/1", agent.name) for agent in ROSTER.gathering)
    assert rules.can_fetch("https://art.example/@mira/1", "Googlebot")


@pytest.mark.parametrize(
    "consent", [*PRESETS, "train_generative=deny,train_other=allow,inference=ask,data_mining=licence"]
)
@pytest.mark.parametrize("floor", ["", "generative-prohibited"])
async def test_people_read_what_machines_are_told(client, consent, floor):
    config.use(config.settings().model_copy(update={"consent_default": consent, "consent_floor": floor}))
    answer = await client.get("/terms", headers={"Accept": "text/html"})
    page = html.fromstring(await answer.get_data(as_text=True))
    words = {label: axis for axis, label in USES.items()}
    answers = {label: each for each, label in ANSWERS.items()}
    rows = page.xpath("//table//tr[td]")
    told = {words[row.xpath("string(th)")]: answers[row.xpath("string(td)")] for row in rows}
    # The policy that the page's own headers lead to, by PyLD.
    address = re.search(r'<([^>]*)>; rel="http://www.w3.org/ns/odrl/2/hasPolicy"', answer.headers["Link"])[1]
    assert page.xpath("//main//a[contains(@href, '/policies/')]/@href") == [address]
    body = await (await client.get(address.removeprefix("https://art.test"))).get_data()
    (policy,) = jsonld.expand(json.loads(body), {"documentLoader": no_network})
    machines = {ACTIONS[action_of(rule)]: duty_answer(rule) for rule in policy.get(f"{ODRL}permission", [])}
    machines |= {ACTIONS[action_of(rule)]: Answer.DENY for rule in policy.get(f"{ODRL}prohibition", [])}
    assert told == machines
    # And the headers say no more than the page.
    for use, word in robots_words(answer.headers.get("X-Robots-Tag")).items():
        assert word == Answer.DENY or told[use] == Answer.ALLOW
    reserved = any(each != Answer.ALLOW for use, each in told.items() if use != "search")
    assert answer.headers["tdm-reservation"] == str(int(reserved))
    text = " ".join(page.text_content().split())
    assert ("Article 4(3)" in text) == reserved
    if floor:
        assert SENTENCES[floor] in text
    assert Consent.parse(consent).state == "custom" or floor or SENTENCES[consent] in text
