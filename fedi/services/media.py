"""Media of our artists: from an upload to protected renditions, one durable step at a time.

The rows are the truth: a media that is `uploaded` or `protecting` and due is claimed by lease, its stages run one by
one (`stage_runs`), and only `verify` lets a rendition exist. A crash anywhere leaves it to be claimed again.
"""

import hashlib
import hmac
import os
from collections.abc import Collection, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from fedi import clock, config, db, files, work
from fedi.errors import BadMedia, BadRequest, Conflict, NotFound
from fedi.media.formats import Header, read_header
from fedi.media.plan import Plan, plan_for
from fedi.models.actor import Actor
from fedi.models.media import (
    MEDIA,
    STAGES,
    Media,
    MediaPurpose,
    MediaState,
    Rendition,
    RenditionKind,
    StageRun,
    StageState,
)
from fedi.models.post import Post
from fedi.policy import disclosure
from fedi.services import consent_log, consents, media_tokens, secret

LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 3
UNUSED = timedelta(days=1)  # as long as Mastodon keeps an upload that no post uses
BATCH = 100
MAX_ALT = 10_000
LONG_ALT = f"Validation failed: Description is too long (maximum is {MAX_ALT} characters)"
STATE_FOLDERS = {"prohibited": "p", "generative-prohibited": "g", "ask": "q", "licensed": "l", "allowed": "a"}


def keep_original(path: Path) -> tuple[str, str, Header]:
    """Look at an upload's header, refuse what is no picture or over the limits, and move it into the vault.

    Returns (vault key, sha256, header). Slow (it reads and flushes the file): never inside a write transaction.
    Raises BadMedia.
    """
    settings = config.settings()
    header = read_header(path, max_bytes=settings.media_max_bytes, max_pixels=settings.media_max_pixels)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    name = os.urandom(16).hex()
    key = f"{name[:2]}/{name}"
    files.place(path, "vault", key)
    return key, digest.hexdigest(), header


def upload(
    session: Session,
    *,
    actor: Actor,
    vault_key: str,
    sha256: str,
    mime: str,
    size: int,
    alt: str = "",
    focus: tuple[float, float] = (0.0, 0.0),
    purpose: MediaPurpose = MediaPurpose.POST,
    consent: str | None = None,
    preset: str | None = None,
) -> Media:
    """A media row for an original that lies in the vault; protection starts by itself."""
    if len(alt) > MAX_ALT:
        raise BadRequest(LONG_ALT)
    consent, _ = consents.read(consent, None)
    row = Media(
        actor_id=actor.id,
        purpose=purpose,
        vault_key=vault_key,
        sha256=sha256,
        mime=mime,
        size=size,
        alt=alt,
        focus_x=_unit(focus[0]),
        focus_y=_unit(focus[1]),
        consent=consent,
        preset=preset or config.settings().protect_preset,
        version=0,
        unused_since=clock.now() if purpose == MediaPurpose.POST else None,
    )
    session.add(row)
    session.flush()
    if consent is not None:
        consent_log.record(session, actor, scope=f"media:{row.id}", consent=consent, licence=None)
    start(session, row)
    return row


def describe(session: Session, row: Media, *, alt: str | None = None, focus: tuple[float, float] | None = None) -> None:
    """Set the description (alt text) and the focal point, each -1 to 1."""
    if alt is not None:
        if len(alt) > MAX_ALT:
            raise BadRequest(LONG_ALT)
        row.alt = alt.replace("\0", "")
    if focus is not None:
        row.focus_x, row.focus_y = _unit(focus[0]), _unit(focus[1])
    session.flush()


def start(session: Session, row: Media) -> None:
    """Begin a new run of the plan; what is served now is served until the new run is verified."""
    settings = config.settings()
    plan = plan_for(row.preset, long_side=settings.media_long_side)
    row.version += 1
    row.plan = plan.to_json()
    row.attempts, row.due_at, row.lease_until = 0, clock.now(), None
    if row.state in {MediaState.PROTECTED, MediaState.FAILED}:
        MEDIA.move(row, MediaState.PROTECTING, reason=None)
    for position, stage in enumerate(plan.stages):
        session.add(StageRun(media_id=row.id, version=row.version, position=position, stage=stage))
    session.flush()
    work.wake(session, "media.protect")


def retry(session: Session, row: Media) -> None:
    """Protect a failed media again, from the start."""
    if row.state != MediaState.FAILED:
        raise Conflict("only a picture that failed is tried again")
    start(session, row)


def get_own(session: Session, media_id: int, actor: Actor) -> Media:
    """A media of this artist. Raises NotFound."""
    row = session.get(Media, media_id)
    if row is None or row.actor_id != actor.id or row.state == MediaState.WITHDRAWN:
        raise NotFound("there is no such picture")
    return row


def of_post(session: Session, post: Post) -> list[Media]:
    """The pictures of a post of ours, in their order."""
    return list(
        session.scalars(
            select(Media)
            .where(Media.post_id == post.id, Media.state != MediaState.WITHDRAWN)
            .order_by(Media.position, Media.id),
        ),
    )


