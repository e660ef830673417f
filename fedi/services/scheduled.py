"""Posts for later: kept as they were asked for, tried at once so that mistakes are told, posted at their time."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from fedi import clock
from fedi.errors import BadRequest, FediError, NotFound
from fedi.models.account import Account
from fedi.models.media import Media
from fedi.models.scheduled_post import ScheduledPost
from fedi.services import drafts, posts
from fedi.services.drafts import Draft
from fedi.services.paging import Page, rows

log = logging.getLogger(__name__)
MARGIN = timedelta(minutes=5)
MAX_TOTAL, MAX_DAILY = 300, 25
FARTHEST = timedelta(days=3650)


def put(session: Session, account: Account, draft: Draft, at: datetime) -> ScheduledPost:
    """Keep a draft until `at`; the same key again is the same row. Raises BadRequest and NotFound."""
    if draft.key is not None:
        known = select(ScheduledPost).where(ScheduledPost.account_id == account.id)
        row = session.scalar(known.where(ScheduledPost.idempotency_key == draft.key))
        if row is not None:
            return row
    _check_time(session, account, at)
    check_pictures(session, account, draft.media_ids)
    with session.begin_nested() as trial:
        drafts.compose(session, account, draft)
        trial.rollback()
    row = ScheduledPost(account_id=account.id, at=at, draft=draft.as_json(), idempotency_key=draft.key)
    session.add(row)
    session.flush()
    return row


def listed(session: Session, account: Account, page: Page) -> list[ScheduledPost]:
    return rows(session, select(ScheduledPost).where(ScheduledPost.account_id == account.id), ScheduledPost.id, page)


def get_own(session: Session, account: Account, id_: int) -> ScheduledPost:
    """Raises NotFound."""
    row = session.get(ScheduledPost, id_)
    if row is None or row.account_id != account.id:
        raise NotFound("Record not found")
    return row


def move(session: Session, account: Account, row: ScheduledPost, at: datetime) -> None:
    """Another time; what could not be posted is tried again then. Raises BadRequest."""
    _check_time(session, account, at, but=row)
    row.at, row.reason = at, None
    session.flush()


def remove(session: Session, row: ScheduledPost) -> None:
    session.delete(row)
    session.flush()


def pictures(session: Session, row: ScheduledPost) -> list[Media]:
    """Those that are still there, in their order."""
    found = (session.get(Media, int(id_)) for id_ in row.draft["media_ids"])
    return [each for each in found if each is not None]


def check_pictures(session: Session, account: Account, media_ids: Sequence[int]) -> None:
    """Raises BadRequest for a picture that a scheduled post is going to show, which could not be posted any more."""
    if not media_ids:
        return
    mine = session.scalars(select(ScheduledPost.draft).where(ScheduledPost.account_id == account.id))
    taken = {int(id_) for draft in mine for id_ in draft["media_ids"]}
    for id_ in media_ids:
        if id_ in taken:
            raise BadRequest(posts.NOT_ATTACHABLE.format(id_))


def picture_ids(session: Session) -> set[int]:
    """The pictures that some scheduled post will show."""
    return {int(id_) for draft in session.scalars(select(ScheduledPost.draft)) for id_ in draft["media_ids"]}


def is_due(session: Session) -> bool:
    return session.scalar(_due().limit(1)) is not None


def post_next(session: Session) -> bool:
    """Post what is due first; whether there was any. One that cannot be posted any more says why, and stays."""
    row = session.scalar(_due().order_by(ScheduledPost.at).limit(1).with_for_update(skip_locked=True))
    if row is None:
        return False
    account = session.get_one(Account, row.account_id)
    if not account.active:
        session.delete(row)  # who left, or may not sign in, does not post either
        session.flush()
        return True
    try:
        with session.begin_nested():
            drafts.compose(session, account, Draft.from_json(row.draft))
    except FediError as error:
        log.info("the scheduled post %s of %s cannot be posted: %s", row.id, account.actor.name, error)
        row.reason = str(error)
    else:
        session.delete(row)
    session.flush()
    return True


def _due() -> Select[ScheduledPost]:
    return select(ScheduledPost).where(ScheduledPost.at <= clock.now(), ScheduledPost.reason.is_(None))


def _check_time(session: Session, account: Account, at: datetime, but: ScheduledPost | None = None) -> None:
    if at <= clock.now() + MARGIN:
        raise BadRequest("Validation failed: Scheduled at The scheduled date must be in the future")
    if at > clock.now() + FARTHEST:
        raise BadRequest("Validation failed: Scheduled at The scheduled date must be within ten years")
    mine = select(func.count()).select_from(ScheduledPost).where(ScheduledPost.account_id == account.id)
    if but is not None:
        mine = mine.where(ScheduledPost.id != but.id)
    if (session.scalar(mine) or 0) >= MAX_TOTAL:
        raise BadRequest(f"Validation failed: You have exceeded the limit of {MAX_TOTAL} scheduled posts")
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    of_day = mine.where(ScheduledPost.at >= day, ScheduledPost.at < day + timedelta(days=1))
    if (session.scalar(of_day) or 0) >= MAX_DAILY:
        raise BadRequest(f"Validation failed: You have exceeded the limit of {MAX_DAILY} scheduled posts for today")
