"""ActivityPub over HTTP: actors, posts and collections at their ids.

A document is public for three minutes; what a browser asks for at an id leads to the page. What may not be seen and
what is not there answer the same 404; what was deleted answers 410 with its Tombstone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote

import orjson
from quart import Blueprint, Response, g, redirect, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import MethodNotAllowed

from fedi import config, urls
from fedi.activitypub import actors_out, boosts_out, collections_out, context, posts_out, receive
from fedi.activitypub.collections_out import Asked
from fedi.activitypub.objects import authorization, featured_collection, note, tombstone
from fedi.activitypub.protocol.requests import SignatureError
from fedi.errors import Gone, NotFound, Unauthorized
from fedi.models.actor import Actor
from fedi.models.inbox_message import Tombstone
from fedi.models.post import Post, PostState
from fedi.policy.layers import headers as terms_headers
from fedi.policy.terms import Terms
from fedi.services import (
    actors,
    collections,
    consents,
    features,
    follower_digests,
    galleries,
    instance,
    interactions,
    media_tokens,
    posts,
    quotes,
)
from fedi.web import database
from fedi.web.asgi import as_request
from fedi.web.negotiation import wants_json

blueprint = Blueprint("activitypub", __name__)
PUBLIC_CACHE = "max-age=180, public"
PRIVATE_CACHE = "private, no-store"
_database = receive.Database(database.reading, database.thread)
NAME = "<string(maxlength=60):name>"
POST_ID = "<int(max=9223372036854775807):post_id>"  # what the database can hold
COLLECTION_ID = "<int(max=9223372036854775807):collection_id>"
BOOST_ID = "<int(max=9223372036854775807):boost_id>"
STAMP_ID = "<int(max=9223372036854775807):stamp_id>"
T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """A document with its status, who may keep it where everybody may read it, and the terms its headers say."""

    document: Mapping[str, Any]
    status: int = 200
    cache: str = PUBLIC_CACHE
    terms: Terms | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    guarded: bool = True  # whether it is for signed requests alone where the settings want them


def render(answer: Answer) -> Response:
    """The HTTP answer: ActivityStreams, cross-origin readable, varying by what it depends on."""
    response = Response(orjson.dumps(answer.document), status=answer.status, content_type=context.CONTENT_TYPE)
    headers = response.headers
    headers["Cache-Control"] = PRIVATE_CACHE if answer.guarded and config.settings().reads_signed else answer.cache
    headers["Vary"] = "Accept, Signature"
    headers["Access-Control-Allow-Origin"] = "*"
    if answer.terms is not None:
        headers.update(terms_headers.render(answer.terms))
    for name, value in answer.headers.items():
        headers.add(name, value)
    return response


# --- actors -----------------------------------------------------------------------------------------------------------


async def actor_response(name: str) -> Response:
    """The document of a local actor, also for `/@NAME` with an ActivityStreams Accept. Raises NotFound, Gone."""
    await check_reader(stub_of=name)
    signed = not config.settings().reads_signed or await _signer() is not None
    return render(await database.reading(_actor, name, whole=signed))


def _actor(session: Session, name: str, *, whole: bool) -> Answer:
    actor = actors.suspended(session, name) or seen_actor(session, name)
    document = actors_out.document(session, actor) if whole else actors_out.stub(session, actor)
    return Answer(document, terms=consents.of_actor(actor))


def seen_actor(session: Session, name: str) -> Actor:
    """A local actor the world may see. Raises NotFound, or Gone when it was deleted."""
    actor = actors.published(session, name)
    if actor is not None:
        return actor
    if actors.is_gone(session, name):
        raise Gone("this account was deleted")
    raise NotFound("there is no such account")


@blueprint.get(f"/users/{NAME}")
async def show_actor(name: str) -> Response:
    if not wants_json(request.headers.get("Accept")):
        return to_page(urls.profile(name))
    return await actor_response(name)


@blueprint.get("/actor")
async def show_instance_actor() -> Response:
    return render(await database.reading(_instance))


def _instance(session: Session) -> Answer:
    actor = instance.instance_actor(session)
    document = actors_out.document(session, actor)
    return Answer(document, cache="max-age=600, public", terms=consents.of_instance(), guarded=False)


# --- collections ------------------------------------------------------------------------------------------------------


@blueprint.get(f"/users/{NAME}/outbox")
async def show_outbox(name: str) -> Response:
    return await _collection(name, collections_out.outbox)


@blueprint.get(f"/users/{NAME}/followers")
async def show_followers(name: str) -> Response:
    if not wants_json(request.headers.get("Accept")):
        return to_page(f"{urls.profile(name)}/followers")
    return await _collection(name, collections_out.followers)


@blueprint.get(f"/users/{NAME}/following")
async def show_following(name: str) -> Response:
    if not wants_json(request.headers.get("Accept")):
        return to_page(f"{urls.profile(name)}/following")
    return await _collection(name, collections_out.following)


@blueprint.get(f"/users/{NAME}/followers_synchronization")
async def show_followers_on_server(name: str) -> Response:
    """Who follows from the server that asks, for it alone (FEP-8fcf)."""
    await check_reader()
    signer = await _signer()
    if signer is None:
        raise Unauthorized("only a signed request is told who follows from its server")
    answer = await database.reading(_followers_on_server, name, signer)
    return render(answer)


def _followers_on_server(session: Session, name: str, signer: str) -> Answer:
    actor = seen_actor(session, name)
    document = collections_out.followers_on_server(session, actor, follower_digests.server_of(signer))
    return Answer(document, cache=PRIVATE_CACHE, terms=consents.of_actor(actor))


@blueprint.get(f"/users/{NAME}/collections/featured")
async def show_featured(name: str) -> Response:
    return await _collection(name, lambda session, actor, _: collections_out.featured(session, actor))


@blueprint.get(f"/users/{NAME}/collections/tags")
async def show_featured_tags(name: str) -> Response:
    return await _collection(name, lambda session, actor, _: collections_out.featured_tags(session, actor))


@blueprint.get(f"/users/{NAME}/featured_collections")
async def show_featured_collections(name: str) -> Response:
    return await _collection(name, lambda session, actor, _: collections_out.featured_collections(session, actor))


@blueprint.get(f"/users/{NAME}/collections/{COLLECTION_ID}")
async def show_featured_collection(name: str, collection_id: int) -> Response:
    if not wants_json(request.headers.get("Accept")):
        return to_page(f"{urls.profile(name)}/collections/{collection_id}")
    return await featured_collection_response(name, collection_id)


async def featured_collection_response(name: str, collection_id: int) -> Response:
    """The document of people whom an artist recommends, also for its page. Raises NotFound; 410 for one deleted."""
    await check_reader()
    return render(await database.reading(_featured_collection, name, collection_id))


def _featured_collection(session: Session, name: str, collection_id: int) -> Answer:
    actor = seen_actor(session, name)
    buried = session.get(Tombstone, f"{actor.uri}/collections/{collection_id}")
    if buried is not None:
        return Answer(tombstone.to_document(buried), status=410)
    row = collections.of(session, actor, collection_id)
    document = context.with_context(context.FEATURED, collections_out.featured_collection(session, row))
    return Answer(document, terms=consents.of_actor(actor))


@blueprint.get(f"/users/{NAME}/collection_items/{COLLECTION_ID}")
async def show_featured_item(name: str, collection_id: int) -> Response:
    await check_reader()
    return render(await database.reading(_featured_item, name, collection_id))


def _featured_item(session: Session, name: str, item_id: int) -> Answer:
    actor = seen_actor(session, name)
    terms = consents.of_actor(actor)
    document = featured_collection.item(collections.shown_item(session, actor, item_id), terms)
    return Answer(context.with_context(context.FEATURED, document), terms=terms)


@blueprint.get(f"/users/{NAME}/galleries/<slug>")
async def show_gallery(name: str, slug: str) -> Response:
    if not wants_json(request.headers.get("Accept")):
        return to_page(f"{urls.profile(name)}/galleries/{quote(slug)}")
    return await gallery_response(name, slug)


async def gallery_response(name: str, slug: str) -> Response:
    """The document of a gallery, also for its page with an ActivityStreams Accept. Raises NotFound."""
    await check_reader()
    return render(await database.reading(_gallery, name, slug))


def _gallery(session: Session, name: str, slug: str) -> Answer:
    found = galleries.find(session, seen_actor(session, name), slug)
    return Answer(collections_out.gallery(session, found), terms=consents.of_gallery(found))


@blueprint.get("/actor/outbox")
async def show_instance_outbox() -> Response:
    asked = _asked()
    return render(await database.reading(_instance_outbox, asked))


def _instance_outbox(session: Session, asked: Asked) -> Answer:
    actor = instance.instance_actor(session)
    return Answer(collections_out.outbox(session, actor, asked), terms=consents.of_instance(), guarded=False)


async def _collection(name: str, render_: Any) -> Response:
    await check_reader()
    return render(await database.reading(_collect, name, render_, _asked()))


def _collect(session: Session, name: str, render_: Any, asked: Asked) -> Answer:
    actor = seen_actor(session, name)
    return Answer(render_(session, actor, asked), terms=consents.of_actor(actor))


def _asked() -> Asked:
    given = request.args
    paged = given.get("page", "").lower() not in {"", "false", "0"} or "max_id" in given or "min_id" in given
    return Asked(paged=paged, max_id=_number(given.get("max_id")), min_id=_number(given.get("min_id")))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


# --- posts ------------------------------------------------------------------------------------------------------------


async def post_response(name: str, post_id: int) -> Response:
    """The document of a local post, also for `/@NAME/ID` with an ActivityStreams Accept.

    Raises NotFound; a deleted post answers 410 with its Tombstone.
    """
    signer = await check_reader()
    return render(await database.reading(_post, name, post_id, signer))


def _post(session: Session, name: str, post_id: int, signer: str | None) -> Answer:
    post = seen_post(session, name, post_id, signer)
    if isinstance(post, Tombstone):
        return Answer(tombstone.to_document(post), status=410)
    parts = _parts(session, post, signer)
    return Answer(note.to_document(post, parts), cache=_cache(post), terms=parts.terms)


def _parts(session: Session, post: Post, signer: str | None) -> note.Parts:
    """The parts of a post for the server of the one who signed: its pictures open for it."""
    token = media_tokens.for_server(post, urls.host_of(signer)) if signer else ""
    return posts_out.parts_of(session, [post], token=token)[post.id]


def _cache(post: Post) -> str:
    return PUBLIC_CACHE if post.public else PRIVATE_CACHE


def seen_post(session: Session, name: str, post_id: int, signer: str | None) -> Post | Tombstone:
    """A local post that the one who signed may see, or what is left of it. Raises NotFound, Gone."""
    actor = seen_actor(session, name)
    post = session.get(Post, post_id)
    if post is None or not post.local or post.actor_id != actor.id:
        raise NotFound("there is no such post")
    if post.state == PostState.WITHDRAWN:
        buried = session.get(Tombstone, post.uri)
        if buried is None or post.published_at is None:
            raise NotFound("there is no such post")
        return buried
    viewer = actors.by_uri(session, signer) if signer else None
    if not posts.visible(session, post, viewer) or post.state != PostState.PUBLISHED:
        raise NotFound("there is no such post")
    return post


@blueprint.get(f"/users/{NAME}/posts/{POST_ID}")
async def show_post(name: str, post_id: int) -> Response:
    if not wants_json(request.headers.get("Accept")):
        return to_page(urls.post_page(name, post_id))
    return await post_response(name, post_id)


@blueprint.get(f"/users/{NAME}/quote_authorizations/{STAMP_ID}")
async def show_quote_stamp(name: str, stamp_id: int) -> Response:
    """A stamp that was revoked is gone (410), one that was never given is not there."""
    await check_reader()
    return render(await database.reading(_quote_stamp, name, stamp_id))


def _quote_stamp(session: Session, name: str, stamp_id: int) -> Answer:
    found = _given(quotes.stamp(session, seen_actor(session, name), stamp_id))
    if found.post is None:
        raise NotFound("there is no such stamp")
    terms = consents.of_post(found.post)
    return Answer(authorization.of_quote(found, terms), terms=terms)


@blueprint.get(f"/users/{NAME}/feature_authorizations/{STAMP_ID}")
async def show_feature_stamp(name: str, stamp_id: int) -> Response:
    await check_reader()
    return render(await database.reading(_feature_stamp, name, stamp_id))


def _feature_stamp(session: Session, name: str, stamp_id: int) -> Answer:
    found = _given(features.stamp(session, seen_actor(session, name), stamp_id))
    terms = consents.of_actor(found.actor)
    return Answer(authorization.of_feature(found, terms), terms=terms)


def _given(stamp: T | None) -> T:
    """Raises Gone for one that was revoked."""
    if stamp is None:
        raise Gone("this is not allowed any more")
    return stamp


@blueprint.get(f"/users/{NAME}/posts/{POST_ID}/activity")
async def show_activity(name: str, post_id: int) -> Response:
    signer = await check_reader()
    return await _of_post(name, post_id, lambda session, post, _: _create(session, post, signer))


@blueprint.get(f"/users/{NAME}/posts/{POST_ID}/replies")
async def show_replies(name: str, post_id: int) -> Response:
    return await _of_post(name, post_id, collections_out.replies)


@blueprint.get(f"/users/{NAME}/posts/{POST_ID}/likes")
async def show_likes(name: str, post_id: int) -> Response:
    return await _of_post(name, post_id, lambda session, post, _: collections_out.likes(session, post))


@blueprint.get(f"/users/{NAME}/posts/{POST_ID}/shares")
async def show_shares(name: str, post_id: int) -> Response:
    return await _of_post(name, post_id, lambda session, post, _: collections_out.shares(session, post))


@blueprint.get(f"/users/{NAME}/contexts/{POST_ID}")
async def show_conversation(name: str, post_id: int) -> Response:
    await check_reader()
    return render(await database.reading(_conversation, name, post_id, _asked()))


def _create(session: Session, post: Post, signer: str | None) -> dict[str, Any]:
    parts = _parts(session, post, signer)
    return context.with_context(context.OBJECT, posts_out.create_activity(post, parts))


def _conversation(session: Session, name: str, post_id: int, asked: Asked) -> Answer:
    actor = seen_actor(session, name)
    uri = f"{actor.uri}/contexts/{post_id}"
    return Answer(collections_out.conversation(session, actor, uri, asked), terms=consents.of_actor(actor))


async def _of_post(name: str, post_id: int, render_: Any) -> Response:
    signer = await check_reader()
    return render(await database.reading(_about_post, name, post_id, signer=signer, render_=render_, asked=_asked()))


def _about_post(session: Session, name: str, post_id: int, *, signer: str | None, render_: Any, asked: Asked) -> Answer:
    post = seen_post(session, name, post_id, signer)
    if isinstance(post, Tombstone):
        return Answer(tombstone.to_document(post), status=410)
    return Answer(render_(session, post, asked), cache=_cache(post), terms=consents.of_post(post))


@blueprint.get(f"/users/{NAME}/boosts/{BOOST_ID}")
async def show_boost(name: str, boost_id: int) -> Response:
    await check_reader()
    return render(await database.reading(_boost, name, boost_id))


def _boost(session: Session, name: str, boost_id: int) -> Answer:
    boost = interactions.open_boost(session, seen_actor(session, name), boost_id)
    if boost is None:
        raise NotFound("there is no such boost")
    return Answer(boosts_out.to_document(boosts_out.of_boost(boost)))


# --- inboxes ----------------------------------------------------------------------------------------------------------


_OTHERS: dict[str, Any] = {"methods": ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"], "provide_automatic_options": False}


@blueprint.route("/inbox", **_OTHERS)
@blueprint.route("/actor/inbox", **_OTHERS)
@blueprint.route(f"/users/{NAME}/inbox", **_OTHERS)
async def closed_inbox(name: str = "") -> Response:  # noqa: ARG001 - the route has it
    """What came in is its recipient's business (ActivityPub 5.2 lets a server show nothing); a POST is `inboxes`'."""
    if request.method == "OPTIONS":
        return Response("", headers={"Allow": "POST, OPTIONS"})
    raise MethodNotAllowed(valid_methods=["POST"])


# --- who asks ---------------------------------------------------------------------------------------------------------


async def check_reader(*, stub_of: str = "") -> str | None:
    """The actor whose signature a GET carries, None for an unsigned one.

    Raises Unauthorized where only signed requests are answered (`Settings.reads_signed`) but for a stub, and Refused
    for a blocked server. A bad signature counts as none, as on Mastodon's public addresses.
    """
    signer = await _signer()
    if signer is None and config.settings().reads_signed and not stub_of:
        raise Unauthorized("this server answers signed requests only")
    return signer


async def _signer() -> str | None:
    if not request.headers.get("Signature"):
        return None
    if not hasattr(g, "signer"):
        try:
            g.signer = (await receive.verified(as_request(request.scope), _database)).actor_uri
        except SignatureError:
            g.signer = None
    signer: str | None = g.signer
    return signer


def to_page(url: str) -> Response:
    """The way of a browser from an id to its page."""
    response = redirect(url, 302)
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = PUBLIC_CACHE
    return response  # type: ignore[return-value]
