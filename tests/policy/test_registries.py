"""What registries of no to AI are told: never less than the terms, in the words that each has."""

import itertools

import orjson
import pytest

from fedi.policy import registries
from fedi.policy.consent import AXES, PRESETS, Answer, Consent
from fedi.policy.registries import Entry

SPAWNING, TDMAI = registries.load()["spawning"], registries.load()["tdmai"]
EVERY = [Consent(*answers, Answer.ALLOW) for answers in itertools.product(Answer, repeat=len(AXES) - 1)]


def test_they_are_found_by_their_folder():
    assert list(registries.load()) == ["spawning", "tdmai"]
    assert all(name == each.name for name, each in registries.load().items())


@pytest.mark.parametrize("state", PRESETS)
def test_states(state):
    no = state != "allowed"
    assert bool(SPAWNING.says(PRESETS[state])) == no
    assert bool(TDMAI.says(PRESETS[state])) == no


def test_no_answer_is_made_weaker():
    """What is not said (and may then be taken back) is permitted in full, over all 256 answers."""
    for consent in EVERY:
        if not SPAWNING.says(consent):
            assert consent.train_generative == consent.train_other == Answer.ALLOW
        if not TDMAI.says(consent):
            assert {answer for axis, answer in consent.axes.items() if axis != "search"} == {Answer.ALLOW}
    assert sum(1 for consent in EVERY if not TDMAI.says(consent)) == 1
    assert sum(1 for consent in EVERY if not SPAWNING.says(consent)) == 16


def test_spawning_lists_each_address_once():
    entries = [Entry("https://art.test/media/p/a.jpg", ""), Entry("https://art.test/media/p/b.jpg", "")]
    body = SPAWNING.write([*entries, entries[0]])
    assert body == b"https://art.test/media/p/a.jpg\nhttps://art.test/media/p/b.jpg\n"


def test_tdmai_writes_the_declarations_of_its_protocol():
    """docs.tdmai.org, TDMrep Declarations: `iscc` and `tdm-reservation` must be there, `tdm-policy` may."""
    code, policy = "ISCC:KECYCMZIOY36XXGZ5S6QJQ2AEEXPOVEHZYPK6GMSFLU3WF54UPZMTPY", "https://art.test/policy"
    said = orjson.loads(TDMAI.write([Entry("a", code), Entry("b", "ISCC:B", policy), Entry("c", code)]))
    assert said == [
        {"iscc": code, "tdm-reservation": 1},
        {"iscc": "ISCC:B", "tdm-reservation": 1, "tdm-policy": policy},
    ]
    assert orjson.loads(TDMAI.unwrite([Entry("a", code, policy)])) == [{"iscc": code, "tdm-reservation": 0}]
