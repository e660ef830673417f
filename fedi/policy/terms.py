"""Terms: consent with what stands around it (holder, licence, addresses), as every layer renders it."""

import re
from dataclasses import dataclass
from functools import cached_property

from fedi.errors import BadRequest
from fedi.policy.consent import AXES, Answer, Consent
from fedi.policy.disclosure import AiUse
from fedi.policy.licences import Licence

MACHINE_AXES = tuple(axis for axis in AXES if axis != "search")


@dataclass(frozen=True)
class Price:
    """What a licence costs about: `amount` in plain decimals, `currency` by ISO 4217."""

    amount: str
    currency: str

    @classmethod
    def parse(cls, text: str) -> "Price":
        """`50 EUR`, `49.90 usd`. Raises BadRequest."""
        found = _PRICE.fullmatch(text.strip().upper())
        if found is None:
            raise BadRequest(f"{text[:40]!r} is no price: write an amount and a currency, such as 50 EUR")
        return cls(found[1], found[2])

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


_PRICE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,2})?)\s*([A-Z]{3})")
_MAIL = re.compile(r"[^@\s<>\"'()\x00-\x20,;:]{1,64}@[^@\s<>\"'()\x00-\x20,;:]{1,180}")
_PAGE = re.compile(r"https?://[^\s<>\"'\\^`{|}\x00-\x20]{1,240}")


def check_contact(text: str) -> str:
    """Where a licence is asked for, as an address: `mailto:` for e-mail. Raises BadRequest for what is neither."""
    text = text.strip()
    if _PAGE.fullmatch(text):
        return text
    if _MAIL.fullmatch(text.removeprefix("mailto:")):
        return f"mailto:{text.removeprefix('mailto:')}"
    raise BadRequest(f"{text[:60]!r} is no contact: write an e-mail address or a page (https://...)")


@dataclass(frozen=True)
class Terms:
    """What every layer needs to say the same thing. Addresses are absolute.

    `version` is the number of the decision in the holder's log that this stands on (0: no log).
    """

    consent: Consent
    holder_name: str
    holder_url: str
    year: int
    licence: Licence
    licence_url: str
    policies_url: str = ""  # the folder of the holder's policy documents
    rsl_url: str = ""
    contact: str = ""  # mailto: or https:
    price: Price | None = None
    version: int = 0
    ai: AiUse | None = None  # what the maker says of AI

    @cached_property
    def policy(self) -> str:
        """The address of the ODRL policy that says the same; '' where there is none."""
        return self._document("") if self.policies_url else ""

    @cached_property
    def offer(self) -> str:
        """The address of the TDM policy; '' where it must not be offered, which TDMRep says by silence.

        It speaks of all mining at once, so a use that is denied would be offered with the others.
        """
        wanted = self.consent.reserves and all(self.consent.axes[axis] != Answer.DENY for axis in MACHINE_AXES)
        return self._document("/tdm") if self.policies_url and wanted else ""

    def _document(self, part: str) -> str:
        version = f"?v={self.version}" if self.version else ""
        return f"{self.policies_url}/{self.consent.slug}{part}{version}"

    @cached_property
    def licence_link(self) -> str:
        """The address that `rel=license` names: the licence's own, else the page that tells the terms."""
        return self.licence.url or self.licence_url

    @cached_property
    def copyright(self) -> str:
        return f"© {self.year} {self.holder_name}"

    @cached_property
    def rights(self) -> str:
        """One line for people: copyright, licence, and the answer on AI."""
        return f"{self.copyright}. {self.licence.title}. {self.sentence}"

    @cached_property
    def sentence(self) -> str:
        """The consent in words."""
        return in_words(self.consent)


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


def in_words(consent: Consent) -> str:
    """A consent as a sentence."""
    if consent.state in SENTENCES:
        return SENTENCES[consent.state]
    said = "; ".join(f"{_WORDS[axis]}: {_ANSWERS[answer]}" for axis, answer in consent.axes.items())
    return f"{said[0].upper()}{said[1:]}."
