"""Registries of no to AI: which are on here, which an artist chose, what would be declared there, and the log of it.

Only works that everybody is shown are ever named (public; not unlisted ones, whose address would be told that way), and
nothing is declared that is weaker than the terms of the picture. What stands there is taken back only where the artist
now permits it: a work that is deleted or shown to fewer stays declared.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from fedi import clock, config, text, urls, work
from fedi.config import BadSettings
from fedi.errors import BadRequest, Conflict, NotFound
from fedi.media import iscc
from fedi.models.actor import Actor
from fedi.models.media import Media, MediaPurpose, MediaState, Rendition, RenditionKind
from fedi.models.post import Post, PostState, Visibility
from fedi.models.registry import RegistryChoice, RegistryEntry, Step
from fedi.policy import registries
from fedi.policy.registries import Entry, Registry
from fedi.policy.terms import Terms
from fedi.services import consents, media

COLUMNS = (
    "time", "artist", "registry", "step", "made by", "declared", "address", "iscc", "sha256", "consent",
    "decision", "work", "picture",
)  # fmt: skip
Key = tuple[int, str, str]


@dataclass(frozen=True)
class File:
    """What an artist hands over, with its entries for the log, which are not kept yet (`record`)."""

    name: str
    media_type: str
    body: bytes
    steps: Sequence[RegistryEntry]


@dataclass(frozen=True)
class Line:
    """One file of a picture that everybody is shown, as it could be declared; `says` is '' where it is not."""

    post_id: int
    media_id: int
    title: str
    sha256: str
    terms: Terms
    entry: Entry
    says: str


@dataclass(frozen=True)
class Standing:
    """Where an artist's works stand at a registry."""

    declared: Sequence[Line]  # all that the next file names
    fresh: Sequence[Line]  # those of them that no file named as they are now
    withdrawn: Sequence[RegistryEntry]  # declared, and permitted since: what the file that takes back names
    unshown: Sequence[RegistryEntry]  # declared, and not shown to everybody any more: that stays
    unconfirmed: Sequence[RegistryEntry]  # in a file that the artist did not say she handed over
    waiting: int  # pictures whose code is being made


def on() -> dict[str, Registry]:
    """The registries that the admin turned on, by name. Raises BadSettings for a name that none has."""
    known = registries.load()
    names = config.settings().registries.replace(",", " ").lower().split()
    for name in names:
        if name not in known:
            raise BadSettings(f"FEDI_REGISTRIES: {name!r} is unknown: write any of {', '.join(known)}")
    return {name: known[name] for name in known if name in names}


def find(name: str) -> Registry:
    """Raises NotFound for one that is not on here."""
    found = on().get(name.lower())
    if found is None:
        raise NotFound(f"no registry {name[:32]!r} is on here (FEDI_REGISTRIES)")
    return found


def chosen(session: Session, actor: Actor) -> set[str]:
    """The names of those where this artist wants her works declared."""
    return set(session.scalars(select(RegistryChoice.registry_name).where(RegistryChoice.actor_id == actor.id)))


def choose(session: Session, actor: Actor, names: Collection[str]) -> None:
    """Her choice among those that are on; what she chose of others stays. Raises BadRequest."""
    if unknown := sorted(set(names) - on().keys()):
        raise BadRequest(f"no registry {unknown[0][:32]!r} is on here")
    before = chosen(session, actor)
    off = (before & on().keys()) - set(names)
    session.execute(
        delete(RegistryChoice).where(RegistryChoice.actor_id == actor.id, RegistryChoice.registry_name.in_(off))
    )
    session.add_all(RegistryChoice(actor_id=actor.id, registry_name=name) for name in sorted(set(names) - before))
    session.flush()
    work.wake(session, "media.fingerprint")


def standing(session: Session, actor: Actor, registry: Registry) -> Standing:
    """What the next file would name, what is out of date, and what is still to be handed over."""
    lines = _lines(session, actor, registry)
    ready = [line for line in lines if line.entry.iscc or not registry.by_content]
    declared = [line for line in ready if line.says]
    steps, confirmed = _last_steps(session, actor, registry)
    stands = [row for row in steps.values() if row.step == Step.EXPORTED]
    shown, permitted = {line.media_id for line in lines}, {line.media_id for line in lines if not line.says}
    return Standing(
        declared=declared,
        fresh=[line for line in declared if not _is_said(steps.get(_key(line.media_id, line.entry)), line)],
        withdrawn=[row for row in stands if row.media_id in permitted],
        unshown=[row for row in stands if row.media_id not in shown],
        unconfirmed=_unconfirmed(steps, confirmed),
        waiting=sum(1 for line in lines if line.says) - len(declared),
    )


