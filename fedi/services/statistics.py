"""Figures about the instance that everybody may read."""

from datetime import datetime, timedelta

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from fedi import clock
from fedi.models.account import Account, AccountState, Role
from fedi.models.actor import Actor
from fedi.models.post import Post, PostState

ACTIVE = (AccountState.APPROVED, AccountState.LIMITED)


def users(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Account).where(Account.state.in_(ACTIVE))) or 0


def local_posts(session: Session) -> int:
    query = select(func.count()).select_from(Post).where(Post.local.is_(True), Post.state == PostState.PUBLISHED)
    return session.scalar(query) or 0


def active_users(session: Session, since: timedelta) -> int:
    """How many of us posted since."""
    query = select(func.count(distinct(Post.actor_id))).where(
        Post.local.is_(True),
        Post.state == PostState.PUBLISHED,
        Post.published_at >= clock.now() - since,
    )
    return session.scalar(query) or 0


def peers(session: Session) -> list[str]:
    """The domains we know somebody of."""
    query = select(Actor.domain).where(Actor.domain.is_not(None), Actor.suspended_at.is_(None)).distinct()
    return sorted(domain for domain in session.scalars(query) if domain)


def peers_beginning(session: Session, letters: str, *, most: int) -> list[str]:
    """The domains we know somebody of whose name begins so, those first of which the most people are known."""
    query = (
        select(Actor.domain)
        .where(Actor.domain_key.startswith(letters.lower(), autoescape=True), Actor.domain.is_not(None))
        .where(Actor.suspended_at.is_(None))
        .group_by(Actor.domain)
        .order_by(func.count().desc(), Actor.domain)
        .limit(most)
    )
    return [domain for domain in session.scalars(query) if domain]


def weeks(session: Session, count: int = 12) -> list[tuple[datetime, int, int, int]]:
    """(Monday, posts, people who posted, new accounts) of the last weeks, this one first."""
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    found = []
    for back in range(count):
        start = monday - timedelta(weeks=back)
        end = start + timedelta(weeks=1)
        posts, people = session.execute(
            select(func.count(), func.count(distinct(Post.actor_id))).where(
                Post.local.is_(True),
                Post.state == PostState.PUBLISHED,
                Post.published_at >= start,
                Post.published_at < end,
            ),
        ).one()
        new = select(func.count()).select_from(Account).where(Account.created_at >= start, Account.created_at < end)
        found.append((start, posts, people, session.scalar(new) or 0))
    return found


def contact(session: Session) -> Account | None:
    """Whom to write to: the first admin."""
    query = select(Account).where(Account.role == Role.ADMIN, Account.state.in_(ACTIVE)).order_by(Account.id).limit(1)
    return session.scalar(query)
