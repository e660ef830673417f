"""Signing up with an app."""

from fedi.web.api.openapi.language import FLAG, TEXT, Operation, choice, entity, keys, many, mapping, ref, says

CODES = (
    "ERR_BLANK", "ERR_INVALID", "ERR_RESERVED", "ERR_TAKEN", "ERR_TOO_SHORT", "ERR_TOO_LONG", "ERR_ACCEPTED",
)  # fmt: skip
WRONG = {422: ("What is wrong, by field", ref("ValidationError"))}
ENTITIES = {
    "Token": entity(
        "A bearer token; of somebody who waits it opens nothing that needs a person.",
        {
            "access_token": TEXT,
            "token_type": choice("Bearer"),
            "scope": TEXT,
            "created_at": says({"type": "integer"}, "seconds since 1970"),
        },
    ),
    "ValidationError": entity(
        "Why it was not done.",
        {"error": TEXT},
        {"details": mapping(many(keys({"error": choice(*CODES), "description": TEXT})))},
    ),
}
OPERATIONS = {
    "POST /api/v1/accounts": Operation(
        "Sign up",
        ref("Token"),
        "With a token of the app itself. 403 where nobody may; see `registrations` of the instance.",
        body={
            "username": TEXT,
            "email": TEXT,
            "password": TEXT,
            "agreement": says(FLAG, "to the rules of the house"),
            "locale": TEXT,
            "reason": says(TEXT, "for the moderators"),
            "invite_code": TEXT,
            "date_of_birth": says(TEXT, "not kept"),
        },
        required=("username", "email", "password", "agreement"),
        also=WRONG,
    ),
    "GET /api/v1/emails/check_confirmation": Operation("Whether the address is confirmed", FLAG),
    "POST /api/v1/emails/confirmations": Operation(
        "Send the letter again, or to another address", ref("Nothing"), body={"email": TEXT}, also=WRONG
    ),
}
