"""Every answer, said in every place and read back by somebody else's parser: the same uses, or documented stricter ones."""

import json
import shutil
import subprocess
import urllib.parse

import extruct
import http_sf
import lxml.html
import pytest
from protego import Protego
from pyld import jsonld

from fedi.policy import layers
from fedi.policy.agents import ROSTER
from fedi.policy.consent import AXES, PRESETS, Answer, Consent
from fedi.policy.disclosure import AiUse
from fedi.policy.layers import activitystreams, c2pa, headers, html_meta, robots, tdmrep, xmp
from fedi.policy.terms import LICENCES, Terms

STATES = {
    **PRESETS,
    "generative training only": Consent(Answer.ALLOW),
    "everything but search": Consent(*[Answer.ALLOW] * 4, search=Answer.DENY),
    "mixed": Consent(Answer.DENY, Answer.ALLOW, Answer.ASK, Answer.LICENCE, Answer.ALLOW),
}
NOAI = "https://w3id.org/fedi/noai#"
AS = "https://www.w3.org/ns/activitystreams"
MACHINES = AXES[:4]


@pytest.fixture(params=STATES, ids=str)
def terms(request):
    return Terms(
        consent=STATES[request.param],
        holder_name="Mira <Okafor> & Söhne",
        holder_url="https://art.test/@mira",
        year=2026,
        licence=LICENCES["all-rights-reserved"],
        licence_url="https://art.test/@mira/licence",
        policy_url="https://art.test/policy",
    )


def loose(consent):
    """The uses that are simply allowed."""
    return {axis for axis, answer in consent.axes.items() if answer == Answer.ALLOW}


def check(layer, consent, allowed, *, over):
    """What a place allows (of the uses `over` that it can speak of) is allowed; less only where that is documented."""
    really = loose(consent) & set(over)
    assert allowed <= really, f"{layer} is more open than the artist"
    if consent.state not in layers.load()[layer].lossy and consent.state != "custom":
        assert allowed == really, f"{layer} loses {really - allowed} and does not say so"


# --- ActivityStreams, by PyLD -----------------------------------------------------------------------------------------


def without_network(url, options):
    assert url == AS, "nothing but ActivityStreams may be needed"
    context = {
        "as": f"{AS}#",
        "id": "@id",
        "type": "@type",
        "Note": "as:Note",
        "url": {"@id": "as:url", "@type": "@id"},
    }
    return {"contextUrl": None, "documentUrl": url, "document": {"@context": context}}


@pytest.mark.parametrize("kind", ["object", "actor", "collection", "attachment", "activity"])
def test_activitystreams(terms, kind):
    document = {"@context": [AS, activitystreams.CONTEXT], "id": "https://art.test/1", "type": "Note"}
    said = activitystreams.render(terms, kind=kind)
    (expanded,) = jsonld.expand({**document, **said}, {"documentLoader": without_network})
    state = terms.consent.state
    name = {"generative-prohibited": "generativeProhibited"}.get(state, state)
    assert expanded[f"{NOAI}consent"] == [{"@id": NOAI + name}]
    assert expanded["http://purl.org/dc/terms/license"] == [{"@id": "https://art.test/@mira/licence"}]
    assert len(expanded) == len(said) + 2, "every word has a meaning"
    if state == "custom":
        axes = dict(part.split("=") for part in expanded[f"{NOAI}axes"][0]["@value"].split(","))
        assert axes == {axis: str(answer) for axis, answer in terms.consent.axes.items()}
    assert activitystreams.read(said) == terms.consent


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
        licence=LICENCES["cc0"],
        licence_url="https://art.test/@mira/licence",
        ai=ai,
    )
    said = activitystreams.render(terms)
    document = {"@context": [AS, activitystreams.CONTEXT], "id": "https://art.test/1", "type": "Note"}
    (expanded,) = jsonld.expand({**document, **said}, {"documentLoader": without_network})
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


# --- headers, by http-sf ----------------------------------------------------------------------------------------------


def read_usage(value):
    """AIPREF: only the word y allows."""
    said = {name: str(item[0]) for name, item in http_sf.parse(value.encode(), tltype="dictionary").items()}
    assert set(said) == {"train-ai", "search"}
    words = {"train-ai": "train_generative", "search": "search"}
    return {words[name] for name, word in said.items() if word == "y"}


def read_signal(value):
    said = {name: str(item[0]) for name, item in http_sf.parse(value.encode(), tltype="dictionary").items()}
    words = {"search": {"search"}, "ai-input": {"inference"}, "ai-train": {"train_generative", "train_other"}}
    assert set(said) == set(words)
    return set().union(*(words[name] for name, word in said.items() if word == "yes"))


def test_headers(terms):
    said = headers.render(terms)
    consent = terms.consent
    check("headers", consent, read_usage(said["Content-Usage"]), over={"train_generative", "search"})
    check("headers", consent, read_signal(said["Content-Signal"]), over=set(AXES) - {"data_mining"})
    tokens = [token.strip() for token in said.get("X-Robots-Tag", "").split(",")]
    assert ("noai" in tokens) == ("noimageai" in tokens) == (not set(MACHINES) <= loose(consent))
    assert ("noindex" in tokens) == ("search" not in loose(consent))
    check("headers", consent, set(MACHINES) if said["tdm-reservation"] == "0" else set(), over=MACHINES)
    assert said["Link"] == '<https://art.test/@mira/licence>; rel="license"'
    assert all(value.isascii() and "\n" not in value for value in said.values())


# --- HTML, by lxml and extruct ----------------------------------------------------------------------------------------


