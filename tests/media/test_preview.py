"""Small copies of strangers' pictures: WebP without what was in the file, and nothing of what is no picture."""

import io

import pytest
from media_pictures import eps, photograph, saved
from PIL import Image

from fedi.errors import BadMedia
from fedi.media import preview


@pytest.fixture
def made(tmp_path):
    def run(data, **options):
        source = tmp_path / "source"
        source.write_bytes(data)
        small, large = tmp_path / "small", tmp_path / "large"
        said = preview.make(source, small, large, **({"long_side": 2048} | options))
        return said, Image.open(small), Image.open(large)

    return run


def picture(kind="PNG", size=(3000, 2000), **options):
    out = io.BytesIO()
    Image.new("RGB", size, (180, 90, 40)).save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "AVIF"])
def test_every_kind_becomes_two_copies(made, kind):
    said, small, large = made(picture(kind))
    assert (small.format, small.size) == ("WEBP", (640, 427))
    assert (large.format, large.size) == ("WEBP", (2048, 1365))
    assert (said.width, said.height) == (2048, 1365)


def test_small_pictures_stay_as_large_as_they_are(made):
    _, small, large = made(picture(size=(32, 20)))
    assert small.size == large.size == (32, 20)


def test_nothing_of_the_file_but_its_pixels_comes_along(made):
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "secret", 6
    _, small, large = made(picture("JPEG", size=(300, 200), exif=exif.tobytes(), comment=b"secret"), xmp=b"<x>ours</x>")
    assert large.size == (200, 300), "upright"
    for copy in (small, large):
        assert not copy.getexif()
        assert copy.info.get("xmp") == b"<x>ours</x>"


def test_an_animation_moves_in_the_large_copy(made):
    frames = [Image.new("RGB", (64, 48), (n * 20, 0, 0)) for n in range(6)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=80, loop=0)
    _, small, large = made(out.getvalue())
    assert large.n_frames == 6
    assert getattr(small, "n_frames", 1) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
        saved(photograph(64, 48), "JPEG")[:400],
        eps(),
        picture("PNG", size=(9000, 9000)),
    ],
    ids=["empty", "html", "svg", "broken png", "cut jpeg", "postscript", "bomb"],
)
def test_what_is_no_picture_is_refused_in_a_sentence(made, data):
    with pytest.raises(BadMedia) as raised:
        made(data)
    assert "\n" not in str(raised.value)
