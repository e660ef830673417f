"""Collections of people that our artists recommend: made, filled with the consent of those in them, and shown.

FEP-7aa9 as Mastodon 4.6 has it: https://docs.joinmastodon.org/methods/collections/ . Who lives here is asked as their
policy says (`services.features`), others with a FeatureRequest; `services.collection_answers` hears what they say.
Errors are in Mastodon's words; those of a full or unusable collection are from memory of it, as no document has them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from fedi import clock, db, urls
from fedi.errors import BadRequest, NotAllowed, NotFound
from fedi.models.actor import Actor
from fedi.models.collection import Collection, CollectionItem
from fedi.models.feature import Feature
from fedi.models.inbox_message import Tombstone
from fedi.models.quote import QUOTES, QuoteState
from fedi.models.relation import Block
from fedi.services import collection_answers, featured_tags, features, outgoing, stamps
from fedi.services.interaction_policies import Approval

MAX_COLLECTIONS, MAX_ITEMS = 10, 25
MAX_NAME, MAX_DESCRIPTION = 40, 100
NOT_THEIRS = "This account cannot be added to collections"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}")
STANDING = (QuoteState.PENDING, QuoteState.ACCEPTED)


class Invalid(BadRequest):
    """A field that cannot be kept, with Mastodon's code for what is wrong."""

    def __init__(self, field: str, code: str, description: str) -> None:
        name = f"{field.replace('_', ' ').capitalize()} " if field != "base" else ""
        super().__init__(f"Validation failed: {name}{description}")
        self.field, self.code, self.description = field, code, description


@dataclass(frozen=True)
class Words:
    """What a curator says of a collection."""

    name: str
    description: str = ""
    language: str | None = None
    tag: str | None = None
    sensitive: bool = False
    discoverable: bool = True


def create(session: Session, curator: Actor, words: Words, people: Sequence[Actor] = ()) -> Collection:
    """A new collection; who is in it is asked. Raises Invalid, and NotAllowed for people who do not want that."""
    words = _checked(words)
    if count(session, curator) >= MAX_COLLECTIONS:
        raise Invalid("base", "ERR_TOO_MANY", f"You may have no more than {MAX_COLLECTIONS} collections")
    row = Collection(actor_id=curator.id, name=words.name)
    row.actor = curator
    _set(row, words)
    session.add(row)
    session.flush()
    outgoing.put(session, "add", actor=curator, subject={"collection": row.id}, object_uri=row.uri, followers=True)
    for actor in dict.fromkeys(people):
        _put(session, row, actor, say=False)
    return row


def change(session: Session, row: Collection, words: Words) -> None:
    """Say something else of it; followers and those in it hear of that. Raises Invalid."""
    before, words = words_of(row), _checked(words)
    if words == before:
        return
    _set(row, words)
    row.updated_at = clock.now()
    session.flush()
    if (words.name, words.description) != (before.name, before.description):
        _describe(session, row)
    outgoing.put(
        session,
        "update",
        actor=row.actor,
        subject={"collection": row.id, "at": clock.iso_millis(row.updated_at)},
        object_uri=row.uri,
        followers=True,
        earlier_recipients=True,
    )


def add(session: Session, row: Collection, actor: Actor) -> CollectionItem:
    """Recommend one more, who is asked. Raises BadRequest, and NotAllowed for whoever does not want it."""
    return _put(session, row, actor, say=True)


def remove(session: Session, item: CollectionItem) -> None:
    """The curator recommends somebody no longer."""
    features.forget(session, item.collection.uri, item.actor)
    if item.state == QuoteState.ACCEPTED:
        collection_answers.say_removed(session, item)
    session.delete(item)
    session.flush()


def leave(session: Session, item: CollectionItem) -> None:
    """Whoever is in it, or asked, wants out; nobody brings them back."""
    asked = features.find(session, item.actor, item.collection.uri)
    if asked is not None and asked.state == QuoteState.PENDING:
        stamps.refuse(session, asked)
    elif asked is not None and asked.state == QuoteState.ACCEPTED:
        stamps.revoke(session, asked)


def part(session: Session, actor: Actor, other: Actor) -> None:
    """Neither recommends the other any more, as far as that is said here."""
    for curator, held in ((actor, other), (other, actor)):
        query = select(CollectionItem).join(Collection, Collection.id == CollectionItem.collection_id)
        mine = query.where(Collection.actor_id == curator.id, CollectionItem.actor_id == held.id)
        for found in session.scalars(mine).unique():
            remove(session, found)
    for asked in features.by_curator(session, actor, other):
        stamps.revoke(session, asked)


