"""One value: written and read back, the strictest of several, and the nearest that speaks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedi.errors import BadRequest
from fedi.policy.consent import AXES, PRESETS, Answer, Consent, nearest, strictest

ORDER = ["deny", "ask", "licence", "allow"]
consents = st.builds(Consent, *[st.sampled_from(Answer)] * len(AXES))


@given(consents)
@settings(deadline=None)
def test_what_is_written_is_read(consent):
    assert Consent.parse(consent.text) == consent
    assert Consent.parse(f"  {consent.text.upper()} ") == consent
    assert Consent.parse(consent.text.replace(",", " ; ").replace("=", " = ")) == consent
    assert (consent.state == "custom") == (consent not in PRESETS.values())


@pytest.mark.parametrize("state", PRESETS)
def test_states(state):
    assert PRESETS[state].state == PRESETS[state].text == state
    assert PRESETS[state].search == Answer.ALLOW
    assert PRESETS[state].reserves == (state != "allowed")


def test_the_default_is_the_strictest_state():
    assert Consent() == PRESETS["prohibited"] == strictest(*PRESETS.values())


def test_single_axes_stand_over_the_default():
    said = Consent.parse("train_other=allow,search=deny")
    assert said.axes == {
        "train_generative": "deny", "train_other": "allow", "inference": "deny", "data_mining": "deny", "search": "deny",
    }  # fmt: skip


@pytest.mark.parametrize("text", [
    "", " ", ",", "allow", "yes", "custom", "allowed,", "allowed,search=allow", "search", "search=", "=allow", "search=maybe",
    "reserves=allow", "state=allowed", "search=allow=deny", "search=allow,,", "prohibited\x00", "x" * 100_000, "search:allow",
])  # fmt: skip
def test_what_cannot_be_read_is_refused(text):
    with pytest.raises(BadRequest):
        Consent.parse(text)


@given(st.text(max_size=60))
@settings(deadline=None)
def test_anything_is_read_or_refused(text):
    try:
        consent = Consent.parse(text)
    except BadRequest:
        return
    assert Consent.parse(consent.text) == consent


@given(consents, st.lists(consents, max_size=4))
@settings(deadline=None)
def test_the_strictest_is_taken_axis_by_axis(first, others):
    combined = strictest(first, *others)
    for axis in AXES:
        assert ORDER.index(combined.axes[axis]) == min(ORDER.index(each.axes[axis]) for each in (first, *others))
    assert strictest(combined, first, *others) == combined == strictest(*reversed((first, *others)))


def test_the_nearest_speaks():
    allowed, ask = PRESETS["allowed"], PRESETS["ask"]
    assert nearest(None, allowed, ask) == allowed
    assert nearest(ask, allowed) == ask
    assert nearest(None, None) == nearest() == Consent()
