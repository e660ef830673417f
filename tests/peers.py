"""Servers to deliver to: real sockets on 127.0.0.x that keep what they get and answer as a test wants."""

import asyncio
import base64
import hashlib
import json
import threading
from dataclasses import dataclass, field

from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from fedi.activitypub.protocol import keys, signatures


@dataclass(frozen=True)
class Got:
    """One POST as it came."""

    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    host: str

    @property
    def json(self):
        return json.loads(self.body)

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def verify(self, public_pem):
        """By our protocol module; raises when the signature is wrong."""
        request = signatures.Request.make("POST", self.path, self.headers, self.body, scheme="http", host=self.host)
        parsed = signatures.parse(request)
        signatures.verify(parsed, keys.load_public(public_pem))
        return parsed

    def verify_by_hand(self, public_pem):
        """A check that shares no code with the product: draft-cavage from its text, with `cryptography`."""
        parameters = dict(part.split("=", 1) for part in self.header("signature").split(","))
        parameters = {name: value.strip('"') for name, value in parameters.items()}
        lines = []
        for name in parameters["headers"].split():
            value = f"post {self.path}" if name == "(request-target)" else self.header(name)
            lines.append(f"{name}: {value}")
        assert {"(request-target)", "host", "date", "digest"} <= set(parameters["headers"].split())
        assert self.header("digest") == "SHA-256=" + base64.b64encode(hashlib.sha256(self.body).digest()).decode()
        key = serialization.load_pem_public_key(public_pem.encode())
        try:
            key.verify(
                base64.b64decode(parameters["signature"]),
                "\n".join(lines).encode(),
                padding.PKCS1v15(),
                hashes.SHA256(),
            )
        except InvalidSignature:
            return None
        return parameters["keyId"]


@dataclass
class Peer:
    """`answers` are used up one by one, the last one for ever: a status, or (status, headers); `hang` never answers."""

    address: str
    port: int = 0
    answers: list = field(default_factory=lambda: [202])
    got: list[Got] = field(default_factory=list)
    hang: bool = False
    most_at_once: int = 0
    release: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: threading.Condition = field(default_factory=threading.Condition)
    _now: int = 0

    @property
    def host(self):
        return f"{self.address}:{self.port}"

    def url(self, path):
        return f"http://{self.host}{path}"

    async def handle(self, request):
        body = await request.read()
        headers = tuple(request.headers.items())
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            with self.arrived:
                self.got.append(Got(request.raw_path, headers, body, request.headers["Host"]))
                self.arrived.notify_all()
            if self.hang:
                await self.release.wait()
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if callable(answer):
                answer = answer(self.got[-1])
            status, extra = answer if isinstance(answer, tuple) else (answer, {})
            await asyncio.sleep(0)
            return web.Response(status=status, headers=extra)
        finally:
            self._now -= 1


class Peers:
    """A thread with an event loop that holds the servers; use as a context."""

    def __init__(self):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runners = []
        self._peers = []

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

    def let_go(self):
        """The servers that hang answer now."""
        for peer in self._peers:
            self._loop.call_soon_threadsafe(peer.release.set)

    def wait_for(self, peer, count):
        """Until the peer has got `count` requests."""
        with peer.arrived:
            assert peer.arrived.wait_for(lambda: len(peer.got) >= count, 20)

    def start(self, address, **options):
        peer = Peer(address, **options)
        self._do(self._start(peer))
        self._peers.append(peer)
        return peer

    async def _start(self, peer):
        app = web.Application(client_max_size=8 << 20)
        app.router.add_post("/{tail:.*}", peer.handle)
        runner = web.AppRunner(app, shutdown_timeout=0.05)
        await runner.setup()
        site = web.TCPSite(runner, peer.address, peer.port)
        await site.start()
        peer.port = site._server.sockets[0].getsockname()[1]
        self._runners.append(runner)
