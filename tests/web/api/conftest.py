"""An instance in a folder of its own, people on it, and a client that speaks to the app in this process."""

import io
from dataclasses import dataclass

import pytest
from PIL import Image, ImageDraw

from fedi import db
from fedi.app import create_app
from fedi.models.account import AccountState, Role
from fedi.models.actor import Actor, ActorKind
from fedi.services import accounts, tokens
from tests import people

from .conformance import Conformance

ALL_SCOPES = "read write follow push profile"


@dataclass(frozen=True)
class Person:
    name: str
    account_id: int
    actor_id: int
    token: str

    @property
    def id(self) -> str:
        return str(self.actor_id)


class Api:
    """Requests to the app: `await api.get(path, person, key=value)`; answers are (status, JSON, headers).

    Every answer is held to what /api/openapi.json says of it.
    """

    def __init__(self, app):
        self.app = app
        self.document = Conformance(app)
        self.client = app.test_client(use_cookies=False)

    async def call(self, method, path, who=None, *, headers=None, **kwargs):
        headers = dict(headers or {})
        token = who.token if isinstance(who, Person) else who
        if token:
            headers["Authorization"] = f"Bearer {token}"
        response = await self.client.open(path, method=method, headers=headers, **kwargs)
        text = await response.get_data()
        body = await response.get_json() if response.mimetype == "application/json" and text else text
        self.document.check(method, path, response.status_code, response.mimetype, body)
        return Answer(response.status_code, body, response.headers)

    async def get(self, path, who=None, headers=None, **query):
        return await self.call("GET", path, who, headers=headers, **({"query_string": query} if query else {}))

    async def post(self, path, who=None, headers=None, **form):
        return await self.call("POST", path, who, headers=headers, json=form)

    async def put(self, path, who=None, headers=None, **form):
        return await self.call("PUT", path, who, headers=headers, json=form)

    async def delete(self, path, who=None, headers=None):
        return await self.call("DELETE", path, who, headers=headers)

    async def upload(self, who, data, path="/api/v2/media", filename="a.png", **fields):
        body, kind = multipart(fields, {"file": (filename, data)})
        return await self.call("POST", path, who, headers={"Content-Type": kind}, data=body)


@dataclass(frozen=True)
class Answer:
    status: int
    body: object
    headers: object


def multipart(fields, files):
    """(body, content type) of a form."""
    boundary = "xYzBoundary"
    parts = []
    for name, value in fields.items():
        parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    for name, (filename, data) in files.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        parts.append(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + data + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


@pytest.fixture
def api(instance):
    return Api(create_app())


def make_person(name, scopes=ALL_SCOPES, role=Role.ARTIST):
    with db.writing() as session:
        account = accounts.create(
            session,
            name=name,
            email=f"{name}@mail.example",
            password_hash="!",
            role=role,
            state=AccountState.APPROVED,
            key=people.rsa_key(),
        )
        return Person(name, account.id, account.actor_id, tokens.issue(session, account, scopes))


def token_of(person, scopes):
    with db.writing() as session:
        return tokens.issue(session, session.get_one(accounts.Account, person.account_id), scopes)


def make_remote(name="gina", host="gts.test"):
    """A remote actor, as federation would have stored it."""
    uri = f"https://{host}/users/{name}"
    with db.writing() as session:
        actor = Actor(
            uri=uri,
            url=f"https://{host}/@{name}",
            kind=ActorKind.PERSON,
            name=name,
            domain=host,
            name_key=name,
            domain_key=host,
            host=host,
            display_name="Gina <script>alert(1)</script>",
            inbox=f"{uri}/inbox",
            followers_uri=f"{uri}/followers",
        )
        session.add(actor)
        session.flush()
        return actor.id


@pytest.fixture
def mira(api):
    return make_person("mira")


@pytest.fixture
def otto(api):
    return make_person("otto")


def picture(colour=(180, 90, 40), size=(320, 240)):
    image = Image.new("RGB", size, colour)
    ImageDraw.Draw(image).ellipse((40, 30, 200, 180), fill=(30, 60, 120))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
