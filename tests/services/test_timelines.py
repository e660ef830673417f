"""Timelines that reach over years: pages are whole wherever the posts lie, and cost what they show."""

from datetime import timedelta

import pytest
from sqlalchemy import event, text

from fedi import clock, db
from fedi.models.actor import Actor
from fedi.models.post import Post, PostState
from fedi.services import remote_posts, timelines
from fedi.services.paging import Page
from tests import people

DAYS = [0, 0, 1, 3, 40, 41, 200, 500, 900, 1500]


@pytest.fixture(params=["asking the followed", "walking by", "walking by, and not far enough"])
def ways(request, monkeypatch):
    """Each of the ways in which home is found."""
    if request.param != "asking the followed":
        monkeypatch.setattr(timelines, "_FOLLOWS_MANY", timelines._FOLLOWS_MANY.offset(0))
        monkeypatch.setattr(timelines, "WALK", 3 if "not" in request.param else timelines.WALK)


@pytest.fixture
def years(house_on_each, ways):
    """mira, who follows ann; ann's posts of many years, newest first; and what nobody follows in between."""
    mira = people.artist()
    ann, bob = people.stranger("ann", "a.example"), people.stranger("bob", "b.example")
    people.follow(mira, ann)
    ids = []
    with db.writing() as session:
        for number, days in enumerate(DAYS):
            at = clock.now() - timedelta(days=days, minutes=number)
            for author in (ann, bob):
                row = Post(uri=f"{author.uri}/n/{number}", actor_id=author.id, state=PostState.PUBLISHED)
                row.id, row.created_at, row.published_at, row.tags, row.mentions = clock.new_id(at), at, at, [], []
                session.add(row)
                if author is ann:
                    ids.append(row.id)
    return mira, ids


def home(mira, **page):
    with db.reading() as session:
        return [entry.id for entry in timelines.home(session, session.get_one(Actor, mira.id), Page(**page))]


def test_a_page_is_whole_however_far_apart_the_posts_are(years):
    mira, ids = years
    assert home(mira, limit=20) == ids
    assert home(mira, limit=4) == ids[:4]
    assert home(mira, limit=4, max_id=ids[3]) == ids[4:8]
    assert home(mira, limit=4, max_id=ids[-1]) == []


def test_towards_the_present(years):
    mira, ids = years
    assert home(mira, limit=3, min_id=ids[-1]) == ids[-4:-1]
    assert home(mira, limit=20, min_id=ids[-1]) == ids[:-1]
    assert home(mira, limit=20, min_id=ids[-1], max_id=ids[2]) == ids[3:-1]
    assert home(mira, limit=20, min_id=1) == ids
    assert home(mira, limit=20, min_id=ids[0]) == []
    assert home(mira, limit=20, since_id=ids[5]) == ids[:5]
    assert home(mira, limit=2, since_id=ids[5]) == ids[:2]


def plans(statement_part):
    """How SQLite goes about what was asked between this and the `yield`ed list's end."""
    found = []

    def explain(_connection, cursor, statement, parameters, _context, _many):
        if statement_part in statement and not statement.startswith("EXPLAIN"):
            raw = cursor.connection.cursor()
            found.extend(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall())

    event.listen(db.engine(), "before_cursor_execute", explain)
    return found


def test_no_statement_of_a_new_post_walks_through_all_posts(house_on_sqlite):
    """Most posts answer nothing: an index on what they answer that holds them all is worth nothing to the planner."""
    ann = people.stranger("ann", "a.example")
    with db.writing() as session:
        for number in range(400):
            session.add(Post(uri=f"{ann.uri}/n/{number}", actor_id=ann.id, tags=[], mentions=[]))
    with db.writing() as session:
        session.execute(text("ANALYZE"))
    plan = plans("posts")
    with db.writing() as session:
        values = remote_posts.RemotePost(f"{ann.uri}/n/new", ann.uri, "public", content="<p>hello</p>")
        remote_posts.store(session, session.get_one(Actor, ann.id), values)
    assert plan
    assert not [line for line in plan if line.startswith("SCAN posts")]
    assert [line for line in plan if "ix_posts_orphans" in line]


def test_home_looks_at_no_more_than_it_must(house_on_sqlite):
    mira = people.artist()
    ann = people.stranger("ann", "a.example")
    people.follow(mira, ann)
    with db.writing() as session:
        for number in range(400):
            at = clock.now() - timedelta(days=number)
            row = Post(uri=f"{ann.uri}/n/{number}", actor_id=ann.id, tags=[], mentions=[])
            row.id, row.created_at, row.published_at = clock.new_id(at), at, at
            session.add(row)
    with db.writing() as session:
        session.execute(text("ANALYZE"))
    plan = plans("FROM posts JOIN")
    assert len(home(mira, limit=20)) == 20
    ours = [line for line in plan if line.startswith(("SEARCH posts ", "SCAN posts "))]
    assert ours
    assert all("id>?" in line or "rowid" in line or "id>" in line for line in ours)
