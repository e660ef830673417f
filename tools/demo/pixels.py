"""What a pixel artist needs: one small palette, a grid of its letters, dithering, whole-number enlarging."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

PALETTE = {
    "k": (18, 16, 32), "n": (30, 28, 60), "v": (52, 42, 90), "p": (90, 60, 120), "m": (140, 76, 132),
    "r": (198, 82, 106), "o": (238, 122, 90), "y": (250, 186, 98), "l": (255, 232, 162), "w": (255, 249, 234),
    "b": (42, 64, 120), "c": (64, 106, 172), "s": (104, 160, 210), "t": (164, 214, 230), "g": (30, 66, 68),
    "e": (46, 108, 84), "a": (98, 164, 92), "z": (174, 210, 116), "d": (66, 42, 48), "h": (114, 70, 58),
    "f": (170, 112, 76), "u": (216, 166, 120), "i": (58, 60, 84), "j": (102, 108, 134), "x": (164, 172, 192),
    "q": (140, 34, 54), "R": (212, 56, 62),
}  # fmt: skip
LETTERS = "".join(PALETTE)
# What each colour becomes in warm light, and in shadow.
WARM = dict(zip("knvpmibcgedhqjr", "dhhmrhpmeahforo", strict=True))
DARK = dict(zip("vpmroylbcseazhfuijxRtw", "nvpmroynbcgeadhfkijqsx", strict=True))
_BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]) / 16 + 1 / 32


class Grid:
    """A small picture of palette letters; coordinates in its own big pixels."""

    def __init__(self, width: int, height: int, ground: str = "k") -> None:
        self.width, self.height = width, height
        self.image = Image.new("L", (width, height), LETTERS.index(ground))
        self.draw = ImageDraw.Draw(self.image)

    def copy(self) -> "Grid":
        other = Grid(self.width, self.height)
        other.image.paste(self.image)
        return other

    def box(self, x: int, y: int, width: int, height: int, colour: str) -> None:
        self.draw.rectangle((x, y, x + width - 1, y + height - 1), fill=LETTERS.index(colour))

    def dot(self, x: int, y: int, colour: str) -> None:
        self.draw.point((x, y), fill=LETTERS.index(colour))

    def line(self, points: Sequence[tuple[int, int]], colour: str, width: int = 1) -> None:
        self.draw.line(list(points), fill=LETTERS.index(colour), width=width)

    def shape(self, points: Sequence[tuple[int, int]], colour: str) -> None:
        self.draw.polygon(list(points), fill=LETTERS.index(colour))

    def round(self, x: int, y: int, across: int, down: int, colour: str) -> None:
        """A filled ellipse around (x, y), `across` and `down` being half its sides."""
        self.draw.ellipse((x - across, y - down, x + across, y + down), fill=LETTERS.index(colour))

    def sprite(self, x: int, y: int, rows: Sequence[str]) -> None:
        """Letters row by row; a point is transparent."""
        for down, row in enumerate(rows):
            for right, letter in enumerate(row):
                if letter != "." and 0 <= x + right < self.width and 0 <= y + down < self.height:
                    self.dot(x + right, y + down, letter)

    def bands(self, top: int, low: int, colours: str) -> None:
        """A vertical run through the colours from row `top` to row `low`, dithered where two of them meet."""
        rows = np.arange(top, low)[:, None]
        place = (rows - top) / max(1, low - top) * (len(colours) - 1)
        index = np.clip(place.astype(int), 0, len(colours) - 2)
        share = np.clip((place - index - 0.3) / 0.4, 0, 1)
        steps = index + (share > np.tile(_BAYER, (low // 4 + 1, self.width // 4 + 1))[top:low, : self.width])
        letters = np.array([LETTERS.index(each) for each in colours], np.uint8)
        self._put(letters[steps], top)

    def change(
        self,
        table: Mapping[str, str],
        strength: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]],
    ) -> None:
        """Exchanges colours by the table where `strength(x, y)` (0 to 1) beats the dither."""
        cells = np.array(self.image)
        y, x = np.mgrid[0 : self.height, 0 : self.width].astype(float)
        where = (
            strength(x, y) > np.tile(_BAYER, (self.height // 4 + 1, self.width // 4 + 1))[: self.height, : self.width]
        )
        swap = np.arange(len(LETTERS), dtype=np.uint8)
        for old, new in table.items():
            swap[LETTERS.index(old)] = LETTERS.index(new)
        cells[where] = swap[cells[where]]
        self._put(cells, 0)

    def glow(self, at: tuple[float, float], reach: float, *, squash: float = 1.0) -> None:
        """Warm light around a lamp."""
        self.change(WARM, lambda x, y: 1.1 - np.hypot(x - at[0], (y - at[1]) / squash) / reach)

    def mirror(self, line: int, rows: int, *, sway: Callable[[int], int]) -> None:
        """What stands above `line`, upside down below it, darker, each row pushed by `sway(row)`."""
        cells = np.array(self.image)
        for row in range(rows):
            source, target = line - 1 - row, line + row
            if source >= 0 and target < self.height:
                cells[target] = np.roll(cells[source], sway(row))
        part = Grid(self.width, self.height)
        part._put(cells, 0)
        part.change(DARK, lambda x, y: np.where(y >= line, 1.0, 0.0) + 0 * x)
        self.image.paste(part.image)

    def _put(self, cells: NDArray[np.uint8], top: int) -> None:
        self.image.paste(Image.fromarray(cells.astype(np.uint8), "L"), (0, top))

    def picture(self, scale: int) -> Image.Image:
        """A palette picture, every big pixel `scale` x `scale` small ones."""
        large = self.image.resize((self.width * scale, self.height * scale), Image.Resampling.NEAREST)
        indexed = Image.frombytes("P", large.size, large.tobytes())
        indexed.putpalette([part for colour in PALETTE.values() for part in colour])
        return indexed
