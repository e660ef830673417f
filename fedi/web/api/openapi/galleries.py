"""Ours: portfolios, and galleries, in which an artist puts works in order."""

from fedi.services.galleries import MAX_SUMMARY, MAX_TITLE, MAX_WORKS
from fedi.web.api.openapi.language import COUNT, ID, TEXT, TIME, Operation, Schema, entity, keys, many, maybe, ref, says
from fedi.web.api.openapi.media import BRIEF, CONSENT
from fedi.web.api.openapi.statuses import LICENCE

ENTITIES = {
    "Gallery": entity(
        "Works of an artist, chosen and put in order.",
        {
            "id": ID,
            "account_id": ID,
            "title": TEXT,
            "summary": says(TEXT, "plain text"),
            "url": says(TEXT, "the page"),
            "uri": says(TEXT, "the ActivityPub collection"),
            "statuses_count": says(COUNT, "how many of its works the reader may see"),
            "status_ids": says(
                many(ID), "these, in the artist's order; to the artist all of them, those that are not published too"
            ),
            "cover": says(maybe(ref("MediaAttachment")), "the picture that stands for it; null when there is none"),
            "created_at": TIME,
            "updated_at": TIME,
            "fedi": says(
                keys({"consent": CONSENT, **BRIEF}), "what holds for works in it that say nothing of their own"
            ),
        },
        {
            "own": says(
                keys({"consent": maybe(TEXT), "licence": maybe(TEXT)}),
                "To the artist: what was said of this gallery alone.",
            ),
            "cover_id": says(maybe(ID), "to the artist: the work chosen as cover; null: the first"),
        },
    ),
}
GALLERY = ref("Gallery")
_FIELDS: dict[str, Schema] = {
    "title": {**TEXT, "maxLength": MAX_TITLE},
    "summary": {**TEXT, "maxLength": MAX_SUMMARY},
    "status_ids": {**many(ID), "maxItems": MAX_WORKS, "description": "all of its works, in their order"},
    "cover_id": says(ID, "one of them; empty: the first"),
    "consent": CONSENT,
    "licence": LICENCE,
}
OPERATIONS = {
    "GET /api/fedi/v1/accounts/:id/portfolio": Operation(
        "Somebody's works",
        many(ref("Status")),
        "Posts with pictures, without answers and boosts. Of artists here those that hang in the portfolio.",
        page=20,
    ),
    "GET /api/fedi/v1/accounts/:id/galleries": Operation("Somebody's galleries, the oldest first", many(GALLERY)),
    "GET /api/fedi/v1/galleries/:id": Operation("A gallery", GALLERY),
    "GET /api/fedi/v1/galleries/:id/statuses": Operation("Its works, in the artist's order", many(ref("Status"))),
    "POST /api/fedi/v1/galleries": Operation("Make one", GALLERY, body=_FIELDS, required=("title",)),
    "PUT /api/fedi/v1/galleries/:id": Operation(
        "Change it",
        GALLERY,
        "What is not named stays. `status_ids` are all the works in their order, so that this puts in, takes out and "
        "moves.",
        body=_FIELDS,
    ),
    "DELETE /api/fedi/v1/galleries/:id": Operation("Delete it; its works stay", ref("Nothing")),
}
