"""For each layer a reader that knows the specification and nothing of ours: what it says, through others' parsers.

`READERS[layer](terms)` renders and reads back: {use: answer} for every use that the place speaks of. A reader takes the
most restrictive of several words, and follows an address to the policy document where the words say "see there".
"""

import io
import json
import re
import shutil
import subprocess
from dataclasses import dataclass

import c2pa as c2pa_library
import extruct
import feedparser
import http_sf
import lxml.etree
import lxml.html
from jinja2.utils import htmlsafe_json_dumps
from PIL import Image
from protego import Protego
from pyld import jsonld

from fedi.policy.agents import ROSTER
from fedi.policy.consent import AXES, Answer
from fedi.policy.layers import (
    activitystreams,
    ai_txt,
    atom,
    c2pa,
    client_api,
    fallback,
    headers,
    html_meta,
    nodeinfo,
    odrl,
    oembed,
    robots,
    rsl,
    rss,
    schema_org,
    sitemap,
    tdm_policy,
    tdmrep,
    xmp,
)
from fedi.policy.vocabulary import CONTEXT

STRICTEST_FIRST = [Answer.DENY, Answer.ASK, Answer.LICENCE, Answer.ALLOW]
MACHINES = AXES[:4]
AS = "https://www.w3.org/ns/activitystreams"
NOAI = "https://w3id.org/fedi/noai#"
ODRL = "http://www.w3.org/ns/odrl/2/"
TDM = "http://www.w3.org/ns/tdmrep#"
PLUS = "http://ns.useplus.org/ldf/vocab/"
HAS_POLICY = f"{ODRL}hasPolicy"
# The table of docs/terms.md, written down once more: generative, other, inference, mining, search.
STATES = {
    "prohibited": "deny deny deny deny allow",
    "generativeProhibited": "deny allow deny allow allow",
    "ask": "ask ask ask ask allow",
    "licensed": "licence licence licence licence allow",
    "allowed": "allow allow allow allow allow",
}
SENTENCES = {
    "No AI training, no data mining, no use as AI input.": "prohibited",
    "No training of generative AI, no use as AI input.": "generativeProhibited",
    "AI use only after asking the artist.": "ask",
    "AI use only under a licence of the artist.": "licensed",
    "AI use is allowed.": "allowed",
}


def answers(state, axes=None):
    """The answers of an individual of the vocabulary; `axes` are the words that `custom` needs."""
    if state == "custom":
        return {name: Answer(answer) for name, answer in (part.split("=") for part in axes.split(","))}
    return dict(zip(AXES, map(Answer, STATES[state].split()), strict=True))


def every(answer, uses=MACHINES):
    return dict.fromkeys(uses, answer)


def strictest(*read):
    """Of several words in one place the most restrictive counts, use by use."""
    found = {}
    for each in read:
        for use, answer in each.items():
            found[use] = min(found.get(use, answer), answer, key=STRICTEST_FIRST.index)
    return found


# --- the policy documents ---------------------------------------------------------------------------------------------


def no_network(url, _options):
    """Nothing but ActivityStreams and TDMRep's two contexts may be needed."""
    known = {
        AS: {"as": f"{AS}#", "id": "@id", "type": "@type", "Note": "as:Note"},
        "http://www.w3.org/ns/odrl.jsonld": {
            "odrl": ODRL, "uid": "@id", "Offer": "odrl:Offer", "obtainConsent": "odrl:obtainConsent",
            "compensate": "odrl:compensate", "duty": {"@id": "odrl:duty", "@type": "@id"},
            "action": {"@id": "odrl:action", "@type": "@vocab"}, "permission": {"@id": "odrl:permission", "@type": "@id"},
            "assigner": {"@id": "odrl:assigner", "@type": "@id"}, "target": {"@id": "odrl:target", "@type": "@id"},
            "profile": {"@id": "odrl:profile", "@type": "@id"},
        },
        "http://www.w3.org/ns/tdmrep.jsonld": {"tdm": TDM},
    }  # fmt: skip
    return {"contextUrl": None, "documentUrl": url, "document": {"@context": known[url]}}


def expand(document):
    (found,) = jsonld.expand(json.loads(json.dumps(document)), {"documentLoader": no_network})
    return found


def action_of(rule):
    """The IRI of the action, also of one that has a refinement."""
    (action,) = rule[f"{ODRL}action"]
    refined = action.get("http://www.w3.org/1999/02/22-rdf-syntax-ns#value")
    return refined[0]["@id"] if refined else action["@id"]


