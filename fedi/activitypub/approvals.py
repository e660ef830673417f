"""Reading what an author elsewhere answers to a reply, a like or a boost of ours (GoToSocial's interaction policies).

The `object` of the Accept or Reject is the interaction, its bare id, or a request whose `instrument` it is.
https://docs.gotosocial.org/en/latest/federation/interaction_controls/
"""

from fedi.activitypub.incoming import Incoming
from fedi.activitypub.protocol import documents, origins
from fedi.errors import BadDocument


def about(incoming: Incoming) -> str | None:
    """The id of the interaction that is answered."""
    return documents.one_id((incoming.embedded or {}).get("instrument")) or incoming.object_id


def authorization(incoming: Incoming) -> str:
    """The address of the yes, on the server of whoever says it. Raises BadDocument."""
    found = documents.one_id(incoming.activity.get("result"))
    if found is None or not origins.same_origin(found, incoming.actor.uri):
        raise BadDocument("the yes has no authorization of its own server")
    return found
