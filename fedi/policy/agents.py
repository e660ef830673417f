"""Crawlers that gather for AI, as data (agents.json): who runs them, what for, and whether they obey robots.txt.

Names as their operators publish them (state of 2026-11). Search engines' own crawlers are not here: they are welcome
unless an artist says otherwise. Link previews are, so that nobody takes them for a crawler.
"""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from fedi.policy.consent import Answer, Consent

MAX_USER_AGENT = 1000


class Purpose(StrEnum):
    TRAINING = "training"  # models of the operator
    DATASET = "dataset"  # collections that others train on, and tools that make them
    SEARCH = "search"  # answers written by a model out of what it crawled
    USER = "user"  # fetched for a model while somebody talks to it
    PREVIEW = "preview"  # a link's card in a chat: no use by AI


@dataclass(frozen=True)
class Agent:
    """One entry. `obeys` is yes, no or unknown; a `token` stands in robots.txt only, no request carries it."""

    name: str
    operator: str
    purpose: Purpose
    obeys: str
    token: bool = False


def _load() -> tuple[Agent, ...]:
    entries = json.loads(Path(__file__).with_name("agents.json").read_text(encoding="utf-8"))
    return tuple(Agent(**{**entry, "purpose": Purpose(entry["purpose"])}) for entry in entries)


AGENTS = _load()
# Every name that gathers for AI in any way: what robots.txt refuses where all such use is reserved.
TRAINING = tuple(agent.name for agent in AGENTS if agent.purpose != Purpose.PREVIEW)

_BY_NAME = {agent.name.lower(): agent for agent in AGENTS if not agent.token}
_NAMES = re.compile(
    r"(?<![a-z0-9-])(?:"
    + "|".join(re.escape(name) for name in sorted(_BY_NAME, key=len, reverse=True))
    + r")(?![a-z0-9-])"
)


def match(user_agent: str) -> Agent | None:
    """The first crawler of the list that a User-Agent header names, or None."""
    found = _NAMES.search(user_agent[:MAX_USER_AGENT].lower())
    return _BY_NAME[found[0]] if found else None


def refused(consent: Consent) -> list[str]:
    """Names of those whose purpose the consent does not allow. A link's preview is never refused."""
    purposes: set[Purpose] = set()
    if any(consent.axes[axis] != Answer.ALLOW for axis in ("train_generative", "train_other", "data_mining")):
        purposes |= {Purpose.TRAINING, Purpose.DATASET}
    if consent.inference != Answer.ALLOW:
        purposes |= {Purpose.SEARCH, Purpose.USER}
    return [agent.name for agent in AGENTS if agent.purpose in purposes]
