"""Posts of our artists: composing, publishing by itself once protected, editing, cancelling, withdrawing, seeing."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi import clock, urls
from fedi.errors import BadRequest, Conflict, NotAllowed, NotFound
from fedi.models.actor import Actor
from fedi.models.follow import Follow, FollowState
from fedi.models.happening import HappeningKind
from fedi.models.media import Media, MediaPurpose, MediaState, RenditionKind
from fedi.models.notification import NotificationKind
from fedi.models.post import POSTS, Mention, Post, PostEdit, PostState, PostTag, Visibility
from fedi.policy.disclosure import AiUse
from fedi.services import (
    accounts,
    boosters,
    consent_log,
    consents,
    conversations,
    follows,
    happenings,
    interaction_policies,
    media,
    media_tokens,
    notifications,
    outgoing,
    polls,
    quotations,
    relations,
    relays,
)
from fedi.services.interaction_policies import Verb
from fedi.text import anchor, count_characters, find_hashtags, render

NOT_ATTACHABLE = "Media {} not found or already attached to another post"
MAX_MEDIA = 10
MAX_TEXT = 5000
MAX_TITLE = 200
MAX_SUMMARY = 500
OPEN = {Visibility.PUBLIC, Visibility.UNLISTED}


class Empty(BadRequest):
    """A post of neither words nor pictures."""


class TooLong(BadRequest):
    """More characters than a post's `part` (text, title, warning) may have."""

    def __init__(self, part: str, limit: int) -> None:
        super().__init__(f"the {part} is over {limit} characters")
        self.part, self.limit = part, limit


class NotPinnable(BadRequest):
    """A post that cannot be featured, or one too many."""


def compose(
    session: Session,
    *,
    author: Actor,
    text: str = "",
    title: str = "",
    summary: str = "",
    sensitive: bool = False,
    visibility: Visibility = Visibility.PUBLIC,
    media_ids: Sequence[int] = (),
    in_reply_to: Post | None = None,
    language: str | None = None,
    consent: str | None = None,
    licence: str | None = None,
    tags: Sequence[str] = (),
    mentioned: Mapping[str, Actor] | None = None,
    ai: AiUse | None = None,
    quote_policy: str | None = None,
    quoted: Post | None = None,
    question: polls.Question | None = None,
    idempotency_key: str | None = None,
    app_name: str | None = None,
    artwork: bool | None = None,
) -> Post:
    """Write a post. It is published at once, or by itself when the last of its pictures is protected.

    `mentioned` maps the handles found in the text (`mira`, `mira@art.example`) to their actors. A repeated
    `idempotency_key` answers the post it made before. Raises BadRequest (also for media of somebody else), NotFound (a
    post that may not be quoted), NotAllowed (to answer), Conflict.
    """
    if idempotency_key and (earlier := _by_key(session, author, idempotency_key)):
        return earlier
    if author.moved_to:
        raise NotAllowed("this account has moved: write from the new one")
    pictures = _attachable(session, author, media_ids)
    _check(text=text, title=title, summary=summary, shows=bool(pictures) or quoted is not None)
    consent, licence = consents.read(consent, licence)
    question = polls.check(question) if question else None
    if in_reply_to is not None:
        interaction_policies.check(session, in_reply_to, author, Verb.REPLY)
    if quoted is not None:
        visibility = quotations.check(session, author, quoted, visibility, list((mentioned or {}).values()))
    post_id = clock.new_id()
    post = Post(
        id=post_id,
        uri=urls.post(author.name, post_id),
        url=urls.post_page(author.name, post_id),
        actor_id=author.id,
        local=True,
        artwork=bool(pictures) and in_reply_to is None if artwork is None else artwork and bool(pictures),
        state=PostState.PREPARING,
        visibility=visibility,
        language=language,
        in_reply_to_id=in_reply_to.id if in_reply_to else None,
        in_reply_to_uri=in_reply_to.uri if in_reply_to else None,
        conversation=_conversation(in_reply_to, author, post_id),
        consent=consent,
        licence=licence,
        ai=ai,
        quote_policy=quote_policy,
        idempotency_key=idempotency_key,
        app_name=app_name,
    )
    post.actor = author
    session.add(post)
    if quoted is not None:
        session.flush()
        quotations.begin(session, post, quoted)
    _write(session, post, text=text, title=title, summary=summary, sensitive=sensitive, tags=tags, mentioned=mentioned)
    session.flush()
    if consent is not None or licence is not None:
        consent_log.record(session, author, scope=f"post:{post.id}", consent=consent, licence=licence)
    if question:
        polls.ask(session, post, question)
    _attach(session, post, pictures)
    publish_when_ready(session, post)
    return post


