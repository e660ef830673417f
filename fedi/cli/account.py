"""`fedi account`: make an account, a bearer token, a reset link; list, let in and delete accounts."""

import click
from sqlalchemy.orm import Session

from fedi import db, urls
from fedi.cli.opening import open_instance
from fedi.errors import BadRequest, NotFound
from fedi.models.account import Account, AccountState, LinkPurpose, Role
from fedi.models.sign_up import SignUp
from fedi.services import accounts, actor_keys, links, sign_ups, tokens
from fedi.services.paging import Page

MOST = 1000


@click.group()
def account() -> None:
    """Accounts of this instance."""
    open_instance()


@account.command()
@click.argument("name")
@click.option("--email", required=True)
@click.option("--password", help="asked for when it is not given")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.ARTIST.value)
@click.option("--approved", is_flag=True, help="an account made here may always sign in; kept for scripts")
def create(name: str, email: str, password: str | None, role: str, *, approved: bool) -> None:  # noqa: ARG001
    """Make an account and print its actor address."""
    with db.reading() as session:
        accounts.check_new(session, name=name, email=email)
    if password is None:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    password_hash = accounts.hash_password(password)
    key = actor_keys.generate()
    with db.writing() as session:
        made = accounts.create(
            session,
            name=name,
            email=email,
            password_hash=password_hash,
            role=Role(role),
            state=AccountState.APPROVED,
            key=key,
        )
        click.echo(made.actor.uri)


@account.command(name="rotate-keys")
@click.argument("name")
def rotate_keys(name: str) -> None:
    """Give NAME new signing keys, for example after a backup was stolen, and tell every server."""
    key = actor_keys.generate()
    with db.writing() as session:
        accounts.rotate_keys(session, find(session, name), private=key)
    click.echo(f"{name} signs with new keys; servers learn of them as the queue is worked off")


@account.command()
@click.argument("name")
@click.option("--scopes", default="read write follow push", show_default=True)
def token(name: str, scopes: str) -> None:
    """Print a bearer token for the client API, alone on its line."""
    with db.writing() as session:
        click.echo(tokens.issue(session, find(session, name), scopes))


@account.command(name="reset-password")
@click.argument("name")
def reset_password(name: str) -> None:
    """Print a link that lets NAME set a new password, once, within a day."""
    with db.writing() as session:
        link = links.make(session, LinkPurpose.PASSWORD_RESET, account=find(session, name))
    click.echo(f"{urls.origin()}/reset-password/{link}")


@account.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="do not ask")
def delete(name: str, *, yes: bool) -> None:
    """Delete an account: its works are withdrawn here and its Delete is sent to every server that knows it."""
    with db.reading() as session:
        find(session, name)
    if not yes:
        click.confirm(f"Delete {name} and everything they posted, for ever?", abort=True)
    with db.writing() as session:
        accounts.leave(session, find(session, name))
    click.echo(f"{name} is deleted; the Delete goes out now")


@account.command(name="list")
@click.option("--pending", is_flag=True, help="those who wait for a moderator: name, address, why")
def listed(*, pending: bool) -> None:
    """Print the accounts here, one a line: name, role, state."""
    with db.reading() as session:
        if pending:
            for row in reversed(sign_ups.waiting(session, Page(limit=MOST))):
                unconfirmed = "" if row.confirmed_at else " (not confirmed)"
                click.echo(f"{row.name}\t{row.email}{unconfirmed}\t{' '.join(row.reason.split())}")
            return
        for each in accounts.listed(session):
            click.echo(f"{each.actor.name}\t{each.role.value}\t{each.state.value}")


@account.command()
@click.argument("name")
def approve(name: str) -> None:
    """Let NAME in, who signed up and waits."""
    key = actor_keys.generate()
    with db.writing() as session:
        made = sign_ups.approve(session, None, _asking(session, name), key=key)
    click.echo(made.actor.uri if made else f"{name} is let in once the e-mail address is confirmed")


@account.command()
@click.argument("name")
def reject(name: str) -> None:
    """Do not let NAME in, who signed up and waits."""
    with db.writing() as session:
        sign_ups.reject(session, None, _asking(session, name))
    click.echo(f"{name} is not let in")


def _asking(session: Session, name: str) -> SignUp:
    row = sign_ups.by_name(session, name)
    if row is None or row.approved_at is not None:
        raise NotFound(f"nobody of the name {name} waits for a moderator: `fedi account list --pending` tells who does")
    return row


def find(session: Session, name: str) -> Account:
    """The account of a name. Raises NotFound or BadRequest."""
    if not urls.valid_name(name):
        raise BadRequest(f"{name!r} is no name")
    found = accounts.by_name(session, name)
    if found is None or found.state in {AccountState.LEAVING, AccountState.GONE}:
        raise NotFound(f"there is no account {name} here: `fedi account create {name} --email ...` makes one")
    return found
