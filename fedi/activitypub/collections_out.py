"""The collections of our actors and posts, gathered from the database, paged, with the artist's terms on them."""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from fedi import clock, urls
from fedi.activitypub import boosts_out, context, posts_out
from fedi.activitypub.objects import featured_collection as featured_object
from fedi.activitypub.objects import note
from fedi.activitypub.protocol import collections
from fedi.errors import NotAllowed, NotFound
from fedi.models.actor import Actor, ActorKind
from fedi.models.collection import Collection
from fedi.models.follow import Follow, FollowState
from fedi.models.gallery import Gallery
from fedi.models.interaction import Boost
from fedi.models.post import Post, PostState, Visibility
from fedi.policy.layers import activitystreams
from fedi.policy.terms import Terms
from fedi.services import collections as chosen_people
from fedi.services import consents, follower_digests, follows, galleries, interactions, posts
from fedi.services import featured_tags as chosen_tags
from fedi.services.paging import Page, rows

OPEN = [Visibility.PUBLIC, Visibility.UNLISTED]
OUTBOX_PAGE, PEOPLE_PAGE, REPLIES_PAGE = 20, 40, 60


@dataclass(frozen=True)
class Asked:
    """The query of a collection: whether a page is asked for, and where it starts."""

    paged: bool = False
    max_id: int | None = None
    min_id: int | None = None

    def page(self, limit: int) -> Page:
        return Page(limit=limit, max_id=self.max_id, min_id=self.min_id)


def outbox(session: Session, actor: Actor, asked: Asked) -> dict[str, Any]:
    """What the artist published, newest first, as Create activities, and boosts as Announce ones."""
    uri = actor.outbox or f"{actor.uri}/outbox"
    mine = (Post.actor_id == actor.id, Post.state == PostState.PUBLISHED, Post.visibility.in_(OPEN))
    shown = (Boost.actor_id == actor.id, Boost.visibility.in_(OPEN))
    if not asked.paged:
        total = _how_many(session, Post, mine) + _how_many(session, Boost, shown)
        return _collection(uri, total, _terms(actor), last="min_id=0&page=true")
    found: list[Post] = []
    boosts: list[Boost] = []
    if actor.kind != ActorKind.APPLICATION:
        page = asked.page(OUTBOX_PAGE)
        found = rows(session, select(Post).where(*mine), Post.id, page)
        boosts = rows(session, select(Boost).where(*shown), Boost.id, page)
    parts = posts_out.parts_of(session, found)
    entries: list[tuple[int, dict[str, Any]]] = [
        *((post.id, posts_out.create_activity(post, parts[post.id])) for post in found),
        *((boost.id, boosts_out.of_boost(boost)) for boost in boosts),
    ]
    entries.sort(key=lambda entry: entry[0], reverse=True)
    entries = entries[-OUTBOX_PAGE:] if asked.min_id is not None else entries[:OUTBOX_PAGE]
    return _page(uri, entries, OUTBOX_PAGE, asked, _terms(actor))


def followers(session: Session, actor: Actor, asked: Asked) -> dict[str, Any]:
    uri = actor.followers_uri or f"{actor.uri}/followers"
    return _people(session, actor, asked, uri=uri, side=Follow.followee_id, listed=follows.followers, end="follower")


def followers_on_server(session: Session, actor: Actor, server: str) -> dict[str, Any]:
    """The followers whose ids are on one server, in one answer (FEP-8fcf)."""
    items = follower_digests.on_server(session, actor, server)
    uri = f"{actor.uri}/followers_synchronization"
    document = {"id": uri, "type": "OrderedCollection", "totalItems": len(items), "orderedItems": items}
    return _with_terms(document, _terms(actor))


def following(session: Session, actor: Actor, asked: Asked) -> dict[str, Any]:
    uri = actor.following_uri or f"{actor.uri}/following"
    return _people(session, actor, asked, uri=uri, side=Follow.follower_id, listed=follows.following, end="followee")


