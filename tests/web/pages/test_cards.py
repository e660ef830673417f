"""Pictures as the grid needs them."""

import pytest

from fedi.web.pages.cards import Face, Picture


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ((1500, 1000), "r150"),
        ((1000, 1000), "r100"),
        ((0, 0), "r100"),
        ((500, 4000), "r40 tall"),
        ((9000, 100), "r250"),
        ((1337, 1000), "r135"),
    ],
)
def test_the_shape_is_a_class(size, shape):
    assert Picture("f", "p", width=size[0], height=size[1]).shape == shape


def test_every_shape_is_in_the_style_sheet():
    from pathlib import Path

    import fedi.web

    sheet = (Path(fedi.web.__file__).parent / "static" / "fedi.css").read_text()
    assert all(
        f".r{ratio} {{ --r: {ratio / 100:.2f}".rstrip("0").rstrip(".").replace(": 0.", ": .") in sheet
        for ratio in range(40, 251, 5)
    )
    assert len(sheet) < 30_000


def test_the_colour_is_the_average_of_the_blurhash():
    # 00Pj0^ is the blurhash of one colour: its four digits after the first two are sRGB
    assert Picture("f", "p", blurhash="00TSUA").colour == "#ffffff"
    assert Picture("f", "p", blurhash="").colour == "#b9b2a6"
    assert Picture("f", "p", blurhash='00"<>&').colour == "#b9b2a6"


def test_a_strip_is_not_squeezed():
    assert Picture("f", "p", width=700, height=2600).strip
    assert not Picture("f", "p", width=1000, height=1400).strip


def test_the_initial_is_a_letter():
    assert Face(1, "★ Mira", "@mira", "/@mira", True).initial == "M"
    assert Face(1, "★", "@x", "/@x", True).initial == "·"
