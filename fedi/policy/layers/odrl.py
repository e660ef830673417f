"""The policy document: ODRL 2.2 (W3C Recommendation 2018) as JSON-LD, exact for every use.

One rule for each use: a prohibition, a permission with a duty (obtainConsent for "ask", compensate for "licence"), or a
permission. Mining is TDMRep's action, indexing ODRL's own, the rest our vocabulary's. The context is inline; its words
are those of ODRL's own.
"""

from typing import Any

from fedi.policy.consent import Answer
from fedi.policy.registry import layer
from fedi.policy.terms import Terms
from fedi.policy.vocabulary import ACTIONS, CONTEXT, PROFILE

_IDS = ("profile", "target", "assigner", "permission", "prohibition", "duty", "refinement", "attributedParty")
_WORDS = ("action", "conflict", "leftOperand", "operator")
POLICY_CONTEXT: dict[str, Any] = {
    **{prefix: CONTEXT[prefix] for prefix in ("noai", "odrl", "tdm", "dc")},
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "uid": "@id",
    **{name: {"@id": f"odrl:{name}", "@type": "@id"} for name in _IDS},
    **{name: {"@id": f"odrl:{name}", "@type": "@vocab"} for name in _WORDS},
    "rightOperand": "odrl:rightOperand",
    "unit": "odrl:unit",
    "vcard:hasEmail": {"@type": "@id"},
    "vcard:hasURL": {"@type": "@id"},
    "license": {"@id": "dc:license", "@type": "@id"},
}


@layer("odrl")
def render(terms: Terms) -> dict[str, Any]:
    """The policy at `terms.policy`; its target is whatever names it with odrl:hasPolicy."""
    answers = terms.consent.axes
    target = f"{terms.policy.partition('?')[0]}#works"
    rules: dict[str, list[dict[str, Any]]] = {"permission": [], "prohibition": []}
    for axis, answer in answers.items():
        rule: dict[str, Any] = {"target": target, "action": ACTIONS[axis]}
        if duty := _duty(terms, axis):
            rule["duty"] = [duty]
        rules["prohibition" if answer == Answer.DENY else "permission"].append(rule)
    offers = {Answer.ASK, Answer.LICENCE} & set(answers.values())
    said: dict[str, Any] = {
        "@context": POLICY_CONTEXT,
        "@type": "odrl:Offer" if offers else "odrl:Set",
        "uid": terms.policy,
        "profile": PROFILE,
        "conflict": "odrl:prohibit",
        "assigner": _assigner(terms),
        "license": terms.licence_link,
        "dc:rights": terms.rights,
        **{name: each for name, each in rules.items() if each},
    }
    if terms.version:
        said["dc:hasVersion"] = str(terms.version)
    return said


def _duty(terms: Terms, axis: str) -> dict[str, Any] | None:
    """What has to be done before the use; None where there is nothing."""
    answer = terms.consent.axes[axis]
    if answer == Answer.ASK:
        return {"action": "odrl:obtainConsent"}
    if answer == Answer.LICENCE and terms.price:
        amount = {
            "leftOperand": "odrl:payAmount",
            "operator": "odrl:gteq",
            "rightOperand": {"@value": terms.price.amount, "@type": "xsd:decimal"},
            "unit": terms.price.currency,
        }
        return {"action": {"rdf:value": {"@id": "odrl:compensate"}, "refinement": [amount]}}
    if answer == Answer.LICENCE:
        return {"action": "odrl:compensate"}
    if answer == Answer.ALLOW and axis != "search" and terms.licence.key != "cc0":
        return {"action": "odrl:attribute", "attributedParty": terms.holder_url}
    return None


def _assigner(terms: Terms) -> dict[str, Any]:
    said = {"uid": terms.holder_url, "vcard:fn": terms.holder_name, "vcard:hasURL": terms.licence_url}
    if terms.contact.startswith("mailto:"):
        said["vcard:hasEmail"] = terms.contact
    elif terms.contact:
        said["vcard:hasURL"] = terms.contact
    return said
