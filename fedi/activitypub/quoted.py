"""What a remote post quotes, and whether its author allows it: the post and the stamp, each at its own origin.

FEP-044f, verification: https://w3id.org/fep/044f. A stamp counts when it lies on the server of the quoted author, is
attributed to her, and names both posts.
"""

from typing import Any

from fedi import db
from fedi.activitypub.asking import Asking
from fedi.activitypub.objects import authorization
from fedi.activitypub.protocol import origins
from fedi.errors import FediError, NotFound, Unreachable
from fedi.models.errand import Errand
from fedi.models.post import Post, PostState
from fedi.models.quote import Quote
from fedi.services import quotations

FETCHES = 6
TRIES = 3  # an Update may name another stamp while one is asked for


def run(errand: Errand) -> None:
    """Look at what the post quotes. Raises Unreachable when a server is away, FediError for what it says."""
    asking = Asking(fetches=FETCHES)
    for _ in range(TRIES):
        with db.reading() as session:
            row = quotations.open_row(session, errand.uri)
        if row is None:
            return
        quoted = row.post or asking.post(row.quoted_uri, on=row.quoted_uri)
        if quoted is None or quoted.state != PostState.PUBLISHED:
            return
        good = _is_good(asking, row, quoted)
        with db.writing() as session:
            now = session.get(Quote, row.id)
            if now is None:
                return
            if now.authorization_uri == row.authorization_uri:
                quotations.learned(session, now, session.get_one(Post, quoted.id), good=good)
                return


def _is_good(asking: Asking, row: Quote, quoted: Post) -> bool | None:
    """Whether the stamp lets this post quote that one; None where there is none to look at."""
    uri, author = row.authorization_uri, quoted.actor.uri
    if uri is None or row.actor_id == quoted.actor_id:
        return None
    if not origins.same_origin(uri, author):
        return False
    try:
        document: dict[str, Any] = asking.document(uri)
    except Unreachable:
        raise
    except NotFound:
        return False
    except FediError:
        return None
    return authorization.allows_quote(document, author=author, instrument=row.instrument_uri, target=quoted.uri)
