"""ISCC (ISO 24138): a code made from a picture and its file, which anybody who has a copy can make again.

`iscc_lib` has the algorithms; how pixels become 32 x 32 greys stands in the standard under Image-Code, and is done as
the iscc-sdk does it without tolerant trimming: white behind transparency, plain borders off, greys, bicubic.
"""

from pathlib import Path

import iscc_lib
import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 32


def of_file(path: Path, frame: NDArray[np.uint8]) -> str:
    """The code of a file and of its (first) frame, uint8 of (height, width, 3 or 4): content, data and instance."""
    image = iscc_lib.gen_image_code_v0(_greys(frame))
    with path.open("rb") as file:
        data = iscc_lib.gen_data_code_v0(file)
        file.seek(0)
        instance = iscc_lib.gen_instance_code_v0(file)
    return iscc_lib.gen_iscc_code_v0([image.iscc, data.iscc, instance.iscc]).iscc


def named(code: str, *names: str) -> str:
    """The same code with a Meta-Code in front, the whole code that registries ask for: of the first of the names that
    has something in it once it is normalised.
    """
    for name in names:
        try:
            meta = iscc_lib.gen_meta_code_v0(name)
        except ValueError:
            continue
        return iscc_lib.gen_iscc_code_v0([meta.iscc, *iscc_lib.iscc_decompose(code)]).iscc
    return code


def _greys(frame: NDArray[np.uint8]) -> bytes:
    """32 x 32 greys, row by row."""
    image = Image.fromarray(frame)
    if image.mode == "RGBA":
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        image = white
    return _trimmed(image).convert("L").resize((SIDE, SIDE), Image.Resampling.BICUBIC).tobytes()


def _trimmed(image: Image.Image) -> Image.Image:
    """Without a border of the colour of its upper left corner; a picture of one colour stays whole."""
    pixels = np.asarray(image)
    other = (pixels != pixels[0, 0]).any(axis=2)
    rows, columns = np.flatnonzero(other.any(axis=1)), np.flatnonzero(other.any(axis=0))
    if not rows.size:
        return image
    return image.crop((int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1))
