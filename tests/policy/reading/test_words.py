"""The small values: what each means, and that garbage means nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedi.policy.consent import AXES, Answer
from fedi.policy.reading import words

NO, YES = Answer.DENY, Answer.ALLOW
TRAINING = {"train_generative": NO, "train_other": NO}
MINED = TRAINING | {"data_mining": NO}
OPEN = dict.fromkeys(MINED, YES)


@pytest.mark.parametrize(("value", "axes"), [
    ("noai, noimageai", TRAINING), ("NOAI", TRAINING), ("noimageai", TRAINING), ("noml", TRAINING),
    ("noindex,noai", TRAINING | {"search": NO}), ("none", {"search": NO}), ("index, follow", {"search": YES}),
    ("index, noindex", {"search": NO}), ("max-image-preview:large", {}), ("noarchive, nosnippet", {}), ("", {}),
    ("noaireally", {}), ("no ai", {}),
])  # fmt: skip
def test_robots_tokens(value, axes):
    assert words.robots_tokens(value) == axes


@pytest.mark.parametrize(("value", "axes"), [
    ("train-ai=n, search=y", {"train_generative": NO, "search": YES}),
    ("train-ai=y", {"train_generative": YES}),
    ("train-ai=n;until=2027", {"train_generative": NO}),
    ("train-genai=n, bots=n, tdm=n, all=n", {}),  # words of older drafts say nothing now
    ('train-ai="n"', {}), ("train-ai", {}), ("train-ai=?0", {}), ("train-ai=(n)", {}), ("", {}),
    ("Train-AI=n", None), ("train-ai=n,", None), ("/ train-ai=n", None), ("train-ai=ñ", None), ("{]", None),
])  # fmt: skip
def test_content_usage(value, axes):
    assert words.content_usage(value) == axes


@pytest.mark.parametrize(("value", "axes"), [
    ("search=yes,ai-train=no", {"search": YES, **TRAINING}),
    ("search=yes, ai-input=no, ai-train=yes", {"search": YES, "inference": NO, "train_generative": YES, "train_other": YES}),
    ("AI-Train=NO, use=reference", TRAINING), ("ai-train=maybe", {}), ("ai-train", {}), ("", {}),
    ("ai-train=no, ai-train=yes", TRAINING), ("ai-train=yes, ai-train=no", TRAINING),
])  # fmt: skip
def test_content_signal(value, axes):
    assert words.content_signal(value) == axes


@pytest.mark.parametrize(("value", "axes"), [
    ("1", MINED), (1, MINED), (" 1 ", MINED), ("0", OPEN), (0, OPEN), (True, {}), ("true", {}), ("2", {}), (None, {}), ([], {}),
])  # fmt: skip
def test_reservation(value, axes):
    assert words.reservation(value) == axes


@pytest.mark.parametrize(("key", "axes", "coarse"), [
    ("DMI-UNSPECIFIED", {}, False),
    ("DMI-ALLOWED", OPEN | {"search": YES}, False),
    ("DMI-PROHIBITED-AIMLTRAINING", TRAINING, False),
    ("DMI-PROHIBITED-GENAIMLTRAINING", {"train_generative": NO}, False),
    ("DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING", MINED | {"search": YES}, False),
    ("DMI-PROHIBITED", MINED | {"search": NO}, True),
    ("DMI-PROHIBITED-SEECONSTRAINT", MINED, True),
    ("DMI-PROHIBITED-SEELINKEDRIGHTSEXPR", MINED, True),
    ("DMI-PROHIBITED-ONMONDAYS", MINED, True),  # of a later vocabulary: the strictest
    ("DMI-SOMETHINGNEW", {}, False),
    ("yes please", {}, False),
    ("", {}, False),
])  # fmt: skip
def test_data_mining(key, axes, coarse):
    assert words.data_mining(f"http://ns.useplus.org/ldf/vocab/{key}") == (axes, coarse)
    assert words.data_mining(key) == (axes, coarse), "the bare key, as some programs write it"


@given(st.text(max_size=200))
def test_no_text_raises_or_speaks_of_other_axes(text):
    for read in (words.robots_tokens, words.content_usage, words.content_signal, words.reservation):
        assert set(read(text) or {}) <= set(AXES)
    assert set(words.data_mining(text)[0]) <= set(AXES)
