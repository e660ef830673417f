"""oEmbed 1.0: what a site learns that shows a link to a work as a card.

The specification has words for the author only ("providers may include additional properties"), so the terms stand
beside them under their own names.
"""

from typing import Any

from fedi.policy.facts import facts
from fedi.policy.registry import layer
from fedi.policy.terms import Terms

SAID = ("license", "rights", "rights_holder", "policy", "tdm_reservation", "tdm_policy")


@layer("oembed")
def render(terms: Terms) -> dict[str, Any]:
    """Properties to stand in an answer of any type."""
    known = facts(terms)
    said = {name: known[name] for name in SAID if known[name] is not None}
    return said | {"license_title": known["licence_title"], "ai_consent": known["consent"], "ai_axes": known["axes"]}
