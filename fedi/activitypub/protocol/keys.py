"""Keys: PEM (RSA, Ed25519) and FEP-521a Multikey, read once and kept loaded.

Loading a private PEM with its checks costs 35 ms, without them 11 µs; ours are our own, so the checks are skipped.
"""

from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

from fedi.activitypub.protocol import digests
from fedi.errors import BadDocument

PublicKey = rsa.RSAPublicKey | ed25519.Ed25519PublicKey
PrivateKey = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
MIN_RSA, MAX_RSA = 1024, 8192
MAX_PEM = 8192
_PADDING, _HASH = padding.PKCS1v15(), hashes.SHA256()
_ED25519_PREFIX = b"\xed\x01"
_RSA_PREFIX = b"\x85\x24"


@lru_cache(maxsize=4096)
def load_public(pem: str) -> PublicKey:
    """From PEM (PKCS#1 or SPKI) or a Multikey (`z...`). Raises BadDocument for anything else, or an odd size."""
    if len(pem) > MAX_PEM:
        raise BadDocument("the public key is too large")
    try:
        key = _from_multibase(pem) if pem.startswith("z") else serialization.load_pem_public_key(pem.strip().encode())
    except (ValueError, UnsupportedAlgorithm, TypeError):
        raise BadDocument("the public key cannot be read") from None
    if isinstance(key, rsa.RSAPublicKey):
        if not MIN_RSA <= key.key_size <= MAX_RSA:
            raise BadDocument(f"an RSA key of {key.key_size} bits is not taken")
        return key
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key
    raise BadDocument("only RSA and Ed25519 keys are taken")


@lru_cache(maxsize=1024)
def load_private(pem: bytes) -> PrivateKey:
    """Our own keys, unchecked."""
    key = serialization.load_pem_private_key(pem, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey):
        raise BadDocument("only RSA and Ed25519 keys sign")
    return key


def sign(key: PrivateKey, message: bytes) -> bytes:
    """RSASSA-PKCS1-v1_5 with SHA-256, or Ed25519."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, _PADDING, _HASH)
    return key.sign(message)


def verify(key: PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, _PADDING, _HASH)
        else:
            key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def multikey(pem: str) -> str:
    """The `publicKeyMultibase` of a public key (FEP-521a)."""
    key = load_public(pem)
    if isinstance(key, ed25519.Ed25519PublicKey):
        raw = _ED25519_PREFIX + key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    else:
        raw = _RSA_PREFIX + key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    return "z" + digests.base58(raw)


def _from_multibase(text: str) -> object:
    raw = digests.unbase58(text[1:])
    if raw.startswith(_ED25519_PREFIX):
        return ed25519.Ed25519PublicKey.from_public_bytes(raw[2:])
    if raw.startswith(_RSA_PREFIX):
        return serialization.load_der_public_key(raw[2:])
    raise ValueError("unknown multicodec")
