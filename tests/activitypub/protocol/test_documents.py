"""Strict JSON, tolerant shapes."""

import pytest

from fedi.activitypub.protocol import documents
from fedi.errors import BadDocument, TooLarge


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"{'a':1}", b"\xff", b"NaN", b"[Infinity]", b"1e999", b"[-1e999]", b"9223372036854775808",
        b"-9223372036854775809", b"9" * 5000, b'"\\u0000"', b'"\\ud800"', b'{"\\ud800":1}', b"[" * 65 + b"]" * 65,
        b"[" * 200_000, b"\xef\xbb\xbf{}",
    ],
    ids=lambda body: repr(body[:24]),
)  # fmt: skip
def test_what_is_no_json_of_ours(body):
    with pytest.raises(BadDocument):
        documents.loads(body)


def test_what_is_good():
    assert documents.loads(b'{"a":[9223372036854775807,-1.5e3,"\\ud83d\\ude00"]}') == {"a": [2**63 - 1, -1500.0, "😀"]}
    assert documents.loads(b"[" * 63 + b"]" * 63)
    with pytest.raises(TooLarge):
        documents.loads(b"[1, 2]", max_bytes=5)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, []), (5, []), ("a", ["a"]), ({"id": "a"}, ["a"]), ({}, []), (["a", {"id": "b"}, "a", 7, None], ["a", "b"]),
    ],
)  # fmt: skip
def test_ids(value, found):
    assert documents.ids(value) == found


@pytest.mark.parametrize(
    ("content_type", "good"),
    [
        ("application/activity+json", True),
        ("Application/Activity+JSON; charset=utf-8", True),
        ('application/ld+json; profile="https://www.w3.org/ns/activitystreams"', True),
        ("application/ld+json", False),
        ("application/json", False),
        ("text/html; application/activity+json", False),
        ("", False),
    ],
)
def test_the_content_types_of_activitystreams(content_type, good):
    assert documents.is_activitystreams(content_type) is good