def publish_when_ready(session: Session, post: Post) -> bool:
    """Publish a preparing post whose pictures are all protected under the terms that hold now; whether it did."""
    if post.state != PostState.PREPARING:
        return False
    for picture in media.of_post(session, post):
        if not media.is_ready(session, picture, post):
            return False
    POSTS.move(post, PostState.PUBLISHED, published_at=clock.now())
    polls.start(session, post)
    quotations.ask(session, post)
    outgoing.put(
        session,
        "create",
        actor=post.actor,
        subject={"post": post.id},
        object_uri=post.uri,
        followers=post.visibility != Visibility.DIRECT,
        actors=addressed(session, post),
        relays=relays.takes(post),
    )
    relays.announce(session, post)
    happenings.of_post(session, HappeningKind.POST, post)
    conversations.said(session, post)
    _notify_mentioned(session, post)
    follows.tell(session, post)
    return True


def fail(session: Session, post: Post, reason: str) -> None:
    """A picture cannot be protected: nothing is published, and the author is told what to do."""
    if post.state != PostState.PREPARING:
        return
    POSTS.move(post, PostState.FAILED, reason=reason)
    account = accounts.of_actor(session, post.actor)
    if account is not None:
        notifications.notify(session, account, NotificationKind.MEDIA_FAILED, post.actor, post)


def retry(session: Session, post: Post) -> None:
    """Prepare a failed or cancelled post again. Raises Conflict in other states."""
    if post.state not in {PostState.FAILED, PostState.DRAFT}:
        raise Conflict(f"a post that is {post.state} is not prepared again")
    POSTS.move(post, PostState.PREPARING, reason=None)
    for picture in media.of_post(session, post):
        if picture.state == MediaState.FAILED:
            media.retry(session, picture)
        elif not media.is_ready(session, picture, post):
            media.start(session, picture)
    publish_when_ready(session, post)


def cancel(_session: Session, post: Post) -> None:
    """Take a post that is being prepared back into a draft. Raises Conflict once it is published."""
    if post.state not in {PostState.PREPARING, PostState.FAILED}:
        raise Conflict(f"a post that is {post.state} cannot be cancelled")
    POSTS.move(post, PostState.DRAFT, reason=None)


