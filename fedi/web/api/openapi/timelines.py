"""Timelines: home, public, hashtags and lists."""

from fedi.web.api.openapi.language import FLAG, TEXT, Operation, Schema, many, ref, says

POSTS = many(ref("Status"))
MEDIA: dict[str, Schema] = {"only_media": says(FLAG, "with pictures alone")}
PLACE: dict[str, Schema] = {"local": says(FLAG, "of this server alone"), "remote": says(FLAG, "of other servers alone")}
OPERATIONS = {
    "GET /api/v1/timelines/home": Operation("Home", POSTS, query=MEDIA, page=20),
    "GET /api/v1/timelines/public": Operation("Everything public", POSTS, query=MEDIA | PLACE, page=20),
    "GET /api/v1/timelines/tag/:id": Operation(
        "A hashtag",
        POSTS,
        path={"hashtag": TEXT},
        query={**MEDIA, **PLACE, "any[]": many(TEXT), "all[]": many(TEXT), "none[]": many(TEXT)},
        page=20,
    ),
    "GET /api/v1/timelines/list/:id": Operation("A list", POSTS, query=MEDIA, page=20),
}
