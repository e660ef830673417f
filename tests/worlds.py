"""Other servers with people, and their activities posted to our inbox through the app."""

import json

import pytest
from sqlalchemy import select

from fedi import db, net
from fedi.activitypub import instance_key, keyring, processing
from fedi.models.inbox_message import InboxMessage
from fedi.services import actors, follows, posts
from tests.origins import Origins


@pytest.fixture(scope="session")
def servers():
    with Origins() as running:
        yield running


@pytest.fixture
def victim(servers):
    return servers.start("127.0.0.11")


@pytest.fixture
def evil(servers):
    return servers.start("127.0.0.12")


@pytest.fixture
def ann(victim):
    """ann at victim, who can be fetched."""
    return victim.person("ann", 0).serve()


@pytest.fixture
def eve(evil):
    """eve at evil, with good keys of her own."""
    return evil.person("eve", 1).serve()


class World:
    """Our server with mira on it, seen from outside and from inside."""

    def __init__(self, client, mira):
        self.client = client
        self.mira = mira.actor
        self.account = mira

    async def send(self, person, activity, path="/inbox", *, body=None, process=True, headers=None, **options):
        """POST a signed activity; the status. With `process` the inbox is worked off."""
        body = json.dumps(activity).encode() if body is None else body
        signed = person.headers(path, body, **options) if headers is None else headers
        answer = await self.client.post(path, data=body, headers=signed)
        if process:
            processing.process_due()
        return answer.status_code

    def rows(self, model, *where):
        with db.reading() as session:
            return list(session.scalars(select(model).where(*where).order_by(model.id)).unique())

    def row(self, model, *where):
        found = self.rows(model, *where)
        return found[0] if found else None

    def message(self):
        """The last inbox message."""
        return self.rows(InboxMessage)[-1] if self.rows(InboxMessage) else None

    def actor(self, uri):
        with db.reading() as session:
            return actors.by_uri(session, uri)

    def post(self, text="a heron", **options):
        with db.writing() as session:
            author = actors.by_uri(session, self.mira.uri)
            return posts.compose(session, author=author, text=text, **options)

    def follow(self, uri):
        """mira follows somebody, and is accepted."""
        with db.writing() as session:
            me, other = actors.by_uri(session, self.mira.uri), actors.by_uri(session, uri)
            row = follows.request(session, me, other)
            follows.answered(session, row, yes=True)
            return row

    def set(self, **values):
        with db.writing() as session:
            me = actors.by_uri(session, self.mira.uri)
            for name, value in values.items():
                setattr(me, name, value)


@pytest.fixture
async def world(client, mira):
    keyring.forget()
    instance_key.forget()
    yield World(client, mira)
    await net.close()
