"""Filters and what they caught, in Mastodon's second version and its first."""

from typing import Any

from fedi import clock
from fedi.models.content_filter import Filter, FilterAction, FilterKeyword, FilterStatus
from fedi.services.filters import Match


def render(row: Filter, *, whole: bool = True) -> dict[str, Any]:
    """`whole` names the keywords and posts too."""
    body: dict[str, Any] = {
        "id": str(row.id),
        "title": row.title,
        "context": row.context,
        "expires_at": clock.iso_millis(row.expires_at) if row.expires_at else None,
        "filter_action": row.action.value,
    }
    if whole:
        body["keywords"] = [keyword(each) for each in row.keywords]
        body["statuses"] = [status(each) for each in row.statuses]
    return body


def keyword(row: FilterKeyword) -> dict[str, Any]:
    return {"id": str(row.id), "keyword": row.keyword, "whole_word": row.whole_word}


def status(row: FilterStatus) -> dict[str, str]:
    return {"id": str(row.id), "status_id": str(row.post_id)}


def result(match: Match) -> dict[str, Any]:
    """A FilterResult."""
    return {
        "filter": render(match.filter, whole=False),
        "keyword_matches": match.keywords or None,
        "status_matches": [str(each) for each in match.statuses] or None,
    }


def first_version(row: Filter, word: FilterKeyword) -> dict[str, Any]:
    """A keyword as a filter of its own, as apps from before Mastodon 4 know it."""
    return {
        "id": str(word.id),
        "phrase": word.keyword,
        "context": row.context,
        "whole_word": word.whole_word,
        "expires_at": clock.iso_millis(row.expires_at) if row.expires_at else None,
        "irreversible": row.action == FilterAction.HIDE,
    }
