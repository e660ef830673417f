"""Resampling decoded pictures: smooth for most, by whole numbers for pixel art."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fedi.media.decode import Pixels


def smooth(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Every frame at `size` (width, height), by Lanczos; the same object when nothing changes."""
    if size == pixels.size:
        return pixels
    frames = np.stack([_lanczos(frame, size) for frame in pixels.frames])
    return Pixels(frames, pixels.durations, pixels.loop)


def thinned(pixels: Pixels, factor: int) -> Pixels:
    """One pixel of each `factor` x `factor` block: exact for art whose squares are that large."""
    frames = np.ascontiguousarray(pixels.frames[:, ::factor, ::factor])
    return Pixels(frames, pixels.durations, pixels.loop)


def _lanczos(frame: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(frame).resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0))
