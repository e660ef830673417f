"""`fedi media`: the copies of pictures of other servers."""

import click

from fedi import db
from fedi.cli.opening import open_instance
from fedi.services import cached_files
from fedi.tasks import remote_files


@click.group()
def media() -> None:
    """Copies of pictures of other servers."""


@media.command()
@click.option("--days", type=click.IntRange(0, 36500), help="drop what nobody looked at for so many days")
@click.option("--max-bytes", type=click.IntRange(0), help="then drop the rest down to so many bytes")
def prune(days: int | None, max_bytes: int | None) -> None:
    """Drop copies; without options what the settings say. They come back when somebody looks."""
    open_instance()
    count = remote_files.prune(days=days, limit=max_bytes)
    with db.reading() as session:
        count += cached_files.drop_strays(session)
        left = cached_files.total(session)
    click.echo(f"{count} dropped, the rest takes {left / 1_048_576:.1f} MB")


@media.command()
@click.argument("address", required=False)
@click.option("--host", help="every copy of this server")
def refresh(address: str | None, host: str | None) -> None:
    """Fetch anew: the picture at ADDRESS, those of a server, or (with neither) all that failed."""
    open_instance()
    if address and host:
        raise click.UsageError("give an address or --host, not both")
    with db.writing() as session:
        count = cached_files.refresh(session, url=address, host=host.lower() if host else None)
    click.echo(f"{count} will be fetched by the worker")
