"""The append-only log of decisions about terms: numbered for each artist, each entry's hash covers the one before."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi import clock
from fedi.models.actor import Actor
from fedi.models.instance import ConsentEntry


def record(
    session: Session,
    actor: Actor,
    *,
    scope: str,
    consent: str | None,
    licence: str | None,
    details: Mapping[str, str] | None = None,
) -> ConsentEntry:
    """Append one decision; `scope` is instance, artist, gallery:ID, post:ID or media:ID."""
    session.flush()
    # Locked, so that two decisions at once do not get one number.
    version = session.scalar(select(Actor.terms_version).where(Actor.id == actor.id).with_for_update()) or 0
    newest = select(ConsentEntry.hash).where(ConsentEntry.actor_id == actor.id).order_by(ConsentEntry.id.desc())
    row = ConsentEntry(
        actor_id=actor.id,
        version=version + 1,
        scope=scope,
        consent=consent,
        licence=licence,
        details=dict(details) if details else None,
        created_at=clock.now(),
        previous_hash=session.scalar(newest.limit(1)) or "",
    )
    row.hash = _hash(actor.uri, row)
    actor.terms_version = row.version
    session.add(row)
    session.flush()
    return row


def of_actor(session: Session, actor: Actor) -> Sequence[ConsentEntry]:
    """Oldest first."""
    return session.scalars(
        select(ConsentEntry).where(ConsentEntry.actor_id == actor.id).order_by(ConsentEntry.id)
    ).all()


def exported(actor: Actor, entries: Sequence[ConsentEntry]) -> list[dict[str, Any]]:
    """The log as anybody can check it: each hash is SHA-256 of the one before and of `said` as sorted, compact JSON."""
    return [{"said": _said(actor.uri, row), "previous": row.previous_hash, "hash": row.hash} for row in entries]


def broken(session: Session) -> Iterator[str]:
    """Artists whose log was changed afterwards, or lost entries at its end."""
    for actor in session.scalars(select(Actor).where(Actor.terms_version > 0).order_by(Actor.id)):
        previous, version = "", 0
        for row in of_actor(session, actor):
            if row.previous_hash != previous or row.hash != _hash(actor.uri, row):
                yield actor.name
                break
            previous, version = row.hash, row.version
        else:
            if version != actor.terms_version:
                yield actor.name


def _hash(actor_uri: str, row: ConsentEntry) -> str:
    said = orjson.dumps(_said(actor_uri, row), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(row.previous_hash.encode() + said).hexdigest()


def _said(actor_uri: str, row: ConsentEntry) -> dict[str, Any]:
    said: dict[str, Any] = {
        "actor": actor_uri,
        "scope": row.scope,
        "consent": row.consent,
        "licence": row.licence,
        "at": clock.iso_millis(row.created_at),
    }
    if row.version:  # entries from before they were numbered have neither
        said |= {"version": row.version, **(row.details or {})}
    return said
