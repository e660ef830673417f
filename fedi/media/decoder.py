"""The decoder child: `python -m fedi.media.decoder INPUT OUTPUT FORMAT MAX_PIXELS`, run by `fedi.media.decode` alone.

It opens its two files, gives up everything else, and only then looks at untrusted bytes. Pixels go to OUTPUT as raw
RGB or RGBA frames, upright and in sRGB; what they are goes to standard output as JSON.
"""

import io
import json
import sys
from typing import BinaryIO

import numpy as np
from PIL import (
    AvifImagePlugin,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from fedi.media import sandbox

MEMORY = 4 << 30
CPU_SECONDS = 60
_STRIP = 256  # rows written at once
# Loaded before the doors close; Pillow would import them when it first sees such a file.
PLUGINS = (
    AvifImagePlugin,
    GifImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
_SRGB = ImageCms.createProfile("sRGB")
_MIN_DURATION_MS = 20
# Modes that a profile of each colour space can be meant for; any other pairing is a mistake and is ignored.
_FITS = {
    "RGB": {"RGB", "RGBA", "RGBX", "P", "PA", "L", "LA", "1"},
    "CMYK": {"CMYK"},
    "L": {"L", "LA", "1"},
}


def main(source: str, target: str, image_format: str, max_pixels: str) -> int:
    with open(source, "rb") as file, open(target, "wb") as out:  # noqa: PTH123 - plain descriptors, kept past the sandbox
        load_everything()
        sandbox.limit(memory=MEMORY, cpu_seconds=CPU_SECONDS, file_bytes=1 << 31)
        granted = sandbox.close_in()
        try:
            said = decode(file, out, image_format, int(max_pixels))
        except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError, EOFError) as error:
            print(json.dumps({"error": sentence(error)}))  # noqa: T201 - the answer to the parent
            return 1
    print(json.dumps({**said, "sandbox": granted}))  # noqa: T201
    return 0


def load_everything() -> None:
    """Make Pillow import what it imports late, as no file can be read once the doors are closed."""
    Image.preinit()
    Image.init()
    tiny = io.BytesIO()
    Image.new("P", (1, 1)).save(tiny, "GIF")
    Image.open(tiny, formats=("GIF",)).convert("RGBA")  # noqa: TID251 - our own bytes
    ImageOps.exif_transpose(Image.new("RGB", (1, 1)))


def decode(file: BinaryIO, out: BinaryIO, image_format: str, max_pixels: int) -> dict[str, object]:
    """Write the frames; returns width, height, channels, frames, durations (ms), loop, alpha, icc."""
    Image.MAX_IMAGE_PIXELS = None  # the limit is checked here and, by the header, before we were started
    image = Image.open(file, formats=(image_format,))  # noqa: TID251 - the one place, with its list of formats
    profile = image.info.get("icc_profile")
    indices = frames(image, image_format)
    if image.width * image.height * len(indices) > max_pixels:
        raise ValueError("it is larger than its header says")
    moving = len(indices) > 1
    durations: list[int] = []
    size: tuple[int, int] | None = None
    alpha, channels = False, 3
    for index in indices:
        image.seek(index)
        image.load()
        frame = srgb(upright(image), profile)
        if moving and frame.mode != "RGBA":
            frame = frame.convert("RGBA")
        if frame.mode == "RGBA":
            channels = 4
            alpha = alpha or frame.getchannel("A").getextrema() != (255, 255)
        if size is None:
            size = frame.size
        elif frame.size != size:
            raise ValueError("its frames have different sizes")
        _write(frame, out)
        durations.append(max(_MIN_DURATION_MS, int(image.info.get("duration", 100) or 100)))
    if size is None:
        raise ValueError("it has no frame")
    return {
        "width": size[0],
        "height": size[1],
        "channels": channels,
        "frames": len(indices),
        "durations": durations,
        "loop": plays(image, image_format),
        "alpha": alpha,
        "icc": bool(profile),
    }


def frames(image: Image.Image, image_format: str) -> range:
    """Indices of the frames that are shown: a TIFF's first page; an animated PNG without its stand-in picture."""
    if image_format not in {"GIF", "PNG", "WEBP", "AVIF"}:
        return range(1)
    count: int = getattr(image, "n_frames", 1)
    return range(1 if count > 1 and getattr(image, "default_image", False) else 0, count)


def plays(image: Image.Image, image_format: str) -> int:
    """How often an animation is played in all, 0 for ever (a GIF counts repeats, and plays once when it is silent)."""
    loop = image.info.get("loop")
    if image_format == "GIF":
        return 1 if loop is None else int(loop) + 1 if loop else 0
    return int(loop or 0)


def _write(frame: Image.Image, out: BinaryIO) -> None:
    """In strips, so that the picture is not in memory twice."""
    for top in range(0, frame.height, _STRIP):
        strip = frame.crop((0, top, frame.width, min(top + _STRIP, frame.height)))
        out.write(strip.tobytes())


def upright(image: Image.Image) -> Image.Image:
    return ImageOps.exif_transpose(image) or image


def srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB or RGBA in sRGB: an embedded profile is honoured, deep greys are scaled, palettes and CMYK resolved."""
    image = _eight_bits(image)
    has_alpha = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    if profile:
        converted = _convert(image, profile, alpha=has_alpha)
        if converted is not None:
            return converted
    return image.convert("RGBA" if has_alpha else "RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8), "L")
    if image.mode == "I":
        values = np.asarray(image)
        return Image.fromarray((values >> 8 if values.max(initial=0) > 255 else values).astype(np.uint8), "L")
    if image.mode == "F":
        return Image.fromarray((np.clip(np.asarray(image), 0, 1) * 255).astype(np.uint8), "L")
    return image


def _convert(image: Image.Image, profile: bytes, *, alpha: bool) -> Image.Image | None:
    """Through LittleCMS, perceptual; None for a profile that is broken or of another colour space than the picture."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = source.profile.xcolor_space.strip()
        base = {"RGB": "RGB", "CMYK": "CMYK", "GRAY": "L"}.get(space)
        if base is None or image.mode not in _FITS[base]:
            return None
        opaque = image if image.mode == base else image.convert("RGB" if base == "RGB" else base)
        result = ImageCms.profileToProfile(opaque, source, _SRGB, ImageCms.Intent.PERCEPTUAL, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
    if result is not None and alpha:
        result.putalpha(image.convert("RGBA").getchannel("A"))
    return result


def sentence(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "decoding it takes more memory than is given"
    if "truncated" in str(error) or isinstance(error, EOFError):
        return "the file is cut off: its end is missing"
    return "the file is damaged and cannot be decoded"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
