"""The preview child: `python -m fedi.media.previewer SOURCE SMALL LARGE FORMAT LONG_SIDE`, run by `fedi.media.preview`.

It opens its three files, gives up everything else, and only then looks at untrusted bytes. What it writes is WebP in
sRGB, upright, with no metadata but the XMP that it was given on standard input.
"""

import json
import sys
from typing import BinaryIO

from PIL import Image

from fedi.media import decoder, sandbox

SMALL = 640
QUALITY = {"small": 80, "large": 86}
MAX_FRAMES, MAX_FRAME_PIXELS = 120, 30_000_000  # of an animation, at the size it is shown
MEMORY = 2 << 30


def main(source: str, small: str, large: str, image_format: str, long_side: str) -> int:
    xmp = sys.stdin.buffer.read()
    with open(source, "rb") as file, open(small, "wb") as one, open(large, "wb") as other:  # noqa: PTH123 - kept past the sandbox
        decoder.load_everything()
        sandbox.limit(memory=MEMORY, cpu_seconds=30, file_bytes=64 << 20)
        sandbox.close_in()
        try:
            width, height = copy(file, (one, other), image_format, int(long_side), xmp)
        except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError, EOFError) as error:
            print(json.dumps({"error": decoder.sentence(error)}))  # noqa: T201 - the answer to the parent
            return 1
    print(json.dumps({"width": width, "height": height}))  # noqa: T201
    return 0


def copy(file: BinaryIO, into: tuple[BinaryIO, BinaryIO], image_format: str, long_side: int, xmp: bytes) -> list[int]:
    """Write (small, large); width and height of the larger one. An animation moves in the larger one alone."""
    small, large = into
    Image.MAX_IMAGE_PIXELS = None  # held by the header, and by the memory of this child
    image = Image.open(file, formats=(image_format,))  # noqa: TID251 - in the sandbox, with its list of formats
    profile = image.info.get("icc_profile")
    frames: list[Image.Image] = []
    durations: list[int] = []
    spent = 0
    for index in decoder.frames(image, image_format):
        image.seek(index)
        if image_format == "JPEG":
            image.draft("RGB", (long_side, long_side))
        image.load()
        frame = decoder.srgb(decoder.upright(image), profile)
        frame.thumbnail((long_side, long_side), Image.Resampling.LANCZOS)
        spent += frame.width * frame.height
        if frames and (spent > MAX_FRAME_PIXELS or len(frames) >= MAX_FRAMES or frame.size != frames[0].size):
            break
        frames.append(frame)
        durations.append(max(20, int(image.info.get("duration", 100) or 100)))
    if not frames:
        raise ValueError("it has no frame")
    first = frames[0].copy()
    first.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
    first.save(small, "WEBP", quality=QUALITY["small"], xmp=xmp)
    if len(frames) > 1:
        loop = decoder.plays(image, image_format)
        frames[0].save(
            large, "WEBP", quality=QUALITY["large"], xmp=xmp, save_all=True, append_images=frames[1:],
            duration=durations, loop=loop,
        )  # fmt: skip
    else:
        frames[0].save(large, "WEBP", quality=QUALITY["large"], xmp=xmp)
    return list(frames[0].size)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