def test_html(terms):
    head = "".join(
        lxml.html.tostring(lxml.html.Element(tag.name, tag.attributes), encoding="unicode")
        for tag in html_meta.render(terms)
    )
    image = html_meta.image(terms, url="https://art.test/m/1.jpg", title="</script>", description="A heron")
    script = json.dumps(image).replace("<", "\\u003c")
    page = f'<html><head>{head}<script type="application/ld+json">{script}</script></head><body></body></html>'
    tree = lxml.html.fromstring(page)
    tokens = ",".join(tree.xpath('//meta[@name="robots"]/@content')).replace(" ", "").split(",")
    assert ("noai" in tokens) == (not set(MACHINES) <= loose(terms.consent))
    assert ("noindex" in tokens) == ("search" not in loose(terms.consent))
    (reserved,) = tree.xpath('//meta[@name="tdm-reservation"]/@content')
    check("html", terms.consent, set(MACHINES) if reserved == "0" else set(), over=MACHINES)
    assert tree.xpath('//link[@rel="license"]/@href') == ["https://art.test/@mira/licence"]
    (found,) = extruct.extract(page, syntaxes=["json-ld"])["json-ld"]
    assert (found["@type"], found["name"], found["creditText"]) == ("ImageObject", "</script>", "Mira <Okafor> & Söhne")
    assert found["license"] == found["acquireLicensePage"] == "https://art.test/@mira/licence"


# --- site files -------------------------------------------------------------------------------------------------------


def test_robots(terms):
    text = robots.render(terms, agents=ROSTER.gathering, artists=[("/@open", PRESETS["allowed"])])
    rules = Protego.parse(text)
    refused = {agent for agent in ROSTER.gathering if not rules.can_fetch("https://art.test/@mira", agent)}
    assert refused == (set(ROSTER.gathering) if terms.consent.reserves else set())
    assert all(rules.can_fetch("https://art.test/@open/1", agent) for agent in ROSTER.gathering)
    assert rules.can_fetch("https://art.test/@mira", "Googlebot")
    assert not rules.can_fetch("https://art.test/settings", "Googlebot")
    usage = [
        line.removeprefix("Content-Usage: ").split(" ", 1) for line in text.splitlines() if "Content-Usage" in line
    ]
    said = {urllib.parse.unquote(path): read_usage(value) for path, value in usage}
    check("robots", terms.consent, said["/"], over={"train_generative", "search"})
    assert said["/@open"] == {"train_generative", "search"}


def test_tdmrep(terms):
    rules = tdmrep.render(terms, artists=[("/@open/", PRESETS["allowed"]), ("/@open/shut/", PRESETS["prohibited"])])
    rules = json.loads(json.dumps(rules))

    def first(path):
        return next(rule for rule in rules if path.startswith(rule["location"]))

    check("tdmrep", terms.consent, set(MACHINES) if first("/@mira")["tdm-reservation"] == 0 else set(), over=MACHINES)
    assert first("/@open/1")["tdm-reservation"] == 0
    assert first("/@open/shut/1")["tdm-reservation"] == 1
    assert ("tdm-policy" in first("/@mira")) == terms.consent.reserves


# --- inside the file --------------------------------------------------------------------------------------------------

MINING = {
    "DMI-ALLOWED": set(AXES),
    "DMI-PROHIBITED": set(),
    "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING": {"search"},
    "DMI-PROHIBITED-AIMLTRAINING": {"data_mining", "search"},
    "DMI-PROHIBITED-GENAIMLTRAINING": {"train_other", "data_mining", "search"},
    "DMI-PROHIBITED-SEECONSTRAINT": {"search"},
}


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
def test_xmp(terms, tmp_path):
    file = tmp_path / "terms.xmp"
    file.write_bytes(xmp.render(terms, title="Heron & moon\x00", description="<b>bold</b>"))
    said = json.loads(subprocess.check_output(["exiftool", "-json", "-n", "-G1", file]))[0]
    mining = said["XMP-plus:DataMining"].removeprefix("http://ns.useplus.org/ldf/vocab/")
    assert mining in MINING, "the whole address is written, and it is one of the vocabulary"
    check("xmp", terms.consent, MINING[mining], over=AXES)
    assert ("XMP-plus:OtherConstraints" in said) == (mining == "DMI-PROHIBITED-SEECONSTRAINT")
    assert said["XMP-dc:Title"] == "Heron & moon"
    assert said["XMP-iptcCore:AltTextAccessibility"] == said["XMP-dc:Description"] == "<b>bold</b>"
    assert said["XMP-dc:Creator"] == said["XMP-photoshop:Credit"] == "Mira <Okafor> & Söhne"
    assert terms.sentence in said["XMP-dc:Rights"]
    assert said["XMP-xmpRights:WebStatement"] == "https://art.test/@mira/licence"


def test_c2pa(terms):
    manifest = json.loads(json.dumps(c2pa.render(terms, title="Heron", version="1")))
    said = {each["label"]: each["data"] for each in manifest["assertions"]}["cawg.training-mining"]["entries"]
    words = {
        "cawg.ai_generative_training": "train_generative", "cawg.ai_training": "train_other",
        "cawg.ai_inference": "inference", "cawg.data_mining": "data_mining",
    }  # fmt: skip
    assert set(said) == set(words)
    for entry, axis in words.items():
        answer = terms.consent.axes[axis]
        use = {Answer.ALLOW: "allowed", Answer.DENY: "notAllowed"}.get(answer, "constrained")
        assert said[entry]["use"] == use
        assert ("constraint_info" in said[entry]) == (use == "constrained")
