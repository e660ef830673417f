"""The instance's C2PA certificate chain: an own root and a leaf, ES256, made once at first start.

The leaf lives 30 years: without a time-stamp authority a signature becomes invalid when its certificate ends. Public
verifiers say "untrusted issuer", as nobody but the instance vouches for the root; the root is published.
"""

import datetime as dt
import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from fedi import clock

CHAIN, KEY, ROOT = "c2pa-chain.pem", "c2pa-key.pem", "c2pa-root.pem"
YEARS = 30


@dataclass(frozen=True)
class Credentials:
    """Paths of the chain (PEM, leaf first) and of the leaf's private key (PKCS#8 PEM)."""

    chain: Path
    key: Path

    def to_json(self) -> dict[str, str]:
        return {"chain": str(self.chain), "key": str(self.key)}

    @classmethod
    def from_json(cls, value: dict[str, str]) -> "Credentials":
        return cls(Path(value["chain"]), Path(value["key"]))


def ensure(folder: Path, name: str) -> Credentials:
    """The credentials in `folder` (0700), made when they are missing. `name` is the instance's domain.

    One process at a time; the chain is the last file written and the first removed, so that it never names another key.
    """
    made = Credentials(folder / CHAIN, folder / KEY)
    if made.chain.exists() and made.key.exists():
        return made
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".c2pa-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (made.chain.exists() and made.key.exists()):
            _make(folder, name)
    return made


def _make(folder: Path, name: str) -> None:
    root_key, leaf_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _root(root_key, name)
    leaf = _leaf(leaf_key, name, root, root_key)
    (folder / CHAIN).unlink(missing_ok=True)
    _write(folder / KEY, _pem(leaf_key))
    _write(folder / ROOT, root.public_bytes(serialization.Encoding.PEM))
    pem = leaf.public_bytes(serialization.Encoding.PEM) + root.public_bytes(serialization.Encoding.PEM)
    _write(folder / CHAIN, pem)


def _write(path: Path, data: bytes) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _name(common: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "fedi"), x509.NameAttribute(NameOID.COMMON_NAME, common[:64])],
    )


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    start = clock.now() - dt.timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=365 * YEARS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _root(key: ec.EllipticCurvePrivateKey, name: str) -> x509.Certificate:
    subject = _name(f"{name} root")
    return (
        _builder(subject, subject, key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def _leaf(
    key: ec.EllipticCurvePrivateKey,
    name: str,
    root: x509.Certificate,
    root_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    return (
        _builder(_name(name), root.subject, key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
