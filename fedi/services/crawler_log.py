"""Which crawlers came, what they took and what was refused to them: counts by day, for artists, moderators and lawyers.

Only programs of the list and those that followed a link which robots.txt closes are in it; nobody else leaves a trace.
Rows only grow until they are `FEDI_CRAWLER_LOG_DAYS` old.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from fedi import clock, config, text
from fedi.models.actor import Actor
from fedi.models.crawler import KEY, CrawlerVisit, Identity, Verdict
from fedi.models.media import Media, Rendition
from fedi.services import media_tokens

SAMPLES = 3
MOST_A_DAY = 20_000  # rows; what comes after is counted without its network, and after as many again without its artist
OTHERS = "others"
COLUMNS = (
    "day", "agent", "operator", "purpose", "identity", "network", "what", "artist", "verdict", "visits", "bytes",
    "first", "last", "samples", "user_agent",
)  # fmt: skip


class Key(NamedTuple):
    """What is counted together. `subject` is the artist's name, or the key of a picture, or ''."""

    day: date
    agent: str
    network: str
    kind: str
    subject: str
    identity: Identity
    verdict: Verdict


SUBJECT = Key._fields.index("subject")  # where the table has the artist


@dataclass
class Count:
    """So many visits since it was last written down."""

    operator: str
    purpose: str
    first_at: datetime
    last_at: datetime
    user_agent: str = ""
    visits: int = 0
    bytes: int = 0
    samples: list[str] = field(default_factory=list)

    def add(self, other: "Count") -> None:
        self.visits += other.visits
        self.bytes += other.bytes
        self.first_at, self.last_at = min(self.first_at, other.first_at), max(self.last_at, other.last_at)
        self.user_agent = other.user_agent or self.user_agent
        self.samples = list(dict.fromkeys([*self.samples, *other.samples]))[:SAMPLES]


def write(session: Session, counts: Mapping[Key, Count]) -> None:
    """Add the counts to what is written; subjects become artists."""
    if config.settings().crawler_log_days == 0:
        return
    owners = _owners(session, {key.subject for key in counts if key.subject})
    merged: dict[tuple[object, ...], Count] = {}
    for key, count in counts.items():
        row: tuple[object, ...] = (
            key.day,
            key.agent,
            key.network,
            key.kind,
            owners.get(key.subject, 0),
            key.identity,
            key.verdict,
        )
        if row in merged:
            merged[row].add(count)
        else:
            merged[row] = count
    room = {day: MOST_A_DAY - _rows_of(session, day) for day in {key.day for key in counts}}
    for row, count in merged.items():
        _write_one(session, dict(zip(KEY, row, strict=True)), count, room)


def _write_one(session: Session, key: dict[str, object], count: Count, room: dict[date, int]) -> None:
    if _add(session, key, count):
        return
    day = key["day"]
    assert isinstance(day, date)
    if room[day] <= 0:
        key = key | {"network": OTHERS} | ({"actor_id": 0} if room[day] <= -MOST_A_DAY else {})
        if _add(session, key, count):
            return
    room[day] -= 1
    session.add(
        CrawlerVisit(
            **key,
            operator=count.operator,
            purpose=count.purpose,
            visits=count.visits,
            bytes=count.bytes,
            first_at=count.first_at,
            last_at=count.last_at,
            samples=count.samples[:SAMPLES],
            user_agent=count.user_agent,
        )
    )
    session.flush()


def _add(session: Session, key: dict[str, object], count: Count) -> bool:
    """Whether there is such a row, which the count was added to (in one statement: others write too)."""
    row = session.scalar(select(CrawlerVisit).filter_by(**key))
    if row is None:
        return False
    values = {
        "visits": CrawlerVisit.visits + count.visits,
        "bytes": CrawlerVisit.bytes + count.bytes,
        "last_at": max(row.last_at, count.last_at),
        "samples": list(dict.fromkeys([*row.samples, *count.samples]))[:SAMPLES],
        "user_agent": count.user_agent or row.user_agent,
    }
    session.execute(update(CrawlerVisit).where(CrawlerVisit.id == row.id).values(values))
    session.expire(row)
    return True


def _owners(session: Session, subjects: set[str]) -> dict[str, int]:
    """{subject: actor id} of names and of keys of pictures."""
    names = {subject for subject in subjects if "/" not in subject}
    query = select(Actor.name_key, Actor.id).where(Actor.domain_key == "", Actor.name_key.in_(names))
    found: dict[str, int] = dict(session.execute(query).all())
    keys = select(Rendition.key, Media.actor_id).join(Media).where(Rendition.key.in_(subjects - names))
    found |= dict(session.execute(keys).all())
    ids = {subject: int(brief[2]) for subject in subjects if (brief := media_tokens.BRIEF.fullmatch(subject))}
    briefly = select(Rendition.id, Media.actor_id).join(Media).where(Rendition.id.in_(_kept(ids.values())))
    owners = dict(session.execute(briefly).all())
    return found | {subject: owners[id_] for subject, id_ in ids.items() if id_ in owners}


