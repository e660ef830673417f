"""`fedi invite`: a link by which people sign up and are let in."""

import click

from fedi import config, db
from fedi.cli.opening import open_instance
from fedi.services import invites


@click.command()
@click.option("--uses", default=1, show_default=True, help="for how many people; 0: any number")
@click.option("--days", default=7, show_default=True, help="for how many days; 0: without end")
def invite(uses: int, days: int) -> None:
    """Print a link by which somebody signs up without waiting for a moderator."""
    open_instance()
    with db.writing() as session:
        click.echo(invites.address(invites.make(session, None, uses=uses or None, days=days or None)))
    if config.settings().registrations == "closed":
        click.echo("it holds once FEDI_REGISTRATIONS is not closed", err=True)
