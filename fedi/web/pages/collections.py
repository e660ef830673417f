"""Collections of people whom an artist recommends: made and filled by her, seen by everybody (works: `galleries`)."""

from typing import Any

from quart import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedi import config
from fedi.activitypub import fetch
from fedi.errors import BadRequest, FediError, NotAllowed, NotFound
from fedi.models.actor import Actor
from fedi.models.collection import Collection, CollectionItem
from fedi.models.quote import QuoteState
from fedi.services import collections, consents
from fedi.services.collections import Words
from fedi.web import database, limits, negotiation, sessions
from fedi.web.pages import cards, documents, forms, page, people

blueprint = Blueprint("collections", __name__)
LOOKUPS = limits.Limit("look up whom to recommend", 60, 300)
MAX_HANDLE = 500
STATES = {
    QuoteState.PENDING: "has not answered yet",
    QuoteState.ACCEPTED: "",
    QuoteState.REJECTED: "does not want to be in it",
    QuoteState.REVOKED: "wants to be in it no longer",
}


@blueprint.get("/@<handle>/collections/<int(max=9223372036854775807):collection_id>")
async def show(handle: str, collection_id: int) -> Response:
    if negotiation.wants_activitystreams(request.headers.get("Accept")):
        return await documents.featured_collection(handle, collection_id)
    account = sessions.account()
    values = await database.reading(_load, handle, collection_id, account.id if account else None)
    response = await page.show("pages/collection.html", **values)
    response.headers["Vary"] = "Accept, Cookie"
    return response


@blueprint.get("/settings/collections")
@sessions.required
async def listed() -> Response:
    return await _list()


@blueprint.post("/settings/collections")
@sessions.required
async def make() -> Response:
    form = await forms.read()
    try:
        made = await database.writing(_make, sessions.account_id(), form.get("name", ""))
    except BadRequest as error:
        return await _list(error)
    return page.go(f"/settings/collections/{made}")


@blueprint.get("/settings/collections/<collection_id>")
@sessions.required
async def edit(collection_id: str) -> Response:
    return await _form(forms.number(collection_id))


@blueprint.post("/settings/collections/<collection_id>")
@sessions.required
async def save(collection_id: str) -> Response:
    form, number = await forms.read(), forms.number(collection_id)
    try:
        await database.writing(_save, sessions.account_id(), number, form)
    except BadRequest as error:
        return await _form(number, error)
    return page.go(f"/settings/collections/{number}", "saved")


@blueprint.post("/settings/collections/<collection_id>/people")
@sessions.required
async def add(collection_id: str) -> Response:
    form, number = await forms.read(), forms.number(collection_id)
    handle = form.get("handle", "").strip()[:MAX_HANDLE]
    try:
        actor = await _find(handle)
        await database.writing(_add, sessions.account_id(), number, actor.id)
    except (BadRequest, NotAllowed) as error:
        return await _form(number, error, handle)
    return page.go(f"/settings/collections/{number}", "saved")


@blueprint.post("/settings/collections/<collection_id>/people/<item_id>/remove")
@sessions.required
async def remove(collection_id: str, item_id: str) -> Response:
    await forms.read()
    number = forms.number(collection_id)
    await database.writing(_remove, sessions.account_id(), number, forms.number(item_id))
    return page.go(f"/settings/collections/{number}", "saved")


@blueprint.post("/settings/collections/<collection_id>/delete")
@sessions.required
async def delete(collection_id: str) -> Response:
    await forms.read()
    await database.writing(_delete, sessions.account_id(), forms.number(collection_id))
    return page.go("/settings/collections", "deleted")


async def _list(error: FediError | None = None) -> Response:
    values = await database.reading(_mine, sessions.account_id())
    status, problem = (error.status, _words(error)) if error else (200, "")
    return await page.show("pages/collections.html", status=status, problem=problem, **values)


async def _form(number: int, error: FediError | None = None, handle: str = "") -> Response:
    values = await database.reading(_editing, sessions.account_id(), number)
    status, problem = (error.status, _words(error)) if error else (200, "")
    return await page.show("pages/collection_edit.html", status=status, problem=problem, typed=handle, **values)


