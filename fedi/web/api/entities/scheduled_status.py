"""The ScheduledStatus entity."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from fedi import clock
from fedi.errors import BadRequest
from fedi.models.scheduled_post import ScheduledPost
from fedi.services import consents, scheduled
from fedi.services.drafts import Draft
from fedi.web.api.entities import media_attachment


def render(session: Session, row: ScheduledPost) -> dict[str, Any]:
    """`params` are what was asked for; under `fedi` why it could not be posted."""
    draft = Draft.from_json(row.draft)
    asked = draft.question
    poll: dict[str, Any] | None = None
    if asked is not None:
        poll = {"options": list(asked.options), "expires_in": str(asked.seconds), "multiple": asked.multiple}
        poll["hide_totals"] = asked.hide_totals
    return {
        "id": str(row.id),
        "scheduled_at": clock.iso_millis(row.at),
        "params": {
            "text": draft.text,
            "poll": poll,
            "media_ids": [str(id_) for id_ in draft.media_ids] or None,
            "sensitive": draft.sensitive,
            "spoiler_text": draft.summary or None,
            "visibility": draft.visibility or None,
            "in_reply_to_id": draft.in_reply_to_id,
            "language": draft.language,
            "application_id": 0,
            "scheduled_at": None,
            "idempotency": draft.key,
            "with_rate_limit": False,
            "allowed_mentions": None,
            "quoted_status_id": draft.quoted_id,
            "quote_approval_policy": draft.quote_policy,
        },
        "media_attachments": [
            media_attachment.render(each, terms=consents.of_media(session, each), owner=True)
            for each in scheduled.pictures(session, row)
        ],
        "fedi": {"title": draft.title, "reason": row.reason},
    }


def time_of(text: str) -> datetime | None:
    """When, None for nothing. Raises BadRequest for what is no time."""
    if not text.strip():
        return None
    try:
        at = clock.parse_iso(text.strip())
        return clock.parse_iso(clock.iso_millis(at))
    except (ValueError, OverflowError):
        raise BadRequest("Validation failed: Scheduled at is no date and time") from None
