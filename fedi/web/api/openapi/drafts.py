"""Ours: one's own posts that nobody else sees yet."""

from fedi.web.api.openapi.language import Operation, many, ref

OPERATIONS = {
    "GET /api/fedi/v1/drafts": Operation(
        "What is not published, the newest first",
        many(ref("Status")),
        "`fedi.state` says how each stands: `draft`, `preparing` or `failed`, with its `reason`. A post is taken back "
        "into a draft with `cancel`, and changed as any other.",
        page=20,
    ),
    "POST /api/fedi/v1/drafts/:id/publish": Operation(
        "Publish it", ref("Status"), "It shows itself when its pictures are protected."
    ),
    "DELETE /api/fedi/v1/drafts/:id": Operation("Delete it; nobody hears of it", ref("Nothing")),
}
