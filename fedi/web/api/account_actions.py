"""Following, blocking and muting people; each answers the relationship as it is then."""

from collections.abc import Callable
from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.errors import BadRequest, NotFound
from fedi.models.actor import Actor
from fedi.services import accounts, blocks, circles, endorsements, follows, privacy, relations
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer
from fedi.web.api.entities import relationship
from fedi.web.api.params import Params

blueprint = api_blueprint(__name__)
MAX_LANGUAGES = 20
Deed = Callable[[Session, Actor, Actor, Params], object]


@blueprint.post("/api/v1/accounts/<id_>/follow")
async def follow(id_: str) -> Response:
    return await _do(id_, _follow)


@blueprint.post("/api/v1/accounts/<id_>/unfollow")
async def unfollow(id_: str) -> Response:
    return await _do(id_, _unfollow)


@blueprint.post("/api/v1/accounts/<id_>/remove_from_followers")
async def remove_from_followers(id_: str) -> Response:
    return await _do(id_, lambda session, me, target, _: follows.remove(session, target, me))


@blueprint.post("/api/v1/accounts/<id_>/block")
async def block(id_: str) -> Response:
    return await _do(id_, _block)


@blueprint.post("/api/v1/accounts/<id_>/unblock")
async def unblock(id_: str) -> Response:
    return await _do(id_, lambda session, me, target, _: blocks.unblock(session, me, target))


@blueprint.post("/api/v1/accounts/<id_>/mute")
async def mute(id_: str) -> Response:
    return await _do(id_, _mute)


@blueprint.post("/api/v1/accounts/<id_>/unmute")
async def unmute(id_: str) -> Response:
    return await _do(id_, lambda session, me, target, _: relations.unmute(session, me, target))


@blueprint.post("/api/v1/accounts/<id_>/note")
async def note(id_: str) -> Response:
    """What one writes down about somebody, for oneself."""
    return await _do(
        id_,
        lambda session, me, target, given: privacy.write_note(session, me, target, given.text("comment")),
    )


@blueprint.post("/api/v1/accounts/<id_>/endorse")
@blueprint.post("/api/v1/accounts/<id_>/pin")
async def endorse(id_: str) -> Response:
    """Recommend somebody on one's profile (`pin` is the older name)."""
    return await _do(id_, lambda session, me, target, _: endorsements.endorse(session, me, target))


@blueprint.post("/api/v1/accounts/<id_>/unendorse")
@blueprint.post("/api/v1/accounts/<id_>/unpin")
async def unendorse(id_: str) -> Response:
    return await _do(id_, lambda session, me, target, _: endorsements.withdraw(session, me, target))


async def _do(id_: str, deed: Deed) -> Response:
    given = await params.read()
    return answer(await database.writing(_done, access.person(), params.id_of(id_), deed, given))


def _done(session: Session, account_id: int, actor_id: int, deed: Deed, given: Params) -> dict[str, Any]:
    me, target = lookup.me(session, account_id).actor, lookup.actor(session, actor_id)
    deed(session, me, target, given)
    return relationship.one(session, me, target)


def _follow(session: Session, me: Actor, target: Actor, given: Params) -> None:
    if target.id == me.id or not target.available:
        raise NotFound(lookup.MISSING)
    boosts, notify = (given.flag(name) if given.text(name) else None for name in ("reblogs", "notify"))
    languages = _languages(given) if given.has("languages") else None
    follows.request(session, me, target, show_boosts=boosts, notify=notify, languages=languages)


def _languages(given: Params) -> list[str]:
    """The languages that are named. Raises BadRequest."""
    named = [text for text in dict.fromkeys(given.texts("languages")) if text]
    codes = [code for text in named if (code := params.language_of(text))]
    if len(codes) != len(named) or len(codes) > MAX_LANGUAGES:
        raise BadRequest("Validation failed: Languages must be valid language codes")
    return codes


def _block(session: Session, me: Actor, target: Actor, _given: Params) -> None:
    if target.id != me.id:  # else nothing happens, which is Mastodon's answer
        blocks.block(session, me, target)


def _unfollow(session: Session, me: Actor, target: Actor, _given: Params) -> None:
    follows.undo(session, me, target)
    endorsements.withdraw(session, me, target)
    if (account := accounts.of_actor(session, me)) is not None:
        circles.forget(session, account, target)


def _mute(session: Session, me: Actor, target: Actor, given: Params) -> None:
    seconds = given.number("duration")
    if seconds < 0:
        raise BadRequest("Validation failed: duration must not be negative")
    if target.id == me.id:
        return  # nothing happens, which is Mastodon's answer
    relations.mute(session, me, target, notifications=given.flag("notifications", default=True), seconds=seconds)
