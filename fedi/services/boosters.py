"""Those here who boosted a post, told when it says something else."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi.models.actor import Actor
from fedi.models.interaction import Boost
from fedi.models.notification import NotificationKind
from fedi.models.post import Post
from fedi.services import accounts, notifications


def tell_of_edit(session: Session, post: Post) -> None:
    boosts = select(Boost).join(Actor, Actor.id == Boost.actor_id)
    for row in session.scalars(boosts.where(Boost.post_id == post.id, Actor.domain_key == "")).unique():
        account = accounts.of_actor(session, row.actor)
        if account is not None:
            notifications.notify(session, account, NotificationKind.UPDATE, post.actor, post)
