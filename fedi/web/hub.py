"""The hub: everybody who listens to this process, and the loop that asks the database what happened and tells them.

What happened is found out and written as JSON once for all who see it alike; only those who have something of their own
with a post (liked it, answer its poll, filter it) get a text of their own.
"""

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

import orjson
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from fedi import clock
from fedi.errors import TooMany
from fedi.models.account import Account
from fedi.models.announcement import Announcement
from fedi.models.conversation import Conversation
from fedi.models.happening import Happening, HappeningKind
from fedi.models.interaction import Boost
from fedi.models.notification import Notification, NotificationKind
from fedi.models.post import Post, PostState, Visibility
from fedi.services import announcements, audiences, happenings, notifications, timelines, tokens
from fedi.services.timelines import Entry
from fedi.web import database
from fedi.web.api.entities import announcement, conversation, notification, status
from fedi.web.streams import LIST, TAGS, Stream

log = logging.getLogger(__name__)
POLL_SECONDS = 0.25
CHECK_SECONDS = 15.0
# A transaction that began this long before its commit is still heard.
OVERLAP = timedelta(seconds=10)
MAX_WAITING = 200  # messages that a slow listener may be behind
MAX_LISTENERS, MAX_OF_ONE = 5000, 50
MAX_STREAMS = 50
# Ours are told only to apps that ask for them by name.
ANNOUNCED = {
    HappeningKind.ANNOUNCEMENT,
    HappeningKind.ANNOUNCEMENT_DELETE,
    HappeningKind.ANNOUNCEMENT_REACTION,
}
UNHEARD = {NotificationKind.MEDIA_FAILED, NotificationKind.REPLY_REFUSED}


class Message(NamedTuple):
    stream: Stream
    event: str
    payload: str


@dataclass(eq=False)
class Listener:
    """One connection. `waiting` holds its messages, and None when it has to end."""

    account_id: int
    actor_id: int
    token_id: int
    notified: bool  # whether the token lets it hear of notifications
    streams: set[Stream] = field(default_factory=set)
    waiting: asyncio.Queue[Message | None] = field(default_factory=lambda: asyncio.Queue(MAX_WAITING))

    def tell(self, message: Message | None) -> None:
        """Whoever does not read is let go: the app asks for what it missed when it comes again."""
        try:
            self.waiting.put_nowait(message)
        except asyncio.QueueFull:
            self.waiting = asyncio.Queue(1)
            self.end()

    def end(self) -> None:
        with contextlib.suppress(asyncio.QueueFull):
            self.waiting.put_nowait(None)


Told = list[tuple[Listener, Message]]


class Hub:
    """The listeners of one process."""

    def __init__(self) -> None:
        self._open: set[Listener] = set()
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._ready = asyncio.Event()  # what was before the first of them came is known, and not told
        self._task: asyncio.Task[None] | None = None

    async def join(self, listener: Listener) -> None:
        """Raises TooMany."""
        theirs = sum(each.account_id == listener.account_id for each in self._open)
        if len(self._open) >= MAX_LISTENERS or theirs >= MAX_OF_ONE:
            raise TooMany("Too many streams are open", retry_after=60)
        self._open.add(listener)
        if self._task is None:
            self._seen, self._ready = OrderedDict(), asyncio.Event()
            self._task = asyncio.create_task(self._run())
        await self._ready.wait()

    def leave(self, listener: Listener) -> None:
        self._open.discard(listener)
        if not self._open and self._task is not None:
            self._task.cancel()
            self._task = None

    def close(self) -> None:
        """Everybody is sent away, as the process ends."""
        for listener in list(self._open):
            listener.tell(None)

    async def _run(self) -> None:
        checked = clock.timestamp()
        while True:
            try:
                if clock.timestamp() - checked > CHECK_SECONDS:
                    checked = clock.timestamp()
                    await self._check()
                listeners = tuple(self._open) if self._ready.is_set() else ()
                for listener, message in await database.reading(self._happened, listeners):
                    listener.tell(message)
            except SQLAlchemyError as error:
                log.warning("streams could not ask the database: %s", error)
            self._ready.set()
            await asyncio.sleep(POLL_SECONDS)

    async def _check(self) -> None:
        """Whose token was taken back hears nothing more."""
        held = {listener.token_id for listener in self._open}
        good = await database.reading(tokens.valid_among, held)
        for listener in list(self._open):
            if listener.token_id not in good:
                listener.tell(None)

    def _happened(self, session: Session, listeners: Sequence[Listener]) -> Told:
        """What is new since the last call, for each listener."""
        floor = clock.new_id(clock.now() - OVERLAP)
        told: Told = []
        for row in happenings.after(session, floor):
            if row.id not in self._seen and listeners:
                told += _safely(row, _of_happening, session, row, listeners)
            self._seen[row.id] = None  # only now: what the database breaks off is told the next time
        hearing: dict[int, list[Listener]] = {}
        for listener in listeners:
            if listener.notified:
                hearing.setdefault(listener.account_id, []).append(listener)
        for each in notifications.after(session, floor):
            if each.id not in self._seen and each.account_id in hearing and each.kind not in UNHEARD:
                told += _safely(each, _of_notification, session, each, hearing[each.account_id])
            self._seen[each.id] = None
        while self._seen and next(iter(self._seen)) < floor:
            self._seen.popitem(last=False)
        return told