def edit(
    session: Session,
    post: Post,
    *,
    text: str,
    title: str | None = None,
    summary: str = "",
    sensitive: bool = False,
    media_ids: Sequence[int] | None = None,
    language: str | None = None,
    tags: Sequence[str] = (),
    mentioned: Mapping[str, Actor] | None = None,
    alts: Mapping[int, Mapping[str, Any]] | None = None,
    question: polls.Question | None = polls.AS_IT_IS,
) -> Post:
    """Change a post; a published one that is not the same then keeps how it was in its history, and sends an Update.

    `alts` maps media ids to `{alt, focus_x, focus_y}`. `title=None` leaves the title. Raises BadRequest, Conflict.
    """
    if post.state == PostState.WITHDRAWN:
        raise Conflict("a deleted post is not edited")
    title = post.title if title is None else title
    before = media.of_post(session, post)
    pictures = before if media_ids is None else _attachable(session, post.actor, media_ids, post=post)
    quotes = quotations.of_post(session, post) is not None
    _check(text=text, title=title, summary=summary, shows=bool(pictures) or quotes)
    if question is not None and question is not polls.AS_IT_IS:
        question = polls.check(question)
    published, earlier = post.state == PostState.PUBLISHED, _version(session, post, before)
    said = _said(session, post, before)
    if published and any(not media.is_ready(session, each, post) for each in pictures if each not in before):
        raise BadRequest("a picture is still being protected: save again in a moment")
    earlier_mentioned = {each.actor_id for each in post.mentions}
    for picture in pictures:
        for name, value in (alts or {}).get(picture.id, {}).items():
            setattr(picture, name, value)
    _write(session, post, text=text, title=title, summary=summary, sensitive=sensitive, tags=tags, mentioned=mentioned)
    polls.change(session, post, question)
    if language is not None:
        post.language = language
    if media_ids is not None:
        for gone in before:
            if gone not in pictures:
                media.withdraw(session, gone)
        _attach(session, post, pictures)
    session.flush()
    if published:
        if _said(session, post, pictures) == said:
            return post
        session.add(earlier)
        post.edited_at = clock.now()
        session.flush()
        outgoing.put_update(session, post, at=post.edited_at, actors=addressed(session, post))
        happenings.of_post(session, HappeningKind.EDIT, post)
        _notify_mentioned(session, post, but=earlier_mentioned)
        boosters.tell_of_edit(session, post)
        quotations.tell_of_edit(session, post)
    else:
        publish_when_ready(session, post)
    return post


def renew_addresses(session: Session, post: Post) -> None:
    """Take back every address of its pictures that was given to anybody, and give today's audience new ones.

    Raises Conflict for a post whose pictures are for everybody, or that is not published.
    """
    if post.state != PostState.PUBLISHED or not media_tokens.needed(post):
        raise Conflict("the pictures of this post have no addresses to take back")
    post.media_epoch += 1
    post.edited_at = clock.now()  # without a newer `updated` nobody looks at the pictures again
    session.flush()
    outgoing.put_update(session, post, at=post.edited_at, actors=addressed(session, post))


def pin(session: Session, post: Post, *, on: bool) -> None:
    """Feature a post of one's own on the profile, at most five; followers' servers hear of it.

    Raises NotPinnable, in Mastodon's words.
    """
    if on == (post.pinned_at is not None):
        return
    if on:
        if post.state != PostState.PUBLISHED or post.visibility == Visibility.DIRECT:
            raise NotPinnable("Posts that are only visible to mentioned users cannot be pinned")
        if len(pinned(session, post.actor)) >= 5:
            raise NotPinnable("You have already pinned the maximum number of posts")
    post.pinned_at = clock.now() if on else None
    session.flush()
    if post.visibility in OPEN:  # what `featured` shows
        subject = {"post": post.uri}
        outgoing.put(
            session, "add" if on else "remove", actor=post.actor, subject=subject, object_uri=post.uri, followers=True
        )


def pinned(session: Session, actor: Actor) -> list[Post]:
    return list(
        session.scalars(
            select(Post)
            .where(Post.actor_id == actor.id, Post.pinned_at.is_not(None), Post.state == PostState.PUBLISHED)
            .order_by(Post.pinned_at.desc()),
        ),
    )


def visible(session: Session, post: Post, viewer: Actor | None) -> bool:
    """Whether `viewer` (None: a stranger) may see the post."""
    if post.state == PostState.WITHDRAWN:
        return False
    if viewer is not None and viewer.id == post.actor_id:
        return True
    if post.state != PostState.PUBLISHED or not post.actor.available:
        return False
    if viewer is not None and relations.blocked_between(session, viewer.id, post.actor_id):
        return False
    if post.visibility in OPEN:
        return True
    if viewer is None:
        return False
    if any(mention.actor_id == viewer.id for mention in post.mentions):
        return True
    return post.visibility == Visibility.FOLLOWERS and _follows(session, viewer, post.actor_id)


