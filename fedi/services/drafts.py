"""What an app asks to post: posted now, or kept until its time (`services.scheduled`)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from fedi.errors import BadRequest, NotFound
from fedi.models.account import Account
from fedi.models.post import Post, PostState, Visibility
from fedi.policy.disclosure import AiUse
from fedi.services import mentions, polls, posts

# Mastodon's words for them.
VISIBILITIES = {
    "public": Visibility.PUBLIC,
    "unlisted": Visibility.UNLISTED,
    "private": Visibility.FOLLOWERS,
    "direct": Visibility.DIRECT,
}
NO_VISIBILITY = "Validation failed: Visibility is not included in the list"


@dataclass(frozen=True)
class Draft:
    """None, or an empty visibility, is what the account has as its default; the ids are those of posts kept here."""

    text: str
    title: str = ""
    summary: str = ""
    sensitive: bool | None = None
    visibility: str = ""
    language: str | None = None
    media_ids: Sequence[int] = ()
    in_reply_to_id: int | None = None
    consent: str | None = None
    licence: str | None = None
    ai: AiUse | None = None
    quote_policy: str | None = None
    quoted_id: int | None = None
    question: polls.Question | None = None
    key: str | None = None
    app_name: str | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Draft":
        question, ai = kept["question"], kept["ai"]
        read = {"question": polls.Question(**question) if question else None, "ai": AiUse(ai) if ai else None}
        return cls(**kept | read)


def compose(session: Session, account: Account, draft: Draft) -> Post:
    """Post it. A warning without text is the text; a warning hides the pictures. Raises BadRequest, NotFound."""
    text, summary = draft.text, draft.summary
    sensitive = account.settings.get("sensitive", False) if draft.sensitive is None else draft.sensitive
    sensitive = bool(sensitive or summary.strip())
    if not text.strip() and summary.strip():
        text, summary = summary, ""
    return posts.compose(
        session,
        author=account.actor,
        text=text,
        title=draft.title,
        summary=summary,
        sensitive=sensitive,
        visibility=visibility(account, draft.visibility),
        media_ids=draft.media_ids,
        in_reply_to=_known(session, account, draft.in_reply_to_id, "reply to"),
        language=draft.language or account.settings.get("language"),
        consent=draft.consent,
        licence=draft.licence,
        mentioned=mentions.known(session, text),
        ai=draft.ai,
        quote_policy=draft.quote_policy,
        quoted=_known(session, account, draft.quoted_id, "quote"),
        question=draft.question,
        idempotency_key=draft.key,
        app_name=draft.app_name,
    )


def visibility(account: Account, asked: str) -> Visibility:
    """Whom a post is for, by name or as the account has it. Raises BadRequest."""
    name = asked or account.settings.get("visibility", "public")
    if name not in VISIBILITIES:
        raise BadRequest(NO_VISIBILITY)
    chosen = VISIBILITIES[name]
    return Visibility.UNLISTED if chosen == Visibility.PUBLIC and account.actor.limited_at is not None else chosen


def _known(session: Session, account: Account, post_id: int | None, what: str) -> Post | None:
    if post_id is None:
        return None
    try:
        post = posts.get_visible(session, post_id, account.actor)
    except NotFound:
        post = None
    if post is None or post.state != PostState.PUBLISHED:
        raise NotFound(f"The post you are trying to {what} does not appear to exist.")
    return post
