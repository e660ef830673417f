"""Push to closed apps: one subscription for each token."""

from fedi.services.push import KINDS, POLICIES
from fedi.web.api.openapi.language import FLAG, ID, TEXT, Operation, Schema, choice, entity, keys, ref, says

ENTITIES = {
    "WebPushSubscription": entity(
        "Where an app wants to hear of notifications.",
        {
            "id": ID,
            "endpoint": TEXT,
            "standard": says(FLAG, "encrypted as in RFC 8291, else as in the draft before it"),
            "alerts": keys(dict.fromkeys(KINDS, FLAG)),
            "server_key": TEXT,
            "policy": choice(*POLICIES),
        },
    ),
}
WISH: Schema = {
    "type": "object",
    "properties": {
        "alerts": {"type": "object", "properties": dict.fromkeys(KINDS, FLAG)},
        "policy": choice(*POLICIES),
    },
}
PLACE: Schema = {
    "type": "object",
    "required": ["endpoint", "keys"],
    "properties": {
        "endpoint": TEXT,
        "keys": keys({"p256dh": TEXT, "auth": TEXT}),
        "standard": FLAG,
    },
}
PUSH = ref("WebPushSubscription")
OPERATIONS = {
    "GET /api/v1/push/subscription": Operation("The subscription of this token", PUSH),
    "POST /api/v1/push/subscription": Operation(
        "Subscribe", PUSH, body={"subscription": PLACE, "data": WISH}, required=("subscription",)
    ),
    "PUT /api/v1/push/subscription": Operation("Other alerts", PUSH, body={"data": WISH}),
    "DELETE /api/v1/push/subscription": Operation("No more of it", ref("Nothing")),
}
