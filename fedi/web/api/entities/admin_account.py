"""The Admin::Account entity: a person as moderators see them, here or elsewhere."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from fedi import clock
from fedi.models.account import Account, AccountState
from fedi.models.actor import Actor
from fedi.services import moderation
from fedi.web.api.entities import account as account_entity


def many(session: Session, people: Sequence[Actor]) -> list[dict[str, Any]]:
    """Of people of other servers there is neither address nor role; addresses of the network are kept of nobody."""
    accounts = moderation.accounts_of(session, people)
    shown = account_entity.many(session, people)
    return [_render(actor, accounts.get(actor.id), body) for actor, body in zip(people, shown, strict=True)]


def one(session: Session, actor: Actor) -> dict[str, Any]:
    return many(session, [actor])[0]


def _render(actor: Actor, account: Account | None, shown: dict[str, Any]) -> dict[str, Any]:
    state = account.state if account else None
    return {
        "id": str(actor.id),
        "username": actor.name,
        "domain": actor.domain,
        "created_at": clock.iso_millis(account.created_at if account else actor.created_at),
        "email": account.email if account else None,
        "ip": None,
        "ips": [],
        "locale": account.settings.get("language") if account else None,
        "invite_request": None,
        "role": account_entity.role(account) if account else None,
        "confirmed": account is not None,
        "approved": state not in {AccountState.PENDING, AccountState.REJECTED},
        "disabled": account is not None and account.frozen_at is not None,
        "silenced": actor.limited_at is not None,
        "suspended": actor.suspended_at is not None,
        "sensitized": actor.sensitized_at is not None,
        "account": shown,
    }
