"""Posts as Notes, and everything others call a post: Note, Question, and the kinds that are shown as text and link.

The title lives in `content` and never in `name`, which two servers show as a content warning; alt text is both `name`
and `summary`; an attachment is never a `Link` (peers.md sections 6, 8 and 9).
"""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fedi import clock, urls
from fedi.activitypub import context
from fedi.activitypub.objects import policies, shapes
from fedi.activitypub.protocol import addressing, digests, documents
from fedi.errors import BadDocument, OurFault
from fedi.models.actor import Actor
from fedi.models.media import Media, MediaState, RenditionKind
from fedi.models.post import Post, Visibility
from fedi.policy.layers import activitystreams, fallback
from fedi.policy.terms import Terms
from fedi.services import quotes
from fedi.services.interactions import Tally
from fedi.services.polls import Ballot, RemoteQuestion
from fedi.services.remote_posts import NAMELESS, RemoteAttachment, RemotePost

NATIVE = {"Note", "Question"}
CONVERTED = {"Article", "Page", "Image", "Video", "Audio", "Event", "Document"}
KINDS = NATIVE | CONVERTED
SHOWN = 4  # Mastodon keeps only the first four pictures
MAX_CONTENT, MAX_SUMMARY, MAX_ALT, MAX_TAGS, MAX_MEDIA = 100_000, 5000, 10_000, 200, 16
MAX_OPTIONS, MAX_OPTION = 500, 500
OBJECT_TYPES = ("application/activity+json", 'application/ld+json;profile="https://www.w3.org/ns/activitystreams"')
MEDIA_KINDS = ("image/", "video/", "audio/")


@dataclass(frozen=True)
class Picture:
    """A protected picture of a post with the terms written into its bytes; `token` opens one not for everybody."""

    media: Media
    terms: Terms
    token: str = ""


@dataclass(frozen=True)
class Parts:
    """Everything a Note is made of besides its row."""

    terms: Terms
    pictures: Sequence[Picture] = ()
    in_reply_to: str | None = None
    tally: Tally = field(default_factory=Tally)
    ballot: Ballot | None = None
    quote: str | None = None
    quote_authorization: str | None = None
    galleries: Sequence[str] = ()  # ids


def to_document(post: Post, parts: Parts) -> dict[str, Any]:
    """The Note of a local post, with its context. Raises OurFault for a picture that is not protected."""
    return context.with_context(context.OBJECT, bare(post, parts))


def bare(post: Post, parts: Parts) -> dict[str, Any]:
    """The same without `@context`, to stand inside an activity or a collection."""
    to, cc = audience(post)
    content = _content(post, len(parts.pictures))
    document: dict[str, Any] = {
        "id": post.uri,
        "type": "Question" if parts.ballot else "Note",
        "attributedTo": post.actor.uri,
        "inReplyTo": parts.in_reply_to,
        "published": clock.iso(post.published_at or post.created_at),
        "url": post.url,
        "to": to,
        "cc": cc,
        "sensitive": post.covered,
        "content": content,
    }
    if post.summary:
        document["summary"] = post.summary
    if post.title:
        document["title"] = post.title
    if post.language:
        document["contentMap"] = {post.language: content}
    if post.edited_at:
        document["updated"] = clock.iso_millis(post.edited_at)
    if post.conversation and not post.conversation.startswith(NAMELESS):
        document |= {"context": post.conversation, "conversation": post.conversation}
    document |= {
        "attachment": [attachment(picture) for picture in parts.pictures],
        "tag": [*_hashtags(post, parts.terms), *_mentions(post)],
        "interactionPolicy": _policy(post),
        "replies": _replies(post),
        "likes": {"id": f"{post.uri}/likes", "type": "Collection", "totalItems": parts.tally.likes},
        "shares": {"id": f"{post.uri}/shares", "type": "Collection", "totalItems": parts.tally.boosts},
    }
    if post.reply_authorization:
        document |= dict.fromkeys(("replyAuthorization", "approvedBy"), post.reply_authorization)
    if parts.galleries:
        document["isPartOf"] = list(parts.galleries)
    if parts.quote:
        document |= dict.fromkeys(("quote", "quoteUri", "_misskey_quote"), parts.quote)
        if parts.quote_authorization:
            document["quoteAuthorization"] = parts.quote_authorization
    if parts.ballot:
        document |= _question(parts.ballot)
    return document | activitystreams.render(parts.terms, kind="object")


