"""robots.txt (RFC 9309) with AIPREF Content-Usage (attach-05: the path is required) and Content-Signal.

`Disallow` lines stand before `Allow: /`, as some parsers take the first match.
"""

from collections.abc import Sequence

from fedi.policy import signals
from fedi.policy.agents import Agent
from fedi.policy.consent import Answer
from fedi.policy.registry import layer
from fedi.policy.terms import Terms

CLOSED = (
    "/api/", "/oauth/", "/inbox", "/settings", "/compose", "/home", "/notifications", "/inspect?", "/trap/",
)  # fmt: skip
_CLOSED_LINES = tuple(f"Disallow: {path}" for path in CLOSED)
_NOTHING = ("Disallow: /",)


@layer(
    "robots",
    lossy={
        "generative-prohibited": "AIPREF cannot speak of other training; bots that train are disallowed whole",
        "ask": "named bots are disallowed, the words are no",
        "licensed": "named bots are disallowed, the words are no",
        "custom": "bots that train are disallowed as soon as one of these is reserved",
    },
)
def render(
    terms: Terms,
    *,
    agents: Sequence[Agent],
    artists: Sequence[tuple[str, Terms]] = (),
    banned: Sequence[str] = (),
    sitemap: str = "",
) -> str:
    """The file. `artists` are (path prefix, terms) that differ from the instance; `agents` the bots to refuse where the
    uses they make are reserved, `banned` those to refuse everywhere.
    """
    lines = [f"# {terms.policy}"] if terms.policy else []
    words = _words(terms, artists)
    lines += ["User-agent: *", "Allow: /api/oembed", *_CLOSED_LINES, "Allow: /", *words]
    named: dict[tuple[str, ...], list[str]] = {}
    for agent in agents:
        named.setdefault(_rules(agent, terms, artists), []).append(agent.name)
    for rules, names in named.items():
        if rules:
            # A bot reads the group that names it and no other; where all is closed there is nothing to add.
            rest = () if rules == _NOTHING else (*_CLOSED_LINES, *words)
            lines += ["", *(f"User-agent: {name}" for name in names), *rules, *rest]
    if banned:
        lines += ["", *(f"User-agent: {agent}" for agent in banned), *_NOTHING]
    if terms.rsl_url or sitemap:
        lines.append("")
    if terms.rsl_url:
        lines.append(f"License: {terms.rsl_url}")
    if sitemap:
        lines.append(f"Sitemap: {sitemap}")
    return "\n".join(lines) + "\n"


def _words(terms: Terms, artists: Sequence[tuple[str, Terms]]) -> list[str]:
    """What may be done with what is read, by path where the word knows paths."""
    lines = [f"Content-Usage: / {signals.content_usage(terms.consent)}"]
    lines += [f"Content-Usage: {path} {signals.content_usage(each.consent)}" for path, each in artists]
    shut = [path for path, each in artists if each.consent.reserves]
    if terms.consent.reserves or not shut:  # this line knows no paths: it must not open what somebody closed
        lines.append(f"Content-Signal: {signals.content_signal(terms.consent)}")
    return lines


def _rules(agent: Agent, terms: Terms, artists: Sequence[tuple[str, Terms]]) -> tuple[str, ...]:
    """Where an agent may go, by what it would be told there; empty where nothing is closed to it."""
    rules = [f"{'Allow' if _open(agent, theirs) else 'Disallow'}: {path}" for path, theirs in artists]
    if not _open(agent, terms):
        rules += _NOTHING
    closed = any(rule.startswith("Disallow") for rule in rules)
    if closed and not any(rule.startswith("Allow") for rule in rules) and rules[-1] == _NOTHING[0]:
        return _NOTHING
    return tuple(rules) if closed else ()


def _open(agent: Agent, terms: Terms) -> bool:
    return agent.answer(terms.consent) == Answer.ALLOW
