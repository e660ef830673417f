"""How large a rendition is: never enlarged, within what peers keep byte for byte."""

import math

from fedi.media.plan import MAX_SIDE

TALL = 3.0  # height over width from which a picture is a comic strip that is read scrolling
PREVIEW_PIXELS = 230_400  # Mastodon's `small`


def federated(width: int, height: int, *, long_side: int, max_pixels: int) -> tuple[int, int]:
    """(width, height) within `long_side`; a tall strip keeps its width up to half of it, within `max_pixels`."""
    if height >= TALL * width:
        scale = min(1.0, long_side / 2 / width)
    else:
        scale = min(1.0, min(long_side, MAX_SIDE) / max(width, height))
    scale = min(scale, math.sqrt(max_pixels / (width * height)))
    return scaled(width, height, scale)


def preview(width: int, height: int) -> tuple[int, int]:
    return scaled(width, height, math.sqrt(PREVIEW_PIXELS / (width * height)))


def scaled(width: int, height: int, scale: float) -> tuple[int, int]:
    if scale >= 1:
        return width, height
    return max(1, int(width * scale)), max(1, int(height * scale))
