"""OrderedCollections and their pages (ActivityStreams 2.0 section 5.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fedi.activitypub.protocol.documents import AS2, as_list, one_id, types
from fedi.errors import BadDocument

MAX_ITEMS = 1000
_BIGGEST_TOTAL = 2**31 - 1
KINDS = {"Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage", "FeaturedCollection"}


@dataclass(frozen=True)
class Read:
    """A collection or page of another server; `items` are ids or objects, those of an embedded first page too."""

    total: int | None
    items: Sequence[Any]
    first: str | None
    next: str | None


def read(document: Any, *, most: int = MAX_ITEMS) -> Read:
    """At most `most` items, and where more are. Raises BadDocument for what is no collection."""
    if not isinstance(document, Mapping) or not KINDS & set(types(document)):
        raise BadDocument("this is no collection")
    first = document.get("first")
    items, following = _items(document), one_id(document.get("next"))
    if isinstance(first, Mapping):
        items = items or _items(first)
        following = following or one_id(first.get("next"))
    return Read(total(document), items[:most], one_id(first), following)


def total(document: Mapping[str, Any]) -> int | None:
    """`totalItems`, or None for anything that counts nothing."""
    value = document.get("totalItems")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value <= _BIGGEST_TOTAL else None


def _items(document: Mapping[str, Any]) -> list[Any]:
    listed = document.get("orderedItems")
    return as_list(document.get("items") if listed is None else listed)


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
