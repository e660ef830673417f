"""The Admin::Account entity: a person as moderators see them, here or elsewhere."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from fedi import clock, urls
from fedi.models.account import Account, Role
from fedi.models.actor import Actor
from fedi.models.sign_up import SignUp
from fedi.services import moderation, sign_ups
from fedi.web.api.entities import account as account_entity


def many(session: Session, people: Sequence[Actor]) -> list[dict[str, Any]]:
    """Of people of other servers there is neither address nor role; addresses of the network are kept of nobody."""
    accounts = moderation.accounts_of(session, people)
    asked = sign_ups.of_account(session, [account.id for account in accounts.values()])
    reasons = {id_: row.reason or None for id_, row in asked.items()}
    shown = account_entity.many(session, people)
    found = []
    for actor, body in zip(people, shown, strict=True):
        account = accounts.get(actor.id)
        found.append(_render(actor, account, body) | {"invite_request": reasons.get(account.id) if account else None})
    return found


def one(session: Session, actor: Actor) -> dict[str, Any]:
    return many(session, [actor])[0]


def of_sign_up(row: SignUp) -> dict[str, Any]:
    """Somebody who signed up and is not let in: what will be their account stands in it as nobody else sees it."""
    shown = account_entity.render(_unborn(row), account_entity.Counts())
    return _render(_unborn(row), None, shown) | {
        "created_at": clock.iso_millis(row.created_at),
        "email": row.email,
        "locale": row.language,
        "invite_request": row.reason or None,
        "role": account_entity.role(Account(role=Role.ARTIST)),
        "confirmed": row.confirmed_at is not None,
        "approved": row.approved_at is not None,
    }


def _unborn(row: SignUp) -> Actor:
    """An actor that is in no database, with what the columns would begin with."""
    begins: dict[str, Any] = {
        name: column.default.arg
        for name, column in Actor.__table__.columns.items()
        if isinstance(column.default, ScalarElementColumnDefault)
    }
    shown = {
        "id": row.id,
        "uri": urls.actor(row.name),
        "url": urls.profile(row.name),
        "name": row.name,
        "fields": [],
        "discoverable": False,
        "created_at": row.created_at,
    }
    return Actor(**begins | shown)


def _render(actor: Actor, account: Account | None, shown: dict[str, Any]) -> dict[str, Any]:
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
        "approved": True,
        "disabled": account is not None and account.frozen_at is not None,
        "silenced": actor.limited_at is not None,
        "suspended": actor.suspended_at is not None,
        "sensitized": actor.sensitized_at is not None,
        "account": shown,
    }
