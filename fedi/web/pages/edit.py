"""Editing a post with the upload form."""

from typing import Any

from quart import Blueprint, Response
from sqlalchemy.orm import Session

from fedi.errors import BadRequest, Conflict, NotFound
from fedi.models.post import Post, PostState
from fedi.services import media, mentions, posts
from fedi.web import database, multipart, sessions
from fedi.web.api.mentioning import look_up
from fedi.web.pages import cards, compose, drafting, forms, page, people
from fedi.web.pages.drafting import BadDraft, Draft

blueprint = Blueprint("edit", __name__)


@blueprint.get("/posts/<post_id>/edit")
@sessions.required
async def ask(post_id: str) -> Response:
    draft, back = await database.reading(_load, sessions.account_id(), forms.number(post_id))
    return await compose.show_form(draft, **_editing(post_id, back))


@blueprint.post("/posts/<post_id>/edit")
@sessions.required
async def save(post_id: str) -> Response:
    """Change the post; the servers that got it get the new version."""
    account_id, number = sessions.account_id(), forms.number(post_id)
    _, back = await database.reading(_load, account_id, number)
    async with multipart.receive(compose.most_bytes()) as form:
        try:
            draft = await drafting.read(form, account_id)
        except BadDraft as error:
            return await compose.show_again(error.draft, error, **_editing(post_id, back))
    await look_up(draft.text)
    try:
        return page.go(await database.writing(_edit, account_id, number, draft), "saved")
    except (BadRequest, Conflict, NotFound) as error:
        return await compose.show_again(draft, error, **_editing(post_id, back))


def _editing(post_id: str, back: str) -> dict[str, Any]:
    return {"editing": True, "action": f"/posts/{forms.number(post_id)}/edit", "back": back, "key": ""}


def _where(post: Post) -> str:
    return cards.page_of(post) if post.state == PostState.PUBLISHED else f"/posts/{post.id}/state"


def _load(session: Session, account_id: int, post_id: int) -> tuple[Draft, str]:
    post = posts.get_own(session, post_id, people.me(session, account_id).actor)
    return drafting.of_post(session, post), _where(post)


def _edit(session: Session, account_id: int, post_id: int, draft: Draft) -> str:
    actor = people.me(session, account_id).actor
    post = posts.get_own(session, post_id, actor)
    if any(len(slot.alt) > media.MAX_ALT for slot in draft.slots):
        raise BadRequest(f"a description is over {media.MAX_ALT} characters")
    alts = {forms.number(slot.media): {"alt": slot.alt, "focus_x": slot.x, "focus_y": slot.y} for slot in draft.slots}
    posts.edit(
        session,
        post,
        text=draft.text,
        title=draft.title,
        summary=draft.summary,
        sensitive=draft.sensitive,
        media_ids=draft.media_ids,
        tags=draft.labels,
        mentioned=mentions.known(session, draft.text),
        alts=alts,
    )
    return _where(post)
