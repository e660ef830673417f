"""Terms of a work that change after it was made: its pictures are made anew under them, and everybody is told.

What is served stays served until the new files are verified; documents and pages say the new terms at once.
"""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from fedi import clock
from fedi.errors import Conflict
from fedi.models.actor import Actor
from fedi.models.media import Media, MediaPurpose, MediaState
from fedi.models.post import Post, PostState
from fedi.policy import disclosure
from fedi.services import consents, media, outgoing, posts

MADE = {MediaState.PROTECTED, MediaState.FAILED}


def change(session: Session, post: Post, said: Mapping[str, str]) -> None:
    """`said` has any of consent, licence and ai as texts; an empty one is as the artist has it.

    Raises BadRequest, and Conflict for a deleted post.
    """
    if post.state == PostState.WITHDRAWN:
        raise Conflict("a deleted post has no terms")
    if "ai" in said:
        post.ai = disclosure.find(said["ai"]) if said["ai"] else None
    if {"consent", "licence"} & said.keys():
        post.consent, post.licence = consents.read(said.get("consent", post.consent), said.get("licence", post.licence))
        consents.record(session, post.actor, scope=f"post:{post.id}", consent=post.consent, licence=post.licence)
    _follow(session, post)


def change_picture(session: Session, row: Media, consent: str) -> None:
    """What machines may do with one picture; empty: what its work says. Raises BadRequest, Conflict."""
    if row.purpose != MediaPurpose.POST:
        raise Conflict("a portrait or banner has the terms of its artist")
    row.consent, _ = consents.read(consent, None)
    actor = session.get_one(Actor, row.actor_id)
    consents.record(session, actor, scope=f"media:{row.id}", consent=row.consent, licence=None)
    if row.post_id is None:
        _make_anew(session, row, None)
    else:
        _follow(session, session.get_one(Post, row.post_id))


def made_anew(session: Session, post: Post) -> None:
    """A picture of a published work is ready under its new terms; when all are, everybody gets their addresses."""
    pictures = media.of_post(session, post)
    if post.state == PostState.PUBLISHED and all(media.is_ready(session, each, post) for each in pictures):
        _update(session, post)


def _follow(session: Session, post: Post) -> None:
    """The pictures follow the words, and whoever has the work hears of both."""
    session.flush()
    for picture in media.of_post(session, post):
        _make_anew(session, picture, post)
    if post.state == PostState.PUBLISHED:
        _update(session, post)
    else:
        posts.publish_when_ready(session, post)


def _make_anew(session: Session, row: Media, post: Post | None) -> None:
    """One that is being made is looked at again at its end, as its terms may have changed meanwhile."""
    if row.state in MADE and not media.is_ready(session, row, post):
        media.start(session, row)


def _update(session: Session, post: Post) -> None:
    post.edited_at = clock.now()  # without a newer `updated` nobody looks at the pictures again
    session.flush()
    outgoing.put_update(session, post, at=post.edited_at, actors=posts.addressed(session, post))
