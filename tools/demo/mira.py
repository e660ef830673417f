"""Mira Okafor's hand: ink and wash on rag paper, built from noise, ridgelines and single brush strokes."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from tools.demo import painting
from tools.demo.painting import Canvas, Colour, Mask, Points

PAPER: Colour = (246, 240, 228)
INK: Colour = (38, 44, 58)
INDIGO: Colour = (58, 84, 122)
SMOKE: Colour = (128, 142, 152)
SEPIA: Colour = (120, 88, 62)
VERMILION: Colour = (206, 62, 40)
ROSE: Colour = (238, 190, 168)


def first_light(seed: int = 11) -> Image.Image:
    """Seven ridges before sunrise, 2400 x 1600."""
    rng = np.random.default_rng(seed)
    shape = (1600, 2400)
    sheet = painting.paper(shape, PAPER, rng)
    _sky(sheet, rng, ROSE, low=0.34, strength=0.75)
    sun = painting.fill(shape, [painting.disc((1660, 470), 118)])
    painting.wash(sheet, VERMILION, painting.bleed(sun, rng, edge=3, pool=0.35) * 0.95)
    for depth in range(7):
        near = depth / 6
        line = 560 + 124 * depth + _ridge(shape[1], rng, cell=760 - 330 * near, height=52 + 66 * near)
        if depth < 3:
            line -= 130 * np.exp(-(((np.arange(shape[1]) - 620 - 130 * depth) / 300) ** 2)) * (1 - 0.25 * depth)
        _mountain(
            sheet, line, rng, _mixed(SMOKE, INDIGO, INK, near), 0.36 + 0.62 * near, fade=180 + 40 * depth, veil=0.5
        )
        if depth >= 4:
            _forest(sheet, line, rng, near, strength=0.5 + 0.4 * near)
    _birds(sheet, (760, 330), 9, rng, size=34)
    _seal(sheet, (2170, 1385), rng)
    return _framed(sheet, rng)


def heron(seed: int = 23) -> Image.Image:
    """A grey heron in shallow water under a pale moon, 1600 x 2200."""
    rng = np.random.default_rng(seed)
    shape = (2200, 1600)
    sheet = painting.paper(shape, PAPER, rng)
    _sky(sheet, rng, (176, 190, 200), low=0.62, strength=0.75)
    moon = painting.blur(painting.fill(shape, [painting.disc((1010, 640), 330)]), 3)
    painting.wash(sheet, (150, 166, 182), (1 - moon) * _glow(shape, (1010, 640), 620) * 0.55)
    for depth in range(3):
        line = 1180 + 46 * depth + _ridge(shape[1], rng, cell=620, height=52 - 12 * depth)
        _mountain(sheet, line, rng, _mixed(SMOKE, INDIGO, INK, 0.15 + 0.2 * depth), 0.34 + 0.12 * depth, fade=190)
    _water(sheet, 1400, rng)
    dark, grey, light = _heron_at(820, 1010, 1.24)
    _mirror(sheet, [*dark, *grey], 1765, rng)
    body = painting.fill(shape, light)
    painting.lay(sheet, (242, 240, 233), body * 0.94)
    painting.wash(sheet, SMOKE, painting.bleed(body, rng, edge=5, pool=0.9) * 0.32)
    painting.wash(sheet, (84, 100, 122), painting.bleed(painting.fill(shape, grey), rng, edge=4, pool=0.8) * 0.82)
    painting.wash(sheet, INK, painting.fill(shape, dark) * 1.25)
    beak = [painting.brush([(548, 578), (478, 590), (404, 604)], [24, 17, 2])]
    painting.lay(sheet, (206, 146, 62), painting.fill(shape, beak) * 0.9)
    painting.wash(sheet, INK, painting.fill(shape, [painting.brush([(556, 586), (480, 597), (404, 605)], [4, 4, 2])]))
    eye = painting.fill(shape, [painting.disc((577, 566), 8)])
    painting.lay(sheet, (232, 190, 70), eye)
    painting.lay(sheet, (20, 20, 26), painting.fill(shape, [painting.disc((576, 566), 4.4)]))
    _rings(sheet, (800, 1765), rng)
    _reeds(sheet, rng, range(1120, 1560, 22), base=2010, tall=1080)
    _reeds(sheet, rng, range(30, 330, 26), base=2080, tall=700)
    _seal(sheet, (1360, 2010), rng)
    return _framed(sheet, rng)


def pines(seed: int = 37) -> Image.Image:
    """An old pine leaning over a valley full of cloud, 1800 x 2400."""
    rng = np.random.default_rng(seed)
    shape = (2400, 1800)
    sheet = painting.paper(shape, PAPER, rng)
    _sky(sheet, rng, (206, 196, 176), low=0.5, strength=0.55)
    peaks = np.arange(shape[1])
    for depth in range(4):
        near = depth / 5
        tower = -620 * np.exp(-(np.abs((peaks - (1290 - 330 * depth)) / (150 + 26 * depth)) ** 1.5)) * (1 - 0.2 * depth)
        line = 1150 + 230 * depth + tower + _ridge(shape[1], rng, cell=300, height=44)
        _mountain(sheet, line, rng, _mixed(SMOKE, INDIGO, INK, near), 0.42 + 0.3 * near, fade=430, crags=0.8)
    _pine(sheet, rng)
    cliff = 2060 - 640 * np.clip(1 - peaks / 940, 0, 1) ** 0.7 + 260 * np.clip((peaks - 700) / 600, 0, 2)
    cliff += _ridge(shape[1], rng, cell=180, height=22)
    rows = np.arange(shape[0])[:, None]
    painting.lay(sheet, (206, 206, 204), np.clip(rows - cliff[None, :] + 0.5, 0, 1))
    _mountain(sheet, cliff, rng, INK, 1.0, fade=900, crags=0.7)
    for depth in range(2):
        _forest(sheet, cliff + 170 * depth, rng, 0.5 + 0.3 * depth, strength=0.7)
    _birds(sheet, (1000, 330), 5, rng, size=26)
    _seal(sheet, (1560, 2180), rng)
    return _framed(sheet, rng)


def two_boats(seed: int = 41) -> Image.Image:
    """Two boats on a lake without wind, 2600 x 1500."""
    rng = np.random.default_rng(seed)
    shape = (1500, 2600)
    sheet = painting.paper(shape, PAPER, rng)
    _sky(sheet, rng, (228, 196, 150), low=0.42, strength=0.8)
    shore = 690
    at = np.arange(shape[1])
    before = sheet.copy()
    for depth in range(4):
        hump = -210 * np.exp(-(((at - 2050 + 260 * depth) / 520) ** 2)) - 150 * np.exp(-(((at - 380) / 380) ** 2))
        line = 610 + 22 * depth + hump * (1 - 0.24 * depth) + _ridge(shape[1], rng, cell=460, height=30)
        _mountain(sheet, line, rng, _mixed(SMOKE, INDIGO, INK, depth / 4), 0.34 + 0.2 * depth, fade=150 + 20 * depth)
    ink = np.clip(before - sheet, 0, 1)
    ink[shore:] = 0
    sheet[shore:] = before[shore:]
    tall = shape[0] - shore
    flipped = np.zeros_like(ink)
    have = min(shore, tall)
    flipped[shore : shore + have] = ink[shore - have : shore][::-1]
    sheet -= np.stack([painting.blur(_rippled(flipped[..., c], rng, shore), 3) for c in range(3)], -1) * 0.62
    _water(sheet, shore, rng, strength=0.55)
    shoreline = np.exp(-(((np.arange(shape[0]) - shore) / 5) ** 2)).astype(np.float32)[:, None]
    broken = np.clip(painting.noise(shape, 90, rng, stretch=9) * 0.5 + 0.3, 0, 1)
    painting.wash(sheet, INDIGO, shoreline * broken * 0.8)
    _boat(sheet, (1010, 1010), 1.0, rng, person=True)
    _boat(sheet, (1390, 890), 0.62, rng, person=False)
    _reeds(sheet, rng, range(60, 420, 17), base=1430, tall=620)
    _birds(sheet, (1500, 300), 7, rng, size=22)
    _seal(sheet, (2400, 1310), rng)
    return _framed(sheet, rng)


def portrait(seed: int = 5) -> Image.Image:
    """Her avatar: a heron's head in one circle of ink, 800 x 800."""
    rng = np.random.default_rng(seed)
    shape = (800, 800)
    sheet = painting.paper(shape, PAPER, rng)
    sun = painting.fill(shape, [painting.disc((470, 330), 230)])
    painting.wash(sheet, VERMILION, painting.bleed(sun, rng, edge=5, pool=0.4) * 0.85)
    neck = painting.brush(
        [(372, 300), (470, 350), (478, 470), (400, 580), (410, 700), (520, 830)], [92, 104, 92, 104, 150, 260]
    )
    head = painting.spline(
        [(286, 268), (340, 232), (410, 236), (452, 282), (420, 338), (340, 330), (284, 300)], closed=True
    )
    white = painting.fill(shape, [neck, head])
    painting.lay(sheet, (246, 243, 236), white)
    painting.wash(sheet, SMOKE, painting.bleed(white, rng, edge=5, pool=1.0) * 0.42)
    beak = painting.fill(shape, [painting.brush([(306, 276), (200, 296), (88, 322)], [58, 38, 3])])
    painting.lay(sheet, (214, 150, 58), beak)
    marks = [
        painting.brush([(330, 256), (400, 244), (470, 262), (560, 330), (650, 350)], [8, 34, 30, 14, 2]),
        painting.brush([(440, 262), (520, 330), (600, 390)], [16, 12, 2]),
        painting.brush([(300, 288), (200, 304), (92, 323)], [7, 6, 2]),
        *[painting.brush([(436 - n * 5, 420 + n * 62), (428 - n * 8, 452 + n * 62)], [3, 15, 3]) for n in range(5)],
    ]
    painting.wash(sheet, INK, painting.bleed(painting.fill(shape, marks), rng, edge=2, pool=0.4) * 1.3)
    painting.lay(sheet, (236, 196, 66), painting.fill(shape, [painting.disc((352, 276), 20)]))
    painting.lay(sheet, (18, 18, 24), painting.fill(shape, [painting.disc((349, 276), 11)]))
    return painting.image(sheet)


