"""robots.txt where the instance, an artist and one of her works each say something else, read by Protego."""

import pytest
from protego import Protego

from fedi.policy.agents import ROSTER
from fedi.policy.consent import PRESETS, Answer, Consent
from fedi.policy.layers import robots
from fedi.policy.licences import LICENCES
from fedi.policy.terms import Terms

AGENTS = {agent.name: agent for agent in ROSTER.agents}
CLOSED = ["prohibited", "generative-prohibited", "ask", "licensed"]


def render(state, *paths):
    artists = [(path, terms(said)) for path, said in paths]
    return robots.render(
        terms(state),
        agents=[AGENTS[name] for name in ("GPTBot", "CCBot", "OAI-SearchBot", "ChatGPT-User")],
        artists=artists,
    )


def terms(state):
    return terms_of(PRESETS[state])


def terms_of(consent):
    return Terms(consent, "art.test", "https://art.test", 2026, LICENCES["cc0"], "https://art.test/terms")


@pytest.mark.parametrize("agent", ["GPTBot", "CCBot"])
@pytest.mark.parametrize("house", PRESETS)
@pytest.mark.parametrize("closed", CLOSED)
def test_the_nearest_path_speaks(house, closed, agent):
    text = render(
        house,
        ("/@lena/7", closed), ("/@otto/8", "allowed"), ("/@lena$", "allowed"), ("/@lena/", "allowed"),
        ("/@otto$", closed), ("/@otto/", closed),
    )  # fmt: skip
    rules = Protego.parse(text)
    said = {"/@lena": True, "/@lena/1": True, "/@lena/7": False, "/@otto": False, "/@otto/1": False, "/@otto/8": True}
    for path, allowed in (said | {"/@mira": house == "allowed", "/@lena2": house == "allowed"}).items():
        assert rules.can_fetch(f"https://art.test{path}", agent) is allowed, path
        assert rules.can_fetch(f"https://art.test{path}", "Googlebot"), path


def test_one_line_for_all_opens_nothing_that_somebody_closed():
    assert "ai-train=yes" in render("allowed")
    assert "ai-train=yes" not in render("allowed", ("/@otto/", "prohibited"))
    assert "ai-train=no" in render("prohibited", ("/@lena/", "allowed"))


def test_nobody_is_named_where_nothing_is_closed():
    assert "GPTBot" not in render("allowed", ("/@lena/", "allowed"))


TRAINS, ANSWERS = ["GPTBot", "CCBot"], ["OAI-SearchBot", "ChatGPT-User"]
OPEN_TO_ANSWERS = Consent(inference=Answer.ALLOW)
OPEN_TO_TRAINING = Consent(Answer.ALLOW, Answer.ALLOW, Answer.DENY, Answer.ALLOW)


def may(text, path, agents):
    rules = Protego.parse(text)
    (said,) = {rules.can_fetch(f"https://art.test{path}", agent) for agent in agents}
    return said


@pytest.mark.parametrize("house", ["prohibited", "allowed"])
def test_who_answers_and_who_trains_are_told_apart(house):
    artists = [("/@lena/", terms_of(OPEN_TO_ANSWERS)), ("/@otto/", terms_of(OPEN_TO_TRAINING))]
    text = robots.render(terms(house), agents=[AGENTS[name] for name in TRAINS + ANSWERS], artists=artists)
    assert may(text, "/@lena/1", ANSWERS)
    assert not may(text, "/@lena/1", TRAINS)
    assert may(text, "/@otto/1", TRAINS)
    assert not may(text, "/@otto/1", ANSWERS)
    assert may(text, "/@mira/1", TRAINS + ANSWERS) is (house == "allowed")
    groups = [each for each in text.split("\n\n") if "Disallow" in each]
    assert len(groups) == 3
    for each in groups:
        assert "Content-Usage: /@lena/ train-ai=n, search=y" in each, "a bot reads its own group alone"
        assert "Disallow: /trap/" in each


@pytest.mark.parametrize("consent", [*PRESETS.values(), OPEN_TO_ANSWERS, OPEN_TO_TRAINING])
def test_robots_txt_and_the_gate_say_the_same(consent):
    rules = Protego.parse(robots.render(terms_of(consent), agents=ROSTER.gathering))
    for agent in ROSTER.gathering:
        assert rules.can_fetch("https://art.test/@mira", agent.name) is (agent.answer(consent) == Answer.ALLOW), (
            agent.name
        )
