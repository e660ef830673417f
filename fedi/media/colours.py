"""Counting colours: what has few is flat or pixel art and stays crisp."""

import numpy as np
from numpy.typing import NDArray

PALETTE = 256


def packed(frame: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """One 32-bit number per pixel of a (height, width, 3 or 4) picture."""
    wide = np.full((*frame.shape[:2], 4), 255, dtype=np.uint8)
    wide[..., : frame.shape[2]] = frame
    return wide.view(np.uint32)[..., 0]


def few(frame: NDArray[np.uint8], limit: int = PALETTE) -> bool:
    """Whether a picture has at most `limit` colours; looks at a sparse grid first, as photographs fail there."""
    if len(np.unique(packed(frame[::16, ::16]))) > limit:
        return False
    return len(np.unique(packed(frame))) <= limit


def palette(frame: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """(indices of shape (height, width), colours of shape (n, channels)) of a picture that has few colours."""
    numbers = packed(frame)
    _, first, inverse = np.unique(numbers, return_index=True, return_inverse=True)
    colours = frame.reshape(-1, frame.shape[2])[first]
    return inverse.reshape(frame.shape[:2]).astype(np.uint8), colours
