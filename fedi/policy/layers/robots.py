"""robots.txt (RFC 9309) with AIPREF Content-Usage (attach-05: the path is required) and Content-Signal.

`Disallow` lines stand before `Allow: /`, as some parsers take the first match.
"""

from collections.abc import Sequence

from fedi.policy import signals
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
        "custom": "named bots are disallowed as soon as one use is reserved",
    },
)
def render(
    terms: Terms,
    *,
    agents: Sequence[str],
    artists: Sequence[tuple[str, Terms]] = (),
    banned: Sequence[str] = (),
    sitemap: str = "",
) -> str:
    """The file. `artists` are (path prefix, terms) that differ from the instance; `agents` the bots to refuse where
    uses are reserved, `banned` those to refuse everywhere.
    """
    lines = [f"# {terms.policy}"] if terms.policy else []
    lines += ["User-agent: *", "Allow: /api/oembed", *(f"Disallow: {path}" for path in CLOSED), "Allow: /"]
    lines.append(f"Content-Usage: / {signals.content_usage(terms.consent)}")
    lines += [f"Content-Usage: {path} {signals.content_usage(each.consent)}" for path, each in artists]
    shut = [path for path, each in artists if each.consent.reserves]
    if terms.consent.reserves or not shut:  # this line knows no paths: it must not open what somebody closed
        lines.append(f"Content-Signal: {signals.content_signal(terms.consent)}")
    named = _named(terms, artists)
    if agents and named:
        lines += ["", *(f"User-agent: {agent}" for agent in agents), *named]
    if banned:
        lines += ["", *(f"User-agent: {agent}" for agent in banned), "Disallow: /"]
    if terms.rsl_url or sitemap:
        lines.append("")
    if terms.rsl_url:
        lines.append(f"License: {terms.rsl_url}")
    if sitemap:
        lines.append(f"Sitemap: {sitemap}")
    return "\n".join(lines) + "\n"


def _named(terms: Terms, artists: Sequence[tuple[str, Terms]]) -> list[str]:
    """The rules of the group of named bots; empty when nothing is closed to them."""
    rules = [f"{'Disallow' if theirs.consent.reserves else 'Allow'}: {path}" for path, theirs in artists]
    if terms.consent.reserves:
        rules.append("Disallow: /")
    return rules if any(rule.startswith("Disallow") for rule in rules) else []