def get_visible(session: Session, post_id: int, viewer: Actor | None) -> Post:
    """The post, for one who may see it. Raises NotFound otherwise, the same for hidden and missing."""
    post = session.get(Post, post_id)
    if post is None or not visible(session, post, viewer):
        raise NotFound("there is no such post")
    return post


def get_own(session: Session, post_id: int, author: Actor) -> Post:
    """A post of the author's own, in any state but withdrawn. Raises NotFound."""
    post = session.get(Post, post_id)
    if post is None or post.actor_id != author.id or post.state == PostState.WITHDRAWN:
        raise NotFound("there is no such post")
    return post


def history(session: Session, post: Post) -> list[PostEdit]:
    """Earlier versions, oldest first."""
    return list(session.scalars(select(PostEdit).where(PostEdit.post_id == post.id).order_by(PostEdit.id)))


def _check(*, text: str, title: str, summary: str, shows: bool) -> None:
    """`shows`: a picture, or what it quotes. Raises Empty and TooLong."""
    if not text.strip() and not shows and not title.strip():
        raise Empty("a post needs a text or a picture")
    for name, value, limit in (
        ("text", text, MAX_TEXT),
        ("title", title, MAX_TITLE),
        ("warning", summary, MAX_SUMMARY),
    ):
        # Marks join the character before them for free, so the length in code points has a limit of its own.
        if count_characters(value) > limit or len(value) > 4 * limit:
            raise TooLong(name, limit)


def _write(
    session: Session,
    post: Post,
    *,
    text: str,
    title: str,
    summary: str,
    sensitive: bool,
    tags: Sequence[str],
    mentioned: Mapping[str, Actor] | None,
) -> None:
    post.text, post.title, post.summary = _clean(text), _clean(title), _clean(summary)
    post.sensitive = sensitive or bool(post.summary)
    named = dict(mentioned or {})
    in_text = _labels(find_hashtags(post.text))
    extra = {name: label for name, label in _labels(tags).items() if name not in in_text}
    body = post.text
    if extra:
        body = f"{body}\n\n{' '.join('#' + label for label in extra.values())}".strip()
    post.content = render(
        body,
        mentions={handle: (actor.url or actor.uri, actor.name) for handle, actor in named.items()},
        tag_url=urls.tag,
    )
    if (quote := quotations.of_post(session, post)) is not None and quote.post is not None:
        post.content = _re(quote.post) + post.content
    _set_tags(session, post, {**in_text, **extra})
    _set_mentions(session, post, named)


def _re(quoted: Post) -> str:
    """The quote for those who cannot show one: Mastodon's paragraph, which whoever can leaves out."""
    return f'<p class="quote-inline">RE: {anchor(quoted.url or quoted.uri)}</p>'


def _clean(value: str) -> str:
    return value.replace("\0", "").replace("\r\n", "\n").strip()


def _labels(tags: Sequence[str]) -> dict[str, str]:
    """{lower name: label} in order, without `#`; what is no hashtag is dropped."""
    kept: dict[str, str] = {}
    for tag in tags:
        label = tag.strip().lstrip("#")
        if label and find_hashtags(f"#{label}") == [label]:
            kept.setdefault(label.lower(), label)
    return kept


def _set_tags(session: Session, post: Post, labels: Mapping[str, str]) -> None:
    have = {tag.name: tag for tag in post.tags}
    for name, tag in have.items():
        if name not in labels:
            post.tags.remove(tag)
    for position, (name, label) in enumerate(labels.items()):
        if name in have:
            have[name].label, have[name].position = label, position
        else:
            post.tags.append(PostTag(name=name, label=label, position=position))
    session.flush()


