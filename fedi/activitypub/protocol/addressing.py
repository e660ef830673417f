"""Addressing: who an activity is for, read from `to` and `cc` (ActivityStreams 2.0 section 5.6; Mastodon's rules)."""

from collections.abc import Collection, Mapping
from typing import Any

from fedi.activitypub.protocol.documents import ids

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
PUBLIC_SPELLINGS = {PUBLIC, "as:Public", "Public"}


def is_public(address: str) -> bool:
    return address in PUBLIC_SPELLINGS


def audience(document: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """(to, cc) as lists of ids, the public collection in its full spelling."""
    return _normal(document.get("to")), _normal(document.get("cc"))


def visibility(to: Collection[str], cc: Collection[str], followers: str | None) -> str:
    """`public` (Public in to), `unlisted` (in cc), `followers` (the author's followers collection), else `direct`."""
    if any(map(is_public, to)):
        return "public"
    if any(map(is_public, cc)):
        return "unlisted"
    if followers and (followers in to or followers in cc):
        return "followers"
    return "direct"


def _normal(value: Any) -> list[str]:
    return list(dict.fromkeys(PUBLIC if is_public(each) else each for each in ids(value)))
