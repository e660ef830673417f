"""Filters: words and posts that one does not want to read."""

from fedi.models.content_filter import FilterAction
from fedi.services.filters import CONTEXTS, MAX_KEYWORD, MAX_TITLE
from fedi.web.api.openapi.language import (
    COUNT,
    FLAG,
    ID,
    TEXT,
    TIME,
    Operation,
    Schema,
    choice,
    entity,
    many,
    maybe,
    ref,
    says,
)

CONTEXT = says(many(choice(*CONTEXTS)), "where it holds")
FILTER: dict[str, Schema] = {
    "id": ID,
    "title": TEXT,
    "context": CONTEXT,
    "expires_at": maybe(TIME),
    "filter_action": choice(*FilterAction),
}
ENTITIES = {
    "Filter": entity(
        "A filter.", {**FILTER, "keywords": many(ref("FilterKeyword")), "statuses": many(ref("FilterStatus"))}
    ),
    "FilterKeyword": entity("A word of it.", {"id": ID, "keyword": TEXT, "whole_word": FLAG}),
    "FilterStatus": entity("A post of it.", {"id": ID, "status_id": ID}),
    "FilterResult": entity(
        "A filter that caught a post, and by what.",
        {
            "filter": entity("The filter, without its words and posts.", FILTER),
            "keyword_matches": maybe(many(TEXT)),
            "status_matches": maybe(many(ID)),
        },
    ),
    "OldFilter": entity(
        "A word of a filter as a filter of its own, as apps from before Mastodon 4 know it.",
        {
            "id": ID,
            "phrase": TEXT,
            "context": CONTEXT,
            "whole_word": FLAG,
            "expires_at": maybe(TIME),
            "irreversible": FLAG,
        },
    ),
}
_EXPIRES = says(COUNT, "seconds; 0: never")
_WORD: dict[str, Schema] = {"keyword": {**TEXT, "maxLength": MAX_KEYWORD}, "whole_word": FLAG}
_FIELDS: dict[str, Schema] = {
    "title": {**TEXT, "maxLength": MAX_TITLE},
    "context": CONTEXT,
    "filter_action": choice(*FilterAction),
    "expires_in": _EXPIRES,
    "keywords_attributes": many({"type": "object", "properties": {"id": ID, **_WORD, "_destroy": FLAG}}),
}
_OLD: dict[str, Schema] = {
    "phrase": {**TEXT, "maxLength": MAX_KEYWORD},
    "context": CONTEXT,
    "irreversible": FLAG,
    "whole_word": FLAG,
    "expires_in": _EXPIRES,
}
FILTERS, WORDS, POSTS, OLD = ref("Filter"), ref("FilterKeyword"), ref("FilterStatus"), ref("OldFilter")
NOTHING = ref("Nothing")
OPERATIONS = {
    "GET /api/v2/filters": Operation("Filters", many(FILTERS)),
    "POST /api/v2/filters": Operation("Make one", FILTERS, body=_FIELDS, required=("title", "context")),
    "GET /api/v2/filters/:id": Operation("A filter", FILTERS),
    "PUT /api/v2/filters/:id": Operation("Change it", FILTERS, body=_FIELDS),
    "DELETE /api/v2/filters/:id": Operation("Delete it", NOTHING),
    "GET /api/v2/filters/:id/keywords": Operation("Its words", many(WORDS)),
    "POST /api/v2/filters/:id/keywords": Operation("Add a word", WORDS, body=_WORD, required=("keyword",)),
    "GET /api/v2/filters/:id/statuses": Operation("Its posts", many(POSTS)),
    "POST /api/v2/filters/:id/statuses": Operation(
        "Add a post", POSTS, body={"status_id": ID}, required=("status_id",)
    ),
    "GET /api/v2/filters/keywords/:id": Operation("A word", WORDS),
    "PUT /api/v2/filters/keywords/:id": Operation("Change it", WORDS, body=_WORD),
    "DELETE /api/v2/filters/keywords/:id": Operation("Delete it", NOTHING),
    "GET /api/v2/filters/statuses/:id": Operation("A post of a filter", POSTS),
    "DELETE /api/v2/filters/statuses/:id": Operation("Take it out", NOTHING),
    "GET /api/v1/filters": Operation("Filters, the old way", many(OLD)),
    "POST /api/v1/filters": Operation("Make one, the old way", OLD, body=_OLD, required=("phrase", "context")),
    "GET /api/v1/filters/:id": Operation("A filter, the old way", OLD),
    "PUT /api/v1/filters/:id": Operation("Change it, the old way", OLD, body=_OLD),
    "DELETE /api/v1/filters/:id": Operation("Delete it, the old way", NOTHING),
}