def _people(
    session: Session,
    actor: Actor,
    asked: Asked,
    *,
    uri: str,
    side: Any,
    listed: Callable[[Session, Actor, Page], list[Follow]],
    end: str,
) -> dict[str, Any]:
    if actor.kind == ActorKind.APPLICATION:
        raise NotFound("the instance follows nobody")
    if asked.paged and actor.hides_collections:
        raise NotAllowed("the artist does not show who this is")
    known = select(func.count()).select_from(Follow).where(side == actor.id, Follow.state == FollowState.ACCEPTED)
    total = session.scalar(known) or 0
    if not asked.paged:
        # A collection without pages is how every server says that its members are hidden.
        return _with_terms(collections.collection(uri, total, paged=not actor.hides_collections), _terms(actor))
    found = listed(session, actor, asked.page(PEOPLE_PAGE))
    entries = [(row.id, getattr(row, end).uri) for row in found]
    return _page(uri, entries, PEOPLE_PAGE, asked, _terms(actor)) | {"totalItems": total}


def featured(session: Session, actor: Actor) -> dict[str, Any]:
    """Pinned posts, embedded, in one answer: there are at most five."""
    uri = actor.featured_uri or f"{actor.uri}/collections/featured"
    pinned = [post for post in posts.pinned(session, actor) if post.visibility in OPEN]
    parts = posts_out.parts_of(session, pinned)
    items = [note.bare(post, parts[post.id]) for post in pinned]
    document = {"id": uri, "type": "OrderedCollection", "totalItems": len(items), "orderedItems": items}
    return context.with_context(context.OBJECT, document | _said(_terms(actor)))


def featured_tags(session: Session, actor: Actor) -> dict[str, Any]:
    """Hashtags that an artist shows on her profile."""
    items = [
        {"type": "Hashtag", "href": urls.tag(each.name), "name": f"#{each.label}"}
        for each in chosen_tags.of_actor(session, actor)
    ]
    uri = f"{actor.uri}/collections/tags"
    document = {"id": uri, "type": "Collection", "totalItems": len(items), "items": items}
    return context.with_context(context.OBJECT, document | _said(_terms(actor)))


def gallery(session: Session, found: Gallery) -> dict[str, Any]:
    """A gallery: its public works in the artist's order, with its cover."""
    works = [post for post in galleries.works(session, found, None) if post.visibility in OPEN]
    document: dict[str, Any] = {
        "id": galleries.uri(found),
        "type": "OrderedCollection",
        "name": found.title,
        "attributedTo": found.actor.uri,
        "url": f"{urls.origin()}{galleries.page(found)}",
        "published": clock.iso(found.created_at),
        "updated": clock.iso_millis(found.updated_at),
        "to": [context.PUBLIC],
        "totalItems": len(works),
        "orderedItems": [post.uri for post in works],
    }
    if found.summary:
        document["summary"] = html.escape(found.summary, quote=False)
    front = galleries.cover(found, works)
    pictures = posts_out.parts_of(session, [front])[front.id].pictures if front else []
    if pictures:
        document["image"] = note.attachment(pictures[0])
    return context.with_context(context.OBJECT, document | _said(consents.of_gallery(found)))


def featured_collections(session: Session, actor: Actor) -> dict[str, Any]:
    """The collections of people whom an artist recommends, embedded, in one answer: there are at most ten.

    Those that only who has the address shall find are told to followers, but not listed.
    """
    found = chosen_people.of_curator(session, actor)
    held, terms = chosen_people.items_of(session, found), _terms(actor)
    document = {
        "id": f"{actor.uri}/featured_collections",
        "type": "Collection",
        "totalItems": len(found),
        "items": [featured_object.bare(each, held[each.id], terms) for each in found],
    }
    return context.with_context(context.FEATURED, document | _said(terms))


def featured_collection(session: Session, row: Collection) -> dict[str, Any]:
    """One of them, without `@context`."""
    return featured_object.bare(row, chosen_people.items(session, row), _terms(row.actor))


