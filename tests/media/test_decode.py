"""Decoding what is hostile, odd or damaged: a sentence for the artist, and nothing started."""

import io
import struct

import numpy as np
import pytest
from media_pictures import eps, gif_bomb, photograph, pixel_art, saved
from PIL import Image, ImageCms

from fedi.errors import BadMedia
from fedi.media import decoder, pipeline
from fedi.media.decode import decode
from fedi.media.formats import Header, read_header


@pytest.fixture
def decoded(tmp_path):
    def run(data, **limits):
        path = tmp_path / "upload"
        path.write_bytes(data)
        header = read_header(path, max_bytes=64 << 20, max_pixels=66_000_000)
        return decode(path, header, tmp_path, **({"max_pixels": 66_000_000} | limits))

    return run


def test_postscript_named_png_is_refused_and_starts_nothing(job):
    with pytest.raises(BadMedia, match="no picture"):
        pipeline.run_stage(job(eps()), "scrub")
    with pytest.raises(OSError, match="cannot identify"):  # even when the header were fooled
        decoder.decode(io.BytesIO(eps()), io.BytesIO(), "PNG", 66_000_000)


def test_frames_hidden_behind_junk_are_counted(tmp_path):
    """Pillow skips junk between blocks, so must we: else 50 frames pass as one."""
    bomb = gif_bomb()
    hidden = tmp_path / "hidden.gif"
    hidden.write_bytes(bomb[:19] + b"\x00" + bomb[19:])
    with pytest.raises(BadMedia, match="50 frames"):
        read_header(hidden, max_bytes=1 << 20, max_pixels=66_000_000)


def test_a_header_that_lies_is_found_out_in_the_child(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(saved(photograph(200, 200), "PNG"))
    lie = Header("PNG", "image/png", 10, 10, 1, path.stat().st_size)
    with pytest.raises(BadMedia, match="damaged"):
        decode(path, lie, tmp_path, max_pixels=39_999)


def test_endless_blocks_are_refused_quickly(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(saved(pixel_art(), "GIF")[:-1] + b"!\xfe" + b"\x01x" * 1_000_000 + b"\0;")
    with pytest.raises(BadMedia, match="damaged"):
        read_header(path, max_bytes=64 << 20, max_pixels=66_000_000)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF"])
def test_cut_files_are_refused_with_a_sentence(decoded, image_format):
    data = saved(photograph(), image_format)
    with pytest.raises(BadMedia) as refused:
        decoded(data[: len(data) // 2])
    assert "Traceback" not in str(refused.value)


def test_the_child_is_closed_in_and_gets_no_environment(decoded):
    _, detail = decoded(saved(photograph(), "AVIF"))
    assert detail["width"] == 640
    assert isinstance(detail["sandbox"], list)


def test_the_stand_in_of_an_animated_png_is_no_frame(decoded):
    stand_in = Image.new("RGB", (64, 48), "red")
    frames = [pixel_art(), pixel_art().rotate(180)]
    data = saved(stand_in, "PNG", save_all=True, default_image=True, append_images=frames, duration=100)
    pixels, _ = decoded(data)
    assert np.array_equal(pixels.frames[0], np.asarray(frames[0]))
    assert len(pixels.frames) == 2


@pytest.mark.parametrize(("loop", "plays"), [(None, 1), (0, 0), (3, 4)])
def test_how_often_a_gif_plays(decoded, loop, plays):
    options = {} if loop is None else {"loop": loop}
    frames = [pixel_art(), pixel_art().rotate(180)]
    pixels, _ = decoded(saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100, **options))
    assert pixels.loop == plays


def test_a_profile_of_another_colour_space_is_ignored(decoded):
    """A grey profile in a colour picture would take its colours away."""
    grey = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    grey[16:20] = b"GRAY"
    pixels, _ = decoded(saved(Image.new("RGB", (8, 8), (200, 40, 40)), "PNG", icc_profile=bytes(grey)))
    assert tuple(pixels.frames[0, 0, 0]) == (200, 40, 40)


def test_a_sixteen_bit_colour_png_is_read(decoded):
    rows = b"".join(b"\0" + struct.pack(">HHH", 0xFFFF, 0x8000, 0) * 4 for _ in range(4))
    pixels, _ = decoded(_png(4, 4, 16, rows))
    assert tuple(pixels.frames[0, 0, 0]) == (255, 128, 0)


def _png(width, height, depth, rows):
    import zlib

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
