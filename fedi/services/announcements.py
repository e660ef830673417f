"""What the instance announces to its people: saying it, reading it, answering with an emoji."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import emoji
from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from fedi import clock, db, urls
from fedi.errors import BadRequest, NotFound
from fedi.models.account import Account
from fedi.models.announcement import Announcement, AnnouncementReaction, AnnouncementRead
from fedi.models.happening import HappeningKind
from fedi.services import happenings
from fedi.text import render

MAX_TEXT = 5000
MAX_REACTIONS = 8  # different ones, as in Mastodon


@dataclass(frozen=True)
class Reaction:
    name: str
    count: int
    mine: bool


def say(
    session: Session, text: str, *, starts_at: datetime | None = None, ends_at: datetime | None = None
) -> Announcement:
    """Announce something to everybody here. Raises BadRequest."""
    row = Announcement(text=_checked(text), starts_at=starts_at, ends_at=ends_at)
    if ends_at is not None and (ends_at <= clock.now() or (starts_at is not None and ends_at < starts_at)):
        raise BadRequest("it ends before it begins, or is over already")
    session.add(row)
    session.flush()
    happenings.put(session, HappeningKind.ANNOUNCEMENT, row.id, 0)
    return row


def take_back(session: Session, id_: int) -> None:
    """Raises NotFound."""
    session.delete(get(session, id_))
    session.flush()
    happenings.put(session, HappeningKind.ANNOUNCEMENT_DELETE, id_, 0)


def listed(session: Session, account: Account, *, dismissed: bool = False) -> list[Announcement]:
    """What is announced now and was not read by this account, in its order; `dismissed`: the read ones too."""
    query = select(Announcement).where(or_(Announcement.ends_at.is_(None), Announcement.ends_at > clock.now()))
    if not dismissed:
        known = select(AnnouncementRead.announcement_id).where(AnnouncementRead.account_id == account.id)
        query = query.where(Announcement.id.not_in(known))
    return list(session.scalars(query.order_by(Announcement.id)))


def everything(session: Session) -> Sequence[Announcement]:
    """For moderators: also what is over."""
    return session.scalars(select(Announcement).order_by(Announcement.id.desc())).all()


def content(row: Announcement) -> str:
    """Its text as HTML."""
    return render(row.text, mentions={}, tag_url=urls.tag)


def get(session: Session, id_: int) -> Announcement:
    """Raises NotFound."""
    row = session.get(Announcement, id_)
    if row is None:
        raise NotFound("Record not found")
    return row


def dismiss(session: Session, account: Account, id_: int) -> None:
    """It was read. Raises NotFound."""
    given = {"announcement_id": get(session, id_).id, "account_id": account.id}
    db.insert_new(session, AnnouncementRead, list(given), **given)


def read_among(session: Session, account: Account, rows: Sequence[Announcement]) -> set[int]:
    ids = [row.id for row in rows]
    query = select(AnnouncementRead.announcement_id)
    return set(
        session.scalars(
            query.where(AnnouncementRead.account_id == account.id, AnnouncementRead.announcement_id.in_(ids))
        )
    )


def react(session: Session, account: Account, id_: int, name: str) -> None:
    """Raises BadRequest for what is no emoji, or one too many different ones."""
    row = get(session, id_)
    if not emoji.is_emoji(name):
        raise BadRequest("Validation failed: Name is not a recognized emoji")
    known = select(AnnouncementReaction.name).distinct().where(AnnouncementReaction.announcement_id == row.id)
    names = set(session.scalars(known))
    if name not in names and len(names) >= MAX_REACTIONS:
        raise BadRequest("Validation failed: Limit of different reactions reached")
    given = {"announcement_id": row.id, "account_id": account.id, "name": name}
    db.insert_new(session, AnnouncementReaction, list(given), **given)
    happenings.put(session, HappeningKind.ANNOUNCEMENT_REACTION, row.id, account.actor_id)


def unreact(session: Session, account: Account, id_: int, name: str) -> None:
    """Raises NotFound."""
    row = get(session, id_)
    mine = (AnnouncementReaction.account_id == account.id, AnnouncementReaction.name == name)
    session.execute(delete(AnnouncementReaction).where(AnnouncementReaction.announcement_id == row.id, *mine))
    happenings.put(session, HappeningKind.ANNOUNCEMENT_REACTION, row.id, account.actor_id)


def reactions(session: Session, row: Announcement, account: Account | None) -> list[Reaction]:
    """Each emoji with how many chose it, the first that came first."""
    counted = (
        select(AnnouncementReaction.name, func.count())
        .where(AnnouncementReaction.announcement_id == row.id)
        .group_by(AnnouncementReaction.name)
        .order_by(func.min(AnnouncementReaction.created_at))
    )
    mine = select(AnnouncementReaction.name).where(
        AnnouncementReaction.announcement_id == row.id,
        AnnouncementReaction.account_id == (account.id if account else None),
    )
    own = set(session.scalars(mine))
    return [Reaction(name, count, name in own) for name, count in session.execute(counted)]


def _checked(text: str) -> str:
    text = text.replace("\0", "").strip()
    if not text:
        raise BadRequest("an announcement says something")
    if len(text) > MAX_TEXT:
        raise BadRequest(f"an announcement has at most {MAX_TEXT} characters")
    return text
