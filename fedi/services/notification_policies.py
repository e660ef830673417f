"""Whose notifications are taken, held back for a look, or dropped, as each person decides (Mastodon 4.3's policies).

Who asks an artist about a work is mostly a stranger, so that private messages of strangers are taken unless the artist
says otherwise; Mastodon holds them back.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from fedi import clock, db
from fedi.errors import BadRequest, NotFound
from fedi.models.account import Account
from fedi.models.actor import Actor, ActorKind
from fedi.models.follow import Follow, FollowState
from fedi.models.notification import Notification, NotificationKind
from fedi.models.notification_request import NotificationRequest
from fedi.models.post import Post, Visibility
from fedi.services.paging import Page, rows


class Verdict(StrEnum):
    ACCEPT = "accept"
    FILTER = "filter"
    DROP = "drop"


DEFAULTS = {
    "for_not_following": Verdict.ACCEPT,
    "for_not_followers": Verdict.ACCEPT,
    "for_new_accounts": Verdict.ACCEPT,
    "for_private_mentions": Verdict.ACCEPT,
    "for_limited_accounts": Verdict.FILTER,
    "for_bots": Verdict.ACCEPT,
}
NAME = "notification_policy"
NEW = timedelta(days=30)
NEW_FOLLOWER = timedelta(days=3)
# What one's own work, vote or duty brings is heard whoever causes it.
ALWAYS = {
    NotificationKind.MEDIA_FAILED,
    NotificationKind.REPLY_REFUSED,
    NotificationKind.ADMIN_REPORT,
    NotificationKind.ADMIN_SIGN_UP,
    NotificationKind.MODERATION_WARNING,
    NotificationKind.POLL,
    NotificationKind.UPDATE,
    NotificationKind.QUOTED_UPDATE,
    NotificationKind.COLLECTION_UPDATE,
}
MAX_COUNT = 100


def policy(account: Account) -> dict[str, Verdict]:
    kept = account.settings.get(NAME, {})
    return {name: Verdict(kept.get(name, usual)) for name, usual in DEFAULTS.items()}


def change(session: Session, account: Account, wanted: Mapping[str, str]) -> None:
    """Change what is named. Raises BadRequest."""
    for name, value in wanted.items():
        if value not in set(Verdict):
            raise BadRequest(f"'{value[:64]}' is not a valid {name}")
    account.settings = {**account.settings, NAME: {**account.settings.get(NAME, {}), **wanted}}
    session.flush()


def verdict(session: Session, account: Account, kind: NotificationKind, actor: Actor, post: Post | None) -> Verdict:
    """What happens to a notification; nobody whom the account follows is ever held back but by `for_not_followers`."""
    if kind in ALWAYS or actor.id == account.actor_id:
        return Verdict.ACCEPT
    held = {name: each for name, each in policy(account).items() if each != Verdict.ACCEPT}
    if held.keys() == {"for_limited_accounts"} and actor.limited_at is None:
        return Verdict.ACCEPT  # the usual case asks the database nothing
    met = [each for name, each in held.items() if _meets(session, account, name, actor, kind=kind, post=post)]
    if not met or _accepted(session, account, actor):
        return Verdict.ACCEPT
    return Verdict.DROP if Verdict.DROP in met else Verdict.FILTER


def hold(session: Session, account: Account, actor: Actor) -> None:
    """Something of an actor was held back: the account is asked about them."""
    given = {"account_id": account.id, "actor_id": actor.id}
    db.insert_new(session, NotificationRequest, ["account_id", "actor_id"], **given)
    session.execute(update(NotificationRequest).filter_by(**given).values(updated_at=clock.now()))


def requests(session: Session, account: Account, page: Page) -> list[NotificationRequest]:
    query = select(NotificationRequest).where(NotificationRequest.account_id == account.id)
    return rows(session, query.where(NotificationRequest.accepted.is_(False)), NotificationRequest.id, page)


def get_own(session: Session, account: Account, id_: int) -> NotificationRequest:
    """Raises NotFound."""
    row = session.get(NotificationRequest, id_)
    if row is None or row.account_id != account.id or row.accepted:
        raise NotFound("Record not found")
    return row


def accept(session: Session, row: NotificationRequest) -> None:
    """What was held back is heard, and all that comes."""
    row.accepted = True
    session.execute(update(Notification).where(*_held(row.account_id, row.actor_id)).values(filtered=False))
    session.flush()


def dismiss(session: Session, row: NotificationRequest) -> None:
    """What was held back is dropped; who comes again is asked about again."""
    session.execute(delete(Notification).where(*_held(row.account_id, row.actor_id)))
    session.delete(row)
    session.flush()


def counts(session: Session, account: Account) -> tuple[int, int]:
    """(people, notifications) that are held back."""
    waiting = select(NotificationRequest.id).where(
        NotificationRequest.account_id == account.id, NotificationRequest.accepted.is_(False)
    )
    people = session.scalar(select(func.count()).select_from(waiting.limit(MAX_COUNT).subquery())) or 0
    held = select(Notification.id).where(Notification.account_id == account.id, Notification.filtered.is_(True))
    return people, session.scalar(select(func.count()).select_from(held.subquery())) or 0


def held(session: Session, row: NotificationRequest) -> Sequence[Notification]:
    """What was held back of one actor, newest first."""
    query = select(Notification).where(*_held(row.account_id, row.actor_id)).order_by(Notification.id.desc())
    return session.scalars(query.limit(MAX_COUNT)).unique().all()


def _held(account_id: int, actor_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Notification.account_id == account_id,
        Notification.actor_id == actor_id,
        Notification.filtered.is_(True),
    )


def _accepted(session: Session, account: Account, actor: Actor) -> bool:
    known = select(NotificationRequest.id).where(
        NotificationRequest.account_id == account.id,
        NotificationRequest.actor_id == actor.id,
        NotificationRequest.accepted.is_(True),
    )
    return session.scalar(known) is not None


def _meets(
    session: Session, account: Account, name: str, actor: Actor, *, kind: NotificationKind, post: Post | None
) -> bool:
    if name == "for_not_followers":
        since = _follows_since(session, actor.id, account.actor_id)
        return since is None or since.created_at > clock.now() - NEW_FOLLOWER
    if _follows_since(session, account.actor_id, actor.id) is not None:
        return False
    if name == "for_not_following":
        return True
    if name == "for_limited_accounts":
        return actor.limited_at is not None
    if name == "for_bots":
        return actor.kind in {ActorKind.SERVICE, ActorKind.APPLICATION}
    if name == "for_new_accounts":
        return (actor.published_at or actor.created_at) > clock.now() - NEW
    private = kind == NotificationKind.MENTION and post is not None and post.visibility == Visibility.DIRECT
    return private and post is not None and not _answers(session, account, post)


def _follows_since(session: Session, follower_id: int, followee_id: int) -> Follow | None:
    query = select(Follow).where(Follow.follower_id == follower_id, Follow.followee_id == followee_id)
    return session.scalar(query.where(Follow.state == FollowState.ACCEPTED))


def _answers(session: Session, account: Account, post: Post) -> bool:
    """Whether a private message answers one of the account's own."""
    parent = session.get(Post, post.in_reply_to_id) if post.in_reply_to_id else None
    return parent is not None and parent.actor_id == account.actor_id
