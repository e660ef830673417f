"""The page of one work or post, ours or from elsewhere, with its terms and what was answered."""

from dataclasses import dataclass
from typing import Any

from quart import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedi import urls
from fedi.errors import Gone, NotFound
from fedi.models.actor import Actor
from fedi.models.errand import ErrandKind
from fedi.models.post import Post, PostState
from fedi.policy.consent import Consent
from fedi.policy.disclosure import AiUse
from fedi.policy.layers import activitystreams
from fedi.policy.terms import SENTENCES
from fedi.services import consents, errands, galleries, polls, posts, threads
from fedi.web import database, negotiation, sessions
from fedi.web.pages import cards, documents, forms, page, people, structured

blueprint = Blueprint("work", __name__)
# What the maker says of AI, for whoever looks at the work.
AI = {
    AiUse.NONE: "Made without AI, says the artist.",
    AiUse.ASSISTED: "Made with the help of AI, says the artist.",
    AiUse.GENERATED: "Made by AI, says the artist.",
}


@dataclass(frozen=True)
class Elsewhere:
    """The post is not shown here: the page leads to `path`."""

    path: str


@blueprint.get("/@<handle>/<post_id>")
async def show(handle: str, post_id: str) -> Response:
    if negotiation.wants_activitystreams(request.headers.get("Accept")) and "@" not in handle:
        return await documents.post(handle, forms.number(post_id))
    account = sessions.account()
    found = await database.reading(load, handle, forms.number(post_id), account.id if account else None)
    if isinstance(found, Elsewhere):
        return page.go(found.path)
    for kind, wanted in found.pop("wanted").items():
        if wanted:
            await database.writing(errands.put, kind, wanted)
    return await answer(found)


async def answer(values: dict[str, Any], *, status: int = 200, problem: str = "") -> Response:
    """The page of a loaded post."""
    template = "pages/work.html" if values["card"].pictures else "pages/post.html"
    response = await page.show(template, status=status, problem=problem, **values)
    response.headers["Vary"] = "Accept, Cookie"
    return response


def load(session: Session, handle: str, post_id: int, account_id: int | None) -> dict[str, Any] | Elsewhere:
    """Everything the page needs. Raises NotFound, and Gone for what was shown once and is deleted."""
    viewer = people.viewer(session, account_id)
    post = session.get(Post, post_id)
    if post is None or people.find(session, handle, viewer).id != post.actor_id:
        raise NotFound("there is no such post")
    if post.state == PostState.WITHDRAWN and post.published_at is not None:
        raise Gone("this post was deleted")
    if not posts.visible(session, post, viewer):
        raise NotFound("there is no such post")
    if post.state != PostState.PUBLISHED:
        return Elsewhere(f"/posts/{post.id}/state")
    return values(session, post, viewer) | {"wanted": _wanted(session, post) if viewer else {}}


def _wanted(session: Session, post: Post) -> dict[ErrandKind, str]:
    """What its server should be asked for, as somebody looks at it; '' for what need not be."""
    return {
        ErrandKind.THREAD: errands.thread_wanted(session, post),
        ErrandKind.POLL: polls.recount_wanted(session, post),
    }


def values(session: Session, post: Post, viewer: Actor | None) -> dict[str, Any]:
    """What the template prints of a post that the viewer may see."""
    above = threads.ancestors(session, post, viewer)
    below = threads.descendants(session, post, viewer)
    made = {card.id: card for card in cards.of_posts(session, viewer, [*above, post, *below])}
    card = made[post.id]
    terms = consents.of_post(post) if post.local else None
    hung = galleries.of_posts(session, [post.id]).get(post.id, [])
    return {
        "card": card,
        "text": post.content,
        "description": cards.description(card),
        "ancestors": [made[each.id] for each in above],
        "replies": [made[each.id] for each in below],
        "terms": terms,
        "remote_terms": _remote_terms(post),
        "structured": structured.of_work(card, terms, cards.description(card)) if terms else [],
        "ai": AI[AiUse(post.ai)] if post.ai else "",
        "alternates": _alternates(post) if post.local else [],
        "hung": [{"title": each.title, "page": galleries.page(each)} for each in hung],
        "mine": [{"id": each.id, "title": each.title} for each in galleries.of_actor(session, post.actor)]
        if card.mine
        else [],
    }


def _alternates(post: Post) -> list[tuple[str, str]]:
    return [(page.DOCUMENT, post.uri), *([(page.CARD, urls.oembed(post.url or post.uri))] if post.public else [])]


def _remote_terms(post: Post) -> str:
    """What the author's own server says about AI, in our words; '' when it says nothing."""
    said: Consent | None = activitystreams.read(post.terms) if post.terms else None
    if said is None and post.consent:
        said = Consent.parse(post.consent)
    if said is None:
        return ""
    return SENTENCES.get(said.state, "AI use is restricted by its artist.")
