"""Who among those who listen has to do with a post or its author; each question one query for all of them."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fedi import clock
from fedi.models.account import Account
from fedi.models.content_filter import Filter
from fedi.models.follow import Follow, FollowState
from fedi.models.interaction import Bookmark, Boost, Like
from fedi.models.poll import Vote
from fedi.models.post import Post
from fedi.models.relation import ThreadMute
from fedi.services import interaction_policies, quotations
from fedi.services.interaction_policies import Verb


def followers_among(session: Session, actor_id: int, reader_ids: Sequence[int]) -> set[int]:
    """Which of these actors follow one."""
    query = select(Follow.follower_id).where(Follow.followee_id == actor_id, Follow.state == FollowState.ACCEPTED)
    return set(session.scalars(query.where(Follow.follower_id.in_(reader_ids)))) if reader_ids else set()


def tied(session: Session, post: Post, accounts: Sequence[Account]) -> set[int]:
    """Which of these accounts see something of their own with a post: all others see exactly the same."""
    ids, actors = [each.id for each in accounts], {each.actor_id: each.id for each in accounts}
    at_once, asked = interaction_policies.audiences(post, Verb.QUOTE)
    by_follow = {*at_once, *asked} - {interaction_policies.PUBLIC}
    if by_follow or quotations.of_post(session, post) is not None:
        return set(ids)
    found = {actors[post.actor_id]} & set(ids) if post.actor_id in actors else set()
    for model in (Like, Boost, Vote):
        mine = select(model.actor_id).where(model.post_id == post.id, model.actor_id.in_(list(actors)))
        found |= {actors[actor_id] for actor_id in session.scalars(mine)}
    lasting = or_(Filter.expires_at.is_(None), Filter.expires_at > clock.now())
    for query in (
        select(Bookmark.account_id).where(Bookmark.post_id == post.id, Bookmark.account_id.in_(ids)),
        select(ThreadMute.account_id).where(
            ThreadMute.conversation == (post.conversation or ""), ThreadMute.account_id.in_(ids)
        ),
        select(Filter.account_id).where(Filter.account_id.in_(ids), lasting),
    ):
        found |= set(session.scalars(query))
    return found
