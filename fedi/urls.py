"""Minting and parsing the addresses of this instance. Ids never change once minted (design: the contract's table)."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urlencode, urlsplit

import idna

from fedi import config

NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,28}[A-Za-z0-9_])?")
INSTANCE_ACTOR = "actor"
DEFAULT_PORTS = {"https": 443, "http": 80}


def origin() -> str:
    return config.settings().origin


def valid_name(name: str) -> bool:
    """1 to 30 of letters, digits and `_`, with `.` and `-` inside."""
    return bool(NAME.fullmatch(name))


def actor(name: str) -> str:
    return f"{origin()}/users/{name}"


def instance_actor() -> str:
    return f"{origin()}/{INSTANCE_ACTOR}"


def profile(name: str) -> str:
    return f"{origin()}/@{name}"


def shared_inbox() -> str:
    return f"{origin()}/inbox"


def post(name: str, post_id: int) -> str:
    return f"{actor(name)}/posts/{post_id}"


def post_page(name: str, post_id: int) -> str:
    return f"{profile(name)}/{post_id}"


def gallery(name: str, slug: str) -> str:
    return f"{actor(name)}/galleries/{slug}"


def licence(name: str) -> str:
    return f"{profile(name)}/licence"


def oembed(page: str) -> str:
    """Where the card of a page for other sites is."""
    return f"{origin()}/api/oembed?{urlencode({'url': page})}"


def policies(name: str) -> str:
    """The folder of an artist's policy documents, of the instance's for ''."""
    return f"{profile(name)}/policies" if name else f"{origin()}/policies"


def media(key: str, token: str = "") -> str:
    """The address of a rendition's key (`ab/cd/....jpg`); one that is not for everybody opens with a token."""
    return origin() + media_path(key, token)


def media_path(key: str, token: str = "") -> str:
    return f"/media/{quote(key)}" + (f"?t={quote(token, safe='~:')}" if token else "")


def tag(name: str) -> str:
    return f"{origin()}/tags/{quote(name.lower())}"


def activity(actor_uri: str, kind: str, number: int) -> str:
    """The id of an activity that is no object's own, such as a Follow."""
    return f"{actor_uri}/{kind.lower()}s/{number}"


def number_after(uri: str | None, prefix: str) -> int | None:
    """The number that ends an id which begins with `prefix`; None for another id, or a number that no row can have."""
    if uri is None or not uri.startswith(prefix):
        return None
    text = uri[len(prefix) :]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 and int(text) < 1 << 63 else None


@lru_cache(maxsize=4096)
def host_of(uri: str) -> str:
    """host[:port] of an address in the one form that hosts are compared in; empty for what is no address."""
    try:
        parts = urlsplit(uri)
        host, port = ascii_host(parts.hostname or ""), parts.port
    except ValueError:
        return ""
    host = f"[{host}]" if ":" in host else host
    return host if port in {None, DEFAULT_PORTS.get(parts.scheme)} else f"{host}:{port}"


def ascii_host(host: str) -> str:
    """A host name as it is compared: lower case, IDNA (UTS 46), no trailing dot. Raises ValueError for what is none."""
    host = host.lower()
    if not host.isascii():
        host = idna.encode(host, uts46=True).decode()
    return host.rstrip(".")


def is_local(uri: str) -> bool:
    """Whether an id is minted by this instance."""
    return uri == origin() or uri.startswith(origin() + "/")


@dataclass(frozen=True)
class LocalId:
    """What a local id names: `name` of the actor ('' for the instance actor), and the post when it is one."""

    name: str
    post_id: int | None = None


_ACTOR_PATH = re.compile(r"/(?:users/|@)([A-Za-z0-9_.-]{1,30})")
_POST_PATH = re.compile(r"/(?:users/([A-Za-z0-9_.-]{1,30})/posts|@([A-Za-z0-9_.-]{1,30}))/(\d{1,19})")


def parse_local(uri: str) -> LocalId | None:
    """An actor or post address of ours, as id or as page; None for everything else."""
    if not is_local(uri):
        return None
    path = uri[len(origin()) :].partition("#")[0].partition("?")[0]
    if path == f"/{INSTANCE_ACTOR}":
        return LocalId("")
    found = _POST_PATH.fullmatch(path)
    if found and int(found[3]) < 1 << 63:
        return LocalId(found[1] or found[2], int(found[3]))
    if found := _ACTOR_PATH.fullmatch(path):
        return LocalId(found[1])
    return None