def of_posts(session: Session, post_ids: list[int]) -> dict[int, list[Media]]:
    """The pictures of many posts in one query."""
    found: dict[int, list[Media]] = {}
    for row in session.scalars(_OF_POSTS, {"ids": post_ids}) if post_ids else ():
        if row.post_id is not None:
            found.setdefault(row.post_id, []).append(row)
    return found


_OF_POSTS = (
    select(Media)
    .where(Media.post_id.in_(bindparam("ids", expanding=True)), Media.state != MediaState.WITHDRAWN)
    .order_by(Media.position, Media.id)
)


def is_ready(session: Session, row: Media, post: Post | None) -> bool:
    """Protected, and under the terms that hold for it now."""
    if row.state != MediaState.PROTECTED:
        return False
    shown = row.rendition(RenditionKind.FEDERATED)
    if shown is None:
        return False
    terms = consents.of_media(session, row, post)
    said = terms.consent.text, terms.licence.text, disclosure.source(terms.ai)
    return (shown.consent, shown.licence, shown.source) == said


def lasting(row: Media) -> Rendition | None:
    """The largest file whose address may be told to anybody for good: feeds, cards of links, search engines."""
    large, small = row.rendition(RenditionKind.FEDERATED), row.rendition(RenditionKind.PREVIEW)
    return small or large if config.settings().large_pictures == "brief" else large


def stages(session: Session, row: Media) -> list[StageRun]:
    """The stages of the run that is being made (or was made last), in order."""
    return list(
        session.scalars(
            select(StageRun)
            .where(StageRun.media_id == row.id, StageRun.version == row.version)
            .order_by(StageRun.position),
        ),
    )


def served(session: Session, key: str, token: str = "") -> tuple[Rendition, Media, bool]:
    """What may be answered at /media/KEY?t=TOKEN, and whether it is for everybody and for ever. Raises NotFound for all
    else.
    """
    brief = media_tokens.brief_id(key)
    found = session.execute(
        select(Rendition, Media, Post)
        .join(Media, Media.id == Rendition.media_id)
        .outerjoin(Post, Post.id == Media.post_id)
        .where(Rendition.key == key if brief is None else Rendition.id == brief)
        .where(Rendition.withdrawn_at.is_(None), Media.state != MediaState.WITHDRAWN),
    ).first()
    if found is None:
        raise NotFound("there is no such picture")
    rendition, row, post = found
    if not media_tokens.needed(post):
        return rendition, row, brief is None
    if not media_tokens.opens(session, post, token):
        raise NotFound("there is no such picture")
    return rendition, row, False


def attach(session: Session, row: Media, post: Post, position: int) -> None:
    """A post shows it now; a picture that was released, or whose terms changed with the post's, is protected anew."""
    row.post_id, row.position, row.unused_since = post.id, position, None
    session.flush()
    released = row.state == MediaState.UPLOADED and row.due_at is None
    if released or (row.state == MediaState.PROTECTED and not is_ready(session, row, post)):
        start(session, row)


def release(session: Session, row: Media) -> None:
    """Its post is gone, and may be written anew: nothing of it is served any more, the original is kept for a day."""
    if row.state == MediaState.FAILED:
        withdraw(session, row)
        return
    row.post_id, row.unused_since = None, clock.now()
    if row.state == MediaState.PROTECTED:
        keys = _close(row)
        MEDIA.move(row, MediaState.UPLOADED, due_at=None, lease_until=None, current_version=None)
        db.after_commit(session, f"media:{row.id}", lambda: _remove(keys))
    session.flush()


def drop_unused(session: Session, kept: Collection[int]) -> bool:
    """Withdraw pictures that nothing showed for a day, but those of the ids `kept`; whether there may be more."""
    late = select(Media).where(Media.unused_since < clock.now() - UNUSED, Media.state != MediaState.WITHDRAWN)
    found = session.scalars(late.where(Media.post_id.is_(None), Media.id.not_in(kept)).limit(BATCH)).all()
    for row in found:
        withdraw(session, row)
    return len(found) == BATCH


def withdraw(session: Session, row: Media) -> None:
    """Stop serving it, and remove its files once this is committed."""
    if row.state == MediaState.WITHDRAWN:
        return
    keys, vault_key, workdir = _close(row), row.vault_key, work_folder(row)
    MEDIA.move(row, MediaState.WITHDRAWN, due_at=None, lease_until=None, unused_since=None)

    def remove() -> None:
        _remove(keys)
        files.remove("vault", vault_key)
        files.clear_workdir(workdir)

    db.after_commit(session, f"media:{row.id}", remove)


def _close(row: Media) -> list[str]:
    """No rendition is served any more; their files."""
    for each in row.renditions:
        each.withdrawn_at = each.withdrawn_at or clock.now()
    return [each.key for each in row.renditions]


