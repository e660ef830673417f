"""The upload form: a new work or post, its pictures at once or with the form."""

from typing import Any

from quart import Blueprint, Response, jsonify, request
from sqlalchemy.orm import Session

from fedi import config
from fedi.errors import BadRequest, Conflict, NotFound
from fedi.models.post import PostState
from fedi.policy import disclosure
from fedi.services import consents, media, mentions, posts, secret
from fedi.web import database, limits, multipart, sessions
from fedi.web.api.mentioning import look_up
from fedi.web.pages import cards, drafting, forms, page, people
from fedi.web.pages.acts import visibility
from fedi.web.pages.drafting import BadDraft, Draft, Slot

blueprint = Blueprint("compose", __name__)
OVERHEAD = 1 << 20


@blueprint.get("/compose")
@sessions.required
async def new() -> Response:
    settings = await database.reading(_settings, sessions.account_id())
    text = request.args.get("text", "")[: posts.MAX_TEXT].replace("\0", "")  # FEP-3b86: what WebFinger offers
    draft = Draft(text=text, visibility=settings.get("visibility", "public"), key=secret.token())
    draft.quote = request.args.get("quote", "")[:20]
    draft.quoted = await database.reading(_quoted, sessions.account_id(), draft.quote)
    return await show_form(draft)


@blueprint.post("/compose")
@sessions.required
async def create() -> Response:
    """Take the pictures in and write the post; it shows itself once all of them are protected."""
    account_id = sessions.account_id()
    limits.take(limits.UPLOAD, str(account_id))
    async with multipart.receive(most_bytes()) as form:
        try:
            draft = await drafting.read(form, account_id)
        except BadDraft as error:
            return await show_again(error.draft, error)
    await look_up(draft.text)
    try:
        return page.go(await database.writing(_create, account_id, draft))
    except (BadRequest, Conflict, NotFound) as error:
        return await show_again(draft, error)


@blueprint.post("/compose/pictures")
@sessions.required
async def picture() -> Response:
    """One picture at once, for the form with JavaScript: 201 with its id."""
    account_id = sessions.account_id()
    limits.take(limits.UPLOAD, str(account_id))
    async with multipart.receive(config.settings().media_max_bytes + OVERHEAD) as form:
        forms.checked(form.fields)
        file = form.files.get("file")
        if file is None:
            raise BadRequest("there is no file in the form")
        media_id = await drafting.take(file, account_id, Slot())
    response = jsonify({"id": str(media_id)})
    response.status_code = 201
    return response


def most_bytes() -> int:
    return config.settings().media_max_bytes * drafting.SLOTS + OVERHEAD


async def show_form(draft: Draft, *, status: int = 200, problem: str = "", **editing: Any) -> Response:
    account = sessions.account()
    own = consents.of_actor(account.actor) if account else consents.of_instance()
    values: dict[str, Any] = {"editing": False, "action": "/compose", "key": draft.key, **editing}
    return await page.show(
        "pages/compose.html",
        status=status,
        problem=problem,
        form=draft,
        slots=draft.filled,
        own_consent=own.sentence,
        own_licence=own.licence.title,
        **values,
    )


async def show_again(draft: Draft, error: Exception, **editing: Any) -> Response:
    """The form with what is wrong; uploads that went well are kept in it."""
    shown = await database.reading(drafting.show_again, sessions.account_id(), draft)
    shown.quoted = await database.reading(_quoted, sessions.account_id(), draft.quote)
    return await show_form(shown, status=getattr(error, "status", 422), problem=str(error), **editing)


def _quoted(session: Session, account_id: int, post_id: str) -> cards.Card | None:
    """What the form says that the post will quote. Raises NotFound for what this account cannot see."""
    if not post_id:
        return None
    actor = people.me(session, account_id).actor
    return cards.of_posts(session, actor, [posts.get_visible(session, forms.number(post_id), actor)], quotes=False)[0]


def _settings(session: Session, account_id: int) -> dict[str, Any]:
    return people.me(session, account_id).settings


def _create(session: Session, account_id: int, draft: Draft) -> str:
    actor = people.me(session, account_id).actor
    for slot in draft.slots:
        row = media.get_own(session, forms.number(slot.media), actor)
        media.describe(session, row, alt=slot.alt, focus=(slot.x, slot.y))
    post = posts.compose(
        session,
        author=actor,
        text=draft.text,
        title=draft.title,
        summary=draft.summary,
        sensitive=draft.sensitive,
        visibility=visibility(draft.visibility),
        media_ids=draft.media_ids,
        consent=draft.consent or None,
        licence=draft.licence or None,
        tags=draft.labels,
        mentioned=mentions.known(session, draft.text),
        ai=disclosure.find(draft.ai) if draft.ai else None,
        question=draft.question,
        quoted=posts.get_visible(session, forms.number(draft.quote), actor) if draft.quote else None,
        idempotency_key=f"web:{draft.key}" if draft.key else None,
    )
    return cards.page_of(post) if post.state == PostState.PUBLISHED else f"/posts/{post.id}/state"
