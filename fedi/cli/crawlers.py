"""`fedi crawlers`: the list of programs that visit on their own, and what is known of their visits."""

import json
from pathlib import Path

import click

from fedi import db
from fedi.cli.opening import open_instance
from fedi.errors import BadRequest
from fedi.policy.agents import Rule
from fedi.services import crawler_log
from fedi.services import crawlers as service

MAX_BYTES = 10_000_000


@click.group()
def crawlers() -> None:
    """Who gathers for AI, who is refused, and who came (docs/crawlers.md)."""
    open_instance()


@crawlers.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="for scripts, and for `fedi crawlers refresh`")
def list_agents(*, as_json: bool) -> None:
    """Print the list as it holds here."""
    with db.reading() as session:
        agents = service.roster(session).agents
    if as_json:
        click.echo(json.dumps(service.describe(agents), indent=1))
        return
    for agent in agents:
        rule = {Rule.ALLOW: "let in", Rule.REFUSE: "refused"}.get(agent.rule, "") if agent.rule else ""
        click.echo(f"{agent.name:<32} {agent.purpose:<9} {agent.obeys:<8} {rule:<8} {agent.operator}".rstrip())


@crawlers.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def refresh(file: Path) -> None:
    """Take what FILE knows more: robots.json of ai.robots.txt, or our own format.

    It takes the place of the file read in before. What an admin said about a program stays.
    """
    with db.writing() as session:
        done = service.refresh(session, read_json(file))
    for name, reason in done.skipped:
        click.echo(f"{name[:60]} left out: {reason}", err=True)
    click.echo(f"{len(done.names)} programs")


@crawlers.command()
@click.argument("name")
def refuse(name: str) -> None:
    """Refuse the program NAME everywhere, whatever artists allow."""
    _decide(name, Rule.REFUSE)


@crawlers.command()
@click.argument("name")
def allow(name: str) -> None:
    """Let the program NAME in everywhere: for one that gathers nothing for AI."""
    _decide(name, Rule.ALLOW)


@crawlers.command()
@click.argument("name")
def reset(name: str) -> None:
    """Forget what was said here about the program NAME."""
    with db.writing() as session:
        service.forget(session, name)
    click.echo(f"{name} is as the list has it")


@crawlers.command()
@click.argument("name")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--remove", is_flag=True, help="forget the addresses of NAME")
def ranges(name: str, file: Path | None, *, remove: bool) -> None:
    """Take the addresses that the operator of the program NAME publishes (gptbot.json, googlebot.json, ...).

    From then on whoever says NAME and comes from elsewhere is refused as an impostor.
    """
    if remove == (file is not None):
        raise click.UsageError("give the file, or --remove")
    with db.writing() as session:
        if file is None:
            service.forget_ranges(session, name)
            click.echo(f"no addresses of {name} are known any more")
        else:
            click.echo(f"{service.set_ranges(session, name, read_json(file))} prefixes")


@crawlers.command()
@click.option("--days", default=400, show_default=True, type=click.IntRange(1, 4000), help="how far back")
def export(days: int) -> None:
    """Print every count of visits as CSV: who came, what they took, what was refused."""
    with db.reading() as session:
        for line in crawler_log.export(session, days=days):
            click.echo(line, nl=False)


def read_json(file: Path) -> object:
    """Raises BadRequest."""
    if file.stat().st_size > MAX_BYTES:
        raise BadRequest(f"{file} is over 10 MB")
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        raise BadRequest(f"{file} is no JSON") from None


def _decide(name: str, rule: Rule) -> None:
    with db.writing() as session:
        agent = service.decide(session, name, rule)
    click.echo(f"{agent.name} is {'refused' if rule == Rule.REFUSE else 'let in'}")
