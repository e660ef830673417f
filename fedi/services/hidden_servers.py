"""Servers that one person does not want to see: nobody of them on any list, and none of them follows."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fedi import config
from fedi.errors import BadRequest
from fedi.models.actor import Actor
from fedi.models.follow import Follow, FollowState
from fedi.models.relation import ServerMute
from fedi.services import domains, follows, privacy
from fedi.services.paging import Page, rows


def hide(session: Session, actor: Actor, domain: str) -> None:
    """See nobody of a server any more; its people stop following. Raises BadRequest."""
    domain = domains.normalise(domain)
    if domain in {config.settings().domain, config.settings().host.lower()}:
        raise BadRequest("this is your own server")
    if domain in privacy.hidden_among(session, actor, [domain]):
        return
    session.add(ServerMute(actor_id=actor.id, domain=domain))
    session.flush()
    theirs = select(Actor.id).where(Actor.domain_key == domain)
    standing = select(Follow).where(Follow.followee_id == actor.id, Follow.follower_id.in_(theirs))
    for row in list(session.scalars(standing)):
        follows.reject(session, row)


def show(session: Session, actor: Actor, domain: str) -> None:
    query = select(ServerMute).where(ServerMute.actor_id == actor.id, ServerMute.domain == domains.normalise(domain))
    if (row := session.scalar(query)) is not None:
        session.delete(row)
        session.flush()


def preview(session: Session, actor: Actor, domain: str) -> tuple[int, int]:
    """(how many of the server one follows, how many of it follow one): whom hiding it would part. Raises BadRequest."""
    theirs = select(Actor.id).where(Actor.domain_key == domains.normalise(domain))
    counted = select(func.count()).select_from(Follow).where(Follow.state == FollowState.ACCEPTED)
    following = counted.where(Follow.follower_id == actor.id, Follow.followee_id.in_(theirs))
    followers = counted.where(Follow.followee_id == actor.id, Follow.follower_id.in_(theirs))
    return session.scalar(following) or 0, session.scalar(followers) or 0


def listed(session: Session, actor: Actor, page: Page) -> list[ServerMute]:
    return rows(session, select(ServerMute).where(ServerMute.actor_id == actor.id), ServerMute.id, page)
