"""Leaving: after an account was deleted, its works, files and relations go, a batch at a time, resumable."""

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from fedi.models.account import ACCOUNTS, Account, AccountState
from fedi.models.collection import Collection, CollectionItem
from fedi.models.feature import Feature
from fedi.models.follow import Follow
from fedi.models.gallery import Gallery
from fedi.models.interaction import Boost, Like
from fedi.models.media import Media, MediaState
from fedi.models.notification import Notification
from fedi.models.outgoing import Outgoing, OutgoingState
from fedi.models.post import Post, PostState
from fedi.models.relation import Block, Mute
from fedi.services import crawler_log, deletions, media, registries

BATCH = 50


def step(session: Session) -> bool:
    """One batch of one leaving account; whether more is left."""
    account = session.scalar(select(Account).where(Account.state == AccountState.LEAVING).limit(1))
    if account is None:
        return False
    actor = account.actor
    works = list(
        session.scalars(
            select(Post).where(Post.actor_id == actor.id, Post.state != PostState.WITHDRAWN).limit(BATCH),
        ),
    )
    for post in works:
        deletions.withdraw(session, post, silently=True)  # the Delete of the actor says it all
    rest = list(
        session.scalars(
            select(Media).where(Media.actor_id == actor.id, Media.state != MediaState.WITHDRAWN).limit(BATCH)
        ),
    )
    for row in rest:
        media.withdraw(session, row)
    if works or rest or _still_to_say(session, actor.id):
        return True
    session.execute(delete(Gallery).where(Gallery.actor_id == actor.id))
    session.execute(delete(Collection).where(Collection.actor_id == actor.id))
    session.execute(delete(CollectionItem).where(CollectionItem.actor_id == actor.id))
    session.execute(delete(Feature).where(or_(Feature.actor_id == actor.id, Feature.curator_id == actor.id)))
    session.execute(delete(Like).where(Like.actor_id == actor.id))
    session.execute(delete(Boost).where(Boost.actor_id == actor.id))
    session.execute(
        delete(Notification).where(or_(Notification.account_id == account.id, Notification.actor_id == actor.id))
    )
    session.execute(delete(Block).where(or_(Block.actor_id == actor.id, Block.target_id == actor.id)))
    session.execute(delete(Mute).where(or_(Mute.actor_id == actor.id, Mute.target_id == actor.id)))
    session.execute(delete(Follow).where(or_(Follow.follower_id == actor.id, Follow.followee_id == actor.id)))
    crawler_log.forget_artist(session, actor.id)
    registries.forget_artist(session, actor.id)
    actor.display_name = actor.summary = actor.summary_source = ""
    actor.fields, actor.icon_url, actor.image_url = [], None, None
    ACCOUNTS.move(account, AccountState.GONE)
    return False


def _still_to_say(session: Session, actor_id: int) -> bool:
    """The followers must be there until the Delete was expanded to their inboxes."""
    waiting = select(Outgoing.id).where(Outgoing.actor_id == actor_id, Outgoing.state == OutgoingState.PENDING)
    return session.scalar(waiting.limit(1)) is not None
