"""Follower synchronisation (FEP-8fcf): who follows whom is said by two servers, and they may disagree.

`Collection-Synchronization: collectionId="https://a.example/u/ann/followers", digest="<64 hex>",
url="https://a.example/u/ann/followers_synchronization"`

What is for followers alone carries it. A server whose own count differs asks at `url`, signed, for the followers on its
host, ends the follows that are not there, and disowns those that it does not know. https://w3id.org/fep/8fcf
"""

import logging
import re

from sqlalchemy.orm import Session

from fedi import db, urls
from fedi.activitypub.asking import Asking
from fedi.activitypub.protocol import documents, origins
from fedi.errors import BadDocument
from fedi.models.actor import Actor
from fedi.models.errand import Errand, ErrandKind
from fedi.services import actors, errands, follower_digests, follows

log = logging.getLogger(__name__)
HEADER = "Collection-Synchronization"
MAX_HEADER = 4096
MAX_FOLLOWERS = 10_000
_PARAMETER = re.compile(r'\s*([A-Za-z]+)\s*=\s*"([^"\\]*)"\s*(?:,|$)')


def header(actor: Actor, digests: dict[str, str], inbox: str) -> str:
    """What a delivery to this inbox says."""
    digest = digests.get(follower_digests.server_of(inbox), follower_digests.EMPTY)
    collection = actor.followers_uri or f"{actor.uri}/followers"
    return f'collectionId="{collection}", digest="{digest}", url="{actor.uri}/followers_synchronization"'


def heard(session: Session, actor_uri: str, said: str) -> None:
    """A delivery of this actor said who follows it from here: when that is not what we know, we ask."""
    found = dict(_PARAMETER.findall(said[:MAX_HEADER]))
    url = found.get("url", "")
    actor = actors.by_uri(session, actor_uri)
    if actor is None or actor.local or not actor.followers_uri or found.get("collectionId") != actor.followers_uri:
        return
    if not origins.same_origin(url, actor.uri):
        return
    if found.get("digest", "").lower() != follower_digests.digest(follower_digests.here(session, actor)):
        errands.put(session, ErrandKind.FOLLOWERS, actor.uri, detail=url)


def run(errand: Errand) -> None:
    """Ask for the followers on our host, and act on the difference. Raises what asking raises."""
    asking = Asking(fetches=12)
    listed = list(asking.items(errand.detail, of=errand.uri, most=MAX_FOLLOWERS))
    if len(listed) >= MAX_FOLLOWERS:
        raise BadDocument("there are more followers than we take")
    theirs = {uri for each in listed if (uri := documents.one_id(each)) is not None and urls.is_local(uri)}
    with db.writing("followers.sync") as session:
        actor = actors.by_uri(session, errand.uri)
        if actor is None or actor.local:
            return
        ours = set(follower_digests.here(session, actor))
        for uri in sorted(ours ^ theirs):
            follower = actors.by_uri(session, uri)
            if follower is None or not follower.local:
                continue
            log.info("%s and %s do not agree about %s", urls.origin(), actor.host, uri)
            if uri in ours:
                follows.undo(session, follower, actor)
            else:
                follows.confirm_or_disown(session, follower, actor)
