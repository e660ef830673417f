"""Object integrity proofs (FEP-8b32): what an actor signed stays provable when somebody else passes it on.

Data Integrity EdDSA Cryptosuites 1.0, section 3.3 (`eddsa-jcs-2022`): Ed25519 over the SHA-256 of the canonical proof
options and of the canonical document (RFC 8785). https://w3id.org/fep/8b32
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric import ed25519

from fedi import clock
from fedi.activitypub.protocol import digests, documents, keys

SUITE = "eddsa-jcs-2022"
MAX_VALUE = 200
# What makes `proof` and its properties mean something in a document that has no context for them.
CONTEXT: dict[str, Any] = {
    "sec": "https://w3id.org/security#",
    "proof": {"@id": "sec:proof", "@type": "@id"},
    "DataIntegrityProof": "sec:DataIntegrityProof",
    "cryptosuite": "sec:cryptosuite",
    "proofPurpose": {"@id": "sec:proofPurpose", "@type": "@vocab"},
    "assertionMethod": {"@id": "sec:assertionMethod", "@type": "@id", "@container": "@set"},
    "proofValue": {"@id": "sec:proofValue", "@type": "sec:multibase"},
    "verificationMethod": {"@id": "sec:verificationMethod", "@type": "@id"},
    "created": {"@id": "http://purl.org/dc/terms/created", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"},
}


@dataclass(frozen=True)
class Proof:
    """A proof that can be checked: `method` is the id of the key, `signature` 64 bytes."""

    method: str
    options: Mapping[str, Any]
    signature: bytes


def sign(document: Mapping[str, Any], key: ed25519.Ed25519PrivateKey, method: str, *, at: datetime) -> dict[str, Any]:
    """The document with a proof by the key `method`."""
    options: dict[str, Any] = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
        "created": clock.iso(at),
    }
    if "@context" in document:
        options["@context"] = document["@context"]
    value = "z" + digests.base58(key.sign(_hashed(options, document)))
    return {**document, "proof": options | {"proofValue": value}}


def parse(document: Mapping[str, Any]) -> Proof | None:
    """The first proof of the suite that we know; None when there is none, or it cannot be read or is over."""
    for each in documents.as_list(document.get("proof"))[:5]:
        if not isinstance(each, Mapping) or each.get("type") != "DataIntegrityProof":
            continue
        method, value = documents.one_id(each.get("verificationMethod")), each.get("proofValue")
        known = each.get("cryptosuite") == SUITE and each.get("proofPurpose") == "assertionMethod"
        if not known or method is None or not isinstance(value, str) or not value.startswith("z"):
            continue
        if len(value) > MAX_VALUE or _is_over(each.get("expires")):
            continue
        try:
            signature = digests.unbase58(value[1:])
        except ValueError:
            continue
        return Proof(method, {name: said for name, said in each.items() if name != "proofValue"}, signature)
    return None


def verify(document: Mapping[str, Any], proof: Proof, key: keys.PublicKey) -> bool:
    """Whether the owner of the key signed exactly this document; a context in the options must be the document's.

    An LD `signature` beside the proof was added after it (by Fedify) and is nothing we believe.
    """
    options = proof.options
    if not isinstance(key, ed25519.Ed25519PublicKey):
        return False
    if "@context" in options and options["@context"] != document.get("@context"):
        return False
    bare = {name: said for name, said in document.items() if name not in {"proof", "signature"}}
    try:
        return keys.verify(key, proof.signature, _hashed(options, bare))
    except (rfc8785.CanonicalizationError, RecursionError):
        return False


def _hashed(options: Mapping[str, Any], document: Mapping[str, Any]) -> bytes:
    return b"".join(hashlib.sha256(rfc8785.dumps(dict(each))).digest() for each in (options, document))


def _is_over(expires: Any) -> bool:
    if expires is None:
        return False
    try:
        return clock.parse_iso(expires) <= clock.now()
    except (ValueError, TypeError, AttributeError, OverflowError):
        return True
