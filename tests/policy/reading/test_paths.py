"""Patterns match as Protego (which others wrote) has them match, and take no time to speak of."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from fedi.policy.reading import paths

LETTERS = st.text(alphabet="ab/.*$", min_size=1, max_size=8)


@given(pattern=LETTERS, path=st.text(alphabet="ab/.", max_size=10))
def test_as_protego(pattern, path):
    pattern = f"/{pattern}"
    if "$" in pattern[:-1]:
        return  # a sign of the end in the middle is read in more than one way
    refused = not Protego.parse(f"User-agent: *\nDisallow: {pattern}").can_fetch(f"https://a.test/{path}", "x")
    assert paths.matches(pattern, f"/{path}") == refused


@pytest.mark.parametrize(("pattern", "path", "fits"), [
    ("/@lena$", "/@lena", True), ("/@lena$", "/@lena2", False), ("/@lena/", "/%40lena/1", True), ("/%40lena/", "/@lena/1", True),
    ("/ö", "/%C3%B6", True), ("*.jpg", "/a/b.jpg", True), ("*.jpg$", "/a/b.jpg?x", False), ("/a%2Fb", "/a/b", False),
    ("/a*b*c$", "/abcabc", True), ("*", "/", True), ("$", "/", False), ("", "/", False),
])  # fmt: skip
def test_cases(pattern, path, fits):
    assert paths.matches(pattern, paths.of(f"https://a.test{path}")) is fits


def test_no_pattern_takes_long():
    start = time.perf_counter()
    for _ in range(200):
        paths.matches("/" + "*a" * 900 + "$", "/" + "a" * 1900 + "b")
    assert time.perf_counter() - start < 2
