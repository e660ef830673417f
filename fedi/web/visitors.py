"""Who a crawler is: by the name it gives, by where it comes from, by its signature."""

from collections.abc import Mapping
from dataclasses import dataclass

from fedi.models.crawler import Identity
from fedi.policy.agents import Agent, Purpose, Roster
from fedi.policy.ranges import Ranges
from fedi.web import addresses


@dataclass(frozen=True)
class Visitor:
    """An agent of the list, how sure that is, and where it comes from."""

    agent: Agent
    identity: Identity
    address: str
    user_agent: str


def by_name(roster: Roster, ranges: Mapping[str, Ranges], user_agent: str, address: str) -> Visitor | None:
    """None for who is nobody of the list. Who gives the name of one whose addresses are known, and comes from
    elsewhere, is an impostor.
    """
    agent = roster.match(user_agent)
    if agent is None:
        return None
    theirs, ip = ranges.get(agent.name.lower()), addresses.parsed(address)
    if theirs is None:
        identity = Identity.CLAIMED
    else:
        identity = Identity.ADDRESS if ip is not None and theirs.hold(ip) else Identity.SPOOFED
    return Visitor(agent, identity, address, user_agent)


def by_signature(roster: Roster, host: str, user_agent: str, address: str) -> Visitor:
    """Who signs with the keys of `host`, whatever name it gives. The name of another makes an impostor; a host that the
    list does not know is a visitor of its own name.
    """
    agent, claimed = roster.signed_by(host), roster.match(user_agent)
    if agent is not None:
        return Visitor(agent, Identity.SIGNED, address, user_agent)
    if claimed is not None:
        return Visitor(claimed, Identity.SPOOFED, address, user_agent)
    return Visitor(Agent(host[:100], host[:200], Purpose.OTHER), Identity.SIGNED, address, user_agent)


def by_forgery(roster: Roster, user_agent: str, address: str) -> Visitor | None:
    """Who sends a signature that is none; None when nobody of the list is named."""
    claimed = roster.match(user_agent)
    return Visitor(claimed, Identity.SPOOFED, address, user_agent) if claimed else None
