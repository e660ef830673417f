"""XMP packets, in every way RDF/XML can write them."""

import pytest

from fedi.policy.consent import Answer
from fedi.policy.reading import conflicts, xmp

DMI = "http://ns.useplus.org/ldf/vocab/DMI-"
SPACES = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:x="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
    'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:tdm="http://www.w3.org/ns/tdmrep/" xmlns:t="http://purl.org/dc/terms/" '
    'xmlns:c="http://www.tc260.org.cn/ns/AIGC/1.0/"'
)
MINED = dict.fromkeys(("train_generative", "train_other", "data_mining"), Answer.DENY)


def packet(inside, attributes=""):
    body = f'<rdf:RDF {SPACES}><rdf:Description rdf:about="" {attributes}>{inside}</rdf:Description></rdf:RDF>'
    return f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>{body}{" " * 2000}<?xpacket end="w"?>'.encode()


def axes(data):
    return conflicts.strictest(xmp.read(data, "f").signals)


@pytest.mark.parametrize("data", [
    packet("", f'plus:DataMining="{DMI}PROHIBITED-SEECONSTRAINT"'),
    packet(f"<plus:DataMining>{DMI}PROHIBITED-SEECONSTRAINT</plus:DataMining>"),
    packet(f'<plus:DataMining rdf:resource="{DMI}PROHIBITED-SEECONSTRAINT"/>'),
    packet(f"<plus:DataMining><rdf:Bag><rdf:li>{DMI}PROHIBITED-SEECONSTRAINT</rdf:li></rdf:Bag></plus:DataMining>"),
    packet("", f'plus:DataMining="{DMI}PROHIBITED-SEECONSTRAINT"').decode().encode("utf-16"),
    b"\0\0" + packet("", 'tdm:reservation="1"') + b"\0\0\0",
    packet("<tdm:reservation>1</tdm:reservation>"),
])  # fmt: skip
def test_every_writing(data):
    assert axes(data) == MINED


def test_rights_and_credit_are_told_and_say_nothing_of_ai():
    found = xmp.read(packet(
        '<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© Mira. No AI.</rdf:li></rdf:Alt></dc:rights>'
        "<dc:creator><rdf:Seq><rdf:li>Mira</rdf:li><rdf:li>Otto</rdf:li></rdf:Seq></dc:creator>"
        '<plus:Licensor><rdf:Seq><rdf:li rdf:parseType="Resource"><plus:LicensorURL>https://m.test</plus:LicensorURL></rdf:li></rdf:Seq></plus:Licensor>'
    ), "f")  # fmt: skip
    assert conflicts.strictest(found.signals) == {}
    assert {(each.layer, each.value) for each in found.signals} == {
        ("xmp dc:rights", "© Mira. No AI."), ("xmp dc:creator", "Mira"), ("xmp dc:creator", "Otto"),
        ("xmp plus:LicensorURL", "https://m.test"),
    }  # fmt: skip


@pytest.mark.parametrize(("attributes", "ai"), [
    ('x:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"', True),
    ('x:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"', True),
    ('x:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation"', False),
    ('x:AISystemUsed="Some model"', True), ('c:AIGC="{}"', True), ('xmp:CreatorTool="Midjourney v7"', True),
    ('xmp:CreatorTool="Krita 5.2"', False),
])  # fmt: skip
def test_marks(attributes, ai):
    assert [each.ai for each in xmp.read(packet("", attributes), "f").marks] == [ai]


def test_a_manifest_that_lies_elsewhere_is_told():
    found = xmp.read(packet("", 't:provenance="https://m.test/1.c2pa"'), "f")
    assert found.provenance["manifest"] == "https://m.test/1.c2pa"


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><x>&i;</x>"
)  # fmt: skip


@pytest.mark.parametrize("data", [
    BOMB.encode(),
    b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
    b"<a>" * 100_000,
    b"<a>" * 100 + b"</a>" * 100,
    b"<a>" + b"<b/>" * 30_000 + b"</a>",
    b"<a " + b" ".join(b'x%d="1"' % n for n in range(1000)),
    b"<x" * 300_000,
    b"Secret Street",
    b"<x>" + b"a" * (2 << 20) + b"</x>",
], ids=["entities", "file", "open", "deep", "many", "attributes", "junk", "text", "megabytes"])  # fmt: skip
def test_hostile_packets_are_no_packets(data):
    found = xmp.read(data, "f")
    assert conflicts.strictest(found.signals) == {}
    assert all(each.value == "a packet that cannot be read" for each in found.signals)
