"""Answers in plain words."""

from collections.abc import Mapping

from fedi.policy.consent import AXES, Answer

USES = {
    "train_generative": "training of generative models",
    "train_other": "training of other models",
    "inference": "use as input of an AI",
    "data_mining": "data mining",
    "search": "search engines",
}
_FORMS = {
    Answer.DENY: "no {}",
    Answer.ASK: "{} only after asking",
    Answer.LICENCE: "{} only under a licence",
    Answer.ALLOW: "{} allowed",
}
_SEARCH = {
    Answer.DENY: "search engines may not list it",
    Answer.ASK: "search engines only after asking",
    Answer.LICENCE: "search engines only under a licence",
    Answer.ALLOW: "search engines may list it",
}


def of(axis: str, answer: Answer) -> str:
    """`No training of generative models`."""
    return _capital(_words(axis, answer))


def use(axis: str) -> str:
    """`Training of generative models`."""
    return _capital(USES[axis])


def line(axes: Mapping[str, Answer]) -> str:
    """All of them in one line; '' when there is none."""
    return _capital(", ".join(_words(axis, axes[axis]) for axis in AXES if axis in axes))


def _words(axis: str, answer: Answer) -> str:
    return _SEARCH[answer] if axis == "search" else _FORMS[answer].format(USES[axis])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