def duty_answer(rule):
    duties = {action_of(duty) for duty in rule.get(f"{ODRL}duty", [])} - {f"{ODRL}attribute"}
    if not duties:
        return Answer.ALLOW
    return {f"{ODRL}obtainConsent": Answer.ASK, f"{ODRL}compensate": Answer.LICENCE}[duties.pop()]


USES = {
    f"{NOAI}trainGenerative": "train_generative",
    f"{NOAI}trainOther": "train_other",
    f"{NOAI}inference": "inference",
    f"{TDM}mine": "data_mining",
    f"{ODRL}index": "search",
}


def read_odrl(terms):
    policy = expand(odrl.render(terms))
    assert policy["@id"] == terms.policy
    assert policy["@type"][0] in {f"{ODRL}Set", f"{ODRL}Offer"}
    assert policy[f"{ODRL}assigner"][0]["@id"] == terms.holder_url
    found = {USES[action_of(rule)]: duty_answer(rule) for rule in policy.get(f"{ODRL}permission", [])}
    denied = {USES[action_of(rule)]: Answer.DENY for rule in policy.get(f"{ODRL}prohibition", [])}
    assert not set(found) & set(denied)
    return found | denied


def read_tdm_policy(terms):
    """No document: nothing is to be had."""
    document = tdm_policy.render(terms)
    if document is None:
        return every(Answer.DENY)
    policy = expand(document)
    assert policy["@id"] == terms.offer
    (permission,) = policy[f"{ODRL}permission"]
    assert action_of(permission) == f"{TDM}mine"
    return every(duty_answer(permission))


def follow(terms, address):
    """What the document says that a rendering leads to."""
    assert address == terms.policy
    return read_odrl(terms)


def reservation(terms, value, offer):
    """TDMRep: 0 is free; 1 is reserved, under the conditions of the policy where one is named."""
    assert value in {"0", "1"}
    if value == "0":
        return every(Answer.ALLOW)
    if not offer:
        return every(Answer.DENY)
    assert offer == terms.offer
    return read_tdm_policy(terms)


def robots_words(content):
    tokens = {token.strip() for token in (content or "").split(",")}
    assert tokens <= {"", "noai", "noimageai", "noindex"}
    assert ("noai" in tokens) == ("noimageai" in tokens)
    machines = every(Answer.DENY if "noai" in tokens else Answer.ALLOW)
    return machines | {"search": Answer.DENY if "noindex" in tokens else Answer.ALLOW}


def dictionary(value):
    return {name: str(item[0]) for name, item in http_sf.parse(value.encode(), tltype="dictionary").items()}


def usage(value):
    """AIPREF: only the word y allows."""
    said = dictionary(value)
    assert set(said) == {"train-ai", "search"}
    words = {"train-ai": "train_generative", "search": "search"}
    return {words[name]: Answer.ALLOW if word == "y" else Answer.DENY for name, word in said.items()}


def signal(value):
    said = dictionary(value)
    words = {"search": ["search"], "ai-input": ["inference"], "ai-train": ["train_generative", "train_other"]}
    assert set(said) == set(words)
    return {use: Answer.ALLOW if word == "yes" else Answer.DENY for name, word in said.items() for use in words[name]}


# --- headers, pages, objects ------------------------------------------------------------------------------------------


def read_headers(terms):
    said = headers.render(terms)
    assert all(value.isascii() and "\n" not in value for value in said.values())
    links = re.findall(r'<([^>]*)>((?:; [a-z]+="[^"]*")*)', said["Link"])
    by_relation = {(dict(re.findall(r'([a-z]+)="([^"]*)"', rest))["rel"], "rsl" in rest): href for href, rest in links}
    assert by_relation["license", False] == (terms.licence.url or terms.licence_url)
    assert by_relation["license", True] == terms.rsl_url
    follow(terms, by_relation[HAS_POLICY, False])
    return strictest(
        robots_words(said.get("X-Robots-Tag")),
        reservation(terms, said["tdm-reservation"], said.get("tdm-policy")),
        usage(said["Content-Usage"]),
        signal(said["Content-Signal"]),
    )


def page(terms, *structured):
    tags = [lxml.html.Element(tag.name, tag.attributes) for tag in html_meta.render(terms)]
    head = "".join(lxml.html.tostring(tag, encoding="unicode") for tag in tags)
    # As templates print it (`tojson`).
    data = "".join(f'<script type="application/ld+json">{htmlsafe_json_dumps(each)}</script>' for each in structured)
    return f"<html><head>{head}{data}</head><body></body></html>"


