"""The TDM policy that `tdm-policy` leads to: TDMRep's profile of ODRL (final report 2024-05-10).

It says how mining, which is reserved, may be had: by consent, or for money. It cannot tell one use from another, so
that all of them stand under the strictest condition, and where one is denied there is no such document.
"""

from typing import Any

from fedi.policy.consent import Answer
from fedi.policy.registry import layer
from fedi.policy.terms import MACHINE_AXES, Terms

PROFILE = "http://www.w3.org/ns/tdmrep"
# The report demands exactly these two; what they define is fixed.
CONTEXTS = ["http://www.w3.org/ns/odrl.jsonld", "http://www.w3.org/ns/tdmrep.jsonld"]


@layer(
    "tdm-policy",
    lossy={
        "allowed": "there is none: tdm-reservation 0 says it",
        "generative-prohibited": "there is none, as some uses are denied",
        "custom": "none where a use is denied, else everything only by consent, or for money",
    },
    silent=["search"],
)
def render(terms: Terms) -> dict[str, Any] | None:
    """The policy at `terms.offer`; None where there is none."""
    if not terms.offer:
        return None
    answers = {terms.consent.axes[axis] for axis in MACHINE_AXES}
    duty = "compensate" if answers <= {Answer.LICENCE, Answer.ALLOW} else "obtainConsent"
    assigner = {"uid": terms.holder_url, "vcard:fn": terms.holder_name}
    if terms.contact.startswith("mailto:"):
        assigner["vcard:hasEmail"] = terms.contact
    assigner["vcard:hasURL"] = terms.contact if terms.contact.startswith("http") else terms.licence_url
    return {
        "@context": CONTEXTS,
        "@type": "Offer",
        "profile": PROFILE,
        "uid": terms.offer,
        "assigner": assigner,
        "permission": [
            {
                "target": f"{terms.policy.partition('?')[0]}#works",
                "action": "tdm:mine",
                "duty": [{"action": duty}],
            },
        ],
    }
