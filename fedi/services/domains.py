"""Domain rules: which servers we talk to, which we keep out of sight, and Mastodon's CSV of them.

A rule holds for a domain and its sub-domains; the nearest rule wins. On a block, follows across the border end, and the
actors of the domain are suspended here; on a limit they are shown only to those who follow them.
"""

import csv
import hashlib
import io
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, TypeVar

import idna
from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from fedi import clock, config, db
from fedi.errors import BadRequest, NotFound
from fedi.models.actor import Actor
from fedi.models.follow import FOLLOWS, Follow, FollowState
from fedi.models.instance import DomainRule, DomainSeverity
from fedi.services.paging import Page, rows

R = TypeVar("R")
Verdict = Literal["allow", "limit", "block"]
CACHE_SECONDS = 5.0
MAX_CSV_BYTES = 5_000_000
# Mastodon's words in its CSV, and ours.
_CSV_SEVERITY = {"suspend": DomainSeverity.BLOCK, "silence": DomainSeverity.LIMIT, "noop": None, "": None}
_CSV_WORD = {DomainSeverity.BLOCK: "suspend", DomainSeverity.LIMIT: "silence"}
_cache: dict[str, tuple[float, dict[str, "Known"]]] = {}


@dataclass(frozen=True)
class Imported:
    """What an import did: domains now ruled, and lines that were left out with the reason."""

    domains: list[str]
    skipped: list[tuple[int, str]]


def normalise(domain: str) -> str:
    """Lower case, ASCII (IDNA), no trailing dot; keeps a port. Raises BadRequest."""
    text = domain.strip().lower().removeprefix("https://").removeprefix("http://").lstrip("@*.").rstrip("/.")
    host, colon, port = text.partition(":")
    try:
        name = host if host.isascii() else idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        raise BadRequest(f"{domain!r} is no domain") from None
    labels = name.split(".")
    if not name or len(name) > 253 or any(not _label(label) for label in labels) or (colon and not port.isdigit()):
        raise BadRequest(f"{domain!r} is no domain")
    return name + (f":{port}" if colon else "")


def _label(label: str) -> bool:
    inside = label.replace("-", "").replace("_", "")
    return 0 < len(label) <= 63 and inside.isalnum() and label[0] != "-" and label[-1] != "-"


def verdict(session: Session, host: str) -> Verdict:
    """What the rules say about a host (with or without its port). In limited federation only `allow` lets in."""
    settings = config.settings()
    if host.lower() in {settings.host.lower(), settings.domain}:
        return "allow"
    rule = _nearest(_rules(session), host)
    found = rule.severity if rule else None
    if settings.federation == "closed" or found == DomainSeverity.BLOCK:
        return "block"
    if settings.federation == "limited" and found is None:
        return "block"
    return "limit" if found == DomainSeverity.LIMIT else "allow"


def may_federate(session: Session, host: str) -> bool:
    """Whether anything goes to or comes from the host."""
    return verdict(session, host) != "block"


def rejects_reports(session: Session, host: str) -> bool:
    """Whether the nearest rule says that reports from the host are not wanted."""
    nearest = _nearest(_rules(session), host)
    return nearest is not None and nearest.reject_reports


def rejects_media(session: Session, host: str) -> bool:
    """Whether the nearest rule says that pictures of the host are not shown here."""
    nearest = _nearest(_rules(session), host)
    return nearest is not None and nearest.reject_media


def rules(session: Session) -> list[DomainRule]:
    return list(session.scalars(select(DomainRule).order_by(DomainRule.domain)))


def find(session: Session, domain: str) -> DomainRule | None:
    """The rule of exactly this domain."""
    return session.get(DomainRule, normalise(domain))


def listed(session: Session, page: Page, *, allows: bool) -> list[DomainRule]:
    """The servers that are let in without a reservation, or else all other rules; the newest first."""
    allowed = (DomainRule.severity == DomainSeverity.ALLOW) & ~(DomainRule.reject_media | DomainRule.reject_reports)
    return rows(session, select(DomainRule).where(allowed if allows else ~allowed), DomainRule.id, page)


