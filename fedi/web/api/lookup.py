"""What an address of the API names, for the one who asks: the account behind a token, an actor, a status."""

from sqlalchemy.orm import Session

from fedi.errors import NotFound
from fedi.models.account import Account
from fedi.models.actor import Actor, ActorKind
from fedi.models.follow import FollowState
from fedi.models.interaction import Boost
from fedi.models.media import Media
from fedi.models.post import Post, Visibility
from fedi.services import follows, media, posts
from fedi.services.timelines import Entry

MISSING = "Record not found"


def account(session: Session, account_id: int | None) -> Account | None:
    """The reader, in this session."""
    return session.get(Account, account_id) if account_id is not None else None


def me(session: Session, account_id: int) -> Account:
    return session.get_one(Account, account_id)


def actor(session: Session, actor_id: int) -> Actor:
    """Anybody we know who is not gone. Raises NotFound."""
    found = session.get(Actor, actor_id)
    if found is None or found.deleted_at is not None or (found.local and found.kind == ActorKind.APPLICATION):
        raise NotFound(MISSING)
    return found


def own_post(session: Session, account: Account, id_: int) -> Post:
    """A post of one's own, in any state but deleted. Raises NotFound."""
    try:
        return posts.get_own(session, id_, account.actor)
    except NotFound:
        raise NotFound(MISSING) from None


def own_media(session: Session, account: Account, id_: int) -> Media:
    """A picture of one's own. Raises NotFound."""
    try:
        return media.get_own(session, id_, account.actor)
    except NotFound:
        raise NotFound(MISSING) from None


def entry(session: Session, id_: int, viewer: Actor | None) -> Entry:
    """The post or boost of an id, as far as `viewer` may see it. Raises NotFound, the same for hidden and missing."""
    boost = session.get(Boost, id_)
    try:
        if boost is None:
            return Entry(id_, posts.get_visible(session, id_, viewer))
        post = posts.get_visible(session, boost.post_id, viewer)
    except NotFound:
        raise NotFound(MISSING) from None
    if not boost.actor.available or not _is_for(session, boost, viewer):
        raise NotFound(MISSING)
    return Entry(id_, post, boost)


def _is_for(session: Session, boost: Boost, viewer: Actor | None) -> bool:
    """Whether a boost is for everybody, or for followers of whom the viewer is one."""
    if boost.visibility in {Visibility.PUBLIC, Visibility.UNLISTED}:
        return True
    if viewer is None or viewer.id == boost.actor_id:
        return viewer is not None
    follow = follows.find(session, viewer, boost.actor)
    return follow is not None and follow.state == FollowState.ACCEPTED
