"""Terms that change after works were made: pictures are made anew under them, and everybody who has them is told.

What is served stays served until the new files are verified; documents, pages and headers say the new terms at once.
What becomes more open by a decision of the artist about all her works stays as it is: it only says less than it could.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi import clock
from fedi.errors import Conflict
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.media import Media, MediaPurpose, MediaState, RenditionKind
from fedi.models.post import Post, PostState
from fedi.policy import disclosure
from fedi.policy.consent import Consent, strictest
from fedi.services import accounts, consent_log, consents, media, outgoing, posts

MADE = {MediaState.PROTECTED, MediaState.FAILED}
APART = timedelta(seconds=5)  # so that new works do not wait behind hundreds of old ones


def of_artist(session: Session, account: Account, *, tag: bool, field: bool, **decision: Any) -> None:
    """Decide for all works (`consents.set_default`), and whether it shows as `#NoAI` and as a profile field.

    What is out already becomes as strict, and the followers are told. Raises BadRequest.
    """
    actor = account.actor
    consents.set_default(session, actor, **decision)
    actor.noai_tag, actor.noai_field = tag, field
    session.flush()
    made = select(Media).where(Media.actor_id == actor.id, Media.state == MediaState.PROTECTED)
    _stricter(session, session.scalars(made.order_by(Media.id.desc())).all())
    accounts.announce(session, actor)


def of_works(session: Session, works: Iterable[Post]) -> None:
    """The terms of these published works are others now; of one with pictures to make anew it is told afterwards."""
    for post in works:
        if not _stricter(session, media.of_post(session, post)):
            _update(session, post)


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
        scope = f"post:{post.id}"
        consent_log.record(session, post.actor, scope=scope, consent=post.consent, licence=post.licence)
    _follow(session, post)


def change_picture(session: Session, row: Media, consent: str) -> None:
    """What machines may do with one picture; empty: what its work says. Raises BadRequest, Conflict."""
    if row.purpose != MediaPurpose.POST:
        raise Conflict("a portrait or banner has the terms of its artist")
    row.consent, _ = consents.read(consent, None)
    actor = session.get_one(Actor, row.actor_id)
    consent_log.record(session, actor, scope=f"media:{row.id}", consent=row.consent, licence=None)
    if row.post_id is None:
        _make_anew(session, row, None)
    else:
        _follow(session, session.get_one(Post, row.post_id))


def made_anew(session: Session, post: Post) -> None:
    """A picture of a published work is ready under its new terms; when all are, everybody gets their addresses."""
    waiting = [each for each in media.of_post(session, post) if each.state not in MADE]
    if post.state == PostState.PUBLISHED and not waiting:
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


def _stricter(session: Session, pictures: Iterable[Media]) -> bool:
    """Make those anew whose bytes permit a use that the terms of today do not; whether there are any."""
    remade = [row for row in pictures if row.state == MediaState.PROTECTED and _says_too_much(session, row)]
    for number, row in enumerate(remade):
        media.start(session, row)
        row.due_at = clock.now() + number * APART
    session.flush()
    return bool(remade)


def _says_too_much(session: Session, row: Media) -> bool:
    shown = row.rendition(RenditionKind.FEDERATED)
    if shown is None:
        return False
    written = Consent.parse(shown.consent)
    return strictest(written, consents.of_media(session, row).consent) != written


def _update(session: Session, post: Post) -> None:
    post.edited_at = clock.now()  # without a newer `updated` nobody looks at the pictures again
    session.flush()
    outgoing.put_update(session, post, at=post.edited_at, actors=posts.addressed(session, post))
