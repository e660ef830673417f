"""Programs that visit on their own, as data (agents.json): who runs them, what for, and whether they obey robots.txt.

Names as their operators publish them (state of 2026-11; `source` says where). Search engines and link previews are
here so that nobody takes them for something else, and so that an impostor of theirs can be told.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from fedi.policy.consent import Answer, Consent

MAX_USER_AGENT = 1000
MAX_KEPT = 4096
# Other servers say where they are (`+https://gptbot.example/`): an address names no crawler.
_ADDRESS = re.compile(r"https?://[^\s;,)]*")


class Purpose(StrEnum):
    TRAINING = "training"  # models of the operator
    DATASET = "dataset"  # collections that others train on, and tools that make them
    SEARCH = "search"  # answers written by a model out of what it crawled
    USER = "user"  # fetched for a model while somebody talks to it
    INDEX = "index"  # a search engine that leads people to the page
    PREVIEW = "preview"  # a link's card in a chat: no use by AI
    OTHER = "other"  # known, and none of these


# Which uses of the consent a purpose is. Who needs none is always let in (a search engine must read `noindex` to obey).
USES: dict[Purpose, tuple[str, ...]] = {
    Purpose.TRAINING: ("train_generative", "train_other", "data_mining"),
    Purpose.DATASET: ("train_generative", "train_other", "data_mining"),
    Purpose.SEARCH: ("inference",),
    Purpose.USER: ("inference",),
    Purpose.INDEX: (),
    Purpose.PREVIEW: (),
    Purpose.OTHER: (),
}


class Rule(StrEnum):
    """What this instance decided about an agent, whatever artists say."""

    ALLOW = "allow"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Agent:
    """One entry. `obeys` robots.txt: yes, no or unknown; a `token` stands in robots.txt only, no request carries it;
    `signs` is the host whose keys its requests are signed with (Web Bot Auth).
    """

    name: str
    operator: str
    purpose: Purpose
    obeys: str = "unknown"
    source: str = ""
    token: bool = False
    signs: str = ""
    rule: Rule | None = None

    @property
    def gathers(self) -> bool:
        """Whether robots.txt names it where uses by AI are reserved."""
        return self.rule is None and bool(USES[self.purpose])

    def answer(self, consent: Consent) -> Answer:
        """What it is told under this consent: the strictest over the uses it makes."""
        if self.rule is not None:
            return Answer.ALLOW if self.rule == Rule.ALLOW else Answer.DENY
        return consent.strictest_of(USES[self.purpose])


class Roster:
    """A list of agents, and which of them a User-Agent header names."""

    def __init__(self, agents: Iterable[Agent]) -> None:
        self.agents = tuple(sorted(agents, key=lambda agent: agent.name.lower()))
        self._by_name = {agent.name.lower(): agent for agent in self.agents if not agent.token}
        self._by_signer = {agent.signs: agent for agent in self.agents if agent.signs}
        names = sorted(self._by_name, key=len, reverse=True)
        self._names = re.compile(rf"(?<![a-z0-9-])(?:{'|'.join(map(re.escape, names)) or '(?!)'})(?![a-z0-9-])")
        # Few different headers arrive, again and again; a crowd of random ones only pushes others out.
        self._kept = lru_cache(maxsize=MAX_KEPT)(self._find)

    def match(self, user_agent: str) -> Agent | None:
        """The first agent of the list that the header names, or None."""
        return self._kept(user_agent[:MAX_USER_AGENT])

    def _find(self, user_agent: str) -> Agent | None:
        found = self._names.search(_ADDRESS.sub(" ", user_agent.lower()))
        return self._by_name[found[0]] if found else None

    def signed_by(self, host: str) -> Agent | None:
        """The agent whose requests are signed with the keys of this host."""
        return self._by_signer.get(host)

    @property
    def gathering(self) -> tuple[Agent, ...]:
        """Those that robots.txt refuses where the uses they make are reserved."""
        return tuple(agent for agent in self.agents if agent.gathers)

    @property
    def banned(self) -> tuple[str, ...]:
        """Names that robots.txt refuses everywhere."""
        return tuple(agent.name for agent in self.agents if agent.rule == Rule.REFUSE)

    def but_for(self, others: Iterable[Agent]) -> "Roster":
        """The list with `others` in the place of those of the same name."""
        merged = {agent.name.lower(): agent for agent in self.agents} | {agent.name.lower(): agent for agent in others}
        return Roster(merged.values())


def read(entries: Iterable[dict[str, object]]) -> list[Agent]:
    """Entries as agents.json writes them. Raises ValueError and TypeError for others."""
    return [Agent(**{**entry, "purpose": Purpose(str(entry["purpose"]))}) for entry in entries]  # type: ignore[arg-type]


ROSTER = Roster(read(json.loads(Path(__file__).with_name("agents.json").read_text(encoding="utf-8"))))
