"""`fedi doctor`: looks at the instance as an operator would, and says what to do."""

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass

import click
import sqlalchemy.exc
from sqlalchemy import text

from fedi import config, db, files, urls, work
from fedi.config import BadSettings
from fedi.errors import FediError
from fedi.media import credentials
from fedi.services import consent_log, instance, schema, secret

LOW_DISK = 1 << 30


@dataclass(frozen=True)
class Check:
    name: str
    ok: bool
    detail: str
    fix: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True)
def doctor(*, as_json: bool) -> None:
    """Check settings, database, keys, disk, broker; exit 1 when something is wrong."""
    checks = [_settings()]
    if checks[0].ok:  # with wrong settings every other answer would be about another instance
        checks += [
            run() for run in (_folders, _disk, _secret, _database, _schema, _domain, _consents, _broker, _signer)
        ]
    if as_json:
        click.echo(json.dumps({"checks": [asdict(each) for each in checks]}))
    else:
        for each in checks:
            click.echo(f"{'ok  ' if each.ok else 'BAD '} {each.name}: {each.detail}")
            if not each.ok and each.fix:
                click.echo(f"     {each.fix}")
    sys.exit(0 if all(each.ok for each in checks) else 1)


def _guard(name: str, fix: str, call: Callable[[], str]) -> Check:
    try:
        return Check(name, ok=True, detail=call())
    except (FediError, OSError, sqlalchemy.exc.SQLAlchemyError) as error:
        return Check(name, ok=False, detail=str(error).splitlines()[0], fix=fix)


def _settings() -> Check:
    def look() -> str:
        settings = config.settings()
        if settings.secure is False and not settings.domain.startswith(("localhost", "127.")):
            raise BadSettings(f"{urls.origin()} is not https: other servers will not talk to it")
        return f"{urls.origin()}, registrations {settings.registrations}, federation {settings.federation}"

    return _guard("settings", "set FEDI_WEB_ORIGIN to the https address people use", look)


def _folders() -> Check:
    def look() -> str:
        for name in files.FOLDERS:
            probe = files.folder(name) / ".doctor"
            probe.write_text("x")
            probe.unlink()
        mode = files.folder("keys").stat().st_mode & 0o777
        if mode != 0o700:
            raise FediError(f"keys/ has mode {mode:o}")
        return str(config.settings().data_dir.absolute())

    return _guard("data folder", "make it writable for this user, and keys/ mode 700", look)


def _disk() -> Check:
    def look() -> str:
        free = shutil.disk_usage(config.settings().data_dir.absolute()).free
        if free < LOW_DISK:
            raise FediError(f"only {free >> 20} MB free")
        return f"{free >> 30} GB free"

    return _guard("disk", "make room, or move the data folder", look)


def _secret() -> Check:
    return _guard("secret key", "set FEDI_SECRET_KEY", lambda: "present" if secret.key() else "")


def _database() -> Check:
    def look() -> str:
        with db.reading() as session:
            session.execute(text("SELECT 1"))
            return session.get_bind().dialect.name

    return _guard("database", "check FEDI_DATABASE_URL and that the server runs", look)


def _schema() -> Check:
    def look() -> str:
        if not schema.is_current():
            raise FediError("behind this version")
        return "current"

    return _guard("schema", "run `fedi migrate`", look)


def _domain() -> Check:
    def look() -> str:
        with db.reading() as session:
            return instance.instance_actor(session).uri

    return _guard("instance actor", "run `fedi migrate`", look)


def _consents() -> Check:
    def look() -> str:
        with db.reading() as session:
            broken = list(consent_log.broken(session))
        if broken:
            raise FediError(f"the decisions of {', '.join(broken[:5])} were changed afterwards")
        return "every decision is as it was made"

    return _guard("consent log", "compare with a backup: it is the evidence of what was permitted", look)


def _broker() -> Check:
    def look() -> str:
        work.send("upkeep.sweep")
        return config.settings().broker_url or "embedded"

    return _guard("broker", "check FEDI_BROKER_URL; work is not lost meanwhile, only late", look)


def _signer() -> Check:
    def look() -> str:
        credentials.ensure(files.folder("keys"), config.settings().domain)
        return "C2PA certificate chain present"

    return _guard("signing certificate", "remove keys/c2pa* to have it made anew", look)
