"""Marks of generators: what counts, and what does not."""

import pytest

from fedi.policy.reading import credit_lines, generators
from fedi.policy.reading.signal import Found

SETTINGS = "a heron\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512"


@pytest.mark.parametrize(("name", "value", "ai"), [
    ("parameters", SETTINGS, [True]), ("parameters", "x=1", []), ("prompt", '{"3": {"class_type": "KSampler"}}', [True]),
    ("prompt", "a thing to do", []), ("workflow", '{"nodes": []}', [True]), ("Software", "NovelAI", [True]),
    ("Software", "Krita", [False]), ("Comment", "my holiday", []), ("Comment", SETTINGS, [True]), ("Dream", '"x" -s 50', [True]),
    ("invokeai_metadata", "{}", [True]), ("Description", "a heron Job ID: 1b2c3d4e-aaaa-bbbb-cccc-0123456789ab", [True]),
])  # fmt: skip
def test_chunks_of_png(name, value, ai):
    found = Found()
    generators.chunk(found, name, value, "f")
    assert [each.ai for each in found.marks] == ai


@pytest.mark.parametrize(("value", "ai"), [
    ("Adobe Firefly", True), ("DALL·E 3", True), ("dall-e", True), ("Adobe Photoshop 27.0", False), ("GIMP 3.0", False),
    ("Paint Tool SAI", False), ("Procreate", False), ("", None),
])  # fmt: skip
def test_programs(value, ai):
    found = credit_lines.exif({305: value}, "f")
    assert [each.ai for each in found.marks] == ([] if ai is None else [ai])


def test_credit_lines():
    found = credit_lines.iim(
        {(2, 80): ["Mira"], (2, 110): ["Made with Google AI"], (2, 116): ["© Mira"], (1, 90): ["x"]}, "f"
    )
    assert {each.layer: each.value for each in found.signals} == {
        "iptc By-line": "Mira", "iptc Credit": "Made with Google AI", "iptc Copyright Notice": "© Mira",
    }  # fmt: skip
    assert [each.ai for each in found.marks] == [True]
    assert not any(each.axes for each in found.signals)
    exif = credit_lines.exif({315: "Mira", 33432: "© Mira", 37510: SETTINGS, 270: "a heron"}, "f")
    assert [each.layer for each in exif.signals] == ["exif Artist", "exif Copyright"]
    assert [each.ai for each in exif.marks] == [True]
