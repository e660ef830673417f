"""The door of the inboxes: what it takes before anything is read, and what it says."""

import asyncio

import pytest

from fedi import db
from fedi.activitypub import receive
from fedi.app import create_app
from fedi.web import inboxes


async def post(app, messages, path="/inbox", headers=()):
    """(status, headers, body) of a POST whose body arrives in these messages; None when nothing was answered."""
    sent = []
    waiting = iter(messages)

    async def hear():
        message = next(waiting, None)
        if message is None:
            await asyncio.Event().wait()
        return message

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": [(b"host", b"art.test"), *headers], "client": ("192.0.2.1", 1), "scheme": "https",
        "http_version": "1.1", "root_path": "", "asgi": {"version": "3.0"},
    }  # fmt: skip
    await asyncio.wait_for(app.asgi_app(scope, hear, send), 10)
    if not sent:
        return None
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


def part(body, more=False):
    return {"type": "http.request", "body": body, "more_body": more}


@pytest.fixture
def app(instance):
    return create_app()


async def test_a_body_is_given_up_while_it_arrives(app):
    chunk = part(b" " * (receive.MAX_BYTES // 2), more=True)
    status, _, body = await post(app, [chunk] * 3)
    assert (status, body) == (413, b'{"error":"an activity is at most 1 MB"}')


async def test_a_body_that_says_it_is_too_large_is_not_waited_for(app):
    for length in (b"1048577", b"9" * 500):
        status, _, _ = await post(app, [], headers=[(b"content-length", length)])
        assert status == 413


async def test_a_body_that_never_ends_is_not_waited_for(app, monkeypatch):
    monkeypatch.setattr(inboxes, "BODY_SECONDS", 0.05)
    status, _, _ = await post(app, [part(b"{", more=True)])
    assert status == 408


async def test_who_goes_away_is_told_nothing(app):
    assert await post(app, [part(b"{", more=True), {"type": "http.disconnect"}]) is None


@pytest.mark.parametrize("path", ["/inbox", "/inbox/", "/actor/inbox", "/users/mira/inbox"])
async def test_the_headers_of_the_house(app, path):
    status, headers, body = await post(app, [part(b"{}")], path, headers=[(b"x-request-id", b"abc")])
    assert status in {401, 404}
    assert headers[b"content-type"] == b"application/json"
    assert headers[b"content-length"] == str(len(body)).encode()
    assert headers[b"cache-control"] == b"private, no-store"
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"x-request-id"] == b"abc"


async def test_a_database_that_is_away_is_503(app, monkeypatch):
    monkeypatch.setattr(db, "url", lambda: "sqlite:////nowhere/at/all.sqlite3")
    db.dispose()
    status, headers, body = await post(app, [part(b"{}")])
    assert (status, headers[b"retry-after"]) == (503, b"10")
    assert b"nowhere" not in body


async def test_a_bug_is_500_without_its_words(app, monkeypatch):
    async def broken(*_arguments, **_named):
        raise RuntimeError("a secret")

    monkeypatch.setattr(receive, "accept", broken)
    status, _, body = await post(app, [part(b"{}")])
    assert status == 500
    assert b"secret" not in body


async def test_other_methods_and_other_paths_are_not_for_inboxes(app):
    client = app.test_client()
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE"):
        answer = await client.open("/inbox", method=method)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    answer = await client.open("/users/mira/inbox", method="OPTIONS")
    assert (answer.status_code, answer.headers["Allow"]) == (200, "POST, OPTIONS")
    for path in (f"/users/{'x' * 61}/inbox", "/users/a/b/inbox", "/inboxes"):
        assert (await client.post(path)).status_code == 404
