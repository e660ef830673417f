"""Who may do what, in GoToSocial's terms: `automaticApproval` and `manualApproval`."""

from fedi.activitypub import context
from fedi.models.quote import QuotePolicy


def approval(policy: QuotePolicy, *, own: str, followers: str) -> dict[str, list[str]]:
    """Never empty: what says nothing cannot even be asked for by Mastodon (FEP-044f, FEP-7aa9)."""
    if policy == QuotePolicy.PUBLIC:
        return {"automaticApproval": [context.PUBLIC]}
    if policy == QuotePolicy.FOLLOWERS:
        return {"automaticApproval": [followers]}
    if policy == QuotePolicy.ASK:
        return {"automaticApproval": [own], "manualApproval": [context.PUBLIC]}
    return {"automaticApproval": [own]}
