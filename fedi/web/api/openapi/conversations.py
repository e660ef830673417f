"""Direct posts, as talks between people."""

from fedi.web.api.openapi.language import FLAG, ID, Operation, entity, many, ref

ENTITIES = {
    "Conversation": entity(
        "A talk.", {"id": ID, "unread": FLAG, "accounts": many(ref("Account")), "last_status": ref("Status")}
    ),
}
TALK = ref("Conversation")
OPERATIONS = {
    "GET /api/v1/conversations": Operation("Talks", many(TALK), "Paged by the last post of each.", page=20),
    "DELETE /api/v1/conversations/:id": Operation("Put one away", ref("Nothing")),
    "POST /api/v1/conversations/:id/read": Operation("It was read", TALK),
    "POST /api/v1/conversations/:id/unread": Operation("It is to be read again", TALK),
}
