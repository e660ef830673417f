"""Collections: people whom somebody recommends, with their consent (Mastodon 4.6)."""

from fedi.models.quote import QuoteState
from fedi.services.collections import MAX_COLLECTIONS, MAX_DESCRIPTION, MAX_ITEMS, MAX_NAME
from fedi.web.api.openapi.language import (
    COUNT,
    FLAG,
    ID,
    TEXT,
    TIME,
    WHOLE,
    Operation,
    Schema,
    choice,
    entity,
    keys,
    many,
    mapping,
    maybe,
    ref,
    says,
)

ENTITIES = {
    "Collection": entity(
        "People whom somebody recommends.",
        {
            "id": ID,
            "account_id": says(ID, "who recommends them"),
            "uri": says(TEXT, "the ActivityPub id"),
            "url": says(maybe(TEXT), "the page"),
            "name": TEXT,
            "description": TEXT,
            "language": maybe(TEXT),
            "local": FLAG,
            "sensitive": FLAG,
            "discoverable": says(FLAG, "false: found only by who has its address"),
            "tag": maybe(keys({"name": TEXT, "url": TEXT})),
            "item_count": says(COUNT, "of another server's: those known here"),
            "items": says(many(ref("CollectionItem")), "to its curator also those who have not answered yet"),
            "created_at": TIME,
            "updated_at": TIME,
        },
    ),
    "CollectionItem": entity(
        "Somebody who is recommended, or was asked.",
        {"id": ID, "state": choice(*QuoteState), "created_at": TIME},
        {"account_id": says(ID, "of whoever has not said no")},
    ),
    "Collections": entity("A list of them.", {"collections": many(ref("Collection"))}),
    "WrappedCollection": entity("One of them.", {"collection": ref("Collection")}),
    "WrappedCollectionItem": entity("One person in it.", {"collection_item": ref("CollectionItem")}),
    "CollectionWithAccounts": entity(
        "One of them with its people.",
        {
            "collection": ref("Collection"),
            "accounts": says(many(ref("Account")), "who made it, and who is in it"),
        },
    ),
    "InvalidCollection": entity(
        "Which field cannot be kept.",
        {
            "error": keys(
                {"error": TEXT, "details": mapping(many(keys({"error": says(TEXT, "a code"), "description": TEXT})))}
            )
        },
    ),
}
_WORDS: dict[str, Schema] = {
    "name": {**TEXT, "maxLength": MAX_NAME},
    "description": {**TEXT, "maxLength": MAX_DESCRIPTION},
    "language": says(TEXT, "such as `en`"),
    "tag_name": says(TEXT, "a hashtag"),
    "sensitive": FLAG,
    "discoverable": FLAG,
}
_INVALID: dict[int, tuple[str, Schema]] = {
    422: ("A refusal, or which field cannot be kept.", {"anyOf": [ref("InvalidCollection"), ref("Error")]}),
}
_NOTHING = ref("Nothing")
_OFFSET: dict[str, Schema] = {
    "limit": {**WHOLE, "minimum": 1, "maximum": 80, "default": 40},
    "offset": {**COUNT, "default": 0},
}
_CHANGE = Operation("Say something else of it", ref("WrappedCollection"), body=_WORDS, also=_INVALID)
OPERATIONS = {
    "POST /api/v1/collections": Operation(
        "Make one",
        ref("WrappedCollection"),
        f"With at most {MAX_ITEMS} people, who are asked as they want it (`feature_approval` of an account); nobody "
        f"makes more than {MAX_COLLECTIONS}.",
        body={**_WORDS, "account_ids": {**many(ID), "maxItems": MAX_ITEMS}},
        required=("name",),
        also=_INVALID,
    ),
    "GET /api/v1/collections/:id": Operation("A collection and its people", ref("CollectionWithAccounts")),
    "PATCH /api/v1/collections/:id": _CHANGE,
    "PUT /api/v1/collections/:id": _CHANGE,
    "DELETE /api/v1/collections/:id": Operation("Delete it", _NOTHING),
    "POST /api/v1/collections/:id/items": Operation(
        "Recommend one more", ref("WrappedCollectionItem"), body={"account_id": ID}, required=("account_id",)
    ),
    "DELETE /api/v1/collections/:id/items/:id": Operation("Recommend somebody no longer", _NOTHING),
    "POST /api/v1/collections/:id/items/:id/revoke": Operation("Leave somebody's collection", _NOTHING),
    "GET /api/v1/accounts/:id/collections": Operation("Somebody's collections", ref("Collections"), query=_OFFSET),
    "GET /api/v1/accounts/:id/in_collections": Operation(
        "Collections that one is in", ref("Collections"), "Of the one who asks alone.", query=_OFFSET
    ),
}