def banner(seed: int = 53) -> Image.Image:
    """Her header: ridges in mist with a flight of birds, 1500 x 500."""
    rng = np.random.default_rng(seed)
    shape = (500, 1500)
    sheet = painting.paper(shape, PAPER, rng)
    _sky(sheet, rng, ROSE, low=0.45, strength=0.5)
    for depth in range(5):
        line = 190 + 62 * depth + _ridge(shape[1], rng, cell=380, height=34)
        _mountain(sheet, line, rng, _mixed(SMOKE, INDIGO, INK, depth / 5), 0.3 + 0.22 * depth, fade=130)
    _birds(sheet, (860, 110), 8, rng, size=16)
    return painting.image(sheet)


def _mixed(far: Colour, middle: Colour, close: Colour, near: float) -> Colour:
    first, last, share = (far, middle, near * 2) if near < 0.5 else (middle, close, near * 2 - 1)
    r, g, b = (round(a + (c - a) * share) for a, c in zip(first, last, strict=True))
    return r, g, b


def _glow(shape: tuple[int, int], centre: tuple[float, float], reach: float) -> Mask:
    y, x = np.ogrid[: shape[0], : shape[1]]
    return np.exp(-((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / (2 * reach**2)).astype(np.float32)


def _sky(sheet: Canvas, rng: np.random.Generator, colour: Colour, *, low: float, strength: float) -> None:
    """A wet wash that gathers at the height `low` (a share of the sheet) and clouds as it dries."""
    height = np.linspace(0, 1, sheet.shape[0], dtype=np.float32)[:, None]
    band = np.exp(-(((height - low) / 0.26) ** 2)) + 0.25 * (1 - height)
    cloud = painting.noise(sheet.shape[:2], 420, rng, octaves=5, stretch=2.6)
    painting.wash(sheet, colour, np.clip(band * (0.8 + 0.24 * cloud), 0, 2) * strength)


def _ridge(width: int, rng: np.random.Generator, *, cell: float, height: float) -> Mask:
    return painting.curve(width, cell, rng, octaves=7, rough=0.46) * height


def _mountain(
    sheet: Canvas,
    line: Mask,
    rng: np.random.Generator,
    colour: Colour,
    strength: float,
    *,
    fade: float,
    crags: float = 0.45,
    veil: float = 0.0,
) -> None:
    """Ink that is dark at the ridge and drowns in mist below it; folds of rock run down from the ridge."""
    height = sheet.shape[0]
    top = max(0, int(line.min()) - 4)
    rows = np.arange(top, height, dtype=np.float32)[:, None]
    below = rows - line[None, :]
    shape = below.shape
    inside = np.clip(below + 0.5, 0, 1)
    mist = painting.noise(shape, fade * 1.1, rng, octaves=3, stretch=3.2) * 0.22
    body = np.exp(-np.clip(below, 0, None) / fade - mist * np.clip(below / fade, 0, 1.5))
    hidden = np.clip(below / (fade * 0.9), 0, 1) * inside * veil
    sheet[top:] += (painting.shade((236, 232, 226)) - sheet[top:]) * hidden[..., None]
    rim = np.exp(-np.clip(below, 0, None) / 9) * 0.22
    folds = _folds(below, fade, rng)
    light = 1 + crags * folds * np.exp(-np.clip(below, 0, None) / (fade * 0.7))
    grain = 1 + 0.07 * painting.noise(shape, 4, rng, octaves=2)
    painting.wash(
        sheet[top:], colour, (inside * (body * np.clip(light, 0.25, 1.9) + rim) * grain * strength).astype(np.float32)
    )


def _folds(below: Mask, fade: float, rng: np.random.Generator) -> Mask:
    """Noise read along lines that lean away from the ridge, so that it looks like gullies."""
    height, width = below.shape
    small = painting.noise((height // 2 + 1, width // 2 + 1), fade * 0.22, rng, octaves=4)
    ridged = 1 - np.abs(small) * 1.3
    x = np.arange(width, dtype=np.float32)[None, :]
    sway = 26 * np.sin(x / 173 + 1.7) + 18 * np.sin(x / 71)
    across = np.clip((x + below * 0.55 * np.tanh(sway / 12)) / 2, 0, width // 2).astype(np.int32)
    down = np.clip(below * 0.17, 0, height // 2).astype(np.int32)
    folds: Mask = ridged[down, across]
    return folds


def _forest(sheet: Canvas, line: Mask, rng: np.random.Generator, near: float, *, strength: float) -> None:
    """Conifers along a ridge, in groups."""
    shape = sheet.shape[:2]
    groups = painting.curve(shape[1], 300, rng, octaves=3)
    outlines: list[Points] = []
    step = 9 + 15 * near
    for place in np.arange(10, shape[1] - 10, step):
        x = float(place + rng.normal(0, step * 0.3))
        index = int(np.clip(x, 0, shape[1] - 1))
        if groups[index] < 0.05:
            continue
        tall = (34 + 74 * near) * (0.6 + 0.5 * min(1.0, float(groups[index]))) * rng.uniform(0.7, 1.25)
        outlines += _conifer(x, float(line[index]) + 8, tall, rng)
    mask = painting.fill(shape, outlines)
    fade = 1 + 0.12 * painting.noise(shape, 60, rng, octaves=2)
    painting.wash(sheet, INK, mask * strength * fade)


def _conifer(x: float, foot: float, tall: float, rng: np.random.Generator) -> list[Points]:
    parts = [painting.brush([(x, foot), (x + rng.normal(0, 1), foot - tall)], [tall * 0.05, 1], steps=4)]
    rows = 8
    for row in range(rows):
        share = row / rows
        y = foot - tall * (0.14 + 0.84 * share)
        reach = tall * 0.25 * (1 - share) ** 0.85 * rng.uniform(0.75, 1.2)
        for side in (-1, 1):
            tip = (x + side * reach, y + tall * 0.06)
            parts.append(painting.brush([(x, y), tip], [tall * 0.075 * (1.1 - share), 1], steps=3))
    return parts


def _birds(sheet: Canvas, at: tuple[float, float], count: int, rng: np.random.Generator, *, size: float) -> None:
    """A flight in a loose wedge, each bird two strokes."""
    outlines: list[Points] = []
    for number in range(count):
        side = 1 if number % 2 else -1
        rank = (number + 1) // 2
        x = at[0] + rank * size * 2.3 + rng.normal(0, size * 0.35)
        y = at[1] + side * rank * size * 0.85 + rank * size * 0.3 + rng.normal(0, size * 0.3)
        wing = size * rng.uniform(0.8, 1.1)
        lift = rng.uniform(0.2, 0.75)
        outlines += [
            painting.brush(
                [(x, y), (x + turn * wing * 0.5, y - wing * lift), (x + turn * wing * 1.1, y - wing * lift * 0.6)],
                [size * 0.19, size * 0.15, 1],
                steps=8,
            )
            for turn in (-1, 1)
        ]
        outlines.append(
            painting.brush([(x - size * 0.3, y + 1), (x + size * 0.22, y)], [size * 0.2, size * 0.1], steps=3)
        )
    painting.wash(sheet, INK, painting.fill(sheet.shape[:2], outlines, sharp=3) * 1.1)


def _seal(sheet: Canvas, at: tuple[int, int], rng: np.random.Generator) -> None:
    """Her mark, stamped: a ridge and a bird in a square."""
    side = 84
    x, y = at
    shape = (side + 20, side + 20)
    block = painting.fill(shape, [np.array([(10, 11), (92, 9), (94, 93), (9, 94)], float)], sharp=4)
    cut = painting.fill(
        shape,
        [
            painting.brush([(20, 78), (38, 46), (52, 66), (70, 34), (85, 76)], [6, 6, 6, 6, 6], steps=2),
            painting.brush([(28, 32), (38, 22), (46, 30)], [5, 5, 5]),
            painting.brush([(46, 30), (54, 22), (63, 30)], [5, 5, 5]),
        ],
        sharp=4,
    )
    worn = np.clip(1.25 - 0.5 * np.clip(painting.noise(shape, 12, rng, octaves=3), 0, 2), 0, 1)
    place = sheet[y : y + shape[0], x : x + shape[1]]
    painting.lay(place, (196, 52, 34), block * worn * 0.95)
    painting.lay(place, PAPER, cut * 0.95)


def _framed(sheet: Canvas, rng: np.random.Generator) -> Image.Image:
    """The border that the tape kept white, with its ragged rim."""
    height, width = sheet.shape[:2]
    margin = 64
    y = np.arange(height, dtype=np.float32)[:, None]
    x = np.arange(width, dtype=np.float32)[None, :]
    inset = np.minimum(np.minimum(x, width - 1 - x), np.minimum(y, height - 1 - y))
    inside = np.clip((inset - margin + 1.6 * painting.noise((height, width), 26, rng, octaves=4)) / 2.2, 0, 1)
    blank = painting.paper((height, width), PAPER, rng)
    rim = np.exp(-(((inset - margin - 3) / 3.2) ** 2)).astype(np.float32) * inside
    painting.wash(sheet, SMOKE, rim * 0.16)
    return painting.image(blank + (sheet - blank) * inside[..., None])


def _water(sheet: Canvas, shore: int, rng: np.random.Generator, *, strength: float = 1.0) -> None:
    """Flat water: a pale wash that deepens towards us, with streaks left dry."""
    shape = (sheet.shape[0] - shore, sheet.shape[1])
    depth = np.linspace(0, 1, shape[0], dtype=np.float32)[:, None]
    streak = painting.noise(shape, 70, rng, octaves=4, stretch=11)
    dry = np.clip(streak - 1.0, 0, 1)
    density = (0.2 + 0.5 * depth**1.4) * (1 + 0.3 * streak) - dry * 0.8
    painting.wash(sheet[shore:], (122, 148, 172), np.clip(density, 0, 2) * strength)


def _rippled(field: Mask, rng: np.random.Generator, shore: int) -> Mask:
    """Pushes rows sideways, more the nearer they are."""
    height, width = field.shape
    sway = painting.curve(height, 34, rng, octaves=3)
    rows = np.arange(height)
    shift = (sway * np.clip((rows - shore) / 24, 0, 16)).astype(int)
    columns = (np.arange(width)[None, :] + shift[:, None]) % width
    pushed: Mask = field[rows[:, None], columns]
    return pushed


def _heron_at(x: float, y: float, size: float) -> tuple[list[Points], list[Points], list[Points]]:
    """Its dark, grey and light parts as outlines; (x, y) is the middle of the body."""

    def put(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(x + px * size, y + py * size) for px, py in points]

    def line(points: Sequence[tuple[float, float]], widths: Sequence[float]) -> Points:
        return painting.brush(put(points), [each * size for each in widths])

    body = painting.spline(
        put(
            [
                (-120, -40),
                (-78, -96),
                (0, -92),
                (92, -34),
                (176, 56),
                (232, 140),
                (150, 118),
                (60, 112),
                (-40, 92),
                (-104, 38),
            ]
        ),
        closed=True,
    )
    neck = line(
        [(-92, 16), (-128, -56), (-84, -128), (-66, -196), (-116, -252), (-168, -290), (-192, -338), (-176, -366)],
        [112, 88, 52, 42, 38, 36, 36, 30],
    )
    head = painting.spline(
        put([(-224, -346), (-206, -372), (-172, -382), (-142, -370), (-140, -346), (-168, -332), (-206, -334)]),
        closed=True,
    )
    wing = painting.spline(
        put(
            [
                (-74, -62),
                (-18, -94),
                (66, -52),
                (146, 24),
                (216, 122),
                (246, 168),
                (176, 140),
                (90, 96),
                (6, 60),
                (-56, 8),
            ]
        ),
        closed=True,
    )
    tail = line([(140, 60), (200, 118), (252, 172)], [46, 38, 6])
    feathers = [
        line([(20 + 36 * n, -18 + 18 * n), (88 + 34 * n, 36 + 22 * n), (140 + 30 * n, 96 + 18 * n)], [4, 7, 2])
        for n in range(4)
    ]
    plumes = [
        line([(-110 + 12 * n, 20), (-118 + 14 * n, 84), (-100 + 18 * n, 138 - 6 * n)], [7, 6, 1]) for n in range(4)
    ]
    crest = [
        line([(-214, -362), (-172, -376), (-128, -364), (-70, -332), (-24, -322)], [4, 15, 14, 7, 1]),
        line([(-140, -366), (-92, -338), (-58, -310)], [9, 7, 1]),
    ]
    legs = [
        line([(-16, 84), (-24, 190), (-30, 286), (-26, 440), (-24, 606)], [40, 15, 17, 9, 10]),
        line([(46, 92), (50, 186), (48, 272), (46, 430), (44, 606)], [40, 15, 17, 9, 10]),
        *[line([(x - 52, 606), (x, 598), (x + 22, 608)], [3, 9, 3]) for x in (-24, 44)],
    ]
    throat = [line([(-98 + 5 * n, -240 + 46 * n), (-94 + 4 * n, -216 + 46 * n)], [2, 8, 2]) for n in range(6)]
    shoulder = line([(-78, -60), (-66, -30), (-40, 6)], [2, 16, 3])
    return [*crest, *legs, *feathers, *throat, shoulder], [wing, tail], [body, neck, head, *plumes]


def _mirror(sheet: Canvas, outlines: list[Points], line: float, rng: np.random.Generator) -> None:
    """What stands in the water, upside down and broken."""
    flipped = [np.column_stack([each[:, 0], 2 * line - each[:, 1]]) for each in outlines]
    mask = _rippled(painting.fill(sheet.shape[:2], flipped), rng, int(line))
    away = np.exp(-np.clip(np.arange(sheet.shape[0]) - line, 0, None) / 330).astype(np.float32)[:, None]
    painting.wash(sheet, INDIGO, painting.blur(mask, 2.4) * away * 0.6)


def _rings(sheet: Canvas, at: tuple[float, float], rng: np.random.Generator) -> None:
    outlines = []
    for number in range(5):
        reach = 70 + 74 * number
        turn = np.linspace(rng.uniform(0, 2), rng.uniform(4.4, 6.2), 9)
        points = [(at[0] + reach * np.cos(t), at[1] + reach * 0.16 * np.sin(t)) for t in turn]
        outlines.append(painting.brush(points, [1, 5 - number * 0.6, 1]))
    painting.wash(sheet, INDIGO, painting.fill(sheet.shape[:2], outlines) * 0.6)


def _reeds(sheet: Canvas, rng: np.random.Generator, places: range, *, base: float, tall: float) -> None:
    """Blades in three depths of ink, some bent, some with seed heads."""
    shape = sheet.shape[:2]
    for layer, (colour, strength) in enumerate([(SMOKE, 0.55), (INDIGO, 0.85), (INK, 1.15)]):
        blades, heads = [], []
        for place in places:
            x = place + rng.normal(0, 16)
            foot = base + rng.normal(0, 26) + 16 * layer
            high = tall * rng.uniform(0.35, 0.95) * (1 - 0.12 * layer)
            lean = rng.normal(0.08, 0.13) * high
            top = (x + lean, foot - high)
            blades.append(painting.brush([(x, foot), (x + lean * 0.25, foot - high * 0.5), top], [9, 7, 1], steps=12))
            if rng.random() < 0.24:
                side = float(np.sign(lean)) * rng.uniform(50, 120)
                arch = [(x + lean * 0.4, foot - high * 0.62), (top[0] + side * 0.2, top[1] + 10)]
                arch += [(top[0] + side * 0.7, top[1] - 4), (top[0] + side * 1.3, top[1] + rng.uniform(50, 120))]
                blades.append(painting.brush(arch, [6, 6, 5, 1], steps=14))
            if rng.random() < 0.15:
                heads.append(painting.brush([top, (top[0] + lean * 0.08, top[1] - 78)], [15, 19, 12], steps=8))
        painting.wash(sheet, colour, painting.fill(shape, blades) * strength)
        painting.wash(sheet, SEPIA, painting.bleed(painting.fill(shape, heads), rng, edge=2) * (0.5 + 0.3 * layer))


def _boat(sheet: Canvas, at: tuple[float, float], size: float, rng: np.random.Generator, *, person: bool) -> None:
    x, y = at

    def put(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(x + px * size, y + py * size) for px, py in points]

    hull = np.vstack(
        [
            painting.spline(put([(-230, -34), (-120, 2), (40, 6), (190, -16), (262, -58)])),
            painting.spline(put([(262, -58), (196, 26), (30, 48), (-140, 40), (-230, -34)])),
        ]
    )
    roof = np.vstack(
        [
            painting.spline(put([(-92, -2), (-84, -62), (-10, -86), (66, -64), (76, -4)])),
            np.array(put([(76, -4), (-92, -2)])),
        ]
    )
    dark: list[Points] = [hull]
    if person:
        robe = painting.spline(
            put([(150, -14), (146, -84), (166, -112), (190, -104), (206, -60), (212, -18)]), closed=True
        )
        hat = np.array(put([(134, -120), (174, -152), (216, -118), (174, -110)]))
        pole = painting.brush(put([(238, -240), (216, -80), (196, 76)]), [5 * size, 6 * size, 4 * size])
        dark += [robe, hat, pole]
    shape = sheet.shape[:2]
    _mirror(sheet, [*dark, roof], y + 42 * size, rng)
    painting.wash(sheet, SEPIA, painting.bleed(painting.fill(shape, [roof]), rng, edge=2, pool=0.8) * 0.8)
    ribs = [
        painting.brush(
            put([(-70 + 26 * n, -4), (-64 + 25 * n, -62 - 6 * (2.5 - abs(n - 2.5)) * 2)]), [3 * size, 3 * size]
        )
        for n in range(6)
    ]
    painting.wash(sheet, INK, painting.fill(shape, ribs) * 0.5)
    painting.wash(sheet, INK, painting.bleed(painting.fill(shape, dark), rng, edge=1.5, pool=0.4) * 1.15)


def _pine(sheet: Canvas, rng: np.random.Generator) -> None:
    """A trunk that leans out over the cloud, and pads of needles, the pale ones first."""
    shape = sheet.shape[:2]
    trunk = [(150, 1640), (250, 1430), (330, 1240), (520, 1120), (640, 960), (640, 800), (760, 690), (900, 640)]
    boughs = [
        [(330, 1240), (480, 1260), (660, 1230), (860, 1270), (1010, 1250)],
        [(520, 1120), (720, 1070), (900, 1080), (1100, 1030)],
        [(640, 960), (500, 900), (350, 910), (230, 860)],
        [(650, 860), (820, 850), (980, 800)],
        [(640, 800), (520, 700), (400, 690)],
        [(760, 690), (740, 590), (800, 500)],
    ]
    wood = [painting.brush(trunk, [104, 84, 70, 60, 46, 36, 24, 8])]
    wood += [painting.brush(bough, [32, 26, 16, 5]) for bough in boughs]
    bark = painting.bleed(painting.fill(shape, wood), rng, edge=3, pool=0.7)
    painting.wash(sheet, SEPIA, bark * 0.9)
    plates = np.clip(painting.noise(shape, 26, rng, octaves=3) * 0.6 + 0.55, 0, 1)
    painting.wash(sheet, INK, bark * plates * 1.1)
    pads = [(x, y - 16) for bough in boughs for x, y in painting.spline(bough, steps=3)[2:]]
    pads += [(900, 640), (980, 650), (850, 600), (1060, 1010), (1160, 1040), (1060, 1245), (180, 850), (350, 670)]
    for colour, strength, lift in [(SMOKE, 0.5, 14), ((70, 98, 96), 0.8, 0), ((34, 52, 52), 1.1, -12)]:
        needles: list[Points] = []
        for x, y in pads:
            needles += _pad(x + rng.normal(0, 14), y - lift, rng.uniform(74, 118), rng)
        painting.wash(sheet, colour, painting.fill(shape, needles) * strength)


def _pad(x: float, y: float, reach: float, rng: np.random.Generator) -> list[Points]:
    """Fans of needles that make one flat cloud of a branch."""
    parts = []
    for _ in range(15):
        left = x + rng.uniform(-reach, reach)
        low = y + rng.normal(0, reach * 0.1) - 0.25 * (reach - abs(left - x))
        for angle in np.linspace(-1.25, 1.25, 7):
            size = reach * rng.uniform(0.22, 0.36)
            tip = (left + size * np.sin(angle), low - size * np.cos(angle) * 0.8)
            parts.append(np.array([(left - 2, low), tip, (left + 2, low)]))
    return parts
