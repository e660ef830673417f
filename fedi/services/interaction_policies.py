"""Who may like, answer, boost or quote a post, as its author says, and who may not even ask.

GoToSocial's interaction policies: https://docs.gotosocial.org/en/latest/federation/interaction_policy/ ; FEP-044f for
quotes. A remote post's own words lie in `Post.policies`: `{verb: {"automatic": [...], "manual": [...]}}` with the
addresses of collections and actors, and "public" for everybody.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from sqlalchemy.orm import Session

from fedi.errors import NotAllowed
from fedi.models.actor import Actor
from fedi.models.post import Post
from fedi.models.quote import QuotePolicy
from fedi.services import follows, quotes

PUBLIC = "public"


class Verb(StrEnum):
    LIKE = "like"
    REPLY = "reply"
    ANNOUNCE = "announce"
    QUOTE = "quote"


class Approval(StrEnum):
    """Allowed at once, allowed when the author says yes, or not."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"
    DENIED = "denied"


def approval(session: Session, post: Post, actor: Actor, verb: Verb) -> Approval:
    """Whether `actor`, who sees the post, may do this. What says nothing may be liked, answered and boosted."""
    if actor.id == post.actor_id:
        return Approval.AUTOMATIC
    if post.local:
        return _ours(session, post, actor) if verb == Verb.QUOTE else Approval.AUTOMATIC
    said = (post.policies or {}).get(verb)
    if said is None:
        return Approval.DENIED if verb == Verb.QUOTE else Approval.AUTOMATIC
    if verb == Verb.REPLY and any(mention.actor_id == actor.id for mention in post.mentions):
        return Approval.AUTOMATIC
    for kind in (Approval.AUTOMATIC, Approval.MANUAL):
        if any(includes(session, post.actor, each, actor) for each in said.get(kind, ())):
            return kind
    return Approval.DENIED


def check(session: Session, post: Post, actor: Actor, verb: Verb) -> None:
    """Raises NotAllowed for what the author does not want."""
    if approval(session, post, actor, verb) == Approval.DENIED:
        raise NotAllowed(f"its author allows nobody like you to {verb} this post")


def audiences(post: Post, verb: Verb) -> tuple[list[str], list[str]]:
    """(automatic, manual) in Mastodon's words: public, followers, following, and unsupported_policy for others."""
    if post.local:
        policy = quotes.policy(post) if verb == Verb.QUOTE else QuotePolicy.PUBLIC
        return (
            [policy.value] if policy in {QuotePolicy.PUBLIC, QuotePolicy.FOLLOWERS} else [],
            [PUBLIC] if policy == QuotePolicy.ASK else [],
        )
    said = (post.policies or {}).get(verb, {})
    return in_words(post.actor, said)


def in_words(author: Actor, said: Mapping[str, Sequence[str]]) -> tuple[list[str], list[str]]:
    """What a remote author said, in Mastodon's words."""
    words = {PUBLIC: PUBLIC, author.followers_uri: "followers", author.following_uri: "following"}
    found = [
        [words.get(each, "unsupported_policy") for each in said.get(kind, ()) if each != author.uri]
        for kind in (Approval.AUTOMATIC, Approval.MANUAL)
    ]
    return sorted(set(found[0])), sorted(set(found[1]))


def _ours(session: Session, post: Post, actor: Actor) -> Approval:
    policy = quotes.policy(post)
    if policy == QuotePolicy.FOLLOWERS:
        return Approval.AUTOMATIC if follows.follows(session, actor, post.actor) else Approval.DENIED
    return {QuotePolicy.PUBLIC: Approval.AUTOMATIC, QuotePolicy.ASK: Approval.MANUAL}.get(policy, Approval.DENIED)


def includes(session: Session, author: Actor, audience: str, actor: Actor) -> bool:
    """Whether an actor is one of those whom an address in the words of a remote author means."""
    if audience in {PUBLIC, actor.uri}:
        return True
    if audience == author.followers_uri:
        return follows.follows(session, actor, author)
    return audience == author.following_uri and follows.follows(session, author, actor)
