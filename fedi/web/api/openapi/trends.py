"""What many people turn to at present."""

from fedi.web.api.openapi.language import COUNT, OBJECT, WHOLE, Operation, Schema, many, ref


def _slice(usual: int) -> dict[str, Schema]:
    return {"limit": {**WHOLE, "minimum": 1, "maximum": 2 * usual, "default": usual}, "offset": COUNT}


OPERATIONS = {
    "GET /api/v1/trends": Operation("Hashtags, the old way", many(ref("Tag")), query=_slice(10)),
    "GET /api/v1/trends/tags": Operation("Hashtags", many(ref("Tag")), query=_slice(10)),
    "GET /api/v1/trends/statuses": Operation("Posts", many(ref("Status")), query=_slice(20)),
    "GET /api/v1/trends/links": Operation("Always empty", many(OBJECT)),
}
