"""Galleries: seen by everybody, made and put in order by their artist."""

from typing import Any

from quart import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedi.errors import BadRequest, FediError
from fedi.models.gallery import Gallery
from fedi.models.post import Post
from fedi.services import consents, galleries, portfolios, posts
from fedi.services.paging import Page
from fedi.web import database, negotiation, sessions
from fedi.web.pages import cards, documents, forms, page, people, structured

blueprint = Blueprint("galleries", __name__)
CHOICE = 100  # newest works that are offered


@blueprint.get("/@<handle>/galleries/<slug>")
async def show(handle: str, slug: str) -> Response:
    if negotiation.wants_activitystreams(request.headers.get("Accept")):
        return await documents.gallery(handle, slug)
    account = sessions.account()
    values = await database.reading(_load, handle, slug, account.id if account else None)
    response = await page.show("pages/gallery.html", **values)
    response.headers["Vary"] = "Accept, Cookie"
    return response


@blueprint.post("/galleries")
@sessions.required
async def create() -> Response:
    form = await forms.read()
    try:
        where = await database.writing(_create, sessions.account_id(), form.get("title", ""), form.get("post", ""))
    except BadRequest as error:
        return await page.show("pages/gallery_new.html", status=422, problem=str(error), post=form.get("post", ""))
    return page.go(where)


@blueprint.get("/galleries/new")
@sessions.required
async def new() -> Response:
    return await page.show("pages/gallery_new.html", post=request.args.get("post", "")[:20])


@blueprint.get("/galleries/<gallery_id>/edit")
@sessions.required
async def edit(gallery_id: str) -> Response:
    return await _form(forms.number(gallery_id))


@blueprint.post("/galleries/<gallery_id>/edit")
@sessions.required
async def save(gallery_id: str) -> Response:
    form = await forms.read()
    try:
        where = await database.writing(_save, sessions.account_id(), forms.number(gallery_id), form)
    except BadRequest as error:
        return await _form(forms.number(gallery_id), error)
    return page.go(where, "saved")


@blueprint.post("/galleries/<gallery_id>/delete")
@sessions.required
async def delete(gallery_id: str) -> Response:
    await forms.read()
    return page.go(await database.writing(_delete, sessions.account_id(), forms.number(gallery_id)), "deleted")


@blueprint.post("/posts/<post_id>/galleries")
@sessions.required
async def put(post_id: str) -> Response:
    """Put a work of one's own into a gallery."""
    form = await forms.read()
    chosen = form.get("gallery", "")
    if chosen == "new":
        return page.go(f"/galleries/new?post={forms.number(post_id)}")
    return page.go(
        await database.writing(_put, sessions.account_id(), forms.number(post_id), forms.number(chosen)), "saved"
    )


async def _form(gallery_id: int, error: FediError | None = None) -> Response:
    values = await database.reading(_editing, sessions.account_id(), gallery_id)
    status, problem = (error.status, str(error)) if error else (200, "")
    return await page.show("pages/gallery_edit.html", status=status, problem=problem, **values)


def _load(session: Session, handle: str, slug: str, account_id: int | None) -> dict[str, Any]:
    viewer = people.viewer(session, account_id)
    actor = people.find(session, handle, viewer)
    gallery = galleries.find(session, actor, slug)
    works = galleries.works(session, gallery, viewer)
    shown = [card for card in cards.of_posts(session, viewer, works) if card.pictures]
    terms = consents.of_gallery(gallery)
    return {
        "gallery": gallery,
        "face": cards.face(actor),
        "cards": shown,
        "terms": terms,
        "structured": structured.of_gallery(gallery, shown, terms, galleries.page(gallery)),
        "mine": viewer is not None and viewer.id == actor.id,
        "alternates": [(page.DOCUMENT, galleries.uri(gallery))],
    }


def _editing(session: Session, account_id: int, gallery_id: int) -> dict[str, Any]:
    actor = people.me(session, account_id).actor
    gallery = galleries.get_own(session, actor, gallery_id)
    chosen = galleries.works(session, gallery, actor)
    there = {post.id for post in chosen}
    own = consents.of_actor(actor)
    newest = portfolios.portfolio(session, actor, actor, Page(limit=CHOICE))
    offered = [post for post in newest if post.id not in there]
    return {
        "gallery": gallery,
        "chosen": cards.of_posts(session, actor, chosen),
        "offered": cards.of_posts(session, actor, offered),
        "cover": gallery.cover_id if gallery.cover_id in there else 0,
        "page": galleries.page(gallery),
        "own_consent": own.sentence,
        "own_licence": own.licence.title,
    }


def _create(session: Session, account_id: int, title: str, post_id: str) -> str:
    actor = people.me(session, account_id).actor
    made = galleries.create(session, actor, title=title)
    if post_id:
        galleries.add(session, made, posts.get_own(session, forms.number(post_id), actor))
    return f"/galleries/{made.id}/edit"


def _save(session: Session, account_id: int, gallery_id: int, form: dict[str, str]) -> str:
    """The form has `place-ID` for each work: a number puts it in, nothing leaves it out."""
    gallery = galleries.get_own(session, people.me(session, account_id).actor, gallery_id)
    places = []
    for name, value in form.items():
        kind, _, post_id = name.partition("-")
        if kind == "place" and value.strip():
            places.append((_place(value), _number(post_id)))
    places.sort(key=lambda pair: pair[0])
    cover = _number(form.get("cover", ""))
    works = [post_id for _, post_id in places]
    galleries.change(
        session,
        gallery,
        title=form.get("title", ""),
        summary=form.get("summary", ""),
        works=works,
        cover=cover if cover in works else None,
    )
    if "consent" in form:
        galleries.set_terms(session, gallery, consent=form["consent"] or None, licence=forms.licence(form) or None)
    return galleries.page(gallery)


def _number(text: str) -> int:
    """An id, 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _place(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise BadRequest(f"{text[:20]!r} is no place in a gallery") from None
    if not 0 <= value <= 100_000:
        raise BadRequest(f"{text[:20]!r} is no place in a gallery")
    return value


def _delete(session: Session, account_id: int, gallery_id: int) -> str:
    actor = people.me(session, account_id).actor
    galleries.remove(session, galleries.get_own(session, actor, gallery_id))
    return f"/@{actor.name}/galleries"


def _put(session: Session, account_id: int, post_id: int, gallery_id: int) -> str:
    actor = people.me(session, account_id).actor
    post: Post = posts.get_own(session, post_id, actor)
    gallery: Gallery = galleries.get_own(session, actor, gallery_id)
    galleries.add(session, gallery, post)
    return galleries.page(gallery)
