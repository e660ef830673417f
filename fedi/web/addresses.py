"""Where a request comes from: the client's address behind our proxies, and the network it lies in."""

import ipaddress
from functools import lru_cache

from fedi import config

NOWHERE = "0.0.0.0"  # noqa: S104 - no address, not a bind
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def client(peer: str, forwarded: str) -> str:
    """The client's IP address; `forwarded` (X-Forwarded-For) counts only from `FEDI_TRUSTED_PROXIES`."""
    address = peer or NOWHERE
    trusted = config.settings().proxies
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()] if trusted else []
    while hops and within(address, trusted):
        address = hops.pop()
    return address


def within(address: str, networks: tuple[Network, ...]) -> bool:
    """False for what is no address."""
    ip = parsed(address)
    return ip is not None and any(ip.version == network.version and ip in network for network in networks)


@lru_cache(maxsize=4096)
def network(address: str) -> str:
    """The address without its last part: a /24 or a /48. What is no address is ''."""
    ip = parsed(address)
    return str(ipaddress.ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False)) if ip else ""


@lru_cache(maxsize=4096)
def household(address: str) -> str:
    """What one connection has: an IPv4 address or a /64. What is no address is ''."""
    ip = parsed(address)
    return str(ipaddress.ip_network(f"{ip}/{32 if ip.version == 4 else 64}", strict=False)) if ip else ""


@lru_cache(maxsize=4096)
def is_public(address: str) -> bool:
    """Whether it is somebody's own on the internet: not a proxy of ours that nobody told us of."""
    ip = parsed(address)
    return ip is not None and ip.is_global


def parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An IPv4 address that is written as IPv6 is what it is."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return (ip.ipv4_mapped or ip) if isinstance(ip, ipaddress.IPv6Address) else ip
