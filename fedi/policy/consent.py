"""Consent: what an artist permits machines to do, one value over five axes.

Names of states and axes are those of docs/terms.md; the axes align with the community.lexicon.preference.ai lexicon.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cached_property

from fedi.errors import BadRequest


class Answer(StrEnum):
    """From the strictest to the most open."""

    DENY = "deny"
    ASK = "ask"
    LICENCE = "licence"
    ALLOW = "allow"


STRICTNESS = [Answer.DENY, Answer.ASK, Answer.LICENCE, Answer.ALLOW]
_LETTERS = dict(zip(STRICTNESS, "dqla", strict=True))
_ANSWERS = {letter: answer for answer, letter in _LETTERS.items()}


@dataclass(frozen=True)
class Consent:
    """An answer for each use a machine may want to make of a work."""

    train_generative: Answer = Answer.DENY
    train_other: Answer = Answer.DENY
    inference: Answer = Answer.DENY
    data_mining: Answer = Answer.DENY
    search: Answer = Answer.ALLOW

    @classmethod
    def parse(cls, text: str) -> "Consent":
        """A state (`prohibited`, ...) or single axes over the default (`train_generative=deny,search=allow`).

        Raises BadRequest with what may be written.
        """
        text = text.strip().lower()
        if text in PRESETS:
            return PRESETS[text]
        answers: dict[str, Answer] = {}
        for part in text.replace(";", ",").split(","):
            axis, equals, answer = (piece.strip() for piece in part.partition("="))
            if not equals or axis not in AXES or answer not in set(Answer):
                raise BadRequest(
                    f"consent {text!r} is unknown: write {', '.join(PRESETS)}, "
                    f"or axes such as train_generative=deny ({', '.join(AXES)}; deny, ask, licence, allow)",
                )
            answers[axis] = Answer(answer)
        return cls(**answers)

    @cached_property
    def state(self) -> str:
        """`prohibited`, `generative-prohibited`, `ask`, `licensed`, `allowed`, or `custom`."""
        return next((name for name, preset in PRESETS.items() if preset == self), "custom")

    @cached_property
    def text(self) -> str:
        """The canonical writing: `Consent.parse(consent.text) == consent`."""
        return self.state if self.state != "custom" else ",".join(f"{k}={v}" for k, v in self.axes.items())

    @cached_property
    def slug(self) -> str:
        """The same for an address: the state, or `custom-` and a letter for each use (`custom-dalqa`)."""
        if self.state != "custom":
            return self.state
        return "custom-" + "".join(_LETTERS[answer] for answer in self.axes.values())

    @classmethod
    def of_slug(cls, slug: str) -> "Consent | None":
        """Back from an address; None for what none of ours can be."""
        if slug in PRESETS:
            return PRESETS[slug]
        letters = slug.removeprefix("custom-")
        if letters == slug or len(letters) != len(AXES) or not set(letters) <= set(_ANSWERS):
            return None
        found = cls(*(_ANSWERS[letter] for letter in letters))
        return found if found.slug == slug else None

    @cached_property
    def axes(self) -> dict[str, Answer]:
        return {name: getattr(self, name) for name in AXES}

    def strictest_of(self, axes: Iterable[str]) -> Answer:
        """The strictest answer to any of these uses; ALLOW to none."""
        return min((self.axes[axis] for axis in axes), key=STRICTNESS.index, default=Answer.ALLOW)

    @cached_property
    def reserves(self) -> bool:
        """Whether text and data mining is reserved in any way (TDMRep knows only yes and no)."""
        return any(answer != Answer.ALLOW for name, answer in self.axes.items() if name != "search")


AXES = tuple(field.name for field in fields(Consent))

PRESETS = {
    "prohibited": Consent(),
    "generative-prohibited": Consent(train_other=Answer.ALLOW, data_mining=Answer.ALLOW),
    "ask": Consent(Answer.ASK, Answer.ASK, Answer.ASK, Answer.ASK),
    "licensed": Consent(Answer.LICENCE, Answer.LICENCE, Answer.LICENCE, Answer.LICENCE),
    "allowed": Consent(Answer.ALLOW, Answer.ALLOW, Answer.ALLOW, Answer.ALLOW),
}


def strictest(first: Consent, *others: Consent) -> Consent:
    """Axis by axis the strictest of all: how an instance floor and foreign signals combine."""
    every = (first, *others)
    return Consent(**{name: min((getattr(each, name) for each in every), key=STRICTNESS.index) for name in AXES})


def nearest(*scopes: Consent | None) -> Consent:
    """The first scope that speaks (image, work, gallery, artist, instance); the strict default when none does."""
    return next((each for each in scopes if each is not None), Consent())
