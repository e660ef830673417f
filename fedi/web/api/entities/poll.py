"""The Poll entity."""

from typing import Any

from fedi import clock
from fedi.services.polls import Ballot


def render(ballot: Ballot, *, reader: bool) -> dict[str, Any]:
    """`voted` and `own_votes` are for who reads with a token; hidden totals are null until the end."""
    body: dict[str, Any] = {
        "id": str(ballot.post_id),
        "expires_at": clock.iso_millis(ballot.expires_at) if ballot.expires_at else None,
        "expired": ballot.expired,
        "multiple": ballot.multiple,
        "votes_count": ballot.total,
        "voters_count": ballot.voters,
        "options": [
            {"title": name, "votes_count": None if ballot.hidden else votes}
            for name, votes in zip(ballot.options, ballot.votes, strict=True)
        ],
        "emojis": [],
    }
    if reader:
        body |= {"voted": ballot.voted, "own_votes": list(ballot.own)}
    return body
