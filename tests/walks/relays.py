"""Small relays over TLS: one that boosts whatever it gets (Mastodon's way), one that is followed and follows (LitePub)."""

import json
import ssl
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from tests.origins import PUBLIC, Origin, Origins, Person, key
from tests.walks.towns import Authority


@dataclass
class Relay(Origin):
    """`subscribers` maps an instance's actor to its inbox; `heard` is what came in, by type."""

    authority: Authority | None = None
    litepub: bool = False
    subscribers: dict = field(default_factory=dict)
    heard: list = field(default_factory=list)
    sent: int = 0

    def url(self, path):
        return f"https://{self.host}{path}"

    @property
    def actor(self):
        return Person(self, "relay", key(0))

    @property
    def asked_at(self):
        """What an operator types: the relay's actor, or its inbox."""
        return self.actor.id if self.litepub else f"{self.actor.id}/inbox"

    async def take(self, request):
        said = json.loads(await request.read())
        self.heard.append((said["type"], said["object"] if isinstance(said["object"], str) else said["object"]["id"]))
        by = said["actor"]
        if said["type"] == "Follow":
            self.subscribers[by] = f"https://{urlsplit(by).netloc}/inbox"
            await self._say(by, "Accept", said)
            if self.litepub:
                await self._say(by, "Follow", by)
        elif said["type"] == "Undo":
            self.subscribers.pop(by, None)
        elif said["type"] in {"Create", "Announce"}:
            home = urlsplit(by).netloc
            for other in [each for each in self.subscribers if urlsplit(each).netloc != home]:
                await self._say(other, "Announce", self.heard[-1][1])
        return web.Response(status=202)

    async def _say(self, to, kind, about):
        self.sent += 1
        activity = self.actor.activity(kind, about, self.sent, to=[PUBLIC] if kind == "Announce" else [to])
        inbox, body = urlsplit(self.subscribers[to]), json.dumps(activity).encode()
        headers = self.actor.headers(inbox.path, body, host=inbox.netloc)
        async with (
            aiohttp.ClientSession() as session,
            session.post(inbox.geturl(), data=body, headers=headers, ssl=self.authority.context) as answer,
        ):
            assert answer.status == 202, await answer.text()


class Relays(Origins):
    """A thread that holds relays; use as a context."""

    def relay(self, address, authority, *, litepub):
        relay = Relay(address, authority=authority, litepub=litepub)
        self._do(self._serve(relay))
        relay.actor.serve(type="Application")
        return relay

    async def _serve(self, relay):
        app = web.Application()
        app.router.add_get("/{tail:.*}", relay.handle)
        app.router.add_post("/{tail:.*}", relay.take)
        runner = web.AppRunner(app, shutdown_timeout=0.05)
        await runner.setup()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(relay.authority.certificate, relay.authority.key)
        site = web.TCPSite(runner, relay.address, 0, ssl_context=context)
        await site.start()
        relay.port = site._server.sockets[0].getsockname()[1]
        self._runners.append(runner)
