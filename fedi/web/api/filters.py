"""/api/v2/filters with their keywords and statuses, and /api/v1/filters, where each keyword is a filter."""

from collections.abc import Callable
from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.models.account import Account
from fedi.services import filters
from fedi.services.filters import Change, KeywordChange
from fedi.web import database
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer
from fedi.web.api.entities import filter as entity
from fedi.web.api.params import Params

blueprint = api_blueprint(__name__)
Work = Callable[[Session, Account, int, Params], Any]


async def _read(work: Work, id_: int = 0) -> Response:
    return answer(await database.reading(_for_me, access.person(), work, id_, await params.read()))


async def _write(work: Work, id_: int = 0) -> Response:
    return answer(await database.writing(_for_me, access.person(), work, id_, await params.read()))


def _for_me(session: Session, account_id: int, work: Work, id_: int, given: Params) -> Any:
    return work(session, lookup.me(session, account_id), id_, given)


# --- the second version -----------------------------------------------------------------------------------------------


@blueprint.get("/api/v2/filters")
async def listed() -> Response:
    return await _read(lambda session, me, _id, _given: [entity.render(row) for row in filters.listed(session, me)])


@blueprint.post("/api/v2/filters")
async def make() -> Response:
    return await _write(lambda session, me, _id, given: entity.render(filters.make(session, me, _change(given))))


@blueprint.get("/api/v2/filters/<id_>")
async def show(id_: str) -> Response:
    return await _read(_show, params.id_of(id_))


@blueprint.put("/api/v2/filters/<id_>")
async def alter(id_: str) -> Response:
    return await _write(_alter, params.id_of(id_))


@blueprint.delete("/api/v2/filters/<id_>")
async def remove(id_: str) -> Response:
    return await _write(_remove, params.id_of(id_))


@blueprint.get("/api/v2/filters/<id_>/keywords")
async def keywords(id_: str) -> Response:
    return await _read(_keywords, params.id_of(id_))


@blueprint.post("/api/v2/filters/<id_>/keywords")
async def add_keyword(id_: str) -> Response:
    return await _write(_add_keyword, params.id_of(id_))


@blueprint.get("/api/v2/filters/keywords/<id_>")
async def show_keyword(id_: str) -> Response:
    return await _read(_show_keyword, params.id_of(id_))


@blueprint.put("/api/v2/filters/keywords/<id_>")
async def alter_keyword(id_: str) -> Response:
    return await _write(_alter_keyword, params.id_of(id_))


@blueprint.delete("/api/v2/filters/keywords/<id_>")
async def remove_keyword(id_: str) -> Response:
    return await _write(_remove_keyword, params.id_of(id_))


@blueprint.get("/api/v2/filters/<id_>/statuses")
async def statuses(id_: str) -> Response:
    return await _read(_statuses, params.id_of(id_))


@blueprint.post("/api/v2/filters/<id_>/statuses")
async def add_status(id_: str) -> Response:
    return await _write(_add_status, params.id_of(id_))


@blueprint.get("/api/v2/filters/statuses/<id_>")
async def show_status(id_: str) -> Response:
    return await _read(_show_status, params.id_of(id_))


@blueprint.delete("/api/v2/filters/statuses/<id_>")
async def remove_status(id_: str) -> Response:
    return await _write(_remove_status, params.id_of(id_))


def _change(given: Params) -> Change:
    return Change(
        title=given.text("title") if given.has("title") else None,
        context=given.texts("context") if given.has("context") else None,
        action=given.text("filter_action") or None,
        expires_in=given.number("expires_in") if given.has("expires_in") else None,
        keywords=[_keyword_change(each) for each in given.groups("keywords_attributes")],
    )


def _keyword_change(given: Params) -> KeywordChange:
    return KeywordChange(
        id=given.optional_id("id"),
        keyword=given.text("keyword") if given.has("keyword") else None,
        whole_word=given.flag("whole_word") if given.has("whole_word") else None,
        destroy=given.flag("_destroy"),
    )


def _show(session: Session, me: Account, id_: int, _given: Params) -> dict[str, Any]:
    return entity.render(filters.get_own(session, me, id_))


def _alter(session: Session, me: Account, id_: int, given: Params) -> dict[str, Any]:
    row = filters.get_own(session, me, id_)
    filters.alter(session, row, _change(given))
    return entity.render(row)


def _remove(session: Session, me: Account, id_: int, _given: Params) -> dict[str, Any]:
    filters.remove(session, filters.get_own(session, me, id_))
    return {}


def _keywords(session: Session, me: Account, id_: int, _given: Params) -> list[dict[str, Any]]:
    return [entity.keyword(each) for each in filters.get_own(session, me, id_).keywords]


