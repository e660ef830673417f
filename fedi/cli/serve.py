"""`fedi serve`: the web and the embedded worker in one command."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable

import click
import uvloop
from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config

from fedi import config, db, urls
from fedi.app import create_app
from fedi.cli.opening import open_instance
from fedi.config import BadSettings
from fedi.models.account import LinkPurpose
from fedi.services import accounts, links
from fedi.web import hub

log = logging.getLogger(__name__)
RESTART_SECONDS = 2
GRACE_SECONDS = 10


@click.command()
@click.option("--no-worker", is_flag=True, help="serve only; `fedi worker` runs elsewhere")
def serve(*, no_worker: bool) -> None:
    """Serve this instance, with one embedded worker."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    open_instance()
    _greet()
    uvloop.run(_serve(with_worker=not no_worker))
    db.dispose()
    click.echo("stopped")


async def _serve(*, with_worker: bool) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    web = asyncio.create_task(hypercorn_serve(create_app(), _hypercorn(), shutdown_trigger=_when(stopping)))
    worker = asyncio.create_task(_keep_worker(stopping)) if with_worker else None
    try:
        await web
    except OSError as error:
        raise BadSettings(f"FEDI_BIND {config.settings().bind_address}: {error.strerror or error}") from None
    finally:
        stopping.set()
        if worker is not None:
            await worker


def _when(stopping: asyncio.Event) -> Callable[[], Awaitable[None]]:
    """The end, for which whoever listens to a stream is sent away: a server that ends waits for open connections."""

    async def _end() -> None:
        await stopping.wait()
        hub.hub.close()

    return _end


def _hypercorn() -> Config:
    settings = config.settings()
    made = Config()
    made.bind = [settings.bind_address]
    made.accesslog = None
    made.errorlog = None
    made.graceful_timeout = GRACE_SECONDS
    made.include_server_header = False
    made.h11_max_incomplete_size = 32 * 1024
    made.keep_alive_timeout = 30
    # No pings of WebSockets: hypercorn's hold a closed connection open until the next one, and with it our end.
    if settings.tls_cert:
        made.certfile, made.keyfile = settings.tls_cert, settings.tls_key
    return made


async def _keep_worker(stopping: asyncio.Event) -> None:
    """Run the worker as a child of ours, start it again when it dies, end it when we end."""
    command = [sys.executable, "-m", "fedi", "worker", "--embedded", str(os.getpid())]
    # A session of its own: Ctrl-C reaches the child once, through us.
    while not stopping.is_set():
        environment = config.environment_of(config.settings())
        child = await asyncio.create_subprocess_exec(*command, env=environment, start_new_session=True)
        ended, stop = asyncio.create_task(child.wait()), asyncio.create_task(stopping.wait())
        await asyncio.wait({ended, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if stopping.is_set():
            await _end(child, ended)
            return
        log.error("the worker ended with status %s and is started again", child.returncode)
        await asyncio.sleep(RESTART_SECONDS)


async def _end(child: asyncio.subprocess.Process, ended: "asyncio.Task[int]") -> None:
    if child.returncode is None:
        child.terminate()
    try:
        await asyncio.wait_for(asyncio.shield(ended), GRACE_SECONDS)
    except TimeoutError:
        child.kill()
        await ended


def _greet() -> None:
    settings = config.settings()
    click.echo(f"fedi serves {settings.instance_name} at {urls.origin()}  (data in {settings.data_dir.absolute()})")
    with db.writing() as session:
        if accounts.count(session) == 0:
            token = links.make(session, LinkPurpose.FIRST_ADMIN, hours=24 * 7)
            click.echo("No account yet. Make the first one, an admin, here (the link works once):")
            click.echo(f"  {urls.origin()}/welcome/{token}")
            click.echo("or from a shell: fedi account create NAME --email you@example.org --role admin")
    sys.stdout.flush()
