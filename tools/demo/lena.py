"""Lena Arai's hand: pixel art of quiet places, one palette of 27 colours, every pixel placed on the grid."""

import numpy as np
from PIL import Image

from tools.demo.pixels import LETTERS, WARM, Grid

CAT = (
    "..k.....k...........",
    "..kk...kk...........",
    "..kkkkkkk...........",
    ".kkkkkkkkk..........",
    ".klkkkkklk..........",
    ".kkkkrkkkk........k.",
    "..kkkkkkk.........kk",
    "...kkkkkkkk........k",
    "..kkkkkkkkkkk......k",
    "..kkkkkkkkkkkk....kk",
    "..kkkkkkkkkkkkk..kk.",
    "..kkkkkkkkkkkkkkkkk.",
    "..kkkkkkkkkkkkkkkk..",
    "..kkk.kkkkkkkkkkk...",
    "..kkk.kkk.kkkkkkk...",
)
SITTING = (
    "..k...k....",
    "..kk.kk....",
    ".kkkkkkk...",
    ".klkkklk...",
    ".kkkrkkk...",
    "..kkkkk....",
    "..kkkkkk...",
    ".kkkkkkkk..",
    ".kkkkkkkkk.",
    ".kkkkkkkkk.",
    ".kkkkkkkkkk",
    ".kkkkkkkkkk",
    ".kk.kk.kkkk",
)
GUEST = (
    "....dddd....",
    "...dddddd...",
    "..dddddddd..",
    "..dddddddd..",
    "..dddddddd..",
    "...uddddu...",
    "....uuuu....",
    "...bbbbbb...",
    "..bbbbbbbb..",
    ".bbbbbbbbbb.",
    ".bbcbbbbcbb.",
    ".bbcbbbbcbb.",
    ".bbcbbbbcbb.",
    ".bbcbbbbcbb.",
    ".bbcbbbbcbb.",
    "..bbbbbbbb..",
    "..nnnnnnnn..",
)
COOK = (
    "..wwwwwwww..",
    ".wwwwwwwwww.",
    ".wwxwwwwxww.",
    "..RRRRRRRR..",
    "..uuuuuuuu..",
    "..ukuuuuku..",
    "..uuuuuuuu..",
    "..uuqqquuu..",
    "...uuuuuu...",
    ".wwwwwwwwww.",
    "wwwwwwwwwwww",
    "wwwxwwwwxwww",
    "uuwxwwwwxwuu",
    "uuwwwwwwwwuu",
)


