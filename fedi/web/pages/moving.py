"""Coming from another account, or going to one, and the followers with it."""

from typing import Any

from quart import Blueprint, Response
from sqlalchemy.orm import Session

from fedi.activitypub import fetch
from fedi.errors import FediError, NotFound
from fedi.models.actor import Actor
from fedi.services import actors, moves
from fedi.web import database, sessions
from fedi.web.pages import forms, page, people
from fedi.web.pages.settings import check_password

blueprint = Blueprint("moving", __name__)


@blueprint.get("/settings/moving")
@sessions.required
async def show() -> Response:
    return await _page()


@blueprint.post("/settings/aliases")
@sessions.required
async def add_alias() -> Response:
    form = await forms.read()
    handle = form.get("handle", "")
    try:
        other = await _found(handle)
        await database.writing(_add, sessions.account_id(), other.id)
    except FediError as error:
        return await _page(error, alias=handle)
    return page.go("/settings/moving", "saved")


@blueprint.post("/settings/aliases/remove")
@sessions.required
async def remove_alias() -> Response:
    form = await forms.read()
    await database.writing(_remove, sessions.account_id(), form.get("uri", ""))
    return page.go("/settings/moving", "saved")


@blueprint.post("/settings/move")
@sessions.required
async def move() -> Response:
    """Send the followers on. What the new account says of itself is asked now: its alias may be minutes old."""
    form = await forms.read()
    handle = form.get("handle", "")
    try:
        await check_password(form.get("password", ""))
        other = await _found(handle)
        if not other.local:
            await fetch.learn_actor(other.uri)
        await database.writing(_leave, sessions.account_id(), other.id)
    except FediError as error:
        return await _page(error, target=handle)
    return page.go("/settings/moving", "moved")


@blueprint.post("/settings/stay")
@sessions.required
async def stay() -> Response:
    await forms.read()
    await database.writing(_stay, sessions.account_id())
    return page.go("/settings/moving", "saved")


async def _found(handle: str) -> Actor:
    """Raises NotFound."""
    found = await fetch.find(handle)
    if not isinstance(found, Actor):
        raise NotFound(f"{handle[:200] or 'that'} cannot be found: write it as @name@server")
    return found


async def _page(error: FediError | None = None, *, alias: str = "", target: str = "") -> Response:
    values = await database.reading(_load, sessions.account_id())
    status, problem = (error.status, str(error)) if error else (200, "")
    return await page.show(
        "pages/moving.html", status=status, problem=problem, form={"alias": alias, "target": target}, **values
    )


def _load(session: Session, account_id: int) -> dict[str, Any]:
    actor = people.me(session, account_id).actor
    known = actors.by_uris(session, {*actor.also_known_as, actor.moved_to or ""})
    return {
        "aliases": [{"uri": uri, "name": _name(uri, known.get(uri))} for uri in actor.also_known_as],
        "moved_to": _name(actor.moved_to, known.get(actor.moved_to)) if actor.moved_to else "",
        "rests": moves.rests(actor),
    }


def _name(uri: str, actor: Actor | None) -> str:
    return f"@{actors.handle(actor)}" if actor is not None else uri


def _add(session: Session, account_id: int, other_id: int) -> None:
    moves.add_alias(session, people.me(session, account_id), session.get_one(Actor, other_id))


def _remove(session: Session, account_id: int, uri: str) -> None:
    moves.remove_alias(session, people.me(session, account_id), uri)


def _leave(session: Session, account_id: int, other_id: int) -> None:
    moves.leave(session, people.me(session, account_id), session.get_one(Actor, other_id))


def _stay(session: Session, account_id: int) -> None:
    moves.stay(session, people.me(session, account_id))
