"""Visibility from `to` and `cc`."""

import pytest

from fedi.activitypub.protocol import addressing

FOLLOWERS = "https://peer.test/users/ann/followers"
PUBLIC = addressing.PUBLIC


@pytest.mark.parametrize("public", [PUBLIC, "as:Public", "Public"])
def test_public_in_three_spellings(public):
    assert addressing.visibility([public], [], FOLLOWERS) == "public"
    assert addressing.visibility([FOLLOWERS], [public], FOLLOWERS) == "unlisted"
    assert addressing.audience({"to": public, "cc": [{"id": FOLLOWERS}, 5]}) == ([PUBLIC], [FOLLOWERS])


def test_the_rest():
    assert addressing.visibility([FOLLOWERS], [], FOLLOWERS) == "followers"
    assert addressing.visibility([], [FOLLOWERS], FOLLOWERS) == "followers"
    assert addressing.visibility(["https://other.test/followers"], [], FOLLOWERS) == "direct"
    assert addressing.visibility([], [], None) == "direct"
