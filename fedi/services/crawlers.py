"""The list of agents as it holds here: agents.json, lists that were read in, and what admins say, in this order."""

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fedi import clock, db
from fedi.errors import BadRequest, NotFound
from fedi.models.crawler import CrawlerRanges, CrawlerRule
from fedi.policy import ranges as policy
from fedi.policy.agents import ROSTER, Agent, Purpose, Roster, Rule
from fedi.policy.ranges import Ranges
from fedi.policy.reading.signal import clean

OBEYS = ("yes", "no", "unknown")
MOST_ENTRIES = 5000
_changes = 0
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/+-]{2,98}[A-Za-z0-9]")
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_WORKS = re.compile(r"bot|crawl|spider|scrap|agent|fetch|user", re.IGNORECASE)
_LINK = re.compile(r"\[([^\]]*)\]\((https?://[^)\s]+)\)")
# What the lists say of an agent's work in words, and our word for it; the first that fits.
_PURPOSES = (
    (Purpose.TRAINING, ("train", "llm", "language model", "machine learning")),
    (Purpose.SEARCH, ("search",)),
    (Purpose.USER, ("assistant", "agents", "user", "prompt", "chat")),
)


@dataclass(frozen=True)
class Imported:
    """What reading a list in did: names that are on it now, and names that were left out with the reason."""

    names: list[str]
    skipped: list[tuple[str, str]]


def roster(session: Session) -> Roster:
    """The whole list."""
    rows = rules(session)
    return ROSTER.but_for(_agent(row) for row in rows) if rows else ROSTER


def changes() -> int:
    """How often this process changed the list: while it stays the same, only others may have."""
    return _changes


def _changed(session: Session) -> None:
    db.after_commit(session, "crawlers", _count)


def _count() -> None:
    global _changes
    _changes += 1


def rules(session: Session) -> list[CrawlerRule]:
    """What differs from agents.json."""
    return list(session.scalars(select(CrawlerRule).order_by(CrawlerRule.imported.desc(), CrawlerRule.name_key)))


def set_rule(session: Session, agent: Agent) -> Agent:
    """Add the agent, or change what is said about it. Raises BadRequest."""
    agent = _checked(agent)
    _put(session, agent, imported=False)
    return agent


def decide(session: Session, name: str, rule: Rule | None) -> Agent:
    """Let an agent of the list in or refuse it, whatever artists say; None: by their terms. Raises NotFound."""
    found = named(session, name)
    return set_rule(session, replace(found, rule=rule))


def named(session: Session, name: str) -> Agent:
    """Raises NotFound."""
    wanted = name.strip().lower()
    for agent in roster(session).agents:
        if agent.name.lower() == wanted:
            return agent
    raise NotFound(f"there is no crawler {name.strip()!r} on the list")


def forget(session: Session, name: str) -> None:
    """Undo what was said here about an agent. Raises NotFound."""
    row = session.get(CrawlerRule, name.strip().lower())
    if row is None:
        raise NotFound(f"nothing was said here about {name.strip()!r}")
    session.delete(row)
    session.flush()
    _changed(session)


def set_ranges(session: Session, name: str, document: Any) -> int:
    """Take the addresses that an agent comes from, in the place of those known; how many prefixes. Raises BadRequest,
    NotFound.
    """
    agent = named(session, name)
    prefixes = policy.read(document)
    row = session.get(CrawlerRanges, agent.name.lower()) or CrawlerRanges(name_key=agent.name.lower())
    row.prefixes, row.taken_at = prefixes, clock.now()
    session.add(row)
    session.flush()
    _changed(session)
    return len(prefixes)


def forget_ranges(session: Session, name: str) -> None:
    """Raises NotFound."""
    row = session.get(CrawlerRanges, name.strip().lower())
    if row is None:
        raise NotFound(f"no addresses of {name.strip()!r} are known")
    session.delete(row)
    session.flush()
    _changed(session)


def ranges(session: Session) -> dict[str, Ranges]:
    """{name in lower case: its addresses} of every agent whose addresses are known."""
    rows = session.execute(select(CrawlerRanges.name_key, CrawlerRanges.prefixes))
    return {name: _ranges(tuple(prefixes)) for name, prefixes in rows}


@lru_cache(maxsize=64)
def _ranges(prefixes: tuple[str, ...]) -> Ranges:
    """Made once: the list is read again whenever something was committed."""
    return Ranges(prefixes)


def refresh(session: Session, document: Any) -> Imported:
    """Take a list in the place of the one read in before: ours as `fedi crawlers list --json` prints it, or robots.json
    of ai.robots.txt ({name: {operator, respect, function, ...}}).

    What agents.json knows keeps our word for its purpose, and what an admin wrote stays. Raises BadRequest.
    """
    entries = _entries(document)
    known = {agent.name.lower() for agent in ROSTER.agents}
    own = set(session.scalars(select(CrawlerRule.name_key).where(~CrawlerRule.imported)))
    session.execute(delete(CrawlerRule).where(CrawlerRule.imported))
    _changed(session)
    names, skipped = [], []
    for name, make in entries:
        if name.lower() in known:
            names.append(name)
            continue
        try:
            agent = _checked(make(), general=False)
        except BadRequest as error:
            skipped.append((clean(name), clean(str(error))))
            continue
        names.append(agent.name)
        known.add(agent.name.lower())
        if agent.name.lower() not in own:
            _put(session, agent, imported=True)
    if not names:
        raise BadRequest("this is no list of crawlers: no entry of it can be taken")
    return Imported(names, skipped)


