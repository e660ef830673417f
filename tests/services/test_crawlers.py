"""The list of agents: what an admin says, and lists of others read in."""

import json

import pytest

from fedi import db
from fedi.errors import BadRequest, NotFound
from fedi.models.crawler import CrawlerRule
from fedi.policy.agents import ROSTER, Agent, Purpose, Rule
from fedi.services import crawlers

ROBOTS = {
    "GPTBot": {"operator": "[OpenAI](https://openai.com)", "respect": "Yes", "function": "Scrapes data to train."},
    "ArtEater": {
        "operator": "[Art Eater](https://arteater.example/bot)",
        "respect": "[No](https://arteater.example/faq)",
        "function": "Collects images.",
        "description": "A data set of drawings.",
    },
    "FreshSearchBot": {"operator": "Unclear at this time.", "respect": "Unclear at this time.", "function": "AI Search Crawlers"},
    "LearnBot/2.0": {"operator": "Learn", "respect": "Yes.", "function": "LLM training."},
    "Helper-Agent": {"operator": "Help", "respect": "Yes", "function": "AI Assistants"},
    "Operator": {"operator": "OpenAI", "respect": "Yes", "function": "AI Agents"},
    "x": {"operator": "", "respect": "", "function": ""},
}  # fmt: skip


def roster():
    with db.reading() as session:
        return crawlers.roster(session)


def refresh(document):
    with db.writing() as session:
        return crawlers.refresh(session, document)


def test_robots_json_of_others(instance):
    done = refresh(ROBOTS)
    assert [name for name, _ in done.skipped] == ["Operator", "x"]
    found = {agent.name: agent for agent in roster().agents}
    assert found["GPTBot"] == ROSTER.match("GPTBot"), "what we know stays as we say it"
    assert found["ArtEater"] == Agent("ArtEater", "Art Eater", Purpose.DATASET, "no", "https://arteater.example/bot")
    assert found["FreshSearchBot"] == Agent("FreshSearchBot", "unknown", Purpose.SEARCH)
    assert found["LearnBot"] == Agent("LearnBot", "Learn", Purpose.TRAINING, "yes")
    assert found["Helper-Agent"].purpose == Purpose.USER
    assert roster().match("Mozilla/5.0 (compatible; LearnBot/2.1)").name == "LearnBot"


def test_the_next_list_takes_the_place_of_the_last(instance):
    refresh(ROBOTS)
    with db.writing() as session:
        crawlers.decide(session, "ArtEater", Rule.ALLOW)
    refresh([{"name": "NewBot", "operator": "New", "purpose": "dataset"}])
    names = {agent.name for agent in roster().agents}
    assert {"NewBot", "ArtEater", "GPTBot"} <= names, "what an admin said stays"
    assert not {"FreshSearchBot", "LearnBot"} & names
    refresh(ROBOTS)
    assert roster().match("ArtEater").rule == Rule.ALLOW


def test_our_list_goes_out_and_in(instance):
    document = json.loads(json.dumps(crawlers.describe(ROSTER.agents)))
    assert refresh(document).skipped == []
    assert roster().agents == ROSTER.agents


@pytest.mark.parametrize("document", [None, [], {}, "x", 3, [1], {"a": 1}, ["GPTBot"], {"GPTBot": None}])
def test_what_is_no_list_is_refused_whole(instance, document):
    refresh(ROBOTS)
    with pytest.raises(BadRequest):
        refresh(document)
    assert roster().match("ArtEater"), "the last list stays"


@pytest.mark.parametrize(
    "entry",
    [
        {}, {"name": "ABot"}, {"name": "ABot", "purpose": "evil"}, {"name": "", "purpose": "dataset"},
        {"name": "A" * 200, "purpose": "dataset"}, {"name": "a\nBot", "purpose": "d"}, {"name": ["x"], "purpose": "dataset"},
        {"name": "ABot", "purpose": "dataset", "obeys": "often"}, {"name": "ABot", "purpose": "dataset", "source": "javascript:1"},
        {"name": "ABot", "purpose": "dataset", "signs": "a b"},
    ],
)  # fmt: skip
def test_a_bad_entry_is_left_out(instance, entry):
    done = refresh([entry, {"name": "GoodBot", "purpose": "dataset"}])
    assert done.names == ["GoodBot"]
    assert len(done.skipped) == 1


def test_a_name_is_one_whatever_its_letters(instance):
    with db.writing() as session:
        crawlers.set_rule(session, Agent("gptBOT", "us", Purpose.PREVIEW))
        assert session.query(CrawlerRule).count() == 1
    assert roster().match("GPTBot/1.2").purpose == Purpose.PREVIEW
    with db.writing() as session:
        crawlers.forget(session, " GPTBot ")
    assert roster().match("GPTBot/1.2") == ROSTER.match("GPTBot/1.2")
    with db.writing() as session:
        with pytest.raises(NotFound):
            crawlers.forget(session, "GPTBot")
        with pytest.raises(NotFound):
            crawlers.decide(session, "Nobody", Rule.ALLOW)


def test_a_token_stays_one(instance):
    with db.writing() as session:
        crawlers.decide(session, "Google-Extended", Rule.REFUSE)
    assert roster().match("Google-Extended") is None
    assert roster().banned == ("Google-Extended",)
