"""Lists of people: making, naming and filling them. Only who is followed (or oneself) can be a member."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, joinedload

from fedi.errors import BadRequest, NotFound
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.circle import Circle, CircleMember, RepliesPolicy
from fedi.services import follows
from fedi.services.paging import Page, rows

MAX_CIRCLES, MAX_TITLE = 50, 255


def listed(session: Session, account: Account) -> list[Circle]:
    return list(session.scalars(select(Circle).where(Circle.account_id == account.id).order_by(Circle.id)))


def get_own(session: Session, account: Account, circle_id: int) -> Circle:
    """Raises NotFound."""
    row = session.get(Circle, circle_id)
    if row is None or row.account_id != account.id:
        raise NotFound("Record not found")
    return row


def make(session: Session, account: Account, *, title: str, policy: str, exclusive: bool) -> Circle:
    """A new, empty list. Raises BadRequest."""
    count = session.scalar(select(func.count()).select_from(Circle).where(Circle.account_id == account.id)) or 0
    if count >= MAX_CIRCLES:
        raise BadRequest(f"Validation failed: you have {MAX_CIRCLES} lists, the most there can be")
    row = Circle(account_id=account.id)
    _write(row, title=title, policy=policy or RepliesPolicy.LIST, exclusive=exclusive)
    session.add(row)
    session.flush()
    return row


def change(session: Session, row: Circle, *, title: str | None, policy: str | None, exclusive: bool | None) -> None:
    """Change what is given. Raises BadRequest."""
    _write(
        row,
        title=row.title if title is None else title,
        policy=policy or row.replies_policy,
        exclusive=row.exclusive if exclusive is None else exclusive,
    )
    session.flush()


def remove(session: Session, row: Circle) -> None:
    session.delete(row)
    session.flush()


def members(session: Session, row: Circle, page: Page | None) -> list[CircleMember]:
    """The members with `actor` loaded, the latest first; all of them without a page."""
    query = (
        select(CircleMember)
        .join(Actor, Actor.id == CircleMember.actor_id)
        .where(CircleMember.circle_id == row.id, Actor.deleted_at.is_(None))
        .options(joinedload(CircleMember.actor))
    )
    if page is None:
        return list(session.scalars(query.order_by(CircleMember.id.desc())))
    return rows(session, query, CircleMember.id, page)


def add(session: Session, account: Account, row: Circle, actors: Sequence[Actor]) -> None:
    """Raises NotFound for somebody who is not followed, BadRequest for a member already."""
    for actor in actors:
        own = actor.id == account.actor_id
        follow = follows.find(session, account.actor, actor)
        if not own and (follow is None or follow.state not in follows.STANDING):
            raise NotFound("Record not found")
        if _member(session, row, actor) is not None:
            raise BadRequest("Validation failed: Account has already been taken")
        session.add(CircleMember(circle_id=row.id, actor_id=actor.id))
        session.flush()


def drop(session: Session, row: Circle, actor_ids: Sequence[int]) -> None:
    session.execute(
        delete(CircleMember).where(CircleMember.circle_id == row.id, CircleMember.actor_id.in_(actor_ids)),
    )


def containing(session: Session, account: Account, actor: Actor) -> list[Circle]:
    """The lists of this account that `actor` is in."""
    query = (
        select(Circle)
        .join(CircleMember, CircleMember.circle_id == Circle.id)
        .where(Circle.account_id == account.id, CircleMember.actor_id == actor.id)
        .order_by(Circle.id)
    )
    return list(session.scalars(query))


def forget(session: Session, account: Account, actor: Actor) -> None:
    """Somebody is no longer followed: they leave every list."""
    own = select(Circle.id).where(Circle.account_id == account.id)
    session.execute(
        delete(CircleMember).where(CircleMember.circle_id.in_(own), CircleMember.actor_id == actor.id),
    )


def holding(session: Session, actor: Actor) -> Sequence[Circle]:
    """The lists of everybody here that somebody is in."""
    query = select(Circle).join(CircleMember, CircleMember.circle_id == Circle.id)
    return session.scalars(query.where(CircleMember.actor_id == actor.id)).all()


def replace(session: Session, held: Sequence[Circle], moved: Actor) -> None:
    """Whoever was in these lists moved: the new account takes the place, where the owner follows it now."""
    for row in held:
        account = session.get_one(Account, row.account_id)
        follow = follows.find(session, account.actor, moved)
        if follow is not None and follow.state in follows.STANDING and _member(session, row, moved) is None:
            session.add(CircleMember(circle_id=row.id, actor_id=moved.id))
    session.flush()


def _write(row: Circle, *, title: str, policy: str, exclusive: bool) -> None:
    title = title.strip()
    if not title:
        raise BadRequest("Validation failed: Title can't be blank")
    if len(title) > MAX_TITLE:
        raise BadRequest(f"Validation failed: Title is too long (maximum is {MAX_TITLE} characters)")
    if policy not in set(RepliesPolicy):
        raise BadRequest(f"'{policy[:64]}' is not a valid replies_policy")
    row.title, row.replies_policy, row.exclusive = title, RepliesPolicy(policy), exclusive


def _member(session: Session, row: Circle, actor: Actor) -> CircleMember | None:
    query = select(CircleMember).where(CircleMember.circle_id == row.id, CircleMember.actor_id == actor.id)
    return session.scalar(query)
