"""Keyset paging as Mastodon's API has it: `max_id`, `since_id` and `min_id` over ids that sort by time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

T = TypeVar("T")
Q = TypeVar("Q", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True)
class Page:
    """At most `limit` rows older than `max_id`, and either the newest after `since_id` or the oldest after `min_id`."""

    limit: int = 20
    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None


def narrow(query: Q, column: InstrumentedAttribute[int], page: Page) -> Q:
    """The query limited to the page, in the order that the limit needs (ascending for `min_id`)."""
    if page.max_id is not None:
        query = query.where(column < page.max_id)
    if page.since_id is not None:
        query = query.where(column > page.since_id)
    if page.min_id is not None:
        return query.where(column > page.min_id).order_by(column.asc()).limit(page.limit)
    return query.order_by(column.desc()).limit(page.limit)


def rows(session: Session, query: Select[T], column: InstrumentedAttribute[int], page: Page) -> list[T]:
    """The page's rows, newest first."""
    found = list(session.scalars(narrow(query, column, page)).unique())
    return newest_first(found, page)


def newest_first(found: Sequence[T], page: Page) -> list[T]:
    return list(reversed(found)) if page.min_id is not None else list(found)
