"""Our vocabulary: the words for an artist's answer that no other vocabulary has, and the context that all documents of
ours carry inline, so that nobody has to fetch anything to understand them.

dcterms for licence and rights, ODRL for policies, TDMRep, PLUS and FEP-5e53's `xRobotsTag` are taken as they are, and
for what the maker says of AI schema.org's `digitalSourceType` with IPTC's values and PieFed's `genAI`.
"""

from typing import Any

from fedi.policy.consent import PRESETS

NAMESPACE = "https://w3id.org/fedi/noai#"
PROFILE = NAMESPACE.rstrip("#")
CONTEXT: dict[str, Any] = {
    "noai": NAMESPACE,
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "tdm": "http://www.w3.org/ns/tdmrep#",
    "dc": "http://purl.org/dc/terms/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "aiConsent": {"@id": "noai:consent", "@type": "@id"},
    "aiAxes": "noai:axes",
    "contentUsage": "noai:contentUsage",
    "xRobotsTag": "noai:xRobotsTag",
    "policy": {"@id": "odrl:hasPolicy", "@type": "@id"},
    "tdmReservation": "tdm:reservation",
    "tdmPolicy": {"@id": "tdm:policy", "@type": "@id"},
    "dataMining": {"@id": "plus:DataMining", "@type": "@id"},
    "license": {"@id": "dc:license", "@type": "@id"},
    "rights": "dc:rights",
    "rightsHolder": {"@id": "dc:rightsHolder", "@type": "@id"},
    "digitalSourceType": {"@id": "http://schema.org/digitalSourceType", "@type": "@id"},
    "genAI": "noai:genAI",
}
# The individuals that `aiConsent` may name, by state.
IRIS = {
    "prohibited": "prohibited",
    "generative-prohibited": "generativeProhibited",
    "ask": "ask",
    "licensed": "licensed",
    "allowed": "allowed",
    "custom": "custom",
}
# The action of ODRL for each use.
ACTIONS = {
    "train_generative": "noai:trainGenerative",
    "train_other": "noai:trainOther",
    "inference": "noai:inference",
    "data_mining": "tdm:mine",
    "search": "odrl:index",
}
PROPERTIES = {
    "consent": "What the holder of the rights permits machines to do, as one of the individuals below.",
    "axes": "With `custom`: every use and its answer, as in train_generative=deny,train_other=allow,inference=ask,"
    "data_mining=deny,search=allow. The answers are deny, ask, licence and allow, from the strictest.",
    "genAI": "Whether the maker says that AI made the work (as PieFed has it); false may mean that nothing is said.",
    "logEntry": "The hash of the decision that the terms stand on, in the holder's log of decisions.",
    "contentUsage": "The value of the HTTP header Content-Usage (IETF AIPREF) for the object.",
    "xRobotsTag": "The value of the HTTP header X-Robots-Tag for the object (as FEP-5e53 proposes).",
}
USES = {
    "trainGenerative": "To train a model that makes pictures, text, sound or film.",
    "trainOther": "To train a model that makes none, such as one that recognises.",
    "inference": "To give it to a model at work as input, such as a prompt or what it looks up.",
}


def described() -> dict[str, Any]:
    """The vocabulary as a document: the context, and every term of ours with what it means (RDFS, SKOS)."""
    rdfs = "http://www.w3.org/2000/01/rdf-schema#"
    graph: list[dict[str, Any]] = [
        {"@id": f"noai:{name}", "@type": "rdf:Property", "rdfs:comment": words} for name, words in PROPERTIES.items()
    ]
    graph += [
        {"@id": f"noai:{name}", "@type": "odrl:Action", "odrl:includedIn": {"@id": "odrl:use"}, "rdfs:comment": words}
        for name, words in USES.items()
    ]
    graph += [
        {"@id": f"noai:{name}", "@type": "noai:Consent", "rdfs:comment": _words(state)} for state, name in IRIS.items()
    ]
    for each in graph:
        each["rdfs:isDefinedBy"] = {"@id": PROFILE}
    prefixes = {"rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdfs": rdfs}
    return {"@context": {**CONTEXT, **prefixes}, "@id": PROFILE, "@graph": graph}


def _words(state: str) -> str:
    if state == "custom":
        return "Another mix, which `axes` names. Without it: everything is denied but search."
    return ", ".join(f"{use}: {answer}" for use, answer in PRESETS[state].axes.items())
