"""NodeInfo 2.0 and 2.1: the instance's terms in `metadata`, which is free for such."""

from typing import Any

from fedi.policy.facts import facts
from fedi.policy.registry import layer
from fedi.policy.terms import Terms

SAID = ("consent", "axes", "license", "policy", "tdm_reservation", "tdm_policy", "version")


@layer("nodeinfo")
def render(terms: Terms, *, floor: str = "") -> dict[str, Any]:
    """`metadata.noai`; `floor` is the consent that no artist here goes below."""
    known = facts(terms)
    said = {name: known[name] for name in SAID if known[name] is not None}
    return said | ({"floor": floor} if floor else {})
