"""Signing and verifying requests: draft-cavage, which everybody reads, and RFC 9421.

`parse` does all that needs no key (so that nothing is fetched for a request that cannot be good), `verify` the rest.
"""

import base64
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric import ed25519

from fedi import clock
from fedi.activitypub.protocol import cavage, keys, rfc9421
from fedi.activitypub.protocol.cavage import CavageSignature
from fedi.activitypub.protocol.keys import PrivateKey, PublicKey
from fedi.activitypub.protocol.requests import Request, SignatureError
from fedi.activitypub.protocol.rfc9421 import MessageSignature

__all__ = ["Request", "Signature", "SignatureError", "parse", "sign", "verify"]

Signature = CavageSignature | MessageSignature
POST_HEADERS = ["(request-target)", "host", "date", "digest", "content-type"]
GET_HEADERS = ["(request-target)", "host", "date", "accept"]
JSON = "application/activity+json"
ACCEPT = 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'


def parse(request: Request) -> Signature:
    """The request's signature, everything checked that needs no key. Raises SignatureError (401, or 400)."""
    try:
        if request.all("signature-input"):
            return rfc9421.parse(request)
        if not request.all("signature"):
            raise SignatureError("the request is not signed")
        return cavage.parse(request)
    except UnicodeError:
        raise SignatureError("a header holds characters that no header may hold") from None


def verify(signature: Signature, key: PublicKey) -> None:
    """Raises SignatureError when the key did not make this signature."""
    ed = isinstance(key, ed25519.Ed25519PublicKey)
    if signature.algorithm in {"rsa-sha256", "rsa-v1_5-sha256"} and ed:
        raise SignatureError("the signature is of another kind than the key")
    if signature.algorithm == "ed25519" and not ed:
        raise SignatureError("the signature is of another kind than the key")
    if not any(keys.verify(key, signature.signature, message) for message in signature.messages):
        raise SignatureError("the signature was not made with the key it names")


def sign(
    key: PrivateKey,
    key_id: str,
    method: str,
    url: str,
    *,
    digest: str | None = None,
    scheme: str = "cavage",
    accept: str = ACCEPT,
    content_type: str = JSON,
    also: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The headers of a signed request; `digest` (of `digests.sha256`) is given for a POST and only then.

    `also` are more headers that are signed.
    """
    protocol, host, target = rfc9421.authority(url)
    method = method.upper()
    headers = {"Host": host, "Date": clock.http_date()}
    if digest is None:
        headers["Accept"] = accept
    else:
        headers |= {"Digest": digest, "Content-Type": content_type}
    headers |= also or {}
    if scheme == "rfc9421":
        return headers | _sign_rfc9421(key, key_id, method, f"{protocol}://{host}{target}", digest=digest, also=also)
    names = [*(GET_HEADERS if digest is None else POST_HEADERS), *(name.lower() for name in also or ())]
    lines = {"(request-target)": f"{method.lower()} {target}"} | {
        name.lower(): value for name, value in headers.items()
    }
    message = "\n".join(f"{name}: {lines[name]}" for name in names).encode()
    value = base64.b64encode(keys.sign(key, message)).decode()
    algorithm = "hs2019" if isinstance(key, ed25519.Ed25519PrivateKey) else "rsa-sha256"
    headers["Signature"] = f'keyId="{key_id}",algorithm="{algorithm}",headers="{" ".join(names)}",signature="{value}"'
    return headers


def _sign_rfc9421(
    key: PrivateKey, key_id: str, method: str, url: str, *, digest: str | None, also: Mapping[str, str] | None
) -> dict[str, str]:
    values = {"@method": method, "@target-uri": url} | {name.lower(): value for name, value in (also or {}).items()}
    headers: dict[str, str] = {}
    if digest is not None:
        headers["Content-Digest"] = values["content-digest"] = f"sha-256=:{digest.partition('=')[2]}:"
    algorithm = "ed25519" if isinstance(key, ed25519.Ed25519PrivateKey) else "rsa-v1_5-sha256"
    parameters, base = rfc9421.sign_base(
        list(values),
        values,
        key_id=key_id,
        algorithm=algorithm,
        created=int(clock.timestamp()),
    )
    headers["Signature-Input"] = f"sig1={parameters}"
    headers["Signature"] = f"sig1=:{rfc9421.encode(keys.sign(key, base))}:"
    return headers
