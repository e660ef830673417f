"""Subscriptions to relays (FEP-ae0c: https://w3id.org/fep/ae0c), Mastodon's way and LitePub's.

The instance actor follows the Public collection at the relay's inbox (Mastodon), or the relay's actor (LitePub). What
our discoverable artists publish for everybody then goes there as it is, or as an Announce by the instance actor.
"""

from datetime import datetime

from sqlalchemy import bindparam, delete, exists, select
from sqlalchemy.orm import Session, aliased

from fedi import clock, config, urls
from fedi.errors import Conflict, NotFound, Refused
from fedi.models.actor import Actor
from fedi.models.columns import UtcDateTime
from fedi.models.errand import ErrandKind
from fedi.models.follow import Follow, FollowState
from fedi.models.interaction import Bookmark, Boost, Like
from fedi.models.notification import Notification
from fedi.models.outgoing import Outgoing
from fedi.models.poll import Vote
from fedi.models.post import Post, Visibility
from fedi.models.quote import Quote
from fedi.models.relay import RELAYS, Relay, RelayState
from fedi.services import domains, errands, instance, outgoing

BATCH = 500  # posts that are forgotten in one transaction


def add(session: Session, address: str, *, inbox: str, actor: Actor | None = None) -> Relay:
    """Ask a relay to take us; `actor` makes it LitePub's way. Raises Conflict when it was asked, Refused."""
    host = urls.host_of(inbox)
    if host == config.settings().host.lower() or not domains.may_federate(session, host):
        raise Refused(f"{host} is blocked here, or is this server")
    row = find(session, address)
    if row is not None and row.state != RelayState.REJECTED:
        raise Conflict(f"{address} is {row.state} already")
    if row is None:
        row = Relay(address=address, inbox=inbox, host=host, announces=actor is not None)
        row.actor, row.actor_id = actor, actor.id if actor else None
        session.add(row)
        session.flush()
    else:
        RELAYS.move(row, RelayState.REQUESTED)
    _put(session, "relay_follow", row)
    return row


def remove(session: Session, address: str) -> None:
    """End a subscription; the relay is told. Raises NotFound."""
    row = find(session, address)
    if row is None:
        raise NotFound(f"there is no relay {address}")
    if row.state != RelayState.REJECTED:
        _put(session, "relay_undo", row)
    session.delete(row)
    session.flush()


def find(session: Session, address: str) -> Relay | None:
    return session.scalar(select(Relay).where(Relay.address == address))


def listed(session: Session) -> list[Relay]:
    return list(session.scalars(select(Relay).order_by(Relay.id)))


def follow_uri(row: Relay) -> str:
    """The id of our Follow."""
    return f"{urls.instance_actor()}/relays/{row.id}"


def answered(session: Session, uri: str | None, sender: Actor, *, yes: bool) -> bool:
    """A relay said yes or no, or no longer; whether the answer was to a Follow of ours to a relay at all.

    Only an actor of the relay's own server answers for it.
    """
    number = urls.number_after(uri, f"{urls.instance_actor()}/relays/")
    row = session.get(Relay, number) if number is not None else None
    if row is None or sender.host != row.host:
        return False
    if row.actor_id is not None and row.announces and row.actor_id != sender.id:
        return False
    if yes and row.state == RelayState.REQUESTED:
        RELAYS.move(row, RelayState.ACCEPTED, actor_id=sender.id)
    elif not yes and row.state != RelayState.REJECTED:
        RELAYS.move(row, RelayState.REJECTED)
    return True


def is_subscribed(session: Session, actor_uri: str) -> bool:
    """Whether this actor speaks for a relay that took us."""
    query = select(Relay.id).join(Actor, Actor.id == Relay.actor_id)
    return session.scalar(query.where(Actor.uri == actor_uri, Relay.state == RelayState.ACCEPTED).limit(1)) is not None


def brought(session: Session, uri: str) -> None:
    """A relay that took us names a post: it is asked for at its own server, unless too many wait already."""
    if not urls.is_local(uri):
        errands.hinted(session, ErrandKind.POST, uri)


def mark(session: Session, post: Post) -> None:
    """A relay brought this post: it is forgotten after a while unless it matters to somebody here."""
    post.relayed_at = clock.now()
    session.flush()


def drop_old(session: Session, before: datetime) -> bool:
    """Forget posts that relays brought before then and that matter to nobody here; whether there may be more.

    Their ids are not buried: they may come again.
    """
    found = session.scalars(_UNWANTED, {"before": before}).all()
    session.execute(delete(Post).where(Post.id.in_(found)))
    return len(found) == BATCH


_answer = aliased(Post)
_FOLLOWING = [FollowState.REQUESTED, FollowState.ACCEPTED]
_UNWANTED = (
    select(Post.id)
    .where(
        Post.relayed_at < bindparam("before", type_=UtcDateTime()),
        ~exists().where(Follow.followee_id == Post.actor_id, Follow.state.in_(_FOLLOWING)),
        *(~exists().where(model.post_id == Post.id) for model in (Like, Boost, Bookmark, Notification, Vote, Quote)),
        ~exists().where(Quote.instrument_id == Post.id),
        ~exists().where(_answer.in_reply_to_id == Post.id, _answer.relayed_at.is_(None)),
    )
    .order_by(Post.relayed_at)
    .limit(BATCH)
)


def is_asked(session: Session, actor: Actor) -> bool:
    """Whether it is a relay that follows us back."""
    query = select(Relay.id).where(Relay.actor_id == actor.id, Relay.announces, Relay.state != RelayState.REJECTED)
    return session.scalar(query.limit(1)) is not None


def takes(post: Post) -> bool:
    """Whether a post of ours goes to relays: for everybody, by somebody who wants to be found."""
    return post.visibility == Visibility.PUBLIC and post.actor.discoverable and post.actor.limited_at is None


def announce(session: Session, post: Post) -> Outgoing | None:
    """Tell relays of LitePub's way of a new post."""
    query = select(Relay).where(Relay.state == RelayState.ACCEPTED, Relay.announces)
    inboxes = [row.inbox for row in session.scalars(query)]
    if not inboxes or not takes(post):
        return None
    return outgoing.put(
        session,
        "relay_announce",
        actor=instance.instance_actor(session),
        subject={"object": post.uri, "number": clock.new_id()},
        object_uri=post.uri,
        inboxes=inboxes,
    )


def _put(session: Session, verb: str, row: Relay) -> None:
    followed = row.actor.uri if row.announces and row.actor is not None else None
    outgoing.put(
        session,
        verb,
        actor=instance.instance_actor(session),
        subject={"uri": follow_uri(row), "followed": followed},
        object_uri=row.inbox,
        inboxes=[row.inbox],
    )