def read_html(terms):
    tree = lxml.html.fromstring(page(terms))

    def meta(name):
        found = tree.xpath(f'//meta[@name="{name}"]/@content')
        assert len(found) <= 1
        return found[0] if found else None

    (licence,) = tree.xpath('//link[@rel="license"][not(@type)]/@href')
    assert licence == (terms.licence.url or terms.licence_url)
    assert tree.xpath('//link[@rel="license"][@type="application/rsl+xml"]/@href') == [terms.rsl_url]
    follow(terms, tree.xpath(f'//link[@rel="{HAS_POLICY}"]/@href')[0])
    return strictest(robots_words(meta("robots")), reservation(terms, meta("tdm-reservation"), meta("tdm-policy")))


def read_schema_org(terms):
    """It has no word for any use: the policy must be the one of these terms."""
    image = schema_org.image(terms, url="https://art.test/m/1.jpg", description="</script><b>")
    whole = schema_org.work(
        terms,
        url="https://art.test/@mira/1",
        title="</script>",
        description="x",
        published="2026-01-01",
        images=[image],
    )
    (found,) = extruct.extract(page(terms, whole), syntaxes=["json-ld"])["json-ld"]
    assert (found["@type"], found["name"]) == ("VisualArtwork", "</script>")
    (picture,) = found["image"]
    for each in (found, picture):
        assert each["license"] == (terms.licence.url or terms.licence_url)
        assert each["creditText"] == each["creator"]["name"] == terms.holder_name
        assert str(each["copyrightYear"]) in each["copyrightNotice"]
        follow(terms, each["usageInfo"])
    return {}


def read_activitystreams(terms):
    document = {"@context": [AS, CONTEXT], "id": "https://art.test/1", "type": "Note", **activitystreams.render(terms)}
    found = expand(document)
    assert found["http://purl.org/dc/terms/license"] == [{"@id": terms.licence.url or terms.licence_url}]
    follow(terms, found[HAS_POLICY][0]["@id"])
    (consent,) = found[f"{NOAI}consent"]
    axes = found.get(f"{NOAI}axes")
    return answers(consent["@id"].removeprefix(NOAI), axes and axes[0]["@value"])


def read_fallback(terms):
    """A person reads both; a machine of theirs the hashtag."""
    said = fallback.render(terms)
    words = lxml.html.fragment_fromstring(said.value, create_parent=True)
    assert words.xpath('//a[@rel="license"]/@href') == [terms.licence.url or terms.licence_url]
    read = {use: answer for use, answer in sentence(words.text.strip()).items() if use != "search"}
    return strictest(read, every(Answer.DENY) if said.hashtag == "NoAI" else {})


def sentence(text):
    if text in SENTENCES:
        return answers(SENTENCES[text])
    words = {
        "training of generative AI": "train_generative", "other training": "train_other", "use as AI input": "inference",
        "data mining": "data_mining", "search": "search",
    }  # fmt: skip
    said = {
        "not allowed": Answer.DENY,
        "ask first": Answer.ASK,
        "under licence": Answer.LICENCE,
        "allowed": Answer.ALLOW,
    }
    parts = (part.strip().split(": ") for part in (text[0].lower() + text[1:]).rstrip(".").split(";"))
    return {words[use]: said[answer] for use, answer in parts}


# --- files of the site ------------------------------------------------------------------------------------------------


def read_robots(terms):
    text = robots.render(terms, agents=ROSTER.gathering)
    rules = Protego.parse(text)
    groups = {}
    for agent in ROSTER.gathering:
        answering = agent.purpose in {"search", "user"}
        groups.setdefault(answering, set()).add(rules.can_fetch("https://art.test/@mira", agent.name))
    (trains,), (answers_,) = groups[False], groups[True]  # all of a kind, or none
    assert rules.can_fetch("https://art.test/@mira", "Googlebot")
    assert f"License: {terms.rsl_url}" in text.splitlines()
    lines = dict(line.split(": ", 1) for line in text.partition("\n\n")[0].splitlines() if line.startswith("Content-"))
    path, value = lines["Content-Usage"].split(" ", 1)
    assert path == "/"
    bots = every(Answer.ALLOW if trains else Answer.DENY, ("train_generative", "train_other", "data_mining"))
    bots |= {"inference": Answer.ALLOW if answers_ else Answer.DENY}
    return strictest(bots, usage(value), signal(lines["Content-Signal"]))


def read_ai_txt(terms):
    allowed = Protego.parse(ai_txt.render(terms)).can_fetch("https://art.test/@mira/1", "Spawning-AI")
    return every(Answer.ALLOW if allowed else Answer.DENY)


