"""The media task: claims what is due, runs its stages in the media child, lets verified renditions be served."""

import logging
import threading

from sqlalchemy.orm import Session

from fedi import db, failpoints, files
from fedi.errors import BadMedia, Unreachable
from fedi.media.child import MediaChild
from fedi.media.job import Job
from fedi.models.media import Media, MediaPurpose
from fedi.models.post import Post
from fedi.services import media, media_jobs, posts, term_changes

log = logging.getLogger(__name__)
failpoints.declare(
    "media.claim.before_commit",
    "media.claim.after_commit",
    "media.next.before_commit",
    "media.next.after_commit",
    "media.stage.before_commit",
    "media.stage.after_commit",
    "media.done.before_place",
    "media.done.placed",
    "media.protected.before_commit",
    "media.protected.after_commit",
)
STAGE_SECONDS = 600.0

_child = MediaChild()
_turn = threading.Lock()


def protect() -> int:
    """Protect what is due, one picture at a time; how many were worked on."""
    if not _turn.acquire(blocking=False):
        return 0  # another thread of this process is at it and takes what is due
    try:
        count = 0
        while _protect_next():
            count += 1
        return count
    finally:
        _turn.release()


def close() -> None:
    _child.close()


def _protect_next() -> bool:
    with db.writing("media.claim") as session:
        row = media.claim(session)
    if row is None:
        return False
    try:
        with db.reading() as session:
            order = media_jobs.order(session, row)
        _run_stages(row, order.job)
        _finish(row, order)
    except BadMedia as error:
        _give_up(row, str(error))
    except Unreachable as error:
        _try_again(row, str(error))
    return True


def _run_stages(row: Media, job: Job) -> None:
    while True:
        with db.writing("media.next") as session:
            run = media.next_stage(session, row)
        if run is None:
            return
        try:
            result = _child.run_stage(job, run.stage, timeout=STAGE_SECONDS)
        except BadMedia as error:
            with db.writing() as session:
                media.stage_failed(session, run, str(error))
            raise
        with db.writing("media.stage") as session:
            media.stage_done(
                session,
                run,
                seconds=result.seconds,
                cpu_seconds=result.cpu_seconds,
                detail=result.detail,
            )


def _finish(row: Media, order: media_jobs.Order) -> None:
    """Files first, then the row that lets them be served: a crash between leaves files nobody can reach."""
    with db.reading() as session:
        runs = media.stages(session, row)
    made = media_jobs.renditions(row, order, runs)
    summary = media_jobs.summary(order, runs)
    failpoints.point("media.done.before_place")
    for rendition, source in made:
        if source.exists():
            files.place(source, "renditions", rendition.key)
    failpoints.point("media.done.placed")
    with db.writing("media.protected") as session:
        media.protected(session, row, [rendition for rendition, _ in made], detail=summary)
        _let_out(session, row)
    files.clear_workdir(media.work_folder(row))


def _let_out(session: Session, row: Media) -> None:
    """Publish the post that waited for this picture, or show the new avatar."""
    row = session.get_one(Media, row.id)
    if row.purpose != MediaPurpose.POST:
        media_jobs.show_on_profile(session, row)
    elif row.post_id is not None:
        post = session.get_one(Post, row.post_id)
        if media.is_ready(session, row, post):
            if not posts.publish_when_ready(session, post):
                term_changes.made_anew(session, post)
        else:
            media.start(session, row)  # the terms changed while these were written in: made anew under the new ones


def _give_up(row: Media, reason: str) -> None:
    log.warning("media %s cannot be protected: %s", row.id, reason)
    with db.writing("media.failed") as session:
        media.failed(session, row, reason)
        _tell(session, row, reason)
    files.clear_workdir(media.work_folder(row))


def _try_again(row: Media, reason: str) -> None:
    log.warning("media %s is tried again: %s", row.id, reason)
    with db.writing("media.failed") as session:
        if not media.again(session, row, reason):
            _tell(session, row, session.get_one(Media, row.id).reason or reason)


def _tell(session: Session, row: Media, reason: str) -> None:
    row = session.get_one(Media, row.id)
    if row.post_id is not None:
        posts.fail(session, session.get_one(Post, row.post_id), f"a picture could not be protected: {reason}")