def _set_mentions(session: Session, post: Post, named: Mapping[str, Actor]) -> None:
    """Mentions in the text, and silently the author one replies to; removed ones go."""
    wanted = {actor.id: False for actor in named.values()}
    if post.in_reply_to_id and (parent := session.get(Post, post.in_reply_to_id)) and parent.actor_id != post.actor_id:
        wanted.setdefault(parent.actor_id, True)
    have = {mention.actor_id: mention for mention in post.mentions}
    for actor_id, mention in have.items():
        if actor_id not in wanted:
            post.mentions.remove(mention)
    for actor_id, silent in wanted.items():
        if actor_id in have:
            have[actor_id].silent = silent
        else:
            actor = session.get_one(Actor, actor_id)
            made = Mention(actor_id=actor_id, silent=silent)
            made.actor = actor
            post.mentions.append(made)
    session.flush()


def _attachable(session: Session, author: Actor, media_ids: Sequence[int], *, post: Post | None = None) -> list[Media]:
    if len(set(media_ids)) > MAX_MEDIA:
        raise BadRequest(f"Cannot attach more than {MAX_MEDIA} files")
    found = []
    for media_id in dict.fromkeys(media_ids):
        picture = session.get(Media, media_id)
        if picture is None or picture.actor_id != author.id or picture.state == MediaState.WITHDRAWN:
            raise BadRequest(NOT_ATTACHABLE.format(media_id))
        if picture.purpose != MediaPurpose.POST or picture.post_id not in {None, post.id if post else None}:
            raise BadRequest(NOT_ATTACHABLE.format(media_id))
        if picture.state == MediaState.FAILED:
            raise BadRequest(f"a picture could not be protected: {picture.reason}")
        found.append(picture)
    return found


def _attach(session: Session, post: Post, pictures: list[Media]) -> None:
    for position, picture in enumerate(pictures):
        media.attach(session, picture, post, position)


def _said(session: Session, post: Post, pictures: list[Media]) -> tuple[Any, ...]:
    """Everything that an edit can change, to be compared."""
    shown = [(each.id, each.alt, each.focus_x, each.focus_y) for each in pictures]
    words = (post.title, post.text, post.content, post.summary, post.sensitive, post.language)
    return (*words, shown, polls.said(session, post))


def _version(session: Session, post: Post, pictures: list[Media]) -> PostEdit:
    """The post as it is, for its history."""
    kept = [
        {
            "id": str(each.id),
            "alt": each.alt,
            "rendition": (shown.key if (shown := each.rendition(RenditionKind.FEDERATED)) else None),
        }
        for each in pictures
    ]
    return PostEdit(
        post_id=post.id,
        title=post.title,
        text=post.text,
        content=post.content,
        summary=post.summary,
        sensitive=post.sensitive,
        media=kept,
        poll_options=polls.options(session, post),
        created_at=post.edited_at or post.published_at or post.created_at,
    )


def addressed(session: Session, post: Post) -> list[Actor]:
    """Whom the post names: its mentions, and the author it replies to."""
    found = {mention.actor_id: mention.actor for mention in post.mentions}
    if post.in_reply_to_id and (parent := session.get(Post, post.in_reply_to_id)):
        found.setdefault(parent.actor_id, parent.actor)
    found.pop(post.actor_id, None)
    return list(found.values())


def _notify_mentioned(session: Session, post: Post, but: set[int] | None = None) -> None:
    for actor in addressed(session, post):
        if actor.local and actor.id not in (but or set()):
            account = accounts.of_actor(session, actor)
            if account is not None and not relations.blocked_between(session, actor.id, post.actor_id):
                notifications.notify(session, account, NotificationKind.MENTION, post.actor, post)


def _conversation(parent: Post | None, author: Actor, post_id: int) -> str:
    if parent is not None and parent.conversation:
        return parent.conversation
    return f"{author.uri}/contexts/{post_id}"


def _by_key(session: Session, author: Actor, key: str) -> Post | None:
    return session.scalar(select(Post).where(Post.actor_id == author.id, Post.idempotency_key == key))


def _follows(session: Session, viewer: Actor, actor_id: int) -> bool:
    return (
        session.scalar(
            select(Follow.id).where(
                Follow.follower_id == viewer.id,
                Follow.followee_id == actor_id,
                Follow.state == FollowState.ACCEPTED,
            ),
        )
        is not None
    )
