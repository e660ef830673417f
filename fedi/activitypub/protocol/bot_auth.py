"""Web Bot Auth: a program that visits on its own signs its requests with a key that its operator publishes.

draft-ietf-webbotauth-httpsig-protocol-01 over RFC 9421; keys are a JWK set (RFC 7517, RFC 8037) at
`/.well-known/http-message-signatures-directory` of the host that `Signature-Agent` names, found by their thumbprint
(RFC 7638):

    Signature-Agent: g="https://agent.example"
    Signature-Input: g=("@authority" "signature-agent";key="g");created=1;expires=9;keyid="…";tag="web-bot-auth"

The form of earlier drafts, a `Signature-Agent` that is one string, is read as well.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import http_sf
import orjson
from cryptography.hazmat.primitives.asymmetric import ed25519

from fedi import clock
from fedi.activitypub.protocol import keys, rfc9421
from fedi.activitypub.protocol.requests import Request, SignatureError
from fedi.errors import BadDocument

TAG = "web-bot-auth"
DIRECTORY = "/.well-known/http-message-signatures-directory"
ALGORITHMS = {None, "ed25519"}
LONGEST, SKEW = 24 * 3600, 60  # seconds
MAX_KEYS = 50


@dataclass(frozen=True)
class Claim:
    """A signed request that passed everything that needs no key. `origin` is who it says signed, `host` its name."""

    origin: str
    host: str
    key_id: str
    signature: bytes
    message: bytes


def parse(request: Request) -> Claim:
    """What the request claims. Raises SignatureError for a signature that cannot be good."""
    try:
        inputs, signatures = rfc9421.dictionary(request, "signature-input"), rfc9421.dictionary(request, "signature")
    except UnicodeError:
        raise SignatureError("a header holds characters that no header may hold") from None
    labels = [label for label, (_, parameters) in inputs.items() if parameters.get("tag") == TAG]
    if len(labels) != 1 or labels[0] not in signatures:
        raise SignatureError(f"there must be one signature with the tag {TAG}")
    components, parameters = inputs[labels[0]]
    signature = signatures[labels[0]][0]
    key_id = parameters.get("keyid")
    if not (isinstance(key_id, str) and isinstance(signature, bytes) and isinstance(components, list)):
        raise SignatureError("the signature cannot be read")
    if parameters.get("alg") not in ALGORITHMS:
        raise SignatureError("only ed25519 signatures are taken")
    _check_time(parameters)
    items = [each if isinstance(each, tuple) else (each, {}) for each in components]
    names = [name for name, _ in items]
    if not {"@authority", "@target-uri"} & set(names) or "signature-agent" not in names:
        raise SignatureError("@authority and signature-agent must be covered")
    agents = _agents(request)
    member = next(parameters.get("key") for name, parameters in items if name == "signature-agent")
    if member not in agents:
        raise SignatureError("the Signature-Agent that is signed is not there")
    lines = [f"{_identifier(item)}: {_covered(request, agents, item)}" for item in items]
    lines.append(f'"@signature-params": {_serialised(items, parameters)}')
    origin, host = _origin(agents[member])
    return Claim(origin, host, key_id, signature, "\n".join(lines).encode("latin-1", "replace"))


def verify(claim: Claim, directory: dict[str, ed25519.Ed25519PublicKey]) -> None:
    """Raises SignatureError unless a key of the directory made this signature."""
    key = directory.get(claim.key_id)
    if key is None:
        raise SignatureError("the key is not in the directory of who is said to sign")
    if not keys.verify(key, claim.signature, claim.message):
        raise SignatureError("the signature was not made with the key it names")


def read_directory(body: bytes) -> dict[str, ed25519.Ed25519PublicKey]:
    """{thumbprint: key} of a JWK set; keys of other kinds are left out. Raises BadDocument."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadDocument("the directory is no JSON") from None
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise BadDocument("the directory is no set of keys")
    found = (_key(jwk) for jwk in listed[:MAX_KEYS] if isinstance(jwk, dict))
    return {thumbprint(key): key for key in found if key is not None}


def thumbprint(key: ed25519.Ed25519PublicKey) -> str:
    """RFC 7638 over the members of RFC 8037 appendix A.3."""
    said = b'{"crv":"Ed25519","kty":"OKP","x":"' + _encoded(key.public_bytes_raw()) + b'"}'
    return _encoded(hashlib.sha256(said).digest()).decode()


def _key(jwk: dict[str, Any]) -> ed25519.Ed25519PublicKey | None:
    x, now = jwk.get("x"), clock.timestamp()
    if jwk.get("kty") != "OKP" or jwk.get("crv") != "Ed25519" or not isinstance(x, str):
        return None
    if _seconds(jwk.get("exp"), now) < now or _seconds(jwk.get("nbf"), now) > now + SKEW:
        return None
    try:
        return ed25519.Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(x + "=" * (-len(x) % 4)))
    except (ValueError, binascii.Error):
        return None


def _seconds(at: Any, otherwise: float) -> float:
    """Since 1970; some directories write milliseconds."""
    if not isinstance(at, int | float):
        return otherwise
    return at / 1000 if at > 1e11 else at


def _encoded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _check_time(parameters: dict[str, Any]) -> None:
    created, expires = parameters.get("created"), parameters.get("expires")
    if not isinstance(created, int) or not isinstance(expires, int):
        raise SignatureError("the signature says not when it was made and when it ends")
    now = clock.timestamp()
    if created > now + SKEW or expires < now - SKEW or not 0 <= expires - created <= LONGEST:
        raise SignatureError("the signature is too old, too new, or holds too long")


def _agents(request: Request) -> dict[Any, str]:
    """{label: address} of Signature-Agent; the string of earlier drafts has the label None."""
    text = (request.get("signature-agent") or "").strip()
    if text.startswith('"'):
        try:
            value, _ = cast("tuple[Any, Any]", http_sf.parse(text.encode("ascii"), tltype="item"))
        except (ValueError, UnicodeError, TypeError):
            raise SignatureError("the Signature-Agent header cannot be read") from None
        found: dict[Any, Any] = {None: value}
    else:
        found = {label: value for label, (value, _) in rfc9421.dictionary(request, "signature-agent").items()}
    return {label: value for label, value in found.items() if isinstance(value, str)}


def _covered(request: Request, agents: dict[Any, str], item: tuple[Any, dict[str, Any]]) -> str:
    name, parameters = item
    if not isinstance(name, str):
        raise SignatureError("a covered component is one that is not taken")
    if name == "signature-agent" and parameters:
        if set(parameters) != {"key"} or parameters["key"] not in agents:
            raise SignatureError("a covered component is one that is not taken")
        return http_sf.ser(cast("Any", agents[parameters["key"]]))
    if parameters:
        raise SignatureError("a covered component is one that is not taken")
    return rfc9421.component_value(request, name)


def _identifier(item: tuple[Any, dict[str, Any]]) -> str:
    return http_sf.ser(cast("Any", item))


def _serialised(items: list[tuple[Any, dict[str, Any]]], parameters: dict[str, Any]) -> str:
    return http_sf.ser(cast("Any", [(items, parameters)]))


def _origin(address: str) -> tuple[str, str]:
    """(scheme://host[:port], host) of a Signature-Agent. Raises SignatureError."""
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise SignatureError("the Signature-Agent is no web address") from None
    if parts.scheme not in {"https", "http"} or not host or "@" in parts.netloc or not address.isascii():
        raise SignatureError("the Signature-Agent is no web address")
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}" + (f":{port}" if port else ""), host