def by_number(session: Session, id_: int) -> DomainRule:
    """Raises NotFound."""
    row = session.scalar(select(DomainRule).where(DomainRule.id == id_))
    if row is None:
        raise NotFound("Record not found")
    return row


def set_rule(
    session: Session,
    domain: str,
    severity: DomainSeverity,
    *,
    public_comment: str = "",
    private_comment: str = "",
    reject_media: bool = False,
    reject_reports: bool = False,
    obfuscate: bool = False,
) -> DomainRule:
    """Make or change the rule of a domain, and apply it to who is known from there. Raises BadRequest."""
    domain = normalise(domain)
    if domain in {config.settings().domain, config.settings().host.lower()}:
        raise BadRequest(f"{domain} is this instance")
    row = session.get(DomainRule, domain)
    if row is None:
        row = DomainRule(domain=domain, severity=severity)
        session.add(row)
    row.severity = severity
    row.public_comment, row.private_comment = public_comment, private_comment
    row.reject_media, row.reject_reports, row.obfuscate = reject_media, reject_reports, obfuscate
    session.flush()
    _changed(session)
    _apply(session, domain)
    return row


def remove_rule(session: Session, domain: str) -> None:
    """Forget the rule of a domain; its actors are seen again. Raises NotFound."""
    domain = normalise(domain)
    row = session.get(DomainRule, domain)
    if row is None:
        raise NotFound(f"there is no rule about {domain}")
    session.delete(row)
    session.flush()
    _changed(session)
    _apply(session, domain)


def export_csv(session: Session) -> str:
    """All blocks and limits in Mastodon's format (`#domain,#severity,...`)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["#domain", "#severity", "#reject_media", "#reject_reports", "#public_comment", "#obfuscate"])
    for row in rules(session):
        if row.severity in _CSV_WORD:
            flags = [str(flag).lower() for flag in (row.reject_media, row.reject_reports)]
            writer.writerow(
                [row.domain, _CSV_WORD[row.severity], *flags, row.public_comment, str(row.obfuscate).lower()]
            )
    return out.getvalue()


def import_csv(session: Session, text: str) -> Imported:
    """Take the blocks and limits of Mastodon's CSV, with or without `#` in its head. Raises BadRequest."""
    if len(text) > MAX_CSV_BYTES:
        raise BadRequest("the list is over 5 MB")
    try:
        lines = [
            line for line in csv.reader(io.StringIO(text.removeprefix("\ufeff"))) if any(cell.strip() for cell in line)
        ]
    except csv.Error as error:
        raise BadRequest(f"this is no CSV: {error}") from None
    if not lines:
        raise BadRequest("the list is empty")
    head = [cell.strip().lstrip("#").lower() for cell in lines[0]]
    body = lines[1:] if "domain" in head else lines
    if "domain" not in head:
        head = ["domain", "severity"]
    done, skipped = [], []
    for number, line in enumerate(body, start=2 if body is not lines else 1):
        cells = dict(zip(head, (cell.strip() for cell in line), strict=False))
        try:
            done.append(_import_line(session, cells))
        except BadRequest as error:
            skipped.append((number, str(error)))
    return Imported(done, skipped)


def _import_line(session: Session, cells: dict[str, str]) -> str:
    word = cells.get("severity", "suspend").lower() or "suspend"
    if word not in _CSV_SEVERITY:
        raise BadRequest(f"{word!r} is no severity: suspend, silence or noop")
    severity = _CSV_SEVERITY[word]
    if "*" in cells.get("domain", ""):
        raise BadRequest(f"{cells['domain']} hides its name with stars")
    if severity is None:
        raise BadRequest(f"{cells.get('domain', '')} has severity noop: nothing to do")
    return set_rule(
        session,
        cells.get("domain", ""),
        severity,
        public_comment=cells.get("public_comment", ""),
        reject_media=_true(cells.get("reject_media", "")),
        reject_reports=_true(cells.get("reject_reports", "")),
        obfuscate=_true(cells.get("obfuscate", "")),
    ).domain


