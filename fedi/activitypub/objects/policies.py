"""Who may do what, in GoToSocial's terms: `automaticApproval` and `manualApproval`; Pixelfed's are read too."""

from collections.abc import Mapping
from typing import Any

from fedi.activitypub import context
from fedi.activitypub.objects import shapes
from fedi.activitypub.protocol import addressing, documents
from fedi.models.quote import QuotePolicy
from fedi.services.interaction_policies import PUBLIC, Approval, Verb

# GoToSocial's names since 0.20, and before.
_APPROVALS = {
    Approval.AUTOMATIC: ("automaticApproval", "always"),
    Approval.MANUAL: ("manualApproval", "approvalRequired"),
}
_MOST = 50  # addresses in one list


def approval(policy: QuotePolicy, *, own: str, followers: str) -> dict[str, list[str]]:
    """Never empty: what says nothing cannot even be asked for by Mastodon (FEP-044f, FEP-7aa9)."""
    if policy == QuotePolicy.PUBLIC:
        return {"automaticApproval": [context.PUBLIC]}
    if policy == QuotePolicy.FOLLOWERS:
        return {"automaticApproval": [followers]}
    if policy == QuotePolicy.ASK:
        return {"automaticApproval": [own], "manualApproval": [context.PUBLIC]}
    return {"automaticApproval": [own]}


def read(document: Mapping[str, Any]) -> dict[str, dict[str, list[str]]] | None:
    """What another server says of a post, as `services.interaction_policies` keeps it; None when it says nothing.

    Pixelfed says `capabilities` (one audience for each verb, null for nobody) and `commentsEnabled`.
    """
    found: dict[str, dict[str, list[str]]] = {}
    capabilities = document.get("capabilities")
    if isinstance(capabilities, Mapping):
        for verb in (Verb.LIKE, Verb.REPLY, Verb.ANNOUNCE):
            if verb.value in capabilities:
                found[verb] = {Approval.AUTOMATIC: _audiences(capabilities[verb.value])}
    if document.get("commentsEnabled") is False:
        found[Verb.REPLY] = {Approval.AUTOMATIC: []}
    policy = document.get("interactionPolicy")
    if isinstance(policy, Mapping):
        for verb in Verb:
            said = policy.get(f"can{verb.value.capitalize()}")
            if isinstance(said, Mapping):
                found[verb] = {kind: _said(said, names) for kind, names in _APPROVALS.items()}
    return found or None


def read_feature(document: Mapping[str, Any]) -> dict[str, list[str]] | None:
    """What an actor says of being put into collections (FEP-7aa9), in the same form; None when it says nothing."""
    policy = document.get("interactionPolicy")
    said = policy.get("canFeature") if isinstance(policy, Mapping) else None
    return {kind: _said(said, names) for kind, names in _APPROVALS.items()} if isinstance(said, Mapping) else None


def _said(said: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    return _audiences(next((said[name] for name in names if name in said), None))


def _audiences(value: Any) -> list[str]:
    found = []
    for uri in documents.ids(value)[:_MOST]:
        if addressing.is_public(uri):
            found.append(PUBLIC)
        elif shapes.is_web_url(uri):
            found.append(uri)
    return found
