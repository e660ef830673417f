"""/api/v1/accounts: reading other people's accounts, their statuses, and how one stands to them."""

from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.errors import NotFound
from fedi.models.actor import Actor
from fedi.models.errand import ErrandKind
from fedi.services import actors, errands, follows, posts, relations, timelines
from fedi.services.paging import Page
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer, paged
from fedi.web.api.entities import account, relationship, status
from fedi.web.api.params import Params
from fedi.web.api.timelines import Rows
from fedi.web.finding import find_remote

blueprint = api_blueprint(__name__)
MAX_IDS = 80


@blueprint.get("/api/v1/accounts/<id_>")
async def show(id_: str) -> Response:
    body, wanted = await database.reading(_show, access.reader(), params.id_of(id_))
    if wanted:
        await database.writing(errands.put, ErrandKind.ACTOR, wanted)
    return answer(body)


@blueprint.get("/api/v1/accounts")
async def several() -> Response:
    return answer(await database.reading(_several, (await params.read()).ids("id")[:MAX_IDS]))


@blueprint.get("/api/v1/accounts/lookup")
async def lookup_handle() -> Response:
    return answer(await database.reading(_lookup, (await params.read()).text("acct")))


@blueprint.get("/api/v1/accounts/search")
async def search() -> Response:
    given = await params.read()
    text = given.text("q")
    if given.flag("resolve") and "@" in text.strip().lstrip("@"):
        await find_remote(text)
    return answer(await database.reading(_search, access.person(), given))


@blueprint.get("/api/v1/accounts/relationships")
async def relationships() -> Response:
    given = await params.read()
    ids, everybody = given.ids("id")[:MAX_IDS], given.flag("with_suspended")
    return answer(await database.reading(_relationships, access.person(), ids, everybody=everybody))


@blueprint.get("/api/v1/accounts/familiar_followers")
async def familiar_followers() -> Response:
    return answer(await database.reading(_familiar, access.person(), (await params.read()).ids("id")[:MAX_IDS]))


@blueprint.get("/api/v1/accounts/<id_>/statuses")
async def statuses(id_: str) -> Response:
    given = await params.read()
    actor_id = params.id_of(id_)
    return paged(*await database.reading(_statuses, access.reader(), actor_id, given.page(), given))


@blueprint.get("/api/v1/accounts/<id_>/followers")
async def followers(id_: str) -> Response:
    page = (await params.read()).page(40)
    bodies, ids = await database.reading(_followers, access.reader(), params.id_of(id_), page)
    return paged(bodies, ids, full=len(ids) >= page.limit, prev="since_id")


@blueprint.get("/api/v1/accounts/<id_>/following")
async def following(id_: str) -> Response:
    page = (await params.read()).page(40)
    bodies, ids = await database.reading(_following, access.reader(), params.id_of(id_), page)
    return paged(bodies, ids, full=len(ids) >= page.limit, prev="since_id")


@blueprint.get("/api/v1/directory")
async def directory() -> Response:
    given = await params.read()
    newest = given.text("order") == "new"
    offset = max(0, given.number("offset"))
    return answer(await database.reading(_directory, given.limit(40), offset, given.flag("local"), newest))


def _show(session: Session, account_id: int | None, actor_id: int) -> tuple[dict[str, Any], str]:
    """The account as it is known; and the actor that should be asked for anew ('': nobody)."""
    actor = lookup.actor(session, actor_id)
    reader = lookup.account(session, account_id)
    (body,) = account.for_curator(session, [actor], reader.actor if reader else None)
    return body, actors.refresh_wanted(session, actor) if reader is not None else ""


def _several(session: Session, ids: list[int]) -> list[dict[str, Any]]:
    return account.many(session, _known(session, ids))


def _known(session: Session, ids: list[int]) -> list[Actor]:
    found = []
    for id_ in dict.fromkeys(ids):
        try:
            found.append(lookup.actor(session, id_))
        except NotFound:
            continue
    return found


def _lookup(session: Session, handle: str) -> dict[str, Any]:
    found = actors.by_handle(session, handle) if handle.strip() else None
    if found is None:
        raise NotFound(lookup.MISSING)
    return account.one(session, lookup.actor(session, found.id))


def _search(session: Session, account_id: int, given: Params) -> list[dict[str, Any]]:
    me = lookup.me(session, account_id).actor
    found = actors.search(
        session,
        given.text("q"),
        viewer=me,
        limit=given.limit(40),
        offset=max(0, min(given.number("offset"), 10_000)),
        following=given.flag("following"),
    )
    return account.for_curator(session, found, me)


def _relationships(session: Session, account_id: int, ids: list[int], *, everybody: bool) -> list[dict[str, Any]]:
    """To those who are not suspended; to `everybody` when an app asks for it."""
    found = [actor for actor in _known(session, ids) if everybody or actor.available]
    return relationship.many(session, lookup.me(session, account_id).actor, found)


def _familiar(session: Session, account_id: int, ids: list[int]) -> list[dict[str, Any]]:
    """Whom one follows that follows them, too, and does not hide it."""
    me = lookup.me(session, account_id).actor
    mine = {row.followee_id for row in follows.following(session, me, Page(5000)) if not row.followee.hides_collections}
    found = []
    for actor in _known(session, ids):
        theirs = [row.follower for row in follows.followers(session, actor, Page(5000)) if row.follower_id in mine]
        found.append({"id": str(actor.id), "accounts": account.many(session, theirs)})
    return found


def _statuses(session: Session, account_id: int | None, actor_id: int, page: Page, given: Params) -> Rows:
    reader = lookup.account(session, account_id)
    viewer = reader.actor if reader else None
    actor = lookup.actor(session, actor_id)
    if given.flag("pinned"):
        pinned = [post for post in posts.pinned(session, actor) if posts.visible(session, post, viewer)]
        return status.of_posts(session, reader, pinned), []
    entries = timelines.of_actor(
        session,
        actor,
        viewer,
        page,
        only_media=given.flag("only_media"),
        exclude_replies=given.flag("exclude_replies"),
        exclude_reblogs=given.flag("exclude_reblogs"),
        tag=given.text("tagged").removeprefix("#") or None,
    )
    return status.many(session, reader, entries), [entry.id for entry in entries]


def _followers(session: Session, account_id: int | None, actor_id: int, page: Page) -> Rows:
    reader = lookup.account(session, account_id)
    viewer = reader.actor if reader else None
    actor = _open_to(session, viewer, actor_id)
    found = follows.followers(session, actor, page, viewer) if actor else []
    return account.many(session, [row.follower for row in found]), [row.id for row in found]


def _following(session: Session, account_id: int | None, actor_id: int, page: Page) -> Rows:
    reader = lookup.account(session, account_id)
    viewer = reader.actor if reader else None
    actor = _open_to(session, viewer, actor_id)
    found = follows.following(session, actor, page, viewer) if actor else []
    return account.many(session, [row.followee for row in found]), [row.id for row in found]


def _open_to(session: Session, viewer: Actor | None, actor_id: int) -> Actor | None:
    """The actor; None where it hides them from others, is suspended, or blocks the viewer or is blocked by them."""
    actor = lookup.actor(session, actor_id)
    if not actor.available or (actor.hides_collections and (viewer is None or viewer.id != actor.id)):
        return None
    walled = viewer is not None and viewer.id != actor.id and relations.blocked_between(session, viewer.id, actor.id)
    return None if walled else actor


def _directory(session: Session, limit: int, offset: int, local: bool, newest: bool) -> list[dict[str, Any]]:
    found = actors.directory(session, limit=limit, offset=min(offset, 10_000), local=local, newest=newest)
    return account.many(session, found)
