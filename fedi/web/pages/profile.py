"""A person's page: the portfolio, the text posts beside it, and what they say of themselves and their terms."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from quart import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedi import text, urls
from fedi.models.account import Account
from fedi.models.actor import Actor, ActorKind
from fedi.models.errand import ErrandKind
from fedi.models.follow import FollowState
from fedi.models.post import Post, PostState
from fedi.models.quote import QuoteState
from fedi.policy.terms import Terms
from fedi.services import (
    actors,
    collections,
    consents,
    errands,
    featured_tags,
    follows,
    galleries,
    portfolios,
    posts,
    relations,
)
from fedi.services.paging import Page
from fedi.web import database, negotiation, sessions
from fedi.web.pages import cards, documents, forms, page, people, structured

blueprint = Blueprint("profile", __name__)
WORKS, POSTS = 48, 20
TABS = {"works": "", "galleries": "/galleries", "posts": "/posts", "collections": "/collections", "about": "/about"}


@dataclass(frozen=True)
class Relation:
    """What stands between the reader and the person."""

    following: bool = False
    requested: bool = False
    followed_by: bool = False
    muting: bool = False
    blocking: bool = False


@dataclass(frozen=True)
class Hung:
    """A gallery in the list of them: its title, page, number of works, and cover."""

    title: str
    page: str
    works: int
    cover: cards.Card | None


@dataclass(frozen=True)
class Chosen:
    """A collection of people in the list of them."""

    name: str
    description: str
    page: str
    people: int


@dataclass(frozen=True)
class Unpublished:
    """A post that only its author sees yet, on its author's page."""

    id: int
    heading: str
    words: str
    reason: str = ""


@blueprint.get("/@<handle>")
async def works(handle: str) -> Response:
    if negotiation.wants_activitystreams(request.headers.get("Accept")) and "@" not in handle:
        return await documents.actor(handle)
    return await _show(handle, "works")


@blueprint.get("/@<handle>/posts")
async def text_posts(handle: str) -> Response:
    return await _show(handle, "posts")


@blueprint.get("/@<handle>/galleries")
async def all_galleries(handle: str) -> Response:
    return await _show(handle, "galleries")


@blueprint.get("/@<handle>/collections")
async def all_collections(handle: str) -> Response:
    """People whom an artist recommends."""
    return await _show(handle, "collections")


@blueprint.get("/@<handle>/about")
async def about(handle: str) -> Response:
    return await _show(handle, "about")


async def _show(handle: str, tab: str) -> Response:
    account = sessions.account()
    values = await database.reading(_load, handle, tab, account.id if account else None, forms.page(WORKS))
    if wanted := values.pop("wanted"):
        await database.writing(errands.put, ErrandKind.ACTOR, wanted)
    response = await page.show("pages/profile.html", **values)
    response.headers["Vary"] = "Accept, Cookie"
    return response


def _load(session: Session, handle: str, tab: str, account_id: int | None, where: Page) -> dict[str, Any]:
    viewer = people.viewer(session, account_id)
    actor = people.find(session, handle, viewer)
    face = cards.face(actor)
    mine = viewer is not None and viewer.id == actor.id
    hung = _hung(session, viewer, actor) if actor.local else []
    chosen = _chosen(session, viewer, actor) if actor.local else []
    shown, following = _posts(session, actor, viewer, tab, where)
    made = cards.of_posts(session, viewer, shown)
    terms = _terms(actor)
    description = text.excerpt(actor.summary, 200) or f"Works by {face.name}."
    return {
        "face": face,
        "tab": tab,
        "tabs": [
            (key, face.page + TABS[key], label)
            for key, label in _labels(actor, galleries=bool(hung) or mine, collections=bool(chosen))
        ],
        "hung": hung,
        "chosen": chosen,
        "covers": [each.cover for each in hung],
        "cards": made,
        "next": f"{face.page}{TABS[tab]}?before={following}" if following else "",
        "mine": mine,
        "preparing": [unpublished(post) for post in portfolios.unpublished(session, actor, Page(50))] if mine else [],
        "relation": _relation(session, viewer, actor) if viewer is not None and not mine else None,
        "counts": actors.counts(session, actor),
        "bio": Markup(actor.summary),  # noqa: S704 - sanitised when it was stored
        "description": description,
        "tags": featured_tags.of_actor(session, actor),
        "fields": [_field(each) for each in actor.fields],
        "header": cards.banner(actor),
        "header_alt": actor.image_alt,
        "bot": actor.kind == ActorKind.SERVICE,
        "locked": actor.locked,
        "limited": actor.limited_at is not None,
        "moved": actor.moved_to or "",
        "terms": terms,
        "structured": structured.of_artist(face, made if tab == "works" else [], terms, description) if terms else [],
        "alternates": _alternates(actor) if actor.local else [],
        "wanted": actors.refresh_wanted(session, actor) if viewer is not None else "",
    }


