"""Flag: somebody elsewhere reports one of ours to our moderators, or one of ours reports somebody elsewhere.

{"id": "https://a.example/1", "type": "Flag", "actor": "https://a.example/actor", "content": "stolen",
 "object": ["https://art.test/users/mira", "https://art.test/users/mira/posts/1"]}

Mastodon's form: https://docs.joinmastodon.org/spec/activitypub/#flags
The sender is usually the reporting server's instance actor, so that nobody learns who reported.
"""

from typing import Any

from sqlalchemy.orm import Session

from fedi.activitypub import context, resolve
from fedi.activitypub.incoming import Ignored, Incoming
from fedi.activitypub.objects import shapes
from fedi.activitypub.protocol import documents
from fedi.activitypub.registry import publishes, receives
from fedi.models.actor import Actor
from fedi.models.outgoing import Outgoing
from fedi.services import domains, reports

MAX_OBJECTS = 100


@receives("Flag")
def flag(session: Session, incoming: Incoming) -> None:
    if domains.rejects_reports(session, incoming.actor.host):
        raise Ignored(f"reports of {incoming.actor.host} are not wanted here")
    targets: dict[int, Actor] = {}
    posts: dict[int, list[int]] = {}
    for uri in documents.ids(incoming.object, limit=MAX_OBJECTS):
        post = resolve.known_post(session, uri)
        target = post.actor if post is not None else resolve.known_actor(session, uri)
        if target is None or not target.local:
            continue
        targets[target.id] = target
        if post is not None:
            posts.setdefault(target.id, []).append(post.id)
    if not targets:
        raise Ignored("nobody here is reported")
    comment = shapes.words(incoming.activity.get("content"), reports.MAX_REMOTE_COMMENT)
    for number, target in enumerate(targets.values()):
        reports.make(
            session,
            reporter=incoming.actor,
            target=target,
            post_ids=posts.get(target.id, []),
            comment=comment,
            uri=incoming.uri if number == 0 else None,
        )


@publishes("flag")
def document(_session: Session, outgoing: Outgoing) -> dict[str, Any]:
    """By the instance actor, to the reported actor's server; nothing says who reports."""
    said = outgoing.subject
    body = {"id": said["uri"], "type": "Flag", "actor": outgoing.actor.uri, "content": said["comment"]}
    return context.with_context(context.PLAIN, {**body, "object": said["objects"], "to": said["objects"][:1]})
