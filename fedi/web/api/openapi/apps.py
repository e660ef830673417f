"""Apps, their tokens, and who somebody is in OpenID Connect's words."""

from fedi.services.scopes import KNOWN
from fedi.web.api.openapi.language import COUNT, TEXT, Operation, Schema, choice, entity, many, maybe, ref, says

APP: dict[str, Schema] = {
    "name": TEXT,
    "website": maybe(TEXT),
    "scopes": many(choice(*KNOWN)),
    "vapid_key": says(TEXT, "of the server, for push"),
}
MORE: dict[str, Schema] = {"id": TEXT, "redirect_uri": TEXT, "redirect_uris": many(TEXT)}
ENTITIES = {
    "Application": entity("An app; a token that was made by hand has none.", APP, MORE),
    "CredentialApplication": entity(
        "An app with its secret, which is told once.",
        {**APP, **MORE, "client_id": TEXT, "client_secret": TEXT, "client_secret_expires_at": COUNT},
    ),
    "UserInfo": entity(
        "OpenID Connect core, section 5.3.",
        dict.fromkeys(("iss", "sub", "name", "preferred_username", "profile", "picture"), TEXT),
    ),
}
OPERATIONS = {
    "POST /api/v1/apps": Operation(
        "Register an app",
        ref("CredentialApplication"),
        body={
            "client_name": TEXT,
            "redirect_uris": {"anyOf": [says(TEXT, "parted by spaces or lines"), many(TEXT)]},
            "scopes": says(TEXT, "parted by spaces; `read` when none are named"),
            "website": TEXT,
        },
        required=("client_name", "redirect_uris"),
    ),
    "GET /api/v1/apps/verify_credentials": Operation("The app of this token", ref("Application")),
    "GET /oauth/userinfo": Operation("Who one is", ref("UserInfo")),
    "POST /oauth/userinfo": Operation("Who one is", ref("UserInfo")),
}
