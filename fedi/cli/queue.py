"""`fedi queue`: what waits to be sent, processed or protected, and trying again."""

import json

import click

from fedi import db
from fedi.cli.opening import open_instance
from fedi.services import queue as queues


@click.group()
def queue() -> None:
    """What waits, and why."""
    open_instance()


@queue.command()
@click.option("--json", "as_json", is_flag=True)
def status(*, as_json: bool) -> None:
    """Show what waits, and for which servers."""
    with db.reading() as session:
        report = queues.status(session)
    if as_json:
        click.echo(json.dumps(report))
        return
    for name in ("deliveries", "inbox", "media"):
        counts = ", ".join(f"{number} {state}" for state, number in sorted(report[name].items())) or "none"
        click.echo(f"{name + ':':<12}{counts}")
    click.echo(f"{'oldest due:':<12}{report['oldest_due_s']} s")
    for host in report["hosts"]:
        line = f"  {host['host']}: {host['state']}, {host['waiting']} waiting"
        if host["next_attempt"]:
            line += f", next at {host['next_attempt']}"
        if host["state"] != "ok" and host["last_error"]:
            line += f" ({host['last_error']})"
        click.echo(line)


@queue.command()
@click.option("--host", help="only what goes to this server (host or host:port)")
def retry(host: str | None) -> None:
    """Send again now what waits or was given up."""
    with db.writing() as session:
        number = queues.retry(session, host=host)
    click.echo(f"{number} deliveries are due now")
