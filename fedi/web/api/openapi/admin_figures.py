"""For moderators: figures day by day, what there is most of, who stayed, and what trends."""

from fedi.services.figures import FREQUENCIES
from fedi.web.api.openapi.language import (
    COUNT,
    DAY,
    FLAG,
    NULL,
    NUMBER,
    OBJECT,
    TEXT,
    TIME,
    Operation,
    Schema,
    choice,
    entity,
    keys,
    many,
    ref,
    says,
)
from fedi.web.api.openapi.tags import DIGITS, NAME, OF_READERS, TAG_KEYS

ENTITIES = {
    "AdminTag": entity(
        "A hashtag as moderators see it. All of them may be used, and trend.",
        {**TAG_KEYS, **dict.fromkeys(("trendable", "usable", "listable", "requires_review"), FLAG)},
        OF_READERS,
    ),
}
SPAN: dict[str, Schema] = {"start_at": DAY, "end_at": DAY}
ASKED: dict[str, Schema] = {
    "keys": says(many(TEXT), "Mastodon's names; those that are unknown here are left out"),
    **SPAN,
    **dict.fromkeys(("tag_accounts", "tag_uses", "tag_servers", "tag_languages"), says(OBJECT, "`id`: the hashtag")),
    **dict.fromkeys(
        (
            "instance_accounts",
            "instance_statuses",
            "instance_reports",
            "instance_follows",
            "instance_followers",
            "instance_languages",
        ),
        says(OBJECT, "`domain`: the server"),
    ),
}
PART: dict[str, Schema] = {"limit": COUNT, "offset": COUNT}
OPERATIONS = {
    "POST /api/v1/admin/measures": Operation(
        "What happened day by day",
        many(
            keys(
                {"key": TEXT, "unit": NULL, "total": DIGITS, "data": many(keys({"date": TIME, "value": DIGITS}))},
                {"previous_total": says(DIGITS, "of as many days before; not of servers, whose total is of all time")},
            )
        ),
        "Who is active is who posted.",
        body=ASKED,
        required=("keys", *SPAN),
    ),
    "POST /api/v1/admin/dimensions": Operation(
        "What there is most of",
        many(
            keys(
                {
                    "key": TEXT,
                    "data": many(keys({"key": TEXT, "human_key": TEXT, "value": says(TEXT, "a number, or a version")})),
                }
            )
        ),
        body={**ASKED, "limit": COUNT},
        required=("keys", *SPAN),
    ),
    "POST /api/v1/admin/retention": Operation(
        "How many of those who joined came back",
        many(
            keys(
                {
                    "period": TIME,
                    "frequency": choice(*FREQUENCIES),
                    "data": many(keys({"date": TIME, "rate": NUMBER, "value": DIGITS})),
                }
            )
        ),
        body={**SPAN, "frequency": choice(*FREQUENCIES)},
        required=tuple(SPAN),
    ),
    "GET /api/v1/admin/trends/tags": Operation("Hashtags that trend", many(ref("AdminTag")), query=PART),
    "GET /api/v1/admin/trends/statuses": Operation("Posts that trend", many(ref("Status")), query=PART),
    "GET /api/v1/admin/trends/links": Operation("Always empty", many(OBJECT)),
    "GET /api/v1/admin/tags/:id": Operation("A hashtag", ref("AdminTag"), path=NAME),
}
