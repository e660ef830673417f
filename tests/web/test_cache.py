"""Public answers kept while the database stands still: never older than a commit, never anybody's own."""

import json

import pytest
import sqlalchemy

from fedi import db
from fedi.app import create_app
from fedi.models.account import AccountState, Role
from fedi.models.actor import Actor
from fedi.services import accounts
from fedi.web import cache, memory
from tests import people

AS = {"Accept": "application/activity+json"}
PATH = "/users/mira"


@pytest.fixture
def reached(monkeypatch):
    """How often the app itself was asked, not the cache before it."""
    asked = []
    heard = cache.Heard

    def counting(send):
        asked.append(1)
        return heard(send)

    monkeypatch.setattr(cache, "Heard", counting)
    return asked


@pytest.fixture
def client(house_on_each):
    with db.writing() as session:
        accounts.create(
            session, name="mira", email="mira@example.org", password_hash="!", role=Role.ARTIST,
            state=AccountState.APPROVED, key=people.rsa_key(),
        )  # fmt: skip
    return create_app().test_client()


def rename(words):
    with db.writing() as session:
        session.query(Actor).filter(Actor.name_key == "mira").one().display_name = words


async def name(client):
    answer = await client.get(PATH, headers=AS)
    assert answer.status_code == 200
    return json.loads(await answer.get_data())["name"]


@pytest.fixture
def still(monkeypatch):
    """The database stands still, whatever PostgreSQL does for itself in the background; time does too."""
    monkeypatch.setattr(db, "version", lambda: "as it is")
    monkeypatch.setattr(memory, "SECONDS", 3600.0)


async def test_nothing_happens_and_nothing_is_read(client, reached, monkeypatch):
    """With the real sign of change; PostgreSQL's vacuum may give a false one now and then."""
    monkeypatch.setattr(memory, "SECONDS", 3600.0)
    for _ in range(20):
        await name(client)
    assert len(reached) < 10


async def test_asked_twice_and_read_once(client, reached, still):
    first, second = [await client.get(PATH, headers=AS) for _ in range(2)]
    assert len(reached) == 1
    assert await first.get_data() == await second.get_data()
    told = [{k.lower(): v for k, v in answer.headers.items()} for answer in (first, second)]
    ids = [each.pop("x-request-id") for each in told]
    assert told[0] == told[1]
    assert ids[0] != ids[1]


async def test_a_commit_is_seen_by_the_next_request(client):
    for words in ("Mira", "Mira Moon", "Mira Sun"):
        rename(words)
        assert await name(client) == words


async def test_a_commit_of_another_process_is_seen(client):
    await name(client)
    elsewhere = sqlalchemy.create_engine(db.url())
    with elsewhere.begin() as other:
        other.exec_driver_sql("UPDATE actors SET display_name = 'from elsewhere' WHERE name_key = 'mira'")
    elsewhere.dispose()
    assert await name(client) == "from elsewhere"


async def test_a_database_that_is_away_is_the_apps_to_tell(client, monkeypatch):
    """503 and a health check that answers, not a broken connection."""
    await name(client)

    def away(*_, **__):
        raise sqlalchemy.exc.OperationalError("SELECT", {}, Exception("the server closed the connection"))

    monkeypatch.setattr(db, "version", away)
    monkeypatch.setattr(db.Session, "execute", away)
    monkeypatch.setattr(db.Session, "scalar", away)
    answer = await client.get(PATH, headers=AS)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert (await client.get("/health")).status_code == 200


async def test_what_the_time_changes_is_not_kept_for_long(client, reached, monkeypatch):
    monkeypatch.setattr(memory, "SECONDS", 0.0)
    await name(client)
    await name(client)
    assert len(reached) == 2


async def test_a_page_and_a_document_of_one_address_are_two_answers(client):
    await name(client)
    page = await client.get("/@mira", headers={"Accept": "text/html"})
    document = await client.get("/@mira", headers=AS)
    assert "html" in page.content_type
    assert "json" in document.content_type


@pytest.mark.parametrize(
    "header", ["Cookie", "Authorization", "Signature", "Signature-Input", "Range", "If-None-Match", "X-Request-Id"]
)
async def test_who_says_a_name_or_wants_a_part_is_never_answered_from_memory(client, reached, still, header):
    await name(client)
    for _ in range(2):
        await client.get(PATH, headers={**AS, header: "x"})
    assert len(reached) == 1, "such requests do not pass the cache at all"
    await name(client)
    assert len(reached) == 1, "and leave what it holds alone"


@pytest.mark.parametrize("path", ["/users/nobody", "/api/v1/instance", "/compose", "/healthz"])
async def test_errors_and_private_answers_are_not_kept(client, reached, path):
    for _ in range(2):
        await client.get(path, headers=AS)
    assert len(reached) == 2


def headers(**said):
    return [(key.replace("_", "-").encode(), value.encode()) for key, value in said.items()]


def test_what_an_answer_says_of_itself_counts():
    assert cache.may_be_kept(headers(cache_control="max-age=180, public", vary="Accept, Signature"))
    assert not cache.may_be_kept(headers(cache_control="private, no-store"))
    assert not cache.may_be_kept(headers())
    assert not cache.may_be_kept(headers(cache_control="public", vary="User-Agent"))
    assert not cache.may_be_kept(headers(cache_control="public", vary="*"))
    assert not cache.may_be_kept(headers(cache_control="public", set_cookie="a=b"))
    assert not cache.may_be_kept(headers(cache_control="public", x_ratelimit_remaining="1"))


def test_memory_has_a_bound():
    held = memory.Memory(100, len)
    for number in range(10):
        held.keep(number, 1, b"x" * 30)
    assert [number for number in range(10) if held.get(number, 1)] == [7, 8, 9]
    assert held.get(9, 2) is None, "somebody committed"
    held.keep(9, 2, b"x" * 200)
    assert held.get(9, 2) is None, "more than fits is not kept"


def test_nobodys_address_is_kept_at_any_length():
    long = {"type": "http", "method": "GET", "path": "/", "raw_path": b"/" * 3000, "query_string": b"", "headers": []}
    assert cache.key_of(long) is None