def delete(session: Session, row: Collection) -> None:
    """Gone for everybody, as Mastodon says it: a Remove from the curator's collections."""
    features.forget(session, row.uri)
    outgoing.put(
        session,
        "remove",
        actor=row.actor,
        subject={"object": row.uri, "target": f"{row.actor.uri}/featured_collections"},
        object_uri=row.uri,
        followers=True,
        earlier_recipients=True,
    )
    session.add(Tombstone(uri=row.uri, actor_uri=row.actor.uri))
    session.delete(row)
    session.flush()


def get(session: Session, collection_id: int) -> Collection:
    """Raises NotFound."""
    row = session.get(Collection, collection_id)
    if row is None or not row.actor.available:
        raise NotFound("there is no such collection")
    return row


def own(session: Session, curator: Actor, collection_id: int) -> Collection:
    """Raises NotFound, and NotAllowed for one of somebody else."""
    row = get(session, collection_id)
    if row.actor_id != curator.id:
        raise NotAllowed("This action is not allowed")
    return row


def of(session: Session, curator: Actor, collection_id: int) -> Collection:
    """One of this curator's. Raises NotFound."""
    row = get(session, collection_id)
    if row.actor_id != curator.id:
        raise NotFound("there is no such collection")
    return row


def shown_item(session: Session, curator: Actor, item_id: int) -> CollectionItem:
    """Somebody in a collection of this curator, with consent. Raises NotFound."""
    found = session.get(CollectionItem, item_id)
    if found is None or found.collection.actor_id != curator.id or found.state != QuoteState.ACCEPTED:
        raise NotFound("there is nobody of that number in a collection")
    return found


def item(session: Session, row: Collection, item_id: int) -> CollectionItem:
    """Raises NotFound."""
    found = session.get(CollectionItem, item_id)
    if found is None or found.collection_id != row.id:
        raise NotFound("there is nobody of that number in it")
    return found


def of_curator(session: Session, curator: Actor, *, all_of_them: bool = False) -> list[Collection]:
    """Newest first: those that everybody finds, or all of them. There are ten at most."""
    query = select(Collection).where(Collection.actor_id == curator.id)
    if not all_of_them:
        query = query.where(Collection.discoverable)
    return list(session.scalars(query.order_by(Collection.id.desc())))


def count(session: Session, curator: Actor) -> int:
    return session.scalar(select(func.count()).select_from(Collection).where(Collection.actor_id == curator.id)) or 0


def holding(session: Session, actor: Actor) -> list[CollectionItem]:
    """Where an actor is recommended here, newest first."""
    query = select(CollectionItem).where(
        CollectionItem.actor_id == actor.id, CollectionItem.state == QuoteState.ACCEPTED
    )
    found = session.scalars(query.order_by(CollectionItem.id.desc()))
    return [each for each in found if each.collection.actor.available]


def asking(session: Session, asked: Feature) -> Collection | None:
    """The collection of ours for which something was asked of an artist; None for one of another server."""
    return at(session, asked.instrument_uri) if asked.curator.local else None


def at(session: Session, address: str) -> Collection | None:
    """The collection of ours whose id or page this is."""
    number = urls.number_after(address, f"{address.rpartition('/collections/')[0]}/collections/")
    row = session.get(Collection, number) if number is not None else None
    known = row is not None and address in {row.uri, f"{urls.origin()}{page(row)}"}
    return row if known and row is not None and row.actor.available else None


def items(session: Session, row: Collection, viewer: Actor | None = None) -> list[CollectionItem]:
    return items_of(session, [row], viewer)[row.id]


