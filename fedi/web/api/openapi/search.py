"""Search."""

from fedi.web.api.openapi.language import COUNT, FLAG, TEXT, WHOLE, Operation, choice, entity, many, ref, says

ENTITIES = {
    "Search": entity(
        "What was found.",
        {
            "accounts": many(ref("Account")),
            "statuses": many(ref("Status")),
            "hashtags": many(ref("Tag")),
            "collections": says(many(ref("Collection")), "one of here, by its address"),
        },
    ),
}
OPERATIONS = {
    "GET /api/v2/search": Operation(
        "People, hashtags, and a post or a collection by its address",
        ref("Search"),
        query={
            "q": says(TEXT, "words, a handle or an address"),
            "type": choice("accounts", "statuses", "hashtags", "collections"),
            "resolve": says(FLAG, "ask other servers; with a token alone"),
            "following": FLAG,
            "limit": {**WHOLE, "minimum": 1, "maximum": 40, "default": 20},
            "offset": says(COUNT, "with a token alone"),
        },
    ),
}
