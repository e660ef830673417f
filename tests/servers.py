"""The app behind a real port, for clients of others' making: a browser, Mastodon.py."""

import asyncio
import socket
import threading
from contextlib import contextmanager

from hypercorn.asyncio import serve
from hypercorn.config import Config

from fedi import config
from fedi.app import create_app
from tests.conftest import close_house, open_house


@contextmanager
def serving(folder, **settings):
    """A fresh instance in *folder*, served by a thread of this process; gives its address.

    The socket listens before the server starts, so that nobody who connects early is refused.
    """
    listening = socket.create_server(("127.0.0.1", 0))
    open_house(folder, domain=f"127.0.0.1:{listening.getsockname()[1]}", **settings)
    loop, stop, up = asyncio.new_event_loop(), asyncio.Event(), threading.Event()
    hypercorn = Config()
    hypercorn.bind = [f"fd://{listening.detach()}"]
    hypercorn.graceful_timeout = 1
    hypercorn.certfile, hypercorn.keyfile = config.settings().tls_cert or None, config.settings().tls_key or None
    app = create_app()
    app.before_serving(up.set)

    def run():
        asyncio.set_event_loop(loop)
        loop.run_until_complete(serve(app, hypercorn, shutdown_trigger=stop.wait))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        assert up.wait(20)
        yield config.settings().origin
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)
        close_house()