def _question(ballot: Ballot) -> dict[str, Any]:
    """FEP-9967. Totals that are hidden until the end are not said; the page hides them too."""
    options = []
    for name, votes in zip(ballot.options, ballot.votes, strict=True):
        replies: dict[str, Any] = {"type": "Collection"}
        options.append({"type": "Note", "name": name, "replies": replies})
        if not ballot.hidden:
            replies["totalItems"] = votes
    said: dict[str, Any] = {"anyOf" if ballot.multiple else "oneOf": options, "votersCount": ballot.voters}
    if ballot.expires_at is not None:
        said["endTime"] = clock.iso(ballot.expires_at)
        if ballot.expired:
            said["closed"] = clock.iso(ballot.expires_at)
    return said


def audience(post: Post) -> tuple[list[str], list[str]]:
    """(to, cc) of a local post; always lists, the full Public address."""
    named = [mention.actor.uri for mention in post.mentions]
    followers = post.actor.followers_uri or f"{post.actor.uri}/followers"
    if post.visibility == Visibility.PUBLIC:
        return [context.PUBLIC], [followers, *named]
    if post.visibility == Visibility.UNLISTED:
        return [followers], [context.PUBLIC, *named]
    if post.visibility == Visibility.FOLLOWERS:
        return [followers], named
    return named, []


def _policy(post: Post) -> dict[str, dict[str, list[str]]]:
    """Who may like and answer (whoever sees it), boost (what is for everybody) and quote."""
    to, cc = audience(post)
    own = post.actor.uri
    followers = post.actor.followers_uri or f"{own}/followers"
    readers = {"automaticApproval": [context.PUBLIC] if context.PUBLIC in [*to, *cc] else [own, *to, *cc]}
    return {
        "canLike": readers,
        "canReply": readers,
        "canAnnounce": readers if context.PUBLIC in [*to, *cc] else {"automaticApproval": [own]},
        "canQuote": policies.approval(quotes.policy(post), own=own, followers=followers),
    }


def _content(post: Post, pictures: int) -> str:
    title = f"<h2>{html.escape(post.title, quote=False)}</h2>" if post.title else ""
    more = ""
    if pictures > SHOWN:
        more = f'<p><a href="{html.escape(post.url or post.uri)}">+{pictures - SHOWN} more</a></p>'
    return f"{title}{post.content}{more}"


def attachment(picture: Picture) -> dict[str, Any]:
    """A picture as an Image with its terms. Raises OurFault for one that is not protected."""
    media = picture.media
    rendition = media.rendition(RenditionKind.FEDERATED)
    if rendition is None or rendition.withdrawn_at is not None or media.state == MediaState.WITHDRAWN:
        raise OurFault(f"media {media.id} is not protected and must not be sent")
    said: dict[str, Any] = {
        "type": "Image",
        "mediaType": rendition.mime,
        "url": urls.media(rendition.key, picture.token),
        "width": rendition.width,
        "height": rendition.height,
        "digestMultibase": digests.multibase(rendition.sha256),
    }
    if media.alt:
        said |= {"name": media.alt, "summary": media.alt}
    if media.blurhash:
        said["blurhash"] = media.blurhash
    said["focalPoint"] = [media.focus_x, media.focus_y]
    return said | activitystreams.render(picture.terms, kind="attachment")


def _hashtags(post: Post, terms: Terms) -> list[dict[str, str]]:
    """The author's, and the one that people and machines of servers without our terms understand."""
    labels = {tag.name: tag.label for tag in post.tags}
    said = fallback.render(terms).hashtag
    if said and post.actor.noai_tag:
        labels.setdefault(said.lower(), said)
    return [{"type": "Hashtag", "href": urls.tag(name), "name": f"#{label}"} for name, label in labels.items()]


def _mentions(post: Post) -> list[dict[str, str]]:
    return [
        {"type": "Mention", "href": mention.actor.uri, "name": _handle(mention.actor)}
        for mention in post.mentions
        if not mention.silent or mention.actor.uri != post.actor.uri
    ]


def _handle(actor: Actor) -> str:
    domain = actor.domain or urls.host_of(actor.uri)
    return f"@{actor.name}@{domain}"


