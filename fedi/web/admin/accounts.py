"""People for moderators: finding them, what was done about them, and doing it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from quart import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedi.errors import BadRequest, NotFound
from fedi.models.account import Account
from fedi.models.actor import Actor, ActorKind
from fedi.models.measure import Action, Measure
from fedi.services import accounts, moderation
from fedi.services.moderation import TAKEN, Wish
from fedi.web import database, sessions
from fedi.web.pages import cards, forms, page, people
from fedi.web.pages.cards import Face

blueprint = Blueprint("moderation_accounts", __name__)
MOST = 40
STATUSES = ("active", "disabled", "silenced", "suspended", "sensitized")
# What each measure means, in the words of the page.
WORDS = {
    Action.NONE: "Write to them",
    Action.SENSITIVE: "Cover all their pictures",
    Action.DISABLE: "Keep them from signing in",
    Action.SILENCE: "Show them to their followers only",
    Action.SUSPEND: "Hide them here, and end their sign-in",
    Action.UNSENSITIVE: "Uncover their pictures",
    Action.ENABLE: "Let them sign in again",
    Action.UNSILENCE: "Show them to everybody again",
    Action.UNSUSPEND: "Show them again",
    Action.DELETE: "Delete all of it for good",
}


@dataclass(frozen=True)
class Person:
    """`open` are the measures that can be taken now, `lifts` those that take one back."""

    id: int
    face: Face
    email: str
    state: str
    open: list[tuple[str, str]]
    lifts: list[tuple[str, str]]
    done: list[tuple[str, str, Any]]


@blueprint.get("/moderation/accounts")
@sessions.moderators
async def listed() -> Response:
    name, status = request.args.get("q", "")[:100].strip().lstrip("@"), request.args.get("status", "")
    where = forms.page(MOST)
    found = await database.reading(_listed, Wish(status=status, name=name.partition("@")[0]), where)
    return await page.show(
        "moderation/accounts.html",
        people=found,
        name=name,
        state=status,
        statuses=STATUSES,
        here="/moderation/reports",
        next=_next(name, status, found[-1][0]) if len(found) == where.limit else "",
    )


@blueprint.get("/moderation/accounts/<actor_id>")
@sessions.moderators
async def show(actor_id: str) -> Response:
    return await _page(forms.number(actor_id))


@blueprint.post("/moderation/accounts/<actor_id>")
@sessions.moderators
async def act(actor_id: str) -> Response:
    form = await forms.read()
    try:
        await database.writing(_act, sessions.account_id(), forms.number(actor_id), form)
    except BadRequest as error:
        return await _page(forms.number(actor_id), error)
    return page.go(f"/moderation/accounts/{forms.number(actor_id)}", "saved")


async def _page(actor_id: int, error: BadRequest | None = None) -> Response:
    person = await database.reading(_person, actor_id)
    return await page.show(
        "moderation/account.html",
        status=error.status if error else 200,
        problem=str(error) if error else "",
        person=person,
        here="/moderation/reports",
    )


def _next(name: str, status: str, last: int) -> str:
    return f"/moderation/accounts?{urlencode({'q': name, 'status': status, 'before': last})}"


def _listed(session: Session, wish: Wish, where: Any) -> list[tuple[int, Face]]:
    return [(actor.id, cards.face(actor)) for actor in moderation.listed(session, wish, where)]


def _find(session: Session, actor_id: int) -> tuple[Actor, Account | None]:
    actor = session.get(Actor, actor_id)
    if actor is None or actor.deleted_at is not None or actor.kind == ActorKind.APPLICATION:
        raise NotFound("there is no such account")
    return actor, accounts.of_actor(session, actor) if actor.local else None


def _person(session: Session, actor_id: int) -> Person:
    actor, account = _find(session, actor_id)
    lifts = _lifts(actor, account)
    return Person(
        id=actor.id,
        face=cards.face(actor),
        email=account.email if account else "",
        state=account.state.value if account else "",
        open=[(each.value, WORDS[each]) for each in TAKEN if account is not None or each != Action.DISABLE],
        lifts=[(each.value, WORDS[each]) for each in lifts],
        done=[_line(row) for row in moderation.measures(session, actor)],
    )


def _lifts(actor: Actor, account: Account | None) -> list[Action]:
    found = []
    if actor.sensitized_at is not None:
        found.append(Action.UNSENSITIVE)
    if account is not None and account.frozen_at is not None:
        found.append(Action.ENABLE)
    if actor.ruling == "limit":
        found.append(Action.UNSILENCE)
    if actor.ruling == "suspend":
        found += [Action.UNSUSPEND, Action.DELETE]
    return found


def _line(row: Measure) -> tuple[str, str, Any]:
    return WORDS[Action(row.action)], row.text, row.created_at


def _act(session: Session, account_id: int, actor_id: int, form: dict[str, str]) -> None:
    me = people.me(session, account_id)
    actor, _ = _find(session, actor_id)
    word = form.get("action", "")
    if word not in set(Action):
        raise BadRequest("choose what to do")
    action = Action(word)
    if action in TAKEN:
        moderation.act(session, me, actor, action, text=form.get("text", "").strip())
    elif action == Action.DELETE:
        if "sure" not in form:
            raise BadRequest("say that you are sure: it cannot be undone")
        moderation.delete(session, me, actor)
    else:
        moderation.lift(session, me, actor, action)
