"""XMP inside the file: PLUS DataMining, rights, credit, Web Statement, licensor, TDMRep, and what is said of AI.

IPTC Photo Metadata 2023.1; the DataMining value is the full URI, never the bare key.
"""

from xml.sax.saxutils import escape, quoteattr

from fedi.policy import disclosure, signals
from fedi.policy.registry import layer
from fedi.policy.terms import Terms

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


@layer("xmp", lossy={"custom": "axes are named in plus:OtherConstraints, the key is the strictest that fits"})
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
    if terms.policy_url and consent.reserves:
        attributes["tdm:policy"] = terms.policy_url
    elements = [
        _alternatives("dc:rights", terms.rights),
        _alternatives("xmpRights:UsageTerms", f"{terms.licence.title}. {terms.sentence}"),
        f"<dc:creator><rdf:Seq><rdf:li>{_text(terms.holder_name)}</rdf:li></rdf:Seq></dc:creator>",
        _licensor(terms),
    ]
    if title:
        elements.append(_alternatives("dc:title", title))
    if description:
        elements += [
            _alternatives("dc:description", description),
            _alternatives("Iptc4xmpCore:AltTextAccessibility", description),
        ]
    if mining.endswith("SEECONSTRAINT"):
        elements.append(_alternatives("plus:OtherConstraints", f"{terms.sentence} {terms.licence_url}"))
    spaces = " ".join(f"xmlns:{prefix}={quoteattr(uri)}" for prefix, uri in _NAMESPACES.items())
    said = " ".join(f"{name}={quoteattr(_clean(value))}" for name, value in attributes.items())
    packet = (
        f'{_BEGIN}<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {spaces} {said}>{"".join(elements)}</rdf:Description>'
        f"</rdf:RDF></x:xmpmeta>{_END}"
    )
    return packet.encode()


def _licensor(terms: Terms) -> str:
    return (
        '<plus:Licensor><rdf:Seq><rdf:li rdf:parseType="Resource">'
        f"<plus:LicensorName>{_text(terms.holder_name)}</plus:LicensorName>"
        f"<plus:LicensorURL>{_text(terms.licence_url)}</plus:LicensorURL>"
        "</rdf:li></rdf:Seq></plus:Licensor>"
    )


def _alternatives(name: str, value: str) -> str:
    return f'<{name}><rdf:Alt><rdf:li xml:lang="x-default">{_text(value)}</rdf:li></rdf:Alt></{name}>'


def _clean(value: str) -> str:
    """Characters that XML 1.0 cannot hold are dropped."""
    return "".join(
        c for c in value if c in "\t\n\r" or (c >= "\x20" and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    )


def _text(value: str) -> str:
    return escape(_clean(value))
