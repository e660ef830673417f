"""/api/v1/collections: people whom somebody recommends (Mastodon 4.6, API version 10).

https://docs.joinmastodon.org/methods/collections/ . Collections of other servers are known here to those who are in
them, who find them in `in_collections` and may leave.
"""

from collections.abc import Callable, Sequence
from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.errors import BadRequest, NotAllowed, NotFound
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.collection import Collection
from fedi.models.feature import Feature
from fedi.models.quote import QuoteState
from fedi.services import collections, features, relations, stamps
from fedi.services.collections import Invalid, Words
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer, at_offset
from fedi.web.api.entities import account, collection
from fedi.web.api.params import Params

blueprint = api_blueprint(__name__)
NOT_ALLOWED = "This action is not allowed"
LIMIT = 40
Bodies = list[dict[str, Any]]


@blueprint.post("/api/v1/collections")
async def make() -> Response:
    return await _kept(_make, access.person(), await params.read())


@blueprint.get("/api/v1/collections/<id_>")
async def show(id_: str) -> Response:
    return answer(await database.reading(_show, access.reader(), params.id_of(id_)))


@blueprint.route("/api/v1/collections/<id_>", methods=["PATCH", "PUT"])
async def change(id_: str) -> Response:
    return await _kept(_change, access.person(), params.id_of(id_), await params.read())


@blueprint.delete("/api/v1/collections/<id_>")
async def remove(id_: str) -> Response:
    await database.writing(_remove, access.person(), params.id_of(id_))
    return answer({})


@blueprint.post("/api/v1/collections/<id_>/items")
async def add(id_: str) -> Response:
    given = await params.read()
    return answer(await database.writing(_add, access.person(), params.id_of(id_), given))


@blueprint.delete("/api/v1/collections/<id_>/items/<item_id>")
async def take_out(id_: str, item_id: str) -> Response:
    await database.writing(_take_out, access.person(), params.id_of(id_), params.id_of(item_id))
    return answer({})


@blueprint.post("/api/v1/collections/<id_>/items/<item_id>/revoke")
async def leave(id_: str, item_id: str) -> Response:
    """Whoever is in it wants to be in it no longer."""
    await database.writing(_leave, access.person(), params.id_of(id_), params.id_of(item_id))
    return answer({})


@blueprint.get("/api/v1/accounts/<id_>/collections")
async def of_account(id_: str) -> Response:
    given = await params.read()
    return _page(await database.reading(_of_account, access.reader(), params.id_of(id_)), given)


@blueprint.get("/api/v1/accounts/<id_>/in_collections")
async def holding(id_: str) -> Response:
    given = await params.read()
    return _page(await database.reading(_holding, access.person(), params.id_of(id_)), given)


async def _kept(write: Callable[..., dict[str, Any]], *given: Any) -> Response:
    """What was kept, or in Mastodon's form which field cannot be."""
    try:
        return answer(await database.writing(write, *given))
    except Invalid as error:
        details = {error.field: [{"error": error.code, "description": error.description}]}
        return answer({"error": {"error": str(error), "details": details}}, 422)


def _page(found: Bodies, given: Params) -> Response:
    """Counted by offset; nobody has so many that they would have to be counted by the database."""
    limit, offset = given.limit(LIMIT), given.offset()
    response = answer({"collections": found[offset : offset + limit]})
    links = []
    if limit and offset + limit < len(found):
        links.append(f'<{at_offset(offset + limit)}>; rel="next"')
    if offset:
        links.append(f'<{at_offset(max(0, offset - limit))}>; rel="prev"')
    if links:
        response.headers["Link"] = ", ".join(links)
    return response


def _make(session: Session, account_id: int, given: Params) -> dict[str, Any]:
    me = lookup.me(session, account_id)
    people = [lookup.actor(session, each) for each in given.ids("account_ids")]
    row = collections.create(session, me.actor, _words(given, Words("")), people)
    return {"collection": collection.one(session, me, row)}


def _change(session: Session, account_id: int, id_: int, given: Params) -> dict[str, Any]:
    me, row = _own(session, account_id, id_)
    collections.change(session, row, _words(given, collections.words_of(row)))
    return {"collection": collection.one(session, me, row)}


def _words(given: Params, before: Words) -> Words:
    """What is not named stays."""
    return Words(
        name=given.text("name", before.name),
        description=given.text("description", before.description),
        language=given.text("language", before.language or "") or None,
        tag=given.text("tag_name", before.tag or "") or None,
        sensitive=given.flag("sensitive", default=before.sensitive),
        discoverable=given.flag("discoverable", default=before.discoverable),
    )