def _put(session: Session, agent: Agent, *, imported: bool) -> None:
    key = agent.name.lower()
    row = session.get(CrawlerRule, key)
    if row is None:
        row = CrawlerRule(name_key=key)
        session.add(row)
    row.name, row.operator, row.purpose, row.obeys = agent.name, agent.operator, agent.purpose, agent.obeys
    row.source, row.signs, row.rule = agent.source, agent.signs, agent.rule
    row.imported, row.changed_at = imported, clock.now()
    session.flush()
    _changed(session)


def _agent(row: CrawlerRule) -> Agent:
    kept = next((agent for agent in ROSTER.agents if agent.name.lower() == row.name_key), None)
    return Agent(
        name=row.name,
        operator=row.operator,
        purpose=row.purpose,
        obeys=row.obeys,
        source=row.source,
        token=kept is not None and kept.token,
        signs=row.signs,
        rule=row.rule,
    )


def _checked(agent: Agent, *, general: bool = True) -> Agent:
    """Raises BadRequest; with `general` false also for a name that is an everyday word, which browsers may carry."""
    name = " ".join(agent.name.split())
    if not _NAME.fullmatch(name):
        raise BadRequest(f"{name[:60]!r} is no name of a crawler: 4 to 100 letters, digits and . _ / + - inside")
    if not general and (name.isalpha() and name[1:].islower() and not _WORKS.search(name[1:])):
        raise BadRequest("the name is a common word, which other programs may carry: add it by hand if you mean it")
    if agent.obeys not in OBEYS:
        raise BadRequest(f"whether it obeys robots.txt is one of {', '.join(OBEYS)}")
    signs = agent.signs.strip().lower().removeprefix("https://").rstrip("/")
    if signs and not _HOST.fullmatch(signs.partition(":")[0]):
        raise BadRequest(f"{signs[:60]!r} is no host whose keys sign")
    source = clean(agent.source, 500)
    if source and not source.startswith(("https://", "http://")):
        raise BadRequest("the source is a web address")
    return Agent(
        name,
        clean(agent.operator, 200),
        agent.purpose,
        agent.obeys,
        source,
        agent.token,
        signs[:255],
        agent.rule,
    )


def _entries(document: Any) -> list[tuple[str, Callable[[], Agent]]]:
    """(name, what makes the agent of it) for each entry; only what is taken need be sound."""
    found: list[tuple[str, Callable[[], Agent]]]
    if isinstance(document, dict) and all(isinstance(said, dict) for said in document.values()):
        found = [(str(name), partial(_of_robots, str(name), said)) for name, said in document.items()]
    elif isinstance(document, list) and all(isinstance(entry, dict) for entry in document):
        found = [(str(entry.get("name", "")), partial(_of_ours, entry)) for entry in document]
    else:
        found = []
    if not found:
        raise BadRequest("this is no list of crawlers: neither ours nor robots.json of ai.robots.txt")
    if len(found) > MOST_ENTRIES:
        raise BadRequest(f"the list has over {MOST_ENTRIES} entries")
    return found


def _of_ours(entry: dict[str, Any]) -> Agent:
    return Agent(
        name=str(entry.get("name", "")),
        operator=str(entry.get("operator", "")),
        purpose=purpose(str(entry.get("purpose", ""))),
        obeys=str(entry.get("obeys", "unknown")),
        source=str(entry.get("source", "")),
        signs=str(entry.get("signs", "")),
    )


def purpose(word: str) -> Purpose:
    """Raises BadRequest."""
    try:
        return Purpose(word)
    except ValueError:
        raise BadRequest(f"the purpose is one of {', '.join(Purpose)}") from None


def _of_robots(name: str, said: dict[str, Any]) -> Agent:
    operator, link = _linked(str(said.get("operator", "")))
    respect, other = _linked(str(said.get("respect", "")))
    word = respect.strip().lower().rstrip(".")
    return Agent(
        name=name.partition("/")[0],
        operator="unknown" if operator.lower().startswith(("unclear", "unknown")) else operator,
        purpose=_purpose(f"{said.get('function', '')} {said.get('description', '')}"),
        obeys=word if word in {"yes", "no"} else "unknown",
        source=link or other,
    )


def _linked(text: str) -> tuple[str, str]:
    """(words, address) of `[words](address)`."""
    found = _LINK.search(text)
    return (found[1], found[2]) if found else (text, "")


def _purpose(words: str) -> Purpose:
    lowered = words.lower()
    return next((each for each, signs in _PURPOSES if any(sign in lowered for sign in signs)), Purpose.DATASET)


def describe(agents: Iterable[Agent]) -> list[dict[str, Any]]:
    """As agents.json writes them, for scripts."""
    return [{key: value for key, value in asdict(agent).items() if value not in ("", None, False)} for agent in agents]
