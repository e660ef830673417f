"""What follower synchronisation compares (FEP-8fcf): the XOR of the SHA-256 of every follower's id on one server."""

import hashlib
from collections.abc import Iterable
from urllib.parse import urlsplit

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from fedi.models.actor import Actor
from fedi.models.follow import Follow, FollowState

EMPTY = "0" * 64


def digest(uris: Iterable[str]) -> str:
    """64 hexadecimal digits; of nobody, zeros."""
    mixed = 0
    for uri in uris:
        mixed ^= int.from_bytes(hashlib.sha256(uri.encode()).digest(), "big")
    return f"{mixed:064x}"


def server_of(uri: str) -> str:
    """`https://host/`, which the ids of one server begin with; '' for what is no address."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}/"


def by_server(session: Session, actor: Actor) -> dict[str, str]:
    """{server: digest} of all remote followers of an actor of ours."""
    servers: dict[str, list[str]] = {}
    for uri in session.scalars(_followers(actor).where(Actor.domain_key != "")):
        servers.setdefault(server_of(uri), []).append(uri)
    return {server: digest(uris) for server, uris in servers.items()}


def on_server(session: Session, actor: Actor, server: str) -> list[str]:
    """The followers of an actor of ours whose ids are on this server."""
    return list(session.scalars(_followers(actor).where(Actor.uri.startswith(server, autoescape=True))))


def here(session: Session, actor: Actor) -> list[str]:
    """Who of us follows a remote actor."""
    return list(session.scalars(_followers(actor).where(Actor.domain_key == "")))


def _followers(actor: Actor) -> Select[str]:
    return (
        select(Actor.uri)
        .join(Follow, Follow.follower_id == Actor.id)
        .where(Follow.followee_id == actor.id, Follow.state == FollowState.ACCEPTED)
    )
