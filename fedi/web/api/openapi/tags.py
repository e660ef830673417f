"""Hashtags: following them and showing them on one's profile."""

from fedi.web.api.openapi.language import DAY, FLAG, ID, TEXT, Operation, Schema, entity, keys, many, maybe, ref, says

DIGITS = {"type": "string", "pattern": "^[0-9]+$"}
NAME = {"hashtag": says(TEXT, "without `#`")}
TAG = ref("Tag")
TAG_KEYS: dict[str, Schema] = {
    "id": TEXT,
    "name": TEXT,
    "url": TEXT,
    "history": many(keys({"day": says(DIGITS, "Unix time"), "uses": DIGITS, "accounts": DIGITS})),
}
OF_READERS: dict[str, Schema] = {"following": FLAG, "featuring": FLAG}
ENTITIES = {
    "Tag": entity("A hashtag and a week of its use.", TAG_KEYS, OF_READERS),
    "FeaturedTag": entity(
        "A hashtag on a profile.",
        {"id": ID, "name": TEXT, "url": TEXT, "statuses_count": DIGITS, "last_status_at": maybe(DAY)},
    ),
}
OPERATIONS = {
    "GET /api/v1/tags/:id": Operation("A hashtag", TAG, path=NAME),
    "POST /api/v1/tags/:id/follow": Operation("Follow it", TAG, path=NAME),
    "POST /api/v1/tags/:id/unfollow": Operation("Follow it no more", TAG, path=NAME),
    "POST /api/v1/tags/:id/feature": Operation("Show it on one's profile", TAG, path=NAME),
    "POST /api/v1/tags/:id/unfeature": Operation("Show it there no more", TAG, path=NAME),
    "GET /api/v1/followed_tags": Operation("Which one follows", many(TAG), page=100),
    "GET /api/v1/featured_tags": Operation("Which one shows", many(ref("FeaturedTag"))),
    "POST /api/v1/featured_tags": Operation("Show one", ref("FeaturedTag"), body={"name": TEXT}, required=("name",)),
    "DELETE /api/v1/featured_tags/:id": Operation("Show it no more", ref("Nothing")),
    "GET /api/v1/featured_tags/suggestions": Operation("Which one might show", many(TAG)),
    "GET /api/v1/accounts/:id/featured_tags": Operation("Which somebody shows", many(ref("FeaturedTag"))),
}
