"""/.well-known/tdmrep.json (TDMRep, W3C CG final report 2024-05-10): an array, first match wins."""

from collections.abc import Sequence
from typing import Any

from fedi.policy.consent import Consent
from fedi.policy.registry import layer
from fedi.policy.terms import Terms


@layer("tdmrep", lossy={"generative-prohibited": "TDMRep cannot say generative only", "ask": "1", "licensed": "1"})
def render(terms: Terms, *, artists: Sequence[tuple[str, Consent]] = ()) -> list[dict[str, Any]]:
    """Rules from the most specific to the whole site."""
    rules = [
        {"location": path, "tdm-reservation": 1 if consent.reserves else 0}
        for path, consent in sorted(artists, key=lambda each: -len(each[0]))
    ]
    last: dict[str, Any] = {"location": "/", "tdm-reservation": 1 if terms.consent.reserves else 0}
    if terms.policy_url and terms.consent.reserves:
        last["tdm-policy"] = terms.policy_url
    return [*rules, last]