def _kept(ids: Iterable[int]) -> list[int]:
    """Those that a row may have."""
    return [id_ for id_ in ids if id_ < 1 << 63]


def _rows_of(session: Session, day: date) -> int:
    return session.scalar(select(func.count()).select_from(CrawlerVisit).where(CrawlerVisit.day == day)) or 0


# --- reading ----------------------------------------------------------------------------------------------------------


@dataclass
class Summary:
    """What one agent did in some days."""

    agent: str
    operator: str
    purpose: str
    last_at: datetime
    visits: dict[str, int]  # by verdict
    bytes: int = 0
    spoofed: int = 0

    @property
    def refused(self) -> int:
        return sum(number for verdict, number in self.visits.items() if verdict != Verdict.SERVED)

    @property
    def served(self) -> int:
        return self.visits.get(Verdict.SERVED, 0)


def summaries(session: Session, *, days: int, actor_id: int | None = None) -> list[Summary]:
    """By agent, the most visits first; of one artist's things with `actor_id`."""
    query = select(
        CrawlerVisit.agent,
        CrawlerVisit.verdict,
        CrawlerVisit.identity,
        func.max(CrawlerVisit.operator),
        func.max(CrawlerVisit.purpose),
        func.max(CrawlerVisit.last_at),
        func.sum(CrawlerVisit.visits),
        func.sum(CrawlerVisit.bytes),
    )
    query = query.where(*_within(days, actor_id)).group_by(
        CrawlerVisit.agent, CrawlerVisit.verdict, CrawlerVisit.identity
    )
    found: dict[str, Summary] = {}
    for agent, verdict, identity, operator, purpose, last_at, visits, size in session.execute(query):
        row = found.setdefault(agent, Summary(agent, operator, purpose, last_at, {}))
        row.visits[verdict] = row.visits.get(verdict, 0) + int(visits)
        row.bytes += int(size)
        row.spoofed += int(visits) if identity == Identity.SPOOFED else 0
        row.last_at = max(row.last_at, last_at)
    return sorted(found.values(), key=lambda each: (-sum(each.visits.values()), each.agent))


def rows(
    session: Session, *, days: int, actor_id: int | None = None, agent: str = "", limit: int | None = None
) -> Iterator[tuple[CrawlerVisit, str | None]]:
    """(visit, name of the artist), the newest days first."""
    query = select(CrawlerVisit, Actor.name).outerjoin(Actor, Actor.id == CrawlerVisit.actor_id)
    where = [*_within(days, actor_id), *([CrawlerVisit.agent == agent] if agent else [])]
    query = query.where(*where).order_by(CrawlerVisit.day.desc(), CrawlerVisit.id.desc()).limit(limit)
    yield from session.execute(query.execution_options(yield_per=500))


def export(session: Session, *, days: int, actor_id: int | None = None, limit: int | None = None) -> Iterator[str]:
    """Everything as lines of CSV (RFC 4180), a row for each count, the newest days first; times in UTC."""
    yield text.csv_line(COLUMNS)
    for visit, name in rows(session, days=days, actor_id=actor_id, limit=limit):
        yield text.csv_line(
            (
                visit.day.isoformat(), visit.agent, visit.operator, visit.purpose, visit.identity.value, visit.network,
                visit.kind, name or "", visit.verdict.value, visit.visits, visit.bytes, clock.iso(visit.first_at),
                clock.iso(visit.last_at), " ".join(visit.samples), visit.user_agent,
            )
        )  # fmt: skip


def _within(days: int, actor_id: int | None) -> list[ColumnElement[bool]]:
    said = [CrawlerVisit.day > (clock.now() - timedelta(days=days)).date()]
    return [*said, CrawlerVisit.actor_id == actor_id] if actor_id is not None else said


# --- keeping ----------------------------------------------------------------------------------------------------------


def forget_old(session: Session) -> int:
    """Drop what is older than it may be kept; how many rows."""
    edge = (clock.now() - timedelta(days=config.settings().crawler_log_days)).date()
    return _deleted(session, CrawlerVisit.day <= edge)


def forget_artist(session: Session, actor_id: int) -> int:
    """Who leaves takes along what was written down about her works."""
    return _deleted(session, CrawlerVisit.actor_id == actor_id)


def _deleted(session: Session, where: ColumnElement[bool]) -> int:
    done = session.execute(delete(CrawlerVisit).where(where))
    return int(done.rowcount)  # type: ignore[attr-defined]
