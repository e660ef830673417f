"""Draws everything the demo instance shows into a folder: artworks, avatars and headers, the same bytes every time."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from tools.demo import cast, lena, mira, otto

_STUDIOS: dict[str, Any] = {"mira": mira, "otto": otto, "lena": lena}
_JPEG_QUALITY = 94


@dataclass(frozen=True)
class Artwork:
    """`file` holds the picture; `days` is how long ago it shall seem posted; the rest as in `cast.Work`."""

    artist: str
    file: Path
    title: str
    alt: str
    text: str
    tags: tuple[str, ...]
    days: int
    key: str


@dataclass(frozen=True)
class Looks:
    """The avatar and header files of one artist."""

    avatar: Path
    header: Path


def artworks(folder: Path, *, drawn: Callable[[Artwork], None] = lambda _: None) -> list[Artwork]:
    """Every artwork of the cast, oldest first; `drawn` hears of each as soon as its file is there.

    A file that is there already is kept, since it can only be the same.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for work in cast.WORKS:
        file = folder / f"{work.artist}-{work.draw}.{_ending(work)}"
        if not file.exists():
            _save(getattr(_STUDIOS[work.artist], work.draw)(), file)
        made.append(Artwork(work.artist, file, work.title, work.alt, work.text, work.tags, work.days, work.draw))
        drawn(made[-1])
    return made


def looks(folder: Path) -> dict[str, Looks]:
    """Avatar and header of each artist, by name."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for name, studio in _STUDIOS.items():
        ending = "png" if name == "lena" else "jpg"
        mine = Looks(folder / f"{name}-avatar.{ending}", folder / f"{name}-header.{ending}")
        _save(studio.portrait(), mine.avatar)
        _save(studio.banner(), mine.header)
        found[name] = mine
    return found


def _ending(work: cast.Work) -> str:
    if work.artist != "lena":
        return "jpg"
    return "gif" if "Animation" in work.tags else "png"


def _save(drawing: Image.Image | tuple[list[Image.Image], int], file: Path) -> None:
    """Writes beside and renames, so that a broken run leaves no half picture behind."""
    beside = file.with_name(f".{file.name}")
    kind = {".jpg": "JPEG", ".png": "PNG", ".gif": "GIF"}[file.suffix]
    if isinstance(drawing, tuple):
        frames, milliseconds = drawing
        frames[0].save(
            beside, kind, save_all=True, append_images=frames[1:], duration=milliseconds, loop=0, optimize=False
        )
    elif kind == "JPEG":
        drawing.save(beside, kind, quality=_JPEG_QUALITY, subsampling=0)
    else:
        drawing.save(beside, kind, optimize=True)
    beside.replace(file)
