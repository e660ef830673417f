"""`fedi relay`: servers that pass on what is for everybody."""

import json
from urllib.parse import urlsplit

import click

from fedi import db, net
from fedi.activitypub import fetch
from fedi.cli.opening import open_instance
from fedi.errors import BadRequest
from fedi.services import relays


@click.group()
def relay() -> None:
    """Relays bring posts of servers that nobody here follows, and take ours to theirs."""
    open_instance()


@relay.command()
@click.argument("address")
def add(address: str) -> None:
    """Ask the relay at ADDRESS: its inbox (https://relay.example/inbox), or its actor (https://relay.example/actor)."""
    address = address.strip()
    if urlsplit(address).scheme not in {"https", "http"} or not urlsplit(address).hostname:
        raise BadRequest(f"{address} is no web address")
    try:
        if urlsplit(address).path.rstrip("/").endswith("/inbox"):
            net.check_url(address)
            inbox, actor = address, None
        else:
            actor = fetch.fetch_actor(address)
            inbox = actor.inbox
    finally:
        net.close_background()
    with db.writing() as session:
        relays.add(session, address, inbox=inbox, actor=session.merge(actor) if actor else None)
    click.echo(f"{address} is asked")


@relay.command()
@click.argument("address")
def remove(address: str) -> None:
    """End the subscription to the relay at ADDRESS."""
    with db.writing() as session:
        relays.remove(session, address.strip())
    click.echo(f"{address} is a relay of ours no more")


@relay.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="for scripts")
def list_relays(*, as_json: bool) -> None:
    """Print every relay and what it said."""
    with db.reading() as session:
        found = [{"address": row.address, "state": row.state.value} for row in relays.listed(session)]
    if as_json:
        click.echo(json.dumps(found))
        return
    for row in found:
        click.echo(f"{row['state']:<10}{row['address']}")
