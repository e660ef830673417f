"""/rsl.xml (RSL 1.0, rslstandard.org): usage permitted and prohibited by path, and where a licence is asked for.

`prohibits` beats `permits`; usage tokens are separated by spaces. What is asked or licensed is permitted only against
a payment element that leads to the artist; single axes of a custom consent are said in their strictest form.
"""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from fedi.policy.consent import Answer, Consent
from fedi.policy.registry import layer
from fedi.policy.terms import Terms

NAMESPACE = "https://rslstandard.org/rsl"
MAX_AGE_DAYS = 7


@layer("rsl", lossy={"custom": "an axis that is not allowed outright is prohibited"})
def render(terms: Terms, *, artists: Sequence[tuple[str, Consent]] = ()) -> str:
    """The file; `artists` are (path, consent) that differ from the instance."""
    contents = [_content(path, consent, terms) for path, consent in [*artists, ("/", terms.consent)]]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<rsl xmlns="{NAMESPACE}" max-age="{MAX_AGE_DAYS}">\n{"".join(contents)}</rsl>\n'
    )


def _content(path: str, consent: Consent, terms: Terms) -> str:
    permits, prohibits, payment = usage(consent)
    lines = []
    if permits:
        lines.append(f'<permits type="usage">{permits}</permits>')
    if prohibits:
        lines.append(f'<prohibits type="usage">{prohibits}</prohibits>')
    if payment:
        inner = f"<custom>{escape(terms.licence_url)}</custom>" if payment != "attribution" else ""
        lines.append(f'<payment type="{payment}">{inner}</payment>')
    lines.append(f'<legal type="contact">{escape(terms.licence_url)}</legal>')
    return f"<content url={quoteattr(path)}><license>{''.join(lines)}</license></content>\n"


def usage(consent: Consent) -> tuple[str, str, str]:
    """(permits, prohibits, payment type), each '' when there is none."""
    search = "search" if consent.search == Answer.ALLOW else ""
    if consent.state == "allowed":
        return "all", "", "attribution"
    if consent.state in {"ask", "licensed"}:
        return f"{search} ai-train".strip(), "", "purchase" if consent.state == "ask" else "training"
    if consent.state == "generative-prohibited":
        return search, "ai-train ai-input", ""
    if search:
        return search, _closed(consent), ""
    return "", "all", ""


def _closed(consent: Consent) -> str:
    """`ai-all` unless every axis of AI is open."""
    open_ = all(answer == Answer.ALLOW for axis, answer in consent.axes.items() if axis != "search")
    return "" if open_ else "ai-all"
