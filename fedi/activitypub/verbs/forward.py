"""What somebody else said, passed on as it is (`activitypub.forwarding`)."""

from typing import Any

from sqlalchemy.orm import Session

from fedi.activitypub.registry import publishes
from fedi.models.outgoing import Outgoing


@publishes("forward")
def document(_session: Session, outgoing: Outgoing) -> dict[str, Any]:
    """The activity of somebody else, with nothing of ours in it."""
    said: dict[str, Any] = outgoing.subject["activity"]
    return said
