"""Registries of no to AI: whether an artist wants her works declared there, the files to hand over, and the log."""

from typing import Any

from quart import Blueprint, Response
from sqlalchemy.orm import Session

from fedi import clock
from fedi.errors import BadRequest, Conflict
from fedi.models.registry import Step
from fedi.services import registries
from fedi.services.registries import File
from fedi.web import database, sessions
from fedi.web.pages import forms, page, people

blueprint = Blueprint("registries", __name__)
PATH = "/settings/registries"
MOST_SHOWN = 200
STEPS = {
    Step.EXPORTED: "in a file",
    Step.WITHDRAWN: "in a file that takes it back",
    Step.HANDED_OVER: "handed over",
}


@blueprint.get(PATH)
@sessions.required
async def show() -> Response:
    return await _page()


@blueprint.post(PATH)
@sessions.required
async def choose() -> Response:
    form = await forms.read()
    names = [key.removeprefix("to-") for key in form if key.startswith("to-")]
    try:
        await database.writing(_choose, sessions.account_id(), names)
    except BadRequest as error:
        return await _page(error)
    return page.go(PATH, "saved")


@blueprint.post(f"{PATH}/<name>/export")
@sessions.required
async def export(name: str) -> Response:
    """The file that declares her works; it is logged, so it is asked for by a form."""
    return await _file(name, _export)


@blueprint.post(f"{PATH}/<name>/take-back")
@sessions.required
async def take_back(name: str) -> Response:
    return await _file(name, _take_back)


@blueprint.post(f"{PATH}/<name>/handed-over")
@sessions.required
async def hand_over(name: str) -> Response:
    await forms.read()
    try:
        await database.writing(_hand_over, sessions.account_id(), name)
    except Conflict as error:
        return await _page(error)
    return page.go(PATH, "saved")


@blueprint.get(f"{PATH}/log.csv")
@sessions.required
async def log() -> Response:
    response = Response(await database.reading(_log, sessions.account_id()), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="registries-{clock.now().date()}.csv"'
    return response


async def _file(name: str, make: Any) -> Response:
    await forms.read()
    try:
        file: File = await database.reading(make, sessions.account_id(), name)
    except Conflict as error:
        return await _page(error)
    await database.writing(registries.record, file)
    response = Response(file.body, content_type=file.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


async def _page(error: BadRequest | Conflict | None = None) -> Response:
    values = await database.reading(_load, sessions.account_id())
    status, problem = (error.status, str(error)) if error else (200, "")
    return await page.show("pages/registries.html", status=status, problem=problem, here="/settings", **values)


def _load(session: Session, account_id: int) -> dict[str, Any]:
    actor = people.me(session, account_id).actor
    chosen = registries.chosen(session, actor)
    found = [
        {
            "registry": registry,
            "chosen": registry.name in chosen,
            "standing": registries.standing(session, actor, registry),
        }
        for registry in registries.on().values()
    ]
    return {
        "places": found,
        "steps": STEPS,
        "log": [row for row, _ in registries.log(session, actor, MOST_SHOWN)],
    }


def _choose(session: Session, account_id: int, names: list[str]) -> None:
    registries.choose(session, people.me(session, account_id).actor, names)


def _export(session: Session, account_id: int, name: str) -> File:
    return registries.export(session, people.me(session, account_id).actor, registries.find(name))


def _take_back(session: Session, account_id: int, name: str) -> File:
    return registries.take_back(session, people.me(session, account_id).actor, registries.find(name))


def _hand_over(session: Session, account_id: int, name: str) -> None:
    registries.hand_over(session, people.me(session, account_id).actor, registries.find(name))


def _log(session: Session, account_id: int) -> str:
    return "".join(registries.log_file(session, people.me(session, account_id).actor))
