"""Every answer, said in every place and read back by somebody else's parser: the same uses, or stricter ones that the
registry and docs/terms.md name. A new layer has to bring a reader.
"""

import re
from pathlib import Path

import pytest
from pyld import jsonld

from fedi.media import credentials
from fedi.policy import layers, vocabulary
from fedi.policy.consent import AXES, PRESETS, Answer, Consent
from fedi.policy.disclosure import AiUse
from fedi.policy.layers import activitystreams, c2pa, xmp
from fedi.policy.licences import find_licence
from fedi.policy.terms import Price, Terms
from tests.policy.layers.readers import AS, NEEDS, READERS, SIGNER, STRICTEST_FIRST, no_network

STATES = {
    **PRESETS,
    "generative training only": Consent(Answer.ALLOW),
    "everything but search": Consent(*[Answer.ALLOW] * 4, search=Answer.DENY),
    "nothing, not even search": Consent(search=Answer.DENY),
    "ask or pay": Consent(Answer.ASK, Answer.LICENCE, Answer.ASK, Answer.ALLOW),
    "pay or free": Consent(Answer.LICENCE, Answer.ALLOW, Answer.ALLOW, Answer.ALLOW),
    "mixed": Consent(Answer.DENY, Answer.ALLOW, Answer.ASK, Answer.LICENCE, Answer.ALLOW),
}
LICENCE_KINDS = ["all-rights-reserved", "cc0", "Mine & yours <https://mira.example/licence?a&b>"]
NOAI = "https://w3id.org/fedi/noai#"
DOCUMENT = (Path(__file__).parents[3] / "docs" / "terms.md").read_text()


def terms_of(consent, licence="all-rights-reserved", **values):
    return Terms(
        consent=consent,
        holder_name="Mira <Okafor> & Söhne",
        holder_url="https://art.test/users/mira",
        year=2026,
        licence=find_licence(licence),
        licence_url="https://art.test/@mira/licence",
        policies_url="https://art.test/@mira/policies",
        rsl_url="https://art.test/rsl.xml",
        **{"contact": "mailto:rights@mira.example", "price": Price("50", "EUR"), "version": 3} | values,
    )


@pytest.fixture(scope="module")
def signer(tmp_path_factory):
    SIGNER.credentials = credentials.ensure(tmp_path_factory.mktemp("keys"), "art.test")


def test_every_layer_has_a_reader():
    assert set(READERS) == set(layers.load())


@pytest.mark.parametrize("name", sorted(READERS))
def test_nothing_is_weaker_and_what_is_lost_is_named(name, signer):
    if not NEEDS.get(name, True):
        pytest.skip("exiftool is not installed")
    layer = layers.load()[name]
    lost = {}
    for consent in STATES.values():
        read = READERS[name](terms_of(consent))
        assert set(AXES) - set(read) == set(layer.silent), consent.text
        for use, answer in read.items():
            meant = consent.axes[use]
            assert STRICTEST_FIRST.index(answer) <= STRICTEST_FIRST.index(meant), (
                f"{name} is weaker: {use} {consent.text}"
            )
            if answer != meant:
                lost.setdefault(consent.state, set()).add(use)
    assert set(lost) == set(layer.lossy), lost
    told = {row[1]: set(row[2].split(", ")) for row in lossy_rows() if row[0] == name}
    assert told == lost


@pytest.mark.parametrize("licence", LICENCE_KINDS)
@pytest.mark.parametrize("name", sorted(set(READERS) - {"c2pa"}))
def test_whatever_the_licence_and_without_contact_or_price(name, licence):
    """The readers look for the licence, the holder and the policy wherever a layer names them."""
    if not NEEDS.get(name, True):
        pytest.skip("exiftool is not installed")
    for terms in (terms_of(PRESETS["licensed"], licence), terms_of(PRESETS["ask"], licence, contact="", price=None)):
        READERS[name](terms)


def lossy_rows():
    """[[layer, state, uses, what it says]] of the table in docs/terms.md."""
    section = DOCUMENT.partition("## What gets lost")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \| `([^|]+)` \| ([^|]+) \| ([^|]+) \|$", section, re.MULTILINE)
    return [[layer, state, uses.replace("`", ""), says] for layer, state, uses, says in rows]


def test_the_document_says_what_the_registry_says():
    told = {(layer, state): says for layer, state, _, says in lossy_rows()}
    assert told == {(name, state): says for name, each in layers.load().items() for state, says in each.lossy.items()}
    table = DOCUMENT.partition("says nothing of")[2].partition("\n## ")[0]
    silent = re.findall(r"^\| ([^|]+) \| (`[^|]+`) \|$", table, re.MULTILINE)
    assert {name: uses.replace("`", "").split(", ") for name, uses in silent} == {
        name: list(each.silent) for name, each in layers.load().items() if each.silent
    }


