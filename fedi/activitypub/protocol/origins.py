"""Origins (FEP-fe34): one place that decides whether a document may speak for an id. Every path asks here."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from fedi import urls
from fedi.activitypub.protocol.documents import one_id
from fedi.errors import BadDocument


def origin(uri: str) -> tuple[str, str, int]:
    """(scheme, host, port), the host lower case, in its ASCII form, without a trailing dot.

    Raises BadDocument for what is no http(s) address, or one with credentials.
    """
    # urlsplit drops line breaks and tabs without a word: two different strings would be one origin.
    if " " in uri or not uri.isprintable():  # no other white space is printable
        raise BadDocument("an id holds characters that no address may hold")
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError:
        raise BadDocument("an id is no address") from None
    host = parts.hostname or ""
    if parts.scheme not in urls.DEFAULT_PORTS or not host or "@" in parts.netloc:
        raise BadDocument("an id is no http(s) address")
    return parts.scheme, ascii_host(host), urls.DEFAULT_PORTS[parts.scheme] if port is None else port


def ascii_host(host: str) -> str:
    """The host as it is compared. Raises BadDocument for a name that no host can have."""
    try:
        return urls.ascii_host(host)
    except ValueError:
        raise BadDocument("an id names a host that cannot exist") from None


def same_origin(first: str, *others: str) -> bool:
    """Whether all addresses share scheme, host and port; what is no address shares nothing."""
    try:
        wanted = origin(first)
        return all(origin(other) == wanted for other in others)
    except BadDocument:
        return False


def same_host(first: str, second: str) -> bool:
    """Whether both addresses name one host, whatever the scheme and the port; what is no address names none."""
    try:
        return origin(first)[1] == origin(second)[1]
    except BadDocument:
        return False


def check_activity(activity: Mapping[str, Any], signer: str) -> None:
    """An activity speaks for its actor when the signer is that actor and its id (if any) is of the same origin."""
    actor = one_id(activity.get("actor"))
    if actor is not None and actor != signer:
        raise BadDocument("the activity is of another actor than the one who signed it")
    identifier = activity.get("id")
    if identifier is not None and (not isinstance(identifier, str) or not same_origin(identifier, signer)):
        raise BadDocument("the activity's id is of another server than its actor")


def check_embedded(document: Mapping[str, Any], actor: str) -> None:
    """An embedded object may be believed when its id and its author are of the actor's origin, and the author is it."""
    identifier = one_id(document)
    if identifier is None or not same_origin(identifier, actor):
        raise BadDocument("the object's id is of another server than its actor")
    if author(document) not in {None, actor}:
        raise BadDocument("the object is attributed to somebody else")


def elsewhere(document: Mapping[str, Any], *, asked: str, answered: str) -> str | None:
    """Where a fetched document must be asked for before it speaks for its id; None when it was got from there.

    Its home is the address that answered, or the one that was asked when a redirect stayed on its server. Raises
    BadDocument for a document without an id.
    """
    said = document.get("id")
    if not isinstance(said, str):
        raise BadDocument("the document has no id")
    at_home = said == answered or (said == asked and same_origin(asked, answered))
    return None if at_home else said


def check_author(document: Mapping[str, Any]) -> str:
    """The author of an object that was got from its own id: of the same origin. Raises BadDocument."""
    by = author(document)
    if by is None:
        raise BadDocument("the object does not say who made it")
    if not same_origin(str(document.get("id")), by):
        raise BadDocument("the object and its author are not of one server")
    return by


def check_key(key_id: str, owner: str, actor: str) -> None:
    """A key speaks for an actor when it says so and both are of one origin."""
    if owner != actor or not same_origin(key_id, actor):
        raise BadDocument("the key belongs to somebody else")


def author(document: Mapping[str, Any]) -> str | None:
    """`attributedTo` (or `actor`) as one id; raises BadDocument when there are several different ones."""
    said = document.get("attributedTo", document.get("actor"))
    if isinstance(said, list):
        everyone = {one_id(each) for each in said}
        if len(everyone) > 1:
            return one_id(next((each for each in said if _is_person(each)), said[0]))
    found = one_id(said)
    if said is not None and found is None:
        raise BadDocument("attributedTo is no id")
    return found


def _is_person(value: Any) -> bool:
    """PeerTube attributes a video to a person and to a channel; the person is its author."""
    return isinstance(value, Mapping) and value.get("type") == "Person"
