"""robots.txt (RFC 9309) with AIPREF Content-Usage (attach-05: the path is required) and Content-Signal.

`Disallow` lines stand before `Allow: /`, as some parsers take the first match.
"""

from collections.abc import Sequence

from fedi.policy import signals
from fedi.policy.consent import Consent
from fedi.policy.registry import layer
from fedi.policy.terms import Terms

CLOSED = (
    "/api/", "/oauth/", "/inbox", "/settings", "/compose", "/home", "/notifications", "/inspect?", "/trap/",
)  # fmt: skip


@layer(
    "robots",
    lossy={
        "generative-prohibited": "AIPREF cannot speak of other training or inference; named bots are disallowed whole",
        "ask": "named bots are disallowed, the words are no",
        "licensed": "named bots are disallowed, the words are no",
    },
)
def render(
    terms: Terms,
    *,
    agents: Sequence[str],
    artists: Sequence[tuple[str, Consent]] = (),
    banned: Sequence[str] = (),
    sitemap: str = "",
) -> str:
    """The file. `artists` are (path prefix, consent) that differ from the instance; `agents` the bots to refuse where
    uses are reserved, `banned` those to refuse everywhere.
    """
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), "Allow: /"]
    lines.append(f"Content-Usage: / {signals.content_usage(terms.consent)}")
    lines += [f"Content-Usage: {path} {signals.content_usage(consent)}" for path, consent in artists]
    shut = [path for path, consent in artists if consent.reserves]
    if terms.consent.reserves or not shut:  # this line knows no paths: it must not open what somebody closed
        lines.append(f"Content-Signal: {signals.content_signal(terms.consent)}")
    named = _named(terms.consent, artists)
    if agents and named:
        lines += ["", *(f"User-agent: {agent}" for agent in agents), *named]
    if banned:
        lines += ["", *(f"User-agent: {agent}" for agent in banned), "Disallow: /"]
    if sitemap:
        lines += ["", f"Sitemap: {sitemap}"]
    return "\n".join(lines) + "\n"


def _named(consent: Consent, artists: Sequence[tuple[str, Consent]]) -> list[str]:
    """The rules of the group of named bots; empty when nothing is closed to them."""
    rules = [f"{'Disallow' if theirs.reserves else 'Allow'}: {path}" for path, theirs in artists]
    if consent.reserves:
        rules.append("Disallow: /")
    return rules if any(rule.startswith("Disallow") for rule in rules) else []
