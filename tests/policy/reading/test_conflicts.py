"""Contradictions: what cannot both be meant, and what only says the same with fewer words."""

import pytest

from fedi.policy.consent import PRESETS, Answer
from fedi.policy.reading import conflicts, words
from fedi.policy.reading.signal import Signal

NO, ASK, PAID, YES = Answer.DENY, Answer.ASK, Answer.LICENCE, Answer.ALLOW
NOAI = Signal("html meta robots", "noai", words.deny(*words.TRAINING), "p", coarse=True)
TDM = Signal("header tdm-reservation", "1", words.deny(*words.MINING), "p", coarse=True)
TDM_OPEN = Signal("header tdm-reservation", "0", words.allow(*words.MINING), "p", coarse=True)
USAGE_OPEN = Signal("header Content-Usage", "train-ai=y", {"train_generative": YES}, "p", coarse=True)
USAGE = Signal("header Content-Usage", "train-ai=n", {"train_generative": NO}, "p", coarse=True)
INDEX = Signal("html meta robots", "index", {"search": YES}, "p", coarse=True)
NOINDEX = Signal("header X-Robots-Tag", "noindex", {"search": NO}, "p", coarse=True)
GENERATIVE = Signal("xmp plus:DataMining", "GENAIMLTRAINING", {"train_generative": NO}, "f")


def exact(name):
    return Signal("activitystreams aiConsent", name, PRESETS[name].axes, "d")


def manifest(**axes):
    return Signal("c2pa cawg.training-mining", "x", axes, "f")


@pytest.mark.parametrize(("signals", "axes"), [
    ([], []), ([NOAI], []), ([NOAI, TDM, USAGE], []),
    ([exact("generative-prohibited"), NOAI, TDM, USAGE], []),  # coarse words for a finer answer
    ([exact("ask"), NOAI, TDM, USAGE], []), ([exact("licensed"), NOAI, USAGE], []),
    ([exact("licensed"), manifest(train_generative=ASK)], []),  # both lead to the artist
    ([exact("allowed"), NOAI], ["train_generative", "train_other"]),
    ([exact("allowed"), USAGE], ["train_generative"]),
    ([exact("prohibited"), TDM_OPEN], ["train_generative", "train_other", "data_mining"]),
    ([exact("generative-prohibited"), TDM_OPEN], ["train_generative"]),
    ([exact("ask"), manifest(train_generative=NO)], ["train_generative"]),
    ([exact("prohibited"), manifest(train_other=YES)], ["train_other"]),
    ([NOAI, USAGE_OPEN], ["train_generative"]),  # nothing finer explains the no
    ([NOAI, TDM_OPEN], ["train_generative", "train_other"]),
    ([INDEX, NOINDEX], ["search"]),
    ([GENERATIVE, NOAI], []),  # of other training only `noai` speaks
    ([GENERATIVE, manifest(train_generative=NO, train_other=YES), NOAI], []),
])  # fmt: skip
def test_contradictions(signals, axes):
    for ordered in (signals, signals[::-1]):
        assert [each.axis for each in conflicts.conflicts(ordered)] == axes


def test_the_strictest_is_told_and_silence_stays_silence():
    assert conflicts.strictest([GENERATIVE, NOAI]) == {"train_generative": NO, "train_other": NO}
    assert conflicts.strictest([USAGE_OPEN]) == {"train_generative": YES}
    assert conflicts.strictest([]) == {}
    assert conflicts.strictest([exact("generative-prohibited"), NOAI, TDM]) == PRESETS["generative-prohibited"].axes
    assert conflicts.strictest([exact("allowed"), NOAI])["train_other"] == NO


def test_who_is_on_which_side():
    (found, _) = conflicts.conflicts([exact("allowed"), NOAI, USAGE_OPEN, TDM_OPEN])
    assert found.strictest == NO
    assert found.sides == [
        (NO, ["html meta robots"]),
        (YES, ["activitystreams aiConsent", "header Content-Usage", "header tdm-reservation"]),
    ]
    assert found.odd == [NOAI]
    (even, *_) = conflicts.conflicts([exact("allowed"), NOAI])
    assert len(even.odd) == 2
