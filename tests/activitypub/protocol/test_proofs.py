"""Object integrity proofs: the vector of FEP-8b32, and everything that may be changed in a proven document."""

import copy
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from fedi import clock
from fedi.activitypub.protocol import digests, keys, proofs

VECTOR = json.loads((Path(__file__).parents[2] / "documents/vectors/fep-8b32-vector.json").read_text())
KEY = ed25519.Ed25519PrivateKey.from_private_bytes(digests.unbase58(VECTOR["secret"][1:])[2:])
PUBLIC = keys.load_public(VECTOR["actor"]["assertionMethod"][0]["publicKeyMultibase"])
METHOD = "https://server.example/users/alice#ed25519-key"


def good(document, key=PUBLIC):
    proof = proofs.parse(document)
    return proof is not None and proofs.verify(document, proof, key)


def test_the_vector_both_ways():
    made = proofs.sign(VECTOR["unsigned"], KEY, METHOD, at=clock.parse_iso(VECTOR["created"]))
    assert made == VECTOR["signed"]
    assert good(VECTOR["signed"])


@pytest.mark.parametrize(
    "path",
    [
        ("id",),
        ("actor",),
        ("object", "content"),
        ("object", "location", "longitude"),
        ("proof", "created"),
        ("@context",),
    ],
)
def test_nothing_in_it_may_change(path):
    changed = copy.deepcopy(VECTOR["signed"])
    place = changed
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = 7 if path[-1] == "longitude" else "2026-01-01T00:00:00Z"
    assert not good(changed)


def test_what_is_added_breaks_it_and_the_order_of_names_does_not():
    assert not good(VECTOR["signed"] | {"xRobotsTag": "all"})
    assert good(dict(reversed(VECTOR["signed"].items())))


@pytest.mark.parametrize(
    "change",
    [
        {"type": "Ed25519Signature2020"}, {"cryptosuite": "eddsa-rdfc-2022"}, {"proofPurpose": "authentication"},
        {"proofValue": 5}, {"proofValue": "u" + "a" * 80}, {"proofValue": "z0OIl"}, {"proofValue": "z" + "1" * 5000},
        {"verificationMethod": None}, {"verificationMethod": 7}, {"expires": "2020-01-01T00:00:00Z"}, {"expires": 9},
        {"@context": "https://else.example"},
    ],
)  # fmt: skip
def test_proofs_that_are_none(change):
    assert not good(VECTOR["signed"] | {"proof": VECTOR["signed"]["proof"] | change})


def test_an_rsa_key_proves_nothing_here():
    assert not good(VECTOR["signed"], rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key())


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(st.dictionaries(st.text().filter(lambda name: name != "proof"), JSON, max_size=5))
def test_any_document_can_be_proven_and_read_back(document):
    made = json.loads(json.dumps(proofs.sign(document, KEY, METHOD, at=clock.now())))
    assert good(made)


@given(JSON)
def test_no_proof_of_any_shape_raises(value):
    assert not good({"id": "https://a.example/1", "proof": value})


def test_numbers_that_have_no_canonical_form_are_not_proven():
    assert not good(VECTOR["signed"] | {"big": 2**60})
