"""Running errands, one after the other, each with a budget of its own."""

import logging
from collections.abc import Callable

from fedi import db
from fedi.activitypub import again, backfill, curated, follower_sync, quoted, refresh, relayed, thread
from fedi.errors import FediError, Unreachable
from fedi.models.errand import Errand, ErrandKind
from fedi.services import errands

log = logging.getLogger(__name__)
RUNS: dict[ErrandKind, Callable[[Errand], None]] = {
    ErrandKind.THREAD: thread.run,
    ErrandKind.WORKS: backfill.run,
    ErrandKind.QUOTE: quoted.run,
    ErrandKind.POST: relayed.run,
    ErrandKind.ACTOR: refresh.run,
    ErrandKind.POLL: again.run,
    ErrandKind.AGAIN: again.run,
    ErrandKind.COLLECTION: curated.run,
    ErrandKind.FOLLOWERS: follower_sync.run,
}


def run_due() -> int:
    """Run every errand that is due; how many."""
    count = 0
    while (errand := _claim()) is not None:
        _run(errand)
        count += 1
    return count


def _claim() -> Errand | None:
    with db.writing() as session:
        return errands.claim(session)


def _run(errand: Errand) -> None:
    reason, again = None, False
    try:
        RUNS[errand.kind](errand)
    except Unreachable as error:
        reason, again = str(error), True
    except FediError as error:
        reason = str(error)
    except Exception as error:  # the edge: an errand that breaks must not stop the others
        log.exception("errand %s of %s", errand.kind, errand.uri)
        reason = f"{type(error).__name__}: {error}"
    with db.writing() as session:
        errands.finish(session, errand.id, reason=reason, again=again)
