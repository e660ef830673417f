"""Terms: consent with what stands around it (holder, licence, addresses), as every layer renders it."""

from dataclasses import dataclass

from fedi.errors import BadRequest
from fedi.policy.consent import Answer, Consent
from fedi.policy.disclosure import AiUse


@dataclass(frozen=True)
class Licence:
    """`spdx` is an SPDX id or None, `url` the licence's own address or '' (then the artist's terms page speaks)."""

    key: str
    title: str
    url: str
    spdx: str | None = None


def _creative_commons(code: str, title: str) -> Licence:
    return Licence(
        f"cc-{code}",
        f"CC {title} 4.0",
        f"https://creativecommons.org/licenses/{code}/4.0/",
        f"CC-{code.upper()}-4.0",
    )


LICENCES = {
    each.key: each
    for each in (
        Licence("all-rights-reserved", "All rights reserved", ""),
        _creative_commons("by", "BY"),
        _creative_commons("by-sa", "BY-SA"),
        _creative_commons("by-nc", "BY-NC"),
        _creative_commons("by-nc-sa", "BY-NC-SA"),
        _creative_commons("by-nd", "BY-ND"),
        _creative_commons("by-nc-nd", "BY-NC-ND"),
        Licence("cc0", "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
    )
}


def find_licence(text: str) -> Licence:
    """By key, SPDX id or title. Raises BadRequest naming the known ones."""
    wanted = text.strip().lower()
    for each in LICENCES.values():
        if wanted in {each.key, each.title.lower(), (each.spdx or each.key).lower()}:
            return each
    raise BadRequest(f"licence {text!r} is unknown: choose one of {', '.join(LICENCES)}")


@dataclass(frozen=True)
class Terms:
    """What every layer needs to say the same thing. Addresses are absolute."""

    consent: Consent
    holder_name: str
    holder_url: str
    year: int
    licence: Licence
    licence_url: str
    policy_url: str | None = None
    version: int = 1
    ai: AiUse | None = None  # what the maker says of AI

    @property
    def copyright(self) -> str:
        return f"© {self.year} {self.holder_name}"

    @property
    def rights(self) -> str:
        """One line for people: copyright, licence, and the answer on AI."""
        return f"{self.copyright}. {self.licence.title}. {self.sentence}"

    @property
    def sentence(self) -> str:
        """The consent in words."""
        return SENTENCES.get(self.consent.state) or _custom(self.consent)


SENTENCES = {
    "prohibited": "No AI training, no data mining, no use as AI input.",
    "generative-prohibited": "No training of generative AI, no use as AI input.",
    "ask": "AI use only after asking the artist.",
    "licensed": "AI use only under a licence of the artist.",
    "allowed": "AI use is allowed.",
}

_WORDS = {
    "train_generative": "training of generative AI",
    "train_other": "other training",
    "inference": "use as AI input",
    "data_mining": "data mining",
    "search": "search",
}
_ANSWERS = {
    Answer.DENY: "not allowed",
    Answer.ASK: "ask first",
    Answer.LICENCE: "under licence",
    Answer.ALLOW: "allowed",
}


def _custom(consent: Consent) -> str:
    said = "; ".join(f"{_WORDS[axis]}: {_ANSWERS[answer]}" for axis, answer in consent.axes.items())
    return f"{said[0].upper()}{said[1:]}."