def _true(word: str) -> bool:
    return word.lower() in {"true", "1", "yes"}


class Known(NamedTuple):
    """A rule as it is asked for again and again."""

    severity: DomainSeverity
    reject_media: bool
    reject_reports: bool


def _rules(session: Session) -> dict[str, Known]:
    key = db.url()
    kept = _cache.get(key)
    if kept is None or time.monotonic() - kept[0] > CACHE_SECONDS:
        query = select(DomainRule.domain, DomainRule.severity, DomainRule.reject_media, DomainRule.reject_reports)
        found = {row[0]: Known(*row[1:]) for row in session.execute(query)}
        kept = _cache[key] = (time.monotonic(), found)
    return kept[1]


def _changed(session: Session) -> None:
    """Nobody in this process goes on with the old rules, before the commit and after it."""
    _cache.clear()
    db.after_commit(session, "domains", _cache.clear)


def _nearest(known: dict[str, R], host: str) -> R | None:
    full = host.lower().rstrip(".")
    for name in (full, full.partition(":")[0].rstrip(".")):
        labels = name.split(".")
        for start in range(len(labels)):
            parent = ".".join(labels[start:])
            if parent in known:
                return known[parent]
    return None


def _apply(session: Session, domain: str) -> None:
    """Bring the actors at and below `domain` in line with the rules as they are now."""
    hosts = set(session.scalars(select(Actor.host).where(_below(domain), Actor.domain_key != "").distinct()))
    for host in hosts:
        ruling = verdict(session, host)
        theirs = (Actor.host == host, Actor.domain_key != "")
        for own in (None, "limit", "suspend"):
            mine = Actor.ruling.is_(None) if own is None else Actor.ruling == own
            marking = update(Actor).where(*theirs, mine).values(_marks(ruling, own))
            session.execute(marking.execution_options(synchronize_session="fetch"))
        if ruling == "block":
            _part(session, host)


def apply_to(session: Session, actor: Actor) -> None:
    """Bring one actor in line with what was decided about it and about its server."""
    ruling = "allow" if actor.local else verdict(session, actor.host)
    for name, value in _marks(ruling, actor.ruling).items():
        setattr(actor, name, getattr(actor, name) or value if value else None)
    session.flush()


def _marks(ruling: str, own: str | None) -> dict[str, datetime | None]:
    """The stricter of a server's rule and a person's own holds."""
    suspended = ruling == "block" or own == "suspend"
    limited = ruling == "limit" or own == "limit"
    return {
        "limited_at": clock.now() if limited and not suspended else None,
        "suspended_at": clock.now() if suspended else None,
    }


def _below(domain: str) -> ColumnElement[bool]:
    if ":" in domain:
        return Actor.host == domain
    return or_(
        Actor.host == domain,
        Actor.host.startswith(f"{domain}:", autoescape=True),
        Actor.host.endswith(f".{domain}", autoescape=True),
        Actor.host.contains(f".{domain}:", autoescape=True),
    )


def _part(session: Session, host: str) -> None:
    """End the follows between here and a blocked host; nothing is told there, as nothing goes there."""
    theirs = select(Actor.id).where(Actor.host == host, Actor.domain_key != "")
    between = select(Follow).where(
        Follow.state.in_([FollowState.ACCEPTED, FollowState.REQUESTED]),
        or_(Follow.follower_id.in_(theirs), Follow.followee_id.in_(theirs)),
    )
    for row in list(session.scalars(between)):
        FOLLOWS.move(row, FollowState.REJECTED)


def digest(domain: str) -> str:
    """SHA-256 of a domain, by which lists are compared without naming it."""
    return hashlib.sha256(domain.encode()).hexdigest()


def obfuscated(domain: str) -> str:
    """`ex*****.**g`: enough to recognise a domain one knows (Mastodon's way)."""
    length = len(domain)
    shown = round(length / 4)
    return "".join(
        letter if letter == "." or at < shown or at >= length - shown else "*" for at, letter in enumerate(domain)
    )