def _replies(post: Post) -> dict[str, Any]:
    uri = f"{post.uri}/replies"
    first = {"type": "CollectionPage", "next": f"{uri}?page=true", "partOf": uri, "items": []}
    return {"id": uri, "type": "Collection", "first": first}


# --- reading others ---------------------------------------------------------------------------------------------------


def is_post(document: Mapping[str, Any]) -> bool:
    return any(each in KINDS for each in documents.types(document))


def from_document(
    document: Mapping[str, Any],
    *,
    author_uri: str,
    followers_uri: str | None,
    activity: Mapping[str, Any] | None = None,
) -> RemotePost:
    """A post of `author_uri`; the activity's own audience counts where the object has none.

    Raises BadDocument for what is no post, has no id, or says neither text nor picture.
    """
    uri = document.get("id")
    kind = next((each for each in documents.types(document) if each in KINDS), None)
    if kind is None:
        raise BadDocument("the object is no post")
    if not isinstance(uri, str) or not shapes.is_web_url(uri):
        raise BadDocument("the object has no usable id")
    to, cc = _audience(document, activity)
    attachments = _read_attachments(document, kind)
    content = _read_content(document, kind)
    summary = shapes.plain(shapes.natural(document, "summary"), MAX_SUMMARY)
    if kind in CONVERTED and kind != "Article":
        summary = ""
    question = _read_question(document) if kind == "Question" else None
    if not content.strip() and not attachments and not summary and question is None:
        raise BadDocument("the object has neither text nor picture")
    tags = [each for each in documents.as_list(document.get("tag"))[:MAX_TAGS] if isinstance(each, Mapping)]
    return RemotePost(
        uri=uri,
        actor_uri=author_uri,
        visibility=Visibility(addressing.visibility(to, cc, followers_uri)),
        url=shapes.page_url(document.get("url")) or uri,
        content=content,
        summary=summary,
        sensitive=document.get("sensitive") is True or document.get("as:sensitive") is True,
        language=shapes.language(document),
        published_at=shapes.when(document.get("published")),
        updated_at=shapes.when(document.get("updated")),
        in_reply_to=_one_url(document.get("inReplyTo")),
        conversation=_conversation(document),
        tags=_read_hashtags(tags),
        mentions=_read_mentions(tags),
        addressed=[each for each in [*to, *cc] if not addressing.is_public(each) and each != followers_uri][:MAX_TAGS],
        attachments=attachments,
        consent=shapes.consent(document),
        licence=shapes.licence(document),
        terms=shapes.terms(document),
        ai=activitystreams.read_ai(document),
        counts=_counts(document),
        question=question,
        quote=_read_quote(document, tags),
        quote_authorization=_one_url(document.get("quoteAuthorization")),
        policies=policies.read(document),
        emojis=shapes.emojis(document),
    )


def _audience(document: Mapping[str, Any], activity: Mapping[str, Any] | None) -> tuple[list[str], list[str]]:
    to, cc = documents.ids(document.get("to")), documents.ids(document.get("cc"))
    if not to and not cc and activity is not None:
        to, cc = documents.ids(activity.get("to")), documents.ids(activity.get("cc"))
    return to, cc


def _read_content(document: Mapping[str, Any], kind: str) -> str:
    content = shapes.markup(shapes.natural(document, "content"), MAX_CONTENT)
    if kind in NATIVE:
        return content
    title = html.escape(shapes.words(shapes.natural(document, "name"), 500), quote=False)
    link = shapes.page_url(document.get("url")) or str(document.get("id"))
    heading = f"<p><strong>{title}</strong></p>" if title else ""
    anchor = f'<a href="{html.escape(link)}" rel="nofollow noopener noreferrer" target="_blank">{html.escape(link)}</a>'
    return f"{heading}{content}<p>{anchor}</p>"


def _read_question(document: Mapping[str, Any]) -> RemoteQuestion | None:
    """The poll of a Question; None when nothing can be chosen. `closed` is a time, or true for now."""
    multiple = not document.get("oneOf") and bool(document.get("anyOf"))
    options = []
    for each in documents.as_list(document.get("anyOf" if multiple else "oneOf"))[:MAX_OPTIONS]:
        name = shapes.words(shapes.natural(each, "name"), MAX_OPTION) if isinstance(each, Mapping) else ""
        if name:
            options.append((name, shapes.total(each.get("replies")) or 0))
    if not options:
        return None
    ends_at, closed = shapes.when(document.get("endTime")), document.get("closed")
    if closed:
        ends_at = shapes.when(closed) or min(ends_at or clock.now(), clock.now())
    return RemoteQuestion(options, multiple, ends_at, shapes.number(document.get("votersCount")))


