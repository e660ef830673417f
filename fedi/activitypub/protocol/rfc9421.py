"""RFC 9421 HTTP message signatures, by Mastodon's rules: one label, keyid and created, @method and @target-uri.

A POST must cover a `content-digest` with sha-256. Parsing structured fields is `http-message-signatures`' parser's
work (RFC 8941 lists and dictionaries); the signature base is the few lines of RFC 9421 section 2.5.
"""

import base64
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlsplit

import http_sf

from fedi import clock
from fedi.activitypub.protocol import digests
from fedi.activitypub.protocol.requests import Request, SignatureError

ALGORITHMS = {None, "rsa-v1_5-sha256", "ed25519"}
LIFETIME = timedelta(minutes=5)
LONGEST = timedelta(hours=12)
SKEW = timedelta(hours=1)
REQUIRED = {"@method", "@target-uri"}


@dataclass(frozen=True)
class MessageSignature:
    """A signature whose request passed everything that needs no key."""

    key_id: str
    algorithm: str | None
    signature: bytes
    messages: tuple[bytes, ...]


def parse(request: Request) -> MessageSignature:
    """Raises SignatureError unless one fresh signature covers what it must and the digest is the body's."""
    inputs, signatures = dictionary(request, "signature-input"), dictionary(request, "signature")
    if len(inputs) != 1 or set(inputs) != set(signatures):
        raise SignatureError("there must be one signature with one input")
    (label, (components, parameters)), *_ = inputs.items()
    signature = signatures[label][0]
    key_id, algorithm = parameters.get("keyid"), parameters.get("alg")
    if not isinstance(key_id, str) or not key_id:
        raise SignatureError("the signature has no keyid")
    if algorithm not in ALGORITHMS:
        raise SignatureError(f"the signature algorithm {algorithm} is not taken")
    if not isinstance(signature, bytes) or not isinstance(components, list):
        raise SignatureError("the signature cannot be read")
    names = [_component(each) for each in components]
    if len(set(names)) != len(names):
        raise SignatureError("a component is covered twice")
    _check_coverage(request, set(names))
    _check_time(parameters)
    _check_digest(request, set(names))
    return MessageSignature(key_id, algorithm, signature, (_base(request, names, components, parameters),))


def sign_base(
    names: list[str],
    values: dict[str, str],
    *,
    key_id: str,
    algorithm: str,
    created: int,
) -> tuple[str, bytes]:
    """(the value of Signature-Input without its label, the signature base)."""
    covered = " ".join(f'"{name}"' for name in names)
    parameters = f'({covered});created={created};keyid="{key_id}";alg="{algorithm}"'
    lines = [f'"{name}": {values[name]}' for name in names]
    return parameters, "\n".join([*lines, f'"@signature-params": {parameters}']).encode()


def dictionary(request: Request, name: str) -> dict[str, Any]:
    """The header as {label: (value, parameters)} (RFC 8941). Raises SignatureError."""
    value = request.get(name)
    if value is None:
        raise SignatureError(f"the {name} header is missing")
    try:
        found = cast("dict[str, Any]", http_sf.parse(value.encode("ascii"), tltype="dictionary"))
    except (ValueError, UnicodeError):
        raise SignatureError(f"the {name} header cannot be read") from None
    return {label: item if isinstance(item, tuple) else (item, {}) for label, item in found.items()}


def _component(item: Any) -> str:
    name, parameters = item if isinstance(item, tuple) else (item, {})
    if not isinstance(name, str) or parameters:
        raise SignatureError("a covered component is one that is not taken")
    return name


def _check_coverage(request: Request, names: set[str]) -> None:
    missing = REQUIRED - names
    if missing:
        raise SignatureError(f"{' and '.join(sorted(missing))} must be covered")
    if request.method == "POST" and "content-digest" not in names:
        raise SignatureError("the content-digest of a POST must be covered")


def _check_time(parameters: dict[str, Any]) -> None:
    created, expires = parameters.get("created"), parameters.get("expires")
    if not isinstance(created, int) or not (expires is None or isinstance(expires, int)):
        raise SignatureError("the signature says not when it was made")
    now = clock.timestamp()
    if created > now + SKEW.total_seconds():
        raise SignatureError("the request is dated in the future")
    ends = created + LIFETIME.total_seconds()
    if expires is not None:
        ends = min(expires, created + LONGEST.total_seconds())
    if now > ends + SKEW.total_seconds():
        raise SignatureError("the request is too old")


def _check_digest(request: Request, names: set[str]) -> None:
    header = request.get("content-digest")
    if "content-digest" not in names and header is None:
        return
    if header is None:
        raise SignatureError("the Content-Digest header is missing")
    try:
        http_sf.parse(header.encode("ascii"), tltype="dictionary")
    except (ValueError, UnicodeError):
        raise SignatureError("the Content-Digest header cannot be read", 400) from None
    matches = digests.content_matches(header, request.body or b"")
    if matches is None:
        raise SignatureError("the Content-Digest header holds no sha-256")
    if not matches:
        raise SignatureError("the Content-Digest header is not the SHA-256 of the body")


def _base(request: Request, names: list[str], components: list[Any], parameters: dict[str, Any]) -> bytes:
    lines = [f'"{name}": {component_value(request, name)}' for name in names]
    items = [each if isinstance(each, tuple) else (each, {}) for each in components]
    said = http_sf.ser(cast("Any", [(items, parameters)]))
    return "\n".join([*lines, f'"@signature-params": {said}']).encode("latin-1", "replace")


def component_value(request: Request, name: str) -> str:
    """What a covered component without parameters is (RFC 9421 sections 2.1 and 2.2). Raises SignatureError."""
    path, _, query = request.target.partition("?")
    derived = {
        "@method": request.method,
        "@target-uri": f"{request.scheme}://{request.host}{request.target}",
        "@authority": request.host.lower(),
        "@scheme": request.scheme,
        "@request-target": request.target,
        "@path": path or "/",
        "@query": f"?{query}",
    }
    if name.startswith("@"):
        if name not in derived:
            raise SignatureError(f"the component {name} is not taken")
        return derived[name]
    values = request.all(name)
    if not values:
        raise SignatureError(f"the covered header {name} is missing")
    return ", ".join(" ".join(value.split("\n")).strip() for value in values)


def encode(signature: bytes) -> str:
    return base64.b64encode(signature).decode()


def authority(url: str) -> tuple[str, str, str]:
    """(scheme, host[:port], path?query) of an address."""
    parts = urlsplit(url)
    return parts.scheme, parts.netloc, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