def items_of(
    session: Session, found: Sequence[Collection], viewer: Actor | None = None
) -> dict[int, list[CollectionItem]]:
    """Who is in each of them, in the order in which they were added, but for whom the viewer blocks.

    To its curator also those who have not answered yet. One query.
    """
    shown: dict[int, list[CollectionItem]] = {row.id: [] for row in found}
    mine = [row.id for row in found if viewer is not None and row.actor_id == viewer.id]
    query = (
        select(CollectionItem)
        .join(Actor, Actor.id == CollectionItem.actor_id)
        .where(CollectionItem.collection_id.in_(shown))
        .where(Actor.deleted_at.is_(None), Actor.suspended_at.is_(None))
        .where(
            or_(
                CollectionItem.state == QuoteState.ACCEPTED,
                (CollectionItem.state == QuoteState.PENDING) & CollectionItem.collection_id.in_(mine),
            )
        )
        .order_by(CollectionItem.id)
    )
    if viewer is not None:
        query = query.where(Actor.id.not_in(select(Block.target_id).where(Block.actor_id == viewer.id)))
    for each in session.scalars(query).unique():
        shown[each.collection_id].append(each)
    return shown


def refused(session: Session, row: Collection) -> list[CollectionItem]:
    """Who said no, for its curator."""
    said_no = CollectionItem.state.in_([QuoteState.REJECTED, QuoteState.REVOKED])
    query = select(CollectionItem).where(CollectionItem.collection_id == row.id, said_no)
    return list(session.scalars(query.order_by(CollectionItem.id)).unique())


def words_of(row: Collection) -> Words:
    return Words(row.name, row.description, row.language, row.tag, row.sensitive, row.discoverable)


def page(row: Collection) -> str:
    """The path of its page."""
    return f"/@{row.actor.name}/collections/{row.id}"


def _put(session: Session, row: Collection, actor: Actor, *, say: bool) -> CollectionItem:
    """`say`: tell followers of whoever is in it at once; they have not got the collection itself otherwise."""
    known = select(CollectionItem.id).where(CollectionItem.collection_id == row.id)
    if session.scalar(known.where(CollectionItem.actor_id == actor.id)) is not None:
        raise BadRequest("Validation failed: Account has already been taken")
    standing = known.where(CollectionItem.state.in_(STANDING))
    if (session.scalar(select(func.count()).select_from(standing.subquery())) or 0) >= MAX_ITEMS:
        raise Invalid("collection_items", "ERR_TOO_MANY", f"are too many, no more than {MAX_ITEMS} are allowed")
    asked = features.find(session, actor, row.uri) if actor.local else None
    if asked is not None or features.approval(session, actor, row.actor) == Approval.DENIED:
        raise NotAllowed(NOT_THEIRS)
    db.insert_new(session, CollectionItem, ["collection_id", "actor_id"], collection_id=row.id, actor_id=actor.id)
    made = session.scalars(select(CollectionItem).where(CollectionItem.collection_id == row.id))
    new = next(each for each in made.unique() if each.actor_id == actor.id)
    if not actor.local:
        outgoing.put(
            session,
            "feature_request",
            actor=row.actor,
            subject={"item": new.id},
            object_uri=row.uri,
            actors=[actor],
        )
        return new
    asked = features.requested(session, actor, row.actor, request_uri=new.request_uri, instrument_uri=row.uri)
    _describe(session, row)
    if asked.state == QuoteState.ACCEPTED:
        QUOTES.move(new, QuoteState.ACCEPTED, authorization_uri=stamps.uri(asked))
        if say:
            collection_answers.say_added(session, new)
    return new


def _describe(session: Session, row: Collection) -> None:
    """Those who live here and are in it, or asked, read what it says of itself."""
    url = f"{urls.origin()}{page(row)}"
    features.describe(session, row.uri, row.actor.uri, title=row.name, summary=row.description, url=url)


def _set(row: Collection, words: Words) -> None:
    row.name, row.description, row.language, row.tag = words.name, words.description, words.language, words.tag
    row.sensitive, row.discoverable = words.sensitive, words.discoverable


def _checked(words: Words) -> Words:
    """Raises Invalid."""
    name, description = (each.replace("\0", "").strip() for each in (words.name, words.description))
    if not name:
        raise Invalid("name", "ERR_BLANK", "can't be blank")
    for field, value, most in (("name", name, MAX_NAME), ("description", description, MAX_DESCRIPTION)):
        if len(value) > most:
            raise Invalid(field, "ERR_TOO_LONG", f"is too long (maximum is {most} characters)")
    if words.language and not _LANGUAGE.fullmatch(words.language):
        raise Invalid("language", "ERR_INVALID", "is invalid")
    tag = featured_tags.label_of(words.tag or "")
    if (words.tag or "").strip() and not tag:
        raise Invalid("tag_name", "ERR_INVALID", "is invalid")
    return replace(words, name=name, description=description, language=words.language or None, tag=tag or None)
