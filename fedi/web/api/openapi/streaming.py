"""What happens, while it happens, as server-sent events; a WebSocket at `/api/v1/streaming` has the same streams."""

from fedi.web.api.openapi.language import FLAG, TEXT, Operation, Schema, says

BASE = "/api/v1/streaming"
TAG: dict[str, Schema] = {"tag": says(TEXT, "without `#`")}
MEDIA: dict[str, Schema] = {"only_media": FLAG}


def _stream(summary: str, **query: Schema) -> Operation:
    words = "Events `update`, `delete`, `notification`, `status.update`, `conversation`, `filters_changed`."
    return Operation(summary, TEXT, words, query=query, kind="text/event-stream")


OPERATIONS = {
    f"GET {BASE}/health": Operation("Whether it works", {"const": "OK"}, kind="text/plain"),
    f"GET {BASE}/user": _stream("Home and notifications"),
    f"GET {BASE}/user/notification": _stream("Notifications"),
    f"GET {BASE}/public": _stream("Everything public", **MEDIA),
    f"GET {BASE}/public/local": _stream("Everything public of this server", **MEDIA),
    f"GET {BASE}/public/remote": _stream("Everything public of other servers", **MEDIA),
    f"GET {BASE}/hashtag": _stream("A hashtag", **TAG),
    f"GET {BASE}/hashtag/local": _stream("A hashtag on this server", **TAG),
    f"GET {BASE}/list": _stream("A list", list=says(TEXT, "its id")),
    f"GET {BASE}/direct": _stream("Direct posts"),
}
