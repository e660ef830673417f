"""Happenings: what those who listen are told at once. Short-lived: whoever does not listen reads the timelines."""

from enum import StrEnum

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from fedi import clock
from fedi.db import Base
from fedi.models.columns import choice


class HappeningKind(StrEnum):
    """Of a post, a boost, a post's change, the end of a post or boost, somebody's filters, somebody's conversation, and
    of what the instance announces.
    """

    POST = "post"
    BOOST = "boost"
    EDIT = "edit"
    DELETE = "delete"
    FILTERS = "filters"
    CONVERSATION = "conversation"
    ANNOUNCEMENT = "announcement"
    ANNOUNCEMENT_DELETE = "announcement.delete"
    ANNOUNCEMENT_REACTION = "announcement.reaction"


class Happening(Base):
    """`subject_id` is that of the post, boost, conversation, announcement or (for filters) account; `actor_id` whose it
    is (0: the instance's).

    Not tied to them: it may outlive them.
    """

    __tablename__ = "happenings"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    kind: Mapped[HappeningKind] = mapped_column(choice(HappeningKind, "kind"))
    subject_id: Mapped[int] = mapped_column(BigInteger)
    actor_id: Mapped[int] = mapped_column(BigInteger)