def _alternates(actor: Actor) -> list[tuple[str, str]]:
    """Feeds only of who is not kept out of sight."""
    shown = urls.profile(actor.name)
    feeds = [("application/rss+xml", f"{shown}.rss"), ("application/atom+xml", f"{shown}.atom")]
    return [
        (page.DOCUMENT, actor.uri),
        *(feeds if actor.limited_at is None else []),
        (page.CARD, urls.oembed(shown)),
    ]


def unpublished(post: Post) -> Unpublished:
    """What its author reads of a post that is not out."""
    words = {
        PostState.PREPARING: "it is being protected, and then shows itself.",
        PostState.FAILED: "it could not be protected. Look what to do.",
        PostState.DRAFT: "a draft.",
    }
    heading = post.title or text.excerpt(post.content, 60) or "Untitled"
    return Unpublished(post.id, heading, words[post.state], post.reason or "")


def _posts(
    session: Session, actor: Actor, viewer: Actor | None, tab: str, where: Page
) -> tuple[list[Post], int | None]:
    """One page of the tab, pinned posts first on the first one, and where the next page begins."""
    if tab in {"about", "galleries", "collections"}:
        return [], None
    listed = portfolios.portfolio if tab == "works" else portfolios.texts
    size = WORKS if tab == "works" else POSTS
    found = listed(session, actor, viewer, Page(limit=size + 1, max_id=where.max_id))
    shown = found[:size]
    following = shown[-1].id if len(found) > size else None
    if where.max_id is None:
        pinned = [post for post in posts.pinned(session, actor) if post.artwork == (tab == "works")]
        seen = [post for post in pinned if posts.visible(session, post, viewer)]
        shown = seen + [post for post in shown if post not in seen]
    return shown, following


def _labels(actor: Actor, *, galleries: bool, collections: bool) -> list[tuple[str, str]]:
    """(tab, what it is called): galleries only where there are some, or the artist could make one; people likewise."""
    return [
        ("works", "Works"),
        *([("galleries", "Galleries")] if galleries else []),
        ("posts", "Posts"),
        *([("collections", "Recommends")] if collections else []),
        ("about", "About and terms" if actor.local else "About"),
    ]


def _hung(session: Session, viewer: Actor | None, actor: Actor) -> list[Hung]:
    """Her galleries as this reader sees them; others than she see none without works."""
    found = []
    for gallery in galleries.of_actor(session, actor):
        works = galleries.works(session, gallery, viewer)
        front = galleries.cover(gallery, works)
        shown = cards.of_posts(session, viewer, [front])[0] if front else None
        if works or (viewer is not None and viewer.id == actor.id):
            found.append(Hung(gallery.title, galleries.page(gallery), len(works), shown))
    return found


def _chosen(session: Session, viewer: Actor | None, actor: Actor) -> list[Chosen]:
    """The collections of people that she shows."""
    rows = collections.of_curator(session, actor)
    held = collections.items_of(session, rows, viewer)
    count = {id_: sum(each.state == QuoteState.ACCEPTED for each in items) for id_, items in held.items()}
    return [Chosen(row.name, row.description, collections.page(row), count[row.id]) for row in rows]


def _field(field: dict[str, str]) -> dict[str, Any]:
    value = field.get("value", "")
    plain = field.get("source", "").strip()
    return {
        "name": field.get("name", ""),
        "value": Markup(value),  # noqa: S704 - rendered or sanitised when it was stored
        "me": plain if plain.startswith("https://") and " " not in plain else "",
    }


def _relation(session: Session, viewer: Actor, actor: Actor) -> Relation:
    row = follows.find(session, viewer, actor)
    return Relation(
        following=row is not None and row.state == FollowState.ACCEPTED,
        requested=row is not None and row.state == FollowState.REQUESTED,
        followed_by=follows.follows(session, actor, viewer),
        muting=relations.mutes(session, viewer.id, actor.id),
        blocking=relations.blocks(session, viewer.id, actor.id),
    )


def _terms(actor: Actor) -> Terms | None:
    return consents.of_actor(actor) if actor.local else None


def address(account: Account) -> str:
    """The page of an account of ours."""
    return f"/@{quote(account.actor.name)}"
