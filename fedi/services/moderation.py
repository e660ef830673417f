"""What moderators decide about single people, here and elsewhere: each decision is kept, and can be taken back.

A person of ours whose account is suspended is hidden here and called suspended to other servers; one that is limited is
shown to followers only, as are people of limited servers. Decisions about a person stand beside those about its server:
the stricter holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from fedi import clock
from fedi.errors import BadRequest, NotAllowed
from fedi.models.account import ACCOUNTS, Account, AccountState, Role
from fedi.models.actor import Actor, ActorKind
from fedi.models.measure import Action, Measure
from fedi.models.notification import NotificationKind
from fedi.models.report import Report
from fedi.services import accounts, actors, domains, notifications, reports, sessions
from fedi.services.paging import Page, rows

MAX_TEXT = 2000
TAKEN = (Action.NONE, Action.SENSITIVE, Action.DISABLE, Action.SILENCE, Action.SUSPEND)
_RANKS = {Role.ARTIST: 0, Role.MODERATOR: 1, Role.ADMIN: 2}
_TOLD = {Action.NONE, Action.SENSITIVE, Action.SILENCE}  # who cannot sign in reads no notification


@dataclass(frozen=True)
class Wish:
    """Which people are looked for; empty values do not narrow."""

    local: bool | None = None
    status: str = ""  # active, disabled, silenced, suspended, sensitized
    staff: bool = False
    name: str = ""
    display_name: str = ""
    domain: str = ""
    email: str = ""


def act(
    session: Session, moderator: Account, target: Actor, action: Action, *, text: str = "", report: Report | None = None
) -> Measure:
    """Take a measure, tell who it is about, and settle the report it answers. Raises BadRequest and NotAllowed."""
    account = _may(session, moderator, target)
    if action not in TAKEN:
        raise BadRequest(f"'{action}' is not an action")
    if len(text) > MAX_TEXT:
        raise BadRequest(f"Validation failed: Text is too long (maximum is {MAX_TEXT} characters)")
    if action == Action.SENSITIVE:
        target.sensitized_at = target.sensitized_at or clock.now()
    elif action == Action.DISABLE:
        _freeze(session, account)
    elif action == Action.SILENCE:
        _rule(session, target, account, "limit")
    elif action == Action.SUSPEND:
        _rule(session, target, account, "suspend")
    measure = _keep(session, moderator, target, action, text=text, report=report)
    if account is not None and action in _TOLD and (text or action != Action.NONE):
        notifications.notify(
            session, account, NotificationKind.MODERATION_WARNING, target, measure=measure
        )  # nobody is told who it was
    if report is not None and report.resolved_at is None:
        reports.resolve(session, report, moderator)
    return measure


def lift(session: Session, moderator: Account, target: Actor, action: Action) -> Measure:
    """Take a measure back: `unsensitive`, `enable`, `unsilence` or `unsuspend`. Raises NotAllowed."""
    account = _may(session, moderator, target)
    if action == Action.UNSENSITIVE:
        target.sensitized_at = None
    elif action == Action.ENABLE and account is not None:
        account.frozen_at = None
    elif (action, target.ruling) in {(Action.UNSILENCE, "limit"), (Action.UNSUSPEND, "suspend")}:
        _rule(session, target, account, None)
    return _keep(session, moderator, target, action)


def delete(session: Session, moderator: Account, target: Actor) -> None:
    """Delete what a suspended person wrote and was, for good. Raises NotAllowed for anybody else."""
    account = _may(session, moderator, target)
    if target.ruling != "suspend":
        raise NotAllowed("This action is not allowed")
    _keep(session, moderator, target, Action.DELETE)
    if account is None:
        actors.forget(session, target)
    else:
        accounts.leave(session, account)


def measures(session: Session, target: Actor, *, limit: int = 40) -> list[Measure]:
    """What was done about a person, the last first."""
    query = select(Measure).where(Measure.target_id == target.id).order_by(Measure.id.desc()).limit(limit)
    return list(session.scalars(query).unique())


def listed(session: Session, wish: Wish, page: Page) -> list[Actor]:
    """People, here and elsewhere, the newest first."""
    query = select(Actor).outerjoin(Account, Account.actor_id == Actor.id)
    query = query.where(Actor.kind != ActorKind.APPLICATION, Actor.deleted_at.is_(None))
    if wish.local is not None:
        query = query.where(Actor.domain_key == "" if wish.local else Actor.domain_key != "")
    if wish.staff:
        query = query.where(Account.role != Role.ARTIST)
    for column, text in ((Actor.name_key, wish.name), (func.lower(Actor.display_name), wish.display_name)):
        if text:
            query = query.where(column.contains(text.lower(), autoescape=True))
    if wish.domain:
        query = query.where(Actor.domain_key == wish.domain.lower())
    if wish.email:
        query = query.where(Account.email.contains(wish.email.lower(), autoescape=True))
    return rows(session, _of_status(query, wish.status), Actor.id, page)


def accounts_of(session: Session, people: Sequence[Actor]) -> dict[int, Account]:
    """{actor id: account} of those who have one here."""
    ids = [actor.id for actor in people if actor.local]
    found = session.scalars(select(Account).where(Account.actor_id.in_(ids))).unique() if ids else ()
    return {account.actor_id: account for account in found}


def _of_status(query: Select[Actor], status: str) -> Select[Actor]:
    match status:
        case "active":
            state = or_(Account.id.is_(None), Account.state.in_([AccountState.APPROVED, AccountState.LIMITED]))
            return query.where(Actor.suspended_at.is_(None), state)
        case "disabled":
            return query.where(Account.frozen_at.is_not(None))
        case "silenced":
            return query.where(Actor.limited_at.is_not(None))
        case "suspended":
            return query.where(Actor.suspended_at.is_not(None))
        case "sensitized":
            return query.where(Actor.sensitized_at.is_not(None))
    return query


def _may(session: Session, moderator: Account, target: Actor) -> Account | None:
    """The account of the target, if it is one of ours. Raises NotAllowed for oneself and for who ranks as high."""
    account = accounts.of_actor(session, target) if target.local else None
    if not moderator.moderates or (account is not None and _RANKS[account.role] >= _RANKS[moderator.role]):
        raise NotAllowed("This action is not allowed")
    return account


def _freeze(session: Session, account: Account | None) -> None:
    if account is None:
        raise BadRequest("only people of this server can be kept from signing in")
    account.frozen_at = account.frozen_at or clock.now()
    sessions.close_all(session, account)


def _rule(session: Session, target: Actor, account: Account | None, ruling: str | None) -> None:
    target.ruling = ruling
    session.flush()
    domains.apply_to(session, target)
    if account is None:
        return
    state = {None: AccountState.APPROVED, "limit": AccountState.LIMITED, "suspend": AccountState.SUSPENDED}[ruling]
    before = account.state
    if state != before:
        ACCOUNTS.move(account, state)
    if AccountState.SUSPENDED in {state, before}:
        sessions.close_all(session, account)
        accounts.announce(session, target)


def _keep(
    session: Session,
    moderator: Account,
    target: Actor,
    action: Action,
    *,
    text: str = "",
    report: Report | None = None,
) -> Measure:
    row = Measure(
        moderator_id=moderator.id,
        target_id=target.id,
        report_id=report.id if report else None,
        action=action,
        text=text.replace("\0", ""),
    )
    row.target = target
    session.add(row)
    session.flush()
    return row
