"""Digests of bodies: `Digest` (RFC 3230), `Content-Digest` (RFC 9530), `digestMultibase` (FEP-8b32's multihash)."""

import base64
import binascii
import hashlib
import hmac
import re

SHA256_LENGTH = 32
_CONTENT_DIGEST = re.compile(r"\s*sha-256=:([A-Za-z0-9+/=]*):\s*", re.IGNORECASE)
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def sha256(body: bytes) -> str:
    """The value of a `Digest` header: `SHA-256=<base64>`."""
    return "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode()


def content_digest(body: bytes) -> str:
    """The value of a `Content-Digest` header: `sha-256=:<base64>:`."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def matches(header: str, body: bytes) -> bool:
    """Whether a `Digest` header (a comma list is allowed) has the SHA-256 of the body, and no wrong one."""
    found = False
    for part in header.split(","):
        name, _, value = part.strip().partition("=")
        if name.lower() != "sha-256":
            continue
        if not _equal(value, body):
            return False
        found = True
    return found


def content_matches(header: str, body: bytes) -> bool | None:
    """The same for `Content-Digest`; None when it holds no readable sha-256."""
    for part in header.split(","):
        found = _CONTENT_DIGEST.fullmatch(part)
        if found:
            return _equal(found[1], body)
    return None


def multibase(digest_hex: str) -> str:
    """`digestMultibase` of a SHA-256 given in hex: base58btc of the multihash."""
    data = b"\x12\x20" + bytes.fromhex(digest_hex)
    return "z" + base58(data)


def base58(data: bytes) -> str:
    number = int.from_bytes(data, "big")
    encoded = ""
    while number:
        number, digit = divmod(number, 58)
        encoded = _ALPHABET[digit] + encoded
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + encoded


def unbase58(text: str) -> bytes:
    """Raises ValueError for characters outside the Bitcoin alphabet."""
    number = 0
    for character in text:
        number = number * 58 + _ALPHABET.index(character)
    body = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return b"\0" * (len(text) - len(text.lstrip("1"))) + body


def _equal(value: str, body: bytes) -> bool:
    try:
        given = base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(given) == SHA256_LENGTH and hmac.compare_digest(given, hashlib.sha256(body).digest())
