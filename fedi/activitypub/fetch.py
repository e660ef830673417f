"""Asking other servers: documents at their own addresses, actors with their handles, and what a search box names.

Every GET is signed by the instance actor (GoToSocial and secure Mastodons answer nothing else). A document counts for
the id it states only when it was got from that id (FEP-fe34; federation.md 1.4 and 1.5).
"""

import asyncio
import contextlib
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from fedi import clock, config, db, net, text, urls
from fedi.activitypub import instance_key
from fedi.activitypub.objects import actor as actor_object
from fedi.activitypub.objects import note, shapes
from fedi.activitypub.protocol import documents, origins, signatures, webfinger
from fedi.errors import BadDocument, Conflict, FediError, Gone, NotAllowed, NotFound, Refused, TooLarge, Unreachable
from fedi.models.actor import Actor
from fedi.models.post import Post
from fedi.services import actors, domains, mentions, remote_posts
from fedi.services.actors import RemoteActor

JRD = {"Accept": "application/jrd+json, application/json"}
LOOK = (
    'application/ld+json; profile="https://www.w3.org/ns/activitystreams", application/activity+json, text/html;q=0.1'
)
_LRDD = re.compile(rb"<Link\s[^>]*rel=[\"']lrdd[\"'][^>]*>", re.IGNORECASE)
_TEMPLATE = re.compile(rb"template=[\"']([^\"']+)[\"']", re.IGNORECASE)
_ALTERNATE = re.compile(
    r"<([^<>]+)>\s*;[^,]*rel=\"?alternate\"?[^,]*type=\"?application/activity\+json\"?", re.IGNORECASE
)


async def get(url: str, *, accept: str = signatures.ACCEPT, signed: bool = True) -> net.Response:
    """A GET that answered 200. Raises Gone, NotFound, NotAllowed, Unreachable, Refused, TooLarge."""
    host = urls.host_of(url)
    if host == config.settings().host.lower():
        raise Refused("we do not ask ourselves")  # in another writing our ids would pass for somebody else's
    key = await asyncio.to_thread(instance_key.load) if signed else None
    signer = instance_key.signer(key, accept=accept) if key else None
    response = await net.request("GET", url, headers={"Accept": accept}, signer=signer)
    if response.status == 200:
        return response
    if response.status == 410:
        raise Gone(f"{url} is gone")
    if response.status == 404:
        raise NotFound(f"{url} is not there")
    if response.status in {408, 425, 429} or response.status >= 500:
        raise Unreachable(f"{host} answered {response.status}", retry_after=response.retry_after)
    raise NotAllowed(f"{host} answered {response.status}")


async def document(url: str, *, again: bool = True) -> dict[str, Any]:
    """The ActivityStreams document at its own id, asked once more there when another address led to it.

    Raises BadDocument besides what `get` raises.
    """
    url = url.partition("#")[0]
    response = await get(url)
    found = _read(response)
    home = origins.elsewhere(found, asked=url, answered=response.url)
    if home is None:
        return found
    if not again or not shapes.is_web_url(home):
        raise BadDocument("the document has another id than its address")
    await asyncio.to_thread(_check_host, home)
    return await document(home, again=False)


def _read(response: net.Response) -> dict[str, Any]:
    if not documents.is_activitystreams(response.content_type):
        raise BadDocument(f"{response.url} is {response.content_type or 'nothing that says what it is'}")
    return documents.loads_object(response.body)


# --- actors -----------------------------------------------------------------------------------------------------------


async def actor_document(uri: str) -> dict[str, Any]:
    """The document of an actor. Raises BadDocument when it is none."""
    found = await document(uri)
    if not actor_object.KINDS & set(documents.types(found)):
        raise BadDocument(f"{uri} is no actor")
    return found


async def actor_values(uri: str, found: Mapping[str, Any] | None = None) -> tuple[RemoteActor, bool]:
    """(what the actor says, whether WebFinger confirmed its handle). Raises as `document`."""
    said = found or await actor_document(uri)
    plain = actor_object.from_document(said)
    handle = await confirmed_handle(plain.uri, _wished(said, plain))
    if handle is None:
        return plain, False
    return actor_object.from_document(said, domain=handle.domain, name=handle.name), True


