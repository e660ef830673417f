"""Otto Lindqvist's hand: cut paper, flat colours, few shapes, each sheet throwing its shadow on the one below."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from tools.demo import painting
from tools.demo.painting import Canvas, Colour, Mask, Points

CREAM: Colour = (244, 232, 208)
CORAL: Colour = (232, 98, 76)
BRICK: Colour = (176, 62, 48)
MUSTARD: Colour = (236, 174, 66)
PINE: Colour = (28, 74, 66)
LEAF: Colour = (52, 122, 92)
MINT: Colour = (150, 196, 166)
NIGHT: Colour = (22, 38, 72)
BLUE: Colour = (44, 84, 140)
SKY: Colour = (138, 186, 208)
PINK: Colour = (242, 186, 172)
BLACK: Colour = (26, 26, 36)


class Sheets:
    """A pile of cut paper. Every sheet keeps one fibre texture, so that the pile looks like one batch of paper."""

    def __init__(self, shape: tuple[int, int], ground: Colour, rng: np.random.Generator) -> None:
        self.shape = shape
        self.rng = rng
        fibre = painting.noise(shape, 9, rng, octaves=3, stretch=2.5)
        broad = painting.noise(shape, 260, rng, octaves=3)
        self.relief = 1 + 0.011 * (fibre - np.roll(fibre, (2, 1), (0, 1))) + 0.008 * broad
        self.canvas: Canvas = np.ones((*shape, 3), np.float32) * painting.shade(ground) * self.relief[..., None]

    def put(self, colour: Colour, *outlines: Points, lift: float = 10, within: Mask | None = None) -> Mask:
        """Lays a sheet of these outlines down, `lift` pixels above the pile (0 is printed on, without a shadow)."""
        mask = painting.fill(self.shape, outlines)
        return self.lay(colour, mask if within is None else mask * within, lift=lift)

    def lay(self, colour: Colour, mask: Mask, *, lift: float = 10) -> Mask:
        rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        if not len(rows):
            return mask
        reach = int(lift * 4) + 4
        top, left = max(0, rows[0] - reach), max(0, columns[0] - reach)
        part = np.s_[top : rows[-1] + reach, left : columns[-1] + reach]
        cut, below = mask[part], self.canvas[part]
        if lift:
            shadow = painting.blur(painting.moved(cut, int(lift * 0.8), int(lift * 0.5)), lift)
            below *= (1 - 0.36 * shadow * (1 - cut))[..., None]
        flat = painting.shade(colour) * self.relief[part][..., None]
        if lift:
            lit = np.clip(cut - painting.moved(cut, 2, 2), 0, 1)
            flat = flat * (1 + 0.13 * lit)[..., None]
        below += (flat - below) * cut[..., None]
        return mask

    def image(self) -> Image.Image:
        return painting.image(self.canvas)


def monstera(seed: int = 3) -> Image.Image:
    """A monstera in a striped pot on a coral wall, 1800 x 2400."""
    sheets = Sheets((2400, 1800), CORAL, np.random.default_rng(seed))
    sheets.put(MUSTARD, painting.disc((1240, 640), 430), lift=0)
    sheets.put(PINK, _rectangle(0, 2010, 1800, 2400), lift=14)
    sheets.put(CREAM, _rectangle(0, 2010, 1800, 2036), lift=0)
    stems = [(420, 560), (900, 330), (1390, 600), (330, 1120), (1480, 1130), (900, 900), (640, 1420), (1210, 1430)]
    for x, y in stems:
        bend = [(900 + (x - 900) * 0.08, 1740), (900 + (x - 900) * 0.4, (y + 1740) / 2 + 60), (x, y)]
        sheets.put(PINE, painting.brush(bend, [24, 18, 12]), lift=5)
    leaves = [
        (0, 300, -0.95, PINE), (1, 330, -0.05, LEAF), (2, 310, 0.85, PINE), (3, 285, -1.5, LEAF),
        (4, 290, 1.42, MINT), (6, 250, -2.2, MINT), (7, 245, 2.2, LEAF), (5, 300, 0.25, PINE),
    ]  # fmt: skip
    for index, size, turn, colour in leaves:
        _monstera_leaf(sheets, stems[index], size, turn, colour)
    pot = np.array([(620, 1690), (1180, 1690), (1110, 2190), (690, 2190)], float)
    inside = painting.fill(sheets.shape, [pot])
    sheets.lay(CREAM, inside, lift=20)
    for row in range(3):
        zigzag = [(600 + 50 * n, 1850 + 110 * row + (34 if n % 2 else -34)) for n in range(14)]
        band = np.vstack([zigzag, [(x, y + 44) for x, y in reversed(zigzag)]])
        sheets.put((NIGHT, CORAL, BLUE)[row], band, lift=0, within=inside)
    sheets.put(CREAM, _rectangle(590, 1650, 1210, 1740), lift=12)
    _fallen_leaf(sheets, (340, 2240), 120, 0.3)
    return sheets.image()


def lighthouse(seed: int = 8) -> Image.Image:
    """A lighthouse holding two beams over a night sea, 1700 x 2400."""
    rng = np.random.default_rng(seed)
    sheets = Sheets((2400, 1700), NIGHT, rng)
    stars = [
        painting.disc((rng.uniform(40, 1660), rng.uniform(40, 1350)), rng.choice([3, 3, 4, 6]), points=12)
        for _ in range(150)
    ]
    sheets.put(CREAM, *stars, lift=0)
    for ring, tone in enumerate([(32, 52, 92), (44, 66, 108), (60, 84, 128)]):
        sheets.put(tone, painting.disc((420, 470), 430 - 90 * ring), lift=0)
    lamp = (1120.0, 812.0)
    for spread, tone in [(1.0, (84, 92, 112)), (0.66, (136, 128, 112)), (0.34, (206, 180, 118))]:
        left = np.array([lamp, (-60, 700 - 330 * spread), (-60, 700 + 250 * spread)])
        right = np.array([lamp, (1760, 640 - 130 * spread), (1760, 640 + 230 * spread)])
        sheets.put(tone, left, right, lift=0)
    moon = painting.fill(sheets.shape, [painting.disc((420, 470), 165)])
    sheets.lay(CREAM, moon, lift=14)
    craters = [painting.disc((360, 420), 34), painting.disc((470, 520), 48), painting.disc((455, 395), 22)]
    sheets.put((226, 212, 184), *craters, lift=0, within=moon)
    _cloud(sheets, (1390, 300), 1.0, (70, 96, 142))
    _cloud(sheets, (150, 930), 0.8, (58, 82, 128))
    tones: list[Colour] = [(30, 60, 104), (36, 78, 124), (44, 98, 146), (62, 124, 166), (96, 156, 184), (150, 196, 204)]
    _waves(sheets, 1400, tones[0], rng, height=20, cell=210)
    _waves(sheets, 1490, tones[1], rng, height=26, cell=240)
    rock = painting.spline(
        [
            (640, 1760),
            (720, 1560),
            (830, 1500),
            (900, 1400),
            (1010, 1370),
            (1240, 1376),
            (1340, 1450),
            (1460, 1480),
            (1640, 1780),
        ]
    )
    sheets.put((48, 46, 62), np.vstack([rock, [(1700, 2000), (600, 2000)]]), lift=18)
    facet = painting.spline([(1180, 1376), (1240, 1480), (1400, 1560), (1500, 1780)])
    sheets.put((66, 62, 80), np.vstack([facet, [(1640, 1780), (1460, 1480), (1340, 1450), (1240, 1376)]]), lift=0)
    _tower(sheets)
    _house(sheets)
    _sailboat(sheets, (330, 1520))
    for row in range(2, 6):
        _waves(sheets, 1470 + 150 * (row - 1), tones[row], rng, height=34 + 8 * row, cell=280 + 40 * row)
    return sheets.image()


def citrus(seed: int = 14) -> Image.Image:
    """Citrus, a blue jug and a check cloth seen from the side, 2000 x 2000."""
    sheets = Sheets((2000, 2000), (250, 214, 184), np.random.default_rng(seed))
    sheets.put((244, 190, 160), painting.disc((1000, 900), 720), lift=0)
    cloth = painting.fill(sheets.shape, [_rectangle(0, 1330, 2000, 2000)])
    sheets.lay(CREAM, cloth, lift=16)
    for column in range(-4, 14):
        near = [(1000 + (column - 5) * 150, 1330), (1000 + (column - 4.5) * 150, 1330)]
        far = [(1000 + (column - 4.5) * 250, 2000), (1000 + (column - 5) * 250, 2000)]
        sheets.put((236, 176, 162), np.array(near + far, float), lift=0, within=cloth)
    for top, low in [(1390, 1450), (1540, 1620), (1740, 1850)]:
        stripe = painting.fill(sheets.shape, [_rectangle(0, top, 2000, low)])
        sheets.canvas *= 1 - 0.16 * stripe[..., None] * np.array([0.1, 1, 1], np.float32)
    _branch(sheets, [(570, 700), (620, 420), (760, 240), (930, 170)])
    _branch(sheets, [(550, 700), (500, 400), (390, 230), (300, 190)])
    _jug(sheets, 560, 1420)
    bowl = np.vstack(
        [
            painting.spline([(860, 1180), (940, 1420), (1130, 1510), (1420, 1510), (1610, 1420), (1690, 1180)]),
            [(860, 1180)],
        ]
    )
    for x, y, size, colour in [(1060, 1090, 165, CORAL), (1490, 1090, 170, MUSTARD), (1280, 1010, 190, (240, 136, 54))]:
        _orange(sheets, (x, y), size, colour)
    sheets.put(BLUE, bowl, lift=18)
    inside = painting.fill(sheets.shape, [bowl])
    for n in range(7):
        sheets.put(CREAM, painting.disc((945 + 110 * n, 1300 - 8 * abs(3 - n)), 26), lift=0, within=inside)
    sheets.put((34, 66, 116), painting.brush([(850, 1188), (1275, 1196), (1700, 1188)], [34, 34, 34]), lift=6)
    _slice(sheets, (780, 1650), 215, (238, 128, 48), (250, 178, 84))
    _slice(sheets, (1230, 1730), 170, MUSTARD, (252, 224, 128))
    _orange(sheets, (1640, 1640), 180, (240, 136, 54))
    _orange(sheets, (330, 1640), 130, MUSTARD)
    return sheets.image()


def window_cat(seed: int = 20) -> Image.Image:
    """A black cat between plants in a window, a town going to bed behind it, 2400 x 1800."""
    rng = np.random.default_rng(seed)
    sheets = Sheets((1800, 2400), (90, 62, 104), rng)
    for row, tone in enumerate([(124, 76, 116), (172, 92, 116), (218, 122, 110), (242, 166, 116), (250, 206, 142)]):
        edge = painting.spline(
            [(x, 330 + 175 * row + 24 * np.sin(x / 260 + row * 1.9)) for x in range(-100, 2600, 150)]
        )
        sheets.put(tone, np.vstack([edge, [(2500, 1800), (-100, 1800)]]), lift=7)
    sheets.put(CREAM, painting.disc((1720, 690), 150), lift=8)
    _roofs(sheets, rng, base=1080, tone=(150, 92, 126), width=170, lit=0.3)
    _roofs(sheets, rng, base=1190, tone=(96, 64, 108), width=230, lit=0.5)
    _roofs(sheets, rng, base=1330, tone=(58, 44, 84), width=300, lit=0.6)
    frame: Colour = (34, 64, 72)
    bars = [
        _rectangle(0, 0, 2400, 90),
        _rectangle(0, 0, 90, 1800),
        _rectangle(2310, 0, 2400, 1800),
        _rectangle(1168, 0, 1232, 1500),
    ]
    sheets.put(frame, *bars, lift=20)
    sheets.put((48, 88, 94), _rectangle(0, 1480, 2400, 1800), lift=22)
    sheets.put((74, 122, 122), _rectangle(0, 1480, 2400, 1516), lift=0)
    _curtain(sheets, 0, 430)
    _curtain(sheets, 2400, 2020)
    _snake_plant(sheets, (600, 1480), rng)
    _cat(sheets, (1500, 1560))
    _cactus(sheets, (2010, 1490))
    return sheets.image()


def portrait(seed: int = 31) -> Image.Image:
    """His avatar: himself in six sheets of paper, 800 x 800."""
    sheets = Sheets((800, 800), MUSTARD, np.random.default_rng(seed))
    sheets.put(CORAL, painting.disc((400, 420), 310), lift=0)
    sheets.put(
        NIGHT,
        painting.spline([(110, 830), (180, 660), (330, 600), (480, 600), (630, 660), (700, 830)], closed=True),
        lift=12,
    )
    sheets.put((226, 164, 132), painting.brush([(400, 520), (402, 640)], [130, 150]), lift=4)
    sheets.put(
        (240, 184, 152),
        painting.spline(
            [(270, 330), (290, 230), (400, 180), (510, 230), (530, 330), (500, 470), (400, 550), (300, 470)],
            closed=True,
        ),
        lift=10,
    )
    beard = [
        (262, 370),
        (300, 440),
        (350, 452),
        (400, 440),
        (450, 452),
        (500, 440),
        (538, 370),
        (530, 520),
        (400, 640),
        (270, 520),
    ]
    sheets.put(BRICK, painting.spline(beard, closed=True), lift=8)
    sheets.put((250, 222, 204), painting.brush([(360, 492), (400, 510), (440, 492)], [4, 22, 4]), lift=0)
    sheets.put(
        PINE,
        painting.spline([(250, 320), (262, 170), (400, 110), (538, 170), (550, 320), (400, 270)], closed=True),
        lift=10,
    )
    sheets.put(LEAF, painting.brush([(240, 312), (400, 262), (560, 312)], [64, 72, 64]), lift=6)
    sheets.put(CREAM, painting.disc((400, 106), 38), lift=6)
    for x in (338, 462):
        sheets.put(BLACK, painting.disc((x, 362), 46), lift=4)
        sheets.put((236, 240, 236), painting.disc((x, 362), 37), lift=0)
        sheets.put(BLACK, painting.disc((x + 4, 366), 11), lift=0)
    sheets.put(BLACK, painting.brush([(380, 356), (400, 350), (420, 356)], [9, 9, 9]), lift=0)
    sheets.put((226, 150, 122), painting.spline([(400, 370), (424, 430), (400, 446), (376, 430)], closed=True), lift=3)
    return sheets.image()


def banner(seed: int = 32) -> Image.Image:
    """His header: leaves and fruit in a row, 1500 x 500."""
    rng = np.random.default_rng(seed)
    sheets = Sheets((500, 1500), PINE, rng)
    for n in range(9):
        x = 60 + 175 * n
        lean = 40 if n % 2 else -40
        sheets.put(
            (LEAF, MINT, MUSTARD)[n % 3],
            _leaf([(x, 560), (x + lean, 330), (x - lean * 0.4, 60 + 50 * (n % 3))], 150),
            lift=12,
        )
        sheets.put(
            PINE, painting.brush([(x, 560), (x + lean, 330), (x - lean * 0.4, 90 + 50 * (n % 3))], [8, 6, 2]), lift=0
        )
    for n in range(5):
        _orange(sheets, (150 + 300 * n, 370), 78, (CORAL, (240, 136, 54))[n % 2])
    return sheets.image()


def _rectangle(left: float, top: float, right: float, low: float) -> Points:
    return np.array([(left, top), (right, top), (right, low), (left, low)], float)


def _leaf(spine: Sequence[tuple[float, float]], width: float) -> Points:
    return painting.brush(spine, [2, width * 0.7, width, width * 0.86, width * 0.5, 1])


def _placed(points: Points, at: tuple[float, float], size: float, turn: float) -> Points:
    cos, sin = np.cos(turn), np.sin(turn)
    return (
        np.column_stack([points[:, 0] * cos - points[:, 1] * sin, points[:, 0] * sin + points[:, 1] * cos]) * size + at
    )


def _monstera_leaf(sheets: Sheets, at: tuple[float, float], size: float, turn: float, colour: Colour) -> None:
    """A heart with slits between the ribs and holes along the middle; it points up when `turn` is 0 (radians)."""
    heart = painting.spline(
        [(0, 0.42), (-0.3, 0.62), (-0.66, 0.56), (-0.9, 0.2), (-0.88, -0.24), (-0.62, -0.72), (-0.22, -1.08),
         (0, -1.24), (0.22, -1.08), (0.62, -0.72), (0.88, -0.24), (0.9, 0.2), (0.66, 0.56), (0.3, 0.62)], closed=True,
    )  # fmt: skip
    mask = painting.fill(sheets.shape, [_placed(heart, at, size, turn)])
    slits, holes, ribs = [], [], []
    for side in (-1, 1):
        for row in range(5):
            y = 0.26 - 0.27 * row
            rise = -0.16 - 0.05 * row
            slit = [(side * 0.36, y + rise * 0.4), (side * 0.68, y + rise), (side * 1.1, y + rise * 1.9)]
            slits.append(_placed(painting.brush(slit, [0.02, 0.085, 0.15]), at, size, turn))
            if row < 4:
                spot = painting.brush([(side * 0.15, y - 0.16), (side * 0.25, y - 0.23)], [0.02, 0.07, 0.02])
                holes.append(_placed(spot, at, size, turn))
            rib = [(0, y + 0.1), (side * 0.4, y - 0.1), (side * 0.76, y - 0.3)]
            ribs.append(_placed(painting.brush(rib, [0.026, 0.018, 0.004]), at, size, turn))
    ribs.append(_placed(painting.brush([(0, 0.42), (0, -0.3), (0, -1.16)], [0.05, 0.035, 0.006]), at, size, turn))
    mask = mask * (1 - painting.fill(sheets.shape, [*slits, *holes]))
    sheets.lay(colour, mask, lift=15)
    r, g, b = colour
    paler: Colour = (min(255, r + 34), min(255, g + 36), min(255, b + 30))
    sheets.put(paler, *ribs, lift=0, within=mask)


def _fallen_leaf(sheets: Sheets, at: tuple[float, float], size: float, turn: float) -> None:
    spine = _placed(np.array([(-1, 0.2), (-0.3, -0.1), (0.4, 0.02), (1, -0.2)]), at, size, turn)
    sheets.put(LEAF, _leaf([(x, y) for x, y in spine], size * 0.7), lift=10)
    sheets.put(MINT, painting.brush([(x, y) for x, y in spine], [6, 5, 2]), lift=0)


def _cloud(sheets: Sheets, at: tuple[float, float], size: float, colour: Colour) -> None:
    x, y = at
    puffs = [
        painting.disc((x + dx * size, y - dy * size), r * size)
        for dx, dy, r in [(-150, 10, 70), (-50, 60, 105), (80, 40, 90), (170, 4, 60)]
    ]
    sheets.put(colour, *puffs, _rectangle(x - 220 * size, y - 10 * size, x + 230 * size, y + 60 * size), lift=10)


def _waves(
    sheets: Sheets, level: float, colour: Colour, rng: np.random.Generator, *, height: float, cell: float
) -> None:
    """A strip of sea with a scalloped edge."""
    width = sheets.shape[1]
    phase = rng.uniform(0, cell)
    x = np.arange(-20, width + 20, 6, dtype=float)
    crest = np.abs(np.sin((x + phase) / cell * np.pi))
    edge = np.column_stack([x, level - height * crest + 12 * np.sin(x / 330 + phase)])
    sheets.put(colour, np.vstack([edge, [(width + 20, sheets.shape[0] + 20), (-20, sheets.shape[0] + 20)]]), lift=13)


def _tower(sheets: Sheets) -> None:
    body = np.array([(1030, 940), (1210, 940), (1256, 1400), (984, 1400)], float)
    inside = painting.fill(sheets.shape, [body])
    sheets.lay(CREAM, inside, lift=14)
    for row in range(2):
        sheets.put(CORAL, _rectangle(900, 1030 + 190 * row, 1300, 1125 + 190 * row), lift=0, within=inside)
    sheets.put(
        (216, 196, 170),
        np.array([(1160, 940), (1210, 940), (1256, 1400), (1176, 1400)], float),
        lift=0,
        within=inside * 0.55,
    )
    sheets.put(NIGHT, _rectangle(1100, 1180, 1138, 1232), _rectangle(1100, 990, 1138, 1036), lift=0)
    sheets.put(BLACK, _rectangle(1000, 908, 1240, 944), lift=8)
    sheets.put((255, 240, 178), _rectangle(1062, 740, 1178, 910), lift=0)
    sheets.put((255, 252, 226), painting.disc((1120, 815), 44), lift=0)
    sheets.put(BLACK, *[_rectangle(x, 730, x + 9, 910) for x in (1056, 1116, 1175)], lift=0)
    sheets.put(BRICK, np.array([(1036, 742), (1204, 742), (1120, 640)], float), lift=8)
    sheets.put(BRICK, painting.brush([(1120, 650), (1120, 596)], [10, 6]), painting.disc((1120, 592), 13), lift=0)


def _house(sheets: Sheets) -> None:
    sheets.put(CREAM, _rectangle(1290, 1350, 1450, 1478), lift=10)
    sheets.put(CORAL, np.array([(1268, 1356), (1472, 1356), (1430, 1270), (1310, 1270)], float), lift=8)
    sheets.put(BRICK, _rectangle(1400, 1236, 1428, 1290), lift=3)
    sheets.put(MUSTARD, _rectangle(1316, 1388, 1356, 1428), _rectangle(1388, 1388, 1428, 1428), lift=0)


def _sailboat(sheets: Sheets, at: tuple[float, float]) -> None:
    x, y = at
    sheets.put(CREAM, np.array([(x - 4, y - 220), (x - 4, y - 36), (x - 118, y - 36)], float), lift=8)
    sheets.put(CORAL, np.array([(x + 10, y - 188), (x + 10, y - 36), (x + 92, y - 36)], float), lift=8)
    sheets.put(
        BRICK, np.array([(x - 132, y - 28), (x + 124, y - 28), (x + 78, y + 40), (x - 92, y + 40)], float), lift=8
    )


def _orange(sheets: Sheets, at: tuple[float, float], size: float, colour: Colour) -> None:
    whole = painting.fill(sheets.shape, [painting.disc(at, size)])
    sheets.lay(colour, whole, lift=12)
    r, g, b = colour
    shifted = painting.fill(sheets.shape, [painting.disc((at[0] - size * 0.2, at[1] - size * 0.18), size * 0.98)])
    sheets.lay((round(r * 0.86), round(g * 0.76), round(b * 0.78)), whole * (1 - shifted), lift=0)
    glint = painting.brush(
        [
            (at[0] - size * 0.62, at[1] - size * 0.1),
            (at[0] - size * 0.5, at[1] - size * 0.46),
            (at[0] - size * 0.2, at[1] - size * 0.66),
        ],
        [2, size * 0.11, 2],
    )
    sheets.put((255, 232, 190), glint, lift=0)
    sheets.put(
        PINE, painting.disc((at[0] + size * 0.08, at[1] - size * 0.86), size * 0.09, squash=0.6, points=6), lift=2
    )


def _slice(sheets: Sheets, at: tuple[float, float], size: float, rind: Colour, flesh: Colour) -> None:
    sheets.put(rind, painting.disc(at, size, squash=0.8), lift=14)
    sheets.put((255, 244, 216), painting.disc(at, size * 0.89, squash=0.8), lift=0)
    for n in range(9):
        turn = 2 * np.pi * n / 9 + 0.2
        wedge = [
            (at[0] + reach * size * np.cos(turn + off), at[1] + 0.8 * reach * size * np.sin(turn + off))
            for reach, off in [(0.12, 0), (0.5, -0.25), (0.78, -0.27), (0.8, 0), (0.78, 0.27), (0.5, 0.25)]
        ]
        sheets.put(flesh, painting.spline(wedge, closed=True), lift=0)


def _jug(sheets: Sheets, x: float, foot: float) -> None:
    handle = painting.spline([(x - 130, 760), (x - 330, 760), (x - 350, 960), (x - 170, 1090)])
    sheets.put(BLUE, painting.brush([(px, py) for px, py in handle[::8]], [46, 40, 46], steps=6), lift=10)
    body = painting.spline(
        [(x - 110, 640), (x - 120, 760), (x - 220, 960), (x - 230, 1180), (x - 150, foot), (x + 150, foot),
         (x + 230, 1180), (x + 220, 960), (x + 120, 760), (x + 140, 600), (x + 40, 640)], closed=True,
    )  # fmt: skip
    whole = sheets.put(BLUE, body, lift=18)
    sheets.put(
        (34, 66, 116),
        painting.brush([(x + 150, 620), (x + 190, 1000), (x + 150, 1440)], [60, 130, 120]),
        lift=0,
        within=whole,
    )
    sheets.put(CREAM, painting.brush([(x - 250, 1010), (x, 1040), (x + 250, 1010)], [26, 26, 26]), lift=0, within=whole)
    sheets.put(CREAM, painting.brush([(x - 250, 1210), (x, 1240), (x + 250, 1210)], [26, 26, 26]), lift=0, within=whole)
    for n in range(7):
        dot = painting.disc((x - 186 + 62 * n, 1132 - 4 * abs(3 - n)), 17)
        sheets.put(MUSTARD, dot, lift=0, within=whole)


def _branch(sheets: Sheets, spine: list[tuple[float, float]]) -> None:
    sheets.put(PINE, painting.brush(spine, [18, 14, 9, 5]), lift=6)
    line = painting.spline(spine, steps=4)
    for n, (x, y) in enumerate(line[2:]):
        side = 1 if n % 2 else -1
        tip = (x + side * 140 - 20, y - 70)
        sheets.put(
            (LEAF, PINE, MINT)[n % 3], _leaf([(x, y), ((x + tip[0]) / 2, (y + tip[1]) / 2 - 26), tip], 74), lift=9
        )


def _roofs(sheets: Sheets, rng: np.random.Generator, *, base: float, tone: Colour, width: float, lit: float) -> None:
    x = -rng.uniform(0, width)
    houses, lamps = [], []
    while x < sheets.shape[1]:
        wide = width * rng.uniform(0.7, 1.25)
        top = base - rng.uniform(0, width * 0.7)
        peak = top - wide * rng.uniform(0.25, 0.6)
        houses.append(np.array([(x, 1600), (x, top), (x + wide / 2, peak), (x + wide, top), (x + wide, 1600)]))
        if rng.random() < 0.7:
            houses.append(_rectangle(x + wide * 0.66, peak - 6, x + wide * 0.8, top))
        side = width * 0.13
        for column in range(2):
            for row in range(2):
                if rng.random() < lit:
                    left = x + wide * (0.25 + 0.32 * column)
                    up = top + width * (0.12 + 0.34 * row)
                    lamps.append(_rectangle(left, up, left + side, up + side * 1.35))
        x += wide
    sheets.put(tone, *houses, lift=11)
    sheets.put((255, 214, 128), *lamps, lift=0)


def _curtain(sheets: Sheets, outer: float, inner: float) -> None:
    fold = (inner - outer) / 4
    for n in range(4, 0, -1):
        edge = [
            (outer + fold * n, -40),
            (outer + fold * n * 0.96, 500),
            (outer + fold * n * 0.5, 1120),
            (outer + fold * n * 0.62, 1640),
        ]
        tone: Colour = (226, 92, 84) if n % 2 else (196, 70, 70)
        sheets.put(tone, np.vstack([painting.spline(edge), [(outer, 1640), (outer, -40)]]), lift=9)
    sheets.put(MUSTARD, painting.brush([(outer, 1090), (outer + fold * 2.2, 1128)], [44, 40]), lift=8)


def _snake_plant(sheets: Sheets, at: tuple[float, float], rng: np.random.Generator) -> None:
    x, y = at
    for n, lean in enumerate([-190, 170, -110, 100, -20, 40]):
        tall = 560 + 90 * (n % 3) + rng.uniform(-30, 30)
        spine = [(x + lean * 0.2, y - 160), (x + lean * 0.6, y - tall * 0.6), (x + lean, y - tall - 100)]
        mask = sheets.put((PINE, LEAF)[n % 2], painting.brush(spine, [54, 78, 56, 2]), lift=10)
        sheets.put(MINT, painting.brush(spine, [10, 14, 10, 1]), lift=0, within=mask)
    pot = np.array([(x - 190, y - 230), (x + 190, y - 230), (x + 140, y + 40), (x - 140, y + 40)])
    whole = sheets.put(CREAM, pot, lift=14)
    sheets.put(CORAL, *[painting.disc((x - 150 + 100 * n, y - 110), 34) for n in range(4)], lift=0, within=whole)
    sheets.put(CREAM, _rectangle(x - 206, y - 262, x + 206, y - 206), lift=8)


def _cactus(sheets: Sheets, at: tuple[float, float]) -> None:
    x, y = at
    arms = [
        painting.brush([(x, y - 100), (x, y - 260), (x, y - 420)], [130, 150, 150, 140, 90]),
        painting.disc((x, y - 414), 52),
        painting.brush([(x - 50, y - 230), (x - 120, y - 250), (x - 134, y - 350)], [60, 64, 60]),
        painting.disc((x - 134, y - 350), 30),
    ]
    mask = sheets.put(LEAF, *arms, lift=12)
    sheets.put(
        MINT,
        *[painting.brush([(x + dx, y - 110), (x + dx * 1.1, y - 440)], [5, 5]) for dx in (-34, 0, 34)],
        lift=0,
        within=mask,
    )
    petals = [painting.disc((x + 30 * np.cos(a), y - 470 + 30 * np.sin(a)), 24) for a in np.linspace(0, 5.03, 5)]
    sheets.put(PINK, *petals, lift=5)
    sheets.put(MUSTARD, painting.disc((x, y - 470), 18), lift=0)
    sheets.put(MUSTARD, np.array([(x - 120, y - 150), (x + 120, y - 150), (x + 90, y + 50), (x - 90, y + 50)]), lift=14)
    sheets.put((214, 148, 48), _rectangle(x - 132, y - 176, x + 132, y - 130), lift=6)


def _cat(sheets: Sheets, at: tuple[float, float]) -> None:
    """It sits with its back to us and looks at the town; one ear listens to the room."""
    x, y = at
    tail = [(x + 120, y - 60), (x + 300, y - 20), (x + 380, y + 60), (x + 330, y + 170), (x + 250, y + 150)]
    sheets.put(BLACK, painting.brush(tail, [70, 60, 54, 48, 30]), painting.disc((x + 250, y + 150), 16), lift=14)
    body = painting.spline(
        [(x - 230, y - 10), (x - 236, y - 180), (x - 160, y - 400), (x - 90, y - 500), (x + 90, y - 500),
         (x + 160, y - 400), (x + 236, y - 180), (x + 230, y - 10), (x, y + 26)], closed=True,
    )  # fmt: skip
    head = painting.spline(
        [
            (x - 170, y - 580),
            (x - 140, y - 690),
            (x, y - 730),
            (x + 140, y - 690),
            (x + 170, y - 580),
            (x + 100, y - 470),
            (x - 100, y - 470),
        ],
        closed=True,
    )
    ears = [
        np.array([(x - 166, y - 610), (x - 178, y - 810), (x - 30, y - 716)]),
        np.array([(x + 166, y - 610), (x + 214, y - 800), (x + 36, y - 716)]),
    ]
    sheets.put(BLACK, body, head, *ears, lift=16)
    sheets.put((236, 150, 140), np.array([(x + 158, y - 668), (x + 192, y - 766), (x + 100, y - 706)]), lift=0)
    rim: Colour = (92, 66, 92)
    sheets.put(
        rim,
        painting.brush([(x - 222, y - 60), (x - 214, y - 190), (x - 148, y - 390), (x - 104, y - 470)], [2, 12, 12, 2]),
        lift=0,
    )
    sheets.put(rim, painting.brush([(x - 156, y - 590), (x - 130, y - 676), (x - 60, y - 706)], [2, 10, 2]), lift=0)
    haunch = painting.brush(
        [(x + 70, y - 10), (x + 70, y - 130), (x + 170, y - 200), (x + 214, y - 110)], [2, 10, 10, 2]
    )
    sheets.put((58, 50, 68), haunch, lift=0)
    sheets.put(CORAL, painting.brush([(x - 98, y - 476), (x, y - 456), (x + 98, y - 476)], [24, 28, 24]), lift=4)
    sheets.put(MUSTARD, painting.disc((x + 60, y - 446), 20), lift=3)
