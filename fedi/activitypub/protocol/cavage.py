"""draft-cavage HTTP signatures, by Mastodon's rules, over httpsig's parsing and signing string.

httpsig alone is forgeable: it takes the algorithm from the attacker and knows only symmetric meaning for a public
PEM, compares no digest and no date. So the arithmetic is `cryptography`'s, the algorithm a list of ours, and what
must be signed is checked here.
"""

import base64
import binascii
import re
import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # httpsig imports pkg_resources; setuptools is pinned for it
    from httpsig.utils import CaseInsensitiveDict, generate_message

from fedi import clock
from fedi.activitypub.protocol import digests
from fedi.activitypub.protocol.requests import Request, SignatureError

ALGORITHMS = {None, "rsa-sha256", "hs2019", "ed25519"}
LIFETIME = timedelta(minutes=5)
LONGEST = timedelta(hours=12)
SKEW = timedelta(hours=1)
_PARAMETER = re.compile(r'\s*([A-Za-z]+)\s*=\s*(?:"([^"\\]*)"|(\d+))\s*(?:,|$)')
_PSEUDO = {"(request-target)", "(created)", "(expires)"}


@dataclass(frozen=True)
class CavageSignature:
    """A signature whose request passed everything that needs no key. `messages` are tried in turn."""

    key_id: str
    algorithm: str | None
    signature: bytes
    messages: tuple[bytes, ...]


def parse(request: Request) -> CavageSignature:
    """Raises SignatureError unless the right things are signed, fresh, and the digest is the body's."""
    if len(request.all("signature")) != 1:
        raise SignatureError("there must be one Signature header")
    parameters = _parameters(request.all("signature")[0])
    key_id, encoded = parameters.get("keyid"), parameters.get("signature")
    if not key_id or not encoded:
        raise SignatureError("the signature names no key or has no value")
    algorithm = parameters.get("algorithm")
    if algorithm not in ALGORITHMS:
        raise SignatureError(f"the signature algorithm {algorithm} is not taken: use rsa-sha256 or hs2019")
    names = (parameters.get("headers") or ("(created)" if algorithm == "hs2019" else "date")).lower().split()
    _check_coverage(request, names, algorithm)
    _check_time(request, names, parameters, algorithm)
    if request.method == "POST":
        _check_digest(request)
    return CavageSignature(key_id, algorithm, _decode(encoded), tuple(_messages(request, names, parameters)))


def message(names: list[str], headers: dict[str, str], *, method: str, target: str, host: str) -> bytes:
    """The signing string, by httpsig. Raises SignatureError for a header that is missing."""
    try:
        made: bytes = generate_message(names, CaseInsensitiveDict(headers), host=host, method=method, path=target)
    except Exception as error:  # noqa: BLE001 - httpsig raises bare ones
        raise SignatureError(f"a signed header is missing or odd: {error}") from None
    return made


def _parameters(header: str) -> dict[str, str]:
    header = header.strip()
    if header[:10].lower() == "signature ":
        header = header[10:]
    found: dict[str, str] = {}
    position = 0
    while position < len(header):
        match = _PARAMETER.match(header, position)
        if match is None:
            raise SignatureError("the Signature header cannot be read")
        name = match[1].lower()
        if name in found:
            raise SignatureError(f"the Signature header has {name} twice")
        found[name] = match[2] if match[2] is not None else match[3]
        position = match.end()
    return found


def _check_coverage(request: Request, names: list[str], algorithm: str | None) -> None:
    if len(set(names)) != len(names):
        raise SignatureError("a header is signed twice")
    if algorithm != "hs2019" and {"(created)", "(expires)"} & set(names):
        raise SignatureError("(created) and (expires) are only for hs2019")
    if not {"date", "(created)"} & set(names):
        raise SignatureError("the date must be signed")
    if not {"digest", "(request-target)"} & set(names):
        raise SignatureError("the digest or the request target must be signed")
    if request.method == "POST" and "digest" not in names:
        raise SignatureError("the digest of a POST must be signed")
    if request.method in {"GET", "HEAD"} and "host" not in names:
        raise SignatureError("the host of a GET must be signed")


def _check_time(request: Request, names: list[str], parameters: dict[str, str], algorithm: str | None) -> None:
    created = _created(request, names, parameters)
    now = clock.now()
    if created > now + SKEW:
        raise SignatureError("the request is dated in the future")
    ends = created + LIFETIME
    if algorithm == "hs2019" and "expires" in parameters:
        # Neither `expires` nor `algorithm` is signed by itself: whoever captured a request could write a longer life
        # beside it. So only a signed (expires) makes it live longer than usual.
        longest = created + LONGEST if "(expires)" in names else ends
        ends = min(_moment(parameters["expires"]), longest)
    if now > ends + SKEW:
        raise SignatureError("the request is too old")


def _created(request: Request, names: list[str], parameters: dict[str, str]) -> datetime:
    if "(created)" in names:
        if "created" not in parameters:
            raise SignatureError("(created) is signed but not given")
        return _moment(parameters["created"])
    date = request.get("date")
    try:
        return clock.parse_http_date(date or "")
    except (ValueError, TypeError, IndexError):
        raise SignatureError("the Date header is missing or no date") from None


def _moment(seconds: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(float(seconds)), clock.now().tzinfo)
    except (ValueError, OverflowError, OSError):
        raise SignatureError("a time in the signature is no time") from None


def _check_digest(request: Request) -> None:
    given = request.all("digest")
    if not given:
        raise SignatureError("the Digest header is missing")
    if len(given) > 1 or not digests.matches(given[0], request.body or b""):
        raise SignatureError("the Digest header is not the SHA-256 of the body")


def _messages(request: Request, names: list[str], parameters: dict[str, str]) -> list[bytes]:
    """With the query, then without it, as Mastodon signs some GETs."""
    targets = [request.target]
    if "?" in request.target:
        targets.append(request.target.partition("?")[0])
    return [_message(request, names, parameters, target) for target in targets]


def _message(request: Request, names: list[str], parameters: dict[str, str], target: str) -> bytes:
    pseudo = {"(created)": parameters.get("created"), "(expires)": parameters.get("expires")}
    if not {"(created)", "(expires)"} & set(names):
        headers = {name: request.get(name) or "" for name in names if name not in _PSEUDO and request.all(name)}
        return message(names, headers, method=request.method.lower(), target=target, host=request.host)
    lines = []
    for name in names:
        if name == "(request-target)":
            lines.append(f"(request-target): {request.method.lower()} {target}")
        elif name in pseudo:
            if pseudo[name] is None:
                raise SignatureError(f"{name} is signed but not given")
            lines.append(f"{name}: {pseudo[name]}")
        else:
            value = request.get(name)
            if value is None:
                raise SignatureError(f"the signed header {name} is missing")
            lines.append(f"{name}: {value}")
    return "\n".join(lines).encode("latin-1", "replace")


def _decode(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise SignatureError("the signature is no base64") from None
