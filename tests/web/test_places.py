"""What an address is to a crawler: its kind, whose it is, and where its terms may be said."""

import time

import pytest

from fedi.web import places
from fedi.web.places import Kind

KINDS = {
    "/robots.txt": (Kind.TERMS, ""), "/.well-known/tdmrep.json": (Kind.TERMS, ""), "/@lena/licence": (Kind.TERMS, ""),
    "/@lena/policies/ask": (Kind.TERMS, ""), "/policies/prohibited": (Kind.TERMS, ""), "/ns": (Kind.TERMS, ""),
    "/": (Kind.PAGE, ""), "/explore": (Kind.PAGE, ""), "/@lena": (Kind.PAGE, "lena"), "/@LENA/7": (Kind.PAGE, "lena"),
    "/@lena/licences": (Kind.PAGE, "lena"), "/@bob@else.example/licence": (Kind.PAGE, ""),
    "/users/lena": (Kind.OBJECT, "lena"), "/users/lena/posts/7": (Kind.OBJECT, "lena"), "/actor": (Kind.OBJECT, ""),
    "/@lena.rss": (Kind.FEED, "lena"), "/@lena.atom": (Kind.FEED, "lena"), "/tags/mist.rss": (Kind.FEED, ""),
    "/media/p/ab/cd.jpg": (Kind.PICTURE, ""), "/remote/large/x/y": (Kind.PICTURE, ""), "/api/v1/statuses/1": (Kind.API, ""),
}  # fmt: skip


@pytest.mark.parametrize("path", KINDS)
def test_kinds(path):
    found = places.find(path)
    assert (found.kind, found.artist) == KINDS[path]


@pytest.mark.parametrize("path", ["/@bob@else.example", "/@bob@else.example/7", "/remote/large/x/y", "/@"])
def test_what_was_made_elsewhere(path):
    assert places.find(path).elsewhere


def test_the_nearest_tree_comes_first():
    assert places.find("/@lena/7").trees == ("/@lena/7$", "/@lena/7", "/@lena", "/@lena/")
    assert places.find("/@lena").trees == ("/@lena$", "/@lena")
    assert "/users/lena/posts/7" in places.find("/users/lena/posts/7/activity").trees
    assert "/media/a/" in places.find("/media/a/ab/cd.jpg").trees


def test_a_picture_has_a_key_of_a_length_that_fits():
    assert places.find("/media/p/ab/cd.jpg").subject == "p/ab/cd.jpg"
    assert len(places.find("/media/" + "a" * 5000).subject) < 255


def test_a_long_path_costs_nothing():
    begun = time.process_time()
    assert len(places.find("/@lena" + "/a" * 16_000).trees) <= 12
    assert time.process_time() - begun < 0.5
