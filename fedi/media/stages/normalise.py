"""normalise: the pixels of the federated rendition and of the preview, and the blurhash.

Pixel art is scaled by whole numbers with nearest neighbour, so that it stays crisp; everything else with Lanczos.
"""

from typing import Any

import blurhash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fedi import failpoints
from fedi.media import colours, geometry
from fedi.media.decode import Pixels
from fedi.media.job import Job
from fedi.media.plan import MAX_SIDE
from fedi.media.registry import stage

failpoints.declare("media.normalise.before_write")
_HASH_SIDE = 32


@stage("normalise")
def run(job: Job) -> dict[str, Any]:
    master = Pixels.load(job.file("master.npz"))
    crisp = all(colours.few(frame) for frame in master.frames)
    size = _size(job, master, crisp=crisp)
    federated = _resized(master, size, crisp=crisp)
    first = Pixels(federated.frames[:1], federated.durations[:1], 0)
    preview = _resized(first, geometry.preview(*first.size), crisp=False)
    failpoints.point("media.normalise.before_write")
    preview.save(job.file("preview.normalise.npz"))
    federated.save(job.file("federated.normalise.npz"))
    return {
        "width": federated.size[0],
        "height": federated.size[1],
        "crisp": crisp,
        "animated": federated.animated,
        "blurhash": _blurhash(preview.frames[0]),
    }


def _size(job: Job, master: Pixels, *, crisp: bool) -> tuple[int, int]:
    width, height = master.size
    limit = job.plan.parameters["max_pixels"]
    if crisp and width * height <= limit and max(width, height) <= MAX_SIDE:
        return width, height
    size = geometry.federated(width, height, long_side=job.plan.parameters["long_side"], max_pixels=limit)
    if crisp:
        factor = -(-width // size[0])
        return max(1, width // factor), max(1, height // factor)
    return size


def _resized(pixels: Pixels, size: tuple[int, int], *, crisp: bool) -> Pixels:
    if size == pixels.size:
        return pixels
    method = Image.Resampling.NEAREST if crisp else Image.Resampling.LANCZOS
    frames = np.stack([_resize(frame, size, method) for frame in pixels.frames])
    return Pixels(frames, pixels.durations, pixels.loop)


def _resize(frame: NDArray[np.uint8], size: tuple[int, int], method: Image.Resampling) -> NDArray[np.uint8]:
    image = Image.fromarray(frame)
    gap = 3.0 if method == Image.Resampling.LANCZOS else None
    return np.asarray(image.resize(size, method, reducing_gap=gap))


def _blurhash(frame: NDArray[np.uint8]) -> str:
    """4 x 3 components on white, of a copy 32 pixels wide."""
    image = Image.fromarray(frame)
    if image.mode == "RGBA":
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        image = Image.alpha_composite(white, image).convert("RGB")
    side = max(image.size)
    small = image.resize(
        (max(1, image.width * _HASH_SIDE // side), max(1, image.height * _HASH_SIDE // side)),
        Image.Resampling.BOX,
    )
    return str(blurhash.encode(np.asarray(small), 4, 3))
