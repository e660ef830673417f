"""robots.txt where the instance, an artist and one of her works each say something else, read by Protego."""

import pytest
from protego import Protego

from fedi.policy.consent import PRESETS
from fedi.policy.layers import robots
from fedi.policy.licences import LICENCES
from fedi.policy.terms import Terms

CLOSED = ["prohibited", "generative-prohibited", "ask", "licensed"]


def render(state, *paths):
    artists = [(path, terms(said)) for path, said in paths]
    return robots.render(terms(state), agents=["GPTBot", "CCBot"], artists=artists)


def terms(state):
    return Terms(PRESETS[state], "art.test", "https://art.test", 2026, LICENCES["cc0"], "https://art.test/terms")


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
