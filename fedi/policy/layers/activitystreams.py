"""ActivityStreams: terms as inline JSON-LD on actors, objects, attachments, activities and collections.

The words and their context are those of `fedi.policy.vocabulary`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from fedi.errors import BadRequest
from fedi.policy import disclosure, signals
from fedi.policy.consent import PRESETS, Answer, Consent, strictest
from fedi.policy.disclosure import AiUse
from fedi.policy.registry import layer
from fedi.policy.terms import Terms
from fedi.policy.vocabulary import IRIS, NAMESPACE

STATES = {iri: state for state, iri in IRIS.items()}
# What people write where their server knows no terms.
HASHTAGS = {"noai", "noaiart", "noimageai", "noaitraining"}


@layer("activitystreams")
def render(terms: Terms, kind: str = "object") -> dict[str, Any]:
    """The properties for one document; `kind` is object, attachment, actor, collection or activity.

    An activity says only consent and licence: it never restates somebody else's terms at length.
    """
    consent = terms.consent
    said: dict[str, Any] = {
        "aiConsent": NAMESPACE + IRIS[consent.state],
        "license": terms.licence_link,
    }
    if consent.state == "custom":
        said["aiAxes"] = consent.text
    if kind == "activity":
        return said
    robots = ", ".join(signals.robots_tokens(consent))
    if robots:
        said["xRobotsTag"] = robots
    said["tdmReservation"] = 1 if consent.reserves else 0
    if kind == "attachment":
        return said
    said["contentUsage"] = signals.content_usage(consent)
    if terms.offer:
        said["tdmPolicy"] = terms.offer
    if terms.policy:
        said["policy"] = terms.policy
    said["dataMining"] = signals.data_mining(consent)
    said["rights"] = terms.rights
    said["rightsHolder"] = terms.holder_url
    if kind == "object" and terms.ai is not None:
        said["digitalSourceType"] = disclosure.source(terms.ai)
        if terms.ai == AiUse.GENERATED:
            said["genAI"] = True
    return said


def read(document: Mapping[str, Any]) -> Consent | None:
    """What a document of ours or another server says, or None when it says nothing. Never raises.

    Where several signals disagree, and where one cannot be understood, the strictest reading counts.
    """
    exact = _exact(document.get("aiConsent"), document.get("aiAxes"))
    if exact is not None and exact.reserves:
        return exact  # the coarser words below cannot add to it: they have no finer form
    coarse = [*_coarse(document, exact)]
    if exact is None and not coarse:
        return None
    return strictest(exact or Consent(), *coarse)


def read_ai(document: Mapping[str, Any]) -> AiUse | None:
    """What a document's maker says of AI: IPTC's exact word, else PieFed's flag, whose false may mean nothing."""
    source = document.get("digitalSourceType")
    ai = disclosure.of_source(source) if isinstance(source, str) else None
    return ai or (AiUse.GENERATED if document.get("genAI") is True else None)


def _exact(said: Any, axes: Any) -> Consent | None:
    if said is None:
        return None
    if not isinstance(said, str) or not said.startswith(NAMESPACE):
        return Consent()
    state = STATES.get(said.removeprefix(NAMESPACE), "prohibited")
    text = axes if state == "custom" and isinstance(axes, str) else state
    try:
        return Consent.parse(text if text != "custom" else "prohibited")
    except BadRequest:
        return Consent()


def _coarse(document: Mapping[str, Any], exact: Consent | None) -> Iterator[Consent]:
    """Reservations in other words, as far as they say more than how `exact` itself is said in them."""
    robots = {token.strip().lower() for token in str(document.get("xRobotsTag", "")).split(",")}
    if robots & {"noai", "noimageai"}:
        yield Consent()
    if "noindex" in robots and (exact is None or exact.search == Answer.ALLOW):
        yield replace(PRESETS["allowed"], search=Answer.DENY)
    tags = document.get("tag")
    for tag in tags if isinstance(tags, list) else [tags]:
        if isinstance(tag, Mapping) and str(tag.get("name", "")).lower().lstrip("#") in HASHTAGS:
            yield Consent()
    if document.get("tdmReservation") in [1, "1"]:
        yield Consent()
    usage = "".join(str(document.get("contentUsage", "")).lower().split())
    if "train-ai=n" in usage:
        yield Consent()
    mining = str(document.get("dataMining", ""))
    if "DMI-PROHIBITED" in mining and (exact is None or mining != signals.data_mining(exact)):
        yield Consent()
