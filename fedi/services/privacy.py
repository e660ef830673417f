"""What one person keeps to themself: muted conversations, notes about people, servers they do not want to see."""

from collections.abc import Iterable, Sequence

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.orm import Session

from fedi import db
from fedi.errors import BadRequest
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.post import Post
from fedi.models.relation import Note, ServerMute, ThreadMute

MAX_NOTE = 2000


def mute(session: Session, account: Account, post: Post) -> None:
    """No more notifications from the conversation of a post."""
    if post.conversation and not is_muted(session, account, post):
        session.add(ThreadMute(account_id=account.id, conversation=post.conversation))
        session.flush()


def unmute(session: Session, account: Account, post: Post) -> None:
    if (row := _muted(session, account, post)) is not None:
        session.delete(row)
        session.flush()


def is_muted(session: Session, account: Account, post: Post) -> bool:
    return _muted(session, account, post) is not None


def muted_among(session: Session, account: Account, conversations: Iterable[str]) -> set[str]:
    """Which of these conversations are muted."""
    wanted = db.few_lengths(list(conversations))
    if not wanted:
        return set()
    return set(session.scalars(_MUTED, {"account": account.id, "wanted": wanted}))


_MUTED = select(ThreadMute.conversation).where(
    ThreadMute.account_id == bindparam("account", type_=BigInteger),
    ThreadMute.conversation.in_(bindparam("wanted", expanding=True)),
)


def write_note(session: Session, actor: Actor, target: Actor, text: str) -> None:
    """Keep a note about somebody; an empty one is forgotten. Raises BadRequest."""
    if len(text) > MAX_NOTE:
        raise BadRequest(f"Validation failed: Comment is too long (maximum is {MAX_NOTE} characters)")
    row = session.scalar(select(Note).where(Note.actor_id == actor.id, Note.target_id == target.id))
    if row is None and text.strip():
        session.add(Note(actor_id=actor.id, target_id=target.id, text=text))
    elif row is not None and text.strip():
        row.text = text
    elif row is not None:
        session.delete(row)
    session.flush()


def notes(session: Session, actor: Actor, target_ids: Sequence[int]) -> dict[int, str]:
    query = select(Note.target_id, Note.text).where(Note.actor_id == actor.id, Note.target_id.in_(target_ids))
    return {row.target_id: row.text for row in session.execute(query)}


def copy_notes(session: Session, origin: Actor, target: Actor) -> None:
    """What was written about `origin` is kept about `target` too, where nothing is yet."""
    query = select(Note).where(Note.target_id == origin.id, Note.actor_id != target.id)
    taken = set(session.scalars(select(Note.actor_id).where(Note.target_id == target.id)))
    for row in session.scalars(query).all():
        if row.actor_id not in taken:
            session.add(Note(actor_id=row.actor_id, target_id=target.id, text=row.text))
    session.flush()


def hidden_among(session: Session, actor: Actor, names: Iterable[str]) -> set[str]:
    """Which of these domains `actor` hides."""
    query = select(ServerMute.domain).where(ServerMute.actor_id == actor.id, ServerMute.domain.in_(list(names)))
    return set(session.scalars(query))


def _muted(session: Session, account: Account, post: Post) -> ThreadMute | None:
    query = select(ThreadMute).where(
        ThreadMute.account_id == account.id,
        ThreadMute.conversation == post.conversation,
    )
    return session.scalar(query) if post.conversation else None
