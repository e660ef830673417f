"""Create: a new post.

{"id": "https://a.example/n/1/activity", "type": "Create", "actor": "https://a.example/u/ann", "to": [...], "cc": [...],
 "object": {"id": "https://a.example/n/1", "type": "Note", "attributedTo": "https://a.example/u/ann",
            "content": "<p>hi</p>"}}

ActivityPub section 7.2: https://www.w3.org/TR/activitypub/#create-activity-inbox
An embedded object is believed only from its own actor on its own server; everything else is asked for at its origin.
Kept is what concerns somebody here.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from fedi import urls
from fedi.activitypub import context, forwarding, posts_out, resolve
from fedi.activitypub.incoming import Ignored, Incoming
from fedi.activitypub.objects import note
from fedi.activitypub.protocol import documents, origins
from fedi.activitypub.registry import publishes, receives
from fedi.errors import BadDocument
from fedi.models.actor import Actor
from fedi.models.errand import ErrandKind
from fedi.models.outgoing import Outgoing
from fedi.models.post import Post
from fedi.services import errands, media_tokens, polls, posts, remote_posts


@receives("Create")
def create(session: Session, incoming: Incoming) -> None:
    uri = incoming.object_id
    if uri is None:
        raise BadDocument("the Create has no object with an id")
    if urls.is_local(uri):
        raise Ignored(f"{uri} is ours")
    embedded = incoming.embedded
    if embedded is not None and "type" in embedded and origins.same_origin(uri, incoming.actor.uri):
        origins.check_embedded(embedded, incoming.actor.uri)
        _check_kind(embedded)
        post = _keep(session, incoming.actor, embedded, incoming.activity)
        if post is not None:
            forwarding.to_followers(session, incoming, post)
        return
    if remote_posts.is_gone(session, uri, of=incoming.actor.uri):
        raise Ignored(f"{uri} was deleted")
    document = incoming.document(uri)
    if document is None:
        raise Ignored(f"{uri} is not at its origin")
    _check_kind(document)
    author = resolve.author(session, incoming, document)
    _keep(session, author, document, None)


def _check_kind(document: Mapping[str, Any]) -> None:
    if not note.is_post(document):
        raise Ignored(f"a {documents.kind(document)} is nothing we keep")


def _vote(session: Session, voter: Actor, document: Mapping[str, Any]) -> bool:
    """Whether a Note is a vote: it names an option of what it answers (Mastodon's rule), or has nothing else to say."""
    name = document.get("name")
    if not isinstance(name, str) or not document.get("inReplyTo"):
        return False
    post = resolve.known_post(session, documents.one_id(document["inReplyTo"]))
    if post is None or not post.local or not polls.is_option(session, post, name):
        if document.get("content"):
            return False
        raise Ignored("a vote for no poll of ours")
    if not posts.visible(session, post, voter):
        raise Ignored("a vote by somebody who does not see the poll")
    if not polls.received(session, post, voter, name, str(document.get("id"))):
        raise Ignored("a vote that does not count")
    return True


def _keep(
    session: Session, author: Actor, document: Mapping[str, Any], activity: Mapping[str, Any] | None
) -> Post | None:
    """The post, kept; None for a vote."""
    if author.available and _vote(session, author, document):
        return None
    values = note.from_document(document, author_uri=author.uri, followers_uri=author.followers_uri, activity=activity)
    if not author.available:
        raise Ignored(f"{author.uri} is not shown here")
    if not remote_posts.concerns_us(session, author, values):
        raise Ignored("nobody here is concerned")
    post = remote_posts.store(session, author, values)
    if values.in_reply_to and post.in_reply_to_id is None:
        errands.put(session, ErrandKind.THREAD, post.uri)
    return post


@publishes("create")
def document(session: Session, outgoing: Outgoing) -> dict[str, Any]:
    token = media_tokens.marker(outgoing.id)
    post, parts = posts_out.published(session, int(outgoing.subject["post"]), token=token)
    return context.with_context(context.OBJECT, posts_out.create_activity(post, parts))


@publishes("vote")
def vote(_session: Session, outgoing: Outgoing) -> dict[str, Any]:
    """A Note with nothing but the name of the option, to whom asked alone (FEP-9967)."""
    said, actor = outgoing.subject, outgoing.actor.uri
    note = {
        "id": said["id"],
        "type": "Note",
        "attributedTo": actor,
        "inReplyTo": said["poll"],
        "name": said["name"],
        "to": [said["author"]],
    }
    body = {"id": f"{said['id']}/activity", "type": "Create", "actor": actor, "to": [said["author"]], "object": note}
    return context.with_context(context.PLAIN, body)
