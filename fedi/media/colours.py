"""Counting colours: what has few is flat or pixel art and stays crisp; a grey photograph has few and is none."""

import math

import numpy as np
from numpy.typing import NDArray

PALETTE = 256
_GREYS = 32  # more levels of grey than this are shades, not drawing
_SAME = 0.5  # share of equal neighbours below which a picture has grain


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


def shaded(frame: NDArray[np.uint8]) -> bool:
    """Whether a picture of few colours is all greys, and many: a photograph or scan in black and white."""
    grey = np.array_equal(frame[..., 0], frame[..., 1]) and np.array_equal(frame[..., 0], frame[..., 2])
    return grey and len(np.unique(frame[..., 0])) > _GREYS


def grainy(frame: NDArray[np.uint8]) -> bool:
    """Whether most neighbours differ, which no PNG packs well."""
    level = frame[..., 0]
    return level.shape[1] > 1 and float(np.mean(level[:, 1:] == level[:, :-1])) < _SAME


def block(frames: NDArray[np.uint8]) -> int:
    """The side in pixels of the squares that enlarged pixel art consists of; 1 for anything else."""
    side = math.gcd(frames.shape[1], frames.shape[2])
    for frame in frames:
        if side == 1:
            break
        numbers = packed(frame)
        rows = np.flatnonzero((numbers[1:] != numbers[:-1]).any(axis=1)) + 1
        columns = np.flatnonzero((numbers[:, 1:] != numbers[:, :-1]).any(axis=0)) + 1
        side = math.gcd(side, *rows.tolist(), *columns.tolist())
    return side
