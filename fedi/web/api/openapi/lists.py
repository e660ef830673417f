"""Lists: people of whom one reads together."""

from fedi.models.circle import RepliesPolicy
from fedi.services.circles import MAX_TITLE
from fedi.web.api.openapi.language import FLAG, ID, TEXT, Operation, Schema, choice, entity, many, ref, says

ENTITIES = {
    "List": entity(
        "A list.",
        {"id": ID, "title": TEXT, "replies_policy": choice(*RepliesPolicy), "exclusive": says(FLAG, "not in home too")},
    ),
}
LIST, NOTHING = ref("List"), ref("Nothing")
_FIELDS: dict[str, Schema] = {
    "title": {**TEXT, "maxLength": MAX_TITLE},
    "replies_policy": choice(*RepliesPolicy),
    "exclusive": FLAG,
}
_PEOPLE: dict[str, Schema] = {"account_ids": many(ID)}
OPERATIONS = {
    "GET /api/v1/lists": Operation("Lists", many(LIST)),
    "POST /api/v1/lists": Operation("Make one", LIST, body=_FIELDS, required=("title",)),
    "GET /api/v1/lists/:id": Operation("A list", LIST),
    "PUT /api/v1/lists/:id": Operation("Change it", LIST, body=_FIELDS),
    "DELETE /api/v1/lists/:id": Operation("Delete it", NOTHING),
    "GET /api/v1/lists/:id/accounts": Operation(
        "Who is in it", many(ref("Account")), "`limit=0` asks for all of them.", page=40
    ),
    "POST /api/v1/lists/:id/accounts": Operation("Put people in", NOTHING, body=_PEOPLE),
    "DELETE /api/v1/lists/:id/accounts": Operation("Take people out", NOTHING, query={"account_ids[]": many(ID)}),
    "GET /api/v1/accounts/:id/lists": Operation("In which of one's lists somebody is", many(LIST)),
}
