"""Boosts by our people as Announce activities: when they leave, in the outbox, and at their own addresses."""

from collections.abc import Mapping
from typing import Any

from fedi.activitypub import context
from fedi.models.interaction import Boost
from fedi.models.post import Visibility
from fedi.services import interactions


def activity(actor_uri: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """The Announce without `@context`, from what `interactions.boost_said` keeps of a boost."""
    followers = f"{actor_uri}/followers"
    to, cc = [context.PUBLIC], [followers, said["author"]]
    if said["visibility"] == Visibility.UNLISTED:
        to, cc = [followers], [context.PUBLIC, said["author"]]
    elif said["visibility"] == Visibility.FOLLOWERS:
        to, cc = [followers], [said["author"]]
    allowed = said.get("authorization")
    return {
        "id": said["uri"],
        "type": "Announce",
        "actor": actor_uri,
        "published": said["at"],
        "to": to,
        "cc": cc,
        "object": said["object"],
        **(dict.fromkeys(("announceAuthorization", "approvedBy"), allowed) if allowed else {}),
    }


def of_boost(boost: Boost) -> dict[str, Any]:
    return activity(boost.actor.uri, interactions.boost_said(boost))


def to_document(announce: dict[str, Any]) -> dict[str, Any]:
    """The same with its context."""
    allowed = "announceAuthorization" in announce
    return context.with_context(context.ALLOWED if allowed else context.PLAIN, announce)
