"""/rsl.xml (RSL 1.0, rslstandard.org): usage permitted and prohibited by path, and where a licence is asked for.

`prohibits` beats `permits`; usage tokens are separated by spaces. What is asked or licensed is permitted only against
a payment element that leads to the artist; single axes of a custom consent are said in their strictest form.
"""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from fedi import text
from fedi.policy.consent import Answer, Consent
from fedi.policy.registry import layer
from fedi.policy.terms import Terms

NAMESPACE = "https://rslstandard.org/rsl"
MAX_AGE_DAYS = 7


@layer(
    "rsl",
    lossy={
        "ask": "use as AI input is not offered",
        "licensed": "use as AI input is not offered",
        "custom": "a use that is not allowed is prohibited, and with it every use by AI",
    },
    silent=["train_other", "data_mining"],
)
def render(terms: Terms, *, artists: Sequence[tuple[str, Terms]] = ()) -> str:
    """The file; `artists` are (path, terms) that differ from the instance."""
    contents = [_content(path, each) for path, each in [*artists, ("/", terms)]]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<rsl xmlns="{NAMESPACE}" max-age="{MAX_AGE_DAYS}">\n{"".join(contents)}</rsl>\n'
    )


def _content(path: str, terms: Terms) -> str:
    permits, prohibits, payment = usage(terms.consent)
    lines = []
    if permits:
        lines.append(f'<permits type="usage">{permits}</permits>')
    if prohibits:
        lines.append(f'<prohibits type="usage">{prohibits}</prohibits>')
    if payment:
        lines.append(f'<payment type="{payment}">{_price(terms, payment)}</payment>')
    lines.append('<legal type="attestation">true</legal>')
    lines.append(f'<legal type="contact">{escape(terms.contact or terms.licence_url)}</legal>')
    holder = (
        f"<copyright contactUrl={quoteattr(terms.licence_url)}>{escape(text.xml_safe(terms.holder_name))}</copyright>"
    )
    says = f"<terms>{escape(terms.policy or terms.licence_url)}</terms>"
    return f"<content url={quoteattr(path)}><license>{''.join(lines)}</license>{holder}{says}</content>\n"


def _price(terms: Terms, payment: str) -> str:
    """Where the conditions stand: to be agreed on for "ask" (custom), and those of a licence (standard)."""
    where = escape(terms.licence_url)
    if payment == "purchase":
        return f"<custom>{where}</custom>"
    if payment == "training":
        amount = f'<amount currency="{terms.price.currency}">{terms.price.amount}</amount>' if terms.price else ""
        return f"<standard>{where}</standard>{amount}"
    return ""


def usage(consent: Consent) -> tuple[str, str, str]:
    """(permits, prohibits, payment type), each '' when there is none."""
    search = "search" if consent.search == Answer.ALLOW else ""
    if consent.state == "allowed":
        return "all", "", "attribution"
    if consent.state in {"ask", "licensed"}:
        return f"{search} ai-train".strip(), "", "purchase" if consent.state == "ask" else "training"
    if consent.state == "generative-prohibited":
        return search, "ai-train ai-input", ""
    return (search, "ai-all", "") if search else ("", "all", "")
