"""Handles in every writing, resources, and JRDs that are not what they should be."""

import pytest

from fedi.activitypub.protocol import webfinger
from fedi.errors import BadDocument

SELF = {"rel": "self", "type": "application/activity+json", "href": "https://peer.test/users/ann"}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("ann@peer.test", "ann@peer.test"),
        ("@ann@Peer.Test.", "ann@peer.test"),
        ("acct:ann@peer.test", "ann@peer.test"),
        ("ACCT:ann@peer.test", "ann@peer.test"),
        ("acct:ann@peer.test.:8443", "ann@peer.test:8443"),
        ("ann@MÜNCHEN.test", "ann@xn--mnchen-3ya.test"),
    ],
)
def test_handles(written, read):
    assert str(webfinger.parse_handle(written)) == read


@pytest.mark.parametrize(
    "written", ["", "ann", "@ann", "ann@", "ann@.", "a@b@c", "a b@peer.test", "ann@peer.test/x", "a@☃️.\u200d"]
)
def test_what_is_no_handle(written):
    assert webfinger.parse_handle(written) is None


def test_resources():
    assert str(webfinger.parse_resource("acct%3Aann%40peer.test")) == "ann@peer.test"
    assert webfinger.parse_resource(SELF["href"]) == SELF["href"]
    with pytest.raises(webfinger.BadResource) as error:
        webfinger.parse_resource("mailto:ann")
    assert error.value.status == 400


def test_what_we_serve_can_be_read():
    made = webfinger.jrd(
        subject="acct:ann@peer.test", actor=SELF["href"], profile="https://peer.test/@ann", subscribe_template="t"
    )
    handle, actor = webfinger.read_jrd(made)
    assert (str(handle), actor) == ("ann@peer.test", SELF["href"])
    assert webfinger.templates(made, ["http://ostatus.org/schema/1.0/subscribe"]) == {
        "http://ostatus.org/schema/1.0/subscribe": "t"
    }


@pytest.mark.parametrize(
    "document",
    [
        None, [], 5, "x", {}, {"subject": 5, "links": [SELF]}, {"subject": "acct:ann@peer.test"},
        *({"subject": "acct:ann@peer.test", "links": links} for links in (
            5, "x", [5], [None], {}, [SELF | {"href": 5}], [SELF | {"href": "https://[::1"}], [SELF | {"href": "javascript:1"}],
            [SELF | {"type": []}], [SELF | {"type": "text/html"}], [SELF | {"rel": ["self"]}],
        )),
    ],
    ids=repr,
)  # fmt: skip
def test_bad_jrds_are_bad_documents(document):
    with pytest.raises(BadDocument):
        webfinger.read_jrd(document)
    assert webfinger.templates(document, ["x"]) == {}
