"""/.well-known/tdmrep.json (TDMRep, W3C CG final report 2024-05-10): an array, first match wins."""

from collections.abc import Sequence
from typing import Any

from fedi.policy import signals
from fedi.policy.registry import layer
from fedi.policy.terms import Terms


@layer("tdmrep", lossy=signals.RESERVED, silent=["search"])
def render(terms: Terms, *, artists: Sequence[tuple[str, Terms]] = ()) -> list[dict[str, Any]]:
    """Rules from the most specific to the whole site; `artists` are (path, terms) that differ."""
    return [_rule(path, each) for path, each in [*sorted(artists, key=lambda pair: -len(pair[0])), ("/", terms)]]


def _rule(path: str, terms: Terms) -> dict[str, Any]:
    rule: dict[str, Any] = {"location": path, "tdm-reservation": 1 if terms.consent.reserves else 0}
    if terms.offer:
        rule["tdm-policy"] = terms.offer
    return rule
