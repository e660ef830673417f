"""Who may speak for whom (FEP-fe34), and hosts in every writing."""

import pytest

from fedi.activitypub.protocol import origins
from fedi.errors import BadDocument

ANN = "https://peer.test/users/ann"


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("https://peer.test/x", True),
        ("https://PEER.test:443/x", True),
        ("https://peer.test./x", True),
        ("http://peer.test/x", False),
        ("https://peer.test:8443/x", False),
        ("https://peer.test:0/x", False),
        ("https://evil.peer.test/x", False),
        ("https://peer.test.evil.test/x", False),
        ("https://peer.test@evil.test/x", False),
        ("https://peer.test\\@evil.test/x", False),
        ("https://pe\ner.test/x", False),
        (" https://peer.test/x", False),
        ("https://[::1/x", False),
        ("acct:ann@peer.test", False),
        ("", False),
    ],
)
def test_same_origin(other, same):
    assert origins.same_origin(ANN, other) is same


def test_a_host_in_letters_and_in_ascii_is_one():
    assert origins.same_origin("https://münchen.test/a", "https://xn--mnchen-3ya.test/b", "https://MÜNCHEN.test./c")


@pytest.mark.parametrize(
    "activity",
    [
        {"id": "https://evil.test/1", "actor": ANN},
        {"id": ANN + "/1", "actor": "https://peer.test/users/otto"},
        {"id": 5, "actor": ANN},
    ],
)
def test_an_activity_of_somebody_else(activity):
    with pytest.raises(BadDocument):
        origins.check_activity(activity, ANN)


def test_an_activity_of_the_signer():
    origins.check_activity({"id": ANN + "/1", "actor": {"id": ANN}}, ANN)
    origins.check_activity({"actor": ANN}, ANN)  # Takahe and Mastodon send some without an id


@pytest.mark.parametrize(
    "document",
    [
        {"id": "https://evil.test/n", "attributedTo": ANN},
        {"id": "https://peer.test/n", "attributedTo": "https://peer.test/users/otto"},
        {"attributedTo": ANN},
        {"id": "https://peer.test/n", "attributedTo": 5},
    ],
)
def test_an_embedded_object_of_somebody_else(document):
    with pytest.raises(BadDocument):
        origins.check_embedded(document, ANN)


@pytest.mark.parametrize(
    ("asked", "answered", "home"),
    [
        ("https://peer.test/n", "https://peer.test/n", None),
        ("https://peer.test/n", "https://peer.test/other", None),
        ("https://third.test/x", "https://peer.test/n", None),
        ("https://peer.test/n", "https://evil.test/n", "https://peer.test/n"),
        ("https://peer.test/m", "https://peer.test/m", "https://peer.test/n"),
    ],
)
def test_a_fetched_document_speaks_at_its_home_only(asked, answered, home):
    assert origins.elsewhere({"id": "https://peer.test/n"}, asked=asked, answered=answered) == home


@pytest.mark.parametrize("identifier", [None, 5, [], {}])
def test_a_document_without_an_id_speaks_for_nothing(identifier):
    with pytest.raises(BadDocument):
        origins.elsewhere({"id": identifier}, asked="https://peer.test/n", answered="https://peer.test/n")


def test_the_author_of_a_fetched_object_is_of_its_origin():
    assert origins.check_author({"id": "https://peer.test/n", "attributedTo": ANN}) == ANN
    for document in (
        {"id": "https://peer.test/n"},
        {"id": "https://peer.test/n", "attributedTo": "https://evil.test/e"},
        {"id": None, "attributedTo": ANN},
    ):
        with pytest.raises(BadDocument):
            origins.check_author(document)


def test_a_key_of_somebody_else():
    origins.check_key(ANN + "#main-key", ANN, ANN)
    for key, owner in (("https://evil.test/k", ANN), (ANN + "#main-key", "https://peer.test/users/otto")):
        with pytest.raises(BadDocument):
            origins.check_key(key, owner, ANN)
