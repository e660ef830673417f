"""`fedi crawlers`: the list of programs that visit on their own, and what is known of their visits."""

import json
from pathlib import Path

import click

from fedi import db, net
from fedi.cli.opening import open_instance
from fedi.errors import BadRequest, Unreachable
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
@click.argument("source", metavar="FILE-OR-URL")
def refresh(source: str) -> None:
    """Take what a file or an https address knows more: robots.json of ai.robots.txt, or our own format.

    It takes the place of the list read in before, once all of it was looked at. What an admin said about a program
    stays.
    """
    document = read_json(source)
    with db.writing() as session:
        done = service.refresh(session, document)
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
@click.argument("source", metavar="FILE-OR-URL", required=False)
@click.option("--remove", is_flag=True, help="forget the addresses of NAME")
def ranges(name: str, source: str | None, *, remove: bool) -> None:
    """Take the addresses that the operator of the program NAME publishes (gptbot.json, googlebot.json, ...).

    From then on whoever says NAME and comes from elsewhere is refused as an impostor.
    """
    if remove == (source is not None):
        raise click.UsageError("give the file or its address, or --remove")
    document = read_json(source) if source is not None else None
    with db.writing() as session:
        if document is None:
            service.forget_ranges(session, name)
            click.echo(f"no addresses of {name} are known any more")
        else:
            click.echo(f"{service.set_ranges(session, name, document)} prefixes")


@crawlers.command()
@click.option("--days", default=400, show_default=True, type=click.IntRange(1, 4000), help="how far back")
def export(days: int) -> None:
    """Print every count of visits as CSV: who came, what they took, what was refused."""
    with db.reading() as session:
        for line in crawler_log.export(session, days=days):
            click.echo(line, nl=False)


def read_json(source: str) -> object:
    """What lies in a file or at an address. Raises BadRequest, and what `net.get` raises."""
    remote = source.lower().startswith(("https://", "http://"))
    data = _fetched(source) if remote else _stored(Path(source))
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise BadRequest(f"{source[:200]} is no JSON") from None


def _stored(file: Path) -> bytes:
    if not file.is_file():
        raise BadRequest(f"there is no file {file}")
    if file.stat().st_size > MAX_BYTES:
        raise BadRequest(f"{file} is over 10 MB")
    return file.read_bytes()


def _fetched(url: str) -> bytes:
    """Through the guard of every outgoing request: no private address, no way from https to http."""
    try:
        answer = net.get(url, headers={"Accept": "application/json"}, max_bytes=MAX_BYTES)
    finally:
        net.close_background()
    if answer.status != 200:
        raise Unreachable(f"{url[:200]} answered {answer.status}")
    return answer.body


def _decide(name: str, rule: Rule) -> None:
    with db.writing() as session:
        agent = service.decide(session, name, rule)
    click.echo(f"{agent.name} is {'refused' if rule == Rule.REFUSE else 'let in'}")