def _words(error: FediError) -> str:
    """What a person reads of what apps are told."""
    said = str(error).removeprefix("Validation failed: ")
    known = {
        collections.NOT_THEIRS: "They do not let you recommend them, or their server knows no collections.",
        "Account has already been taken": "You asked them for this collection before.",
    }
    return known.get(said, said)


async def _find(handle: str) -> Actor:
    """Whom a handle or an address means, here or elsewhere. Raises BadRequest."""
    limits.take(LOOKUPS, str(sessions.account_id()))
    name = handle.removeprefix("@")
    here = name and "@" not in name and "/" not in name
    found = await fetch.find(f"{name}@{config.settings().domain}" if here else handle)
    if not isinstance(found, Actor):
        raise BadRequest(f"{handle[:200] or 'Nobody'} cannot be found: write it as @name@server")
    return found


def _load(session: Session, handle: str, collection_id: int, account_id: int | None) -> dict[str, Any]:
    viewer = people.viewer(session, account_id)
    actor = people.find(session, handle, viewer)
    row = collections.of(session, actor, collection_id)
    mine = viewer is not None and viewer.id == actor.id
    held = [each for each in collections.items(session, row, viewer) if each.state == QuoteState.ACCEPTED]
    return {
        "collection": row,
        "face": cards.face(actor),
        "people": [cards.face(each.actor) for each in held],
        "terms": consents.of_actor(actor),
        "mine": mine,
        "alternates": [(page.DOCUMENT, row.uri)],
    }


def _mine(session: Session, account_id: int) -> dict[str, Any]:
    actor = people.me(session, account_id).actor
    found = collections.of_curator(session, actor, all_of_them=True)
    held = collections.items_of(session, found, actor)
    return {
        "rows": [{"id": row.id, "name": row.name, "count": len(held[row.id])} for row in found],
        "full": len(found) >= collections.MAX_COLLECTIONS,
        "most": collections.MAX_COLLECTIONS,
        "longest": collections.MAX_NAME,
    }


def _editing(session: Session, account_id: int, collection_id: int) -> dict[str, Any]:
    actor, row = _own(session, account_id, collection_id)
    held = [*collections.items(session, row, actor), *collections.refused(session, row)]
    return {
        "collection": row,
        "page": collections.page(row),
        "items": [_item(each) for each in held],
        "full": sum(each.state in collections.STANDING for each in held) >= collections.MAX_ITEMS,
        "most": collections.MAX_ITEMS,
        "longest": (collections.MAX_NAME, collections.MAX_DESCRIPTION),
    }


def _item(row: CollectionItem) -> dict[str, Any]:
    return {"id": row.id, "face": cards.face(row.actor), "words": STATES[row.state]}


def _make(session: Session, account_id: int, name: str) -> int:
    return collections.create(session, people.me(session, account_id).actor, Words(name)).id


def _save(session: Session, account_id: int, collection_id: int, form: dict[str, str]) -> None:
    _, row = _own(session, account_id, collection_id)
    words = Words(
        name=form.get("name", ""),
        description=form.get("description", ""),
        language=form.get("language", "").strip() or None,
        tag=form.get("tag", "").strip() or None,
        sensitive="sensitive" in form,
        discoverable="discoverable" in form,
    )
    collections.change(session, row, words)


def _add(session: Session, account_id: int, collection_id: int, actor_id: int) -> None:
    _, row = _own(session, account_id, collection_id)
    collections.add(session, row, people.by_id(session, actor_id))


def _remove(session: Session, account_id: int, collection_id: int, item_id: int) -> None:
    _, row = _own(session, account_id, collection_id)
    collections.remove(session, collections.item(session, row, item_id))


def _delete(session: Session, account_id: int, collection_id: int) -> None:
    _, row = _own(session, account_id, collection_id)
    collections.delete(session, row)


def _own(session: Session, account_id: int, collection_id: int) -> tuple[Actor, Collection]:
    """Raises NotFound, also for what is somebody else's."""
    actor = people.me(session, account_id).actor
    try:
        return actor, collections.own(session, actor, collection_id)
    except NotAllowed:
        raise NotFound("there is no such collection of yours") from None
