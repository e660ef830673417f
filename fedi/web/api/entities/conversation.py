"""The Conversation entity."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from fedi.models.account import Account
from fedi.models.conversation import Conversation
from fedi.services import conversations
from fedi.web.api.entities import account as account_entity
from fedi.web.api.entities import status


def many(session: Session, reader: Account, rows: Sequence[Conversation]) -> list[dict[str, Any]]:
    bodies = status.of_posts(session, reader, [row.last_post for row in rows])
    return [
        {
            "id": str(row.id),
            "unread": row.unread,
            "accounts": account_entity.many(session, list(conversations.people(reader, row))),
            "last_status": body,
        }
        for row, body in zip(rows, bodies, strict=True)
    ]
