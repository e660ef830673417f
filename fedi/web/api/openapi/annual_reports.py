"""Years, which are not summed up here: apps that ask are told so."""

from fedi.web.api.openapi.language import EMPTY, OBJECT, Operation, entity, keys, many, ref

YEAR = {"year": {"type": "string", "pattern": "^[0-9]{4}$"}}
ENTITIES = {
    "AnnualReports": entity("Always empty.", dict.fromkeys(("annual_reports", "accounts", "statuses"), many(OBJECT))),
}
OPERATIONS = {
    "GET /api/v1/annual_reports": Operation("One's years", ref("AnnualReports")),
    "GET /api/v1/annual_reports/:id/state": Operation(
        "Whether there is one", keys({"state": {"const": "ineligible"}}), path=YEAR
    ),
    "POST /api/v1/annual_reports/:id/generate": Operation("Nothing is made", EMPTY, path=YEAR),
}
