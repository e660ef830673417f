"""C2PA: the manifest definition with the CAWG training and data mining assertion (v1.1, DIF 2025-05-16)."""

from typing import Any

from fedi.policy.consent import Answer
from fedi.policy.disclosure import source
from fedi.policy.registry import layer
from fedi.policy.terms import Terms

ENTRIES = {
    "cawg.ai_generative_training": "train_generative",
    "cawg.ai_training": "train_other",
    "cawg.ai_inference": "inference",
    "cawg.data_mining": "data_mining",
}


@layer("c2pa", silent=["search"])
def render(terms: Terms, *, title: str = "", generator: str = "fedi", version: str = "") -> dict[str, Any]:
    """A c2pa-rs manifest definition; `constrained` names the policy in `constraint_info`."""
    return {
        "claim_generator_info": [{"name": generator, "version": version or "0"}],
        "title": title or "Artwork",
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {"actions": [{"action": "c2pa.created", "digitalSourceType": source(terms.ai)}]},
            },
            {"label": "cawg.training-mining", "data": {"entries": entries(terms)}},
        ],
    }


def entries(terms: Terms) -> dict[str, dict[str, str]]:
    """{entry: {"use": allowed | notAllowed | constrained}}."""
    return {entry: _use(terms, terms.consent.axes[axis]) for entry, axis in ENTRIES.items()}


def _use(terms: Terms, answer: Answer) -> dict[str, str]:
    if answer == Answer.ALLOW:
        return {"use": "allowed"}
    if answer == Answer.DENY:
        return {"use": "notAllowed"}
    return {"use": "constrained", "constraint_info": f"{terms.sentence} {terms.policy or terms.licence_url}"}