def _remove(keys: Sequence[str]) -> None:
    for key in keys:
        files.remove("renditions", key)


# --- the walk of the media task -------------------------------------------------------------------------------------


def claim(session: Session) -> Media | None:
    """The next due media, leased to the caller; None when there is nothing to do."""
    now = clock.now()
    candidate = session.scalar(
        select(Media.id)
        .where(
            Media.state.in_([MediaState.UPLOADED, MediaState.PROTECTING]),
            Media.due_at <= now,
            or_(Media.lease_until.is_(None), Media.lease_until < now),
        )
        .order_by(Media.due_at)
        .limit(1)
        .with_for_update(skip_locked=True),
    )
    if candidate is None:
        return None
    row = session.get_one(Media, candidate)
    row.lease_until = now + LEASE
    row.attempts += 1
    if row.state == MediaState.UPLOADED:
        MEDIA.move(row, MediaState.PROTECTING)
    session.flush()
    _write_terms_again(session, row)
    return row


def _write_terms_again(session: Session, row: Media) -> None:
    """What an earlier claim wrote into the files may be out of date: the stages from `terms` on are run anew."""
    runs = stages(session, row)
    first = next((run.position for run in runs if run.stage == "terms"), len(runs))
    for run in runs[first:]:
        if run.state == StageState.DONE:
            STAGES.move(run, StageState.WAITING)


def next_stage(session: Session, row: Media) -> StageRun | None:
    """The first stage of this run that is not done, marked running; None when all are done."""
    for run in stages(session, row):
        if run.state == StageState.DONE:
            continue
        STAGES.move(run, StageState.RUNNING, started_at=clock.now(), attempts=run.attempts + 1)
        return run
    return None


def stage_done(session: Session, run: StageRun, *, seconds: float, cpu_seconds: float, detail: dict[str, Any]) -> None:
    run = session.get_one(StageRun, run.id)
    if run.state == StageState.RUNNING:
        STAGES.move(run, StageState.DONE, seconds=seconds, cpu_seconds=cpu_seconds, detail=detail, error=None)
    session.execute(update(Media).where(Media.id == run.media_id).values(lease_until=clock.now() + LEASE))


def stage_failed(session: Session, run: StageRun, reason: str) -> None:
    run = session.get_one(StageRun, run.id)
    if run.state == StageState.RUNNING:
        STAGES.move(run, StageState.FAILED, error=reason)


def failed(session: Session, row: Media, reason: str) -> None:
    """Give up on this run: the artist reads `reason`; what was served before stays served."""
    row = session.get_one(Media, row.id)
    if row.state == MediaState.PROTECTING:
        MEDIA.move(row, MediaState.FAILED, reason=reason, lease_until=None, due_at=None)


def again(session: Session, row: Media, reason: str) -> bool:
    """The child died or hung: try later, or fail after MAX_ATTEMPTS (returns False then)."""
    row = session.get_one(Media, row.id)
    if row.attempts >= MAX_ATTEMPTS:
        failed(session, row, f"protecting it was tried {row.attempts} times and did not end: {reason}")
        return False
    row.lease_until, row.due_at = None, clock.now() + timedelta(seconds=5 * row.attempts)
    return True


def rendition_key(row: Media, kind: RenditionKind, consent_state: str, suffix: str) -> str:
    """Where a rendition lies: unguessable, the same when the step is repeated, and led by the state of its terms."""
    said = f"{row.id}:{row.version}:{kind}".encode()
    name = hmac.new(secret.key().encode(), said, hashlib.sha256).hexdigest()[:32]
    return f"{STATE_FOLDERS.get(consent_state, 'c')}/{name[:2]}/{name[2:]}{suffix}"


def protected(session: Session, row: Media, renditions: list[Rendition], *, detail: dict[str, Any]) -> None:
    """The verified files lie in place: let them be served, and withdraw the renditions they replace."""
    row = session.get_one(Media, row.id)
    if row.state != MediaState.PROTECTING:
        raise Conflict("this picture was withdrawn meanwhile")
    for old in row.renditions:
        if old.withdrawn_at is None and old.version != row.version:
            old.withdrawn_at = clock.now()
    session.add_all(renditions)
    session.flush()
    session.expire(row, ["renditions"])
    federated = next(each for each in renditions if each.kind == RenditionKind.FEDERATED)
    MEDIA.move(
        row,
        MediaState.PROTECTED,
        current_version=row.version,
        width=federated.width,
        height=federated.height,
        blurhash=detail.get("blurhash"),
        report=detail.get("report"),
        lease_until=None,
        due_at=None,
        reason=None,
    )


def work_folder(row: Media) -> str:
    return f"media-{row.id}-{row.version}"


def plan_of(row: Media) -> Plan:
    return Plan.from_json(row.plan)


def refuse(error: BadMedia) -> str:
    """The sentence an artist reads under a picture that failed."""
    return str(error)


def _unit(value: float) -> float:
    return max(-1.0, min(1.0, value))
