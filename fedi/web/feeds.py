"""/@NAME.rss and /@NAME.atom: what an artist shows to everybody, for feed readers, with the terms of each entry.

Answers to others, boosts, and what is for fewer people are not in it. Pictures behind a warning stay behind it.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from quart import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedi import clock, text, urls
from fedi.errors import Gone, NotFound
from fedi.models.actor import Actor
from fedi.models.media import Media
from fedi.models.post import Post
from fedi.policy.layers import atom, rss
from fedi.policy.layers import headers as terms_headers
from fedi.policy.terms import Terms
from fedi.services import actors, consents, media, portfolios
from fedi.web import database

blueprint = Blueprint("feeds", __name__)
ENTRIES = 20
CACHE = "public, max-age=300"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True)
class Picture:
    """Of an entry: `size` in bytes."""

    url: str
    mime: str
    alt: str
    size: int


@dataclass(frozen=True)
class Entry:
    """`content` is HTML; `warning` stands instead of it where there is one."""

    uri: str
    page: str
    title: str
    content: str
    warning: str
    pictures: Sequence[Picture]
    tags: Sequence[str]
    published: datetime
    updated: datetime
    terms: Terms


@dataclass(frozen=True)
class Feed:
    address: str
    page: str
    uri: str
    name: str
    about: str
    icon: str
    updated: datetime
    entries: Sequence[Entry]
    terms: Terms


@blueprint.get("/@<handle>.rss")
async def show_rss(handle: str) -> Response:
    return await _answer(handle, "rss", _rss, "application/rss+xml; charset=utf-8")


@blueprint.get("/@<handle>.atom")
async def show_atom(handle: str) -> Response:
    return await _answer(handle, "atom", _atom, "application/atom+xml; charset=utf-8")


async def _answer(handle: str, suffix: str, write: Callable[[Feed], str], kind: str) -> Response:
    feed = await database.reading(_load, handle, suffix)
    body = write(feed).encode()
    response = Response(body, content_type=kind)
    response.headers.update(terms_headers.render(feed.terms))
    response.headers["Cache-Control"] = CACHE
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    await response.make_conditional(request)
    return response


def _load(session: Session, name: str, suffix: str) -> Feed:
    """Raises NotFound for who is not here or kept out of sight, Gone for who left."""
    actor = actors.published(session, name)
    if actor is None and actors.is_gone(session, name):
        raise Gone("this account was deleted")
    if actor is None or actor.limited_at is not None:
        raise NotFound("there is no such feed")
    shown = portfolios.public(session, actor, ENTRIES)
    pictures = media.of_posts(session, [post.id for post in shown])
    entries = [_entry(post, pictures.get(post.id, [])) for post in shown]
    return Feed(
        address=f"{urls.profile(actor.name)}.{suffix}",
        page=urls.profile(actor.name),
        uri=actor.uri,
        name=actor.display_name.strip() or actor.name,
        about=text.excerpt(actor.summary, 300) or f"Works by {actor.display_name or actor.name}.",
        icon=_icon(actor),
        updated=max((entry.updated for entry in entries), default=actor.created_at),
        entries=entries,
        terms=consents.of_actor(actor),
    )


def _entry(post: Post, rows: Sequence[Media]) -> Entry:
    warning = post.summary or ("Sensitive pictures" if post.covered and rows else "")
    shown = [] if warning else [picture for row in rows if (picture := _picture(row)) is not None]
    published = post.published_at or post.created_at
    return Entry(
        uri=post.uri,
        page=post.url or post.uri,
        title=post.title or text.excerpt(post.content, 80) or "Untitled",
        content=post.content + "".join(f'<p><img src="{each.url}" alt={quoteattr(each.alt)}></p>' for each in shown),
        warning=warning,
        pictures=shown,
        tags=[tag.label for tag in post.tags],
        published=published,
        updated=post.edited_at or published,
        terms=consents.of_whole(post, rows),
    )


def _picture(row: Media) -> Picture | None:
    made = media.lasting(row)
    return Picture(urls.media(made.key), made.mime, row.alt, made.size) if made is not None else None


def _icon(actor: Actor) -> str:
    return actor.icon_url if actor.icon_url and urls.is_local(actor.icon_url) else ""


def _text(value: str) -> str:
    return escape(text.xml_safe(value))


def _names(names: dict[str, str]) -> str:
    return "".join(f" xmlns:{prefix}={quoteattr(uri)}" for prefix, uri in names.items())


# --- RSS 2.0 ----------------------------------------------------------------------------------------------------------


def _rss(feed: Feed) -> str:
    names = _names(rss.NAMESPACES | {"atom": "http://www.w3.org/2005/Atom", "media": "http://search.yahoo.com/mrss/"})
    icon = f"<image><url>{_text(feed.icon)}</url><title>{_text(feed.name)}</title><link>{feed.page}</link></image>"
    return (
        f'{HEAD}<rss version="2.0"{names}><channel>'
        f"<title>{_text(feed.name)}</title><link>{feed.page}</link><description>{_text(feed.about)}</description>"
        f'<atom:link rel="self" type="application/rss+xml" href={quoteattr(feed.address)}/>'
        f"<copyright>{_text(feed.terms.rights)}</copyright>"
        f"<lastBuildDate>{format_datetime(feed.updated)}</lastBuildDate>{icon if feed.icon else ''}"
        f"{rss.render(feed.terms)}\n{''.join(_item(entry) for entry in feed.entries)}</channel></rss>\n"
    )


def _item(entry: Entry) -> str:
    said = entry.warning or entry.content
    pictures = "".join(
        f'<media:content url={quoteattr(each.url)} type="{each.mime}" medium="image" fileSize="{each.size}">'
        f'<media:description type="plain">{_text(each.alt)}</media:description></media:content>'
        for each in entry.pictures
    )
    tags = "".join(f"<category>{_text(tag)}</category>" for tag in entry.tags)
    return (
        f"<item><title>{_text(entry.title)}</title><link>{_text(entry.page)}</link>"
        f'<guid isPermaLink="false">{_text(entry.uri)}</guid><pubDate>{format_datetime(entry.published)}</pubDate>'
        f"<description>{_text(said)}</description>{pictures}{tags}{rss.render(entry.terms)}</item>\n"
    )


# --- Atom -------------------------------------------------------------------------------------------------------------


def _atom(feed: Feed) -> str:
    author = f"<author><name>{_text(feed.name)}</name><uri>{feed.uri}</uri></author>"
    return (
        f'{HEAD}<feed xmlns="http://www.w3.org/2005/Atom"{_names(atom.NAMESPACES)}>'
        f"<id>{feed.address}</id><title>{_text(feed.name)}</title><subtitle>{_text(feed.about)}</subtitle>"
        f"<updated>{clock.iso(feed.updated)}</updated>{author}"
        f'<link rel="self" type="application/atom+xml" href={quoteattr(feed.address)}/>'
        f'<link rel="alternate" type="text/html" href={quoteattr(feed.page)}/>'
        f"{f'<icon>{_text(feed.icon)}</icon>' if feed.icon else ''}"
        f"{atom.render(feed.terms)}\n{''.join(_atom_entry(entry) for entry in feed.entries)}</feed>\n"
    )


def _atom_entry(entry: Entry) -> str:
    pictures = "".join(
        f'<link rel="enclosure" type="{each.mime}" length="{each.size}" href={quoteattr(each.url)}/>'
        for each in entry.pictures
    )
    tags = "".join(f"<category term={quoteattr(text.xml_safe(tag))}/>" for tag in entry.tags)
    said = (
        f'<summary type="text">{_text(entry.warning)}</summary>'
        if entry.warning
        else f'<content type="html">{_text(entry.content)}</content>'
    )
    return (
        f"<entry><id>{_text(entry.uri)}</id><title>{_text(entry.title)}</title>"
        f'<link rel="alternate" type="text/html" href={quoteattr(entry.page)}/>'
        f"<published>{clock.iso(entry.published)}</published><updated>{clock.iso(entry.updated)}</updated>"
        f"{said}{pictures}{tags}{atom.render(entry.terms)}</entry>\n"
    )
