"""The log of decisions: numbered, chained, and any change of the past shows."""

import hashlib
import json

import pytest
from sqlalchemy import delete, update

from fedi import config, db
from fedi.models.actor import Actor
from fedi.models.instance import ConsentEntry
from fedi.services import consent_log, consents, posts
from fedi.services import instance as instances


@pytest.fixture
def decided(mira):
    """Three decisions and the work's own."""
    with db.writing() as session:
        actor = session.get_one(Actor, mira.actor_id)
        consents.set_default(session, actor, consent="ask", licence="cc-by", holder="Okafor", price="5 EUR")
        consents.set_default(session, actor, consent="allowed", licence="Mine <https://x.example/>")
        posts.compose(session, author=actor, text="x", consent="prohibited")
    return mira.actor_id


def entries(session, actor_id):
    return consent_log.of_actor(session, session.get_one(Actor, actor_id))


def test_decisions_are_numbered_and_chained(decided):
    with db.reading() as session:
        rows = entries(session, decided)
        exported = consent_log.exported(session.get_one(Actor, decided), rows)
        assert [row.version for row in rows] == [1, 2, 3, 4]
        assert session.get_one(Actor, decided).terms_version == 4
        assert list(consent_log.broken(session)) == []
    assert [each["said"]["scope"].partition(":")[0] for each in exported] == ["artist", "artist", "artist", "post"]
    assert exported[1]["said"]["price"] == "5 EUR"
    previous = ""
    for each in json.loads(json.dumps(exported)):  # as anybody would check it
        words = json.dumps(each["said"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert each["previous"] == previous
        previous = hashlib.sha256((previous + words).encode()).hexdigest()
        assert each["hash"] == previous


@pytest.mark.parametrize(
    "values", [{"consent": "allowed"}, {"licence": "cc0"}, {"details": {"price": "1 EUR"}}, {"version": 9}]
)
def test_a_changed_past_shows(decided, values):
    with db.writing() as session:
        row = entries(session, decided)[1]
        session.execute(update(ConsentEntry).where(ConsentEntry.id == row.id).values(**values))
    with db.reading() as session:
        assert list(consent_log.broken(session)) == ["mira"]


@pytest.mark.parametrize("number", [0, 2, 3])
def test_a_lost_entry_shows(decided, number):
    with db.writing() as session:
        row = entries(session, decided)[number]
        session.execute(delete(ConsentEntry).where(ConsentEntry.id == row.id))
    with db.reading() as session:
        assert list(consent_log.broken(session)) == ["mira"]


def test_what_the_operator_sets_is_logged_once(instance):
    def start(**changes):
        config.use(config.settings().model_copy(update=changes))
        with db.writing() as session:
            instances.prepare(session)
            return [(row.consent, row.details) for row in entries(session, instances.instance_actor(session).id)]

    assert start() == [("prohibited", None)]
    assert start(consent_floor="ask")[1:] == [("prohibited", {"floor": "ask"})]
    assert len(start()) == 2
    assert consents.of_instance().version == 2
    assert len(start(consent_default="allowed")) == 3