def replies(session: Session, post: Post, asked: Asked) -> dict[str, Any]:
    """Public answers by their ids."""
    uri = f"{post.uri}/replies"
    known = (
        Post.in_reply_to_id == post.id,
        Post.state == PostState.PUBLISHED,
        Post.visibility.in_(OPEN),
        Post.reply_refused_at.is_(None),
    )
    if not asked.paged:
        total = _how_many(session, Post, known)
        document = collections.collection(uri, total, kind="Collection")
        document["first"] = {
            "id": f"{uri}?page=true",
            "type": "CollectionPage",
            "partOf": uri,
            "next": f"{uri}?min_id=0&page=true",
            "items": [],
        }
        return _with_terms(document, consents.of_post(post))
    return _with_terms(_onward(session, uri, known, asked), consents.of_post(post))


def likes(session: Session, post: Post) -> dict[str, Any]:
    """How many like it; who they are is their business."""
    return _count(f"{post.uri}/likes", interactions.tally(session, post).likes, post)


def shares(session: Session, post: Post) -> dict[str, Any]:
    return _count(f"{post.uri}/shares", interactions.tally(session, post).boosts, post)


def conversation(session: Session, actor: Actor, uri: str, asked: Asked) -> dict[str, Any]:
    """The public posts of a conversation one of ours began (FEP-7888). Raises NotFound."""
    said = (Post.conversation == uri, Post.state == PostState.PUBLISHED, Post.visibility.in_(OPEN))
    total = _how_many(session, Post, said)
    if not total:
        raise NotFound("there is no such conversation")
    page = _onward(session, uri, said, asked)
    if asked.paged:
        return _with_terms(page, _terms(actor))
    page.pop("@context")
    document = {"id": uri, "type": "Collection", "attributedTo": actor.uri, "totalItems": total, "first": page}
    return context.with_context(context.COLLECTION, document | _said(_terms(actor)))


def _onward(session: Session, uri: str, which: Sequence[ColumnElement[bool]], asked: Asked) -> dict[str, Any]:
    """A page of the ids of posts, the oldest first."""
    query = select(Post).where(*which, Post.id > (asked.min_id or 0)).order_by(Post.id).limit(REPLIES_PAGE)
    found = list(session.scalars(query).unique())
    return collections.page(
        uri,
        [post.uri for post in found],
        query=f"min_id={asked.min_id}&page=true" if asked.min_id is not None else "page=true",
        next_query=f"min_id={found[-1].id}&page=true" if len(found) == REPLIES_PAGE else None,
        kind="Collection",
    )


def _how_many(session: Session, model: type[Post] | type[Boost], which: Sequence[ColumnElement[bool]]) -> int:
    return session.scalar(select(func.count()).select_from(model).where(*which)) or 0


def _count(uri: str, total: int, post: Post) -> dict[str, Any]:
    return _with_terms(collections.collection(uri, total, paged=False, kind="Collection"), consents.of_post(post))


def _collection(uri: str, total: int, terms: Terms, *, last: str) -> dict[str, Any]:
    return _with_terms(collections.collection(uri, total) | {"last": f"{uri}?{last}"}, terms)


def _page(uri: str, entries: Sequence[tuple[int, Any]], limit: int, asked: Asked, terms: Terms) -> dict[str, Any]:
    query = "page=true"
    if asked.max_id is not None:
        query = f"max_id={asked.max_id}&page=true"
    elif asked.min_id is not None:
        query = f"min_id={asked.min_id}&page=true"
    older = f"max_id={entries[-1][0]}&page=true" if len(entries) == limit else None
    newer = f"min_id={entries[0][0]}&page=true" if entries else None
    document = collections.page(uri, [item for _, item in entries], query=query, next_query=older, previous_query=newer)
    return _with_terms(document, terms)


def _with_terms(document: dict[str, Any], terms: Terms) -> dict[str, Any]:
    document.pop("@context", None)
    shape = context.OBJECT if any(isinstance(each, dict) for each in document.get("orderedItems", [])) else None
    return context.with_context(shape or context.COLLECTION, document | _said(terms))


def _said(terms: Terms) -> dict[str, Any]:
    return activitystreams.render(terms, kind="collection")


def _terms(actor: Actor) -> Terms:
    return consents.of_actor(actor)
