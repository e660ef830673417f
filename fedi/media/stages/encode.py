"""encode: photographs to JPEG, crisp or transparent or moving pictures to PNG (an animation to animated PNG).

JPEG and PNG are what peers keep byte for byte with what is written inside: GoToSocial blanks the XMP of a WebP,
Mastodon turns AVIF into a bare JPEG and a GIF into a bare MP4. What is larger than they take is made smaller until
it fits.
"""

import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from fedi import failpoints
from fedi.errors import BadMedia
from fedi.media import colours, geometry, scaling
from fedi.media.decode import Pixels
from fedi.media.job import RENDITIONS, Job
from fedi.media.registry import stage

failpoints.declare("media.encode.before_write")
# Qualities tried in turn until the file is small enough; chosen for about 600 kB at 2048 px in the median.
QUALITIES = (90, 86, 82, 78)
GOAL_BYTES = 900_000
_GOAL_PIXELS = 2048 * 2048
_TRIES = 4


@stage("encode")
def run(job: Job) -> dict[str, Any]:
    detail: dict[str, Any] = {}
    for rendition in RENDITIONS:
        pixels = Pixels.load(job.pixels(rendition, before="encode"))
        draft = job.file(f"{rendition}.draft")
        suffix, said = _fitting(pixels, draft, job.plan.parameters["max_bytes"])
        for old in (".jpg", ".png"):
            job.file(f"{rendition}.encode{old}").unlink(missing_ok=True)
        failpoints.point("media.encode.before_write")
        draft.replace(job.file(f"{rendition}.encode{suffix}"))
        detail[rendition] = said
    return detail


def _fitting(pixels: Pixels, target: Path, most: int) -> tuple[str, dict[str, Any]]:
    for _ in range(_TRIES):
        suffix, said = _encode(pixels, target)
        size = target.stat().st_size
        if size <= most:
            width, height = pixels.size
            return suffix, {**said, "bytes": size, "width": width, "height": height}
        pixels = scaling.smooth(pixels, geometry.scaled(*pixels.size, 0.95 * math.sqrt(most / size)))
    raise BadMedia(
        f"made ready for other servers it has {size / 1_000_000:.0f} MB, more than they take: "
        "use fewer frames, or a smaller picture",
    )


def _encode(pixels: Pixels, target: Path) -> tuple[str, dict[str, Any]]:
    if pixels.animated:
        return ".png", _animation(pixels, target)
    frame = pixels.frames[0]
    if colours.few(frame) and not (colours.shaded(frame) and colours.grainy(frame)):
        indices, palette = colours.palette(frame)
        image = Image.fromarray(indices, "P")
        image.putpalette(palette.tobytes(), "RGBA" if palette.shape[1] == 4 else "RGB")
        image.save(target, "PNG", optimize=True)
        return ".png", {"format": "PNG", "colours": len(palette)}
    image = Image.fromarray(frame)
    if image.mode == "RGBA":
        image.save(target, "PNG", optimize=False, compress_level=7)
        return ".png", {"format": "PNG", "alpha": True}
    said = _jpeg(image, target)
    if not colours.grainy(frame):
        said = _small_png(image, target, said)
    return (".png" if said["format"] == "PNG" else ".jpg"), said


def _jpeg(image: Image.Image, target: Path) -> dict[str, Any]:
    # Optimised Huffman tables need the whole file in one buffer; Pillow's guess is too small for grain at 4:4:4.
    ImageFile.MAXBLOCK = max(ImageFile.MAXBLOCK, 4 * image.width * image.height)
    quality = QUALITIES[0]
    for quality in QUALITIES:
        image.save(target, "JPEG", quality=quality, subsampling=0, optimize=True)
        if target.stat().st_size <= GOAL_BYTES:
            break
    return {"format": "JPEG", "quality": quality}


def _small_png(image: Image.Image, target: Path, said: dict[str, Any]) -> dict[str, Any]:
    """Flat art is cleaner as PNG, and goes out as one where that is smaller or small for its size."""
    other = target.with_suffix(".flat")
    image.save(other, "PNG", compress_level=9)
    small = GOAL_BYTES * image.width * image.height // _GOAL_PIXELS
    if other.stat().st_size <= max(small, target.stat().st_size):
        other.replace(target)
        return {"format": "PNG", "flat": True}
    other.unlink()
    return said


def _animation(pixels: Pixels, target: Path) -> dict[str, Any]:
    """Frame for frame, each as the part that differs from the one before."""
    images = [Image.fromarray(frame) for frame in pixels.frames]
    images[0].save(
        target,
        "PNG",
        save_all=True,
        append_images=images[1:],
        duration=list(pixels.durations),
        loop=pixels.loop,
        default_image=False,
        disposal=0,
        blend=_blends(pixels.frames),
    )
    return {"format": "PNG", "animated": True, "frames": len(images)}


def _blends(frames: NDArray[np.uint8]) -> list[int]:
    """0, replace; but 1, paint over, for every other of equal frames, as Pillow would merge them into one.

    Painting a picture over itself changes nothing as long as no pixel is half transparent.
    """
    blends = [0]
    for before, frame in itertools.pairwise(frames):
        hard = frame.shape[2] == 3 or bool(np.isin(frame[..., 3], (0, 255)).all())
        blends.append(1 if blends[-1] == 0 and hard and np.array_equal(before, frame) else 0)
    return blends
