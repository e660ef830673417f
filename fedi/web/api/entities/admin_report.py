"""The Admin::Report entity: a report as moderators see it, with the posts it names."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi import clock
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.post import Post, PostState
from fedi.models.report import Report
from fedi.services import rules as house
from fedi.web.api.entities import admin_account, rule, status


def many(session: Session, reader: Account, rows: Sequence[Report]) -> list[dict[str, Any]]:
    people = {actor.id: actor for row in rows for actor in (row.reporter, row.target)}
    staff = {id_ for row in rows for id_ in (row.assigned_to_id, row.resolved_by_id) if id_ is not None}
    moderators = {account.id: account.actor for account in _accounts(session, staff)}
    people |= {actor.id: actor for actor in moderators.values()}
    shown = dict(zip(people, admin_account.many(session, list(people.values())), strict=True))
    posts = _statuses(session, reader, {id_ for row in rows for id_ in row.post_ids})
    rules = {row.id: rule.render(row) for row in house.among(session, {id_ for row in rows for id_ in row.rule_ids})}
    return [
        {
            "id": str(row.id),
            "action_taken": row.resolved_at is not None,
            "action_taken_at": clock.iso_millis(row.resolved_at) if row.resolved_at else None,
            "category": row.category,
            "comment": row.comment,
            "forwarded": row.forwarded,
            "created_at": clock.iso_millis(row.created_at),
            "updated_at": clock.iso_millis(row.updated_at),
            "account": shown[row.reporter_id],
            "target_account": shown[row.target_id],
            "assigned_account": _shown(shown, moderators, row.assigned_to_id),
            "action_taken_by_account": _shown(shown, moderators, row.resolved_by_id),
            "statuses": [posts[id_] for id_ in row.post_ids if id_ in posts],
            "rules": [rules[id_] for id_ in row.rule_ids if id_ in rules],
            "collections": [],
        }
        for row in rows
    ]


def _shown(shown: dict[int, Any], moderators: dict[int, Actor], account_id: int | None) -> dict[str, Any] | None:
    return shown[moderators[account_id].id] if account_id in moderators else None


def _accounts(session: Session, ids: set[int]) -> Sequence[Account]:
    return session.scalars(select(Account).where(Account.id.in_(ids))).unique().all() if ids else []


def _statuses(session: Session, reader: Account, ids: set[int]) -> dict[int, dict[str, Any]]:
    """What was reported is shown to moderators whoever it was meant for."""
    if not ids:
        return {}
    query = select(Post).where(Post.id.in_(ids), Post.state == PostState.PUBLISHED)
    found = session.scalars(query).unique().all()
    return dict(zip([post.id for post in found], status.of_posts(session, reader, found), strict=True))
