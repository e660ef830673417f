"""Bookmarks (private) and the list of what one liked."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.interaction import Bookmark, Like
from fedi.models.post import Post, PostState
from fedi.services import posts
from fedi.services.paging import Page, narrow, newest_first


def add(session: Session, account: Account, post: Post) -> None:
    """Keep the post in one's own list; doing it twice changes nothing."""
    if _find(session, account, post) is None:
        session.add(Bookmark(account_id=account.id, post_id=post.id))
        session.flush()


def remove(session: Session, account: Account, post: Post) -> None:
    if (row := _find(session, account, post)) is not None:
        session.delete(row)
        session.flush()


def listed(session: Session, account: Account, page: Page) -> list[tuple[int, Post]]:
    """(bookmark id, post) of what is still visible, the latest bookmark first."""
    query = select(Bookmark.id, Post).join(Post, Post.id == Bookmark.post_id).where(Bookmark.account_id == account.id)
    found = session.execute(narrow(_published(query), Bookmark.id, page)).unique().all()
    return _visible(session, account.actor, [(row.id, row.Post) for row in found], page)


def favourites(session: Session, actor: Actor, page: Page) -> list[tuple[int, Post]]:
    """(like id, post) of what the actor liked and may still see, the latest like first."""
    query = select(Like.id, Post).join(Post, Post.id == Like.post_id).where(Like.actor_id == actor.id)
    found = session.execute(narrow(_published(query), Like.id, page)).unique().all()
    return _visible(session, actor, [(row.id, row.Post) for row in found], page)


def _published(query: Select[int, Post]) -> Select[int, Post]:
    return query.where(Post.state == PostState.PUBLISHED)


def _visible(session: Session, viewer: Actor, found: list[tuple[int, Post]], page: Page) -> list[tuple[int, Post]]:
    return [pair for pair in newest_first(found, page) if posts.visible(session, pair[1], viewer)]


def _find(session: Session, account: Account, post: Post) -> Bookmark | None:
    return session.scalar(select(Bookmark).where(Bookmark.account_id == account.id, Bookmark.post_id == post.id))