def export(session: Session, actor: Actor, registry: Registry, *, by_operator: bool = False) -> File:
    """The file that declares all her works there. Raises Conflict where she did not choose it, or for none."""
    if registry.name not in chosen(session, actor):
        raise Conflict(f"{actor.name} did not choose {registry.title}")
    found = standing(session, actor, registry)
    if not found.declared:
        raise Conflict("there is nothing to declare there: no public picture whose terms say no")
    steps = [_exported(actor, registry, line, by_operator=by_operator) for line in found.fresh]
    return _file(actor, registry, "", registry.write([line.entry for line in found.declared]), steps)


def take_back(session: Session, actor: Actor, registry: Registry, *, by_operator: bool = False) -> File:
    """The file that takes back what she permits since. Raises Conflict for none."""
    rows = standing(session, actor, registry).withdrawn
    if not rows:
        raise Conflict("there is nothing to take back there")
    steps = []
    for row in rows:
        now = consents.of_media(session, session.get_one(Media, row.media_id))
        steps.append(_again(row, Step.WITHDRAWN, registry.unsays, now, by_operator=by_operator))
    body = registry.unwrite([Entry(row.address, row.iscc) for row in rows])
    return _file(actor, registry, "-take-back", body, steps)


def record(session: Session, file: File) -> None:
    """Log the file. Apart from making it, which looks at every work and must not keep others from writing so long."""
    session.add_all(file.steps)
    session.flush()


def hand_over(session: Session, actor: Actor, registry: Registry) -> int:
    """She gave the registry what was exported; how many files of pictures that was. Raises Conflict for none."""
    rows = _unconfirmed(*_last_steps(session, actor, registry))
    if not rows:
        raise Conflict("there is no file that was not handed over: make one first")
    session.add_all(_again(row, Step.HANDED_OVER, row.declared) for row in rows)
    session.flush()
    return len(rows)


def forget_artist(session: Session, actor_id: int) -> None:
    """She leaves: her choice and her log go with the rest."""
    session.execute(delete(RegistryChoice).where(RegistryChoice.actor_id == actor_id))
    session.execute(delete(RegistryEntry).where(RegistryEntry.actor_id == actor_id))


def log(session: Session, actor: Actor | None = None, limit: int | None = None) -> Iterator[tuple[RegistryEntry, str]]:
    """(entry, name of the artist), the newest first; of all artists without one."""
    query = select(RegistryEntry, Actor.name).join(Actor, Actor.id == RegistryEntry.actor_id)
    if actor is not None:
        query = query.where(RegistryEntry.actor_id == actor.id)
    for row in session.execute(query.order_by(RegistryEntry.id.desc()).limit(limit)):
        yield row[0], row[1]


def log_file(session: Session, actor: Actor | None = None) -> Iterator[str]:
    """The whole log as lines of CSV (RFC 4180), the newest first; times in UTC."""
    yield text.csv_line(COLUMNS)
    for row, name in log(session, actor):
        who = "operator" if row.by_operator else "artist"
        yield text.csv_line(
            (
                clock.iso(row.created_at), name, row.registry_name, row.step.value, who, row.declared, row.address,
                row.iscc, row.sha256, row.consent, row.consent_version, row.post_id, row.media_id,
            )
        )  # fmt: skip


def overview(session: Session) -> list[tuple[Registry, int, int, datetime | None]]:
    """(registry, artists who chose it, steps in its log, time of the last) of every registry that we know."""
    chose = select(RegistryChoice.registry_name, func.count()).group_by(RegistryChoice.registry_name)
    choices = dict(session.execute(chose).all())
    steps = {
        name: (count, last)
        for name, count, last in session.execute(
            select(RegistryEntry.registry_name, func.count(), func.max(RegistryEntry.created_at)).group_by(
                RegistryEntry.registry_name
            )
        )
    }
    return [
        (registry, choices.get(name, 0), *steps.get(name, (0, None))) for name, registry in registries.load().items()
    ]


