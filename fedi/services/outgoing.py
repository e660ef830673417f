"""What must leave: one row, written in the same transaction as the thing it is about. Federation reads it later."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from fedi import clock, work
from fedi.models.actor import Actor
from fedi.models.outgoing import Outgoing
from fedi.models.post import Post, Visibility


def put(
    session: Session,
    verb: str,
    *,
    actor: Actor,
    subject: dict[str, Any],
    object_uri: str = "",
    followers: bool = False,
    actors: Iterable[Actor] = (),
    inboxes: Iterable[str] = (),
    relays: bool = False,
    earlier_recipients: bool = False,
    everyone_known: bool = False,
    but_hosts: Iterable[str] = (),
) -> Outgoing:
    """Say that `actor` does `verb`; local actors in the audience are left out, they see the database.

    `subject` holds ids (and what a Delete or Undo must still know when the row is gone); `object_uri` orders the
    deliveries about one object. Besides followers and `actors` it goes to the `inboxes` named, to `relays` that take
    posts as they are, with `earlier_recipients` to every inbox that ever got something about the object, and with
    `everyone_known` to every inbox that ever got anything from this actor or about its posts, and those the actor
    follows. The servers in `but_hosts` get nothing.
    """
    row = Outgoing(
        actor_id=actor.id,
        verb=verb,
        subject=subject,
        object_uri=object_uri,
        audience={
            "followers": followers,
            "actors": sorted({each.id for each in actors if not each.local}),
            "inboxes": list(inboxes),
            "relays": relays,
            "object": earlier_recipients,
            "known": everyone_known,
            "but": list(but_hosts),
        },
    )
    session.add(row)
    session.flush()
    work.wake(session, "federation.expand")
    return row


def put_update(session: Session, post: Post, *, at: datetime | None = None, actors: Iterable[Actor] = ()) -> Outgoing:
    """Say what a post of ours is like now, to its audience and `actors`; `at` (now) makes the Update's id.

    Who once got a post that is for everybody gets it again; of others, who left the audience gets no more.
    """
    return put(
        session,
        "update",
        actor=post.actor,
        subject={"post": post.id, "at": clock.iso_millis(at or clock.now())},
        object_uri=post.uri,
        followers=post.visibility != Visibility.DIRECT,
        actors=actors,
        earlier_recipients=post.visibility in {Visibility.PUBLIC, Visibility.UNLISTED},
    )
