"""/api/v1/statuses: posting, reading, editing, deleting, and what stands around a status."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from quart import Response, request
from sqlalchemy.orm import Session

from fedi import clock
from fedi.errors import BadRequest, NotFound
from fedi.models.account import Account
from fedi.models.errand import ErrandKind
from fedi.models.interaction import Boost
from fedi.policy import disclosure
from fedi.services import (
    deletions,
    drafts,
    errands,
    interactions,
    media,
    mentions,
    polls,
    posts,
    quotes,
    scheduled,
    threads,
)
from fedi.services.drafts import Draft
from fedi.services.timelines import Entry
from fedi.web import database, limits
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer
from fedi.web.api.entities import account as account_entity
from fedi.web.api.entities import scheduled_status, status
from fedi.web.api.mentioning import look_up
from fedi.web.api.params import Params

blueprint = api_blueprint(__name__)

BLANK = "Validation failed: Text can't be blank"
PARTS = {"text": "Text", "title": "Title", "warning": "Spoiler text"}  # of a post, as Mastodon calls them
MAX_IDS = 20
MAX_KEY = 255


@dataclass(frozen=True)
class Change:
    """What a client asks to edit."""

    text: str
    title: str | None
    summary: str
    sensitive: bool
    language: str | None
    media_ids: list[int] | None
    question: polls.Question | None
    alts: dict[int, dict[str, Any]] = field(default_factory=dict)


@blueprint.post("/api/v1/statuses")
async def create() -> Response:
    """Post; with media still being protected it is `preparing`, seen by its author alone, and publishes by itself."""
    given = await params.read()
    draft, at = _draft(given), scheduled_status.time_of(given.text("scheduled_at"))
    await look_up(draft.text)
    return answer(await database.writing(_create, access.person(), draft, at))


@blueprint.get("/api/v1/statuses")
async def several() -> Response:
    ids = (await params.read()).ids("id")[:MAX_IDS]
    return answer(await database.reading(_several, access.reader(), ids))


@blueprint.get("/api/v1/statuses/<id_>")
async def show(id_: str) -> Response:
    return answer(await database.reading(_show, access.reader(), params.id_of(id_)))


@blueprint.put("/api/v1/statuses/<id_>")
async def edit(id_: str) -> Response:
    change = _change(await params.read())
    await look_up(change.text)
    return answer(await database.writing(_edit, access.person(), params.id_of(id_), change))


@blueprint.delete("/api/v1/statuses/<id_>")
async def delete(id_: str) -> Response:
    """Delete for ever: the answer holds the source, so that a client can offer to write it again."""
    post_id = params.id_of(id_)
    access.count(limits.DELETE_POST, str(access.person()))
    given = await params.read()
    return answer(await database.writing(_delete, access.person(), post_id, keep=not given.flag("delete_media")))


@blueprint.get("/api/v1/statuses/<id_>/context")
async def context(id_: str) -> Response:
    body, wanted = await database.reading(_context, access.reader(), params.id_of(id_))
    if wanted:
        await database.writing(errands.put, ErrandKind.THREAD, wanted)
    return answer(body)


@blueprint.get("/api/v1/statuses/<id_>/source")
async def source(id_: str) -> Response:
    return answer(await database.reading(_source, access.person(), params.id_of(id_)))


@blueprint.get("/api/v1/statuses/<id_>/history")
async def history(id_: str) -> Response:
    return answer(await database.reading(_history, access.reader(), params.id_of(id_)))


@blueprint.put("/api/v1/statuses/<id_>/interaction_policy")
async def interaction_policy(id_: str) -> Response:
    given = await params.read()
    return answer(await database.writing(_interaction_policy, access.person(), params.id_of(id_), given))


@blueprint.post("/api/v1/statuses/<id_>/cancel")
async def cancel(id_: str) -> Response:
    """Ours: take a post back that is still being prepared."""
    return answer(await database.writing(_cancel, access.person(), params.id_of(id_)))


@blueprint.post("/api/v1/statuses/<id_>/retry")
async def retry(id_: str) -> Response:
    """Ours: prepare a failed or cancelled post again."""
    return answer(await database.writing(_retry, access.person(), params.id_of(id_)))


def _draft(given: Params) -> Draft:
    key = request.headers.get("Idempotency-Key", "").strip()
    app = access.token().app
    extra = given.group("fedi")
    return Draft(
        text=given.text("status"),
        title=extra.text("title"),
        summary=given.text("spoiler_text"),
        sensitive=given.flag("sensitive") if given.text("sensitive") else None,
        visibility=given.text("visibility"),
        language=params.language_of(given.text("language")),
        media_ids=given.ids("media_ids"),
        in_reply_to_id=_optional(given, "in_reply_to_id"),
        consent=extra.text("consent") or None,
        licence=extra.text("licence") or None,
        ai=disclosure.find(said) if (said := extra.text("ai")) else None,
        quote_policy=quotes.read_policy(asked) if (asked := given.text("quote_approval_policy")) else None,
        quoted_id=_optional(given, "quoted_status_id"),
        question=_question(given),
        key=key[:MAX_KEY] or None,
        app_name=app.name if app else None,
    )


def _question(given: Params) -> polls.Question | None:
    asked = given.group("poll")
    options = asked.texts("options")
    if not options:
        return None
    return polls.Question(options, asked.number("expires_in"), asked.flag("multiple"), asked.flag("hide_totals"))


def _optional(given: Params, name: str) -> int | None:
    """An id, 0 for one that nobody has."""
    text = given.text(name).strip()
    return None if not text else int(text) if params.is_id(text) else 0


def _change(given: Params) -> Change:
    if not given.has("status"):
        raise BadRequest(BLANK)
    extra = given.group("fedi")
    return Change(
        text=given.text("status"),
        title=extra.text("title") if extra.has("title") else None,
        summary=given.text("spoiler_text"),
        sensitive=given.flag("sensitive"),
        language=params.language_of(given.text("language")),
        media_ids=given.ids("media_ids") if given.has("media_ids") else None,
        question=_question(given),
        alts=_alts(given),
    )


def _alts(given: Params) -> dict[int, dict[str, Any]]:
    """`media_attributes[][id|description|focus]` as the changes of each picture."""
    found: dict[int, dict[str, Any]] = {}
    for each in given.groups("media_attributes"):
        change: dict[str, Any] = {}
        if each.has("description"):
            change["alt"] = each.text("description")
            if len(change["alt"]) > media.MAX_ALT:
                raise BadRequest(media.LONG_ALT)
        if each.text("focus"):
            change["focus_x"], change["focus_y"] = focus_of(each.text("focus"))
        found[each.optional_id("id") or 0] = change
    return found


def focus_of(text: str) -> tuple[float, float]:
    """`x,y`, each from -1 to 1; what is no number is the middle."""
    numbers = []
    for part in [*text.split(","), "0", "0"][:2]:
        try:
            number = float(part)
        except ValueError:
            number = 0.0
        numbers.append(max(-1.0, min(1.0, number)) if number == number else 0.0)  # noqa: PLR0124 - NaN is no focus
    return numbers[0], numbers[1]


def _create(session: Session, account_id: int, draft: Draft, at: datetime | None) -> dict[str, Any]:
    account = lookup.me(session, account_id)
    draft = replace(
        draft,
        in_reply_to_id=_post_id(session, account, draft.in_reply_to_id),
        quoted_id=_post_id(session, account, draft.quoted_id),
    )
    try:
        if at is not None and at > clock.now():
            return scheduled_status.render(session, scheduled.put(session, account, draft, at))
        scheduled.check_pictures(session, account, draft.media_ids)
        return status.one(session, account, drafts.compose(session, account, draft))
    except (posts.Empty, posts.TooLong) as error:
        raise _in_words_of_apps(error) from None


def _in_words_of_apps(error: posts.Empty | posts.TooLong) -> BadRequest:
    if isinstance(error, posts.Empty):
        return BadRequest(BLANK)
    return BadRequest(f"Validation failed: {PARTS[error.part]} character limit of {error.limit} exceeded")


def _post_id(session: Session, account: Account, id_: int | None) -> int | None:
    """Answering or quoting a boost means the post itself."""
    if id_ is None:
        return None
    try:
        return lookup.entry(session, id_, account.actor).post.id
    except NotFound:
        return 0


def _several(session: Session, account_id: int | None, ids: list[int]) -> list[dict[str, Any]]:
    reader = lookup.account(session, account_id)
    found = []
    for id_ in ids:
        try:
            found.append(lookup.entry(session, id_, reader.actor if reader else None))
        except NotFound:
            continue
    return status.many(session, reader, found)


def _show(session: Session, account_id: int | None, id_: int) -> dict[str, Any]:
    reader = lookup.account(session, account_id)
    return status.many(session, reader, [lookup.entry(session, id_, reader.actor if reader else None)])[0]


def _edit(session: Session, account_id: int, id_: int, change: Change) -> dict[str, Any]:
    account = lookup.me(session, account_id)
    post = lookup.own_post(session, account, id_)
    text, summary = change.text, change.summary
    sensitive = change.sensitive or bool(summary.strip())
    if not text.strip() and summary.strip():
        text, summary = summary, ""
    try:
        posts.edit(
            session,
            post,
            text=text,
            title=change.title,
            summary=summary,
            sensitive=sensitive,
            media_ids=change.media_ids,
            language=change.language,
            mentioned=mentions.known(session, text),
            alts=change.alts,
            question=change.question,
        )
    except (posts.Empty, posts.TooLong) as error:
        raise _in_words_of_apps(error) from None
    return status.one(session, account, post)


def _interaction_policy(session: Session, account_id: int, id_: int, given: Params) -> dict[str, Any]:
    account = lookup.me(session, account_id)
    post = lookup.own_post(session, account, id_)
    quotes.set_policy(session, post, given.text("quote_approval_policy"))
    return status.one(session, account, post)


def _delete(session: Session, account_id: int, id_: int, *, keep: bool) -> dict[str, Any]:
    """Apps delete in order to write anew, and do not say so: the originals are kept for a while unless told not to.

    A boost is deleted by its own id, too.
    """
    account = lookup.me(session, account_id)
    boost = session.get(Boost, id_)
    if boost is not None and boost.actor_id == account.actor_id:
        body = status.many(session, account, [Entry(boost.id, boost.post, boost)])[0] | {"text": ""}
        interactions.unboost(session, account.actor, boost.post)
        return body
    post = lookup.own_post(session, account, id_)
    body = status.one(session, account, post) | {"text": post.text}
    deletions.withdraw(session, post, keep_originals=keep)
    return body


def _context(session: Session, account_id: int | None, id_: int) -> tuple[dict[str, Any], str]:
    """The thread as it is known; and the post whose server should be asked for more of it ('': nobody)."""
    reader = lookup.account(session, account_id)
    viewer = reader.actor if reader else None
    post = lookup.entry(session, id_, viewer).post
    body = {
        "ancestors": status.of_posts(session, reader, threads.ancestors(session, post, viewer)),
        "descendants": status.of_posts(session, reader, threads.descendants(session, post, viewer)),
    }
    return body, errands.thread_wanted(session, post) if reader else ""


def _source(session: Session, account_id: int, id_: int) -> dict[str, Any]:
    """What was written; of another server's post its HTML is all that is known."""
    post = lookup.entry(session, id_, lookup.me(session, account_id).actor).post
    text = post.text if post.local else post.content
    return {"id": str(post.id), "text": text, "spoiler_text": post.summary, "fedi": {"title": post.title}}


