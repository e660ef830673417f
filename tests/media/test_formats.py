"""What a file is, by content; limits before anything is decoded."""

import pytest
from media_pictures import animation, eps, gif_bomb, photograph, pixel_art, png_bomb, saved

from fedi.errors import BadMedia
from fedi.media.formats import read_header


def header(tmp_path, data, max_bytes=64 << 20, max_pixels=66_000_000):
    path = tmp_path / "upload"
    path.write_bytes(data)
    return read_header(path, max_bytes=max_bytes, max_pixels=max_pixels)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF"])
def test_every_format_by_its_content(tmp_path, image_format):
    found = header(tmp_path, saved(photograph(123, 77), image_format))
    assert (found.format, found.width, found.height, found.frames) == (image_format, 123, 77, 1)


@pytest.mark.parametrize("options", [{"progressive": True}, {"lossless": True}])
def test_variants(tmp_path, options):
    image_format = "JPEG" if "progressive" in options else "WEBP"
    assert header(tmp_path, saved(photograph(99, 55), image_format, **options)).width == 99


@pytest.mark.parametrize("image_format", ["GIF", "PNG", "WEBP"])
def test_frames_are_counted(tmp_path, image_format):
    assert header(tmp_path, animation(image_format)).frames == 4


@pytest.mark.parametrize(
    "data", [b"", b"\0", b"hello", b"<svg/>", eps(), b"%PDF-1.4", b"\xff\xd8\xff", b"GIF89a", b"RIFF1234WEBP"]
)
def test_what_is_no_picture(tmp_path, data):
    with pytest.raises(BadMedia):
        header(tmp_path, data)


def test_bombs_are_refused_by_their_header(tmp_path):
    with pytest.raises(BadMedia, match="65000 x 65000"):
        header(tmp_path, png_bomb())
    with pytest.raises(BadMedia, match="50 frames"):
        header(tmp_path, gif_bomb())


def test_limits(tmp_path):
    data = saved(pixel_art(100, 100), "PNG")
    with pytest.raises(BadMedia, match="MB"):
        header(tmp_path, data, max_bytes=10)
    with pytest.raises(BadMedia, match="pixels"):
        header(tmp_path, data, max_pixels=9_999)
    assert header(tmp_path, data, max_pixels=10_000).pixels == 10_000


def test_every_cut_of_a_header_is_refused_or_read(tmp_path):
    """Truncation anywhere is a sentence, never an exception."""
    for image_format in ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF"):
        data = saved(pixel_art(8, 8), image_format)
        for length in range(1, min(len(data), 400), 7):
            try:
                header(tmp_path, data[:length])
            except BadMedia as error:
                assert str(error)
