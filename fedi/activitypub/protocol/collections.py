"""OrderedCollections and their pages (ActivityStreams 2.0 section 5.5)."""

from collections.abc import Sequence
from typing import Any

from fedi.activitypub.protocol.documents import AS2


def collection(uri: str, total: int, *, paged: bool = True, kind: str = "OrderedCollection") -> dict[str, Any]:
    """The collection itself; without `first` (`paged=False`) its items are nobody's business."""
    document: dict[str, Any] = {"@context": AS2, "id": uri, "type": kind, "totalItems": total}
    if paged:
        document["first"] = f"{uri}?page=true"
    return document


def page(
    uri: str,
    items: Sequence[Any],
    *,
    total: int | None = None,
    query: str = "page=true",
    next_query: str | None = None,
    previous_query: str | None = None,
    kind: str = "OrderedCollection",
) -> dict[str, Any]:
    """One page; `next_query` and `previous_query` name its neighbours."""
    key = "orderedItems" if kind == "OrderedCollection" else "items"
    document: dict[str, Any] = {
        "@context": AS2,
        "id": f"{uri}?{query}",
        "type": f"{kind}Page",
        "partOf": uri,
        key: list(items),
    }
    if total is not None:
        document["totalItems"] = total
    if next_query:
        document["next"] = f"{uri}?{next_query}"
    if previous_query:
        document["prev"] = f"{uri}?{previous_query}"
    return document
