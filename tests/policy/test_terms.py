"""Terms in words, and the licences they name."""

from itertools import product
from urllib.parse import urlsplit

import pytest

from fedi.errors import BadRequest
from fedi.policy.consent import AXES, PRESETS, Answer, Consent
from fedi.policy.licences import LICENCES, find_licence
from fedi.policy.terms import Terms


def terms(consent):
    return Terms(
        consent, "Mira", "https://art.test/@mira", 2026, LICENCES["cc-by-nc"], "https://art.test/@mira/licence"
    )


@pytest.mark.parametrize("key", LICENCES)
def test_a_licence_is_found_by_each_of_its_names(key):
    licence = LICENCES[key]
    for name in filter(None, (licence.key, licence.title, licence.spdx, f"  {licence.title.upper()} ")):
        assert find_licence(name) is licence
    if key == "all-rights-reserved":
        assert (licence.url, licence.spdx) == ("", None)
    else:
        parts = urlsplit(licence.url)
        assert (parts.scheme, parts.netloc) == ("https", "creativecommons.org")
        assert licence.spdx in {"CC0-1.0", f"CC-{parts.path.split('/')[2].upper()}-4.0"}


@pytest.mark.parametrize(
    "text", ["", "CC", "cc-by-9", "javascript:alert(1)", "https://creativecommons.org/licenses/by/4.0/"]
)
def test_an_unknown_licence_is_refused_with_the_known_ones(text):
    with pytest.raises(BadRequest, match="cc-by-nc-sa"):
        find_licence(text)


def test_rights_in_one_line():
    assert terms(PRESETS["prohibited"]).rights == (
        "© 2026 Mira. CC BY-NC 4.0. No AI training, no data mining, no use as AI input."
    )


def test_each_consent_has_words_of_its_own():
    said = [terms(Consent(*answers)).sentence for answers in product(Answer, repeat=len(AXES))]
    assert len(set(said)) == len(said)
    assert all(sentence[0].isupper() and sentence.endswith(".") and "\n" not in sentence for sentence in said)