def _add_keyword(session: Session, me: Account, id_: int, given: Params) -> dict[str, Any]:
    row = filters.get_own(session, me, id_)
    whole = given.flag("whole_word", default=True)
    return entity.keyword(filters.add_keyword(session, row, given.text("keyword"), whole_word=whole))


def _show_keyword(session: Session, me: Account, id_: int, _given: Params) -> dict[str, Any]:
    return entity.keyword(filters.keyword_of(session, me, id_)[1])


def _alter_keyword(session: Session, me: Account, id_: int, given: Params) -> dict[str, Any]:
    row, word = filters.keyword_of(session, me, id_)
    filters.alter(session, row, Change(keywords=[_of_word(word.id, given)]))
    return entity.keyword(word)


def _of_word(word_id: int, given: Params) -> KeywordChange:
    change = _keyword_change(given)
    return KeywordChange(id=word_id, keyword=change.keyword, whole_word=change.whole_word)


def _remove_keyword(session: Session, me: Account, id_: int, _given: Params) -> dict[str, Any]:
    row, word = filters.keyword_of(session, me, id_)
    filters.alter(session, row, Change(keywords=[KeywordChange(id=word.id, destroy=True)]))
    return {}


def _statuses(session: Session, me: Account, id_: int, _given: Params) -> list[dict[str, str]]:
    return [entity.status(each) for each in filters.get_own(session, me, id_).statuses]


def _add_status(session: Session, me: Account, id_: int, given: Params) -> dict[str, str]:
    row = filters.get_own(session, me, id_)
    post = lookup.entry(session, given.optional_id("status_id") or 0, me.actor).post
    return entity.status(filters.add_status(session, row, post))


def _show_status(session: Session, me: Account, id_: int, _given: Params) -> dict[str, str]:
    return entity.status(filters.status_of(session, me, id_)[1])


def _remove_status(session: Session, me: Account, id_: int, _given: Params) -> dict[str, Any]:
    row, named = filters.status_of(session, me, id_)
    filters.drop_status(session, row, named)
    return {}


# --- the first version: a keyword is a filter -------------------------------------------------------------------------


@blueprint.get("/api/v1/filters")
async def listed_v1() -> Response:
    return await _read(_listed_v1)


@blueprint.post("/api/v1/filters")
async def make_v1() -> Response:
    return await _write(_make_v1)


@blueprint.get("/api/v1/filters/<id_>")
async def show_v1(id_: str) -> Response:
    return await _read(_show_v1, params.id_of(id_))


@blueprint.put("/api/v1/filters/<id_>")
async def alter_v1(id_: str) -> Response:
    return await _write(_alter_v1, params.id_of(id_))


@blueprint.delete("/api/v1/filters/<id_>")
async def remove_v1(id_: str) -> Response:
    return await _write(_remove_v1, params.id_of(id_))


def _listed_v1(session: Session, me: Account, _id: int, _given: Params) -> list[dict[str, Any]]:
    return [entity.first_version(row, word) for row in filters.listed(session, me) for word in row.keywords]


def _make_v1(session: Session, me: Account, _id: int, given: Params) -> dict[str, Any]:
    word = KeywordChange(keyword=given.text("phrase"), whole_word=given.flag("whole_word"))
    row = filters.make(session, me, _change_v1(given, title=given.text("phrase"), keywords=[word]))
    return entity.first_version(row, row.keywords[0])


def _show_v1(session: Session, me: Account, id_: int, _given: Params) -> dict[str, Any]:
    return entity.first_version(*filters.keyword_of(session, me, id_))


def _alter_v1(session: Session, me: Account, id_: int, given: Params) -> dict[str, Any]:
    row, word = filters.keyword_of(session, me, id_)
    phrase = given.text("phrase") if given.has("phrase") else None
    whole = given.flag("whole_word") if given.has("whole_word") else None
    change = KeywordChange(id=word.id, keyword=phrase, whole_word=whole)
    filters.alter(session, row, _change_v1(given, title=phrase, keywords=[change]))
    return entity.first_version(row, word)


def _remove_v1(session: Session, me: Account, id_: int, _given: Params) -> dict[str, Any]:
    """A filter without keywords goes too, unless it names posts."""
    row, word = filters.keyword_of(session, me, id_)
    filters.alter(session, row, Change(keywords=[KeywordChange(id=word.id, destroy=True)]))
    if not row.keywords and not row.statuses:
        filters.remove(session, row)
    return {}


def _change_v1(given: Params, *, title: str | None, keywords: list[KeywordChange]) -> Change:
    hides = given.flag("irreversible")
    return Change(
        title=title[: filters.MAX_TITLE] if title is not None else None,
        context=given.texts("context") if given.has("context") else None,
        action=("hide" if hides else "warn") if given.has("irreversible") else None,
        expires_in=given.number("expires_in") if given.has("expires_in") else None,
        keywords=keywords,
    )
