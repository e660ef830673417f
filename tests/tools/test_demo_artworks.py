"""The sample pictures: there, described, the same every time, and true to their medium."""

import hashlib

import pytest
from PIL import Image

from tools.demo import artworks, cast, lena, mira, otto, pixels

STUDIOS = {"mira": mira, "otto": otto, "lena": lena}


def colours_of(image):
    return {colour for _, colour in image.convert("RGB").getcolors(maxcolors=1 << 24)}


def is_enlarged(image, scale):
    small = image.resize((image.width // scale, image.height // scale), Image.Resampling.NEAREST)
    return small.resize(image.size, Image.Resampling.NEAREST).tobytes() == image.tobytes()


def test_the_cast_is_whole():
    names = {artist.name for artist in cast.ARTISTS}
    keys = [work.draw for work in cast.WORKS]
    assert len(keys) == len(set(keys)) >= 12
    assert {work.artist for work in cast.WORKS} == names
    for work in cast.WORKS:
        assert callable(getattr(STUDIOS[work.artist], work.draw))
        assert 60 <= len(work.alt) <= 1500
        assert all(tag.isalnum() and not tag.isdigit() for tag in work.tags)
    assert {act.work for act in cast.ACTS} <= set(keys)
    assert {act.who for act in cast.ACTS} | {who for pair in cast.FOLLOWS for who in pair} <= names
    assert all(bool(act.text) == (act.kind == "reply") for act in cast.ACTS)
    likes = [(act.who, act.kind, act.work) for act in cast.ACTS if act.kind != "reply"]
    assert len(likes) == len(set(likes)), "nobody likes or boosts a work twice"
    makers = {work.draw: work.artist for work in cast.WORKS}
    assert all(act.who != makers[act.work] for act in cast.ACTS if act.kind != "reply")


def test_works_are_posted_oldest_first():
    days = [work.days for work in cast.WORKS]
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize(("draw", "scale", "size"), [
    ("noodles", 6, (1920, 1080)),
    ("night_room", 8, (1920, 1440)),
    ("island", 8, (1920, 1920)),
    ("moon_comic", 5, (800, 4500)),
    ("portrait", 16, (640, 640)),
    ("banner", 5, (1500, 500)),
])  # fmt: skip
def test_pixel_art_is_crisp_and_keeps_its_palette(draw, scale, size):
    image = getattr(lena, draw)()
    assert image.mode == "P"
    assert image.size == size
    assert is_enlarged(image, scale)
    assert len(colours_of(image)) >= 8
    assert colours_of(image) <= set(pixels.PALETTE.values())


def test_the_campfire_moves_in_twelve_frames(tmp_path):
    frames, milliseconds = lena.campfire()
    assert len({frame.tobytes() for frame in frames}) == 12
    file = tmp_path / "fire.gif"
    artworks._save((frames, milliseconds), file)
    with Image.open(file) as image:
        assert (image.n_frames, image.size, image.info["duration"]) == (12, (640, 480), 110)
        assert colours_of(image) <= set(pixels.PALETTE.values())


@pytest.mark.parametrize(
    ("artist", "draw"), [("mira", "portrait"), ("mira", "banner"), ("otto", "portrait"), ("lena", "island")]
)
def test_a_seed_gives_the_same_picture(artist, draw):
    first, second = (getattr(STUDIOS[artist], draw)().tobytes() for _ in range(2))
    assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()
    assert getattr(STUDIOS[artist], draw)(999).tobytes() != first


def test_looks_are_written_for_every_artist(tmp_path):
    found = artworks.looks(tmp_path)
    assert set(found) == {artist.name for artist in cast.ARTISTS}
    for mine in found.values():
        with Image.open(mine.avatar) as avatar, Image.open(mine.header) as header:
            assert avatar.width == avatar.height >= 640
            assert header.width == 3 * header.height


def test_artworks_keeps_what_is_drawn_and_leaves_nothing_half(tmp_path, monkeypatch):
    few = tuple(work for work in cast.WORKS if work.artist == "lena")
    monkeypatch.setattr(cast, "WORKS", few)
    heard = []
    made = artworks.artworks(tmp_path, drawn=heard.append)
    assert heard == made
    assert sorted(tmp_path.iterdir()) == sorted(each.file for each in made)
    before = {each.file: each.file.stat().st_mtime_ns for each in made}
    assert artworks.artworks(tmp_path) == made
    assert {each.file: each.file.stat().st_mtime_ns for each in made} == before


@pytest.mark.slow
@pytest.mark.parametrize("work", [work for work in cast.WORKS if work.artist != "lena"], ids=lambda work: work.draw)
def test_painted_works_are_large_and_not_empty(work):
    image = getattr(STUDIOS[work.artist], work.draw)()
    assert image.mode == "RGB"
    assert 1600 <= max(image.size) <= 2800
    small = image.convert("L").resize((64, 64))
    assert small.getextrema()[1] - small.getextrema()[0] > 120, "it has darks and lights"
