"""Pictures the media tests make themselves: photograph-like, flat, pixel art, animated, and hostile ones."""

import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageCms, PngImagePlugin

SECRETS = (b"SECRET-COMMENT", b"Real Name", b"SN-12345", b"TRAILING", b"Secret Street")


def photograph(width=640, height=480, seed=1):
    """Smooth light with grain: many colours, as a camera gives."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    light = 120 + 80 * np.sin(x / width * 3) + 50 * np.cos(y / height * 4)
    pixels = np.stack([light, light * 0.8 + 20, light * 0.6 + 40], axis=-1) + rng.normal(0, 7, (height, width, 3))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def pixel_art(width=64, height=48):
    colours = np.array([[20, 20, 40], [240, 200, 90], [200, 60, 60], [90, 160, 120]], dtype=np.uint8)
    rng = np.random.default_rng(3)
    return Image.fromarray(colours[rng.integers(0, 4, (height, width))])


def quarters():
    """Red, green, blue, white corners: tells which way is up."""
    image = Image.new("RGB", (200, 120))
    for box, colour in (
        ((0, 0, 100, 60), "red"),
        ((100, 0, 200, 60), "lime"),
        ((0, 60, 100, 120), "blue"),
        ((100, 60, 200, 120), "white"),
    ):
        image.paste(colour, box)
    return image


def saved(image, image_format, **options):
    out = io.BytesIO()
    image.save(out, image_format, **options)
    return out.getvalue()


def leaky_exif(orientation=1):
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRET-COMMENT camera"
    exif[0x013B] = "Real Name"
    exif.get_ifd(0x8769)[0xA431] = "SN-12345"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (52.0, 31.0, 12.0), "E", (13.0, 24.0, 18.0)
    return exif


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">Secret Street</x:xmpmeta>'


def leaky_jpeg(orientation=1):
    data = saved(quarters(), "JPEG", exif=leaky_exif(orientation), comment=b"SECRET-COMMENT", xmp=XMP, quality=95)
    return data + b"TRAILING"


def leaky_png():
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "SECRET-COMMENT")
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return saved(photograph(), "PNG", pnginfo=info, exif=leaky_exif()) + b"TRAILING"


def leaky_webp():
    return saved(photograph(), "WEBP", exif=leaky_exif(), xmp=XMP)


def leaky_avif():
    return saved(photograph(), "AVIF", exif=leaky_exif(), xmp=XMP)


def leaky_tiff():
    return saved(photograph(), "TIFF", tiffinfo={270: "SECRET-COMMENT", 315: "Real Name"})


def animation(image_format, frames=4):
    images = [pixel_art().rotate(90 * n) for n in range(frames)]
    return saved(images[0], image_format, save_all=True, append_images=images[1:], duration=[80, 120, 160, 200], loop=0)


def swapped_profile_png():
    """Red under a profile whose red and green primaries are swapped: honoured, it is green; dropped, red."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    tags = profile[:400].replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")
    return saved(Image.new("RGB", (64, 64), (200, 40, 40)), "PNG", icc_profile=tags + profile[400:])


def png_bomb(width=65_000, height=65_000):
    """A few bytes that claim four thousand million pixels."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def gif_bomb(side=9000, frames=50):
    """1,170 bytes that take half a minute to walk through (Pillow 13)."""
    screen = b"GIF89a" + struct.pack("<HHBBB", side, side, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"\x21\xf9\x04\0\x0a\0\0\0" + b"\x2c" + struct.pack("<HHHHB", 0, 0, side, side, 0) + b"\x02\x02\x4c\x01\0"
    return screen + frame * frames + b"\x3b"


def eps():
    return b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\nshowpage\n"
