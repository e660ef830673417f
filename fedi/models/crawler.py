"""Crawlers: what admins say about them, and what came, by day: counts and a few samples, of no ordinary visitor."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from fedi import clock
from fedi.db import Base
from fedi.models.columns import UtcDateTime, choice
from fedi.policy.agents import Purpose, Rule


class CrawlerRule(Base):
    """An entry of the list of agents that this instance has of its own, or has changed.

    `imported` entries come from a list that was read in, and go with the next one; the others an admin wrote.
    """

    __tablename__ = "crawler_rules"

    name_key: Mapped[str] = mapped_column(String(100), primary_key=True)  # lower case
    name: Mapped[str] = mapped_column(String(100))
    operator: Mapped[str] = mapped_column(String(200), default="")
    purpose: Mapped[Purpose] = mapped_column(choice(Purpose, "purpose"))
    obeys: Mapped[str] = mapped_column(String(16), default="unknown")
    source: Mapped[str] = mapped_column(String(500), default="")
    signs: Mapped[str] = mapped_column(String(255), default="")
    rule: Mapped[Rule | None] = mapped_column(choice(Rule, "rule"))
    imported: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class CrawlerRanges(Base):
    """The addresses that the operator of an agent publishes: from elsewhere comes an impostor."""

    __tablename__ = "crawler_ranges"

    name_key: Mapped[str] = mapped_column(String(100), primary_key=True)
    prefixes: Mapped[list[str]] = mapped_column(JSON)
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Identity(StrEnum):
    """How sure it is that the visitor is who it says."""

    CLAIMED = "claimed"  # by its User-Agent alone
    ADDRESS = "address"  # it came from an address that its operator published
    SIGNED = "signed"  # its request was signed with its operator's key
    SPOOFED = "spoofed"  # its operator's addresses or keys are known, and this was none of them
    UNKNOWN = "unknown"  # it said nothing, and followed a link that robots.txt closes


class Verdict(StrEnum):
    SERVED = "served"
    REFUSED = "refused"  # 403
    PRICED = "priced"  # 402: the artist asks to be asked, or licenses
    LIMITED = "limited"  # 429: too many at once
    STOPPED = "stopped"  # shown the page that asks for a little work or a sign-in


# What tells one row of visits from another.
KEY = ("day", "agent", "network", "kind", "actor_id", "identity", "verdict")


class CrawlerVisit(Base):
    """How often an agent came to one kind of thing of one artist on one day, and what became of it.

    `network` is the address without its last part (a /24 or /48); `actor_id` 0 for what is no single artist's. Rows
    outlive neither the artist nor `services.crawler_log.KEPT`.
    """

    __tablename__ = "crawler_visits"
    __table_args__ = (
        Index("ix_crawler_visits_what", *KEY, unique=True),
        Index("ix_crawler_visits_actor", "actor_id", "day"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    day: Mapped[date] = mapped_column(Date)
    agent: Mapped[str] = mapped_column(String(100))
    operator: Mapped[str] = mapped_column(String(200), default="")
    purpose: Mapped[str] = mapped_column(String(32), default="")
    network: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[int] = mapped_column(BigInteger, default=0)
    identity: Mapped[Identity] = mapped_column(choice(Identity, "identity"))
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict, "verdict"))
    visits: Mapped[int] = mapped_column(BigInteger, default=0)
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    samples: Mapped[list[str]] = mapped_column(JSON, default=list)  # paths
    user_agent: Mapped[str] = mapped_column(String(500), default="")  # the last one, as it was sent
