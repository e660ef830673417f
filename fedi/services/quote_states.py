"""How a quote stands for one reader, in Mastodon's words (https://docs.joinmastodon.org/entities/Quote)."""

from sqlalchemy.orm import Session

from fedi.models.actor import Actor
from fedi.models.post import PostState
from fedi.models.quote import Quote, QuoteState
from fedi.services import posts, relations

SHOWN = {"accepted", "muted_account"}  # states in which the reader may have what is quoted


def state(session: Session, row: Quote, viewer: Actor | None) -> str:
    """How a quote stands for one reader: the row's state, and when it was accepted why it is still not shown.

    These are deleted, unauthorized, blocked_account and muted_account.
    """
    if row.state != QuoteState.ACCEPTED:
        return row.state.value
    if row.post is None or row.post.state != PostState.PUBLISHED:
        return "deleted"
    if viewer is not None and relations.blocks(session, viewer.id, row.post.actor_id):
        return "blocked_account"
    if not posts.visible(session, row.post, viewer):
        return "unauthorized"
    if viewer is not None and relations.mutes(session, viewer.id, row.post.actor_id):
        return "muted_account"
    return row.state.value
