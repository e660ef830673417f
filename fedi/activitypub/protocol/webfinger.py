"""WebFinger (RFC 7033): handles, the JRD we serve, and reading the JRD of others."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from fedi.activitypub.protocol import origins
from fedi.activitypub.protocol.documents import ACTIVITY_JSON, AS2, as_list
from fedi.errors import BadDocument, BadRequest

_HANDLE = re.compile(r"@?([^@/\s:]{1,255})@([^@/\s]{1,255})")


@dataclass(frozen=True)
class Handle:
    """`name` as written, `domain` lower case, in its ASCII form, with its port."""

    name: str
    domain: str

    def __str__(self) -> str:
        return f"{self.name}@{self.domain}"


def parse_handle(text: str) -> Handle | None:
    """`@mira@art.example`, `mira@art.example`, `acct:mira@art.example`; None for anything else."""
    text = text.strip()
    found = _HANDLE.fullmatch(text[5:] if text[:5].lower() == "acct:" else text)
    if found is None:
        return None
    host, colon, port = found[2].partition(":")
    try:
        domain = origins.ascii_host(host)
    except BadDocument:
        return None
    return Handle(found[1], domain + colon + port) if domain else None


def parse_resource(resource: str) -> Handle | str:
    """The handle, or the address, a WebFinger query asks for. Raises BadRequest (400) for anything else."""
    resource = resource.strip()
    if "%40" in resource or "%3A" in resource.upper():
        resource = unquote(resource)
    if resource.startswith(("https://", "http://")):
        return resource
    handle = parse_handle(resource)
    if handle is None:
        raise BadResource("resource must be acct:name@domain or an address")
    return handle


class BadResource(BadRequest):
    status = 400


def jrd(
    *,
    subject: str,
    actor: str,
    profile: str | None,
    subscribe_template: str | None = None,
    intents: Mapping[str, str] | None = None,
    avatar: tuple[str, str] | None = None,
) -> dict[str, Any]:
    """`intents` are FEP-3b86 relations with their templates; `avatar` is (address, media type)."""
    links: list[dict[str, str]] = []
    aliases = [actor]
    if profile:
        aliases.insert(0, profile)
        links.append({"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": profile})
    links.append({"rel": "self", "type": ACTIVITY_JSON, "href": actor})
    if subscribe_template:
        links.append({"rel": "http://ostatus.org/schema/1.0/subscribe", "template": subscribe_template})
    links += [{"rel": relation, "template": template} for relation, template in (intents or {}).items()]
    if avatar:
        links.append({"rel": "http://webfinger.net/rel/avatar", "type": avatar[1], "href": avatar[0]})
    return {"subject": subject, "aliases": aliases, "links": links}


def read_jrd(document: Any) -> tuple[Handle, str]:
    """(handle of the subject, actor id of the `self` link). Raises BadDocument."""
    if not isinstance(document, Mapping):
        raise BadDocument("WebFinger did not answer with a JRD")
    subject = document.get("subject")
    handle = parse_handle(subject) if isinstance(subject, str) else None
    if handle is None:
        raise BadDocument("WebFinger names no handle")
    for link in as_list(document.get("links")):
        if isinstance(link, Mapping) and link.get("rel") == "self" and _is_activity_type(link.get("type")):
            href = link.get("href")
            if isinstance(href, str) and _is_address(href):
                return handle, href
    raise BadDocument("WebFinger links to no ActivityPub actor")


def templates(document: Any, relations: Sequence[str]) -> dict[str, str]:
    """Templates of the wanted relations (remote follow and intents)."""
    found = {}
    for link in as_list(document.get("links") if isinstance(document, Mapping) else None):
        if isinstance(link, Mapping) and link.get("rel") in relations and isinstance(link.get("template"), str):
            found[str(link["rel"])] = str(link["template"])
    return found


def _is_address(href: str) -> bool:
    try:
        origins.origin(href)
    except BadDocument:
        return False
    return True


def _is_activity_type(value: Any) -> bool:
    return isinstance(value, str) and (
        value == ACTIVITY_JSON or (value.startswith("application/ld+json") and AS2 in value)
    )
