"""The small values that several places carry, read: robots tokens, Content-Usage, Content-Signal, TDMRep, PLUS."""

from typing import Any

import http_sf

from fedi.policy.consent import Answer
from fedi.policy.reading.signal import Axes

TRAINING = ("train_generative", "train_other")
# What TDMRep reserves: text and data mining, of which training is a case (recital 105 of the AI Act). Of what a
# finished model is given as input it does not speak.
MINING = (*TRAINING, "data_mining")
_SIGNALS = {"search": ("search",), "ai-input": ("inference",), "ai-train": TRAINING}
_USAGES = {"train-ai": "train_generative", "search": "search"}


def deny(*axes: str) -> dict[str, Answer]:
    return dict.fromkeys(axes, Answer.DENY)


def allow(*axes: str) -> dict[str, Answer]:
    return dict.fromkeys(axes, Answer.ALLOW)


def robots_tokens(value: str) -> Axes:
    """`noai` and `noimageai` mean training "of any kind" (DeviantArt, 2022); `noml` says the same (noml.info)."""
    tokens = {token.strip().lower() for token in value.split(",")}
    axes = allow("search") if tokens & {"index", "all"} else {}
    if tokens & {"noindex", "none"}:
        axes |= deny("search")
    if tokens & {"noai", "noimageai", "noml"}:
        axes |= deny(*TRAINING)
    return axes


def content_usage(value: str) -> Axes | None:
    """AIPREF (attach-05, vocabulary -07): a dictionary of tokens. None where it cannot be parsed, and so says nothing.

    The words of older drafts (`train-genai`, `bots`, `tdm`, ...) are unknown now, and unknown words say nothing.
    """
    try:
        said: Any = http_sf.parse(value.encode("ascii"), tltype="dictionary")
    except (ValueError, RecursionError):
        return None
    answers = {http_sf.Token("y"): Answer.ALLOW, http_sf.Token("n"): Answer.DENY}
    axes = {}
    for name, axis in _USAGES.items():
        word = said[name][0] if name in said else None
        if isinstance(word, http_sf.Token) and word in answers:
            axes[axis] = answers[word]
    return axes


def content_signal(value: str) -> Axes:
    """Cloudflare's words (draft-romm-aipref-contentsignals): `ai-train` lumps both kinds of training."""
    axes: dict[str, Answer] = {}
    for part in value.split(","):
        name, _, word = (piece.strip().lower() for piece in part.partition("="))
        if name in _SIGNALS and word in {"yes", "no"}:
            # said twice: any no wins
            mine = (allow if word == "yes" else deny)(*_SIGNALS[name])
            axes = mine | {axis: each for axis, each in axes.items() if each == Answer.DENY or axis not in mine}
    return axes


def reservation(value: object) -> Axes:
    """TDMRep (W3C CG 2024-05-10): 1 reserves, 0 does not, anything else is no value of it."""
    word = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return deny(*MINING) if word == "1" else allow(*MINING) if word == "0" else {}


def data_mining(value: str) -> tuple[Axes, bool]:
    """(axes, whether it is coarse) of PLUS DataMining (IPTC 2023.1), which has no word for use as input.

    "See constraint" and unknown prohibitions are read as a plain no: no machine reads the prose they point to.
    """
    key = value.strip().rpartition("/")[2].upper()
    if key in _MINING:
        return _MINING[key]
    return (deny(*MINING), True) if key.startswith("DMI-PROHIBITED") else ({}, False)


_MINING: dict[str, tuple[Axes, bool]] = {
    "DMI-UNSPECIFIED": ({}, False),
    "DMI-ALLOWED": (allow(*MINING, "search"), False),
    "DMI-PROHIBITED-AIMLTRAINING": (deny(*TRAINING), False),
    "DMI-PROHIBITED-GENAIMLTRAINING": (deny("train_generative"), False),
    "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING": (deny(*MINING) | allow("search"), False),
    # The only word with which search can be refused, so that it may say more than is meant.
    "DMI-PROHIBITED": (deny(*MINING, "search"), True),
}
