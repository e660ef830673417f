"""Figures for moderators, by the names of Mastodon's: what happened day by day, what most of it was, and who stayed.

Nobody's visits are recorded here, so that who is active is who posted.
"""

import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, distinct, func, select, union_all
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import CompoundSelect

from fedi import __version__, clock
from fedi.errors import BadRequest
from fedi.models.account import Account, WebSession
from fedi.models.actor import Actor
from fedi.models.follow import Follow, FollowState
from fedi.models.interaction import Boost, Like
from fedi.models.oauth import AccessToken
from fedi.models.post import Post, PostState, PostTag
from fedi.models.report import Report

MOST_DAYS, MOST_PERIODS = 366, 60
FREQUENCIES = ("day", "month")


@dataclass(frozen=True)
class Span:
    """Days, both ends among them."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if not 0 <= (self.end - self.start).days < MOST_DAYS:
            raise BadRequest(f"end_at must not be before start_at, nor {MOST_DAYS} days after it")

    @property
    def days(self) -> list[date]:
        return [self.start + timedelta(days=number) for number in range((self.end - self.start).days + 1)]

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """From when, and up to when without it."""
        return _midnight(self.start), _midnight(self.end) + timedelta(days=1)

    @property
    def before(self) -> "Span":
        """As many days, just before."""
        length = timedelta(days=len(self.days))
        return Span(self.start - length, self.end - length)


@dataclass(frozen=True)
class Measure:
    """`total` is of the span (then `previous` of the span before), or of all time."""

    key: str
    total: int
    previous: int | None
    days: list[tuple[date, int]]


@dataclass(frozen=True)
class Share:
    """One of the things that a dimension counts; `value` is a number, or a version."""

    key: str
    name: str
    value: str


@dataclass(frozen=True)
class Stay:
    """How many of a cohort came on `at` or later; `rate` of all of it, 0 to 1."""

    at: date
    value: int
    rate: float


# Rows of (when, what), of which different `what` are counted; the text names a server or a hashtag.
Query = Select[*tuple[Any, ...]]
Rows = Query | CompoundSelect[*tuple[Any, ...]]


def measures(session: Session, keys: Sequence[str], span: Span, named: Mapping[str, str]) -> list[Measure]:
    """Those of the keys that are known, in their order; `named` is what each is about, by key."""
    known = [key for key in dict.fromkeys(keys) if key in _MEASURES]
    return [_measure(session, key, span, named.get(key, "").lower()) for key in known]


def dimensions(
    session: Session, keys: Sequence[str], span: Span, named: Mapping[str, str], *, limit: int
) -> list[tuple[str, list[Share]]]:
    """Likewise: what there is most of, the most first."""
    known = [key for key in dict.fromkeys(keys) if key in _DIMENSIONS]
    return [(key, _DIMENSIONS[key](session, span, named.get(key, "").lower(), limit)) for key in known]


def retention(session: Session, span: Span, frequency: str) -> list[tuple[date, list[Stay]]]:
    """Of those who joined in each day or month of the span, how many came then, and in each one after it."""
    periods = _periods(span, frequency)
    if len(periods) > MOST_PERIODS:
        raise BadRequest(f"there are more than {MOST_PERIODS} periods between start_at and end_at")
    return cohorts(_people(session), periods, frequency)


def cohorts(
    people: Sequence[tuple[datetime, datetime]], periods: Sequence[date], frequency: str
) -> list[tuple[date, list[Stay]]]:
    """`people` are (joined, last seen) of each."""
    found = []
    for number, period in enumerate(periods):
        last = [seen.date() for joined, seen in people if _beginning(joined.date(), frequency) == period]
        stays = [(at, sum(_beginning(each, frequency) >= at for each in last)) for at in periods[number:]]
        found.append((period, [Stay(at, count, count / max(len(last), 1)) for at, count in stays]))
    return found


def _periods(span: Span, frequency: str) -> list[date]:
    return list(dict.fromkeys(_beginning(day, frequency) for day in span.days))


def _beginning(day: date, frequency: str) -> date:
    return day.replace(day=1) if frequency == "month" else day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.now().tzinfo)


def _people(session: Session) -> list[tuple[datetime, datetime]]:
    """(joined, last seen) of everybody here: a post, a sign-in, or an app that was used (told once a day)."""
    seen: dict[int | None, datetime] = {}
    posted = select(Account.id, func.max(Post.published_at)).join(Post, Post.actor_id == Account.actor_id)
    signed_in = select(WebSession.account_id, func.max(WebSession.created_at))
    used = select(AccessToken.account_id, func.max(AccessToken.used_at))
    for query in (
        posted.group_by(Account.id),
        signed_in.group_by(WebSession.account_id),
        used.where(AccessToken.account_id.is_not(None)).group_by(AccessToken.account_id),
    ):
        for account_id, at in session.execute(query):
            if at is not None:
                seen[account_id] = max(at, seen.get(account_id, at))
    joined = session.execute(select(Account.id, Account.created_at))
    return [(at, max(at, seen.get(account_id, at))) for account_id, at in joined]


# --- day by day -------------------------------------------------------------------------------------------------------


def _measure(session: Session, key: str, span: Span, about: str) -> Measure:
    rows, of_the_span = _MEASURES[key]
    made = rows(about).subquery()
    when, what = made.c
    spans = [Span(day, day) for day in span.days] + [span, span.before]
    within = [and_(when >= start, when < end) for start, end in (each.bounds for each in spans)]
    counted = [func.count(distinct(case((each, what)))) for each in within]
    *days, total, previous = session.execute(select(*counted)).one()
    each_day = list(zip(span.days, days, strict=True))
    if of_the_span:
        return Measure(key, total, previous, each_day)
    return Measure(key, session.scalar(select(func.count(distinct(what)))) or 0, None, each_day)


_POSTED = (Post.state == PostState.PUBLISHED, Post.published_at.is_not(None))


def _active(_about: str) -> Rows:
    return select(Post.published_at, Post.actor_id).where(Post.local.is_(True), *_POSTED)


def _joined(_about: str) -> Rows:
    return select(Account.created_at, Account.id)


def _interactions(_about: str) -> Rows:
    """Likes and boosts by us."""
    ours = (select(row.created_at, row.id).join(Actor, Actor.id == row.actor_id) for row in (Like, Boost))
    return union_all(*(query.where(Actor.domain_key == "") for query in ours))


def _opened(_about: str) -> Rows:
    return select(Report.created_at, Report.id)


def _resolved(_about: str) -> Rows:
    return select(Report.resolved_at, Report.id).where(Report.resolved_at.is_not(None))


def _tagged(what: Any, name: str) -> Query:
    query = select(Post.published_at, what).join(PostTag, PostTag.post_id == Post.id)
    return query.join(Actor, Actor.id == Post.actor_id).where(PostTag.name == name, *_POSTED)


def _of_server(at: Any, what: Any, actor_id: Any, domain: str) -> Query:
    return select(at, what).join(Actor, Actor.id == actor_id).where(Actor.domain_key == domain)


# By key: its rows, and whether it is told of the span.
_MEASURES: dict[str, tuple[Callable[[str], Rows], bool]] = {
    "active_users": (_active, True),
    "new_users": (_joined, True),
    "interactions": (_interactions, True),
    "opened_reports": (_opened, True),
    "resolved_reports": (_resolved, True),
    "tag_accounts": (lambda name: _tagged(Post.actor_id, name), True),
    "tag_uses": (lambda name: _tagged(Post.id, name), True),
    "tag_servers": (lambda name: _tagged(Actor.domain_key, name), True),
    "instance_accounts": (lambda domain: select(Actor.created_at, Actor.id).where(Actor.domain_key == domain), False),
    "instance_statuses": (lambda domain: _of_server(Post.created_at, Post.id, Post.actor_id, domain), False),
    "instance_reports": (lambda domain: _of_server(Report.created_at, Report.id, Report.target_id, domain), False),
    "instance_follows": (lambda domain: _of_server(Follow.created_at, Follow.id, Follow.followee_id, domain), False),
    "instance_followers": (lambda domain: _of_server(Follow.created_at, Follow.id, Follow.follower_id, domain), False),
}


# --- what there is most of --------------------------------------------------------------------------------------------


def _most(session: Session, query: Query, span: Span, limit: int) -> list[Share]:
    """Posts of the span by the first column of the query, which it is grouped by; what says nothing is left out."""
    start, end = span.bounds
    said = query.selected_columns[0]
    counted = query.add_columns(func.count()).where(*_POSTED, said.is_not(None))
    counted = counted.where(Post.published_at >= start, Post.published_at < end).group_by(said)
    found = session.execute(counted.order_by(func.count().desc(), said).limit(limit))
    return [Share(text, text, str(count)) for text, count in found]


def _languages(session: Session, span: Span, _about: str, limit: int) -> list[Share]:
    return _most(session, select(Post.language).where(Post.local.is_(True)), span, limit)


def _sources(session: Session, span: Span, _about: str, limit: int) -> list[Share]:
    """Apps that posts of ours were written with."""
    return _most(session, select(Post.app_name).where(Post.local.is_(True)), span, limit)


def _by_server() -> Query:
    return select(Actor.domain).select_from(Post).join(Actor, Actor.id == Post.actor_id)


def _servers(session: Session, span: Span, _about: str, limit: int) -> list[Share]:
    return _most(session, _by_server(), span, limit)


def _tag_servers(session: Session, span: Span, name: str, limit: int) -> list[Share]:
    tagged = _by_server().join(PostTag, PostTag.post_id == Post.id).where(PostTag.name == name)
    return _most(session, tagged, span, limit)


def _tag_languages(session: Session, span: Span, name: str, limit: int) -> list[Share]:
    query = select(Post.language).join(PostTag, PostTag.post_id == Post.id).where(PostTag.name == name)
    return _most(session, query, span, limit)


def _instance_languages(session: Session, span: Span, domain: str, limit: int) -> list[Share]:
    query = select(Post.language).join(Actor, Actor.id == Post.actor_id).where(Actor.domain_key == domain)
    return _most(session, query, span, limit)


def _instance_accounts(session: Session, _span: Span, domain: str, limit: int) -> list[Share]:
    """Whom of a server the most of us follow."""
    query = (
        select(Actor.name, func.count())
        .join(Follow, Follow.followee_id == Actor.id)
        .where(Actor.domain_key == domain, Follow.state == FollowState.ACCEPTED)
        .group_by(Actor.id, Actor.name)
        .order_by(func.count().desc(), Actor.name)
    )
    return [Share(name, name, str(count)) for name, count in session.execute(query.limit(limit))]


def _versions(session: Session, _span: Span, _about: str, _limit: int) -> list[Share]:
    bind = session.get_bind()
    version = bind.dialect.server_version_info or ()
    name = "PostgreSQL" if bind.dialect.name == "postgresql" else "SQLite"
    database = ".".join(str(part) for part in version)
    python = platform.python_version()
    return [Share("fedi", "fedi", __version__), Share("python", "Python", python), Share("database", name, database)]


_DIMENSIONS: dict[str, Callable[[Session, Span, str, int], list[Share]]] = {
    "languages": _languages,
    "sources": _sources,
    "servers": _servers,
    "software_versions": _versions,
    "tag_servers": _tag_servers,
    "tag_languages": _tag_languages,
    "instance_accounts": _instance_accounts,
    "instance_languages": _instance_languages,
}
