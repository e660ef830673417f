"""XMP inside the file: PLUS DataMining, rights, credit, Web Statement, licensor, TDMRep, and what is said of AI.

IPTC Photo Metadata 2023.1; the DataMining value is the full URI, never the bare key.
"""

from xml.sax.saxutils import escape, quoteattr

from fedi.policy import disclosure, signals
from fedi.policy.registry import layer
from fedi.policy.terms import Terms
from fedi.text import xml_safe

_BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
_END = '<?xpacket end="w"?>'
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "tdm": "http://www.w3.org/ns/tdmrep/",
}


@layer(
    "xmp",
    lossy={
        "generative-prohibited": "the PLUS key is exact, but tdm:reservation reserves all mining",
        "custom": "where a use is denied, tdm:reservation reserves all mining; the linked policy names each use",
    },
)
def render(terms: Terms, *, title: str = "", description: str = "") -> bytes:
    """A whole XMP packet, UTF-8. `description` is the alt text."""
    consent = terms.consent
    mining = signals.data_mining(consent)
    attributes = {
        "xmpRights:Marked": "True",
        "xmpRights:WebStatement": terms.licence_url,
        "photoshop:Credit": terms.holder_name,
        "plus:DataMining": mining,
        "Iptc4xmpExt:DigitalSourceType": disclosure.source(terms.ai),
        "tdm:reservation": "1" if consent.reserves else "0",
    }
    if terms.offer:
        attributes["tdm:policy"] = terms.offer
    elements = [
        _alternatives("dc:rights", terms.rights),
        _alternatives("xmpRights:UsageTerms", f"{terms.licence.title}. {terms.sentence}"),
        f"<dc:creator><rdf:Seq><rdf:li>{_text(terms.holder_name)}</rdf:li></rdf:Seq></dc:creator>",
        _licensor(terms),
        _rights_expression(terms),
    ]
    if title:
        elements.append(_alternatives("dc:title", title))
    if description:
        elements += [
            _alternatives("dc:description", description),
            _alternatives("Iptc4xmpCore:AltTextAccessibility", description),
        ]
    if mining.endswith("SEECONSTRAINT"):
        elements.append(_alternatives("plus:OtherConstraints", f"{terms.sentence} {terms.policy or terms.licence_url}"))
    spaces = " ".join(f"xmlns:{prefix}={quoteattr(uri)}" for prefix, uri in _NAMESPACES.items())
    said = " ".join(f"{name}={quoteattr(xml_safe(value))}" for name, value in attributes.items())
    packet = (
        f'{_BEGIN}<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {spaces} {said}>{"".join(elements)}</rdf:Description>'
        f"</rdf:RDF></x:xmpmeta>{_END}"
    )
    return packet.encode()


def _rights_expression(terms: Terms) -> str:
    """Where the terms stand in full: the ODRL policy, or the page for people where there is none."""
    language = "http://www.w3.org/ns/odrl/2/" if terms.policy else ""
    parts = {
        "LinkedRightsExpr": terms.policy or terms.licence_url,
        "RightsExprLangID": language,
        "RightsExprEncType": "application/ld+json" if terms.policy else "text/html",
    }
    inner = "".join(
        f"<Iptc4xmpExt:{name}>{_text(value)}</Iptc4xmpExt:{name}>" for name, value in parts.items() if value
    )
    return (
        '<Iptc4xmpExt:LinkedEncRightsExpr><rdf:Bag><rdf:li rdf:parseType="Resource">'
        f"{inner}</rdf:li></rdf:Bag></Iptc4xmpExt:LinkedEncRightsExpr>"
    )


def _licensor(terms: Terms) -> str:
    return (
        '<plus:Licensor><rdf:Seq><rdf:li rdf:parseType="Resource">'
        f"<plus:LicensorName>{_text(terms.holder_name)}</plus:LicensorName>"
        f"<plus:LicensorURL>{_text(terms.licence_url)}</plus:LicensorURL>{_mail(terms)}"
        "</rdf:li></rdf:Seq></plus:Licensor>"
    )


def _mail(terms: Terms) -> str:
    if not terms.contact.startswith("mailto:"):
        return ""
    return f"<plus:LicensorEmail>{_text(terms.contact.removeprefix('mailto:'))}</plus:LicensorEmail>"


def _alternatives(name: str, value: str) -> str:
    return f'<{name}><rdf:Alt><rdf:li xml:lang="x-default">{_text(value)}</rdf:li></rdf:Alt></{name}>'


def _text(value: str) -> str:
    return escape(xml_safe(value))
