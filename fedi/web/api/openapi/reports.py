"""Telling the moderators."""

from fedi.services.reports import CATEGORIES, MAX_COMMENT
from fedi.web.api.openapi.language import FLAG, ID, TEXT, TIME, Operation, choice, entity, many, maybe, ref, says

CATEGORY = choice(*sorted(CATEGORIES))
ENTITIES = {
    "Report": entity(
        "A report.",
        {
            "id": ID,
            "action_taken": FLAG,
            "action_taken_at": maybe(TIME),
            "category": CATEGORY,
            "comment": TEXT,
            "forwarded": FLAG,
            "created_at": TIME,
            "status_ids": many(ID),
            "rule_ids": many(ID),
            "collection_ids": many(ID),
            "target_account": ref("Account"),
        },
    ),
}
OPERATIONS = {
    "POST /api/v1/reports": Operation(
        "Report somebody",
        ref("Report"),
        body={
            "account_id": ID,
            "status_ids": many(ID),
            "comment": {**TEXT, "maxLength": MAX_COMMENT},
            "category": CATEGORY,
            "rule_ids": says(many(ID), "rules that are broken"),
            "forward": says(FLAG, "to the moderators of their server too, without saying who reports"),
        },
        required=("account_id",),
    ),
}