hub = Hub()


def _safely(row: Happening | Notification, tell: Callable[..., Told], *args: object) -> Told:
    """What one row has to tell; one that cannot be told is logged, and the others go on."""
    try:
        return tell(*args)
    except SQLAlchemyError:
        raise
    except Exception:
        log.exception("streams cannot tell of %s %s", type(row).__name__, row.id)
        return []


def _of_notification(session: Session, row: Notification, hearing: Sequence[Listener]) -> Told:
    account = session.get_one(Account, row.account_id)
    payload = _text(notification.many(session, account, [row])[0])
    names = ("user", "user:notification")
    return [each for name in names for each in _to(hearing, Stream(name), "notification", payload)]


def _of_happening(session: Session, row: Happening, listeners: Sequence[Listener]) -> Told:
    if row.kind == HappeningKind.FILTERS:
        mine = [each for each in listeners if each.account_id == row.subject_id]
        return _to(mine, Stream("user"), "filters_changed", "")
    if row.kind == HappeningKind.CONVERSATION:
        return _of_conversation(session, row, [each for each in listeners if each.actor_id == row.actor_id])
    if row.kind in ANNOUNCED:
        return _of_announcement(session, row, listeners)
    if row.kind == HappeningKind.DELETE:
        return _of_end(session, row, listeners)
    boost = session.get(Boost, row.subject_id) if row.kind == HappeningKind.BOOST else None
    post = boost.post if boost is not None else session.get(Post, row.subject_id)
    if post is None or post.state != PostState.PUBLISHED or (row.kind == HappeningKind.BOOST and boost is None):
        return []
    entry = Entry(boost.id if boost else post.id, post, boost)
    heard = _who_finds(session, entry, listeners)
    event = "status.update" if row.kind == HappeningKind.EDIT else "update"
    texts = _texts(session, entry, {listener.account_id for listener, _ in heard})
    return [
        (listener, Message(stream, event, texts[listener.account_id]))
        for listener, stream in heard
        if listener.account_id in texts
    ]


def _of_conversation(session: Session, row: Happening, mine: Sequence[Listener]) -> Told:
    found = session.get(Conversation, row.subject_id)
    direct = Stream("direct")
    if found is None or not any(direct in each.streams for each in mine):
        return []
    reader = session.get_one(Account, found.account_id)
    return _to(mine, direct, "conversation", _text(conversation.many(session, reader, [found])[0]))


def _of_announcement(session: Session, row: Happening, listeners: Sequence[Listener]) -> Told:
    """To everybody who listens to their home; of a reaction how many chose it, never who."""
    user = Stream("user")
    if row.kind == HappeningKind.ANNOUNCEMENT_DELETE:
        return _to(listeners, user, row.kind.value, str(row.subject_id))
    found = session.get(Announcement, row.subject_id)
    if found is None:
        return []
    if row.kind == HappeningKind.ANNOUNCEMENT_REACTION:
        id_, counted = str(found.id), announcements.reactions(session, found, None)
        return [
            told
            for each in counted
            for told in _to(
                listeners,
                user,
                row.kind.value,
                _text({"name": each.name, "count": each.count, "announcement_id": id_}),
            )
        ]
    account = next((each.account_id for each in listeners if user in each.streams), None)
    reader = session.get(Account, account) if account is not None else None
    if reader is None:
        return []
    body = announcement.many(session, reader, [found])[0] | {"read": False}  # it is new to everybody
    return _to(listeners, user, row.kind.value, _text(body))


