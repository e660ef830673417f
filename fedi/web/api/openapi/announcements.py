"""What this server says to its people."""

from fedi.web.api.openapi.language import (
    COUNT,
    FLAG,
    ID,
    OBJECT,
    TEXT,
    TIME,
    Operation,
    entity,
    keys,
    many,
    maybe,
    ref,
    says,
)

REACTION = keys({"name": TEXT, "count": COUNT, "me": FLAG, "url": maybe(TEXT), "static_url": maybe(TEXT)})
ENTITIES = {
    "Announcement": entity(
        "Something said to everybody here.",
        {
            "id": ID,
            "content": says(TEXT, "HTML"),
            "starts_at": maybe(TIME),
            "ends_at": maybe(TIME),
            "all_day": FLAG,
            "published_at": TIME,
            "updated_at": TIME,
            "read": FLAG,
            "mentions": many(OBJECT),
            "statuses": many(OBJECT),
            "tags": many(keys({"name": TEXT, "url": TEXT})),
            "emojis": many(ref("CustomEmoji")),
            "reactions": many(REACTION),
        },
    ),
}
_REACTION = {"id": ID, "emoji": says(TEXT, "a character")}
OPERATIONS = {
    "GET /api/v1/announcements": Operation(
        "What is said at present", many(ref("Announcement")), query={"with_dismissed": FLAG}
    ),
    "POST /api/v1/announcements/:id/dismiss": Operation("It was read", ref("Nothing")),
    "PUT /api/v1/announcements/:id/reactions/:id": Operation("React to it", ref("Nothing"), path=_REACTION),
    "DELETE /api/v1/announcements/:id/reactions/:id": Operation("React no more", ref("Nothing"), path=_REACTION),
}
