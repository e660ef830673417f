"""Filters of an account: made, changed, and held against what it is going to read."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import BigInteger, bindparam, or_, select
from sqlalchemy.orm import Session

from fedi import clock
from fedi.errors import BadRequest, NotFound
from fedi.models.account import Account
from fedi.models.columns import UtcDateTime
from fedi.models.content_filter import Filter, FilterAction, FilterKeyword, FilterStatus
from fedi.models.happening import HappeningKind
from fedi.models.post import Post
from fedi.services import happenings

CONTEXTS = ("home", "notifications", "public", "thread", "account")
# The product of the first two is what one page of posts may cost.
MAX_FILTERS, MAX_KEYWORDS, MAX_TITLE, MAX_KEYWORD = 100, 100, 255, 512
MISSING = "Record not found"


@dataclass(frozen=True)
class KeywordChange:
    """One of `keywords_attributes`: a new keyword, a changed one (`id`), or one that goes (`destroy`)."""

    id: int | None = None
    keyword: str | None = None
    whole_word: bool | None = None
    destroy: bool = False


@dataclass(frozen=True)
class Change:
    """What of a filter is said; None leaves it as it is."""

    title: str | None = None
    context: Sequence[str] | None = None
    action: str | None = None
    expires_in: int | None = None  # seconds, 0: never
    keywords: Sequence[KeywordChange] = field(default=())


@dataclass(frozen=True)
class Match:
    """A filter that a post is caught by, and by what."""

    filter: Filter
    keywords: list[str]
    statuses: list[int]


def make(session: Session, account: Account, change: Change) -> Filter:
    """Raises BadRequest in Mastodon's words."""
    if len(listed(session, account)) >= MAX_FILTERS:
        raise BadRequest(f"Validation failed: You have {MAX_FILTERS} filters, the most there can be")
    row = Filter(account_id=account.id, title="", context=[], keywords=[], statuses=[])
    _apply(row, change, new=True)
    session.add(row)
    _changed(session, row)
    return row


def alter(session: Session, row: Filter, change: Change) -> None:
    """Raises BadRequest, NotFound (a keyword of another filter)."""
    _apply(row, change, new=False)
    _changed(session, row)


def remove(session: Session, row: Filter) -> None:
    _changed(session, row)
    session.delete(row)
    session.flush()


def listed(session: Session, account: Account) -> list[Filter]:
    return list(session.scalars(select(Filter).where(Filter.account_id == account.id).order_by(Filter.id)))


def get_own(session: Session, account: Account, filter_id: int) -> Filter:
    """Raises NotFound."""
    row = session.get(Filter, filter_id)
    if row is None or row.account_id != account.id:
        raise NotFound(MISSING)
    return row


def keyword_of(session: Session, account: Account, keyword_id: int) -> tuple[Filter, FilterKeyword]:
    """A keyword of one of the account's filters. Raises NotFound."""
    row = session.get(FilterKeyword, keyword_id)
    if row is None:
        raise NotFound(MISSING)
    return get_own(session, account, row.filter_id), row


def status_of(session: Session, account: Account, status_id: int) -> tuple[Filter, FilterStatus]:
    """A post that one of the account's filters names. Raises NotFound."""
    row = session.get(FilterStatus, status_id)
    if row is None:
        raise NotFound(MISSING)
    return get_own(session, account, row.filter_id), row


def add_keyword(session: Session, row: Filter, keyword: str, *, whole_word: bool) -> FilterKeyword:
    """Raises BadRequest."""
    alter(session, row, Change(keywords=[KeywordChange(keyword=keyword, whole_word=whole_word)]))
    return row.keywords[-1]


def add_status(session: Session, row: Filter, post: Post) -> FilterStatus:
    """A post that is named already stays as it is."""
    known = next((each for each in row.statuses if each.post_id == post.id), None)
    if known is not None:
        return known
    made = FilterStatus(post_id=post.id)
    row.statuses.append(made)
    _changed(session, row)
    return made


def drop_status(session: Session, row: Filter, named: FilterStatus) -> None:
    """The filter names this post no longer."""
    row.statuses.remove(named)
    _changed(session, row)


def active(session: Session, account: Account) -> list[Filter]:
    """The account's filters that hold now."""
    return list(session.scalars(_ACTIVE, {"account": account.id, "now": clock.now()}))


