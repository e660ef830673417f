"""A local post with everything its document needs, gathered from the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from fedi import clock
from fedi.activitypub.objects import note
from fedi.errors import NotFound
from fedi.models.post import Post, PostState
from fedi.models.quote import Quote, QuoteState
from fedi.policy.layers import activitystreams
from fedi.services import consents, galleries, interactions, media, media_tokens, polls, quotations, stamps


def published(session: Session, post_id: int, *, token: str) -> tuple[Post, note.Parts]:
    """Raises NotFound when it is not published, or no longer. `token` opens pictures that are not for everybody."""
    post = session.get(Post, post_id)
    if post is None or not post.local or post.state != PostState.PUBLISHED:
        raise NotFound("there is no such post")
    return post, parts_of(session, [post], token=token)[post.id]


def parts_of(session: Session, posts: Sequence[Post], *, token: str = "") -> dict[int, note.Parts]:
    """What the documents of these posts are made of. `token` opens pictures that are not for everybody."""
    pictures = media.of_posts(session, [post.id for post in posts])
    tallies = interactions.tallies(session, posts)
    ballots = polls.of_posts(session, posts)
    quoted = quotations.of_posts(session, [post.id for post in posts])
    hung = galleries.of_posts(session, [post.id for post in posts])
    return {
        post.id: note.Parts(
            terms=consents.of_post(post),
            pictures=[
                note.Picture(
                    each, consents.of_media(session, each, post), token=token if media_tokens.needed(post) else ""
                )
                for each in pictures.get(post.id, [])
            ],
            in_reply_to=post.in_reply_to_uri,
            tally=tallies[post.id],
            ballot=ballots.get(post.id),
            galleries=[galleries.uri(each) for each in hung.get(post.id, [])],
            quote=quoted[post.id].quoted_uri if post.id in quoted else None,
            quote_authorization=_authorization(quoted[post.id]) if post.id in quoted else None,
        )
        for post in posts
    }


def _authorization(row: Quote) -> str | None:
    """The stamp that lets a post quote: of its author's server, or ours."""
    if row.state != QuoteState.ACCEPTED:
        return None
    return stamps.uri(row) if row.post is not None and row.post.local else row.authorization_uri


def create_activity(post: Post, parts: note.Parts) -> dict[str, Any]:
    """The Create of a post without `@context`: sent when it is published, and listed in the outbox."""
    to, cc = note.audience(post)
    return {
        "id": f"{post.uri}/activity",
        "type": "Create",
        "actor": post.actor.uri,
        "published": clock.iso(post.published_at or post.created_at),
        "to": to,
        "cc": cc,
        **activitystreams.render(parts.terms, kind="activity"),
        "object": note.bare(post, parts),
    }
