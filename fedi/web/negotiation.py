"""What a client wants by its `Accept` header: an ActivityStreams document or a page."""

from functools import lru_cache

AS_TYPES = ("application/activity+json", "application/ld+json")
PAGE_TYPES = ("text/html", "application/xhtml+xml")
CONTENT_TYPE = "application/activity+json; charset=utf-8"


@lru_cache(maxsize=512)
def wants_activitystreams(accept: str | None) -> bool:
    """Whether an ActivityStreams type is named with at least the weight of HTML.

    `*/*`, `application/json` and no header at all are people's tools and browsers: they get the page (ActivityPub
    section 3.2 asks for `ld+json` with the profile and `activity+json`; real peers leave the profile out).
    """
    ours = html = 0.0
    position_ours = position_html = 10_000
    for position, part in enumerate((accept or "").split(",")):
        kind, weight = _weighted(part)
        if kind in AS_TYPES and weight > ours:
            ours, position_ours = weight, position
        elif kind in PAGE_TYPES and weight > html:
            html, position_html = weight, position
    return ours > html or (0 < ours == html and position_ours < position_html)


def wants_json(accept: str | None) -> bool:
    """At an address that is a document's id: an ActivityStreams type, JSON, or anything that does not ask for HTML."""
    header = accept or ""
    if wants_activitystreams(header):
        return True
    kinds = {kind for kind, weight in map(_weighted, header.split(",")) if weight > 0}
    return not kinds & set(PAGE_TYPES) and (not kinds or bool(kinds & {"application/json", "*/*", "application/*", ""}))


def _weighted(part: str) -> tuple[str, float]:
    kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return kind, max(0.0, min(1.0, float(value)))
            except ValueError:
                return kind, 0.0
    return kind, 1.0
