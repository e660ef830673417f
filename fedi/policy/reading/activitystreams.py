"""ActivityStreams documents: our own terms, FEP-5e53, TDMRep and PLUS terms, licences as PeerTube and Pixelfed write
them, the hashtag, and what says that something is made by AI.
"""

from collections.abc import Mapping
from typing import Any

from fedi.errors import BadRequest
from fedi.policy.consent import Answer, Consent
from fedi.policy.layers.activitystreams import STATES
from fedi.policy.reading import generators, hashtags, headers, parsing, words
from fedi.policy.reading.signal import Axes, Found
from fedi.policy.vocabulary import NAMESPACE

MAX_TAGS, MAX_ATTACHMENTS = 200, 30
PLACE = "activitystreams"


def read(data: bytes, source: str) -> Found:
    """The terms of a document, of the object of an activity, and of attachments."""
    document = parsing.as_json(data)
    found = Found()
    if not isinstance(document, dict):
        return found
    found.add(_object(document, source))
    inside = document.get("object")
    if isinstance(inside, dict):
        found.add(_object(inside, source).below(f"{PLACE} object"))
    whole = inside if isinstance(inside, dict) else document
    for attachment in parsing.values(whole.get("attachment"), MAX_ATTACHMENTS):
        if isinstance(attachment, dict):
            found.add(_object(attachment, source).below(f"{PLACE} attachment"))
    return found


def _object(document: Mapping[str, Any], source: str) -> Found:
    found = Found()

    def say(name: str, axes: Axes | None = None, **options: Any) -> None:
        found.say(f"{PLACE} {name}", document.get(name), source, axes, **options)

    if "aiConsent" in document:
        value = document["aiConsent"]
        axes = exact(value, document.get("aiAxes"))
        found.say(f"{PLACE} aiConsent", value if isinstance(value, str) else "no word of it", source, axes)
        say("aiAxes")
    say("xRobotsTag", words.robots_tokens(_text(document, "xRobotsTag")), coarse=True)
    say("tdmReservation", words.reservation(document.get("tdmReservation")), coarse=True)
    say("tdmPolicy")
    if usage := _text(document, "contentUsage"):
        headers.say_usage(found, f"{PLACE} contentUsage", usage, words.content_usage(usage), source)
    mining, coarse = words.data_mining(_text(document, "dataMining"))
    say("dataMining", mining, coarse=coarse)
    say("SPC", note="FEP-5e53, on privacy: it says nothing of AI")
    say("rights")
    for name in ("license", "licence"):
        value = document.get(name)
        if isinstance(value, dict):  # PeerTube: {"identifier": "1", "name": "Attribution"}
            value = value.get("id") or value.get("name") or value.get("identifier")
        found.say(f"{PLACE} {name}", value, source)
    for tag in parsing.values(document.get("tag"), MAX_TAGS):
        hashtags.say(found, f"{PLACE} tag", tag.get("name") if isinstance(tag, dict) else tag, source)
    for name in ("genAI", "aiGenerated"):  # PieFed's word, and ours
        if document.get(name) is True:
            found.mark(f"{PLACE} {name}", document[name], source, ai=True)
    kind = document.get("digitalSourceType")
    if isinstance(kind, str):
        generators.source_type(found, f"{PLACE} digitalSourceType", kind, source)
    return found


def exact(value: Any, axes: Any) -> dict[str, Answer]:
    """The axes of `aiConsent`: the strictest for a word that is not of our vocabulary."""
    state = (
        STATES.get(value.removeprefix(NAMESPACE), "") if isinstance(value, str) and value.startswith(NAMESPACE) else ""
    )
    text = axes if state == "custom" and isinstance(axes, str) else state
    try:
        return Consent.parse(text).axes if text and text != "custom" else Consent().axes
    except BadRequest:
        return Consent().axes


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""