def _lines(session: Session, actor: Actor, registry: Registry) -> list[Line]:
    """Everything of hers that everybody is shown, in the order of works."""
    query = (
        select(Post, Media)
        .join(Media, Media.post_id == Post.id)
        .where(
            Post.actor_id == actor.id,
            Post.local,
            Post.state == PostState.PUBLISHED,
            Post.visibility == Visibility.PUBLIC,
            Media.purpose == MediaPurpose.POST,
            Media.state != MediaState.WITHDRAWN,
        )
        .order_by(Post.id, Media.position, Media.id)
    )
    return [
        _line(post, row, rendition, registry)
        for post, row in session.execute(query)
        for rendition in _renditions(row, registry)
    ]


def _renditions(row: Media, registry: Registry) -> list[Rendition]:
    """The large file stands for a picture that is known by content; by address, each that has one for good."""
    large, small = row.rendition(RenditionKind.FEDERATED), row.rendition(RenditionKind.PREVIEW)
    lasting = media.lasting(row)
    wanted = [large] if registry.by_content else [lasting] if lasting is small else [large, small]
    found = [each for each in wanted if each is not None and each.withdrawn_at is None]
    return [each for each in found if not registry.by_content or each.iscc != ""]


def _line(post: Post, row: Media, rendition: Rendition, registry: Registry) -> Line:
    terms = consents.of_picture(row, post)
    address = rendition if not registry.by_content else media.lasting(row) or rendition
    code = ""
    if registry.by_content and rendition.iscc:
        code = iscc.named(rendition.iscc, post.title, row.alt, terms.holder_name)
    return Line(
        post_id=post.id,
        media_id=row.id,
        title=post.title,
        sha256=rendition.sha256,
        terms=terms,
        entry=Entry(urls.media(address.key), code, terms.offer),
        says=registry.says(terms.consent),
    )


def _last_steps(session: Session, actor: Actor, registry: Registry) -> tuple[dict[Key, RegistryEntry], int]:
    """The last step of each thing declared, and the number of the last hand-over."""
    query = (
        select(RegistryEntry)
        .where(RegistryEntry.actor_id == actor.id, RegistryEntry.registry_name == registry.name)
        .order_by(RegistryEntry.id)
    )
    steps: dict[Key, RegistryEntry] = {}
    confirmed = 0
    for row in session.scalars(query):
        if row.step == Step.HANDED_OVER:
            confirmed = row.id
        else:
            steps[_key(row.media_id, Entry(row.address, row.iscc))] = row
    return steps, confirmed


def _key(media_id: int, entry: Entry) -> Key:
    """What is declared: a picture that gets another address or name is declared anew beside what stands."""
    return media_id, entry.address, entry.iscc


def _is_said(row: RegistryEntry | None, line: Line) -> bool:
    return row is not None and row.step == Step.EXPORTED and row.consent == line.terms.consent.text


def _unconfirmed(steps: dict[Key, RegistryEntry], confirmed: int) -> list[RegistryEntry]:
    return [row for row in steps.values() if row.id > confirmed]


def _exported(actor: Actor, registry: Registry, line: Line, *, by_operator: bool) -> RegistryEntry:
    return RegistryEntry(
        actor_id=actor.id,
        registry_name=registry.name,
        step=Step.EXPORTED,
        by_operator=by_operator,
        post_id=line.post_id,
        media_id=line.media_id,
        declared=line.says,
        address=line.entry.address,
        iscc=line.entry.iscc,
        sha256=line.sha256,
        consent=line.terms.consent.text,
        consent_version=line.terms.version,
    )


def _again(
    row: RegistryEntry, step: Step, declared: str, now: Terms | None = None, *, by_operator: bool = False
) -> RegistryEntry:
    """Another step with what `row` declared."""
    return RegistryEntry(
        actor_id=row.actor_id,
        registry_name=row.registry_name,
        step=step,
        by_operator=by_operator,
        post_id=row.post_id,
        media_id=row.media_id,
        declared=declared,
        address=row.address,
        iscc=row.iscc,
        sha256=row.sha256,
        consent=now.consent.text if now else row.consent,
        consent_version=now.version if now else row.consent_version,
    )


def _file(actor: Actor, registry: Registry, part: str, body: bytes, steps: Sequence[RegistryEntry]) -> File:
    day = clock.now().date().isoformat()
    return File(f"{actor.name}-{registry.name}{part}-{day}.{registry.suffix}", registry.media_type, body, steps)
