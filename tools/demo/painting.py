"""What the painters share: noise, brush strokes, masks, and inks that darken paper as washes do.

Pictures are float32 arrays: a mask is height x width from 0 to 1, a canvas height x width x 3 from 0 to 1.
Everything that is random takes the generator it draws from, so a seed gives the same picture every time.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Mask = NDArray[np.floating[Any]]
Canvas = NDArray[np.floating[Any]]
Points = NDArray[np.float64]
Colour = tuple[int, int, int]


def shade(colour: Colour) -> NDArray[np.floating[Any]]:
    """An 8-bit colour as three floats."""
    return np.asarray(colour, np.float32) / 255


def image(canvas: Canvas) -> Image.Image:
    return Image.fromarray((np.clip(canvas, 0, 1) * 255 + 0.5).astype(np.uint8), "RGB")


def enlarge(field: Mask, shape: tuple[int, int]) -> Mask:
    """Bicubic, to height x width."""
    grown = Image.fromarray(field.astype(np.float32), "F").resize((shape[1], shape[0]), Image.Resampling.BICUBIC)
    return np.asarray(grown, np.float32)


def noise(
    shape: tuple[int, int], cell: float, rng: np.random.Generator, *, octaves: int = 4, stretch: float = 1.0
) -> Mask:
    """Fractal value noise of mean about 0 and deviation about 1; `cell` is the largest feature in pixels.

    `stretch` over 1 pulls the features out sideways, as mist and water want it.
    """
    coarse = (max(2, shape[0] // 4), max(2, shape[1] // 4))
    broad, fine = np.zeros(coarse, np.float32), np.zeros(shape, np.float32)
    for octave in range(octaves):
        size = cell / 2**octave
        if size < 1:
            break
        grid = rng.standard_normal((int(shape[0] / size) + 2, int(shape[1] / (size * stretch)) + 2)).astype(np.float32)
        if size >= 16:
            broad += enlarge(grid, coarse) / 2**octave
        else:
            fine += enlarge(grid, shape) / 2**octave
    total = fine + enlarge(broad, shape) if broad.any() else fine
    return total / float(total[::3, ::3].std() + 1e-6)


def curve(width: int, cell: float, rng: np.random.Generator, *, octaves: int = 6, rough: float = 0.5) -> Mask:
    """One-dimensional fractal noise, for the line of a hill; `rough` is how much each finer octave weighs."""
    total = np.zeros(width, np.float32)
    at = np.arange(width)
    for octave in range(octaves):
        size = cell / 2**octave
        knots = rng.standard_normal(int(width / size) + 3)
        place = at / size
        index = place.astype(int)
        share = place - index
        share = share * share * (3 - 2 * share)
        total += ((knots[index] * (1 - share) + knots[index + 1] * share) * rough**octave).astype(np.float32)
    return total


def blur(field: Mask, radius: float) -> Mask:
    """Close to a Gaussian of that radius: three box blurs, on a smaller copy where the radius is large."""
    if radius < 0.5:
        return field
    height, width = field.shape
    factor = max(1, int(radius / 3))
    if factor > 1:
        small = (max(2, width // factor), max(2, height // factor))
        shrunk = np.asarray(Image.fromarray(field, "F").resize(small, Image.Resampling.BOX), np.float32)
        return enlarge(blur(shrunk, radius / factor), field.shape)
    reach = max(1, round(radius * 0.9))
    for axis in (0, 1, 0, 1, 0, 1):
        field = _box(field, reach, axis)
    return field


def _box(field: Mask, reach: int, axis: int) -> Mask:
    pad = [(0, 0), (0, 0)]
    pad[axis] = (reach + 1, reach)
    summed = np.cumsum(np.pad(field, pad, mode="edge"), axis=axis, dtype=np.float64)
    span = 2 * reach + 1
    high = np.take(summed, range(span, summed.shape[axis]), axis=axis)
    low = np.take(summed, range(summed.shape[axis] - span), axis=axis)
    return ((high - low) / span).astype(np.float32)


def moved(field: Mask, down: int, right: int) -> Mask:
    """Pushed by whole pixels; what comes in at the rim is empty."""
    whole = np.zeros_like(field)
    height, width = field.shape
    if down < height and right < width:
        whole[down:, right:] = field[: height - down, : width - right]
    return whole


def spline(points: Sequence[tuple[float, float]], *, closed: bool = False, steps: int = 24) -> Points:
    """A Catmull-Rom curve through the points."""
    knots = np.asarray(points, float)
    if closed:
        knots = np.vstack([knots[-1], knots, knots[0], knots[1]])
    else:
        knots = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    parts = []
    for a, b, c, d in zip(knots, knots[1:], knots[2:], knots[3:], strict=False):
        parts.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    line = np.vstack(parts)
    return line if closed else np.vstack([line, knots[-2]])


def brush(points: Sequence[tuple[float, float]], widths: Sequence[float], *, steps: int = 24) -> Points:
    """The outline of a stroke along a curve, `widths` in pixels at even places along it."""
    line = spline(points, steps=steps)
    along = np.gradient(line, axis=0)
    along /= np.hypot(along[:, 0], along[:, 1])[:, None] + 1e-9
    normal = np.column_stack([-along[:, 1], along[:, 0]])
    half = np.interp(np.linspace(0, 1, len(line)), np.linspace(0, 1, len(widths)), widths)[:, None] / 2
    return np.vstack([line + normal * half, (line - normal * half)[::-1]])


def fill(shape: tuple[int, int], outlines: Sequence[Points], *, sharp: int = 2) -> Mask:
    """Polygons as a mask with smooth edges (drawn `sharp` times larger)."""
    whole = np.zeros(shape, np.float32)
    if not len(outlines):
        return whole
    corners = np.vstack(outlines)
    left, top = np.clip(np.floor(corners.min(0)).astype(int) - 1, 0, (shape[1], shape[0]))
    right, bottom = np.clip(np.ceil(corners.max(0)).astype(int) + 2, 0, (shape[1], shape[0]))
    if right <= left or bottom <= top:
        return whole
    canvas = Image.new("L", ((right - left) * sharp, (bottom - top) * sharp), 0)
    draw = ImageDraw.Draw(canvas)
    for outline in outlines:
        draw.polygon([(float(x - left) * sharp, float(y - top) * sharp) for x, y in outline], fill=255)
    small = canvas.resize((right - left, bottom - top), Image.Resampling.BOX)
    whole[top:bottom, left:right] = np.asarray(small, np.float32) / 255
    return whole


def disc(centre: tuple[float, float], radius: float, *, squash: float = 1.0, points: int = 160) -> Points:
    turn = np.linspace(0, 2 * np.pi, points, endpoint=False)
    return np.column_stack([centre[0] + radius * np.cos(turn), centre[1] + radius * squash * np.sin(turn)])


def lay(canvas: Canvas, colour: Colour, mask: Mask) -> None:
    """Opaque paint: mixes the colour in where the mask is."""
    part = _extent(mask)
    canvas[part] += (shade(colour) - canvas[part]) * mask[part][..., None]


def wash(canvas: Canvas, colour: Colour, density: Mask) -> None:
    """Transparent ink: at density 1 white paper takes on the colour, at 2 it is darker still."""
    absorbed = -np.log(np.clip(shade(colour), 0.004, 0.995)).astype(np.float32)
    part = _extent(density)
    canvas[part] *= np.exp(-density[part][..., None] * absorbed)


def _extent(mask: Mask) -> tuple[slice, slice]:
    """The rows and columns where the mask is not empty."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return np.s_[:0, :0]
    return np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def bleed(mask: Mask, rng: np.random.Generator, *, edge: float = 6, pool: float = 0.5, grain: float = 0.12) -> Mask:
    """A wet shape: its rim wanders, pigment pools along the rim and settles in the grain of the paper."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    whole = np.zeros_like(mask)
    if not len(rows):
        return whole
    reach = int(edge * 4)
    part = np.s_[max(0, rows[0] - reach) : rows[-1] + reach, max(0, columns[0] - reach) : columns[-1] + reach]
    soft = blur(mask[part], edge)
    wander = noise(soft.shape, edge * 8, rng, octaves=3) * 0.09
    shaped = np.clip((soft - 0.5 + wander * 4 * soft * (1 - soft)) * 3 + 0.5, 0, 1)
    rim = shaped * np.clip(1 - blur(shaped, edge * 2.5), 0, 1) * 2
    settled = 1 + grain * noise(soft.shape, 5, rng, octaves=2) + 0.14 * noise(soft.shape, edge * 40, rng, octaves=3)
    whole[part] = (shaped * (1 - pool * 0.25) + rim * pool) * np.clip(settled, 0.3, 1.7)
    return whole


def paper(shape: tuple[int, int], colour: Colour, rng: np.random.Generator, *, tooth: float = 0.012) -> Canvas:
    """A sheet with tooth, fibres and a little age."""
    sheet = np.ones((*shape, 3), np.float32) * shade(colour)
    relief = noise(shape, 6, rng, octaves=3)
    light = relief - np.roll(relief, (2, 2), (0, 1))
    sheet *= (1 + tooth * light + tooth * 0.8 * noise(shape, 700, rng, octaves=4))[..., None]
    return sheet
