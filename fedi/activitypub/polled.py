"""The counts of a remote poll that somebody here looks at, asked for at its own server."""

from fedi import db
from fedi.activitypub.asking import Asking, Spent
from fedi.activitypub.objects import note
from fedi.activitypub.protocol import origins
from fedi.errors import BadDocument
from fedi.models.errand import Errand
from fedi.models.post import PostState
from fedi.services import remote_posts


def run(errand: Errand) -> None:
    """Take the post at `errand.uri` as it is now. Raises Unreachable when its server is away, FediError otherwise."""
    try:
        document = Asking(fetches=1).document(errand.uri)
    except Spent:
        return
    author = origins.check_author(document)
    with db.writing() as session:
        post = remote_posts.by_id_uri(session, errand.uri)
        if post is None or post.state != PostState.PUBLISHED:
            return
        if post.actor.uri != author:
            raise BadDocument("the poll belongs to somebody else now")
        values = note.from_document(document, author_uri=author, followers_uri=post.actor.followers_uri)
        remote_posts.update(session, post, values)
