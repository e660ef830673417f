"""XMP inside a file: PLUS DataMining, TDMRep, rights and credit, and what IPTC and others say of AI having made it."""

from collections import defaultdict
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from fedi.policy.reading import generators, parsing, words
from fedi.policy.reading.signal import Found

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_PREFIXES = {
    "http://ns.useplus.org/ldf/xmp/1.0/": "plus",
    "http://www.w3.org/ns/tdmrep/": "tdm",
    "http://www.w3.org/ns/tdmrep#": "tdm",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
    "http://creativecommons.org/ns#": "cc",
    "http://www.tc260.org.cn/ns/AIGC/1.0/": "TC260",
}
# What is told and says nothing of AI that a machine could read.
TOLD = (
    "plus:OtherConstraints", "plus:LicensorName", "plus:LicensorURL", "plus:CopyrightOwnerName", "tdm:policy",
    "xmpRights:WebStatement", "xmpRights:UsageTerms", "xmpRights:Marked", "dc:rights", "dc:creator",
    "photoshop:Credit", "photoshop:Instructions", "Iptc4xmpExt:LinkedRightsExpr", "cc:license", "dcterms:license",
)  # fmt: skip
# IPTC Photo Metadata 2025.1, and the label that China asks for (GB 45438-2025).
AI_FIELDS = ("Iptc4xmpExt:AISystemUsed", "Iptc4xmpExt:AIPromptInformation", "TC260:AIGC")


def read(packet: bytes, source: str) -> Found:
    """One packet, in whatever encoding XML allows."""
    found = Found()
    root = parsing.as_xml(_bare(packet))
    if root is None:
        if packet.strip(b"\0 \n"):
            found.say(
                "xmp", "a packet that cannot be read", source, note="no well-formed XML, or more than is read here"
            )
        return found
    said = _properties(root)
    for value in said["plus:DataMining"]:
        axes, coarse = words.data_mining(value)
        found.say("xmp plus:DataMining", value, source, axes, coarse=coarse)
    for value in said["tdm:reservation"]:
        found.say("xmp tdm:reservation", value, source, words.reservation(value), coarse=True)
    for name in TOLD:
        for value in said[name]:
            found.say(f"xmp {name}", value, source)
    for value in said["Iptc4xmpExt:DigitalSourceType"]:
        generators.source_type(found, "xmp Iptc4xmpExt:DigitalSourceType", value, source)
    for name in AI_FIELDS:
        for value in said[name]:
            found.mark(f"xmp {name}", value, source, ai=True)
    for value in said["xmp:CreatorTool"]:
        generators.software(found, "xmp xmp:CreatorTool", value, source)
    for value in said["dc:description"]:
        generators.text(found, "xmp dc:description", value, source)
    for address in said["dcterms:provenance"]:
        found.provenance = {"state": "elsewhere", "manifest": address, "source": source}
    return found


def _bare(packet: bytes) -> bytes:
    """From the first `<` to the last `>`, in UTF-8: packets are padded, and may be UTF-16 without a mark."""
    for start, coding in ((b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be")):
        if start in packet[:8]:
            packet = packet.decode(coding, "replace").encode("utf-8", "replace")
    return packet[packet.find(b"<") : packet.rfind(b">") + 1]


def _properties(root: Element) -> dict[str, list[str]]:
    """{prefix:name: values} of every property, however RDF/XML writes it, also of those inside structures."""
    said: dict[str, list[str]] = defaultdict(list)
    for element in root.iter():
        for name, value in element.attrib.items():
            if (known := _known(name)) and value:
                said[known].append(value)
        known = _known(element.tag)
        if known:
            said[known] += _values(element)
    return said


def _values(element: Element) -> Iterator[str]:
    address = element.get(f"{RDF}resource")
    if address:
        yield address
        return
    items = [each.text or each.get(f"{RDF}resource") or "" for each in element.iter(f"{RDF}li")]
    yield from (text for each in items or [element.text or ""] if (text := each.strip()))


def _known(name: str) -> str:
    space, _, local = name.removeprefix("{").partition("}")
    return f"{_PREFIXES[space]}:{local}" if space in _PREFIXES else ""
