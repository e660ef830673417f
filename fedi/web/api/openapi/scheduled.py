"""Posts for later."""

from fedi.web.api.openapi.language import (
    COUNT,
    FLAG,
    ID,
    NULL,
    TEXT,
    TIME,
    WHOLE,
    Operation,
    entity,
    keys,
    many,
    maybe,
    ref,
    says,
)

POLL = keys({"options": many(TEXT), "expires_in": TEXT, "multiple": FLAG, "hide_totals": FLAG})
ASKED = keys(
    {
        "text": TEXT,
        "poll": maybe(POLL),
        "media_ids": maybe(many(ID)),
        "sensitive": maybe(FLAG),
        "spoiler_text": maybe(TEXT),
        "visibility": maybe(TEXT),
        "in_reply_to_id": maybe(WHOLE),
        "language": maybe(TEXT),
        "application_id": COUNT,
        "scheduled_at": NULL,
        "idempotency": maybe(TEXT),
        "with_rate_limit": FLAG,
        "allowed_mentions": NULL,
        "quoted_status_id": maybe(WHOLE),
        "quote_approval_policy": maybe(TEXT),
    }
)
ENTITIES = {
    "ScheduledStatus": entity(
        "A post that waits for its time.",
        {
            "id": ID,
            "scheduled_at": TIME,
            "params": ASKED,
            "media_attachments": many(ref("MediaAttachment")),
            "fedi": keys({"title": TEXT, "reason": says(maybe(TEXT), "why it could not be posted at its time")}),
        },
    ),
}
WAITING = ref("ScheduledStatus")
OPERATIONS = {
    "GET /api/v1/scheduled_statuses": Operation("What waits", many(WAITING), page=20),
    "GET /api/v1/scheduled_statuses/:id": Operation("One of it", WAITING),
    "PUT /api/v1/scheduled_statuses/:id": Operation("Another time", WAITING, body={"scheduled_at": TIME}),
    "DELETE /api/v1/scheduled_statuses/:id": Operation("Not at all", ref("Nothing")),
}
