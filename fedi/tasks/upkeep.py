"""The sweep: whatever is due is woken, so that losing the whole broker loses no work."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from fedi import clock, config, db, work
from fedi.models.account import Account, AccountState
from fedi.models.cached_file import CachedFile, CachedState
from fedi.models.errand import Errand, ErrandState
from fedi.models.inbox_message import InboxMessage, InboxState
from fedi.models.media import Media, MediaState
from fedi.models.outgoing import Delivery, DeliveryState, Outgoing, OutgoingState
from fedi.models.poll import Poll
from fedi.services import (
    crawler_log,
    errands,
    fingerprints,
    happenings,
    leaving,
    letters,
    media,
    polls,
    push,
    relays,
    scheduled,
    sign_ups,
)
from fedi.tasks import remote_files

log = logging.getLogger(__name__)
PRUNE_SECONDS = 3600.0
_pruned_at = 0.0


def sweep_once() -> int:
    """Wake the tasks that have something due; how many were woken. A database that is away is tried again later."""
    try:
        with db.reading() as session:
            due = sorted(_due(session, clock.now()))
            asked = session.scalar(select(Poll.post_id).where(Poll.due_at <= clock.now()).limit(1))
            old = session.scalar(select(Errand.id).where(Errand.done_at < clock.now() - errands.KEPT).limit(1))
            heard = happenings.has_old(session)
            left = session.scalar(select(Account.id).where(Account.state == AccountState.LEAVING).limit(1))
        if left is not None:
            _finish_leaving()
        if asked is not None:
            _settle_polls()
        if old is not None:
            _forget_errands()
        if heard:
            _forget_happenings()
        _prune_sometimes()
    except OperationalError as error:
        log.warning("the sweep could not read the database: %s", error.orig)
        return 0
    for name in due:
        try:
            work.send(name)
        except OSError as error:
            log.warning("the broker does not take %s: %s", name, error)
    return len(due)


def _due(session: Session, now: datetime) -> set[str]:
    free_media = or_(Media.lease_until.is_(None), Media.lease_until < now)
    free_message = or_(InboxMessage.lease_until.is_(None), InboxMessage.lease_until < now)
    free_errand = or_(Errand.lease_until.is_(None), Errand.lease_until < now)
    free_file = or_(CachedFile.lease_until.is_(None), CachedFile.lease_until < now)
    free_delivery = or_(Delivery.lease_until.is_(None), Delivery.lease_until < now)
    questions = {
        "media.protect": select(Media.id).where(
            Media.state.in_([MediaState.UPLOADED, MediaState.PROTECTING]),
            Media.due_at <= now,
            free_media,
        ),
        "federation.process": select(InboxMessage.id).where(
            InboxMessage.state.in_([InboxState.RECEIVED, InboxState.WAITING]),
            InboxMessage.due_at <= now,
            free_message,
        ),
        "federation.expand": select(Outgoing.id).where(Outgoing.state == OutgoingState.PENDING, Outgoing.due_at <= now),
        "federation.deliver": select(Delivery.id).where(
            Delivery.state.in_([DeliveryState.QUEUED, DeliveryState.WAITING, DeliveryState.DELIVERING]),
            Delivery.due_at <= now,
            free_delivery,
        ),
        "media.fetch": select(CachedFile.id).where(
            CachedFile.state == CachedState.WANTED, CachedFile.due_at <= now, free_file
        ),
        "federation.fetch": select(Errand.id).where(Errand.state == ErrandState.DUE, Errand.due_at <= now, free_errand),
    }
    waking = {name for name, question in questions.items() if session.scalar(question.limit(1)) is not None}
    others = {
        "mail.send": letters.is_due,
        "push.send": push.is_due,
        "posts.publish": scheduled.is_due,
        "media.fingerprint": fingerprints.is_due,
    }
    return waking | {name for name, asks in others.items() if asks(session)}


def _finish_leaving() -> None:
    """Withdraw the works of accounts that leave, a batch at a time."""
    with db.writing("leave") as session:
        leaving.step(session)


def _forget_errands() -> None:
    with db.writing("errands") as session:
        errands.forget_old(session)


def _forget_happenings() -> None:
    with db.writing("happenings") as session:
        happenings.forget_old(session)


def _prune_sometimes() -> None:
    """Copies of pictures, unused uploads, visits of crawlers, old sign-ups, what relays brought: once an hour in each
    process that sweeps.
    """
    global _pruned_at
    if clock.timestamp() - _pruned_at >= PRUNE_SECONDS:
        _pruned_at = clock.timestamp()
        remote_files.prune()
        _drop_unused_uploads()
        with db.writing("crawlers") as session:
            crawler_log.forget_old(session)
        with db.writing("sign_ups") as session:
            sign_ups.forget_old(session)
        _drop_relayed()


def _drop_unused_uploads() -> None:
    more = True
    while more:
        with db.writing("unused") as session:
            more = media.drop_unused(session, scheduled.picture_ids(session))


def _drop_relayed() -> None:
    before = clock.now() - timedelta(days=config.settings().relayed_days)
    more = True
    while more:
        with db.writing("relayed") as session:
            more = relays.drop_old(session, before)


def _settle_polls() -> None:
    """Send new counts of polls, and tell that they are over."""
    with db.writing("polls") as session:
        polls.settle_due(session)
