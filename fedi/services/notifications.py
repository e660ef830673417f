"""Notifications: telling an account what happened, once each, and never about somebody it does not want to hear."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, bindparam, delete, func, select
from sqlalchemy.orm import Session

from fedi import clock, db
from fedi.errors import NotFound
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.feature import Feature
from fedi.models.measure import Measure
from fedi.models.notification import Notification, NotificationKind
from fedi.models.post import Post
from fedi.models.report import Report
from fedi.services import notification_policies, push, relations
from fedi.services.notification_policies import Verdict
from fedi.services.paging import Page, rows

# What concerns the account's own work, duty or vote: told whoever caused it.
_DUTIES = {
    NotificationKind.MEDIA_FAILED,
    NotificationKind.REPLY_REFUSED,
    NotificationKind.ADMIN_REPORT,
    NotificationKind.ADMIN_SIGN_UP,
    NotificationKind.MODERATION_WARNING,
    NotificationKind.POLL,
}
_EACH = {NotificationKind.ADMIN_REPORT, NotificationKind.MODERATION_WARNING}  # told every time


def notify(
    session: Session,
    account: Account,
    kind: NotificationKind,
    actor: Actor,
    post: Post | None = None,
    *,
    report: Report | None = None,
    measure: Measure | None = None,
    feature: Feature | None = None,
) -> None:
    """Tell `account` that `actor` did `kind`, unless it wants not to hear it, did it itself, or was told already.

    Of one collection (`feature`) it is told anew each time, and what told so before goes.
    """
    if kind not in _DUTIES:
        if actor.id == account.actor_id or not account.active:
            return
        if not _wants_to_hear(session, account, actor, post):
            return
    if feature is not None:
        of_it = (Notification.account_id == account.id, Notification.feature_id == feature.id)
        session.execute(delete(Notification).where(*of_it, Notification.kind == kind))
    elif kind not in _EACH and (known := _find(session, account, kind, actor, post)) is not None:
        if kind not in {NotificationKind.UPDATE, NotificationKind.MEDIA_FAILED}:
            return
        session.execute(delete(Notification).where(Notification.id == known))
    verdict = notification_policies.verdict(session, account, kind, actor, post)
    if verdict == Verdict.DROP:
        return
    row = {
        "id": clock.new_id(),
        "account_id": account.id,
        "kind": kind,
        "actor_id": actor.id,
        "post_id": post.id if post else None,
        "report_id": report.id if report else None,
        "measure_id": measure.id if measure else None,
        "feature_id": feature.id if feature else None,
        "filtered": verdict == Verdict.FILTER,
    }
    db.insert(session, Notification, row)
    if verdict == Verdict.FILTER:
        notification_policies.hold(session, account, actor)
    elif account.settings.get("push"):
        push.enqueue(session, account, session.get_one(Notification, row["id"]))


def listed(
    session: Session,
    account: Account,
    page: Page,
    *,
    kinds: Sequence[NotificationKind] | None = None,
    but: Sequence[NotificationKind] = (),
    actor_id: int | None = None,
    held_back: bool = False,
) -> list[Notification]:
    """The account's notifications, newest first, with their actors and posts; `held_back`: also those of requests."""
    query = select(Notification).where(Notification.account_id == account.id)
    if not held_back:
        query = query.where(Notification.filtered.is_(False))
    if kinds is not None:
        query = query.where(Notification.kind.in_(kinds))
    if but:
        query = query.where(Notification.kind.not_in(but))
    if actor_id is not None:
        query = query.where(Notification.actor_id == actor_id)
    heard = relations.hears(account.actor, Notification.actor_id, notified=True)
    query = query.where(heard, relations.at_hand(Notification.actor_id))
    return rows(session, query, Notification.id, page)


def after(session: Session, id_: int) -> Sequence[Notification]:
    """Everybody's with a later id, in their order."""
    query = select(Notification).where(Notification.id > id_, Notification.filtered.is_(False))
    return session.scalars(query.order_by(Notification.id)).unique().all()


def get(session: Session, account: Account, notification_id: int) -> Notification:
    """Raises NotFound."""
    row = session.get(Notification, notification_id)
    if row is None or row.account_id != account.id:
        raise NotFound("there is no such notification")
    return row


def dismiss(session: Session, account: Account, notification_id: int) -> None:
    """Forget one. Raises NotFound."""
    session.delete(get(session, account, notification_id))
    session.flush()


def clear(session: Session, account: Account) -> None:
    """Forget all of them."""
    session.execute(delete(Notification).where(Notification.account_id == account.id))


def unread(session: Session, account: Account, *, at_most: int = 1000) -> int:
    """How many were not read yet."""
    few = select(Notification.id).where(Notification.account_id == account.id, Notification.read_at.is_(None))
    few = few.where(Notification.filtered.is_(False))
    return session.scalar(select(func.count()).select_from(few.limit(at_most).subquery())) or 0


def mark_read(session: Session, account: Account, *, up_to: int | None = None) -> None:
    """Everything up to the id `up_to` (None: all) was seen."""
    query = select(Notification).where(Notification.account_id == account.id, Notification.read_at.is_(None))
    if up_to is not None:
        query = query.where(Notification.id <= up_to)
    for row in session.scalars(query).unique():
        row.read_at = clock.now()
    session.flush()


def forget(session: Session, kind: NotificationKind, *, actor_id: int, post_id: int | None = None) -> None:
    """The thing was undone: what told of it goes (`post_id` None: whatever post it was about, or none)."""
    query = delete(Notification).where(Notification.kind == kind, Notification.actor_id == actor_id)
    if post_id is not None:
        query = query.where(Notification.post_id == post_id)
    session.execute(query)


def forget_follow(session: Session, account: Account, actor: Actor) -> None:
    """A follow of this account ended before it was read about."""
    session.execute(
        delete(Notification).where(
            Notification.account_id == account.id,
            Notification.actor_id == actor.id,
            Notification.kind.in_([NotificationKind.FOLLOW, NotificationKind.FOLLOW_REQUEST]),
        ),
    )


def _wants_to_hear(session: Session, account: Account, actor: Actor, post: Post | None) -> bool:
    return actor.available and not relations.silent(session, account, actor, post.conversation if post else None)


def _find(session: Session, account: Account, kind: NotificationKind, actor: Actor, post: Post | None) -> int | None:
    """The id of the notification that told it."""
    named = {"account": account.id, "named": kind, "actor": actor.id}
    if post is not None:
        return db.ask(session, _TOLD_OF_POST, **named, post=post.id).scalar()
    return db.ask(session, _TOLD_OF_NO_POST, **named).scalar()


_TOLD = (
    select(Notification.id)
    .where(
        Notification.account_id == bindparam("account", type_=BigInteger),
        Notification.kind == bindparam("named", type_=Notification.kind.type),
        Notification.actor_id == bindparam("actor", type_=BigInteger),
    )
    .limit(1)
)
_TOLD_OF_POST = _TOLD.where(Notification.post_id == bindparam("post", type_=BigInteger))
_TOLD_OF_NO_POST = _TOLD.where(Notification.post_id.is_(None))
