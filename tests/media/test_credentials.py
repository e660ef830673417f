"""The certificate chain: private, made once, made whole."""

import multiprocessing
import stat

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from fedi.media import credentials


def key_of_leaf(made):
    leaf = x509.load_pem_x509_certificates(made.chain.read_bytes())[0]
    return leaf.public_key().public_numbers()


def key_beside(made):
    return serialization.load_pem_private_key(made.key.read_bytes(), None).public_key().public_numbers()


def test_files_are_private(tmp_path):
    made = credentials.ensure(tmp_path / "keys", "art.test")
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert stat.S_IMODE(made.key.stat().st_mode) == 0o600


def test_the_leaf_is_signed_by_the_root_and_lives_thirty_years(tmp_path):
    made = credentials.ensure(tmp_path, "art.test")
    leaf, root = x509.load_pem_x509_certificates(made.chain.read_bytes())
    leaf.verify_directly_issued_by(root)
    assert (leaf.not_valid_after_utc - leaf.not_valid_before_utc).days >= 30 * 365
    assert key_of_leaf(made) == key_beside(made)


def test_it_is_made_once(tmp_path):
    first = credentials.ensure(tmp_path, "art.test").chain.read_bytes()
    assert credentials.ensure(tmp_path, "art.test").chain.read_bytes() == first


def test_a_half_made_one_is_made_again_whole(tmp_path):
    made = credentials.ensure(tmp_path, "art.test")
    made.key.unlink()
    again = credentials.ensure(tmp_path, "art.test")
    assert key_of_leaf(again) == key_beside(again)


def test_many_processes_at_first_start_agree(tmp_path):
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        pool.starmap(credentials.ensure, [(tmp_path, "art.test")] * 8)
    made = credentials.ensure(tmp_path, "art.test")
    assert key_of_leaf(made) == key_beside(made)
