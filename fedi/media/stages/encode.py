"""encode: photographs to JPEG, crisp or transparent or moving pictures to PNG (an animation to animated PNG).

JPEG and PNG are what peers keep byte for byte with what is written inside: GoToSocial blanks the XMP of a WebP,
Mastodon turns AVIF into a bare JPEG and a GIF into a bare MP4.
"""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from fedi import failpoints
from fedi.errors import BadMedia
from fedi.media import colours
from fedi.media.decode import Pixels
from fedi.media.job import RENDITIONS, Job
from fedi.media.registry import stage

failpoints.declare("media.encode.before_write")
# Qualities tried in turn until the file is small enough; chosen for about 600 kB at 2048 px in the median.
QUALITIES = (90, 86, 82, 78)
GOAL_BYTES = 900_000
_FLAT_COLOURS = 4096


@stage("encode")
def run(job: Job) -> dict[str, Any]:
    detail: dict[str, Any] = {}
    for rendition in RENDITIONS:
        pixels = Pixels.load(job.pixels(rendition, before="encode"))
        draft = job.file(f"{rendition}.draft")
        suffix, said = _encode(pixels, draft)
        size = draft.stat().st_size
        if size > job.plan.parameters["max_bytes"]:
            raise BadMedia(
                f"made ready for other servers it has {size / 1_000_000:.0f} MB, more than they take: "
                "use fewer frames, or a smaller picture",
            )
        for old in (".jpg", ".png"):
            job.file(f"{rendition}.encode{old}").unlink(missing_ok=True)
        failpoints.point("media.encode.before_write")
        draft.replace(job.file(f"{rendition}.encode{suffix}"))
        detail[rendition] = {"bytes": size, **said}
    return detail


def _encode(pixels: Pixels, target: Path) -> tuple[str, dict[str, Any]]:
    if pixels.animated:
        return ".png", _animation(pixels, target)
    frame = pixels.frames[0]
    if colours.few(frame):
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
    if len(np.unique(colours.packed(frame[::8, ::8]))) <= _FLAT_COLOURS:
        said = _smaller_png(image, target, said)
    return (".png" if said["format"] == "PNG" else ".jpg"), said


def _jpeg(image: Image.Image, target: Path) -> dict[str, Any]:
    quality = QUALITIES[0]
    for quality in QUALITIES:
        image.save(target, "JPEG", quality=quality, subsampling=0, optimize=True)
        if target.stat().st_size <= GOAL_BYTES:
            break
    return {"format": "JPEG", "quality": quality}


def _smaller_png(image: Image.Image, target: Path, said: dict[str, Any]) -> dict[str, Any]:
    """Flat art is often smaller, and always cleaner, as PNG."""
    other = target.with_suffix(".flat")
    image.save(other, "PNG", compress_level=9)
    if other.stat().st_size <= target.stat().st_size:
        other.replace(target)
        return {"format": "PNG", "flat": True}
    other.unlink()
    return said


def _animation(pixels: Pixels, target: Path) -> dict[str, Any]:
    """Frame for frame: Pillow would merge equal neighbours, so each frame is written as it is."""
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
        blend=0,
    )
    return {"format": "PNG", "animated": True, "frames": len(images)}