def _wished(said: Mapping[str, Any], plain: RemoteActor) -> webfinger.Handle:
    """The handle an actor claims: FEP-2c59 `webfinger`, or its user name at its own host."""
    claimed = said.get("webfinger")
    handle = webfinger.parse_handle(claimed) if isinstance(claimed, str) else None
    return handle or webfinger.Handle(plain.name, urls.host_of(plain.uri))


async def confirmed_handle(uri: str, handle: webfinger.Handle) -> webfinger.Handle | None:
    """The handle whose own domain points at this actor: the one given, or what WebFinger says instead (once)."""
    for _ in range(2):
        try:
            subject, target = await look_up(handle, like=uri)
        except FediError:
            return None
        if subject == handle or (subject.domain == handle.domain and subject.name.lower() == handle.name.lower()):
            return subject if target == uri else None
        if target != uri:
            return None
        handle = subject
    return None


async def look_up(handle: webfinger.Handle, *, like: str = "") -> tuple[webfinger.Handle, str]:
    """(subject, actor id) of a handle by WebFinger. Raises Gone, NotFound, BadDocument, Unreachable, Refused.

    `like` is an address whose scheme is used (http only where private networks are allowed).
    """
    scheme = urlsplit(like).scheme or "https"
    resource = quote(f"acct:{handle}", safe="@:")
    address = f"{scheme}://{handle.domain}/.well-known/webfinger?resource={resource}"
    try:
        response = await get(address, accept=JRD["Accept"], signed=False)
    except Gone:
        raise
    except NotFound:
        response = await get(await _template(scheme, handle.domain, resource), accept=JRD["Accept"], signed=False)
    kind = response.content_type.partition(";")[0].strip().lower()
    if kind not in {"application/jrd+json", "application/json", "application/ld+json", "application/activity+json"}:
        raise BadDocument(f"{handle.domain} answered WebFinger with {kind or 'nothing'}")
    return webfinger.read_jrd(documents.loads(response.body))


async def _template(scheme: str, domain: str, resource: str) -> str:
    """The WebFinger address that host-meta names (RFC 6415)."""
    address = f"{scheme}://{domain}/.well-known/host-meta"
    response = await get(address, accept="application/xrd+xml", signed=False)
    link = _LRDD.search(response.body)
    template = _TEMPLATE.search(link[0]) if link else None
    if template is None:
        raise NotFound(f"{domain} knows no WebFinger")
    made = template[1].decode("utf-8", "replace").replace("{uri}", resource)
    if made == f"{scheme}://{domain}/.well-known/webfinger?resource={resource}":
        raise NotFound(f"{domain} does not know {resource}")
    return made


async def learn_actor(uri: str) -> Actor:
    """Fetch an actor and keep it. Raises as `actor_values`, Refused for a blocked server, Conflict."""
    await asyncio.to_thread(_check_host, uri)
    values, confirmed = await actor_values(uri)
    return await asyncio.to_thread(_store, values, confirmed)


def _check_host(uri: str) -> None:
    with db.reading() as session:
        if not domains.may_federate(session, urls.host_of(uri)):
            raise Refused(f"{urls.host_of(uri)} is blocked here")


def _store(values: RemoteActor, confirmed: bool) -> Actor:
    _check_host(values.uri)
    with db.writing("actor.learn") as session:
        found = actors.store(session, values, confirmed=confirmed)
        found.fetched_at = clock.now()
        return found


def fetch_actor(uri: str) -> Actor:
    """`learn_actor` for synchronous code."""
    return net.call(learn_actor(uri))


def fetch_object(uri: str) -> dict[str, Any]:
    """`document` for synchronous code."""
    return net.call(document(uri))


def fetch_page(uri: str) -> dict[str, Any]:
    """A collection or a page of one, which need not state its own address. Raises as `document`."""
    response = net.call(get(uri))
    if not origins.same_origin(response.url, uri):
        raise BadDocument("the collection is on another server")
    return _read(response)


def keep_post(found: Mapping[str, Any]) -> Post:
    """Keep the post of a document got from its own origin, and its author. Raises as `learn_actor`."""
    return net.call(_learn_post(found))


# --- what somebody typed ----------------------------------------------------------------------------------------------


