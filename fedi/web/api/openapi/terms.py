"""Ours: what may be done with one's works, and what was done to protect them."""

from fedi.web.api.openapi.language import Operation, ref
from fedi.web.api.openapi.media import CONSENT
from fedi.web.api.openapi.statuses import TERMS

OPERATIONS = {
    "PUT /api/fedi/v1/statuses/:id/terms": Operation(
        "Change the terms of a post",
        ref("Status"),
        "What is not named stays; what is empty is as the artist has it. Its pictures are made anew under the new "
        "terms, and whoever has the post hears of it, at once and when they are ready. What is served meanwhile is "
        "the picture with the old terms inside.",
        body=TERMS,
    ),
    "PUT /api/fedi/v1/media/:id/terms": Operation(
        "Change the terms of one picture",
        ref("MediaAttachment"),
        "Empty: those of its post. Likewise.",
        body={"consent": CONSENT},
        required=("consent",),
    ),
    "GET /api/fedi/v1/media/:id/report": Operation(
        "What was done to protect a picture of one's own", ref("ProtectionReport"), "404 until it is protected."
    ),
}
