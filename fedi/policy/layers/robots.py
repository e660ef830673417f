"""robots.txt (RFC 9309) with AIPREF Content-Usage (attach-05: the path is required) and Content-Signal.

`Disallow` lines stand before `Allow: /`, as some parsers take the first match.
"""

from collections.abc import Sequence

from fedi.policy import signals
from fedi.policy.consent import Consent
from fedi.policy.registry import layer
from fedi.policy.terms import Terms

CLOSED = ("/api/", "/oauth/", "/inbox", "/settings", "/compose", "/home", "/notifications")


@layer(
    "robots",
    lossy={
        "generative-prohibited": "AIPREF cannot speak of other training or inference; named bots are disallowed whole"
    },
)
def render(
    terms: Terms, *, agents: Sequence[str], artists: Sequence[tuple[str, Consent]] = (), sitemap: str = ""
) -> str:
    """The file. `artists` are (path prefix, consent) that differ from the instance; `agents` the bots to refuse."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), "Allow: /"]
    lines.append(f"Content-Usage: / {signals.content_usage(terms.consent)}")
    lines += [f"Content-Usage: {path} {signals.content_usage(consent)}" for path, consent in artists]
    lines.append(f"Content-Signal: {signals.content_signal(terms.consent)}")
    open_paths = [path for path, consent in artists if not consent.reserves]
    if agents and terms.consent.reserves:
        lines += ["", *(f"User-agent: {agent}" for agent in agents)]
        lines += [f"Allow: {path}" for path in open_paths]
        lines.append("Disallow: /")
    if sitemap:
        lines += ["", f"Sitemap: {sitemap}"]
    return "\n".join(lines) + "\n"
