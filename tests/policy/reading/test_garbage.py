"""No reader raises, whatever it is given, and none takes long over megabytes made to that end."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedi.policy.consent import AXES
from fedi.policy.reading import activitystreams, ai_txt, c2pa, credit_lines, headers, html, robots, rsl, tdmrep, xmp
from fedi.policy.reading.signal import MAX_VALUE, Found, clean

URL = "https://a.test/1"
READERS = {
    "html": lambda data: html.read(data, URL),
    "robots": lambda data: robots.read(data, URL, target=URL),
    "ai.txt": lambda data: ai_txt.read(data, URL, target=URL),
    "tdmrep": lambda data: tdmrep.read(data, URL, target=URL),
    "rsl": lambda data: rsl.read(data, URL, target=URL),
    "activitystreams": lambda data: activitystreams.read(data, URL),
    "xmp": lambda data: xmp.read(data, URL),
    "headers": lambda data: headers.read([(each, data.decode("latin-1")) for each in FIELDS], URL),
}
FIELDS = ("X-Robots-Tag", "tdm-reservation", "tdm-policy", "Content-Usage", "Content-Signal", "Link")
PIECES = [
    b"<meta name=robots content=", b"noai", b"<", b">", b'"', b"\0", b"\xff", b"</", b"<!--", b"<script type=application/ld+json>", b"{", b"[",
    b"User-agent: *\n", b"Disallow: ", b"Content-Usage: ", b"/", b"*", b"$", b"\r", b"License: http://[", b"<rsl xmlns='https://rslstandard.org/rsl'>",
    b"<content url='http://['>", b"&#x0;", b"\xed\xa0\x80", b'{"tag":', b"]", b"}", b":", b",", b"1", b"train-ai=n", b"%zz", b"<link rel=license href='http://[::'>",
]  # fmt: skip


def check(found):
    assert isinstance(found, Found)
    json.dumps(found.to_json())
    for each in found.signals:
        assert set(each.axes) <= set(AXES)
        assert 0 < len(each.value) <= MAX_VALUE
        assert each.value.isprintable()


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=150, deadline=None)
@given(data=st.one_of(st.binary(max_size=300), st.lists(st.sampled_from(PIECES), max_size=25).map(b"".join)))
def test_garbage(name, data):
    check(READERS[name](data))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["noai", "1", "#NoAI"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([
        "aiConsent", "tag", "name", "attachment", "object", "license", "location", "tdm-reservation", "dataMining", "xRobotsTag",
        "manifests", "active_manifest", "assertions", "label", "data", "entries", "actions", "@type", "url", "genAI",
    ]), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(value=JSON)
def test_json_of_any_shape(value):
    data = json.dumps(value).encode()
    check(activitystreams.read(data, URL))
    check(tdmrep.read(data, URL, target=URL))
    check(html.read(b"<script type=application/ld+json>" + data + b"</script>", URL))
    check(c2pa.read(value, URL))


@settings(deadline=None)
@given(st.dictionaries(st.tuples(st.integers(1, 3), st.integers(0, 255)), st.lists(st.text(max_size=9), max_size=3)))
def test_iim_of_any_shape(said):
    check(credit_lines.iim(said, URL))


MEGABYTES = {
    "comments": b"<!--" * 500_000, "tags": b"<" * 2_000_000, "quotes": b"<a b='" * 300_000, "deep": b"<div>" * 400_000,
    "metas": b"<meta name=robots content=noai>" * 60_000, "scripts": b"<script type=application/ld+json>[" * 50_000,
    "nested json": b"<script type=application/ld+json>" + b"[" * 400_000 + b"</script>",
    "json": b"[" * 1_000_000, "objects": b'{"a":' * 200_000, "wide": b"[" + b"1," * 500_000 + b"1]",
    "rules": b"User-agent: *\n" + b"Disallow: /*a*a*a*a*a*a*a*a*$\n" * 40_000, "groups": b"User-agent: x\nDisallow: /\n" * 40_000,
    "agents": b"User-agent: GPTBot\n" * 100_000, "usage": b"User-agent: *\n" + b"Content-Usage: / train-ai=n\n" * 40_000,
    "xml": b"<rsl xmlns='https://rslstandard.org/rsl'>" + b"<content url='/'/>" * 50_000, "spaces": b" " * 2_000_000,
    "links": b"<x>;" + b" ;" * 400_000,
}  # fmt: skip


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("what", MEGABYTES)
def test_megabytes(name, what):
    start = time.process_time()
    check(READERS[name](MEGABYTES[what]))
    assert time.process_time() - start < 6


@pytest.mark.parametrize(("value", "text"), [
    ("a\x1b[31mb\x07\u202ec\n d", "a[31mbc d"), (" x ", "x"), (True, "True"), (0, "0"), (None, ""), ([], ""), ("a" * 999, "a" * 399 + "…"),
])  # fmt: skip
def test_values_are_harmless(value, text):
    assert clean(value) == text
