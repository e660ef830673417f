"""The `fedi` command: one file per command group, loaded only when it is called."""

import importlib
import sys
from collections.abc import Sequence

import click

from fedi import __version__
from fedi.errors import FediError

COMMANDS = {
    "account": "fedi.cli.account:account",
    "crawlers": "fedi.cli.crawlers:crawlers",
    "doctor": "fedi.cli.doctor:doctor",
    "domain": "fedi.cli.domain:domain",
    "inspect": "fedi.cli.inspect:inspect",
    "invite": "fedi.cli.invite:invite",
    "media": "fedi.cli.media:media",
    "migrate": "fedi.cli.migrate:migrate",
    "post": "fedi.cli.post:post",
    "protect": "fedi.cli.protect:protect",
    "queue": "fedi.cli.queue:queue",
    "registries": "fedi.cli.registries:registries",
    "relay": "fedi.cli.relay:relay",
    "serve": "fedi.cli.serve:serve",
    "worker": "fedi.cli.worker:worker",
}


class Commands(click.Group):
    """A group that imports a command's module when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, name = target.partition(":")
        found: click.Command = getattr(importlib.import_module(module), name)
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="fedi")
def cli() -> None:
    """An artist server: posts federate, terms are readable by machines, pictures are protected before they leave."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command. Errors are one line on standard error: exit 1, or 2 for wrong usage; never a traceback."""
    try:
        sys.exit(cli.main(arguments, standalone_mode=False) or 0)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        click.echo(f"fedi: {error.format_message()}", err=True)
        sys.exit(2 if isinstance(error, click.UsageError) else 1)
    except FediError as error:
        click.echo(f"fedi: {error}", err=True)
        sys.exit(1)
    except (OSError, KeyboardInterrupt) as error:
        if isinstance(error, KeyboardInterrupt):
            sys.exit(130)
        click.echo(f"fedi: {error}", err=True)
        sys.exit(1)
