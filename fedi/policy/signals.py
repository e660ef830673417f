"""The small values that several layers carry: robots tokens, Content-Usage, Content-Signal, PLUS DataMining."""

from fedi.policy.consent import Answer, Consent

# What places lose that know only yes and no.
RESERVED = {
    "generative-prohibited": "all mining is reserved",
    "custom": "all mining is reserved as soon as one use is, and under the strictest condition",
}
LOSSY = {
    "generative-prohibited": "noai and tdm-reservation have no generative-only form: all use by AI is reserved",
    "ask": "noai says no; the addresses lead to the conditions",
    "licensed": "noai says no; the addresses lead to the conditions",
    "custom": "all use by AI is reserved as soon as one is",
}

PLUS = "http://ns.useplus.org/ldf/vocab/"
# What PLUS has a word for: generative training, other training, data mining (of use as input it does not speak).
_KEYS = {
    (Answer.DENY, Answer.DENY, Answer.DENY): "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING",
    (Answer.DENY, Answer.DENY, Answer.ALLOW): "DMI-PROHIBITED-AIMLTRAINING",
    (Answer.DENY, Answer.ALLOW, Answer.ALLOW): "DMI-PROHIBITED-GENAIMLTRAINING",
    (Answer.LICENCE, Answer.LICENCE, Answer.LICENCE): "DMI-PROHIBITED-SEELINKEDRIGHTSEXPR",
}


def robots_tokens(consent: Consent) -> list[str]:
    """`noai, noimageai` unless every use by AI is allowed (who obeys them builds training sets of any kind);
    `noindex` without search.
    """
    tokens = []
    if consent.reserves:
        tokens += ["noai", "noimageai"]
    if consent.search != Answer.ALLOW:
        tokens.append("noindex")
    return tokens


def content_usage(consent: Consent) -> str:
    """AIPREF: an RFC 9651 dictionary of tokens (`train-ai` means generative training, vocabulary -07)."""
    return f"train-ai={_short(consent.train_generative)}, search={_short(consent.search)}"


def content_signal(consent: Consent) -> str:
    """Cloudflare's words; `ai-train` lumps both kinds of training, so yes needs both."""
    trains = consent.train_generative == Answer.ALLOW and consent.train_other == Answer.ALLOW
    words = {
        "search": consent.search == Answer.ALLOW,
        "ai-input": consent.inference == Answer.ALLOW,
        "ai-train": trains,
    }
    return ", ".join(f"{name}={'yes' if yes else 'no'}" for name, yes in words.items())


def data_mining(consent: Consent) -> str:
    """The PLUS DataMining URI (IPTC Photo Metadata 2023.1), never the bare key."""
    return PLUS + _key(consent)


def _key(consent: Consent) -> str:
    if consent.search != Answer.ALLOW:
        return "DMI-PROHIBITED"
    if not consent.reserves:
        return "DMI-ALLOWED"
    axes = (consent.train_generative, consent.train_other, consent.data_mining)
    return _KEYS.get(axes, "DMI-PROHIBITED-SEECONSTRAINT")


def _short(answer: Answer) -> str:
    return "y" if answer == Answer.ALLOW else "n"
