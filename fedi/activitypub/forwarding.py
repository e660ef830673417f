"""Forwarding: what people elsewhere say in answer to an artist's post goes on to the artist's followers as it is.

Their own server knows its own followers alone: most of those who read the post would never see the answer, nor its end.
ActivityPub section 7.1.2: https://www.w3.org/TR/activitypub/#inbox-forwarding

Passed on is what names the artist's followers, and what is for everybody and carries a `signature` or `proof` by which
others can tell that its actor said it (Mastodon's rule, who believes nothing else); not to the server it came from.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fedi import clock
from fedi.activitypub.incoming import Incoming
from fedi.activitypub.protocol import documents
from fedi.models.actor import Actor
from fedi.models.interaction import Boost
from fedi.models.outgoing import Outgoing
from fedi.models.post import Post, PostState, Visibility
from fedi.services import outgoing, relations

MAX_BYTES = 128 * 1024
MAX_OF_ONE = 20  # times that something is passed on about one post
MAX_IN_HOUR = 200  # for one artist: whoever answers without end does not make us send without end
MAX_BOOSTERS = 20
HOUR = timedelta(hours=1)
OPEN = (Visibility.PUBLIC, Visibility.UNLISTED)


def to_followers(session: Session, incoming: Incoming, post: Post) -> None:
    """Pass on what `incoming` says of `post`, its actor's own, to the followers of whom it answers.

    The end of a post goes to the followers of those who boosted it here, too.
    """
    sender, activity = incoming.actor, incoming.activity
    artists = list(_artists(session, post, boosters=documents.kind(activity) == "Delete"))
    if not artists or sender.limited_at is not None or len(orjson.dumps(activity)) > MAX_BYTES:
        return
    named, proven = _named(activity), documents.carries_proof(activity) and post.visibility in OPEN
    for artist in artists:
        if not proven and f"{artist.uri}/followers" not in named:
            continue
        if relations.blocked_between(session, artist.id, sender.id) or _often(session, post, artist):
            continue
        outgoing.put(
            session,
            "forward",
            actor=artist,
            subject={"activity": dict(activity)},
            object_uri=post.uri,
            followers=True,
            but_hosts=[sender.host],
        )


def _artists(session: Session, post: Post, *, boosters: bool) -> Iterator[Actor]:
    answered = session.get(Post, post.in_reply_to_id) if post.in_reply_to_id is not None else None
    seen = set()
    if answered is not None and answered.local and answered.state == PostState.PUBLISHED and answered.actor.available:
        seen.add(answered.actor_id)
        yield answered.actor
    if boosters:
        here = select(Boost).join(Actor, Actor.id == Boost.actor_id).where(Boost.post_id == post.id)
        for row in session.scalars(here.where(Actor.domain_key == "").order_by(Boost.id).limit(MAX_BOOSTERS)).unique():
            if row.actor_id not in seen and row.actor.available:
                yield row.actor


def _named(activity: Mapping[str, Any]) -> set[str]:
    said = [activity, activity["object"]] if isinstance(activity.get("object"), Mapping) else [activity]
    return {each for part in said for name in ("to", "cc", "audience") for each in documents.ids(part.get(name))}


def _often(session: Session, post: Post, artist: Actor) -> bool:
    earlier = select(func.count()).where(Outgoing.verb == "forward", Outgoing.actor_id == artist.id)
    of_one = session.scalar(earlier.where(Outgoing.object_uri == post.uri)) or 0
    lately = session.scalar(earlier.where(Outgoing.id > clock.new_id(clock.now() - HOUR))) or 0
    return of_one >= MAX_OF_ONE or lately >= MAX_IN_HOUR