def test_the_words_that_need_an_address_beside_them_are_told():
    """Who follows nothing reads `constrained`, or a prohibition: the fields of the table, as they are written."""
    section = DOCUMENT.partition("| field | `ask` | `licensed` |")[2].partition("\n\n")[0]
    told = {row[0]: row[1:] for row in re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|", section, re.MULTILINE)}
    found = {"cawg.training-mining": [], "plus:DataMining": []}
    for state in ("ask", "licensed"):
        said = c2pa.entries(terms_of(PRESETS[state]))
        (word,) = {entry["use"] for entry in said.values()}
        assert all(terms_of(PRESETS[state]).policy in entry["constraint_info"] for entry in said.values())
        found["cawg.training-mining"].append(word)
        packet = xmp.render(terms_of(PRESETS[state])).decode()
        assert packet.count(terms_of(PRESETS[state]).policy) >= 1
        found["plus:DataMining"].append(re.search(r'plus:DataMining="[^"]*/(DMI-[A-Z-]+)"', packet)[1])
    assert told == {field: tuple(words) for field, words in found.items()}


# --- what others say --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("document", "consent"), [
    ({"aiConsent": f"{NOAI}somethingNew"}, Consent()),
    ({"aiConsent": f"{NOAI}custom", "aiAxes": "nonsense"}, Consent()),
    ({"aiConsent": "https://other.test/#allowed"}, Consent()),
    ({"aiConsent": [f"{NOAI}allowed"]}, Consent()),
    ({"aiConsent": 7}, Consent()),
    ({"xRobotsTag": 7, "tag": [None, 3, "#NoAI"], "contentUsage": {}, "dataMining": [], "tdmReservation": {}}, None),
    ({"aiConsent": f"{NOAI}allowed"}, PRESETS["allowed"]),
    ({"aiConsent": f"{NOAI}allowed", "tdmReservation": 0, "contentUsage": "train-ai=y, search=y"}, PRESETS["allowed"]),
    ({"aiConsent": f"{NOAI}allowed", "xRobotsTag": "noai"}, Consent()),
    ({"aiConsent": f"{NOAI}allowed", "tag": [{"name": "#NoAI"}]}, Consent()),
    ({"aiConsent": f"{NOAI}allowed", "tdmReservation": 1}, Consent()),
    ({"aiConsent": f"{NOAI}allowed", "contentUsage": "search=y, train-ai=n"}, Consent()),
    ({"aiConsent": f"{NOAI}allowed", "dataMining": "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED"}, Consent()),
    ({"aiConsent": f"{NOAI}generativeProhibited", "xRobotsTag": "noai", "tdmReservation": 1}, PRESETS["generative-prohibited"]),
    ({"aiConsent": f"{NOAI}ask", "tag": [{"name": "#NoAI"}]}, PRESETS["ask"]),
    ({"xRobotsTag": "noindex"}, Consent(search=Answer.DENY)),
    ({"dataMining": "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING"}, Consent()),
    ({"tag": [{"type": "Hashtag", "name": "#NoAI"}]}, Consent()),
    ({"tag": {"type": "Hashtag", "name": "#noaiart"}}, Consent()),
    ({"xRobotsTag": "noindex, noai"}, Consent(search=Answer.DENY)),
    ({"tdmReservation": 1}, Consent()),
    ({"tdmReservation": 0}, None),
    ({}, None),
])  # fmt: skip
def test_what_others_say_is_read_and_never_raises(document, consent):
    assert activitystreams.read(document) == consent


SOURCES = "http://cv.iptc.org/newscodes/digitalsourcetype/"


@pytest.mark.parametrize(
    ("ai", "source", "flagged"),
    [
        (AiUse.NONE, "digitalCreation", False),
        (AiUse.ASSISTED, "compositeWithTrainedAlgorithmicMedia", False),
        (AiUse.GENERATED, "trainedAlgorithmicMedia", True),
    ],
)
def test_what_is_said_of_ai(ai, source, flagged):
    """In the document, the XMP packet and the manifest; PieFed's flag says generated alone."""
    terms = Terms(
        consent=Consent(),
        holder_name="Mira",
        holder_url="https://art.test/@mira",
        year=2026,
        licence=find_licence("cc0"),
        licence_url="https://art.test/@mira/licence",
        ai=ai,
    )
    said = activitystreams.render(terms)
    document = {"@context": [AS, vocabulary.CONTEXT], "id": "https://art.test/1", "type": "Note"}
    (expanded,) = jsonld.expand({**document, **said}, {"documentLoader": no_network})
    assert expanded["http://schema.org/digitalSourceType"] == [{"@id": SOURCES + source}]
    assert (f"{NOAI}genAI" in expanded) is flagged
    assert activitystreams.read_ai(said) == ai
    assert f'DigitalSourceType="{SOURCES}{source}"'.encode() in xmp.render(terms)
    (action,) = c2pa.render(terms)["assertions"][0]["data"]["actions"]
    assert action["digitalSourceType"] == SOURCES + source


@pytest.mark.parametrize(
    ("document", "ai"),
    [
        ({"genAI": True}, AiUse.GENERATED),
        ({"genAI": False}, None),
        ({"genAI": "yes"}, None),
        ({"digitalSourceType": f"{SOURCES}compositeWithTrainedAlgorithmicMedia", "genAI": True}, AiUse.ASSISTED),
        ({"digitalSourceType": f"{SOURCES}digitalCapture"}, None),
        ({"digitalSourceType": [1]}, None),
        ({}, None),
    ],
)
def test_what_others_say_of_ai(document, ai):
    assert activitystreams.read_ai(document) == ai
