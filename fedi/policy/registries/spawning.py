"""Spawning's Do Not Train registry: addresses of files that shall not be used for training.

The list is plain text with one address in each line, UTF-8: the form in which Spawning's own tool asks for addresses
(datadiligence 0.1.7, `rules/spawning.py`). It has one word, do not train, so it is said where any training is denied,
to be asked for or under licence. Of all other uses it says nothing.
"""

from collections.abc import Sequence

from fedi.policy.consent import Answer, Consent
from fedi.policy.registries.registry import Entry, Registry

TRAINING = ("train_generative", "train_other")


def says(consent: Consent) -> str:
    return "do not train" if consent.strictest_of(TRAINING) != Answer.ALLOW else ""


def write(entries: Sequence[Entry]) -> bytes:
    """Each address once."""
    return "".join(f"{address}\n" for address in dict.fromkeys(entry.address for entry in entries)).encode()


REGISTRY = Registry(
    name="spawning",
    title="Do Not Train",
    operator="Spawning",
    site="https://haveibeentrained.com/",
    takes="The addresses of your pictures. Those who train models and ask Spawning leave them out.",
    known="Its site was last heard of as under maintenance (news until September 2025).",
    by_content=False,
    media_type="text/plain; charset=utf-8",
    suffix="txt",
    says=says,
    unsays="taken off",
    write=write,
    unwrite=write,
)
