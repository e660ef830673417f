"""RSS 2.0: the terms of a channel or an item in modules that readers know, and exactly in our own words.

dc:rights (Dublin Core module), creativeCommons:license (userland module; RSS has `copyright` for channels alone),
tdm:reservation and tdm:policy in TDMRep's namespace, odrl:hasPolicy, noai:consent and noai:axes.
"""

from xml.sax.saxutils import escape

from fedi.policy.registry import layer
from fedi.policy.terms import Terms
from fedi.policy.vocabulary import CONTEXT, IRIS, NAMESPACE
from fedi.text import xml_safe

NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
    "odrl": CONTEXT["odrl"],
    "tdm": CONTEXT["tdm"],
    "noai": NAMESPACE,
}


@layer("rss")
def render(terms: Terms) -> str:
    """Elements to stand in a channel or an item; the prefixes are those of NAMESPACES."""
    consent = terms.consent
    said = {
        "dc:rights": terms.rights,
        "creativeCommons:license": terms.licence_link,
        "tdm:reservation": "1" if consent.reserves else "0",
        "tdm:policy": terms.offer,
        "noai:consent": NAMESPACE + IRIS[consent.state],
        "noai:axes": ",".join(f"{axis}={answer}" for axis, answer in consent.axes.items()),
        "odrl:hasPolicy": terms.policy,
    }
    return "".join(f"<{name}>{escape(xml_safe(value))}</{name}>" for name, value in said.items() if value)
