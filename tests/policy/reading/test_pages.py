"""Pages and headers of other software, as they write them."""

import pytest

from fedi.policy.consent import Answer
from fedi.policy.reading import conflicts, headers, html

URL = "https://a.test/art/1"
NO, YES = Answer.DENY, Answer.ALLOW
TRAINING = {"train_generative": NO, "train_other": NO}


def read(head, **options):
    return html.read(f"<!doctype html><html><head>{head}</head><body>x</body></html>".encode(), URL, **options)


def axes(found):
    return conflicts.strictest(found.signals)


@pytest.mark.parametrize("head", [
    '<meta name="robots" content="noai, noimageai">',  # DeviantArt, ArtStation, Cara
    '<meta name="robots" content="noimageai"><meta name="robots" content="noai">',  # Misskey's preventAiLearning
    "<META NAME=ROBOTS CONTENT=NOAI>",
    '<title>A "<>" heron</title><meta content="max-image-preview:large, noai" name="Robots"/>',
    '<script>var a = "<meta name=robots content=index>"</script><meta name="robots" content="noai">',
    '<!-- <meta name="robots" content="index"> --><meta name="robots" content="noai">',
])  # fmt: skip
def test_noai(head):
    assert axes(read(head)) == TRAINING


@pytest.mark.parametrize("head", [
    "", '<meta name="description" content="noai">', '<meta name="robots" content="max-snippet:-1">',
    '<meta name="robots">', "<noscript>noai</noscript>", '<meta name="tdm-reservation" content="maybe">',
])  # fmt: skip
def test_nothing_said(head):
    assert axes(read(head)) == {}


def test_tdmrep_and_links():
    found = read(
        '<meta name="tdm-reservation" content="1"><meta name="tdm-policy" content="/policy.json">'
        '<link rel="license" href="/licence"><link rel="License" type="application/rsl+xml" href="/l.xml">'
        '<link rel="alternate" type="application/activity+json" href="/users/mira/1">'
        '<meta property="og:image" content="/m/1.jpg">'
    )
    assert axes(found) == TRAINING | {"data_mining": NO}
    assert {(each.layer, each.value) for each in found.signals} >= {
        ("html meta tdm-policy", "https://a.test/policy.json"),
        ("html link license", "https://a.test/licence"),
    }
    assert found.links == {
        "rsl": "https://a.test/l.xml",
        "activity": "https://a.test/users/mira/1",
        "image": "https://a.test/m/1.jpg",
    }


def test_schema_org_says_nothing_of_ai_and_names_the_picture():
    found = read(
        '<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":["ImageObject"],'
        '"contentUrl":"https://a.test/1.jpg","license":{"@id":"https://a.test/l"},"creditText":"Mira",'
        '"digitalSourceType":"https://schema.org/TrainedAlgorithmicMediaDigitalSource"}]}</script>'
    )
    assert axes(found) == {}
    said = {each.layer: each.value for each in found.signals}
    assert said["html schema.org license"] == "https://a.test/l"
    assert said["html schema.org creditText"] == "Mira"
    assert found.links["image"] == "https://a.test/1.jpg"
    (mark,) = found.marks
    assert mark.ai


def test_hashtags_of_pages():
    assert axes(html.read(b'<p><a rel="tag" href="/t/noai">#<span>NoAI</span></a></p>', URL)) == TRAINING
    assert axes(html.read(b'<p><a rel="tag" href="/t/noair">#NoAir</a> #NoAI</p>', URL)) == {}


@pytest.mark.parametrize(("text", "charset"), [
    ("é", "utf-8"), ("é", "iso-8859-1"), ("絵", "shift_jis"), ("絵", "utf-16"), ("é", "no-such"), ("é", "zip_codec"),
])  # fmt: skip
def test_any_charset(text, charset):
    page = f'<html><head><title>{text}</title><meta name="robots" content="noai"></head></html>'
    data = page.encode(charset if charset in {"utf-8", "iso-8859-1", "shift_jis", "utf-16"} else "utf-8")
    assert axes(html.read(data, URL, charset=charset)) == TRAINING


@pytest.mark.parametrize(("lines", "said"), [
    ([("X-Robots-Tag", "noimageai"), ("X-Robots-Tag", "noai")], TRAINING),  # DeviantArt, on the picture
    ([("x-robots-tag", "noindex, noai")], TRAINING | {"search": NO}),
    ([("X-Robots-Tag", "googlebot: noindex")], {}),
    ([("X-Robots-Tag", "max-image-preview: large, noai")], TRAINING),
    ([("X-Robots-Tag", "unavailable_after: 25 Jun 2027 15:00:00 PST")], {}),
    ([("TDM-Reservation", "0")], dict.fromkeys(("train_generative", "train_other", "data_mining"), YES)),
    ([("Content-Usage", "search=y"), ("Content-Usage", "train-ai=n")], {"train_generative": NO, "search": YES}),
    ([("Content-Usage", "Train-AI=n")], {}),
    ([("Content-Signal", "ai-input=no")], {"inference": NO}),
    ([("Server", "noai")], {}),
])  # fmt: skip
def test_headers(lines, said):
    assert axes(headers.read(lines, URL)) == said


def test_header_links():
    licences = '<https://a.test/l.xml>; rel="license"; type="application/rsl+xml", </licence>; rel=license ,'
    odd = '<https://a.test/x?a=1,2>; title="a, <b>; rel=license"; rel="alternate"; type="application/activity+json"'
    found = headers.read([("Link", f"{licences} {odd}")], URL)
    assert [each.value for each in found.signals] == ["https://a.test/l.xml", "https://a.test/licence"]
    assert found.links == {"rsl": "https://a.test/l.xml", "activity": "https://a.test/x?a=1,2"}


def test_who_reads_a_broken_field_is_told_why_nothing_was_found():
    (found,) = headers.read([("Content-Usage", "Train-AI=n")], URL).signals
    assert "not written as the draft says" in found.note
