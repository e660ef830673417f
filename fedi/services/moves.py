"""Moves: an artist takes her followers along to another account, or comes from one (FEP-7628, as Mastodon does).

Both sides must say so: the old account that it moves, the new one that it is the same artist (`alsoKnownAs`). Posts
stay where they are. What people here wrote down or put up against the old account holds for the new one too: whoever
was kept out does not come back by moving.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi import clock
from fedi.errors import BadRequest, Conflict, NotAllowed
from fedi.models.account import Account
from fedi.models.actor import Actor, ActorKind
from fedi.models.follow import Follow, FollowState
from fedi.services import accounts, actors, blocks, circles, follows, outgoing, privacy, relations

COOL_DOWN = timedelta(days=30)
MAX_ALIASES = 10


def rests(actor: Actor) -> bool:
    """Whether the actor moved so lately that it may not move again."""
    return actor.moved_at is not None and actor.moved_at + COOL_DOWN > clock.now()


def target(session: Session, actor: Actor) -> Actor | None:
    """Where an actor moved, when both say so and the new account is known."""
    if not actor.moved_to:
        return None
    found = actors.by_uri(session, actor.moved_to)
    return found if found is not None and found.available and actor.uri in found.also_known_as else None


def arrived(session: Session, origin: Actor, target: Actor) -> int:
    """`origin` moved to `target`, and both say so: those here who follow it follow the new account; how many.

    Raises NotAllowed for a second move within 30 days, a move to itself, and a target that has moved on or is gone.
    """
    if rests(origin):
        raise NotAllowed("it moved less than 30 days ago")
    if origin.id == target.id or not target.available or target.moved_to or target.kind == ActorKind.APPLICATION:
        raise NotAllowed("there is nobody to move to")
    origin.moved_to, origin.moved_at = target.uri, clock.now()
    session.flush()
    shelves = circles.holding(session, origin)
    count = _bring(session, origin, target)
    circles.replace(session, shelves, target)
    _carry(session, origin, target)
    return count


def _carry(session: Session, origin: Actor, target: Actor) -> None:
    """Notes, mutes and blocks hold on; nobody is cut off from a new account that they follow already."""
    privacy.copy_notes(session, origin, target)
    for mute in relations.muting(session, origin):
        actor = session.get_one(Actor, mute.actor_id)
        if actor.id != target.id and not relations.mutes(session, actor.id, target.id):
            relations.mute(session, actor, target, notifications=mute.notifications, until=mute.expires_at)
    for block in blocks.blocking(session, origin):
        actor = session.get_one(Actor, block.actor_id)
        if actor.id != target.id and not follows.follows(session, actor, target):
            blocks.block(session, actor, target)


def _bring(session: Session, origin: Actor, target: Actor) -> int:
    """Our followers of `origin` ask to follow `target`; they leave the old account when that was possible."""
    count = 0
    standing = select(Follow).join(Actor, Actor.id == Follow.follower_id)
    rows = session.scalars(
        standing.where(Follow.followee_id == origin.id, Follow.state == FollowState.ACCEPTED, Actor.domain_key == "")
    ).all()
    for row in rows:
        follower = session.get_one(Actor, row.follower_id)
        if follower.id == target.id:
            continue
        try:
            follows.request(session, follower, target, show_boosts=row.show_boosts, languages=row.languages)
        except NotAllowed:
            continue
        follows.undo(session, follower, origin)
        count += 1
    return count


def leave(session: Session, account: Account, target: Actor) -> None:
    """Send the followers of a local account on to `target`, whose aliases were just read; it shows the way from now on.

    Raises BadRequest when the new account does not name this one, NotAllowed within 30 days of the last move.
    """
    actor = account.actor
    if target.id == actor.id:
        raise BadRequest("that is this account")
    if actor.uri not in target.also_known_as:
        raise BadRequest("the new account does not name this one as its alias yet: add it there first")
    arrived(session, actor, target)
    accounts.announce(session, actor)
    outgoing.put(
        session,
        "move",
        actor=actor,
        subject={"target": target.uri, "number": clock.new_id()},
        object_uri=actor.uri,
        followers=True,
    )


def stay(session: Session, account: Account) -> None:
    """The account does not point elsewhere any more; followers that went stay gone, and the 30 days go on."""
    account.actor.moved_to = None
    accounts.announce(session, account.actor)


def add_alias(session: Session, account: Account, other: Actor) -> None:
    """Say that another account is the same artist, so that it may move here. Raises BadRequest, Conflict."""
    actor = account.actor
    if other.id == actor.id or other.kind == ActorKind.APPLICATION:
        raise BadRequest("that cannot be an alias of this account")
    if other.uri in actor.also_known_as:
        return
    if len(actor.also_known_as) >= MAX_ALIASES:
        raise Conflict(f"an account has at most {MAX_ALIASES} aliases")
    actor.also_known_as = [*actor.also_known_as, other.uri]
    accounts.announce(session, actor)


def remove_alias(session: Session, account: Account, uri: str) -> None:
    actor = account.actor
    if uri in actor.also_known_as:
        actor.also_known_as = [each for each in actor.also_known_as if each != uri]
        accounts.announce(session, actor)
