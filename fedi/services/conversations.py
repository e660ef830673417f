"""Conversations by direct posts: who takes part, what was said last, and whether it was read."""

from collections.abc import Sequence

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from fedi import db
from fedi.errors import NotFound
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.conversation import Conversation
from fedi.models.happening import HappeningKind
from fedi.models.post import Mention, Post, PostState, Visibility
from fedi.services import accounts, happenings, relations
from fedi.services.paging import Page, narrow, newest_first


def said(session: Session, post: Post) -> None:
    """A direct post was published: everybody here who takes part has it as their last; its author has read it."""
    if post.visibility != Visibility.DIRECT or not post.conversation:
        return
    for actor in (post.actor, *(mention.actor for mention in post.mentions)):
        account = accounts.of_actor(session, actor) if actor.local else None
        if account is None or relations.silent(session, account, post.actor, None):
            continue
        row = _find(session, account, post.conversation)
        if row is None:
            given = {"account_id": account.id, "thread": post.conversation}
            db.insert_new(session, Conversation, ["account_id", "thread"], **given, last_post_id=post.id)
            row = _find(session, account, post.conversation)
        if row is not None:
            row.last_post_id = max(row.last_post_id, post.id)
            row.unread = actor.id != post.actor_id
            session.flush()
            session.refresh(row)
            happenings.put(session, HappeningKind.CONVERSATION, row.id, account.actor_id)


def unsaid(session: Session, post: Post) -> None:
    """A direct post is gone: what was said before it is the last now, or there is no conversation any more."""
    if post.visibility != Visibility.DIRECT:
        return
    for row in session.scalars(select(Conversation).where(Conversation.last_post_id == post.id)).unique().all():
        account = session.get_one(Account, row.account_id)
        earlier = _posts(account, row.thread).where(Post.id != post.id).order_by(Post.id.desc()).limit(1)
        last = session.scalars(earlier).unique().first()
        if last is None:
            session.delete(row)
        else:
            row.last_post_id = last.id
    session.flush()


def listed(session: Session, account: Account, page: Page) -> list[Conversation]:
    """Those with the newest posts first; `page` counts in the ids of these."""
    query = select(Conversation).join(Post, Post.id == Conversation.last_post_id)
    query = query.where(Conversation.account_id == account.id, Post.state == PostState.PUBLISHED)
    others = and_(relations.hears(account.actor, Post.actor_id), relations.at_hand(Post.actor_id))
    query = query.where(or_(Post.actor_id == account.actor_id, others))
    found = session.scalars(narrow(query, Conversation.last_post_id, page)).unique().all()
    return newest_first(found, page)


def get_own(session: Session, account: Account, id_: int) -> Conversation:
    """Raises NotFound."""
    row = session.get(Conversation, id_)
    if row is None or row.account_id != account.id:
        raise NotFound("Record not found")
    return row


def people(account: Account, row: Conversation) -> Sequence[Actor]:
    """The others, or oneself where nobody else takes part."""
    post = row.last_post
    every = {post.actor_id: post.actor, **{mention.actor_id: mention.actor for mention in post.mentions}}
    others = [actor for id_, actor in every.items() if id_ != account.actor_id]
    return others or [account.actor]


def mark(session: Session, row: Conversation, *, unread: bool) -> None:
    row.unread = unread
    session.flush()


def remove(session: Session, row: Conversation) -> None:
    """It is not listed any more until somebody says more; the posts stay."""
    session.delete(row)
    session.flush()


def _find(session: Session, account: Account, thread: str) -> Conversation | None:
    query = select(Conversation).where(Conversation.account_id == account.id, Conversation.thread == thread)
    return session.scalars(query).unique().one_or_none()


def _posts(account: Account, thread: str) -> Select[Post]:
    named = exists().where(Mention.post_id == Post.id, Mention.actor_id == account.actor_id)
    return select(Post).where(
        Post.conversation == thread,
        Post.visibility == Visibility.DIRECT,
        Post.state == PostState.PUBLISHED,
        or_(Post.actor_id == account.actor_id, named),
    )