def read_tdmrep(terms):
    (rule,) = json.loads(json.dumps(tdmrep.render(terms)))
    assert rule["location"] == "/"
    return reservation(terms, str(rule["tdm-reservation"]), rule.get("tdm-policy"))


def read_rsl(terms):
    root = lxml.etree.fromstring(rsl.render(terms).encode())
    ns = {"r": "https://rslstandard.org/rsl"}
    (content,) = root.findall("r:content", ns)
    assert content.findtext("r:copyright", None, ns) == terms.holder_name
    follow(terms, content.findtext("r:terms", None, ns))
    (licence,) = content.findall("r:license", ns)
    permits = {token for each in licence.findall("r:permits", ns) for token in each.text.split()}
    prohibits = {token for each in licence.findall("r:prohibits", ns) for token in each.text.split()}
    payment = licence.find("r:payment", ns)
    paid = Answer.ALLOW
    if payment is not None and payment.get("type") != "attribution":
        paid = Answer.LICENCE if payment.find("r:standard", ns) is not None else Answer.ASK

    def may(token):
        names = {token, "all"} | ({"ai-all"} if token.startswith("ai-") else set())
        if names & prohibits or (permits and not names & permits):
            return Answer.DENY
        return Answer.ALLOW if token == "search" else paid

    return {"train_generative": may("ai-train"), "inference": may("ai-input"), "search": may("search")}


def read_sitemap(terms):
    names = {f"xmlns:{prefix}" if prefix else "xmlns": uri for prefix, uri in sitemap.NAMESPACES.items()}
    head = "".join(f' {name}="{uri}"' for name, uri in names.items())
    entry = sitemap.render(
        terms, page="https://art.test/@mira/1", changed="2026-01-01", pictures=["https://art.test/m/1.jpg?a&b"]
    )
    root = lxml.etree.fromstring(f"<urlset{head}>{entry}</urlset>")
    assert root.xpath("//i:loc/text()", namespaces={"i": sitemap.NAMESPACES["image"]}) == [
        "https://art.test/m/1.jpg?a&b"
    ]
    licences = root.xpath("//i:license/text()", namespaces={"i": sitemap.NAMESPACES["image"]})
    assert licences == [terms.licence.url or terms.licence_url]
    return {}


def read_rss(terms):
    names = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in rss.NAMESPACES.items())
    item = f"<item><guid>1</guid>{rss.render(terms)}</item>"
    found = feedparser.parse(f'<rss version="2.0"{names}><channel><title>x</title>{item}</channel></rss>'.encode())
    assert not found.bozo
    (entry,) = found.entries
    assert entry.rights == terms.rights
    assert entry.license == (terms.licence.url or terms.licence_url)
    follow(terms, entry.odrl_haspolicy)
    exact = answers("custom", entry.noai_axes)
    assert entry.noai_consent.removeprefix(NOAI) == "custom" or exact == answers(entry.noai_consent.removeprefix(NOAI))
    assert (entry.tdm_reservation == "1") == ({exact[use] for use in MACHINES} != {Answer.ALLOW})
    return exact


def read_atom(terms):
    names = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in atom.NAMESPACES.items())
    entry = (
        f"<entry><id>urn:x:1</id><title>x</title><updated>2026-01-01T00:00:00Z</updated>{atom.render(terms)}</entry>"
    )
    found = feedparser.parse(f'<feed xmlns="http://www.w3.org/2005/Atom"{names}>{entry}</feed>'.encode())
    assert not found.bozo
    (entry,) = found.entries
    assert entry.rights == terms.rights
    links = {link.rel: link.href for link in entry.links}
    assert links["license"] == (terms.licence.url or terms.licence_url)
    follow(terms, links[HAS_POLICY.lower()])  # feedparser writes relations in lower case
    return answers("custom", entry.noai_axes)


# --- JSON of our own --------------------------------------------------------------------------------------------------


def read_client_api(terms):
    said = json.loads(json.dumps(client_api.render(terms)))
    follow(terms, said["policy"])
    return {use: Answer(answer) for use, answer in said["axes"].items()}


def read_oembed(terms):
    said = json.loads(json.dumps(oembed.render(terms)))
    assert said["license"] == (terms.licence.url or terms.licence_url)
    return {use: Answer(answer) for use, answer in said["ai_axes"].items()}


