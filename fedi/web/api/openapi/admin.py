"""For moderators: people, reports, and rules about other servers."""

from fedi.services.moderation import TAKEN
from fedi.web.api.openapi.accounts import ROLE
from fedi.web.api.openapi.language import (
    FLAG,
    ID,
    NULL,
    OBJECT,
    TEXT,
    TIME,
    Operation,
    Schema,
    choice,
    entity,
    many,
    maybe,
    ref,
    says,
)
from fedi.web.api.openapi.reports import CATEGORY

FLAGS = ("pending", "disabled", "silenced", "suspended", "sensitized", "active")
SEVERITY = choice("suspend", "silence", "noop")
RULE: dict[str, Schema] = {
    "id": ID,
    "domain": TEXT,
    "created_at": TIME,
    "digest": TEXT,
    "severity": SEVERITY,
    "reject_media": FLAG,
    "reject_reports": FLAG,
    "private_comment": maybe(TEXT),
    "public_comment": maybe(TEXT),
    "obfuscate": FLAG,
}
ENTITIES = {
    "AdminAccount": entity(
        "Somebody as moderators see them.",
        {
            "id": ID,
            "username": TEXT,
            "domain": maybe(TEXT),
            "created_at": TIME,
            "email": says(maybe(TEXT), "null for people of other servers"),
            "ip": NULL,
            "ips": many(OBJECT),
            "locale": maybe(TEXT),
            "invite_request": maybe(TEXT),
            "role": maybe(ROLE),
            "confirmed": FLAG,
            "approved": FLAG,
            "disabled": FLAG,
            "silenced": FLAG,
            "suspended": FLAG,
            "sensitized": FLAG,
            "account": ref("Account"),
        },
    ),
    "AdminReport": entity(
        "A report as moderators see it.",
        {
            "id": ID,
            "action_taken": FLAG,
            "action_taken_at": maybe(TIME),
            "category": CATEGORY,
            "comment": TEXT,
            "forwarded": FLAG,
            "created_at": TIME,
            "updated_at": TIME,
            "account": ref("AdminAccount"),
            "target_account": ref("AdminAccount"),
            "assigned_account": maybe(ref("AdminAccount")),
            "action_taken_by_account": maybe(ref("AdminAccount")),
            "statuses": many(ref("Status")),
            "rules": many(ref("Rule")),
            "collections": many(OBJECT),
        },
    ),
    "AdminDomainBlock": entity("A rule about a server that takes something from it.", RULE),
    "AdminDomainAllow": entity("A server that is let in.", {"id": ID, "domain": TEXT, "created_at": TIME}),
}
PERSON, REPORT, BLOCK, ALLOW = (
    ref(name) for name in ("AdminAccount", "AdminReport", "AdminDomainBlock", "AdminDomainAllow")
)
ABOUT: dict[str, Schema] = {"username": TEXT, "display_name": TEXT, "by_domain": TEXT, "email": TEXT}
CHANGE: dict[str, Schema] = {
    "severity": SEVERITY,
    "reject_media": FLAG,
    "reject_reports": FLAG,
    "private_comment": TEXT,
    "public_comment": TEXT,
    "obfuscate": FLAG,
}
P, R, B, A = (f"/api/v1/admin/{name}" for name in ("accounts", "reports", "domain_blocks", "domain_allows"))
OPERATIONS = {
    f"GET {P}": Operation(
        "People, the old way",
        many(PERSON),
        query={**dict.fromkeys(("local", "remote", "staff", *FLAGS), FLAG), **ABOUT},
        page=100,
    ),
    "GET /api/v2/admin/accounts": Operation(
        "People",
        many(PERSON),
        query={"origin": choice("local", "remote"), "status": choice(*FLAGS), "permissions": choice("staff"), **ABOUT},
        page=100,
    ),
    f"GET {P}/:id": Operation("Somebody", PERSON),
    f"DELETE {P}/:id": Operation("Delete somebody who is suspended", PERSON),
    f"POST {P}/:id/action": Operation(
        "Take a measure",
        ref("Nothing"),
        body={"type": choice(*TAKEN), "text": says(TEXT, "what they are told"), "report_id": ID},
        required=("type",),
    ),
    f"POST {P}/:id/approve": Operation("Let somebody in who asked", PERSON),
    f"POST {P}/:id/reject": Operation("Not let somebody in", PERSON),
    f"POST {P}/:id/enable": Operation("Let somebody sign in again", PERSON),
    f"POST {P}/:id/unsensitive": Operation("Cover their pictures no more", PERSON),
    f"POST {P}/:id/unsilence": Operation("Limit them no more", PERSON),
    f"POST {P}/:id/unsuspend": Operation("Suspend them no more", PERSON),
    f"GET {R}": Operation(
        "Reports", many(REPORT), query={"resolved": FLAG, "account_id": ID, "target_account_id": ID}, page=100
    ),
    f"GET {R}/:id": Operation("A report", REPORT),
    f"PUT {R}/:id": Operation("Say what it is about", REPORT, body={"category": CATEGORY}),
    f"POST {R}/:id/assign_to_self": Operation("See to it", REPORT),
    f"POST {R}/:id/unassign": Operation("Not see to it", REPORT),
    f"POST {R}/:id/resolve": Operation("It is settled", REPORT),
    f"POST {R}/:id/reopen": Operation("It is not settled", REPORT),
    f"GET {B}": Operation("Servers from which something is not taken", many(BLOCK), page=100),
    f"POST {B}": Operation("Take something from a server no more", BLOCK, body={"domain": TEXT, **CHANGE}),
    f"GET {B}/:id": Operation("Such a rule", BLOCK),
    f"PUT {B}/:id": Operation("Change it", BLOCK, body=CHANGE),
    f"DELETE {B}/:id": Operation("Take it back", ref("Nothing")),
    f"GET {A}": Operation("Servers that are let in", many(ALLOW), page=100),
    f"POST {A}": Operation("Let a server in", ALLOW, body={"domain": TEXT}),
    f"GET {A}/:id": Operation("Such a rule", ALLOW),
    f"DELETE {A}/:id": Operation("Take it back", ALLOW),
}
