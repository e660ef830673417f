"""Errands: what we would like to know of other servers, asked for in the background when there is time."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fedi import clock
from fedi.db import Base
from fedi.models.columns import UtcDateTime, choice
from fedi.states import Machine


class ErrandKind(StrEnum):
    THREAD = "thread"  # what a post answers and what answers it; `uri` is the post's
    WORKS = "works"  # the last and the pinned posts of an actor; `uri` is the actor's
    QUOTE = "quote"  # what a post quotes, and whether it may; `uri` is the post's
    POST = "post"  # what a relay named; `uri` is the post's
    ACTOR = "actor"  # who somebody here looks at; `uri` is the actor's
    COLLECTION = "collection"  # into what an artist of ours shall be put; `uri` is the collection's
    AGAIN = "again"  # a post that was changed or deleted, as somebody else says; `uri` is the post's
    POLL = "poll"  # the counts of a poll that somebody here looks at; `uri` is its post's
    FOLLOWERS = "followers"  # who here follows a remote actor, as its server knows it; `uri` is the actor's


class ErrandState(StrEnum):
    DUE = "due"
    DONE = "done"


ERRANDS = Machine({ErrandState.DUE: [ErrandState.DONE], ErrandState.DONE: [ErrandState.DUE]})


class Errand(Base):
    """One row for each thing, taken up again when somebody wants it anew; `detail` is what the kind needs."""

    __tablename__ = "errands"
    __table_args__ = (UniqueConstraint("kind", "uri"), Index("ix_errands_due", "state", "due_at"))

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=clock.new_id, autoincrement=False)
    kind: Mapped[ErrandKind] = mapped_column(choice(ErrandKind, "kind"))
    uri: Mapped[str] = mapped_column(String(2048))
    detail: Mapped[str] = mapped_column(String(2048), default="")
    state: Mapped[ErrandState] = mapped_column(choice(ErrandState, "state"), default=ErrandState.DUE)
    reason: Mapped[str | None] = mapped_column(Text)  # why the last try came to nothing
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
