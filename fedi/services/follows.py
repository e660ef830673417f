"""Follows in every direction: at once between actors here, through Follow, Accept, Reject and Undo elsewhere."""

from collections.abc import Collection, Sequence

from sqlalchemy import BigInteger, bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload

from fedi import clock, db, urls
from fedi.errors import Conflict, NotAllowed, NotFound
from fedi.models.account import Account
from fedi.models.actor import Actor, ActorKind
from fedi.models.errand import ErrandKind
from fedi.models.follow import FOLLOWS, Follow, FollowState
from fedi.models.notification import NotificationKind
from fedi.models.post import Post, Visibility
from fedi.services import accounts, domains, errands, notifications, outgoing, relations
from fedi.services.paging import Page, rows

STANDING = (FollowState.REQUESTED, FollowState.ACCEPTED)


def find(session: Session, follower: Actor, followee: Actor) -> Follow | None:
    """The row of this pair in any state."""
    return session.scalar(
        select(Follow).where(Follow.follower_id == follower.id, Follow.followee_id == followee.id),
    )


def by_uri(session: Session, uri: str) -> Follow | None:
    """The follow that a Follow activity with this id made."""
    return session.scalar(select(Follow).where(Follow.uri == uri).limit(1))


def said_by(session: Session, follower: Actor, uri: str) -> Follow | None:
    """The follow that this actor made with the id, or with a later one when it was said once more."""
    mine = select(Follow).where(Follow.follower_id == follower.id)
    return session.scalar(mine.where(or_(Follow.uri == uri, Follow.earlier_uri == uri)).limit(1))


def follows(session: Session, follower: Actor, followee: Actor) -> bool:
    row = find(session, follower, followee)
    return row is not None and row.state == FollowState.ACCEPTED


def request(
    session: Session,
    follower: Actor,
    followee: Actor,
    *,
    show_boosts: bool | None = None,
    notify: bool | None = None,
    languages: list[str] | None = None,
) -> Follow:
    """A local actor follows somebody; following again changes only what is given: `show_boosts`, `notify` (be told of
    each post) and `languages` (home takes posts in these alone, in all for an empty list).

    Raises NotAllowed for oneself, a blocked pair, a blocked server, a deleted or suspended actor, the instance actor.
    """
    _may_follow(session, follower, followee)
    row = find(session, follower, followee)
    if row is not None and row.state in STANDING:
        row.show_boosts = row.show_boosts if show_boosts is None else show_boosts
        row.notify = row.notify if notify is None else notify
        row.languages = row.languages if languages is None else languages
        session.flush()
        return row
    row = _again(session, row, follower, followee)
    row.show_boosts = True if show_boosts is None else show_boosts
    row.notify = bool(notify)
    row.languages = languages
    if followee.local:
        row.uri = urls.activity(follower.uri, "follow", row.id)
        session.flush()
        _arrived(session, row, follower, followee)
        return row
    row.uri = urls.activity(follower.uri, "follow", clock.new_id())
    session.flush()
    _put(session, "follow", row, follower, followee, to=followee)
    return row


def received(session: Session, follower: Actor, followee: Actor, *, uri: str | None) -> Follow:
    """A remote actor asks to follow one of ours: accepted at once unless the artist approves followers by hand.

    A Follow of one who follows already only takes the new id and is accepted again (Mastodon does the same); the id
    that it had still names it.
    """
    row = find(session, follower, followee)
    nobody = followee.kind == ActorKind.APPLICATION or followee.moved_to is not None
    if nobody or relations.blocked_between(session, follower.id, followee.id):
        row = row or _again(session, None, follower, followee)
        row.uri = uri
        if row.state in STANDING:
            FOLLOWS.move(row, FollowState.REJECTED)
        _put(session, "reject", row, followee, follower, to=follower)
        return row
    if row is not None and row.state in STANDING:
        if uri and uri != row.uri:
            row.earlier_uri, row.uri = row.uri, uri
        session.flush()
        if row.state == FollowState.ACCEPTED:
            _put(session, "accept", row, followee, follower, to=follower)
        return row
    row = _again(session, row, follower, followee)
    row.uri, row.earlier_uri = uri, None
    session.flush()
    _arrived(session, row, follower, followee)
    return row


def greet(session: Session, follower: Actor, followee: Actor, *, uri: str | None) -> None:
    """A relay that we follow follows the instance back: accepted."""
    row = find(session, follower, followee)
    if row is None or row.state not in STANDING:
        row = _again(session, row, follower, followee)
    row.uri = uri
    if row.state == FollowState.REQUESTED:
        FOLLOWS.move(row, FollowState.ACCEPTED)
    session.flush()
    _put(session, "accept", row, followee, follower, to=follower)


def accept(session: Session, follow: Follow) -> None:
    """The followee says yes; a remote follower is told. Raises Conflict when it is no request."""
    if follow.state != FollowState.REQUESTED:
        raise Conflict("there is no such follow request")
    FOLLOWS.move(follow, FollowState.ACCEPTED)
    follower, followee = ends(session, follow)
    account = accounts.of_actor(session, followee) if followee.local else None
    if account is not None:
        notifications.forget_follow(session, account, follower)
        notifications.notify(session, account, NotificationKind.FOLLOW, follower)
    if followee.local and not follower.local:
        _put(session, "accept", follow, followee, follower, to=follower)