def _show(session: Session, account_id: int | None, id_: int) -> dict[str, Any]:
    """With the accounts of its curator and of those in it."""
    reader = lookup.account(session, account_id)
    asked = _elsewhere(session, reader, id_)
    if asked is not None:
        return {
            "collection": collection.elsewhere(asked),
            "accounts": account.many(session, [asked.curator, asked.actor]),
        }
    row = _seen(session, reader, id_)
    held = collections.items(session, row, reader.actor if reader else None)
    people = [row.actor, *(each.actor for each in held if each.actor_id != row.actor_id)]
    return {"collection": collection.render(row, held), "accounts": account.many(session, people)}


def _remove(session: Session, account_id: int, id_: int) -> None:
    _, row = _own(session, account_id, id_)
    collections.delete(session, row)


def _add(session: Session, account_id: int, id_: int, given: Params) -> dict[str, Any]:
    _, row = _own(session, account_id, id_)
    if not given.text("account_id").strip():
        raise BadRequest("`account_id` parameter is missing")
    actor = lookup.actor(session, given.optional_id("account_id") or 0)
    return {"collection_item": collection.item(collections.add(session, row, actor))}


def _take_out(session: Session, account_id: int, id_: int, item_id: int) -> None:
    _, row = _own(session, account_id, id_)
    collections.remove(session, _found(collections.item, session, row, item_id))


def _leave(session: Session, account_id: int, id_: int, item_id: int) -> None:
    me = lookup.me(session, account_id)
    asked = _elsewhere(session, me, id_)
    if asked is not None and asked.id == item_id:
        stamps.revoke(session, asked)
        return
    item = _found(collections.item, session, _found(collections.get, session, id_), item_id)
    if item.actor_id != me.actor_id:
        raise NotAllowed(NOT_ALLOWED)
    collections.leave(session, item)


def _of_account(session: Session, account_id: int | None, actor_id: int) -> Bodies:
    reader, actor = lookup.account(session, account_id), lookup.actor(session, actor_id)
    if not actor.available or _shut_out(session, actor, reader):
        return []
    mine = reader is not None and reader.actor_id == actor.id
    return collection.many(session, reader, collections.of_curator(session, actor, all_of_them=mine))


def _holding(session: Session, account_id: int, actor_id: int) -> Bodies:
    """Those that hold the one who asks, the last one that took them in first."""
    me, actor = lookup.me(session, account_id), lookup.actor(session, actor_id)
    if actor.id != me.actor_id:
        raise NotAllowed(NOT_ALLOWED)
    here = collections.holding(session, actor)
    bodies = dict(zip(here, collection.many(session, me, [each.collection for each in here]), strict=True))
    found: Sequence[tuple[int, dict[str, Any]]] = [
        *((item.id, body) for item, body in bodies.items()),
        *((row.id, collection.elsewhere(row)) for row in features.elsewhere(session, actor)),
    ]
    return [body for _, body in sorted(found, key=lambda each: each[0], reverse=True)]


def _own(session: Session, account_id: int, id_: int) -> tuple[Account, Collection]:
    """Raises NotFound, and NotAllowed for what belongs to somebody else."""
    me = lookup.me(session, account_id)
    if _elsewhere(session, me, id_) is not None:
        raise NotAllowed(NOT_ALLOWED)
    return me, _found(collections.own, session, me.actor, id_)


def _seen(session: Session, reader: Account | None, id_: int) -> Collection:
    row: Collection = _found(collections.get, session, id_)
    if _shut_out(session, row.actor, reader):
        raise NotAllowed(NOT_ALLOWED)
    return row


def _shut_out(session: Session, curator: Actor, reader: Account | None) -> bool:
    return reader is not None and relations.blocks(session, curator.id, reader.actor_id)


def _elsewhere(session: Session, me: Account | None, id_: int) -> Feature | None:
    """A collection of another server that holds the one who asks."""
    row = session.get(Feature, id_) if me is not None else None
    if row is None or me is None or row.actor_id != me.actor_id or row.curator.local:
        return None
    return row if row.state == QuoteState.ACCEPTED else None


def _found(find: Callable[..., Any], *given: Any) -> Any:
    try:
        return find(*given)
    except NotFound:
        raise NotFound(lookup.MISSING) from None