_ACTIVE = (
    select(Filter)
    .where(Filter.account_id == bindparam("account", type_=BigInteger))
    .where(or_(Filter.expires_at.is_(None), Filter.expires_at > bindparam("now", type_=UtcDateTime)))
    .order_by(Filter.id)
)


def matches(held: Sequence[Filter], texts: Mapping[int, Iterable[str]]) -> dict[int, list[Match]]:
    """What catches each post; `texts` are the plain texts of each, by post id."""
    found: dict[int, list[Match]] = {}
    for row in held:
        patterns = [(each.keyword, _pattern(each.keyword, each.whole_word)) for each in row.keywords]
        named = {each.post_id for each in row.statuses}
        for post_id, said in texts.items():
            whole = "\n".join(said)
            keywords = [keyword for keyword, pattern in patterns if pattern.search(whole)]
            if keywords or post_id in named:
                found.setdefault(post_id, []).append(Match(row, keywords, [post_id] if post_id in named else []))
    return found


def hides(matched: Sequence[Match], context: str) -> bool:
    """Whether what was matched is left out in a place."""
    return any(each.filter.action == FilterAction.HIDE and context in each.filter.context for each in matched)


def _changed(session: Session, row: Filter) -> None:
    """Apps that listen ask for the filters anew."""
    session.flush()
    happenings.put(session, HappeningKind.FILTERS, row.account_id, 0)


def _apply(row: Filter, change: Change, *, new: bool) -> None:
    wrong = []
    title = change.title if change.title is not None else ("" if new else row.title)
    context = list(change.context) if change.context is not None else ([] if new else row.context)
    if not title.strip():
        wrong.append("Title can't be blank")
    if not context:
        wrong.append("Context can't be blank")
    if not context or any(each not in CONTEXTS for each in context):
        wrong.append("Context None or invalid context supplied")
    if wrong:
        raise BadRequest(f"Validation failed: {', '.join(wrong)}")
    if len(title) > MAX_TITLE:
        raise BadRequest(f"Validation failed: Title is too long (maximum is {MAX_TITLE} characters)")
    if change.action is not None and change.action not in set(FilterAction):
        raise BadRequest("Validation failed: Action is not included in the list")
    row.title, row.context = title.strip(), list(dict.fromkeys(context))
    row.action = FilterAction(change.action or row.action or FilterAction.WARN)
    if change.expires_in is not None:
        row.expires_at = _end(change.expires_in)
    for each in change.keywords:
        _change_keyword(row, each)
    if len(row.keywords) > MAX_KEYWORDS:
        raise BadRequest(f"Validation failed: A filter has at most {MAX_KEYWORDS} keywords")


def _end(seconds: int) -> datetime | None:
    return clock.now() + timedelta(seconds=min(seconds, 10 * 366 * 86400)) if seconds > 0 else None


def _change_keyword(row: Filter, change: KeywordChange) -> None:
    known = next((each for each in row.keywords if each.id == change.id), None) if change.id is not None else None
    if change.id is not None and known is None:
        raise NotFound(MISSING)
    if known is None:
        if not change.destroy:
            whole = True if change.whole_word is None else change.whole_word
            row.keywords.append(FilterKeyword(keyword=_keyword(change.keyword or ""), whole_word=whole))
        return
    if change.destroy:
        row.keywords.remove(known)
        return
    known.keyword = known.keyword if change.keyword is None else _keyword(change.keyword)
    known.whole_word = known.whole_word if change.whole_word is None else change.whole_word


def _keyword(text: str) -> str:
    if not text.strip():
        raise BadRequest("Validation failed: Keyword can't be blank")
    if len(text) > MAX_KEYWORD:
        raise BadRequest(f"Validation failed: Keyword is too long (maximum is {MAX_KEYWORD} characters)")
    return text


@lru_cache(maxsize=8192)
def _pattern(keyword: str, whole_word: bool) -> re.Pattern[str]:
    """A whole word has a border only where it begins or ends with a letter or digit, as in Mastodon."""
    middle = re.escape(keyword)
    if whole_word:
        before = r"\b" if re.match(r"\w", keyword) else ""
        after = r"\b" if re.search(r"\w\Z", keyword) else ""
        middle = f"{before}{middle}{after}"
    return re.compile(middle, re.IGNORECASE)