def _history(session: Session, account_id: int | None, id_: int) -> list[dict[str, Any]]:
    """Every version, the first one first, the present one last."""
    reader = lookup.account(session, account_id)
    post = lookup.entry(session, id_, reader.actor if reader else None).post
    author = account_entity.one(session, post.actor)
    now = status.one(session, reader, post)
    pictures = {each["id"]: each for each in now["media_attachments"]}
    versions = [
        {
            "content": status.titled(edit.title, edit.content),
            "spoiler_text": edit.summary,
            "sensitive": edit.sensitive,
            "created_at": clock.iso_millis(edit.created_at),
            "account": author,
            "media_attachments": [
                pictures[each["id"]] | {"description": each.get("alt") or None}
                for each in edit.media
                if each.get("id") in pictures
            ],
            "emojis": [],
            "quote": None,
            **_asked(edit.poll_options),
        }
        for edit in posts.history(session, post)
    ]
    present = {
        name: now[name] for name in ("content", "spoiler_text", "sensitive", "media_attachments", "emojis", "quote")
    }
    at = post.edited_at or post.published_at or post.created_at
    asked = _asked(polls.options(session, post))
    return [*versions, present | {"created_at": clock.iso_millis(at), "account": author, **asked}]


def _asked(options: Sequence[str] | None) -> dict[str, Any]:
    """What a version asked, and nothing of how many chose what."""
    return {"poll": {"options": [{"title": each} for each in options]}} if options else {}


def _cancel(session: Session, account_id: int, id_: int) -> dict[str, Any]:
    account = lookup.me(session, account_id)
    post = lookup.own_post(session, account, id_)
    posts.cancel(session, post)
    return status.one(session, account, post)


def _retry(session: Session, account_id: int, id_: int) -> dict[str, Any]:
    account = lookup.me(session, account_id)
    post = lookup.own_post(session, account, id_)
    posts.retry(session, post)
    return status.one(session, account, post)