def noodles(seed: int = 61) -> Image.Image:
    """A noodle stall in the rain under the railway, 1920 x 1080."""
    rng = np.random.default_rng(seed)
    grid = Grid(320, 180, "n")
    grid.bands(0, 112, "knnvvpm")
    grid.round(58, 26, 11, 11, "l")
    grid.round(54, 23, 9, 9, "w")
    _skyline(grid, rng, base=112, tone="v", lit="p", tall=(20, 62), wide=(12, 26), share=0.25)
    _skyline(grid, rng, base=118, tone="n", lit="y", tall=(10, 46), wide=(14, 30), share=0.16)
    _railway(grid)
    grid.box(0, 128, 320, 52, "i")
    for lamp in [(96, 92), (160, 100), (224, 92)]:
        grid.glow(lamp, 58, squash=0.8)
    _stall(grid)
    _vending(grid, 262, 86)
    _pole(grid, 24)
    grid.mirror(147, 33, sway=lambda row: round(1.6 * np.sin(row * 1.3) + row * 0.02))
    grid.change({"i": "n", "k": "n"}, lambda x, y: np.where(y > 147, 0.4 + 0.012 * (y - 147), 0.0) + 0 * x)
    _stools(grid)
    grid.change(WARM, lambda x, y: np.where(y > 147, 0.5 - np.hypot((x - 160) / 2.2, y - 150) / 60, 0.0))
    _steam(grid)
    for _ in range(150):
        x, y, length = int(rng.integers(0, 330)), int(rng.integers(-8, 178)), int(rng.integers(3, 7))
        grid.line([(x, y), (x - length // 3, y + length)], "j" if rng.random() < 0.6 else "c")
    grid.sprite(236, 136, CAT)
    return grid.picture(6)


def night_room(seed: int = 62) -> Image.Image:
    """A desk by a rainy window at two in the morning, 1920 x 1440."""
    rng = np.random.default_rng(seed)
    grid = Grid(240, 180, "v")
    for row in range(0, 132, 12):
        for column in range(0, 240, 12):
            grid.dot(column + (6 if row % 24 else 0), row + 4, "p")
    _window(grid, rng)
    grid.box(0, 132, 240, 48, "d")
    for row in range(134, 180, 9):
        grid.line([(0, row), (239, row)], "k")
        for column in range((row * 7) % 40, 240, 46):
            grid.line([(column, row), (column, row + 8)], "k")
    grid.box(0, 129, 240, 3, "h")
    grid.round(126, 164, 66, 11, "q")
    grid.round(126, 164, 60, 8, "r")
    grid.round(126, 164, 46, 5, "q")
    _shelf(grid, rng)
    _desk(grid)
    _bed(grid)
    grid.glow((150, 88), 58)
    grid.change({"v": "b", "n": "b", "p": "c", "d": "b"}, lambda x, y: 0.95 - np.hypot(x - 116, (y - 92) * 1.2) / 38)
    _fairy_lights(grid)
    return grid.picture(8)


def island(seed: int = 63) -> Image.Image:
    """A floating island with one house, one tree and one waterfall, 1920 x 1920."""
    rng = np.random.default_rng(seed)
    grid = Grid(240, 240, "s")
    grid.bands(0, 240, "cssttwl")
    for x, y, size in [(34, 44, 13), (196, 30, 16), (206, 142, 12), (22, 168, 15), (120, 214, 20), (66, 226, 14)]:
        _puff(grid, x, y, size)
    _rock(grid, rng)
    _small_rock(grid, 40, 108)
    _small_rock(grid, 208, 88)
    _cottage(grid)
    _tree(grid, rng)
    _falls(grid, rng)
    for _ in range(46):
        x = int(rng.integers(52, 190))
        if not 78 < x < 120:
            grid.sprite(x, 121 + int(rng.integers(0, 3)), (rng.choice(["r", "l", "w", "o"]), "e"))
    grid.sprite(128, 111, [row.replace("k", "w").replace("l", "k") for row in SITTING])
    for x, y in [(150, 40), (160, 46), (144, 50), (90, 24), (98, 28)]:
        grid.sprite(x, y, ("i...i", ".i.i.", "..i.."))
    _balloon(grid, 206, 54)
    return grid.picture(8)


def campfire(seed: int = 64) -> tuple[list[Image.Image], int]:
    """Twelve frames of a fire in the woods, 640 x 480, and the milliseconds of each."""
    still = Grid(160, 120, "n")
    rng = np.random.default_rng(seed)
    still.bands(0, 70, "knvvpm")
    stars = [(int(rng.integers(2, 158)), int(rng.integers(2, 50)), int(rng.integers(0, 12))) for _ in range(46)]
    hills = [
        (0, 58),
        (18, 50),
        (34, 56),
        (56, 40),
        (72, 52),
        (96, 46),
        (118, 56),
        (140, 42),
        (160, 54),
        (160, 76),
        (0, 76),
    ]
    still.shape(hills, "v")
    still.shape([(0, 66), (30, 60), (60, 66), (92, 58), (130, 66), (160, 60), (160, 76), (0, 76)], "n")
    still.round(128, 20, 8, 8, "l")
    still.round(124, 18, 7, 7, "n")
    frames = []
    for number in range(12):
        grid = still.copy()
        for x, y, phase in stars:
            bright = (number + phase) % 12
            grid.dot(x, y, "w" if bright < 2 else "x" if bright < 7 else "j")
        _camp(grid, number)
        frames.append(grid.picture(4))
    return frames, 110


def moon_comic(seed: int = 65) -> Image.Image:
    """A comic without words in six panels: a cat, a puddle and the moon, 800 x 4500."""
    rng = np.random.default_rng(seed)
    strip = Grid(160, 900, "w")
    panels = [_puddle, _splash, _gone, _look_up, _ladder, _aboard]
    for number, panel in enumerate(panels):
        scene = Grid(148, 140, "n")
        scene.bands(0, 104, "knnvv" if number < 4 else "nvvpp")
        for _ in range(40):
            scene.dot(int(rng.integers(0, 148)), int(rng.integers(0, 90)), "x" if rng.random() < 0.5 else "j")
        panel(scene)
        strip.box(5, 7 + 148 * number, 150, 142, "k")
        strip.image.paste(scene.image, (6, 8 + 148 * number))
    return strip.picture(5)


def portrait(seed: int = 66) -> Image.Image:
    """Her avatar, 640 x 640."""
    rng = np.random.default_rng(seed)
    grid = Grid(40, 40, "m")
    grid.bands(0, 40, "pmroy")
    for _ in range(16):
        grid.dot(int(rng.integers(0, 40)), int(rng.integers(0, 18)), "l")
    grid.round(20, 18, 13, 14, "k")
    grid.box(7, 18, 27, 13, "k")
    grid.box(16, 28, 9, 6, "f")
    grid.round(20, 43, 16, 10, "g")
    grid.round(20, 35, 5, 3, "u")
    grid.box(12, 13, 17, 14, "u")
    grid.box(14, 27, 13, 3, "u")
    grid.box(17, 30, 7, 1, "f")
    grid.box(10, 8, 21, 7, "k")
    grid.box(12, 15, 4, 2, "k")
    grid.box(10, 14, 3, 14, "k")
    grid.box(28, 14, 3, 14, "k")
    for x in (14, 23):
        grid.line([(x, 17), (x + 1, 16), (x + 3, 16)], "d")
        grid.box(x + 1, 19, 2, 4, "k")
        grid.dot(x + 1, 19, "w")
        grid.box(x - 1, 23, 3, 1, "o")
    grid.box(20, 22, 1, 3, "f")
    grid.line([(17, 26), (18, 27), (22, 27), (23, 26)], "q")
    grid.box(19, 28, 3, 1, "r")
    grid.line([(12, 8), (17, 6), (24, 6)], "v")
    grid.sprite(8, 5, (".RR.RR.", "RRRRRRR", "RRRlRRR", ".RlylR.", "RRRlRRR", "RRR.RRR", ".R...R."))
    grid.sprite(5, 10, ("..aa", ".aae", "aae."))
    grid.line([(8, 39), (12, 35)], "e")
    grid.line([(32, 39), (28, 35)], "e")
    return grid.picture(16)


def banner(seed: int = 67) -> Image.Image:
    """Her header: a city at dusk over water, 1500 x 500."""
    rng = np.random.default_rng(seed)
    grid = Grid(300, 100, "m")
    grid.bands(0, 72, "vpmroyl")
    grid.round(214, 50, 13, 13, "w")
    _skyline(grid, rng, base=70, tone="m", lit="r", tall=(8, 30), wide=(10, 22), share=0.1)
    _skyline(grid, rng, base=70, tone="p", lit="y", tall=(6, 26), wide=(12, 28), share=0.22)
    _skyline(grid, rng, base=70, tone="v", lit="l", tall=(3, 16), wide=(10, 26), share=0.25)
    grid.mirror(70, 30, sway=lambda row: round(1.4 * np.sin(row * 1.1)))
    for _ in range(60):
        x, y = int(rng.integers(0, 300)), int(rng.integers(73, 100))
        grid.line([(x, y), (x + int(rng.integers(3, 12)), y)], "m" if rng.random() < 0.5 else "p")
    grid.shape([(60, 86), (92, 86), (88, 91), (64, 91)], "k")
    grid.shape([(76, 62), (76, 84), (92, 84)], "w")
    grid.shape([(74, 66), (74, 84), (62, 84)], "o")
    return grid.picture(5)


def _skyline(
    grid: Grid,
    rng: np.random.Generator,
    *,
    base: int,
    tone: str,
    lit: str,
    tall: tuple[int, int],
    wide: tuple[int, int],
    share: float,
) -> None:
    x = -int(rng.integers(0, 8))
    while x < grid.width:
        width, height = int(rng.integers(*wide)), int(rng.integers(*tall))
        grid.box(x, base - height, width, height, tone)
        if rng.random() < 0.4:
            grid.box(x + width // 2, base - height - int(rng.integers(3, 9)), 1, 9, tone)
        elif rng.random() < 0.5:
            grid.box(x + 2, base - height - 3, width // 3, 3, tone)
        for row in range(base - height + 3, base - 3, 4):
            for column in range(x + 2, x + width - 2, 4):
                if rng.random() < share:
                    grid.box(column, row, 2, 2, lit)
        x += width + int(rng.integers(-2, 3))


def _railway(grid: Grid) -> None:
    """The elevated line, with the last train."""
    for x in range(8, 330, 78):
        grid.box(x, 66, 12, 66, "k")
        grid.box(x + 9, 66, 3, 66, "i")
        grid.shape([(x - 8, 66), (x + 20, 66), (x + 12, 78), (x, 78)], "k")
    grid.box(0, 56, 320, 11, "k")
    grid.box(0, 56, 320, 1, "j")
    grid.box(0, 61, 320, 1, "i")
    for x in range(0, 320, 8):
        grid.box(x, 51, 1, 5, "k")
    grid.box(96, 34, 224, 20, "j")
    grid.box(96, 34, 224, 2, "x")
    grid.box(96, 46, 224, 3, "e")
    grid.shape([(96, 34), (96, 53), (86, 53), (88, 40), (92, 35)], "j")
    grid.shape([(95, 37), (95, 44), (89, 44), (91, 38)], "t")
    grid.box(86, 48, 3, 2, "l")
    for car in range(3):
        left = 102 + 76 * car
        grid.box(left + 70, 34, 2, 20, "i")
        for column in range(6):
            x = left + 2 + 11 * column
            if column in {2, 5}:
                grid.box(x, 38, 8, 15, "x")
                grid.box(x + 1, 39, 6, 6, "l")
                grid.box(x + 4, 38, 1, 15, "j")
            else:
                grid.box(x, 38, 9, 7, "l")
                if (car * 7 + column) % 3 == 0:
                    grid.box(x + 3, 41, 3, 4, "v")
    grid.box(92, 53, 228, 2, "n")


def _stall(grid: Grid) -> None:
    grid.box(96, 74, 128, 74, "d")
    grid.box(100, 90, 120, 36, "f")
    grid.box(100, 90, 120, 12, "u")
    for x in range(106, 216, 16):
        grid.box(x, 94, 8, 11, "l")
        grid.box(x + 2, 96, 1, 7, "q")
        grid.box(x + 5, 96, 1, 5, "q")
    grid.box(104, 112, 40, 2, "h")
    grid.box(178, 112, 38, 2, "h")
    for x in (106, 112, 118, 126, 132):
        grid.box(x, 107, 4, 5, "wtRea"[(x // 6) % 5])
    for x in (182, 190, 198, 206):
        grid.box(x, 106, 5, 6, "bRgc"[(x // 8) % 4])
    grid.sprite(154, 104, COOK)
    grid.box(168, 114, 16, 9, "j")
    grid.box(168, 114, 16, 2, "x")
    grid.box(92, 122, 136, 5, "h")
    grid.box(92, 122, 136, 1, "u")
    grid.box(94, 127, 132, 20, "q")
    for x in range(98, 226, 11):
        grid.box(x, 127, 1, 20, "d")
    grid.box(94, 143, 132, 4, "d")
    for x in (128, 188):
        grid.box(x, 118, 9, 4, "w")
        grid.box(x + 1, 119, 7, 1, "R")
    grid.shape([(84, 76), (92, 60), (228, 60), (236, 76)], "q")
    for x in range(92, 230, 9):
        grid.line([(x, 61), (x - (160 - x) // 12, 75)], "R")
    grid.box(84, 76, 153, 3, "d")
    for n in range(8):
        x = 98 + 16 * n
        grid.box(x, 79, 14, 13, "b" if n % 2 else "c")
        grid.box(x, 91, 14, 1, "n")
        if n % 2 == 0:
            grid.round(x + 7, 85, 3, 3, "w")
    for x in (88, 232):
        grid.line([(x, 78), (x, 82)], "k")
        grid.round(x, 89, 6, 7, "R")
        grid.round(x - 1, 89, 3, 6, "o")
        grid.box(x - 3, 82, 7, 2, "k")
        grid.box(x - 3, 95, 7, 2, "k")
        grid.box(x - 1, 87, 2, 4, "l")


def _stools(grid: Grid) -> None:
    for x in (112, 144, 196):
        grid.box(x, 143, 12, 3, "R")
        grid.box(x + 5, 146, 2, 12, "j")
        grid.box(x + 1, 157, 10, 2, "j")
    for x, coat in ((112, "bcn"), (144, "rmq")):
        rows = [row.replace("b", coat[0]).replace("c", coat[1]).replace("n", coat[2]) for row in GUEST]
        grid.sprite(x, 126, rows)
        grid.box(x + 2, 143, 8, 3, coat[2])
        grid.box(x + 2, 146, 3, 9, "n")
        grid.box(x + 7, 146, 3, 9, "n")


def _vending(grid: Grid, x: int, y: int) -> None:
    grid.box(x, y, 30, 61, "c")
    grid.box(x, y, 2, 61, "s")
    grid.box(x + 27, y, 3, 61, "b")
    grid.box(x + 4, y + 5, 20, 31, "t")
    for row in range(3):
        for column in range(5):
            grid.box(x + 5 + 4 * column, y + 7 + 10 * row, 2, 6, "RoyeaRcqo"[(row * 5 + column) % 9])
        grid.box(x + 4, y + 14 + 10 * row, 20, 1, "j")
    grid.box(x + 4, y + 42, 13, 10, "w")
    grid.box(x + 6, y + 44, 9, 2, "R")
    grid.box(x + 20, y + 40, 4, 7, "n")
    grid.box(x + 4, y + 54, 18, 4, "n")


def _pole(grid: Grid, x: int) -> None:
    grid.box(x, 20, 4, 127, "k")
    grid.box(x, 20, 1, 127, "i")
    grid.box(x - 14, 30, 32, 2, "k")
    grid.box(x - 10, 38, 24, 2, "k")
    grid.box(x + 4, 46, 7, 11, "j")
    for y, sag in ((30, 12), (38, 16)):
        points = [(x + 14 + step, y + round(sag * np.sin(np.pi * step / 320) * 0.6)) for step in range(0, 300, 6)]
        grid.line(points, "k")
        grid.line([(x - 12, y), (0, y + 4)], "k")


def _steam(grid: Grid) -> None:
    """One plume from the pot, thinner as it climbs past the lanterns."""
    for step in range(34):
        x = 176 + round(2.5 * np.sin(step / 3.2) + step * 0.25)
        size = 3 if 3 < step < 12 else 2 if step < 20 else 1
        if step % 3 or step < 12:
            grid.box(x, 111 - step, size, 1, "w" if step < 16 else "x")


def _window(grid: Grid, rng: np.random.Generator) -> None:
    view = Grid(96, 74, "n")
    view.bands(0, 74, "nnbvpm")
    view.round(72, 18, 8, 8, "l")
    view.round(69, 16, 6, 6, "w")
    _skyline(view, rng, base=74, tone="v", lit="y", tall=(14, 44), wide=(8, 18), share=0.25)
    _skyline(view, rng, base=74, tone="n", lit="o", tall=(6, 28), wide=(10, 20), share=0.3)
    for _ in range(36):
        x, y = int(rng.integers(0, 96)), int(rng.integers(0, 68))
        view.line([(x, y), (x, y + int(rng.integers(1, 6)))], "s" if rng.random() < 0.3 else "c")
    grid.box(63, 11, 106, 84, "d")
    grid.box(65, 13, 102, 80, "f")
    grid.image.paste(view.image, (68, 16))
    grid.box(115, 16, 3, 74, "f")
    grid.box(68, 50, 96, 2, "f")
    grid.box(60, 92, 112, 4, "u")
    for left, direction in ((54, 1), (156, -1)):
        for fold in range(5):
            grid.box(left + fold * 4, 8, 4, 92 - abs(2 - fold) * 2, "qRqRq"[fold if direction > 0 else 4 - fold])
    grid.box(48, 6, 136, 3, "h")


def _shelf(grid: Grid, rng: np.random.Generator) -> None:
    grid.box(4, 22, 44, 108, "h")
    for row in range(4):
        top = 26 + 26 * row
        grid.box(7, top, 38, 23, "d")
        x = 8
        while x < 40:
            width, height = int(rng.integers(2, 5)), int(rng.integers(13, 21))
            if rng.random() < 0.16:
                x += 3
                continue
            grid.box(x, top + 23 - height, width, height, rng.choice(list("Rcyeaormsq")))
            grid.box(x, top + 26 - height, width, 1, "l")
            x += width
    grid.sprite(
        12,
        11,
        (
            "..a..z..",
            "a.az.a.a",
            ".aaezaa.",
            "..eaae..",
            "...ee...",
            ".RRRRRR.",
            ".RRRRRR.",
            "..qRRq..",
            "..qqqq..",
            "..qqqq..",
            "..qqqq..",
        ),
    )
    grid.sprite(
        32,
        13,
        ("..ll....", ".llll...", ".lkll...", "yllll...", ".llll..l", "llllllll", "llllllll", ".llllll.", "..y..y.."),
    )


def _desk(grid: Grid) -> None:
    grid.box(72, 112, 98, 4, "u")
    grid.box(72, 116, 98, 3, "f")
    for x in (75, 163):
        grid.box(x, 119, 4, 30, "h")
    grid.box(138, 119, 24, 22, "h")
    for y in (121, 131):
        grid.box(140, y, 20, 8, "f")
        grid.box(148, y + 3, 4, 2, "l")
    grid.box(96, 78, 42, 28, "k")
    grid.box(98, 80, 38, 23, "b")
    grid.shape([(98, 102), (108, 90), (116, 98), (124, 87), (135, 102)], "e")
    grid.round(128, 86, 3, 3, "l")
    grid.box(98, 99, 38, 4, "s")
    grid.box(100, 82, 7, 1, "w")
    grid.box(100, 84, 5, 1, "t")
    grid.box(114, 106, 6, 4, "i")
    grid.box(108, 110, 18, 2, "i")
    grid.box(100, 111, 22, 1, "x")
    grid.sprite(142, 104, (".wwww.", ".wwwwww", ".wRRw.w", ".wRRw.w", ".wwwww", ".wwww.", ".wwww.", "..ww.."))
    grid.line([(156, 111), (158, 96), (150, 86)], "j")
    grid.shape([(142, 90), (150, 80), (158, 86), (154, 92)], "y")
    grid.box(145, 90, 7, 2, "w")
    grid.box(152, 110, 10, 2, "j")
    grid.sprite(
        76,
        96,
        (
            "...z....",
            ".a.z.a..",
            "..aza..z",
            "a.aea.a.",
            ".aeaea..",
            "..eee...",
            ".wwwwww.",
            ".wssssw.",
            ".wwwwww.",
            "..wwww..",
            "..wwww..",
            "..wwww..",
            "..wwww..",
            "..wwww..",
            "..wwww..",
            "..wwww..",
        ),
    )
    grid.box(100, 126, 26, 4, "g")
    grid.box(111, 130, 4, 18, "i")
    grid.box(104, 148, 18, 2, "i")
    grid.shape([(104, 126), (122, 126), (120, 120), (106, 120)], "e")


def _bed(grid: Grid) -> None:
    grid.box(178, 104, 62, 52, "h")
    grid.box(178, 104, 4, 52, "f")
    grid.box(182, 118, 58, 24, "c")
    grid.box(182, 118, 58, 3, "t")
    for n in range(7):
        grid.box(186 + 9 * n, 126 + (n % 2) * 6, 4, 4, "s")
    grid.box(182, 140, 58, 8, "b")
    grid.round(226, 114, 14, 6, "w")
    grid.round(228, 116, 12, 4, "x")
    grid.sprite(190, 106, CAT)
    grid.sprite(210, 98, ("z..", ".z.", "zzz"))
    for x, y, tone in ((190, 40, "o"), (212, 34, "s"), (214, 62, "a")):
        grid.box(x, y, 18, 22, "w")
        grid.box(x + 2, y + 2, 14, 18, tone)
        grid.shape([(x + 2, y + 19), (x + 8, y + 9), (x + 15, y + 19)], "v")
        grid.round(x + 11, y + 7, 2, 2, "l")


def _fairy_lights(grid: Grid) -> None:
    for x in range(0, 240, 2):
        y = 3 + round(4 * abs(np.sin(x / 26)))
        grid.dot(x, y, "g")
        if x % 12 == 6:
            grid.box(x, y + 1, 2, 3, "lory"[(x // 12) % 4])


def _puff(grid: Grid, x: int, y: int, size: int) -> None:
    for tone, rise in (("t", 2), ("w", 0)):
        for dx, dy, r in ((-1.2, 0.3, 0.7), (0, 0, 1.0), (1.1, 0.25, 0.75), (2.0, 0.5, 0.5), (-2.0, 0.55, 0.45)):
            grid.round(round(x + dx * size), round(y + dy * size) + rise, round(r * size), round(r * size * 0.6), tone)


def _rock(grid: Grid, rng: np.random.Generator) -> None:
    """The island from the side: turf, earth, and stone that hangs in points."""
    left, right, ground = 44, 196, 124
    edge = []
    for x in range(left, right + 1):
        share = (x - left) / (right - left)
        depth = 74 * np.sin(np.pi * share) ** 0.8 + 7 * np.sin(x / 3.1) + 9 * np.sin(x / 7.3) + 4 * rng.random()
        edge.append(max(6, round(depth)))
    for x, depth in zip(range(left, right + 1), edge, strict=True):
        for y in range(depth):
            light = x < 104 + 8 * np.sin(y / 5)
            layer = y / max(depth, 1) + 0.08 * np.sin(x / 5 + y / 4)
            if y < 13 + 3 * np.sin(x / 6):
                tone = "f" if light else "h"
            elif layer < 0.62:
                tone = "j" if light else "i"
            else:
                tone = "i" if light else "n"
            grid.dot(x, ground + y, tone)
    for _ in range(60):
        x, y = int(rng.integers(left + 10, right - 10)), ground + int(rng.integers(14, 60))
        if y < ground + edge[x - left] - 6:
            grid.line([(x, y), (x + int(rng.integers(3, 7)), y)], "x" if x < 100 else "j")
    for x in range(left - 2, right + 3):
        fringe = 4 + int(rng.integers(0, 4)) + (2 if x % 7 < 2 else 0)
        grid.box(x, ground - 3, 1, 4, "z" if x % 3 else "a")
        grid.box(x, ground, 1, fringe, "a")
        grid.dot(x, ground + fringe, "e")


def _small_rock(grid: Grid, x: int, y: int) -> None:
    grid.shape([(x - 12, y), (x + 12, y), (x + 5, y + 9), (x, y + 17), (x - 6, y + 8)], "i")
    grid.shape([(x - 12, y), (x + 2, y), (x - 2, y + 10), (x - 6, y + 8)], "j")
    grid.box(x - 13, y - 3, 27, 3, "z")
    grid.box(x - 12, y, 25, 2, "a")
    grid.sprite(
        x - 3,
        y - 14,
        ("..e..", ".eae.", ".eaae", "eaaae", ".eae.", "eaaae", "eaaze", "eaaae", ".eee.", "..h..", "..h.."),
    )


def _cottage(grid: Grid) -> None:
    grid.box(70, 90, 44, 32, "u")
    grid.box(100, 90, 14, 32, "f")
    for y in range(94, 122, 5):
        grid.line([(70, y), (99, y)], "w")
    grid.shape([(62, 92), (78, 66), (112, 66), (122, 92)], "R")
    grid.shape([(104, 66), (112, 66), (122, 92), (110, 92)], "q")
    for row in range(70, 92, 4):
        for x in range(66 + (row % 8) // 2, 106, 8):
            grid.line([(x, row), (x + 4, row)], "o")
    grid.box(98, 54, 8, 16, "h")
    grid.box(97, 53, 10, 3, "d")
    for x, y, size in ((104, 46, 3), (110, 38, 4), (118, 29, 5)):
        grid.round(x, y, size, size - 1, "w")
    grid.box(76, 98, 14, 12, "d")
    grid.box(77, 99, 12, 10, "l")
    grid.box(82, 99, 1, 10, "d")
    grid.box(77, 103, 12, 1, "d")
    grid.box(75, 110, 16, 3, "h")
    grid.sprite(76, 107, ("r.o.r.o.r.o.r.", "ereoereoereore"))
    grid.box(96, 102, 11, 20, "h")
    grid.box(97, 103, 9, 19, "g")
    grid.dot(104, 112, "l")
    grid.box(94, 120, 15, 2, "x")


def _tree(grid: Grid, rng: np.random.Generator) -> None:
    grid.shape([(158, 122), (162, 88), (168, 88), (176, 122)], "h")
    grid.shape([(158, 122), (162, 88), (165, 88), (164, 122)], "f")
    grid.line([(165, 96), (176, 84)], "h", 3)
    grid.line([(165, 100), (154, 86)], "f", 3)
    balls = [(148, 82, 15), (184, 82, 15), (166, 64, 21), (152, 62, 15), (182, 62, 16), (166, 84, 14)]
    for tone, dx, dy, cut in (("g", 2, 4, 0), ("e", 0, 0, 0), ("a", -3, -4, 4), ("z", -6, -7, 9)):
        for x, y, size in balls:
            if size - cut > 3:
                grid.round(x + dx, y + dy, size - cut, round((size - cut) * 0.86), tone)
    for _ in range(170):
        x, y, size = balls[int(rng.integers(0, len(balls)))]
        turn, far = rng.uniform(0, 6.28), rng.uniform(0.2, 1) * size
        px, py = round(x + far * np.cos(turn)), round(y + far * 0.86 * np.sin(turn))
        grid.box(px, py, 2, 1, "z" if py < y - 4 and px < x + 4 else "e" if py > y + 2 else "a")
    for _ in range(16):
        x, y, size = balls[int(rng.integers(0, len(balls)))]
        grid.box(round(x + rng.uniform(-0.7, 0.7) * size), round(y + rng.uniform(-0.5, 0.7) * size), 2, 2, "R")
    grid.line([(180, 94), (180, 112)], "d")
    grid.line([(188, 92), (188, 112)], "d")
    grid.box(178, 112, 13, 2, "h")


def _falls(grid: Grid, rng: np.random.Generator) -> None:
    grid.shape([(132, 126), (150, 126), (146, 121), (136, 121)], "s")
    grid.box(135, 126, 13, 88, "s")
    for x in range(135, 148):
        for _ in range(9):
            y = 126 + int(rng.integers(0, 80))
            grid.line([(x, y), (x, y + int(rng.integers(3, 12)))], rng.choice(["t", "w", "c", "s"]))
    for _ in range(60):
        x, y = 141 + round(rng.normal(0, 8)), 212 + round(rng.normal(0, 5))
        grid.round(x, y, 2, 1, "w" if rng.random() < 0.6 else "t")


def _balloon(grid: Grid, x: int, y: int) -> None:
    for n, tone in enumerate("RwRwR"):
        grid.round(x - 8 + 4 * n, y, 5 if n in {0, 4} else 6, 13 if n in {1, 2, 3} else 10, tone)
    grid.line([(x - 6, y + 11), (x - 3, y + 20)], "d")
    grid.line([(x + 6, y + 11), (x + 3, y + 20)], "d")
    grid.box(x - 4, y + 20, 9, 6, "h")
    grid.box(x - 4, y + 20, 9, 1, "u")


def _camp(grid: Grid, number: int) -> None:
    """The shore: tent, trees, two friends, and the fire of this frame."""
    grid.shape([(0, 92), (40, 88), (90, 90), (160, 86), (160, 120), (0, 120)], "g")
    for x in range(0, 160, 5):
        grid.sprite(x, 90 + (x * 7) % 22, ("e.", "ee"))
    for x, foot, tall in ((8, 96, 60), (24, 92, 44), (148, 94, 66), (134, 90, 46)):
        for row in range(5):
            half = round(tall * 0.09 * (row + 1.4))
            top = foot - tall + row * tall // 6
            grid.shape([(x, top), (x - half, top + tall // 4), (x + half, top + tall // 4)], "k" if row % 2 else "n")
        grid.box(x - 1, foot - 6, 3, 7, "d")
    grid.shape([(28, 102), (50, 70), (72, 102)], "q")
    grid.shape([(28, 102), (50, 70), (56, 102)], "R")
    grid.shape([(44, 102), (50, 78), (54, 102)], "d")
    grid.line([(50, 70), (50, 67)], "d")
    grid.sprite(
        108,
        84,
        (
            "..dddd..",
            ".dddddd.",
            ".duuuud.",
            ".dukuku.",
            "..uuuu..",
            ".eeeeee.",
            "eeeeeeee",
            "eeaeeaee",
            "euaeeauu",
            ".eeeeeee",
            "nnnnnnn.",
            "nnnnnnnn",
            "nn....kk",
        ),
    )
    grid.sprite(
        120,
        90,
        ("k...k....", "kk.kk....", "kkkkk...k", "klklk...k", "kkrkk..kk", ".kkkkkkk.", ".kkkkkkk.", ".kk.kkkk."),
    )
    x, y = 88, 100
    reach = 40 + round(3 * np.sin(number * 2.1) + 2 * np.sin(number * 3.7 + 1))
    grid.glow((x, y - 4), reach, squash=0.75)
    for n in range(9):
        grid.box(x - 14 + 4 * n - 3, y + 3 + (2 if 0 < n < 8 else 0), 4, 3, "j" if n % 2 else "x")
    grid.line([(x - 10, y + 3), (x + 9, y)], "h", 3)
    grid.line([(x - 9, y), (x + 10, y + 3)], "d", 3)
    for tone, tall, wide in (("R", 25, 9), ("o", 19, 7), ("y", 13, 5), ("l", 7, 3)):
        lean = 3 * np.sin(number * np.pi / 3 + tall)
        high = tall + 3 * np.sin(number * np.pi / 2 + tall * 1.7)
        points = [
            (x - wide, y),
            (x - wide + 1, round(y - high * 0.35)),
            (round(x + lean), round(y - high)),
            (x + wide - 1, round(y - high * 0.4)),
            (x + wide, y),
        ]
        grid.shape([(int(a), int(b)) for a, b in points], tone)
        side = round(wide * 0.6) * (1 if (number // 2) % 2 else -1)
        grid.shape([(x + side - 2, y - 4), (x + side + 1, round(y - high * 0.72)), (x + side + 3, y - 4)], tone)
    for n in range(7):
        age = (number + n * 5) % 12
        grid.dot(
            round(x + 5 * np.sin(n * 2.4 + age / 3) + n - 3),
            y - 16 - age * 3 - n,
            "l" if age < 4 else "o" if age < 9 else "R",
        )


def _ground(scene: Grid) -> None:
    scene.box(0, 104, 148, 36, "g")
    scene.box(0, 104, 148, 2, "e")
    for x in range(0, 148, 6):
        scene.sprite(x, 101 + (x * 5) % 3, (".e.", "e.e", "eee"))
        scene.sprite((x * 7) % 148, 112 + (x * 5) % 24, ("e.", "ee"))
    scene.shape([(116, 104), (120, 40), (126, 40), (132, 104)], "d")
    for x, y, size in ((120, 34, 20), (106, 44, 14), (138, 46, 15)):
        scene.round(x, y, size, round(size * 0.8), "g")
        scene.round(x - 3, y - 3, size - 5, round(size * 0.6), "e")


def _moon(scene: Grid, x: int, y: int, size: int, *, face: bool = False) -> None:
    scene.change({"k": "n", "n": "v", "v": "p", "p": "m"}, lambda a, b: 1.15 - np.hypot(a - x, b - y) / (size * 2.3))
    scene.round(x, y, size, size, "l")
    scene.round(x - size // 6, y - size // 6, size - size // 4, size - size // 4, "w")
    for dx, dy, r in ((-0.3, 0.35, 0.16), (0.45, -0.2, 0.2), (0.2, 0.55, 0.12)):
        scene.round(
            round(x + dx * size), round(y + dy * size), max(1, round(r * size)), max(1, round(r * size * 0.8)), "l"
        )
    if face:
        for dx in (-0.3, 0.2):
            scene.box(round(x + dx * size), y - 2, 2, 3, "v")
        scene.line([(x - 4, y + 5), (x - 2, y + 7), (x + 1, y + 7), (x + 3, y + 5)], "v")
        scene.box(round(x - size * 0.5), y + 3, 3, 1, "o")
        scene.box(round(x + size * 0.32), y + 3, 3, 1, "o")


def _big_cat(scene: Grid, x: int, y: int, *, up: bool = False) -> None:
    """Twice as large as the sprite; it looks down, or up."""
    rows = [row.replace("k", "n") for row in SITTING]
    wide = ["".join(letter * 2 for letter in row) for row in rows]
    sprite = [row for row in wide for _ in range(2)]
    scene.sprite(x + 1, y, [row.replace("n", "j").replace("l", ".").replace("r", ".") for row in sprite])
    scene.sprite(x, y, [row.replace("n", "k") for row in sprite])
    if up:
        scene.box(x + 2, y + 6, 14, 2, "k")
        for dx in (4, 12):
            scene.box(x + dx, y + 4, 2, 3, "l")
    scene.line([(x + 20, y + 23), (x + 26, y + 22), (x + 29, y + 17)], "k", 3)


def _puddle(scene: Grid) -> None:
    _ground(scene)
    _moon(scene, 34, 26, 13)
    scene.round(44, 124, 36, 9, "b")
    scene.round(44, 125, 32, 7, "c")
    scene.round(40, 124, 9, 4, "l")
    scene.round(39, 123, 6, 3, "w")
    _big_cat(scene, 82, 96)


def _splash(scene: Grid) -> None:
    _ground(scene)
    _moon(scene, 34, 26, 13)
    scene.round(52, 124, 38, 10, "b")
    for n in range(3):
        scene.draw.ellipse(
            (40 - 9 * n, 121 - 2 * n, 62 + 9 * n, 127 + 2 * n), outline=LETTERS.index("c" if n % 2 else "t")
        )
    for x, y in ((34, 118), (46, 123), (58, 121), (70, 126), (42, 129)):
        scene.box(x, y, 6, 2, "l")
    _big_cat(scene, 78, 92)
    scene.line([(80, 112), (70, 116), (62, 120)], "k", 4)
    for x, y in ((48, 104), (58, 98), (66, 106), (52, 92), (74, 100), (40, 110)):
        scene.sprite(x, y, (".t.", "tst", ".t."))


def _gone(scene: Grid) -> None:
    _ground(scene)
    for x, y, size in ((18, 20, 12), (40, 26, 15), (64, 24, 10)):
        scene.round(x, y, size, size // 2, "j")
        scene.round(x - 2, y - 2, size - 3, size // 2 - 2, "x")
    scene.round(44, 124, 36, 9, "n")
    scene.round(44, 125, 32, 7, "b")
    _big_cat(scene, 82, 96)
    scene.box(84, 102, 16, 2, "k")
    for dx in (4, 12):
        scene.box(82 + dx, 103, 2, 1, "l")
    scene.sprite(88, 82, ("...x...", "..x.x..", "...x...", ".......", "...x..."))


def _look_up(scene: Grid) -> None:
    _ground(scene)
    _moon(scene, 56, 36, 25, face=True)
    _big_cat(scene, 66, 98, up=True)
    scene.sprite(98, 84, ("R.R", "RRR", ".R."))


def _ladder(scene: Grid) -> None:
    scene.box(0, 118, 148, 22, "g")
    scene.box(0, 118, 148, 2, "e")
    for x in range(0, 148, 6):
        scene.sprite(x, 115 + (x * 5) % 3, (".e.", "e.e", "eee"))
    _moon(scene, 74, 20, 30, face=True)
    for y in range(48, 122, 7):
        scene.line([(68, y), (82, y)], "u")
    scene.line([(67, 46), (65, 122)], "f")
    scene.line([(83, 46), (85, 122)], "f")
    _big_cat(scene, 62, 70, up=True)


def _aboard(scene: Grid) -> None:
    scene.change({"n": "v", "v": "p", "p": "m"}, lambda x, y: 1.2 - np.hypot(x - 62, y - 82) / 66)
    for y in range(140):
        for x in range(148):
            if np.hypot(x - 74, y - 74) < 53 and np.hypot(x - 93, y - 59) > 46:
                scene.dot(x, y, "w" if np.hypot(x - 70, y - 70) > 49 else "l")
    for x, y in ((86, 36), (104, 50), (78, 58), (112, 74), (96, 30)):
        scene.dot(x, y, "w")
    _big_cat(scene, 68, 82)
    scene.line([(86, 96), (108, 76), (118, 80)], "u")
    scene.line([(118, 80), (118, 116)], "x")
    scene.sprite(114, 116, ("....y....", "....y....", "yyyyyyyyy", "..yyyyy..", ".yyy.yyy.", ".y.....y."))
    for x, y, size in ((20, 132, 16), (60, 136, 22), (120, 134, 20)):
        _puff(scene, x, y, size)