def read_nodeinfo(terms):
    said = json.loads(json.dumps(nodeinfo.render(terms, floor="prohibited")))
    assert said["floor"] == "prohibited"
    return {use: Answer(answer) for use, answer in said["axes"].items()}


# --- inside the file --------------------------------------------------------------------------------------------------

MINING = {
    "DMI-ALLOWED": "allow allow - allow allow",
    "DMI-PROHIBITED": "deny deny - deny deny",
    "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING": "deny deny - deny allow",
    "DMI-PROHIBITED-AIMLTRAINING": "deny deny - allow allow",
    "DMI-PROHIBITED-GENAIMLTRAINING": "deny allow - allow allow",
}


def read_xmp(terms):
    """The key; where it says "see there", the linked expression. The vocabulary has no word for use as input."""
    packet = xmp.render(terms, title="Heron & moon\x00", description="<b>bold</b>")
    command = ["exiftool", "-json", "-n", "-G1", "-"]
    (said,) = json.loads(subprocess.run(command, input=packet, capture_output=True, check=True).stdout)
    key = said["XMP-plus:DataMining"].removeprefix(PLUS)
    assert ("XMP-plus:OtherConstraints" in said) == (key == "DMI-PROHIBITED-SEECONSTRAINT")
    linked = follow(terms, said["XMP-iptcExt:LinkedEncodedRightsExpr"])
    if key in MINING:
        read = {use: Answer(word) for use, word in zip(AXES, MINING[key].split(), strict=True) if word != "-"}
    else:
        assert key in {"DMI-PROHIBITED-SEECONSTRAINT", "DMI-PROHIBITED-SEELINKEDRIGHTSEXPR"}
        read = linked
    offer = said.get("XMP-tdm:Policy")
    return strictest(read, reservation(terms, str(said["XMP-tdm:Reservation"]), offer))


@dataclass
class Signer:
    """Signs a small picture; set by the fixture that makes the certificate."""

    credentials: object = None


SIGNER = Signer()


def signed(terms):
    """A JPEG with a manifest and nothing else."""
    source, target = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (32, 32), "teal").save(source, "JPEG")
    source.seek(0)
    info = c2pa_library.C2paSignerInfo(
        alg=b"es256",
        sign_cert=SIGNER.credentials.chain.read_bytes(),
        private_key=SIGNER.credentials.key.read_bytes(),
        ta_url=None,
    )
    manifest = {**c2pa.render(terms, title="Heron", version="1"), "format": "image/jpeg"}
    settings = c2pa_library.Settings.from_json('{"builder":{"thumbnail":{"enabled":false}}}')
    builder = c2pa_library.Builder(manifest, c2pa_library.Context(settings))
    builder.sign(c2pa_library.Signer.from_info(info), "image/jpeg", source, target)
    return target.getvalue()


def read_c2pa(terms):
    """A real manifest in a real file; where it is "constrained", the policy that it names."""
    target = io.BytesIO(signed(terms))
    reader = c2pa_library.Reader("image/jpeg", target)
    assert reader.get_validation_state() in {"Valid", "Trusted"}
    said = json.loads(reader.json())
    active = said["manifests"][said["active_manifest"]]
    (entries,) = (each["data"]["entries"] for each in active["assertions"] if "training-mining" in each["label"])
    words = {
        "cawg.ai_generative_training": "train_generative", "cawg.ai_training": "train_other",
        "cawg.ai_inference": "inference", "cawg.data_mining": "data_mining",
    }  # fmt: skip
    assert set(entries) == set(words)
    return {use: constrained(terms, entries[word], use) for word, use in words.items()}


def constrained(terms, entry, use):
    if entry["use"] == "constrained":
        return follow(terms, re.search(r"https?://\S+", entry["constraint_info"])[0])[use]
    return {"allowed": Answer.ALLOW, "notAllowed": Answer.DENY}[entry["use"]]


READERS = {
    "activitystreams": read_activitystreams,
    "ai.txt": read_ai_txt,
    "atom": read_atom,
    "c2pa": read_c2pa,
    "client API": read_client_api,
    "fallback": read_fallback,
    "headers": read_headers,
    "html": read_html,
    "nodeinfo": read_nodeinfo,
    "odrl": read_odrl,
    "oembed": read_oembed,
    "robots": read_robots,
    "rsl": read_rsl,
    "rss": read_rss,
    "schema.org": read_schema_org,
    "sitemap": read_sitemap,
    "tdm-policy": read_tdm_policy,
    "tdmrep": read_tdmrep,
    "xmp": read_xmp,
}
NEEDS = {"xmp": shutil.which("exiftool") is not None}
