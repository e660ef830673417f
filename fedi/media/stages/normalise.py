"""normalise: the pixels of the federated rendition and of the preview, and the blurhash.

Pixel art that is too large is thinned to its own squares, so that it stays crisp; everything else goes by Lanczos.
"""

from typing import Any

import blurhash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fedi import failpoints
from fedi.media import colours, geometry, scaling
from fedi.media.decode import Pixels
from fedi.media.job import Job
from fedi.media.registry import stage

failpoints.declare("media.normalise.before_write")
_HASH_SIDE = 32


@stage("normalise")
def run(job: Job) -> dict[str, Any]:
    master = Pixels.load(job.file("master.npz"))
    crisp = all(colours.few(frame) and not colours.shaded(frame) for frame in master.frames)
    federated = _federated(job, master, crisp=crisp)
    first = Pixels(federated.frames[:1], federated.durations[:1], 0)
    preview = scaling.smooth(first, geometry.preview(*first.size))
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


def _federated(job: Job, master: Pixels, *, crisp: bool) -> Pixels:
    width, height = master.size
    long_side = job.plan.parameters["long_side"]
    size = geometry.federated(width, height, long_side=long_side, max_pixels=job.plan.parameters["max_pixels"])
    if crisp and size != master.size:
        factor = _factor(colours.block(master.frames), width, size[0])
        if factor:
            return scaling.thinned(master, factor)
    return scaling.smooth(master, size)


def _factor(block: int, width: int, wanted: int) -> int:
    """The smallest divisor of `block` that brings `width` to at most `wanted`; 0 when there is none."""
    return next((n for n in range(2, block + 1) if block % n == 0 and width // n <= wanted), 0)


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
