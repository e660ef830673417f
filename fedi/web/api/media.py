"""/api/v2/media and /api/v1/media: uploads, which are protected before they have an address.

An upload is streamed to disk with its limit enforced while it arrives, then looked at by its header alone; the answer
is 202 while the worker protects it.
"""

from typing import Any

from quart import Response, request
from sqlalchemy.orm import Session

from fedi import config, files
from fedi.errors import BadRequest, Conflict, FediError, NotFound
from fedi.media.formats import Header
from fedi.models.media import MediaState
from fedi.models.post import Post, PostState
from fedi.services import consents, media
from fedi.web import database, limits, multipart
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer
from fedi.web.api.entities import media_attachment
from fedi.web.api.params import Params
from fedi.web.api.statuses import focus_of
from fedi.web.multipart import Upload

blueprint = api_blueprint(__name__)
FORM_OVERHEAD = 1 << 20


class Attached(FediError):
    """A picture in use is not deleted by itself (422)."""

    status = 422


@blueprint.post("/api/v2/media")
@blueprint.post("/api/v1/media")
async def upload() -> Response:
    """Take a picture; 202, as it is protected before it can be seen."""
    access.count(limits.UPLOAD, str(access.person()))
    if request.mimetype != "multipart/form-data":
        raise BadRequest("Validation failed: File can't be blank")
    async with multipart.receive(config.settings().media_max_bytes + FORM_OVERHEAD) as form:
        file = form.files.get("file")
        if file is None:
            raise BadRequest("Validation failed: File can't be blank")
        return answer(await _keep(file, params.of_form(form.fields)), 202)


@blueprint.get("/api/v1/media/<id_>")
async def show(id_: str) -> Response:
    """206 while it is being protected, 200 when it is, 422 with the reason when it could not be."""
    state, body = await database.reading(_show, access.person(), params.id_of(id_))
    if state == MediaState.FAILED:
        return answer({"error": body["fedi"]["reason"] or "this picture could not be protected"} | body, 422)
    return answer(body, 200 if body["url"] else 206)


@blueprint.put("/api/v1/media/<id_>")
async def change(id_: str) -> Response:
    given = await _given()
    return answer(await database.writing(_change, access.person(), params.id_of(id_), given))


@blueprint.delete("/api/v1/media/<id_>")
async def delete(id_: str) -> Response:
    return answer(await database.writing(_delete, access.person(), params.id_of(id_)))


async def _given() -> Params:
    """A change may come with a thumbnail, which pictures have no use for."""
    if request.mimetype != "multipart/form-data":
        return await params.read()
    async with multipart.receive(config.settings().media_max_bytes + FORM_OVERHEAD) as form:
        return params.of_form(form.fields)


async def _keep(file: Upload, given: Params) -> dict[str, Any]:
    consents.read(given.group("fedi").text("consent"), None)  # before the file is kept
    kept = await database.thread(media.keep_original, file.path)
    try:
        return await database.writing(_upload, access.person(), kept, given)
    except FediError:
        await database.thread(files.remove, "vault", kept[0])
        raise


def _upload(session: Session, account_id: int, kept: tuple[str, str, Header], given: Params) -> dict[str, Any]:
    key, sha256, header = kept
    row = media.upload(
        session,
        actor=lookup.me(session, account_id).actor,
        vault_key=key,
        sha256=sha256,
        mime=header.mime,
        size=header.size,
        alt=given.text("description"),
        focus=focus_of(given.text("focus")),
        consent=given.group("fedi").text("consent") or None,
    )
    return media_attachment.own(session, row)


def _show(session: Session, account_id: int, media_id: int) -> tuple[MediaState, dict[str, Any]]:
    row = lookup.own_media(session, lookup.me(session, account_id), media_id)
    return row.state, media_attachment.own(session, row)


def _change(session: Session, account_id: int, media_id: int, given: Params) -> dict[str, Any]:
    row = lookup.own_media(session, lookup.me(session, account_id), media_id)
    if row.post_id is not None and session.get_one(Post, row.post_id).state == PostState.PUBLISHED:
        raise NotFound(lookup.MISSING)  # then it changes with its post, so that everyone hears of it
    alt = given.text("description") if given.has("description") else None
    focus = focus_of(given.text("focus")) if given.text("focus") else None
    media.describe(session, row, alt=alt, focus=focus)
    return media_attachment.own(session, row)


def _delete(session: Session, account_id: int, media_id: int) -> dict[str, Any]:
    row = lookup.own_media(session, lookup.me(session, account_id), media_id)
    if row.post_id is not None:
        raise Attached("Media attachment is currently used by a status")
    try:
        media.withdraw(session, row)
    except Conflict:
        raise NotFound(lookup.MISSING) from None
    return {}
