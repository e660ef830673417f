"""Polls, which have the ids of their posts."""

from fedi.web.api.openapi.language import (
    COUNT,
    FLAG,
    ID,
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

ENTITIES = {
    "Poll": entity(
        "A question and its answers.",
        {
            "id": ID,
            "expires_at": maybe(TIME),
            "expired": FLAG,
            "multiple": FLAG,
            "votes_count": COUNT,
            "voters_count": maybe(COUNT),
            "options": many(keys({"title": TEXT, "votes_count": says(maybe(COUNT), "null until the end, if hidden")})),
            "emojis": many(ref("CustomEmoji")),
        },
        {"voted": FLAG, "own_votes": many(COUNT)},
    ),
}
OPERATIONS = {
    "GET /api/v1/polls/:id": Operation("A poll", ref("Poll")),
    "POST /api/v1/polls/:id/votes": Operation(
        "Vote", ref("Poll"), body={"choices": says(many(WHOLE), "places of options, from 0")}, required=("choices",)
    ),
}
