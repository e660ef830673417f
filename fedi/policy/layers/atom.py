"""Atom (RFC 4287): the terms of a feed or an entry as `rights`, a link to the licence (RFC 4946), one to the policy,
TDMRep's words in its namespace, and exactly in our own.
"""

from xml.sax.saxutils import escape, quoteattr

from fedi.policy.registry import layer
from fedi.policy.terms import Terms
from fedi.policy.vocabulary import CONTEXT, IRIS, NAMESPACE
from fedi.text import xml_safe

NAMESPACES = {"tdm": CONTEXT["tdm"], "noai": NAMESPACE}
HAS_POLICY = "http://www.w3.org/ns/odrl/2/hasPolicy"


@layer("atom")
def render(terms: Terms) -> str:
    """Elements to stand in a feed or an entry; the prefixes are those of NAMESPACES."""
    consent = terms.consent
    policy = f'<link rel="{HAS_POLICY}" type="application/ld+json" href={quoteattr(terms.policy)}/>'
    said = {
        "tdm:reservation": "1" if consent.reserves else "0",
        "tdm:policy": terms.offer,
        "noai:consent": NAMESPACE + IRIS[consent.state],
        "noai:axes": ",".join(f"{axis}={answer}" for axis, answer in consent.axes.items()),
    }
    return "".join(
        [
            f"<rights>{escape(xml_safe(terms.rights))}</rights>",
            f'<link rel="license" href={quoteattr(terms.licence_link)}/>',
            policy if terms.policy else "",
            *(f"<{name}>{escape(value)}</{name}>" for name, value in said.items() if value),
        ]
    )