def reject(session: Session, follow: Follow) -> None:
    """The followee says no, or no longer; a remote follower is told. Nothing happens when it is over already."""
    if follow.state not in STANDING:
        return
    FOLLOWS.move(follow, FollowState.REJECTED)
    follower, followee = ends(session, follow)
    _forget(session, follower, followee)
    if followee.local and not follower.local:
        _put(session, "reject", follow, followee, follower, to=follower)


def undo(session: Session, follower: Actor, followee: Actor) -> None:
    """The follower stops, or takes a request back; a remote followee is told. Nothing happens when it is over."""
    row = find(session, follower, followee)
    if row is None or row.state not in STANDING:
        return
    FOLLOWS.move(row, FollowState.UNDONE)
    _forget(session, follower, followee)
    if follower.local and not followee.local:
        _put(session, "undo", row, follower, followee, to=followee)


def drop_inboxes(session: Session, inboxes: Collection[str]) -> None:
    """These inboxes are gone for good: whoever followed from one does so no more. A shared inbox is nobody's."""
    lost = (
        select(Follow)
        .join(Actor, Actor.id == Follow.follower_id)
        .where(Actor.inbox.in_(inboxes), Actor.domain_key != "", Follow.state.in_(STANDING))
    )
    for row in session.scalars(lost):
        FOLLOWS.move(row, FollowState.UNDONE)


def confirm_or_disown(session: Session, follower: Actor, followee: Actor) -> None:
    """The followee's server counts a follower of ours: a request that waits was accepted; any other is taken back."""
    row = find(session, follower, followee)
    if row is not None and row.state == FollowState.REQUESTED:
        answered(session, row, yes=True)
        return
    if row is None:
        row = Follow(
            follower_id=follower.id, followee_id=followee.id, state=FollowState.UNDONE,
            uri=urls.activity(follower.uri, "follow", clock.new_id()),
        )  # fmt: skip
        session.add(row)
        session.flush()
    _put(session, "undo", row, follower, followee, to=followee)


def remove(session: Session, follower: Actor, followee: Actor) -> None:
    """The followee removes a follower: as `reject`, by the pair."""
    row = find(session, follower, followee)
    if row is not None:
        reject(session, row)


def part(session: Session, a: Actor, b: Actor) -> None:
    """End whatever follows stand between two actors, telling the other server (a block does this)."""
    for follower, followee in ((a, b), (b, a)):
        row = find(session, follower, followee)
        if row is None or row.state not in STANDING:
            continue
        if follower.local:
            undo(session, follower, followee)
        else:
            reject(session, row)


def answered(session: Session, follow: Follow, *, yes: bool) -> None:
    """The remote followee's Accept or Reject arrived: Accept only of a standing request, Reject at any time."""
    if yes and follow.state == FollowState.REQUESTED:
        FOLLOWS.move(follow, FollowState.ACCEPTED)
        errands.put(session, ErrandKind.WORKS, ends(session, follow)[1].uri)
    elif not yes and follow.state in STANDING:
        FOLLOWS.move(follow, FollowState.REJECTED)


def followers(session: Session, actor: Actor, page: Page, viewer: Actor | None = None) -> list[Follow]:
    """Accepted follows of `actor`, newest first, with `follower` loaded; none of whom `viewer` does not want to see."""
    return _listed(
        session, page, Follow.followee_id == actor.id, FollowState.ACCEPTED, "follower", viewer=_other(viewer, actor)
    )


def following(session: Session, actor: Actor, page: Page, viewer: Actor | None = None) -> list[Follow]:
    """Accepted follows by `actor`, newest first, with `followee` loaded; likewise."""
    return _listed(
        session, page, Follow.follower_id == actor.id, FollowState.ACCEPTED, "followee", viewer=_other(viewer, actor)
    )


def requests(session: Session, actor: Actor, page: Page) -> list[Follow]:
    """Follows that wait for this actor's answer, newest first, with `follower` loaded."""
    return _listed(session, page, Follow.followee_id == actor.id, FollowState.REQUESTED, "follower")


def requested(session: Session, follower: Actor, followee: Actor) -> Follow:
    """The request that waits for `followee`'s answer. Raises NotFound."""
    row = find(session, follower, followee)
    if row is None or row.state != FollowState.REQUESTED:
        raise NotFound("there is no such follow request")
    return row


def count_requests(session: Session, actor: Actor) -> int:
    waiting = (Follow.followee_id == actor.id, Follow.state == FollowState.REQUESTED)
    return session.scalar(select(func.count()).select_from(Follow).where(*waiting)) or 0


