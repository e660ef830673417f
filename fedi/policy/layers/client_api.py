"""The client API: terms under the key `fedi` of statuses, attachments and accounts; Mastodon has no word for them."""

from typing import Any

from fedi.policy.facts import facts
from fedi.policy.registry import layer
from fedi.policy.terms import Terms

BRIEF = ("consent", "axes", "license", "policy")


@layer("client API")
def render(terms: Terms, *, brief: bool = False) -> dict[str, Any]:
    """Every fact, so that an app can show and offer them; `brief` for what stands many times in one answer."""
    known = facts(terms)
    return {name: known[name] for name in BRIEF} if brief else known
