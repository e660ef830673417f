"""What authors elsewhere say to answers, likes and boosts of ours: a yes is kept and passed on, a no is heeded.

https://docs.gotosocial.org/en/latest/federation/interaction_controls/ . `authorization` is the address of the yes.
"""

from sqlalchemy.orm import Session

from fedi import clock
from fedi.models.actor import Actor
from fedi.models.interaction import Boost, Like
from fedi.models.notification import NotificationKind
from fedi.models.post import Post
from fedi.services import accounts, interactions, notifications, outgoing, posts


def reply_allowed(session: Session, post: Post, authorization: str) -> None:
    """Everybody who has the answer hears of it; a no that was said before counts no more."""
    if post.reply_authorization != authorization:
        post.reply_authorization, post.reply_refused_at = authorization, None
        session.flush()
        _say_anew(session, post)


def reply_refused(session: Session, post: Post, author: Actor) -> None:
    """It stays its writer's, who is told, and is shown as an answer no longer; a yes from before is taken back."""
    if post.reply_refused_at is not None:
        return
    allowed, post.reply_authorization, post.reply_refused_at = post.reply_authorization, None, clock.now()
    session.flush()
    if allowed:
        _say_anew(session, post)
    account = accounts.of_actor(session, post.actor)
    if account is not None:
        notifications.notify(session, account, NotificationKind.REPLY_REFUSED, author, post)


def like_allowed(session: Session, row: Like, authorization: str) -> None:
    """Kept; nobody but the author has the like."""
    row.authorization = authorization
    session.flush()


def boost_allowed(session: Session, row: Boost, authorization: str) -> None:
    """The boost goes to followers, with the yes."""
    if row.authorization != authorization:
        row.authorization = authorization
        session.flush()
        interactions.announce(session, row, followers=True)


def _say_anew(session: Session, post: Post) -> None:
    outgoing.put_update(session, post, actors=posts.addressed(session, post))
