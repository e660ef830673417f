"""Whom an account may want to follow: friends of friends, then artists of this server whom most follow."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from fedi import db
from fedi.models.account import Account, AccountState
from fedi.models.actor import Actor, ActorKind
from fedi.models.follow import Follow, FollowState
from fedi.models.relation import Block, DismissedSuggestion
from fedi.services import relations
from fedi.services.follows import STANDING

FRIENDS, MOST = "friends_of_friends", "most_followed"


@dataclass(frozen=True)
class Suggestion:
    actor: Actor
    sources: list[str]


def listed(session: Session, account: Account, *, limit: int, offset: int = 0) -> list[Suggestion]:
    """People who want to be found, and whom the account neither follows, asked to follow, blocked nor put aside."""
    found: dict[int, Suggestion] = {}
    for source, query in ((FRIENDS, _of_friends(account)), (MOST, _of_this_server(account))):
        for actor in session.scalars(query.limit(limit + offset)):
            found.setdefault(actor.id, Suggestion(actor, [])).sources.append(source)
    return list(found.values())[offset : offset + limit]


def dismiss(session: Session, account: Account, actor_id: int) -> None:
    """Do not suggest somebody again."""
    db.insert_new(session, DismissedSuggestion, ["account_id", "target_id"], account_id=account.id, target_id=actor_id)


def _of_friends(account: Account) -> Select[Actor]:
    """Whom those follow whom one follows, the most shared first."""
    mine, theirs = aliased(Follow), aliased(Follow)
    shared = func.count(theirs.id)
    return (
        select(Actor)
        .join(theirs, theirs.followee_id == Actor.id)
        .join(mine, mine.followee_id == theirs.follower_id)
        .where(mine.follower_id == account.actor_id, mine.state == FollowState.ACCEPTED)
        .where(theirs.state == FollowState.ACCEPTED, *_open_to(account))
        .group_by(Actor.id)
        .order_by(shared.desc(), Actor.id.desc())
    )


def _of_this_server(account: Account) -> Select[Actor]:
    followers = func.count(Follow.id)
    return (
        select(Actor)
        .join(Account, Account.actor_id == Actor.id)
        .outerjoin(Follow, (Follow.followee_id == Actor.id) & (Follow.state == FollowState.ACCEPTED))
        .where(Account.state == AccountState.APPROVED, *_open_to(account))
        .group_by(Actor.id)
        .order_by(followers.desc(), Actor.id.desc())
    )


def _open_to(account: Account) -> tuple[ColumnElement[bool], ...]:
    """Who may be suggested to this account at all."""
    me = account.actor_id
    known = select(Follow.followee_id).where(Follow.follower_id == me, Follow.state.in_(STANDING))
    aside = select(DismissedSuggestion.target_id).where(DismissedSuggestion.account_id == account.id)
    walls = select(Block.actor_id).where(Block.target_id == me)
    return (
        Actor.id != me,
        Actor.discoverable.is_(True),
        Actor.deleted_at.is_(None),
        Actor.suspended_at.is_(None),
        Actor.limited_at.is_(None),
        Actor.moved_to.is_(None),
        Actor.kind.in_([ActorKind.PERSON, ActorKind.ORGANIZATION, ActorKind.GROUP]),
        Actor.id.not_in(known),
        Actor.id.not_in(aside),
        Actor.id.not_in(walls),
        relations.hears(account.actor, Actor.id),
    )
