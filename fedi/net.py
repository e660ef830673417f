"""The only door out: HTTP with an SSRF guard, limits on time, bytes and redirects, and pooled connections.

The guard sits where the socket is made: names are resolved here, every address is judged, and the connection goes
to the judged address. Redirects come back here, hop by hop. A caller that signs hands in a `signer`.
"""

import asyncio
import ipaddress
import itertools
import math
import re
import socket
import ssl
import threading
import weakref
import zlib
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import aiohttp
import uvloop
from aiohappyeyeballs import start_connection
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from fedi import __version__, clock, config, wire
from fedi.errors import Refused, TooLarge, Unreachable

DOCUMENT_BYTES = 1 << 20
TOTAL_SECONDS = 30.0
CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
REDIRECTS = 3
MAX_URL = 2048
SOCKETS = 256
PER_HOST = 4
KEEP_SECONDS, AT_REST = 15.0, 512  # how long a connection that nobody needs is kept, and how many are
NAME_SECONDS, NAMES = 30.0, 1024  # how long, and of how many names, is known where they lead
EYEBALLS_SECONDS = 0.25

Signer = Callable[[str, str, str | None], Mapping[str, str]]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
T = TypeVar("T")

# Addresses that Python 3.11 calls global but that lead, or once led, elsewhere (IANA special-purpose registries).
_DENIED = tuple(
    ipaddress.ip_network(each)
    for each in (
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)


@dataclass(frozen=True)
class Response:
    """`url` is the address that answered, after redirects; header names are lower case.

    `lines` are the header lines as they came, for fields that may stand more than once.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    lines: tuple[tuple[str, str], ...] = ()

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")

    @property
    def retry_after(self) -> int | None:
        """Seconds from now; the header says seconds or a date (RFC 9110 section 10.2.3). None when it says nothing."""
        value = self.headers.get("retry-after", "").strip()
        if value.isascii() and value.isdigit():
            return int(value) if len(value) < 8 else None
        try:
            return max(0, math.ceil(clock.parse_http_date(value).timestamp() - clock.timestamp()))
        except (ValueError, TypeError, IndexError, OverflowError):
            return None


def permitted(address: str, *, plain: bool = False) -> bool:
    """Whether we may connect to this IP address; in plain http (`plain`) only inside the allowed private networks."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if any(ip.version == network.version and ip in network for network in config.settings().networks):
        return True
    if plain:
        return False
    denied = any(ip.version == network.version and ip in network for network in _DENIED)
    return ip.is_global and not ip.is_multicast and not denied


def check_url(url: str) -> None:
    """Raises Refused for an address that is never asked: no http(s), no host, credentials, or plain http in public."""
    _check_url(url, plain=bool(config.settings().networks))


@lru_cache(maxsize=4096)
def _check_url(url: str, *, plain: bool) -> None:
    """An inbox is asked again and again; a refusal is not remembered."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("the address cannot be read") from None
    if len(url) > MAX_URL or parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise Refused("the address is none we ask")
    if port == 0 or any(character.isspace() or not character.isprintable() for character in url):
        raise Refused("the address is none we ask")
    if _NUMERIC.fullmatch(parts.hostname) and not _is_ip(parts.hostname):
        raise Refused("the address names its host by a number in an odd writing")
    if parts.scheme == "http" and not plain:
        raise Refused("only https addresses are asked")


_NUMERIC = re.compile(r"[0-9.]+|0x[0-9a-f.x]+", re.IGNORECASE)


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


_Info = tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]


async def _addresses(
    host: str, port: int, *, plain: bool, family: socket.AddressFamily = socket.AF_UNSPEC
) -> list[_Info]:
    """Where the name leads, without what may not be connected to. Raises _Forbidden when nothing is left."""
    infos = await asyncio.get_running_loop().getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
    found: list[_Info] = [info for info in infos if permitted(str(info[4][0]), plain=plain)]
    if not found:
        raise _Forbidden(host)
    return found


class _Resolver(AbstractResolver):
    """getaddrinfo, with everything dropped that may not be connected to."""

    def __init__(self, *, plain: bool) -> None:
        self.plain = plain

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,
    ) -> list[ResolveResult]:
        return [
            {
                "hostname": host,
                "host": str(address[0]),
                "port": int(address[1]),
                "family": kind,
                "proto": protocol,
                "flags": socket.AI_NUMERICHOST,
            }
            for kind, _, protocol, _, address in await _addresses(host, port, plain=self.plain, family=family)
        ]

    async def close(self) -> None:
        """Nothing is held."""


class _Forbidden(OSError):
    """The host leads to an address we do not connect to."""


def _socket(info: Any, *, plain: bool) -> socket.socket:
    """Aiohttp asks no resolver about IP literals: the last look is here, at the address the socket is made for."""
    family, kind, protocol, _, address = info
    if not permitted(str(address[0]), plain=plain):
        raise _Forbidden(str(address[0]))
    made = socket.socket(family, kind, protocol)
    made.setblocking(False)
    return made


# By scheme, because an address that may be asked over TLS may not be asked without it.
_sessions: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, aiohttp.ClientSession]]"
_sessions = weakref.WeakKeyDictionary()


def _session(scheme: str) -> aiohttp.ClientSession:
    ours = _sessions.setdefault(asyncio.get_running_loop(), {})
    found = ours.get(scheme)
    if found is None or found.closed:
        connector = aiohttp.TCPConnector(
            limit=SOCKETS,
            limit_per_host=PER_HOST,
            resolver=_Resolver(plain=scheme != "https"),
            socket_factory=partial(_socket, plain=scheme != "https"),
            ssl=_tls(),
            ttl_dns_cache=int(NAME_SECONDS),
        )
        found = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(
                total=None,  # `request` has one around the whole walk
                sock_connect=CONNECT_SECONDS,
                connect=None,
                sock_read=READ_SECONDS,
            ),
            headers={"User-Agent": user_agent(), "Accept-Encoding": "gzip"},
            trust_env=False,
            max_line_size=16 * 1024,
            max_field_size=16 * 1024,
        )
        ours[scheme] = found
    return found


def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    if config.settings().ca_file:
        context.load_verify_locations(config.settings().ca_file)
    return context


def user_agent() -> str:
    """GoToSocial answers 418 to a request without one."""
    return f"fedi/{__version__} (+{config.settings().origin}/)"


async def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    digest: str | None = None,
    signer: Signer | None = None,
    max_bytes: int = DOCUMENT_BYTES,
    redirects: int = REDIRECTS,
    timeout: float = TOTAL_SECONDS,  # noqa: ASYNC109 - the whole walk, redirects included
) -> Response:
    """One request, redirects followed for GET.

    `signer(method, url, digest)` returns the headers of a signed request and is asked anew at each hop. Raises
    Unreachable (network, time), Refused (the guard), TooLarge (more than `max_bytes`, compressed or not).
    """
    with _told(url):
        async with asyncio.timeout(timeout):
            for _ in range(redirects + 1):
                check_url(url)
                exact = _exact(url)
                sent = dict(headers or {}) | dict(signer(method, str(exact), digest) if signer else {})
                response, following = await _once(method, exact, sent, body, max_bytes, url=url)
                if following is None or method != "GET":
                    return response
                if urlsplit(url).scheme == "https" and urlsplit(following).scheme == "http":
                    raise Refused("a redirect leads from https to http")
                url = following
            raise Unreachable(f"{urlsplit(url).hostname} redirects too often")


def _exact(url: str) -> URL:
    """What is signed must be what is sent: yarl would write %7E as ~ on its way out."""
    return URL(url, encoded=True) if url.isascii() else URL(url)


@contextmanager
def _told(url: str) -> Iterator[None]:
    """Raises Refused or Unreachable for what goes wrong on the way to this address."""
    try:
        yield
    except TimeoutError:
        raise Unreachable(f"{urlsplit(url).hostname} did not answer in time") from None
    except _Forbidden:
        raise Refused(f"{urlsplit(url).hostname} leads to an address that is not asked") from None
    except aiohttp.ClientConnectorError as error:
        if isinstance(error.os_error, _Forbidden):
            raise Refused(f"{urlsplit(url).hostname} leads to an address that is not asked") from None
        raise Unreachable(f"{urlsplit(url).hostname} cannot be reached: {_short(error.os_error)}") from None
    except (aiohttp.ClientError, wire.Broken, OSError, ValueError, zlib.error) as error:
        raise Unreachable(f"{urlsplit(url).hostname} did not answer as it should: {_short(error)}") from None


async def _once(
    method: str,
    exact: URL,
    headers: dict[str, str],
    body: bytes | None,
    max_bytes: int,
    *,
    url: str,
) -> tuple[Response, str | None]:
    session = _session(exact.scheme)
    async with session.request(method, exact, headers=headers, data=body, allow_redirects=False) as answer:
        received = {name.lower(): value for name, value in answer.headers.items()}
        location = received.get("location")
        if answer.status in {301, 302, 303, 307, 308} and location:
            return Response(answer.status, received, b"", url), urljoin(url, location).partition("#")[0]
        data = await _read(answer, received.get("content-encoding", "").lower(), max_bytes)
        return Response(answer.status, received, data, url, tuple(answer.headers.items())), None


async def _read(answer: aiohttp.ClientResponse, encoding: str, max_bytes: int) -> bytes:
    """The decoded body, cut off as soon as it is over the limit."""
    if (answer.content_length or 0) > max_bytes:
        raise TooLarge("the answer is too large")
    inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32) if encoding in {"gzip", "x-gzip", "deflate"} else None
    parts: list[bytes] = []
    size = 0
    async for chunk in answer.content.iter_chunked(64 * 1024):
        data = inflate.decompress(chunk, max_bytes + 1 - size) if inflate else chunk
        size += len(data)
        if size > max_bytes:
            answer.close()
            raise TooLarge("the answer is too large")
        parts.append(data)
    return b"".join(parts)


def _short(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]


# --- many small POSTs: aiohttp spends more on one than all else that a delivery costs but its signature ---------------


@dataclass(frozen=True)
class _Place:
    """Where an address leads: `key` is what connections are kept by, `target` the first line's."""

    exact: str
    key: tuple[str, str, int]
    target: str


@lru_cache(maxsize=4096)
def _place(url: str) -> _Place:
    exact = _exact(url)
    return _Place(str(exact), (exact.scheme, exact.raw_host or "", exact.port or 0), exact.raw_path_qs)


class _Door:
    """One loop's connections for POSTs: those at rest are taken again, the youngest first."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._tls = _tls()
        self._idle: dict[tuple[str, str, int], list[wire.Connection]] = {}
        self._count = 0
        self._names: OrderedDict[tuple[str, str, int], tuple[float, list[_Info]]] = OrderedDict()
        self._sweep: asyncio.TimerHandle | None = None

    async def open(self, key: tuple[str, str, int], total: float) -> wire.Connection:
        """A connection to this place. Raises _Forbidden, Unreachable, TimeoutError."""
        kept = self._idle.get(key, [])
        while kept:
            found = kept.pop()
            self._count -= 1
            if found.usable and self._loop.time() - found.idle_since < KEEP_SECONDS:
                return found
            found.close()
        self._idle.pop(key, None)
        try:
            async with asyncio.timeout(total):
                return await self._connect(key)
        except (TimeoutError, _Forbidden):
            raise
        except OSError as error:
            raise Unreachable(f"{key[1]} cannot be reached: {_short(error)}") from None

    async def _connect(self, key: tuple[str, str, int]) -> wire.Connection:
        scheme, host, port = key
        plain = scheme != "https"
        until, infos = self._names.get(key, (0.0, []))
        if until < self._loop.time():
            infos = await _addresses(host, port, plain=plain)
            self._names[key] = (self._loop.time() + NAME_SECONDS, infos)
            if len(self._names) > NAMES:
                self._names.popitem(last=False)
        async with asyncio.timeout(CONNECT_SECONDS):
            made = await start_connection(
                infos, happy_eyeballs_delay=EYEBALLS_SECONDS, interleave=1, socket_factory=partial(_socket, plain=plain)
            )
        try:
            _, connection = await self._loop.create_connection(
                lambda: wire.Connection(self._loop),
                sock=made,
                ssl=None if plain else self._tls,
                server_hostname=None if plain else host.rstrip("."),
            )
        except BaseException:  # also when it is cancelled: the socket is nobody's yet
            made.close()
            raise
        return connection

    def keep(self, key: tuple[str, str, int], connection: wire.Connection) -> None:
        """It may be used again, unless its server or what it said spoke against it."""
        if not connection.usable:
            return
        connection.idle_since = self._loop.time()
        kept = self._idle.pop(key, [])
        kept.append(connection)
        self._idle[key] = kept  # the places are in the order of their last use
        self._count += 1
        while self._count > AT_REST:
            self._drop(next(iter(self._idle)), 1)
        if self._sweep is None:
            self._sweep = self._loop.call_later(KEEP_SECONDS, self._look)

    def _drop(self, key: tuple[str, str, int], amount: int) -> None:
        """Close the eldest of a place."""
        kept = self._idle[key]
        for connection in kept[:amount]:
            connection.close()
        self._count -= len(kept[:amount])
        del kept[:amount]
        if not kept:
            del self._idle[key]

    def _look(self) -> None:
        """Close what rested too long."""
        since = self._loop.time() - KEEP_SECONDS
        for key, kept in list(self._idle.items()):
            self._drop(key, sum(each.idle_since <= since or not each.usable for each in kept))
        self._sweep = self._loop.call_later(KEEP_SECONDS, self._look) if self._idle else None

    def close(self) -> None:
        for key in list(self._idle):
            self._drop(key, len(self._idle[key]))
        if self._sweep is not None:
            self._sweep.cancel()


_doors: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Door]" = weakref.WeakKeyDictionary()


async def post(
    url: str, *, body: bytes, digest: str, signer: Signer, max_bytes: int = DOCUMENT_BYTES, total: float = TOTAL_SECONDS
) -> Response:
    """`request` for a signed POST whose answer says little: no redirect is followed, and its body is left as it came.

    The same guard, limits and errors. A caller sees to it that a host has not too many at once.
    """
    with _told(url):
        check_url(url)
        loop = asyncio.get_running_loop()
        ends = loop.time() + total
        door = _doors.get(loop)
        if door is None:
            door = _doors[loop] = _Door()
        place = _place(url)
        connection = await door.open(place.key, total)
        headers = {**signer("POST", place.exact, digest), "Accept": "*/*", "User-Agent": user_agent()}
        try:
            answer = await connection.exchange(
                wire.post(place.target, headers, body),
                max_bytes=max_bytes,
                silence=READ_SECONDS,
                total=ends - loop.time(),
            )
        except wire.Broken:
            connection.close()
            raise
        door.keep(place.key, connection)
        received = {name.lower(): value for name, value in answer.lines}
        return Response(answer.status, received, answer.body, url, answer.lines)


async def close() -> None:
    """Close this loop's connections."""
    door = _doors.pop(asyncio.get_running_loop(), None)
    if door is not None:
        door.close()
    for found in _sessions.pop(asyncio.get_running_loop(), {}).values():
        await found.close()


# --- the way in for synchronous code --------------------------------------------------------------------------------

_loop: asyncio.AbstractEventLoop | None = None
_lock = threading.Lock()
_number = itertools.count()


def call(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on this process's background loop and wait for it (never from inside a loop)."""
    return asyncio.run_coroutine_threadsafe(coroutine, _background()).result()


def get(url: str, **options: Any) -> Response:
    """`request("GET", ...)` for synchronous code."""
    return call(request("GET", url, **options))


def _background() -> asyncio.AbstractEventLoop:
    global _loop
    with _lock:
        if _loop is None or _loop.is_closed():
            _loop = uvloop.new_event_loop()
            threading.Thread(target=_loop.run_forever, name=f"net-{next(_number)}", daemon=True).start()
        return _loop


def close_background() -> None:
    """End the background loop and its connections."""
    global _loop
    with _lock:
        if _loop is None:
            return
        asyncio.run_coroutine_threadsafe(close(), _loop).result(10)
        _loop.call_soon_threadsafe(_loop.stop)
        _loop = None
