"""Servers to fetch from, and people on them who sign: real sockets on 127.0.0.x, documents by path, every GET recorded."""

import asyncio
import json
import threading
from dataclasses import dataclass, field

from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from fedi.activitypub.protocol import digests, signatures

ACTIVITY = "application/activity+json"
JRD = "application/jrd+json"
AS = "https://www.w3.org/ns/activitystreams"
PUBLIC = f"{AS}#Public"

_keys = []


def key(number=0):
    """A few keys for all tests of this process: making one takes 40 ms."""
    while len(_keys) <= number:
        _keys.append(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    return _keys[number]


def pem(private):
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    return private.public_key().public_bytes(serialization.Encoding.PEM, spki).decode()


@dataclass
class Person:
    """Somebody on an origin."""

    origin: "Origin"
    name: str
    private: rsa.RSAPrivateKey

    @property
    def id(self):
        return self.origin.url(f"/u/{self.name}")

    @property
    def key_id(self):
        return f"{self.id}#main-key"

    @property
    def followers(self):
        return f"{self.id}/followers"

    def document(self, **changes):
        base = {
            "@context": [AS, "https://w3id.org/security/v1"],
            "id": self.id,
            "type": "Person",
            "preferredUsername": self.name,
            "name": self.name.title(),
            "inbox": f"{self.id}/inbox",
            "outbox": f"{self.id}/outbox",
            "followers": self.followers,
            "featured": f"{self.id}/featured",
            "url": self.origin.url(f"/@{self.name}"),
            "endpoints": {"sharedInbox": self.origin.url("/inbox")},
            "publicKey": {"id": self.key_id, "owner": self.id, "publicKeyPem": pem(self.private)},
        }
        return base | changes

    def serve(self, **changes):
        """Put the actor and its WebFinger where they are asked for."""
        self.origin.put(f"/u/{self.name}", self.document(**changes))
        self.origin.finger(self.name, self.id)
        return self

    def note(self, number=1, **changes):
        base = {
            "id": f"{self.id}/n/{number}",
            "type": "Note",
            "attributedTo": self.id,
            "published": "2026-11-23T04:00:00Z",
            "url": self.origin.url(f"/@{self.name}/{number}"),
            "to": [PUBLIC],
            "cc": [self.followers],
            "content": f"<p>note {number}</p>",
        }
        return base | changes

    def serve_note(self, number=1, **changes):
        note = self.note(number, **changes)
        self.origin.put(f"/u/{self.name}/n/{number}", {"@context": AS, **note})
        return note

    def activity(self, kind, object_, number=1, **changes):
        base = {
            "@context": AS,
            "id": f"{self.id}/{kind.lower()}/{number}",
            "type": kind,
            "actor": self.id,
            "object": object_,
        }
        return {name: value for name, value in (base | changes).items() if value is not None}

    def create(self, note, number=1, **changes):
        said = {"to": note.get("to"), "cc": note.get("cc")} if isinstance(note, dict) else {}
        return self.activity("Create", note, number, **(said | changes))

    def headers(self, path, body, *, host="art.test", key_id=None, private=None, **options):
        return signatures.sign(
            private or self.private,
            key_id or self.key_id,
            "POST",
            f"https://{host}{path}",
            digest=digests.sha256(body),
            **options,
        )


@dataclass
class Origin:
    """One server: `documents` maps a path with its query to (status, content type, body)."""

    address: str
    port: int = 0
    documents: dict = field(default_factory=dict)
    headers: dict = field(default_factory=dict)  # path to more header lines
    asked: list = field(default_factory=list)
    hold: threading.Event | None = None

    @property
    def host(self):
        return f"{self.address}:{self.port}"

    def url(self, path):
        return f"http://{self.host}{path}"

    def put(self, path, document, *, kind=ACTIVITY, status=200):
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.documents[path] = (status, kind, body)

    def remove(self, path, status=404):
        self.documents[path] = (status, "text/plain", b"")

    def finger(self, name, actor, *, subject=None, domain=None):
        domain = domain or self.host
        links = [{"rel": "self", "type": ACTIVITY, "href": actor}]
        document = {"subject": subject or f"acct:{name}@{domain}", "links": links}
        self.put(f"/.well-known/webfinger?resource=acct:{name}@{domain}", document, kind=JRD)

    def person(self, name, number=0):
        return Person(self, name, key(number))

    def paths(self):
        return [path for path, _ in self.asked]

    async def handle(self, request):
        path = request.path_qs.replace("%3A", ":").replace("%40", "@")
        self.asked.append((path, dict(request.headers)))
        if self.hold is not None:
            await asyncio.to_thread(self.hold.wait, 20)
        status, kind, body = self.documents.get(path, (404, "text/plain", b"nothing here"))
        if 300 <= status < 400:
            return web.Response(status=status, headers={"Location": body.decode()})
        return web.Response(status=status, body=body, headers=[("Content-Type", kind), *self.headers.get(path, [])])


class Origins:
    """A thread with an event loop that holds the servers; use as a context."""

    def __init__(self):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runners = []

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        for runner in self._runners:
            self._do(runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _do(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)

    def start(self, address):
        origin = Origin(address)
        self._do(self._start(origin))
        return origin

    async def _start(self, origin):
        app = web.Application()
        app.router.add_get("/{tail:.*}", origin.handle)
        runner = web.AppRunner(app, shutdown_timeout=0.05)
        await runner.setup()
        site = web.TCPSite(runner, origin.address, 0)
        await site.start()
        origin.port = site._server.sockets[0].getsockname()[1]
        self._runners.append(runner)
