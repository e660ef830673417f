"""What we write, read back by the readers that read everybody's: the artist's answer, or what its place says instead."""

import json

import lxml.html
import pytest

from fedi.policy import layers
from fedi.policy.agents import ROSTER
from fedi.policy.consent import AXES, PRESETS, Answer, Consent
from fedi.policy.layers import activitystreams as as2_layer
from fedi.policy.layers import ai_txt as ai_txt_layer
from fedi.policy.layers import c2pa as c2pa_layer
from fedi.policy.layers import headers as headers_layer
from fedi.policy.layers import (
    html_meta,
)
from fedi.policy.layers import (
    robots as robots_layer,
)
from fedi.policy.layers import (
    rsl as rsl_layer,
)
from fedi.policy.layers import (
    schema_org as schema_org_layer,
)
from fedi.policy.layers import (
    tdmrep as tdmrep_layer,
)
from fedi.policy.layers import (
    xmp as xmp_layer,
)
from fedi.policy.licences import LICENCES
from fedi.policy.reading import activitystreams, ai_txt, c2pa, conflicts, headers, html, robots, rsl, tdmrep, xmp
from fedi.policy.reading.signal import Found
from fedi.policy.terms import Terms

SITE = "https://art.test"
PAGE = f"{SITE}/@mira/1"
STATES = {
    **PRESETS,
    "other training only": Consent(train_other=Answer.ALLOW),
    "input only": Consent(inference=Answer.ALLOW),
    "mixed": Consent(Answer.DENY, Answer.ALLOW, Answer.ASK, Answer.LICENCE, Answer.ALLOW),
}


@pytest.fixture(params=STATES, ids=str)
def terms(request):
    return Terms(STATES[request.param], "Mira & Co", f"{SITE}/@mira", 2026, LICENCES["cc-by"], f"{SITE}/@mira/licence")


def manifest(terms):
    """The store that c2pa-rs gives for what we write."""
    said = c2pa_layer.render(terms, title="Heron", version="1")
    return {"active_manifest": "urn:1", "manifests": {"urn:1": said}, "validation_state": "Valid"}


def head(terms):
    tags = "".join(
        lxml.html.tostring(lxml.html.Element(tag.name, tag.attributes), encoding="unicode")
        for tag in html_meta.render(terms)
    )
    image = json.dumps({"@context": "https://schema.org", **schema_org_layer.image(terms, url=f"{SITE}/media/1.jpg")})
    return f'<html><head>{tags}<script type="application/ld+json">{image}</script></head><body>x</body></html>'.encode()


def read_all(terms):
    """{layer of ours: what is read out of it}."""
    document = json.dumps(as2_layer.render(terms)).encode()
    return {
        "activitystreams": activitystreams.read(document, PAGE),
        "ai.txt": ai_txt.read(ai_txt_layer.render(terms).encode(), f"{SITE}/ai.txt", target=PAGE),
        "c2pa": c2pa.read(manifest(terms), "heron.jpg"),
        "headers": headers.read(list(headers_layer.render(terms).items()), PAGE),
        "html": html.read(head(terms), PAGE),
        "robots": robots.read(
            robots_layer.render(terms, agents=ROSTER.gathering).encode(), f"{SITE}/robots.txt", target=PAGE
        ),
        "rsl": rsl.read(rsl_layer.render(terms).encode(), f"{SITE}/rsl.xml", target=PAGE),
        "tdmrep": tdmrep.read(json.dumps(tdmrep_layer.render(terms)).encode(), f"{SITE}/tdmrep.json", target=PAGE),
        "xmp": xmp.read(xmp_layer.render(terms), "heron.jpg"),
    }


# Read by others than `fedi inspect`: tests/policy/layers/readers.py. Of schema.org the page's reader sees the licence.
ELSEWHERE = {
    "atom", "client API", "fallback", "nodeinfo", "odrl", "oembed", "rss", "schema.org", "sitemap", "tdm-policy",
}  # fmt: skip


def test_no_layer_of_ours_is_without_a_reader(terms):
    assert set(read_all(terms)) == set(layers.load()) - ELSEWHERE


def test_each_place_says_the_answer_or_something_stricter(terms):
    for layer, found in read_all(terms).items():
        said = conflicts.strictest(found.signals)
        assert said, layer
        for axis, answer in said.items():
            if answer == Answer.ALLOW:
                assert terms.consent.axes[axis] == Answer.ALLOW, (layer, axis)


def test_the_exact_places_say_exactly_the_answer(terms):
    found = read_all(terms)
    exact = next(each for each in found["activitystreams"].signals if each.layer == "activitystreams aiConsent")
    assert exact.axes == terms.consent.axes
    (inside,) = found["c2pa"].signals
    level = {Answer.DENY: Answer.DENY, Answer.ALLOW: Answer.ALLOW}  # one word for "ask" and "licence"
    assert inside.axes == {axis: level.get(terms.consent.axes[axis], Answer.ASK) for axis in AXES[:4]}


def test_all_together_say_the_answer_and_nothing_against_it(terms):
    """Every word of ours at once: no contradiction is seen where there is none, and the answer comes out."""
    every = Found()
    for found in read_all(terms).values():
        every.add(found)
    assert [each.axis for each in conflicts.conflicts(every.signals)] == []
    answers = terms.consent.axes
    conditional = {Answer.ASK, Answer.LICENCE}
    for axis, answer in conflicts.strictest(every.signals).items():
        assert answer == answers[axis] or {answer, answers[axis]} <= conditional, axis
    assert set(conflicts.strictest(every.signals)) == set(AXES)


def test_a_file_alone_says_the_answer(terms):
    """XMP and C2PA, as they travel with a picture to other servers; of search a file of ours speaks in some states."""
    every = Found()
    for layer in ("xmp", "c2pa"):
        every.add(read_all(terms)[layer])
    assert conflicts.conflicts(every.signals) == []
    said = conflicts.strictest(every.signals)
    for axis in AXES[:4]:
        assert said[axis] == c2pa.read(manifest(terms), "").signals[0].axes[axis]
