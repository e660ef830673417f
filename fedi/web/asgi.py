"""ASGI, for what stands before the app: its types (Quart's name every message, ours none), and what a request says."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from fedi import config
from fedi.activitypub.protocol.requests import Request
from fedi.web import addresses

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def header(scope: Mapping[str, Any], name: bytes) -> str:
    """The first header of this name, or ''."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value, "latin-1")
    return ""


def address_of(scope: Scope) -> str:
    """The client's address, as `sessions.client_address` has it in a view."""
    forwarded = [str(value, "latin-1") for key, value in scope["headers"] if key == b"x-forwarded-for"]
    return addresses.client((scope.get("client") or ("",))[0], ",".join(forwarded))


def as_request(scope: Mapping[str, Any], body: bytes | None = None) -> Request:
    """As its sender signed it: the path and query as they stood on the wire."""
    settings = config.settings()
    raw = scope.get("raw_path") or scope["path"].encode()
    target, query = str(raw, "latin-1").partition("?")[0], str(scope["query_string"], "latin-1")
    headers = [(str(name, "latin-1"), str(value, "latin-1")) for name, value in scope["headers"]]
    return Request.make(
        scope["method"],
        f"{target}?{query}" if query else target,
        headers,
        body,
        scheme="https" if settings.secure else "http",
        host=header(scope, b"host") or settings.host,
    )
