"""A remote post that we know, asked for at its own server again: for the counts of its poll, or its end."""

from typing import TypeGuard

from fedi import db
from fedi.activitypub.asking import Asking, Spent
from fedi.activitypub.objects import note
from fedi.activitypub.protocol import origins
from fedi.errors import BadDocument, Gone, NotFound
from fedi.models.errand import Errand, ErrandKind
from fedi.models.post import Post, PostState
from fedi.services import remote_posts


def run(errand: Errand) -> None:
    """Take the post at `errand.uri` as it is now. Raises Unreachable when its server is away, FediError otherwise.

    Gone (410) is gone. That it is not there (404) means the same only where somebody said that it was deleted.
    """
    try:
        document = Asking(fetches=1).document(errand.uri)
    except Spent:
        return
    except NotFound as error:
        if not isinstance(error, Gone) and errand.kind != ErrandKind.AGAIN:
            raise
        with db.writing() as session:
            post = remote_posts.by_id_uri(session, errand.uri)
            if _is_there(post):
                remote_posts.remove(session, post)
        return
    author = origins.check_author(document)
    with db.writing() as session:
        post = remote_posts.by_id_uri(session, errand.uri)
        if not _is_there(post):
            return
        if post.actor.uri != author:
            raise BadDocument("the post belongs to somebody else now")
        values = note.from_document(document, author_uri=author, followers_uri=post.actor.followers_uri)
        remote_posts.update(session, post, values)


def _is_there(post: Post | None) -> TypeGuard[Post]:
    return post is not None and not post.local and post.state == PostState.PUBLISHED
