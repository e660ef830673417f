"""`fedi domain`: which servers this one talks to."""

import json
from pathlib import Path

import click

from fedi import db
from fedi.cli.opening import open_instance
from fedi.errors import BadRequest
from fedi.models.instance import DomainSeverity
from fedi.services import domains


@click.group()
def domain() -> None:
    """Federation policy: a rule holds for a domain and everything below it."""
    open_instance()


@domain.command()
@click.argument("name")
@click.option("--reason", default="", help="shown to everybody")
@click.option("--note", default="", help="for moderators only")
def block(name: str, reason: str, note: str) -> None:
    """Nothing comes from NAME and nothing goes there; follows across end."""
    _rule(name, DomainSeverity.BLOCK, reason, note)


@domain.command()
@click.argument("name")
@click.option("--reason", default="", help="shown to everybody")
@click.option("--note", default="", help="for moderators only")
def limit(name: str, reason: str, note: str) -> None:
    """People of NAME are seen only by those who follow them; their follows are asked for first."""
    _rule(name, DomainSeverity.LIMIT, reason, note)


@domain.command()
@click.argument("name")
@click.option("--note", default="", help="for moderators only")
def allow(name: str, note: str) -> None:
    """Let NAME in: against a rule above it, or where federation is limited to a list."""
    _rule(name, DomainSeverity.ALLOW, "", note)


@domain.command()
@click.argument("name")
def remove(name: str) -> None:
    """Forget the rule about NAME."""
    with db.writing() as session:
        domains.remove_rule(session, name)
    click.echo(f"no rule about {domains.normalise(name)} any more")


@domain.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="for scripts")
@click.option("--csv", "as_csv", is_flag=True, help="in Mastodon's format, for other servers")
def list_rules(*, as_json: bool, as_csv: bool) -> None:
    """Print every rule: severity, domain, reason."""
    with db.reading() as session:
        if as_csv:
            click.echo(domains.export_csv(session), nl=False)
            return
        found = [
            {
                "domain": row.domain,
                "severity": row.severity.value,
                "reason": row.public_comment,
                "note": row.private_comment,
            }
            for row in domains.rules(session)
        ]
    if as_json:
        click.echo(json.dumps(found))
        return
    for row in found:
        click.echo(f"{row['severity']:<6} {row['domain']}" + (f"  {row['reason']}" if row["reason"] else ""))


@domain.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_rules(file: Path) -> None:
    """Take the blocks (suspend) and limits (silence) of a CSV as Mastodon exports it."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadRequest(f"{file} is no UTF-8 text") from None
    with db.writing() as session:
        done = domains.import_csv(session, text)
    for number, reason in done.skipped:
        click.echo(f"line {number} left out: {reason}", err=True)
    click.echo(f"{len(done.domains)} rules")


def _rule(name: str, severity: DomainSeverity, reason: str, note: str) -> None:
    with db.writing() as session:
        made = domains.set_rule(session, name, severity, public_comment=reason, private_comment=note).domain
    click.echo(f"{severity.value} {made}")
