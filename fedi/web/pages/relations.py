"""Follow, block, mute and answer follow requests, by the buttons on a person's page."""

from collections.abc import Callable

from quart import Blueprint, Response
from sqlalchemy.orm import Session

from fedi.models.actor import Actor
from fedi.models.follow import FollowState
from fedi.services import blocks, follows, relations
from fedi.web import database, sessions
from fedi.web.pages import cards, forms, page, people

blueprint = Blueprint("relations", __name__)


@blueprint.post("/actors/<actor_id>/<any(follow, unfollow, block, unblock, mute, unmute, accept, reject):verb>")
@sessions.required
async def act(actor_id: str, verb: str) -> Response:
    await forms.read()
    path, said = await database.writing(_act, sessions.account_id(), forms.number(actor_id), verb)
    return page.go(path, said)


def _act(session: Session, account_id: int, actor_id: int, verb: str) -> tuple[str, str]:
    me = people.me(session, account_id).actor
    other = people.by_id(session, actor_id)
    said = ACTS[verb](session, me, other)
    if verb in {"accept", "reject"}:
        return "/notifications", said
    path = cards.face(other).page
    return (f"{path}/about" if verb in {"block", "unblock", "mute", "unmute"} else path), said


def _follow(session: Session, me: Actor, other: Actor) -> str:
    row = follows.request(session, me, other)
    return "followed" if row.state == FollowState.ACCEPTED else "asked"


def _unfollow(session: Session, me: Actor, other: Actor) -> str:
    follows.undo(session, me, other)
    return "unfollowed"


def _block(session: Session, me: Actor, other: Actor) -> str:
    blocks.block(session, me, other)
    return "blocked"


def _unblock(session: Session, me: Actor, other: Actor) -> str:
    blocks.unblock(session, me, other)
    return "unblocked"


def _mute(session: Session, me: Actor, other: Actor) -> str:
    relations.mute(session, me, other)
    return "muted"


def _unmute(session: Session, me: Actor, other: Actor) -> str:
    relations.unmute(session, me, other)
    return "unmuted"


def _accept(session: Session, me: Actor, other: Actor) -> str:
    follows.accept(session, follows.requested(session, other, me))
    return ""


def _reject(session: Session, me: Actor, other: Actor) -> str:
    follows.reject(session, follows.requested(session, other, me))
    return ""


ACTS: dict[str, Callable[[Session, Actor, Actor], str]] = {
    "follow": _follow,
    "unfollow": _unfollow,
    "block": _block,
    "unblock": _unblock,
    "mute": _mute,
    "unmute": _unmute,
    "accept": _accept,
    "reject": _reject,
}
