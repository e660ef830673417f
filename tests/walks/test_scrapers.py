"""The scrapers that obey, of others' making, against the demo instance: img2dataset, datadiligence and Scrapy.

Nothing is kept of artists who say nothing; once one allows everything, exactly her pictures are.
"""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from fedi import db, tasks, urls
from fedi.models.actor import Actor
from fedi.models.media import Media, Rendition
from fedi.models.post import Post
from fedi.services import consents, media
from tests.servers import serving
from tests.walks.venv import installed
from tools.demo import __main__ as demo

pytestmark = [pytest.mark.walk, pytest.mark.slow, pytest.mark.timeout(1800)]
HERE = Path(__file__).with_name("scrapers")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The demo instance, served."""
    with serving(tmp_path_factory.mktemp("house")) as origin:
        demo.main()
        yield origin
        tasks.close()


@pytest.fixture(scope="module")
def programs():
    return installed("scrapers")


@dataclass(frozen=True)
class Shown:
    """Addresses of the pictures that are served now, by artist."""

    by_artist: dict

    @property
    def all(self):
        return {url for found in self.by_artist.values() for url in found}


def shown():
    found = {}
    with db.reading() as session:
        query = select(Actor.name, Rendition.key).join(Media, Media.actor_id == Actor.id).join(Rendition)
        for name, key in session.execute(query.where(Rendition.withdrawn_at.is_(None))):
            found.setdefault(name, set()).add(urls.media(key))
    return Shown(found)


def img2dataset(programs, folder, addresses):
    """With its default settings: the addresses whose pictures it kept."""
    folder.mkdir()
    (folder / "list.txt").write_text("\n".join(sorted(addresses)))
    command = [programs / "img2dataset", "--url_list", folder / "list.txt", "--output_folder", folder / "out"]
    run(command, folder)
    said = [json.loads(file.read_text()) for file in (folder / "out").rglob("*.json") if "stats" not in file.name]
    kept = {each["url"] for each in said if each["status"] == "success"}
    assert len(list((folder / "out").rglob("*.jpg"))) == len(kept)
    return kept


def datadiligence(programs, folder, addresses):
    folder.mkdir()
    (folder / "list.txt").write_text("\n".join(sorted(addresses)))
    run([programs / "python", HERE / "diligent.py", folder / "list.txt", folder / "out"], folder)
    kept = set((folder / "out" / "kept.txt").read_text().split())
    assert len(list((folder / "out").glob("*.jpg"))) == len(kept)
    return kept


def scrapy(programs, folder, starts):
    """From the front page and every artist's, wherever links lead."""
    folder.mkdir()
    command = [programs / "scrapy", "runspider", HERE / "spider.py", "-a", f"start={','.join(starts)}"]
    run([*command, "-s", f"FILES_STORE={folder / 'out'}", "-O", folder / "items.json"], folder)
    text = (folder / "items.json").read_text() if (folder / "items.json").exists() else ""
    kept = {file["url"] for item in json.loads(text or "[]") for file in item["files"]}
    assert len(list((folder / "out").rglob("*.*"))) == len(kept)
    return kept


def run(command, folder):
    done = subprocess.run(
        list(map(str, command)), cwd=folder, capture_output=True, text=True, timeout=600, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]


def allow(name):
    """The artist allows everything; her pictures are written anew, as their files say so too."""
    with db.writing() as session:
        actor = session.scalar(select(Actor).where(Actor.name == name, Actor.domain_key == ""))
        consents.set_default(session, actor, consent="allowed", licence=None)
        for row in session.scalars(select(Media).where(Media.actor_id == actor.id)):
            post = session.get(Post, row.post_id) if row.post_id else None
            if not media.is_ready(session, row, post):
                media.start(session, row)
    tasks.run_until_idle()


def test_who_obeys_keeps_what_was_allowed_and_nothing_else(house, programs, tmp_path):
    everything = shown()
    assert set(everything.by_artist) == {"mira", "lena", "otto"}
    assert all(len(found) >= 4 for found in everything.by_artist.values())
    starts = [f"{house}/", f"{house}/explore", *(f"{house}/@{name}" for name in everything.by_artist)]
    assert img2dataset(programs, tmp_path / "img2dataset", everything.all) == set()
    assert datadiligence(programs, tmp_path / "datadiligence", everything.all) == set()
    assert scrapy(programs, tmp_path / "scrapy", starts) == set()

    allow("lena")
    now = shown()
    hers = now.by_artist["lena"]
    assert not hers & everything.all, "new terms, new addresses"
    assert img2dataset(programs, tmp_path / "img2dataset, then", now.all) == hers
    assert datadiligence(programs, tmp_path / "datadiligence, then", now.all) == hers
    kept = scrapy(programs, tmp_path / "scrapy, then", starts)
    print(f"{len(everything.all)} pictures: none kept; then of {len(now.all)}: hers {len(hers)}, by Scrapy {len(kept)}")
    assert kept <= hers
    assert len(kept) >= len(hers) - 2, "all but what no page of hers leads to"
