"""Pictures of other servers, shown from here: their addresses, and the copies as rows that are claimed, kept, dropped.

An address of ours holds theirs and a signature, so that only pictures which a page or an app was shown can be asked
for, and nobody can make us fetch anything else.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from fedi import clock, db, files, urls, work
from fedi.errors import NotFound
from fedi.models.actor import Actor
from fedi.models.cached_file import CACHED, CachedFile, CachedState
from fedi.models.media import RemoteMedia
from fedi.models.post import Post, PostState
from fedi.policy.consent import Consent, strictest
from fedi.policy.layers import activitystreams
from fedi.policy.terms import Terms
from fedi.services import consents, domains, secret

SIZES = ("small", "large")
LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 3
FAILED_FOR = timedelta(hours=6)  # what cannot be had is not asked for again on every view
USED = timedelta(days=1)  # how exactly we know when something was last looked at
MAX_URL = 1500
MAX_OF = 50  # people whose words on one picture are read: an avatar that a server gives to all of its own


def path(url: str | None, size: str) -> str:
    """Where a picture of another server is shown here: `/remote/SIZE/SIGNATURE/ADDRESS`; ours stay as they are."""
    if not url or not url.startswith(("https://", "http://")) or len(url) > MAX_URL:
        return ""
    if urls.is_local(url):
        return url.removeprefix(urls.origin())
    name = base64.urlsafe_b64encode(url.encode()).rstrip(b"=").decode()
    return f"/remote/{size}/{_signature(url)}/{name}"


def address(url: str | None, size: str) -> str:
    """The same as a whole address; '' for what is no web address."""
    found = path(url, size)
    return f"{urls.origin()}{found}" if found.startswith("/") else found


def read(signature: str, name: str) -> str:
    """The address that a path names. Raises NotFound for one that we did not make."""
    try:
        url = base64.b64decode(name + "=" * (-len(name) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise NotFound("there is no such picture") from None
    if not hmac.compare_digest(_signature(url).encode(), signature.encode()):
        raise NotFound("there is no such picture")
    return url


def file_key(key: str, size: str) -> str:
    """Where in `cache/` a copy lies."""
    return f"{key[:2]}/{key}-{size}.webp"


def find(session: Session, url: str) -> CachedFile | None:
    return session.scalar(select(CachedFile).where(CachedFile.key == _key(url)))


def is_stale(row: CachedFile | None) -> bool:
    """Whether it has to be asked for: never was, or failed a while ago."""
    if row is None:
        return True
    return row.state == CachedState.FAILED and row.due_at + FAILED_FOR < clock.now()


def want(session: Session, url: str) -> None:
    """Somebody looks at it: fetched now, unless it is here or failed lately."""
    row = find(session, url)
    if row is None:
        db.insert_new(session, CachedFile, ["key"], key=_key(url), url=url, host=urls.host_of(url))
    elif is_stale(row):
        CACHED.move(row, CachedState.WANTED, attempts=0, due_at=clock.now())
    elif row.state != CachedState.WANTED:
        return
    session.flush()
    work.wake(session, "media.fetch")


def used(session: Session, row_id: int) -> None:
    """Remember, roughly, that it was looked at."""
    session.execute(update(CachedFile).where(CachedFile.id == row_id).values(used_at=clock.now()))


def needs_use(row: CachedFile) -> bool:
    return row.used_at < clock.now() - USED


def claim(session: Session) -> CachedFile | None:
    """The next wished-for picture, leased to the caller. One whose fetching ended its worker again and again fails."""
    now = clock.now()
    free = or_(CachedFile.lease_until.is_(None), CachedFile.lease_until < now)
    CACHED.move_all(
        session,
        CachedFile,
        [CachedState.WANTED],
        CachedState.FAILED,
        CachedFile.attempts >= MAX_ATTEMPTS,
        free,
        reason="it never came to an end",
        lease_until=None,
        due_at=now,
    )
    row = session.scalar(
        select(CachedFile)
        .where(CachedFile.state == CachedState.WANTED, CachedFile.due_at <= now, free)
        .order_by(CachedFile.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    row.lease_until, row.attempts = now + LEASE, row.attempts + 1
    session.flush()
    return row


def fetched(session: Session, row_id: int, *, size: int, inside: Consent | None = None) -> bool:
    """The copies lie in their place; False when the row went meanwhile, and they belong to nobody. `inside` is what the
    file and its headers said.
    """
    row = session.get(CachedFile, row_id)
    if row is None or row.state != CachedState.WANTED:
        return row is not None
    now = clock.now()
    consent = heard(inside, said(session, row.url))
    CACHED.move(
        row,
        CachedState.HERE,
        size=size,
        consent=consent.text if consent else None,
        fetched_at=now,
        used_at=now,
        lease_until=None,
        reason=None,
    )
    return True


def failed(session: Session, row_id: int, reason: str, *, again: bool) -> None:
    """It cannot be had. With `again` it is tried once more in a moment, `MAX_ATTEMPTS` times in all."""
    row = session.get(CachedFile, row_id)
    if row is None or row.state != CachedState.WANTED:
        return
    row.lease_until, row.reason = None, reason[:500]
    if again and row.attempts < MAX_ATTEMPTS:
        row.due_at = clock.now() + timedelta(seconds=10 * row.attempts)
        return
    CACHED.move(row, CachedState.FAILED, due_at=clock.now())


def later(session: Session, row_id: int, wait: timedelta) -> None:
    """It was not its turn: the try does not count."""
    row = session.get(CachedFile, row_id)
    if row is not None and row.state == CachedState.WANTED:
        row.attempts, row.lease_until, row.due_at = row.attempts - 1, None, clock.now() + wait


def may_fetch(session: Session, url: str) -> bool:
    """Whether the rules for its server let us show anything of it."""
    host = urls.host_of(url)
    return domains.may_federate(session, host) and not domains.rejects_media(session, host)


def terms(session: Session, row: CachedFile) -> Terms:
    """What the copy is served under: what was said when it was made, and what has been said since."""
    kept = Consent.parse(row.consent) if row.consent else None
    return under(session, row.url, heard(kept, said(session, row.url)))


def heard(*said: Consent | None) -> Consent | None:
    """The strictest of what was said; None where nobody said anything."""
    spoken = [each for each in said if each is not None]
    return strictest(*spoken) if spoken else None


def under(session: Session, url: str, author: Consent | None) -> Terms:
    """The house's terms, made stricter where the author's are; the rights stay with who made it."""
    house = replace(consents.of_instance(), policies_url="", rsl_url="")  # no documents of ours speak for others
    consent = strictest(house.consent, author) if author else house.consent
    shown = session.execute(
        select(Actor, Post)
        .join(Post, Post.actor_id == Actor.id)
        .join(RemoteMedia, RemoteMedia.post_id == Post.id)
        .where(RemoteMedia.url == url)
        .order_by(Post.id)
        .limit(1)
    ).first()
    if shown is not None:
        actor, post = shown
        page, at = post.url or post.uri, post.published_at or post.created_at
    else:
        portrayed = session.scalars(_portrayed(url)).first()
        if portrayed is None:
            where = f"https://{urls.host_of(url)}"
            return replace(house, consent=consent, holder_name=urls.host_of(url), holder_url=where, licence_url=where)
        actor, page = portrayed, portrayed.url or portrayed.uri
        at = portrayed.published_at or portrayed.created_at
    name = actor.display_name.strip() or actor.name
    return replace(house, consent=consent, holder_name=name, holder_url=actor.uri, licence_url=page, year=at.year)


def refresh(session: Session, *, url: str | None = None, host: str | None = None) -> int:
    """Fetch copies anew: one, those of a server, or all that failed; how many."""
    where = [CachedFile.state == CachedState.FAILED]
    if url is not None:
        where = [CachedFile.key == _key(url)]
    elif host is not None:
        where = [CachedFile.host == host]
    rows = session.scalars(select(CachedFile).where(*where, CachedFile.state != CachedState.WANTED)).all()
    for row in rows:
        CACHED.move(row, CachedState.WANTED, attempts=0, due_at=clock.now())
    session.flush()
    if rows:
        work.wake(session, "media.fetch")
    return len(rows)


def total(session: Session) -> int:
    """Bytes that all copies take."""
    return int(session.scalar(select(func.coalesce(func.sum(CachedFile.size), 0))) or 0)


def drop_old(session: Session, before: datetime, *, most: int) -> int:
    """Drop what nobody looked at since `before`, at most so many; how many. The files go after the commit."""
    query = select(CachedFile).where(CachedFile.state != CachedState.WANTED, CachedFile.used_at < before)
    return _drop(session, session.scalars(query.order_by(CachedFile.used_at).limit(most)).all())


def drop_over(session: Session, limit: int, *, most: int) -> int:
    """Drop what was looked at longest ago until all copies take at most `limit` bytes, at most so many; how many."""
    over = total(session) - limit
    if over <= 0:
        return 0
    query = select(CachedFile).where(CachedFile.state == CachedState.HERE).order_by(CachedFile.used_at).limit(most)
    going = []
    for row in session.scalars(query):
        if over <= 0:
            break
        over -= row.size
        going.append(row)
    return _drop(session, going)


def drop_strays(session: Session) -> int:
    """Remove files that no row names, as a crash can leave them; how many copies that were."""
    found: dict[str, list[Path]] = {}
    for path in files.folder("cache").glob("*/*.webp"):
        found.setdefault(path.name.partition("-")[0], []).append(path)
    keys = list(found)
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        known = set(session.scalars(select(CachedFile.key).where(CachedFile.key.in_(part))))
        for key in part:
            if key in known:
                del found[key]
    for paths in found.values():
        for path in paths:
            path.unlink(missing_ok=True)
    return len(found)


def remove(key: str) -> None:
    """Take the copies of a picture away."""
    for size in SIZES:
        files.remove("cache", file_key(key, size))


def _drop(session: Session, rows: Iterable[CachedFile]) -> int:
    found = {row.id: row.key for row in rows}
    session.execute(delete(CachedFile).where(CachedFile.id.in_(found)))
    for key in found.values():
        db.after_commit(session, f"cache:{key}", partial(remove, key))
    return len(found)


def said(session: Session, url: str) -> Consent | None:
    """The strictest of what was said with every post that shows this picture, and by its author, or of whom it is."""
    query = (
        select(RemoteMedia.terms, Post.terms, Actor.terms, Post.consent, Actor.consent)
        .join(Post, Post.id == RemoteMedia.post_id)
        .join(Actor, Actor.id == Post.actor_id)
        .where(RemoteMedia.url == url, Post.state == PostState.PUBLISHED)
    )
    found: list[Consent] = []
    for row in session.execute(query):
        found += [each for document in row[:3] if document and (each := activitystreams.read(document)) is not None]
        found += [Consent.parse(text) for text in row[3:] if text]
    for actor in session.scalars(_portrayed(url)):
        if actor.terms and (each := activitystreams.read(actor.terms)) is not None:
            found.append(each)
        if actor.consent:
            found.append(Consent.parse(actor.consent))
    return strictest(*found) if found else None


def _portrayed(url: str) -> Select[Actor]:
    """Who shows this picture on their profile."""
    mine = or_(Actor.icon_url == url, Actor.image_url == url)
    return (
        select(Actor).where(mine, Actor.domain_key != "", Actor.deleted_at.is_(None)).order_by(Actor.id).limit(MAX_OF)
    )


def _key(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()


def _signature(url: str) -> str:
    return hmac.new(secret.key().encode(), b"remote picture\0" + url.encode(), hashlib.sha256).hexdigest()[:32]
