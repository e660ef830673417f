"""tdmrep.json, ai.txt and RSL files of other sites."""

import json

import pytest

from fedi.policy.consent import Answer
from fedi.policy.reading import ai_txt, conflicts, rsl, tdmrep

SITE = "https://a.test"
NO, YES, PAID = Answer.DENY, Answer.ALLOW, Answer.LICENCE
TRAINING = {"train_generative": NO, "train_other": NO}


def axes(found):
    return conflicts.strictest(found.signals)


@pytest.mark.parametrize(("rules", "answer"), [
    ([{"location": "/", "tdm-reservation": 1}], NO),
    ([{"location": "/@lena/", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}], NO),
    ([{"location": "/", "tdm-reservation": 1}, {"location": "/@mira/", "tdm-reservation": 0}], NO),  # the first that fits
    ([{"location": "/@mira/*", "tdm-reservation": 0}], YES),
    ([{"location": "/x/", "tdm-reservation": 1}], None),
    ([{"location": "/", "tdm-reservation": "yes"}], None),
    ([7, None, {"location": 3}, {"tdm-reservation": 1}], None),
    ({"location": "/", "tdm-reservation": 1}, None),  # the brackets are mandatory
    ("1", None),
])  # fmt: skip
def test_tdmrep(rules, answer):
    found = tdmrep.read(json.dumps(rules).encode(), f"{SITE}/t", target=f"{SITE}/@mira/1")
    said = axes(found)
    assert said == (dict.fromkeys(("train_generative", "train_other", "data_mining"), answer) if answer else {})


@pytest.mark.parametrize(("text", "target", "answer"), [
    ("User-Agent: *\nDisallow: /", "/@mira/1", NO),
    ("User-Agent: *\nDisallow: *.jpg\nAllow: *.html", "/m/1.jpg", NO),
    ("User-Agent: *\nDisallow: *.jpg\nAllow: *.html", "/1.html", YES),
    ("User-Agent: *\nDisallow: *.jpg", "/@mira/1", None),
    ("# AI\n---\nname: something else of that name\n", "/", None),
    ("User-Agent: somebody\nDisallow: /", "/", None),
])  # fmt: skip
def test_ai_txt(text, target, answer):
    said = axes(ai_txt.read(text.encode(), f"{SITE}/ai.txt", target=SITE + target))
    assert said == ({"train_generative": answer, "train_other": answer} if answer else {})


def licence(*contents):
    return f'<rsl xmlns="https://rslstandard.org/rsl">{"".join(contents)}</rsl>'.encode()


def content(inside, url="/"):
    return f'<content url="{url}"><license>{inside}</license></content>'


@pytest.mark.parametrize(("inside", "said"), [
    ('<permits type="usage">search</permits><prohibits type="usage">ai-all</prohibits>', TRAINING | {"inference": NO, "search": YES}),
    ('<permits type="usage">search</permits>', TRAINING | {"inference": NO, "search": YES}),  # the list is closed
    ('<prohibits type="usage">ai-train</prohibits>', TRAINING),
    ('<permits type="usage">all</permits><prohibits type="usage">ai-train</prohibits>', TRAINING | {"inference": YES, "data_mining": YES, "search": YES}),
    ('<permits type="usage">ai-train search</permits><payment type="purchase"/>', {"train_generative": PAID, "train_other": PAID, "inference": NO, "search": YES}),
    ('<permits type="usage">ai-all,search</permits><payment type="free"/>', {"train_generative": YES, "train_other": YES, "inference": YES, "search": YES}),
    ('<permits type="user">commercial</permits>', {}),
    ('<permits type="usage">ai-index</permits>', TRAINING | {"inference": NO, "search": NO}),
    ('<legal type="contact">x</legal>', {}),
])  # fmt: skip
def test_rsl(inside, said):
    assert axes(rsl.read(licence(content(inside)), f"{SITE}/l", target=f"{SITE}/@mira/1")) == said


def test_rsl_by_path():
    no, yes = '<prohibits type="usage">ai-train</prohibits>', '<permits type="usage">all</permits>'
    data = licence(content(no), content(yes, "/@lena/*"), content(no, "https://other.test/@lena/1"))
    assert axes(rsl.read(data, f"{SITE}/l", target=f"{SITE}/@lena/1"))["train_other"] == YES
    assert axes(rsl.read(data, f"{SITE}/l", target=f"{SITE}/@mira/1"))["train_other"] == NO
    whole = licence(content(no, f"{SITE}/@mira/"))
    assert axes(rsl.read(whole, f"{SITE}/l", target=f"{SITE}/@mira/1")) == TRAINING
    assert axes(rsl.read(whole, f"{SITE}/l", target=f"{SITE}/@lena/1")) == {}


@pytest.mark.parametrize("data", [
    b"", b"<rsl/>", b"<rsl", b"not xml", b'<rsl xmlns="https://rslstandard.org/rsl"/>', b"<html><body>404</body></html>",
    b'<!DOCTYPE rsl [<!ENTITY a "b">]><rsl xmlns="https://rslstandard.org/rsl"><content url="/"/></rsl>',
])  # fmt: skip
def test_rsl_that_is_none(data):
    assert rsl.read(data, f"{SITE}/l", target=f"{SITE}/").signals == []