async def find(typed: str) -> Actor | Post | None:
    """Make known what a handle or an address names, asking other servers; None when nothing is found."""
    typed = typed.strip()
    try:
        if typed.startswith(("https://", "http://")):
            return await _find_address(typed)
        handle = webfinger.parse_handle(typed)
        return await _find_handle(handle) if handle is not None else None
    except (BadDocument, Conflict, NotFound, NotAllowed, Refused, TooLarge, Unreachable):
        return None


async def _find_handle(handle: webfinger.Handle) -> Actor | None:
    known = await asyncio.to_thread(_known_handle, str(handle))
    if known is not None and (known.local or not actors.is_stale(known)):
        return known
    domain = origins.ascii_host(handle.domain.partition(":")[0]) + handle.domain[len(handle.domain.partition(":")[0]) :]
    try:
        _, uri = await look_up(webfinger.Handle(handle.name, domain))
        return await learn_actor(uri)
    except (BadDocument, Conflict, NotAllowed, Refused, TooLarge, Unreachable):
        return known


def _known_handle(handle: str) -> Actor | None:
    with db.reading() as session:
        return actors.by_handle(session, handle)


async def _find_address(address: str) -> Actor | Post | None:
    known = await asyncio.to_thread(_known_address, address)
    if known is not None or urls.is_local(address):
        return known
    await asyncio.to_thread(_check_host, address)
    found = await _document_or_alternate(address)
    if actor_object.KINDS & set(documents.types(found)):
        return await learn_actor(str(found["id"]))
    if not note.is_post(found):
        return None
    return await _learn_post(found)


def _known_address(address: str) -> Actor | Post | None:
    with db.reading() as session:
        local = urls.parse_local(address)
        if local is not None and local.post_id is not None:
            return session.get(Post, local.post_id)
        return actors.by_uri(session, address) or remote_posts.by_uri(session, address)


async def _document_or_alternate(address: str) -> dict[str, Any]:
    """The document at an address, or the one its page links as `rel=alternate` (once)."""
    address = address.partition("#")[0]
    response = await get(address, accept=LOOK)
    if documents.is_activitystreams(response.content_type):
        found = _read(response)
        home = origins.elsewhere(found, asked=address, answered=response.url)
        if home is not None:
            await asyncio.to_thread(_check_host, home)
            return await document(home, again=False)
        return found
    linked = _alternate(response)
    if linked is None:
        raise BadDocument(f"{address} is no ActivityStreams document and links to none")
    try:
        linked = urljoin(response.url, linked)
    except ValueError:
        raise BadDocument(f"{address} links to an address that cannot be read") from None
    await asyncio.to_thread(_check_host, linked)
    return await document(linked)


def _alternate(response: net.Response) -> str | None:
    header = _ALTERNATE.search(response.headers.get("link", ""))
    if header is not None:
        return header[1]
    if "html" not in response.content_type:
        return None
    parser = _Links()
    with contextlib.suppress(AssertionError):  # what Python's parser raises for `<![<`; what it read before counts
        parser.feed(response.body[:500_000].decode("utf-8", "replace"))
    return parser.found


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        fits = tag == "link" and "alternate" in said.get("rel", "").split() and said.get("href")
        if fits and self.found is None and documents.is_activitystreams(said.get("type", "")):
            self.found = said["href"]


async def _learn_post(found: Mapping[str, Any]) -> Post:
    author_uri = origins.check_author(found)
    author = await asyncio.to_thread(_known_actor, author_uri) or await learn_actor(author_uri)
    return await asyncio.to_thread(_store_post, author.id, found)


def _known_actor(uri: str) -> Actor | None:
    with db.reading() as session:
        return actors.by_uri(session, uri)


def _store_post(author_id: int, found: Mapping[str, Any]) -> Post:
    with db.writing("post.learn") as session:
        author = actors.by_id(session, author_id)
        if not author.available:
            raise NotFound(f"{author.uri} is not shown here")
        values = note.from_document(found, author_uri=author.uri, followers_uri=author.followers_uri)
        return remote_posts.store(session, author, values, tell=False)


def resolve(typed: str) -> Actor | Post | None:
    """`find` for synchronous code."""
    return net.call(find(typed))


def mentioned(written: str) -> dict[str, Actor]:
    """{handle as it stands in the text: actor} of everyone a text names, asking for those we do not know."""
    for handle in text.find_mentions(written)[: mentions.MAX_MENTIONS]:
        if "@" in handle:
            resolve(f"@{handle}")
    with db.reading() as session:
        return mentions.known(session, written)
