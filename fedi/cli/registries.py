"""`fedi registries`: registries of no to AI, the files that artists hand over there, and the log of both."""

import sys
from pathlib import Path

import click
from sqlalchemy.orm import Session

from fedi import db
from fedi.cli.opening import open_instance
from fedi.errors import NotFound
from fedi.models.actor import Actor
from fedi.services import accounts
from fedi.services import registries as service
from fedi.tasks import fingerprints


@click.group()
def registries() -> None:
    """Where artists declare that their works are not for AI (docs/registries.md)."""
    open_instance()


@registries.command(name="list")
def list_registries() -> None:
    """Print the registries, whether they are on here, and how many artists chose them."""
    on = service.on()
    with db.reading() as session:
        rows = service.overview(session)
    for registry, artists, steps, _ in rows:
        state = "on" if registry.name in on else "off"
        click.echo(f"{registry.name:<10} {state:<4} chosen by {artists}, {steps} entries in the log, {registry.site}")


@registries.command()
@click.argument("artist")
@click.option("--registry", "name", required=True, help="its name, as `fedi registries list` prints it")
@click.option("--take-back", is_flag=True, help="the file that takes back what the artist permits since")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="a file; otherwise it is printed")
def export(artist: str, name: str, out: Path | None, *, take_back: bool) -> None:
    """Make the file that ARTIST, who chose the registry in her settings, hands over there. It is logged."""
    registry = service.find(name)
    with db.reading() as session:
        actor_id = _artist(session, artist).id
    if registry.by_content:
        fingerprints.make_due(actor_id)
    with db.reading() as session:
        make = service.take_back if take_back else service.export
        file = make(session, _artist(session, artist), registry, by_operator=True)
    # First, so that nothing is logged of a file that could not be written.
    if out is None:
        sys.stdout.buffer.write(file.body)
    else:
        out.write_bytes(file.body)
    with db.writing("registries") as session:
        service.record(session, file)
    if out is not None:
        click.echo(f"{out}: hand it over at {registry.site}")


@registries.command()
@click.argument("artist", required=False)
def log(artist: str | None) -> None:
    """Print what was declared where as CSV, of ARTIST or of all, the newest first."""
    with db.reading() as session:
        for line in service.log_file(session, _artist(session, artist) if artist else None):
            click.echo(line, nl=False)


def _artist(session: Session, name: str) -> Actor:
    """Raises NotFound."""
    account = accounts.by_name(session, name.lstrip("@"))
    if account is None or not account.active:
        raise NotFound(f"there is no artist {name[:64]} here")
    return account.actor
