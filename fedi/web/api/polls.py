"""/api/v1/polls: reading a poll and voting. A poll has the id of its post."""

from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.errors import NotFound
from fedi.models.account import Account
from fedi.models.errand import ErrandKind
from fedi.models.post import Post
from fedi.services import errands, polls
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer
from fedi.web.api.entities import poll

blueprint = api_blueprint(__name__)


@blueprint.get("/api/v1/polls/<id_>")
async def show(id_: str) -> Response:
    body, wanted = await database.reading(_show, access.reader(), params.id_of(id_))
    if wanted:
        await database.writing(errands.put, ErrandKind.POLL, wanted)
    return answer(body)


@blueprint.post("/api/v1/polls/<id_>/votes")
async def vote(id_: str) -> Response:
    given = await params.read()
    choices = [
        int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1 for text in given.texts("choices")
    ]
    return answer(await database.writing(_vote, access.person(), params.id_of(id_), choices))


def _show(session: Session, account_id: int | None, id_: int) -> tuple[dict[str, Any], str]:
    """The poll as it is known; and the post whose server should be asked for its counts ('': nobody)."""
    reader = lookup.account(session, account_id)
    post = lookup.entry(session, id_, reader.actor if reader else None).post
    return _poll(session, post, reader), polls.recount_wanted(session, post) if reader else ""


def _vote(session: Session, account_id: int, id_: int, choices: list[int]) -> dict[str, Any]:
    me = lookup.me(session, account_id)
    post = lookup.entry(session, id_, me.actor).post
    try:
        polls.vote(session, post, me.actor, choices)
    except NotFound:
        raise NotFound(lookup.MISSING) from None
    return _poll(session, post, me)


def _poll(session: Session, post: Post, reader: Account | None) -> dict[str, Any]:
    ballot = polls.of_post(session, post, reader.actor if reader else None)
    if ballot is None:
        raise NotFound(lookup.MISSING)
    return poll.render(ballot, reader=reader is not None)
