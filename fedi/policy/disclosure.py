"""What the maker of a work says of AI, in our words and in IPTC's (Digital Source Type NewsCodes)."""

from enum import StrEnum

from fedi.errors import BadRequest


class AiUse(StrEnum):
    """Made without AI, with its help, or by it. Who says nothing has none of these."""

    NONE = "none"
    ASSISTED = "assisted"
    GENERATED = "generated"


_NEWSCODES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_SOURCES = {
    AiUse.NONE: f"{_NEWSCODES}digitalCreation",
    AiUse.ASSISTED: f"{_NEWSCODES}compositeWithTrainedAlgorithmicMedia",
    AiUse.GENERATED: f"{_NEWSCODES}trainedAlgorithmicMedia",
}
_USES = {source: ai for ai, source in _SOURCES.items()}


def find(text: str) -> AiUse:
    """Raises BadRequest naming what may be written."""
    try:
        return AiUse(text.strip().lower())
    except ValueError:
        raise BadRequest(f"what is said of AI is one of {', '.join(AiUse)}, not {text[:50]!r}") from None


def source(ai: AiUse | None) -> str:
    """IPTC's address for it. A file has to name one, and of a work whose maker says nothing it is a person's work."""
    return _SOURCES[ai or AiUse.NONE]


def of_source(address: str) -> AiUse | None:
    """What an address of IPTC's means; None for one that says nothing of AI."""
    return _USES.get(address)
