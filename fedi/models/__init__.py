"""SQLAlchemy models, one file per aggregate, each with its state machine beside its state column."""

from fedi.models import (
    account,
    actor,
    circle,
    follow,
    inbox_message,
    instance,
    interaction,
    media,
    notification,
    oauth,
    outgoing,
    poll,
    post,
    quote,
    relation,
    report,
)

__all__ = [
    "account",
    "actor",
    "circle",
    "follow",
    "inbox_message",
    "instance",
    "interaction",
    "media",
    "notification",
    "oauth",
    "outgoing",
    "poll",
    "post",
    "quote",
    "relation",
    "report",
]
