"""Leases that a crash left: the only worker of an instance takes its work up again at once, not when they run out."""

import sqlalchemy
from sqlalchemy.orm import Session

from fedi import clock
from fedi.models.cached_file import CachedFile
from fedi.models.errand import Errand
from fedi.models.inbox_message import InboxMessage
from fedi.models.letter import Letter
from fedi.models.media import Media
from fedi.models.outgoing import Delivery
from fedi.models.push import PushMessage


def end_all(session: Session) -> int:
    """End every lease; how many there were. Only for who knows that nobody works under one."""
    now = clock.now()
    ended = 0
    for model in (Delivery, InboxMessage, Media, Errand, CachedFile, PushMessage, Letter):
        done = session.execute(
            sqlalchemy.update(model).where(model.lease_until > now).values(lease_until=now),
            execution_options={"synchronize_session": False},
        )
        ended += int(done.rowcount)  # type: ignore[attr-defined]
    return ended
