"""/api/v1/notifications and the grouped /api/v2/notifications."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.errors import NotFound
from fedi.models.account import Account
from fedi.models.notification import Notification, NotificationKind
from fedi.services import notification_groups, notifications
from fedi.services.paging import Page
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer, linked, paged
from fedi.web.api.entities import account as account_entity
from fedi.web.api.entities import notification
from fedi.web.api.params import Malformed, Params

blueprint = api_blueprint(__name__)
# Ours are told only to apps that ask for them by name: others would not know what to draw.
OURS = {NotificationKind.MEDIA_FAILED, NotificationKind.REPLY_REFUSED}
MAX_SAMPLE = 8
MAX_UNREAD = 100
PARTIAL = "partial_avatars"
FACES = ("", "full", PARTIAL)
FACE = ("id", "acct", "locked", "bot", "url", "avatar", "avatar_static", "avatar_description")


@blueprint.get("/api/v1/notifications")
async def listed() -> Response:
    given = await params.read()
    return paged(*await database.reading(_listed, access.person(), given.page(40), given))


@blueprint.get("/api/v1/notifications/<id_>")
async def show(id_: str) -> Response:
    return answer(await database.reading(_show, access.person(), params.id_of(id_)))


@blueprint.post("/api/v1/notifications/clear")
@blueprint.post("/api/v2/notifications/clear")
async def clear() -> Response:
    await database.writing(_clear, access.person())
    return answer({})


@blueprint.post("/api/v1/notifications/<id_>/dismiss")
async def dismiss(id_: str) -> Response:
    await database.writing(_dismiss, access.person(), params.id_of(id_))
    return answer({})


@blueprint.post("/api/v1/notifications/dismiss")
async def dismiss_given() -> Response:
    """The old address, with the id as a parameter."""
    id_ = (await params.read()).optional_id("id") or 0
    await database.writing(_dismiss, access.person(), id_)
    return answer({})


@blueprint.get("/api/v1/notifications/unread_count")
async def unread_count() -> Response:
    limit = (await params.read()).limit(MAX_UNREAD)
    return answer({"count": len(await database.reading(_unread, access.person(), limit))})


@blueprint.get("/api/v2/notifications/unread_count")
async def unread_groups() -> Response:
    given = await params.read()
    found = await database.reading(_unread, access.person(), notification_groups.MOST)
    wanted = _grouped_types(given)
    return answer({"count": min(len({_key(row, wanted) for row in found}), given.limit(MAX_UNREAD))})


@blueprint.get("/api/v2/notifications")
async def grouped() -> Response:
    given = await params.read()
    if given.text("expand_accounts") not in FACES:
        raise Malformed(f"expand_accounts is one of {', '.join(name for name in FACES if name)}")
    body, ids = await database.reading(_grouped, access.person(), given.page(40), given)
    return linked(answer(body), ids)


@blueprint.get("/api/v2/notifications/<key>")
async def group(key: str) -> Response:
    return answer(await database.reading(_show_group, access.person(), key))


@blueprint.get("/api/v2/notifications/<key>/accounts")
async def people(key: str) -> Response:
    return answer(await database.reading(_people, access.person(), key))


@blueprint.post("/api/v2/notifications/<key>/dismiss")
async def dismiss_group(key: str) -> Response:
    """A group that is not there is well forgotten, as in Mastodon."""
    await database.writing(_dismiss_group, access.person(), key)
    return answer({})


def _show_group(session: Session, account_id: int, key: str) -> dict[str, Any]:
    account = lookup.me(session, account_id)
    rows = notification_groups.find(session, account, key)
    return _groups(session, account, rows, {kind.value for kind in notification_groups.KINDS})


def _people(session: Session, account_id: int, key: str) -> list[dict[str, Any]]:
    """Everybody who made the group, the last first."""
    rows = notification_groups.find(session, lookup.me(session, account_id), key)
    return account_entity.many(session, list({row.actor_id: row.actor for row in rows}.values()))


def _dismiss_group(session: Session, account_id: int, key: str) -> None:
    account = lookup.me(session, account_id)
    with suppress(NotFound):
        for row in notification_groups.find(session, account, key):
            notifications.dismiss(session, account, row.id)


def _rows(session: Session, account_id: int, page: Page, given: Params) -> list[Notification]:
    account = lookup.me(session, account_id)
    kinds = _kinds(given.texts("types"))
    but = [*(_kinds(given.texts("exclude_types")) or []), *(OURS - set(kinds or []))]
    actor_id = int(given.text("account_id")) if params.is_id(given.text("account_id")) else None
    held_back = given.flag("include_filtered")
    return notifications.listed(session, account, page, kinds=kinds, but=but, actor_id=actor_id, held_back=held_back)


def _kinds(names: Sequence[str]) -> list[NotificationKind] | None:
    """The kinds of these names; what we never tell of is nothing, and no names at all are everything."""
    return [NotificationKind(name) for name in names if name in set(NotificationKind)] if names else None


def _listed(session: Session, account_id: int, page: Page, given: Params) -> tuple[list[dict[str, Any]], list[int]]:
    found = _rows(session, account_id, page, given)
    return notification.many(session, lookup.me(session, account_id), found), [row.id for row in found]


def _show(session: Session, account_id: int, id_: int) -> dict[str, Any]:
    account = lookup.me(session, account_id)
    try:
        return notification.many(session, account, [notifications.get(session, account, id_)])[0]
    except NotFound:
        raise NotFound(lookup.MISSING) from None


def _clear(session: Session, account_id: int) -> None:
    notifications.clear(session, lookup.me(session, account_id))


def _dismiss(session: Session, account_id: int, id_: int) -> None:
    try:
        notifications.dismiss(session, lookup.me(session, account_id), id_)
    except NotFound:
        raise NotFound(lookup.MISSING) from None


def _unread(session: Session, account_id: int, limit: int) -> list[Notification]:
    """Those after the marker, the newest first."""
    account = lookup.me(session, account_id)
    marker = account.settings.get("markers", {}).get("notifications", {}).get("last_read_id", "0")
    page = Page(limit, since_id=int(marker) if params.is_id(marker) else None)
    return notifications.listed(session, account, page, but=list(OURS))


def _grouped(session: Session, account_id: int, page: Page, given: Params) -> tuple[dict[str, Any], list[int]]:
    account = lookup.me(session, account_id)
    found = _rows(session, account_id, page, given)
    whole = _groups(session, account, found, _grouped_types(given))
    if given.text("expand_accounts") == PARTIAL:
        whole = _with_faces(whole)
    return whole, [row.id for row in found]


def _grouped_types(given: Params) -> set[str]:
    return set(given.texts("grouped_types")) or {kind.value for kind in notification_groups.KINDS}


def _key(row: Notification, wanted: set[str]) -> str:
    return notification_groups.key(row) if row.kind.value in wanted else notification_groups.alone(row)


def _with_faces(whole: dict[str, Any]) -> dict[str, Any]:
    """Of whom but a face is shown (all but the last of each group) no more than that is told."""
    shown = {group["sample_account_ids"][0] for group in whole["notification_groups"]}
    faces = [each for each in whole["accounts"] if each["id"] not in shown]
    return {
        **whole,
        "accounts": [each for each in whole["accounts"] if each["id"] in shown],
        "partial_accounts": [{name: each[name] for name in FACE} for each in faces],
    }


def _groups(session: Session, account: Account, found: Sequence[Notification], wanted: set[str]) -> dict[str, Any]:
    """The groups that notifications make; accounts and statuses stand once, beside them."""
    bodies = notification.many(session, account, found)
    accounts: dict[str, Any] = {}
    statuses: dict[str, Any] = {}
    groups: dict[str, dict[str, Any]] = {}
    for row, body in zip(found, bodies, strict=True):
        accounts.setdefault(body["account"]["id"], body["account"])
        if "status" in body:
            statuses.setdefault(body["status"]["id"], body["status"])
        key = _key(row, wanted)
        group = groups.get(key)
        if group is None:
            groups[key] = _group(key, row, body)
            continue
        group["notifications_count"] += 1
        group["page_min_id"] = str(row.id)
        if len(group["sample_account_ids"]) < MAX_SAMPLE:
            group["sample_account_ids"].append(body["account"]["id"])
    whole = {"accounts": list(accounts.values()), "statuses": list(statuses.values())}
    return whole | {"notification_groups": list(groups.values())}


def _group(key: str, row: Notification, body: dict[str, Any]) -> dict[str, Any]:
    group: dict[str, Any] = {
        "group_key": key,
        "notifications_count": 1,
        "type": row.kind.value,
        "most_recent_notification_id": row.id,
        "page_min_id": str(row.id),
        "page_max_id": str(row.id),
        "latest_page_notification_at": body["created_at"],
        "sample_account_ids": [body["account"]["id"]],
    }
    if "status" in body:
        group["status_id"] = body["status"]["id"]
    for name in ("report", "collection"):
        if name in body:
            group[name] = body[name]
    return group
