"""How far a work is: the stages of each picture, why one failed and what to do, taking it back, trying again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from quart import Blueprint, Response
from sqlalchemy.orm import Session

from fedi.models.media import Media, MediaState
from fedi.models.post import Post, PostState
from fedi.services import media, media_tokens, posts
from fedi.web import database, sessions
from fedi.web.pages import cards, forms, page, people

blueprint = Blueprint("state", __name__)

# What a stage of the plan does, for the artist who waits; an unknown one shows its own name.
STAGES = {
    "scrub": "private data out",
    "normalise": "size and colours",
    "cloak": "style cloak",
    "poison": "poison",
    "watermark": "watermark",
    "encode": "file made",
    "terms": "terms written in",
    "embed": "terms written in",
    "sign": "signed",
    "verify": "checked",
}
WORDS = {
    MediaState.UPLOADED: "waits for its turn",
    MediaState.PROTECTING: "being protected",
    MediaState.PROTECTED: "protected",
    MediaState.FAILED: "could not be protected",
}
HEADINGS = {
    PostState.PREPARING: (
        "Being prepared",
        "Nobody but you sees it yet. It shows itself when every picture is protected; you can close this page.",
    ),
    PostState.FAILED: (
        "It could not be shown",
        "Nothing was published. Exchange the picture, take it out, or try again.",
    ),
    PostState.DRAFT: ("A draft", "Nobody but you sees it."),
    PostState.PUBLISHED: ("It is out", "Every picture was protected before anyone saw it."),
}


@dataclass(frozen=True)
class Progress:
    """One picture: `steps` are (words, state of the stage)."""

    words: str
    alt: str = ""
    reason: str = ""
    done: int = 0
    steps: list[tuple[str, str]] = field(default_factory=list)
    said: list[tuple[str, str]] = field(default_factory=list)


@blueprint.get("/posts/<post_id>/state")
@sessions.required
async def show(post_id: str) -> Response:
    return await page.show(
        "pages/state.html", **await database.reading(_load, sessions.account_id(), forms.number(post_id))
    )


@blueprint.post("/posts/<post_id>/cancel")
@sessions.required
async def cancel(post_id: str) -> Response:
    await forms.read()
    await database.writing(_change, sessions.account_id(), forms.number(post_id), posts.cancel)
    return page.go(f"/posts/{forms.number(post_id)}/state", "cancelled")


@blueprint.post("/posts/<post_id>/retry")
@sessions.required
async def retry(post_id: str) -> Response:
    await forms.read()
    await database.writing(_change, sessions.account_id(), forms.number(post_id), posts.retry)
    return page.go(f"/posts/{forms.number(post_id)}/state")


@blueprint.post("/posts/<post_id>/renew")
@sessions.required
async def renew(post_id: str) -> Response:
    await forms.read()
    await database.writing(_change, sessions.account_id(), forms.number(post_id), posts.renew_addresses)
    return page.go(f"/posts/{forms.number(post_id)}/state", "saved")


def _change(session: Session, account_id: int, post_id: int, change: Callable[[Session, Post], None]) -> None:
    change(session, posts.get_own(session, post_id, people.me(session, account_id).actor))


def _load(session: Session, account_id: int, post_id: int) -> dict[str, Any]:
    post = posts.get_own(session, post_id, people.me(session, account_id).actor)
    heading, lead = HEADINGS[post.state]
    return {
        "id": post.id,
        "state": str(post.state),
        "waiting": post.state == PostState.PREPARING,
        "heading": heading,
        "lead": lead,
        "reason": post.reason or "",
        "closed": post.state == PostState.PUBLISHED and media_tokens.needed(post),
        "page": cards.page_of(post),
        "pictures": [_progress(session, row) for row in media.of_post(session, post)],
    }


def _progress(session: Session, row: Media) -> Progress:
    runs = media.stages(session, row)
    steps = [(STAGES.get(run.stage, run.stage), str(run.state)) for run in runs]
    return Progress(
        words=WORDS[row.state],
        alt=row.alt,
        reason=row.reason or "",
        done=sum(1 for _, state in steps if state == "done"),
        steps=steps,
        said=_said(row),
    )


def _said(row: Media) -> list[tuple[str, str]]:
    """What the report says is written into the file."""
    terms = (row.report or {}).get("terms", [])
    return [(str(each.get("layer", "")), str(each.get("value", ""))) for each in terms if isinstance(each, dict)]
