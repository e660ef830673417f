"""ISCC codes of our pictures are those that the reference implementation of ISO 24138 makes."""

import io

import iscc_core
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from fedi.media import iscc
from tests.media_pictures import photograph, pixel_art, saved


def code(tmp_path, image, image_format="PNG"):
    path = tmp_path / "picture"
    path.write_bytes(saved(image, image_format))
    with Image.open(path) as again:
        frame = np.asarray(again.convert("RGBA" if again.mode in {"RGBA", "P"} else "RGB"))
    return iscc.of_file(path, frame), path


def units(whole):
    return iscc_core.iscc_decompose(whole)


def distance(first, second):
    """Bits that differ between the Image-Codes of two whole codes."""
    return iscc_core.iscc_distance(units(first)[0], units(second)[0])


def test_the_reference_makes_the_same(tmp_path):
    """Content from 32 x 32 greys, data and instance from the file; their validator takes the whole code."""
    image = photograph(300, 200)
    made, path = code(tmp_path, image, "JPEG")
    with Image.open(path) as again:
        greys = list(again.convert("L").resize((32, 32), Image.Resampling.BICUBIC).tobytes())
    theirs = [
        iscc_core.gen_image_code_v0(greys)["iscc"],
        iscc_core.gen_data_code_v0(io.BytesIO(path.read_bytes()))["iscc"],
        iscc_core.gen_instance_code_v0(io.BytesIO(path.read_bytes()))["iscc"],
    ]
    assert made == iscc_core.gen_iscc_code_v0(theirs)["iscc"]
    assert iscc_core.iscc_validate(made, strict=True)
    whole = iscc.named(made, "Heron at dawn")
    assert whole == iscc_core.gen_iscc_code_v0([iscc_core.gen_meta_code_v0("Heron at dawn")["iscc"], *theirs])["iscc"]
    assert iscc_core.iscc_validate(whole, strict=True)
    assert len(whole) == len("ISCC:") + 55


def test_a_name_of_nothing_is_passed_over(tmp_path):
    made, _ = code(tmp_path, photograph(60, 40))
    for empty in ("", " \n", "\u200b", "\x07"):
        assert iscc.named(made, empty, "Heron") == iscc.named(made, "Heron") != made
        assert iscc.named(made, empty) == made
    assert iscc_core.iscc_validate(iscc.named(made, "é" * 10_000), strict=True)


def drawn(seed):
    """Shapes on shapes, as something painted has them."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (600, 400), tuple(rng.integers(0, 256, 3)))
    pen = ImageDraw.Draw(image)
    for _ in range(40):
        left, top, width, height = rng.integers((0, 0, 40, 40), (500, 300, 240, 240))
        pen.ellipse((left, top, left + width, top + height), fill=tuple(rng.integers(0, 256, 3)))
    return image


def test_a_copy_is_near_and_another_picture_is_far(tmp_path):
    original, _ = code(tmp_path, drawn(1))
    copy, _ = code(tmp_path, drawn(1).resize((300, 200)), "JPEG")
    other, _ = code(tmp_path, drawn(2))
    assert distance(original, copy) <= 8  # of 64
    assert distance(original, other) >= 16
    mirrored, _ = code(tmp_path, ImageOps.mirror(drawn(1)))
    cropped, _ = code(tmp_path, drawn(1).crop((0, 0, 420, 280)))
    assert min(distance(original, mirrored), distance(original, cropped)) >= 16
    assert units(original)[1:] != units(copy)[1:]  # the file is another one


@pytest.mark.parametrize("colour", ["white", "black", (12, 200, 90)])
def test_a_plain_border_is_taken_off(tmp_path, colour):
    plain = photograph(320, 240)
    plain.putpixel((0, 0), (1, 2, 3))
    framed = ImageOps.expand(plain, (30, 10, 4, 60), fill=colour)
    assert units(code(tmp_path, framed)[0])[0] == units(code(tmp_path, plain)[0])[0]


def test_what_is_transparent_is_white(tmp_path):
    see_through = Image.new("RGBA", (64, 48), (0, 0, 0, 0))
    on_white = Image.new("RGB", (64, 48), "white")
    for image in (see_through, on_white):
        ImageDraw.Draw(image).polygon([(10, 5), (50, 20), (20, 40)], fill=(200, 30, 10))
    assert units(code(tmp_path, see_through)[0])[0] == units(code(tmp_path, on_white)[0])[0]


def test_one_colour_and_few_pixels_have_a_code(tmp_path):
    for image in (Image.new("RGB", (40, 40), "teal"), Image.new("RGB", (1, 1), "red"), pixel_art()):
        assert iscc_core.iscc_validate(code(tmp_path, image)[0], strict=True)
