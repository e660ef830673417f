"""Every one of the 1,024 consents there are: no signal says more than the artist."""

from itertools import product

import http_sf

from fedi.policy import signals
from fedi.policy.consent import AXES, Answer, Consent
from fedi.policy.layers import activitystreams, c2pa, headers, tdmrep, xmp
from fedi.policy.licences import LICENCES
from fedi.policy.terms import Terms

EVERY = [Consent(*answers) for answers in product(Answer, repeat=len(AXES))]
MACHINES = set(AXES) - {"search"}
TRAINS = {"train_generative", "train_other"}
# The uses that stay free under each key of the PLUS vocabulary (it has no word for use as input).
MINING = {
    "DMI-ALLOWED": set(AXES),
    "DMI-PROHIBITED-GENAIMLTRAINING": {"train_other", "data_mining", "search"},
    "DMI-PROHIBITED-AIMLTRAINING": {"data_mining", "search"},
    "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING": {"search"},
    "DMI-PROHIBITED-SEECONSTRAINT": {"search"},
    "DMI-PROHIBITED-SEELINKEDRIGHTSEXPR": {"search"},
    "DMI-PROHIBITED": set(),
}


def terms(consent):
    return Terms(consent, "Mira", "https://art.test/@mira", 2026, LICENCES["cc-by"], "https://art.test/@mira/licence")


def allowed(consent):
    return {axis for axis, answer in consent.axes.items() if answer == Answer.ALLOW}


def words(value):
    return {name: str(item[0]) for name, item in http_sf.parse(value.encode(), tltype="dictionary").items()}


def test_robots_tokens():
    for consent in EVERY:
        tokens = signals.robots_tokens(consent)
        assert ("noai" in tokens) == ("noimageai" in tokens) == (not allowed(consent) >= MACHINES), consent
        assert ("noindex" in tokens) == ("search" not in allowed(consent)), consent


def test_content_usage_and_signal():
    for consent in EVERY:
        free = allowed(consent)
        usage = words(signals.content_usage(consent))
        assert (usage["train-ai"] == "y") == ("train_generative" in free)
        assert (usage["search"] == "y") == ("search" in free)
        said = words(signals.content_signal(consent))
        assert (said["ai-train"] == "yes") == (free >= TRAINS)
        assert (said["ai-input"] == "yes") == ("inference" in free)
        assert (said["search"] == "yes") == ("search" in free)


def test_data_mining():
    seen = set()
    for consent in EVERY:
        key = signals.data_mining(consent).removeprefix(signals.PLUS)
        assert MINING[key] <= allowed(consent), f"{key} says more than {consent.text}"
        seen.add(key)
        said = xmp.render(terms(consent)).decode()
        assert ("plus:OtherConstraints" in said) == (key == "DMI-PROHIBITED-SEECONSTRAINT")
        assert ('tdm:reservation="0"' in said) == (allowed(consent) >= MACHINES)
    assert seen == set(MINING), "every key has a consent that needs it"


def test_reservations():
    for consent in EVERY:
        free = allowed(consent) >= MACHINES
        assert (headers.render(terms(consent))["tdm-reservation"] == "0") == free
        assert (tdmrep.render(terms(consent))[-1]["tdm-reservation"] == 0) == free


def test_c2pa_entries():
    for consent in EVERY:
        for entry, said in c2pa.entries(terms(consent)).items():
            answer = consent.axes[c2pa.ENTRIES[entry]]
            assert said["use"] == {Answer.ALLOW: "allowed", Answer.DENY: "notAllowed"}.get(answer, "constrained")
            assert ("constraint_info" in said) == (said["use"] == "constrained")


def test_activitystreams_comes_back_whole():
    for consent in EVERY:
        for kind in ("object", "actor", "attachment", "collection", "activity"):
            assert activitystreams.read(activitystreams.render(terms(consent), kind=kind)) == consent
