"""What signed-in people do with a post: like, boost, reply, and delete their own."""

from collections.abc import Callable
from typing import Any

from quart import Blueprint, Response
from sqlalchemy.orm import Session

from fedi.errors import BadRequest
from fedi.models.actor import Actor
from fedi.models.post import Post, PostState, Visibility
from fedi.services import deletions, interactions, mentions, polls, posts
from fedi.web import database, limits, sessions
from fedi.web.api.mentioning import look_up
from fedi.web.pages import cards, forms, page, people, work

blueprint = Blueprint("acts", __name__)

ACTS: dict[str, Callable[[Session, Actor, Post], Any]] = {
    "like": interactions.like,
    "unlike": interactions.unlike,
    "boost": interactions.boost,
    "unboost": interactions.unboost,
}


@blueprint.post("/posts/<post_id>/<any(like, unlike, boost, unboost):verb>")
@sessions.required
async def act(post_id: str, verb: str) -> Response:
    form = await forms.read()
    where = await database.writing(_act, sessions.account_id(), forms.number(post_id), verb)
    return page.go(f"{page.local_path(form.get('back', ''), where)}#post-{forms.number(post_id)}")


@blueprint.post("/posts/<post_id>/vote")
@sessions.required
async def vote(post_id: str) -> Response:
    form = await forms.read()
    chosen = [form["choice"]] if "choice" in form else [name[7:] for name in form if name.startswith("choice-")]
    choices = [forms.number(each) for each in chosen]
    where = await database.writing(_vote, sessions.account_id(), forms.number(post_id), choices)
    return page.go(f"{where}#post-{forms.number(post_id)}")


@blueprint.post("/posts/<post_id>/reply")
@sessions.required
async def reply(post_id: str) -> Response:
    """Answer a post; a form with something wrong comes back with the words kept."""
    form = await forms.read()
    words = form.get("text", "")
    await look_up(words)
    try:
        where = await database.writing(
            _reply, sessions.account_id(), forms.number(post_id), words, form.get("visibility", "public")
        )
    except BadRequest as error:
        values = await database.reading(_again, sessions.account_id(), forms.number(post_id))
        again = {"reply_text": words, "reply_visibility": form.get("visibility", "public")}
        return await work.answer({**values, **again}, status=422, problem=str(error))
    return page.go(where, "replied")


@blueprint.get("/posts/<post_id>/delete")
@sessions.required
async def ask(post_id: str) -> Response:
    heading, back = await database.reading(_own, sessions.account_id(), forms.number(post_id))
    return await page.show(
        "pages/sure.html",
        heading=f"Delete “{heading}”?",
        lead="It is taken off this server at once, and every server that got it is asked to delete it. "
        "This cannot be undone.",
        action=f"/posts/{forms.number(post_id)}/delete",
        verb="Delete it",
        back=back,
    )


@blueprint.post("/posts/<post_id>/delete")
@sessions.required
async def delete(post_id: str) -> Response:
    await forms.read()
    limits.take(limits.DELETE_POST, str(sessions.account_id()))
    return page.go(await database.writing(_delete, sessions.account_id(), forms.number(post_id)), "deleted")


def visibility(text: str) -> Visibility:
    """Raises BadRequest."""
    if text not in set(Visibility):
        raise BadRequest(f"{text!r} is no visibility: choose one of {', '.join(Visibility)}")
    return Visibility(text)


def _act(session: Session, account_id: int, post_id: int, verb: str) -> str:
    actor = people.me(session, account_id).actor
    post = posts.get_visible(session, post_id, actor)
    ACTS[verb](session, actor, post)
    return cards.page_of(post)


def _vote(session: Session, account_id: int, post_id: int, choices: list[int]) -> str:
    actor = people.me(session, account_id).actor
    post = posts.get_visible(session, post_id, actor)
    polls.vote(session, post, actor, choices)
    return cards.page_of(post)


def _reply(session: Session, account_id: int, post_id: int, words: str, audience: str) -> str:
    actor = people.me(session, account_id).actor
    parent = posts.get_visible(session, post_id, actor)
    if parent.state != PostState.PUBLISHED:
        raise BadRequest("this post is not out yet: it cannot be answered")
    if not words.strip():
        raise BadRequest("a reply needs some words")
    posts.compose(
        session,
        author=actor,
        text=words,
        summary=parent.summary,
        visibility=visibility(audience),
        in_reply_to=parent,
        mentioned=mentions.known(session, words),
    )
    return cards.page_of(parent)


def _again(session: Session, account_id: int, post_id: int) -> dict[str, Any]:
    actor = people.me(session, account_id).actor
    return work.values(session, posts.get_visible(session, post_id, actor), actor)


def _own(session: Session, account_id: int, post_id: int) -> tuple[str, str]:
    post = posts.get_own(session, post_id, people.me(session, account_id).actor)
    return post.title or "this post", cards.page_of(post)


def _delete(session: Session, account_id: int, post_id: int) -> str:
    actor = people.me(session, account_id).actor
    post = posts.get_own(session, post_id, actor)
    tab = "" if post.artwork else "/posts"
    deletions.withdraw(session, post)
    return f"/@{actor.name}{tab}"