def _of_end(session: Session, row: Happening, listeners: Sequence[Listener]) -> Told:
    """Whoever may have been told of it: followers, and for what was public whoever listens to the public."""
    followers = audiences.followers_among(session, row.actor_id, [each.actor_id for each in listeners])
    followers.add(row.actor_id)
    post = session.get(Post, row.subject_id)
    told: Told = []
    for listener in listeners:
        for stream in listener.streams:
            private = stream.name in {"user", LIST, "direct"} and listener.actor_id in followers
            if private or (post is not None and _belongs(stream, post, tags=None, media=None)):
                told.append((listener, Message(stream, "delete", str(row.subject_id))))
    return told


def _who_finds(session: Session, entry: Entry, listeners: Sequence[Listener]) -> list[tuple[Listener, Stream]]:
    """(listener, stream) for each stream that the entry belongs into and whose listener sees it."""
    post = entry.post
    home = timelines.at_home(session, entry, _listening(listeners, {"user"}))
    lists = {each.about for listener in listeners for each in listener.streams if each.name == LIST}
    held = timelines.in_circles(session, entry, [int(about) for about in lists]) if lists else set()
    public: set[int] = set()
    tagged: set[int] = set()
    if entry.boost is None and post.visibility == Visibility.PUBLIC:
        names = {stream.name for each in listeners for stream in each.streams if stream.name.startswith("public")}
        public = timelines.in_public(session, post, _listening(listeners, names))
        if post.tags:
            tagged = timelines.in_public(session, post, _listening(listeners, set(TAGS)), replies=True)
    tags = {tag.name for tag in post.tags}
    media = status.has_media(session, post)
    found = []
    for listener in listeners:
        for stream in listener.streams:
            if stream.name == "user":
                fits = listener.actor_id in home
            elif stream.name == LIST:
                fits = int(stream.about) in held
            else:
                seen = tagged if stream.name in TAGS else public
                fits = listener.actor_id in seen and _belongs(stream, post, tags=tags, media=media)
            if fits:
                found.append((listener, stream))
    return found


def _belongs(stream: Stream, post: Post, *, tags: set[str] | None, media: bool | None) -> bool:
    """Whether a public post is one for this public or hashtag stream; None: that is not known any more."""
    if post.visibility != Visibility.PUBLIC or stream.name.partition(":")[0] not in {"public", "hashtag"}:
        return False
    parts = stream.name.split(":")
    if ("local" in parts and not post.local) or ("remote" in parts and post.local):
        return False
    if stream.name in TAGS:
        return tags is None or stream.about in tags
    return "media" not in parts or media is not False


def _texts(session: Session, entry: Entry, account_ids: Iterable[int]) -> dict[int, str]:
    """The entry as JSON for each account; those for whom a filter hides it are left out."""
    accounts = session.scalars(select(Account).where(Account.id.in_(list(account_ids)))).unique().all()
    own = audiences.tied(session, entry.post, accounts)
    found: dict[int, str] = {}
    shared: str | None = None
    for account in accounts:
        if account.id in own or shared is None:
            bodies = status.many(session, account, [entry], place="home")
            if not bodies:
                continue
            found[account.id] = _text(bodies[0])
            if account.id not in own:
                shared = found[account.id]
        else:
            found[account.id] = shared
    return found


def _listening(listeners: Sequence[Listener], names: set[str]) -> list[int]:
    """The actors who listen to one of these streams."""
    return list({each.actor_id for each in listeners if any(stream.name in names for stream in each.streams)})


def _to(listeners: Iterable[Listener], stream: Stream, event: str, payload: str) -> Told:
    return [(each, Message(stream, event, payload)) for each in listeners if stream in each.streams]


def _text(body: object) -> str:
    return orjson.dumps(body).decode()


def as_frame(message: Message) -> str:
    """A message of the WebSocket: the payload is text within the text."""
    body: dict[str, object] = {"stream": message.stream.label, "event": message.event}
    return _text(body | {"payload": message.payload} if message.payload else body)


def as_event(message: Message) -> str:
    """A server-sent event (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""
    return f"event: {message.event}\ndata: {message.payload or 'undefined'}\n\n"