def _read_attachments(document: Mapping[str, Any], kind: str) -> list[RemoteAttachment]:
    found: dict[str, RemoteAttachment] = {}
    sources = documents.as_list(document.get("attachment"))
    if kind in {"Image", "Document", "Audio"}:
        sources = [document, *sources]
    elif kind in {"Article", "Page", "Event", "Video"}:
        sources = [*sources, *documents.as_list(document.get("image"))]
    for each in sources[: MAX_MEDIA * 4]:
        made = _read_attachment(each)
        if made is not None:
            found.setdefault(made.url, made)
    return list(found.values())[:MAX_MEDIA]


def _read_attachment(said: Any) -> RemoteAttachment | None:
    if not isinstance(said, Mapping) or documents.kind(said) in {"Link", "PropertyValue", "Hashtag", "Mention"}:
        return None
    links = documents.as_list(said.get("url"))
    link = next((each for each in links if isinstance(each, Mapping) and _is_media(shapes.kind_of_link(each))), None)
    url = shapes.web_url(link or said.get("url"))
    mime = shapes.kind_of_link(said) or (shapes.kind_of_link(link) if link else "")
    if url is None or (mime and not _is_media(mime) and mime != "application/octet-stream"):
        return None
    focus = said.get("focalPoint")
    point = [min(1.0, max(-1.0, float(each))) for each in documents.as_list(focus) if isinstance(each, int | float)]
    blurhash = said.get("blurhash")
    return RemoteAttachment(
        url=url,
        mime=mime[:128],
        alt=shapes.words(said.get("summary") or said.get("name"), MAX_ALT),
        blurhash=blurhash if isinstance(blurhash, str) and 6 <= len(blurhash) <= 128 and blurhash.isascii() else None,
        width=shapes.number(said.get("width"), most=1_000_000),
        height=shapes.number(said.get("height"), most=1_000_000),
        focus=(point[0], point[1]) if len(point) == 2 else (0.0, 0.0),
        terms=shapes.terms(said),
    )


def _is_media(mime: str) -> bool:
    return mime.startswith(MEDIA_KINDS)


def _read_hashtags(tags: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for tag in tags:
        name = tag.get("name")
        if documents.kind(tag) in {"Hashtag", "as:Hashtag"} and isinstance(name, str):
            label = name.lstrip("#").replace("\0", "")
            if 0 < len(label) <= 255 and not any(mark.isspace() for mark in label):
                found.setdefault(label.lower(), label)
    return list(found.items())


def _read_mentions(tags: Sequence[Mapping[str, Any]]) -> list[str]:
    found = [tag.get("href") for tag in tags if documents.kind(tag) == "Mention"]
    return list(dict.fromkeys(each for each in found if isinstance(each, str) and shapes.is_web_url(each)))


def _read_quote(document: Mapping[str, Any], tags: Sequence[Mapping[str, Any]]) -> str | None:
    """FEP-044f, then what Misskey, Fedibird and Pleroma say, then an object link (FEP-e232)."""
    for name in ("quote", "_misskey_quote", "quoteUri", "quoteUrl"):
        if found := _one_url(document.get(name)):
            return found
    for tag in tags:
        media = str(tag.get("mediaType", "")).replace(" ", "")
        if documents.kind(tag) == "Link" and media.startswith(OBJECT_TYPES) and (found := _one_url(tag.get("href"))):
            return found
    return None


def _one_url(value: Any) -> str | None:
    uri = documents.one_id(value)
    return uri if uri and shapes.is_web_url(uri) else None


def _conversation(document: Mapping[str, Any]) -> str | None:
    for name in ("context", "conversation"):
        value = documents.one_id(document.get(name))
        if value and len(value) <= shapes.MAX_URL and value.isprintable():
            return value
    return None


def _counts(document: Mapping[str, Any]) -> dict[str, int] | None:
    found = {name: shapes.total(document.get(name)) for name in ("likes", "shares", "replies")}
    kept = {name: count for name, count in found.items() if count is not None}
    return kept or None
