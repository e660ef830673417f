"""The upload form as values: its picture slots, read from a multipart form and shown again when something is wrong."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from fedi import files
from fedi.errors import BadMedia, BadRequest, FediError, NotFound
from fedi.media.formats import Header
from fedi.models.media import Media, MediaPurpose
from fedi.models.post import Post
from fedi.services import media, polls, posts
from fedi.text import find_hashtags
from fedi.web import database
from fedi.web.multipart import Form, Upload
from fedi.web.pages import cards, forms, people

SLOTS = posts.MAX_MEDIA
Kept = tuple[str, str, Header]


@dataclass
class Slot:
    """One picture of the form: `media` is the id of an upload ('' while empty)."""

    media: str = ""
    alt: str = ""
    x: float = 0.0
    y: float = 0.0
    name: str = ""
    preview: str = ""
    place: int = 0


@dataclass
class Draft:
    """What was typed and chosen."""

    text: str = ""
    title: str = ""
    summary: str = ""
    tags: str = ""
    visibility: str = "public"
    consent: str = ""
    licence: str = ""
    key: str = ""
    sensitive: bool = False
    ai: str = ""
    options: list[str] = field(default_factory=list)  # of a poll
    poll_seconds: str = "86400"
    poll_multiple: bool = False
    poll_hidden: bool = False
    quote: str = ""  # the id of what it quotes
    quoted: cards.Card | None = None
    slots: list[Slot] = field(default_factory=list)

    @property
    def labels(self) -> list[str]:
        """Hashtags as typed, however they were parted."""
        return [label for label in self.tags.replace(",", " ").replace("#", " ").split() if label]

    @property
    def question(self) -> polls.Question | None:
        """The poll, when an option was typed."""
        if not any(self.options):
            return None
        seconds = forms.number(self.poll_seconds)
        return polls.Question(self.options, seconds, self.poll_multiple, self.poll_hidden)

    @property
    def media_ids(self) -> list[int]:
        return [forms.number(slot.media) for slot in self.slots if slot.media]

    @property
    def filled(self) -> list[Slot]:
        """The slots that the form prints: filled ones first, then empty ones up to the most there can be."""
        return [*self.slots, *(Slot() for _ in range(SLOTS - len(self.slots)))]


async def read(form: Form, account_id: int) -> Draft:
    """The draft of a form whose new files were taken in. Raises BadRequest, BadMedia (naming the picture)."""
    fields = forms.checked(form.fields)
    draft = Draft(
        text=fields.get("text", ""),
        title=fields.get("title", ""),
        summary=fields.get("summary", ""),
        tags=fields.get("tags", ""),
        visibility=fields.get("visibility", "public"),
        consent=fields.get("consent", ""),
        licence=forms.licence(fields),
        key=fields.get("key", "")[:255],
        sensitive="sensitive" in fields,
        ai=fields.get("ai", ""),
        options=[fields.get(f"option-{number}", "").strip() for number in range(1, polls.MAX_OPTIONS + 1)],
        poll_seconds=fields.get("poll-seconds", "86400"),
        poll_multiple="poll-multiple" in fields,
        poll_hidden="poll-hidden" in fields,
        quote=fields.get("quote", "")[:20],
    )
    problems = []
    for number in range(1, SLOTS + 1):
        slot = _slot(fields, number)
        file = form.files.get(f"file-{number}")
        if file is not None and file.size:
            slot.name = file.filename
            try:
                slot.media = str(await take(file, account_id, slot))
            except BadMedia as error:
                problems.append(f"picture {number}: {error}")
        if slot.media and f"drop-{number}" not in fields:
            draft.slots.append(slot)
    draft.slots.sort(key=lambda slot: slot.place)
    if problems:
        raise BadDraft("; ".join(problems), draft)
    return draft


class BadDraft(BadRequest):
    """Something is wrong with a picture; `draft` holds all that is good."""

    def __init__(self, message: str, draft: Draft) -> None:
        super().__init__(message)
        self.draft = draft


async def take(file: Upload, account_id: int, slot: Slot, purpose: MediaPurpose = MediaPurpose.POST) -> int:
    """Keep an uploaded file and begin to protect it; the id of its media. Raises BadMedia, BadRequest."""
    kept = await database.thread(media.keep_original, file.path)
    try:
        return await database.writing(_upload, account_id, kept, purpose, slot)
    except FediError:
        await database.thread(files.remove, "vault", kept[0])
        raise


def of_post(session: Session, post: Post) -> Draft:
    """The form of a post that is edited."""
    inside = {label.lower() for label in find_hashtags(post.text)}
    return Draft(
        text=post.text,
        title=post.title,
        summary=post.summary,
        tags=" ".join(tag.label for tag in post.tags if tag.name not in inside),
        sensitive=post.sensitive and not post.summary,
        visibility=str(post.visibility),
        slots=[slot_of(row, post) for row in media.of_post(session, post)],
    )


def slot_of(row: Media, post: Post | None) -> Slot:
    shown = cards.pictures_of([row], post)
    preview = shown[0].preview if shown else ""
    return Slot(str(row.id), row.alt, row.focus_x, row.focus_y, "" if preview else "A picture being protected", preview)


def show_again(session: Session, account_id: int, draft: Draft) -> Draft:
    """The same draft with previews of what can be seen already; what is not the artist's own is left out."""
    actor = people.me(session, account_id).actor
    kept = []
    for slot in draft.slots:
        try:
            row = media.get_own(session, forms.number(slot.media), actor)
        except NotFound:
            continue
        made = slot_of(row, session.get(Post, row.post_id) if row.post_id else None)
        slot.preview, slot.name = made.preview, slot.name or made.name
        kept.append(slot)
    draft.slots = kept
    return draft


def _slot(fields: dict[str, str], number: int) -> Slot:
    place = fields.get(f"order-{number}", "")
    return Slot(
        media=fields.get(f"media-{number}", "").strip(),
        alt=fields.get(f"alt-{number}", ""),
        x=_unit(fields.get(f"x-{number}", "")),
        y=_unit(fields.get(f"y-{number}", "")),
        place=int(place) if place.isascii() and place.isdigit() and len(place) < 4 else number,
    )


def _unit(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return max(-1.0, min(1.0, value)) if abs(value) < 1000 else 0.0


def _upload(session: Session, account_id: int, kept: Kept, purpose: MediaPurpose, slot: Slot) -> int:
    key, sha256, header = kept
    return media.upload(
        session,
        actor=people.me(session, account_id).actor,
        vault_key=key,
        sha256=sha256,
        mime=header.mime,
        size=header.size,
        alt=slot.alt,
        focus=(slot.x, slot.y),
        purpose=purpose,
    ).id