def between(session: Session, actor: Actor, others: Sequence[int]) -> tuple[dict[int, Follow], dict[int, Follow]]:
    """({other: actor's follow of them}, {other: their follow of actor}), standing ones only, in two queries."""
    out = session.scalars(
        select(Follow).where(
            Follow.follower_id == actor.id, Follow.followee_id.in_(others), Follow.state.in_(STANDING)
        ),
    )
    back = session.scalars(
        select(Follow).where(
            Follow.followee_id == actor.id, Follow.follower_id.in_(others), Follow.state.in_(STANDING)
        ),
    )
    return {row.followee_id: row for row in out}, {row.follower_id: row for row in back}


def tell(session: Session, post: Post) -> None:
    """A new post, no answer to somebody else: followers here who asked to be told of every one are."""
    if post.visibility == Visibility.DIRECT or (post.in_reply_to_uri and not _answers_itself(session, post)):
        return
    for account_id in db.ask(session, _TOLD, author=post.actor_id).scalars().all():
        account = session.get_one(Account, account_id)
        notifications.notify(session, account, NotificationKind.STATUS, post.actor, post)


_TOLD = (
    select(Account.id)
    .join(Follow, Follow.follower_id == Account.actor_id)
    .where(
        Follow.followee_id == bindparam("author", type_=BigInteger),
        Follow.state == FollowState.ACCEPTED,
        Follow.notify.is_(True),
    )
)


def _answers_itself(session: Session, post: Post) -> bool:
    parent = session.get(Post, post.in_reply_to_id) if post.in_reply_to_id else None
    return parent is not None and parent.actor_id == post.actor_id


def has_local_follower(session: Session, actor: Actor) -> bool:
    """Whether somebody here follows this actor."""
    return db.ask(session, _FOLLOWED_HERE, actor=actor.id).scalar() is not None


_FOLLOWED_HERE = (
    select(Follow.id)
    .where(
        Follow.followee_id == bindparam("actor", type_=BigInteger),
        Follow.state == FollowState.ACCEPTED,
        Follow.follower_id.in_(select(Actor.id).where(Actor.domain_key == "")),
    )
    .limit(1)
)


def _may_follow(session: Session, follower: Actor, followee: Actor) -> None:
    if follower.id == followee.id:
        raise NotAllowed("you cannot follow yourself")
    if not followee.available or followee.kind == ActorKind.APPLICATION or followee.moved_to:
        raise NotAllowed("this account cannot be followed")
    if relations.blocked_between(session, follower.id, followee.id):
        raise NotAllowed("you cannot follow this account")
    if not followee.local and not domains.may_federate(session, followee.host):
        raise NotAllowed(f"nothing goes to {followee.host}: this instance blocks it")


def _again(session: Session, row: Follow | None, follower: Actor, followee: Actor) -> Follow:
    """A fresh request: a new row, or the ended one of the pair taken up again."""
    if row is None:
        row = Follow(id=clock.new_id(), follower_id=follower.id, followee_id=followee.id)
        session.add(row)
        session.flush()
    else:
        FOLLOWS.move(row, FollowState.REQUESTED, created_at=clock.now())
    return row


def _arrived(session: Session, row: Follow, follower: Actor, followee: Actor) -> None:
    """A request stands before a local followee: answered at once, or put before the artist."""
    if not followee.locked and follower.limited_at is None:
        accept(session, row)
        return
    account: Account | None = accounts.of_actor(session, followee)
    if account is not None:
        notifications.notify(session, account, NotificationKind.FOLLOW_REQUEST, follower)


def _forget(session: Session, follower: Actor, followee: Actor) -> None:
    account = accounts.of_actor(session, followee) if followee.local else None
    if account is not None:
        notifications.forget_follow(session, account, follower)


def _put(session: Session, verb: str, row: Follow, actor: Actor, other: Actor, *, to: Actor) -> None:
    """`subject` keeps the follow as it was said, as its row may change before the document is written."""
    follower, followee = (actor, other) if verb in {"follow", "undo"} else (other, actor)
    outgoing.put(
        session,
        verb,
        actor=actor,
        subject={
            "follow": row.id,
            "uri": row.uri,
            "follower": follower.uri,
            "followee": followee.uri,
            "number": clock.new_id(),
        },
        object_uri=f"{follower.uri} {followee.uri}"[:2048],
        actors=[to],
    )


def ends(session: Session, follow: Follow) -> tuple[Actor, Actor]:
    """(follower, followee)."""
    return session.get_one(Actor, follow.follower_id), session.get_one(Actor, follow.followee_id)


def _other(viewer: Actor | None, actor: Actor) -> Actor | None:
    """One's own lists are whole, so that one can take people out of them."""
    return viewer if viewer is not None and viewer.id != actor.id else None


def _listed(
    session: Session, page: Page, side: object, state: FollowState, end: str, *, viewer: Actor | None = None
) -> list[Follow]:
    person = Follow.follower_id if end == "follower" else Follow.followee_id
    query = (
        select(Follow)
        .join(Actor, Actor.id == person)
        .where(side, Follow.state == state, Actor.deleted_at.is_(None))  # type: ignore[arg-type]
        .options(joinedload(Follow.follower if end == "follower" else Follow.followee))
    )
    if viewer is not None:
        query = query.where(relations.hears(viewer, person))
    return rows(session, query, Follow.id, page)
