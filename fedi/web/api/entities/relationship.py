"""The Relationship entity: how the reader stands to other actors, in a few queries for any number of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fedi import clock
from fedi.models.actor import Actor
from fedi.models.follow import Follow, FollowState
from fedi.models.relation import Block, Mute
from fedi.services import endorsements, follows, privacy


def many(session: Session, me: Actor, actors: Sequence[Actor]) -> list[dict[str, Any]]:
    ids = [actor.id for actor in actors]
    mine, theirs = follows.between(session, me, ids)
    blocking = set(session.scalars(select(Block.target_id).where(Block.actor_id == me.id, Block.target_id.in_(ids))))
    blocked = set(session.scalars(select(Block.actor_id).where(Block.target_id == me.id, Block.actor_id.in_(ids))))
    muted = {
        row.target_id: row
        for row in session.scalars(
            select(Mute).where(
                Mute.actor_id == me.id,
                Mute.target_id.in_(ids),
                or_(Mute.expires_at.is_(None), Mute.expires_at > clock.now()),
            ),
        )
    }
    notes = privacy.notes(session, me, ids)
    hidden = privacy.hidden_among(session, me, {actor.domain_key for actor in actors})
    endorsed = endorsements.among(session, me, ids)
    return [
        _render(actor, mine.get(actor.id), theirs.get(actor.id), muted.get(actor.id))
        | {
            "blocking": actor.id in blocking,
            "blocked_by": actor.id in blocked,
            "domain_blocking": actor.domain_key in hidden,
            "note": notes.get(actor.id, ""),
            "endorsed": actor.id in endorsed,
        }
        for actor in actors
    ]


def one(session: Session, me: Actor, actor: Actor) -> dict[str, Any]:
    return many(session, me, [actor])[0]


def _render(actor: Actor, mine: Follow | None, theirs: Follow | None, mute: Mute | None) -> dict[str, Any]:
    following = mine is not None and mine.state == FollowState.ACCEPTED
    return {
        "id": str(actor.id),
        "following": following,
        "showing_reblogs": following and mine is not None and mine.show_boosts,
        "notifying": following and mine is not None and mine.notify,
        "languages": mine.languages if following and mine is not None else None,
        "followed_by": theirs is not None and theirs.state == FollowState.ACCEPTED,
        "muting": mute is not None,
        "muting_notifications": mute is not None and mute.notifications,
        "muting_expires_at": clock.iso_millis(mute.expires_at) if mute and mute.expires_at else None,
        "requested": mine is not None and mine.state == FollowState.REQUESTED,
        "requested_by": theirs is not None and theirs.state == FollowState.REQUESTED,
    }
