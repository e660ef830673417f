"""Addresses that an operator publishes for a crawler, in the format that Google, OpenAI and others share:

{"creationTime": "…", "prefixes": [{"ipv4Prefix": "20.15.240.64/28"}, {"ipv6Prefix": "2001:db8::/48"}]}
"""

import ipaddress
from bisect import bisect_right
from collections.abc import Iterable
from typing import Any

from fedi.errors import BadRequest

MOST = 20_000
WIDEST = {4: 8, 6: 16}  # a list that holds half the internet proves nothing


class Ranges:
    """Whether an address is one of them, by halving."""

    def __init__(self, prefixes: Iterable[str]) -> None:
        spans: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
        for network in (ipaddress.ip_network(prefix, strict=False) for prefix in prefixes):
            spans[network.version].append((int(network.network_address), int(network.broadcast_address)))
        self._spans = {version: _merged(sorted(each)) for version, each in spans.items()}

    def hold(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        firsts, lasts = self._spans[address.version]
        place = bisect_right(firsts, int(address)) - 1
        return place >= 0 and int(address) <= lasts[place]


def _merged(spans: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """(first numbers, last numbers) of spans that do not overlap; one prefix lies in another or beside it."""
    firsts: list[int] = []
    lasts: list[int] = []
    for first, last in spans:
        if lasts and last <= lasts[-1]:
            continue
        firsts.append(first)
        lasts.append(last)
    return firsts, lasts


def read(document: Any) -> list[str]:
    """The prefixes of a file. Raises BadRequest."""
    listed = document.get("prefixes") if isinstance(document, dict) else None
    if not isinstance(listed, list) or not listed:
        raise BadRequest('this is no list of addresses: {"prefixes": [{"ipv4Prefix": "…"}]}')
    if len(listed) > MOST:
        raise BadRequest(f"the list has over {MOST} prefixes")
    return [_prefix(entry) for entry in listed]


def _prefix(entry: Any) -> str:
    text = entry.get("ipv4Prefix") or entry.get("ipv6Prefix") if isinstance(entry, dict) else None
    try:
        network = ipaddress.ip_network(text, strict=False) if isinstance(text, str) else None
    except ValueError:
        network = None
    if network is None:
        raise BadRequest(f"{str(entry)[:80]} is no prefix of addresses")
    if network.prefixlen < WIDEST[network.version]:
        raise BadRequest(f"{network} is too wide to prove anything")
    return str(network)
