"""`fedi post`: publish an artwork from the shell."""

import shutil
import sys
import time
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi import db, files, tasks
from fedi.activitypub import fetch
from fedi.cli.account import find
from fedi.cli.opening import open_instance
from fedi.errors import BadMedia, BadRequest, FediError
from fedi.media.formats import Header
from fedi.models.outgoing import Delivery, DeliveryState, Outgoing, OutgoingState
from fedi.models.post import Post, PostState, Visibility
from fedi.services import media, posts

WAIT_SECONDS = 120


@click.command()
@click.argument("name")
@click.option("--file", "images", multiple=True, type=click.Path(path_type=Path), help="an image; repeat for more")
@click.option("--alt", "alts", multiple=True, help="its description, in the order of the images")
@click.option("--text", default="")
@click.option("--title", default="")
@click.option("--warning", default="", help="a content warning")
@click.option("--tags", default="", help="a,b,c")
@click.option("--preset", type=click.Choice(["fast", "default", "strong"]))
@click.option("--consent", help="prohibited, generative-prohibited, ask, licensed, allowed, or single axes")
@click.option("--visibility", type=click.Choice([each.value for each in Visibility]), default="public")
@click.option("--wait", is_flag=True, help="until it is protected and every delivery was tried once (120 s at most)")
def post(  # noqa: PLR0917
    name: str,
    images: tuple[Path, ...],
    alts: tuple[str, ...],
    text: str,
    title: str,
    warning: str,
    tags: str,
    preset: str | None,
    consent: str | None,
    visibility: str,
    *,
    wait: bool,
) -> None:
    """Publish an artwork of NAME; the last line printed is the address of its object."""
    open_instance()
    if len(alts) > len(images):
        raise BadRequest("there are more --alt than --file")
    with db.reading() as session:
        author = find(session, name).actor
    mentioned = fetch.mentioned(text)
    kept = [_keep(path) for path in images]
    with db.writing("post") as session:
        author = find(session, name).actor
        rows = [
            media.upload(
                session,
                actor=author,
                vault_key=key,
                sha256=sha256,
                mime=header.mime,
                size=header.size,
                alt=alts[index] if index < len(alts) else "",
                preset=preset,
            )
            for index, (key, sha256, header) in enumerate(kept)
        ]
        made = posts.compose(
            session,
            author=author,
            text=text,
            title=title,
            summary=warning,
            visibility=Visibility(visibility),
            media_ids=[row.id for row in rows],
            consent=consent,
            tags=[tag for tag in tags.split(",") if tag.strip()],
            mentioned=mentioned,
            app_name="fedi post",
        )
        uri, post_id = made.uri, made.id
    status = _wait(post_id) if wait else 0
    click.echo(uri)
    sys.exit(status)


def _keep(path: Path) -> tuple[str, str, Header]:
    """A copy of the file in the vault; the artist's own file is not touched."""
    if not path.is_file():
        raise BadMedia(f"{path} is no file")
    with files.incoming() as copy:
        shutil.copyfile(path, copy)
        try:
            return media.keep_original(copy)
        except BadMedia as error:
            raise BadMedia(f"{path}: {error}") from None


def _wait(post_id: int) -> int:
    """0 when it is published and each delivery was tried; 3 when some still wait; raises when it failed."""
    deadline = time.monotonic() + WAIT_SECONDS
    said = ""
    while time.monotonic() < deadline:
        with db.reading() as session:
            row = session.get_one(Post, post_id)
            open_, state = _open(session, row), row.state
        if state == PostState.FAILED:
            raise FediError(f"it could not be published: {row.reason}")
        note = "protecting" if state == PostState.PREPARING else f"published, {open_} deliveries not tried yet"
        if note != said:
            click.echo(note, err=True)
            said = note
        if state == PostState.PUBLISHED and not open_:
            return 3 if _waiting(row) else 0
        _help()
    return 3


def _help() -> None:
    """Nudge the workers, and where none runs do the work here (rows are leased, so both together are fine)."""
    tasks.run_until_idle(limit=1)
    time.sleep(0.2)


def _open(session: Session, row: Post) -> int:
    if row.state != PostState.PUBLISHED:
        return 0
    pending = session.scalars(
        select(Outgoing.id).where(Outgoing.object_uri == row.uri, Outgoing.state == OutgoingState.PENDING),
    ).all()
    untried = session.scalars(
        select(Delivery.id).where(
            Delivery.object_uri == row.uri,
            Delivery.state.in_([DeliveryState.QUEUED, DeliveryState.DELIVERING]),
        ),
    ).all()
    return len(pending) + len(untried)


def _waiting(row: Post) -> bool:
    with db.reading() as session:
        return (
            session.scalar(
                select(Delivery.id)
                .where(Delivery.object_uri == row.uri, Delivery.state == DeliveryState.WAITING)
                .limit(1),
            )
            is not None
        )
