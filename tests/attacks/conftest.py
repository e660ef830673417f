"""Good and bad servers with people, our server seen from outside, and what an attack must leave as it is."""

import hashlib

import pytest

from fedi import db
from fedi.db import Base
from tests.worlds import ann, eve, evil, servers, victim, world

__all__ = ["ann", "eve", "evil", "servers", "victim", "world"]
MIRA = "https://art.test/users/mira"
QUIET = {"inbox_messages", "hosts"}


def digest():
    """Of every content table: what an attack must leave as it is."""
    found = hashlib.sha256()
    with db.reading() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in QUIET:
                rows = sorted(repr(tuple(row)) for row in session.execute(table.select()))
                found.update(f"{table.name}: {rows}".encode())
    return found.hexdigest()


@pytest.fixture
async def scene(world, ann, eve, victim):
    """mira follows ann and eve, who are known; a note of ann is here; mallory is known too."""
    mallory = victim.person("mallory", 2).serve()
    for person in (ann, eve, mallory):
        await world.send(person, person.activity("Like", "https://art.test/x", 999))
        world.follow(person.id)
    await world.send(ann, ann.create(ann.serve_note()))
    world.mallory = mallory
    world.before = digest()
    return world
