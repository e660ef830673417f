"""One place where an error becomes an answer: JSON for machines, a page for people, never a traceback."""

import logging
import sqlite3
from dataclasses import dataclass
from http import HTTPStatus

from quart import Quart, Response, jsonify, render_template, request
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException

from fedi.errors import FediError, TooMany, Unreachable
from fedi.web import negotiation

log = logging.getLogger(__name__)

WORDS = {
    400: "That request could not be read",
    401: "Please sign in",
    403: "That is not allowed",
    404: "There is nothing here",
    405: "That is not how this address is used",
    406: "That format is not served here",
    409: "That cannot be done now",
    410: "This is gone",
    413: "That is too large",
    422: "Something needs changing",
    429: "Too many requests",
    500: "Something broke on our side",
    503: "Please try again in a moment",
}


def install(app: Quart) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _any)


async def answer(status: int, message: str, retry_after: int | None = None) -> Response:
    """The error answer in the format that was asked for."""
    if wants_json():
        response = jsonify({"error": message})
    else:
        body = await render_template(
            "error.html", status=status, heading=WORDS.get(status, "An error"), message=message
        )
        response = Response(body, content_type="text/html; charset=utf-8")
    response.status_code = status
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def wants_json() -> bool:
    """Machines' addresses answer JSON whatever they accept."""
    path = request.path
    if path.startswith(
        (
            "/api/",
            "/oauth/token",
            "/oauth/revoke",
            "/oauth/userinfo",
            "/inbox",
            "/.well-known/",
            "/nodeinfo/",
            "/media/",
        )
    ):
        return True
    if path.endswith("/inbox"):
        return True
    accept = request.headers.get("Accept", "")
    return negotiation.wants_activitystreams(accept) or ("json" in accept and "html" not in accept)


async def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if 300 <= status < 400:
        return error.get_response()  # type: ignore[return-value]
    response = await answer(status, _words(status, error.description))
    if status == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
    return response


def _words(status: int, description: str | None) -> str:
    """Apps get the name of the status, as Mastodon gives it for what it has no route for; people get a sentence."""
    if request.path.startswith("/api/") and status in {404, 405}:
        return HTTPStatus(status).phrase
    return description or WORDS.get(status, "An error")


async def _any(error: Exception) -> Response:
    said = told(error, request.method, request.path)
    return await answer(said.status, said.message, said.retry_after)


@dataclass(frozen=True)
class Told:
    """An answer in words; `retry_after` in seconds."""

    status: int
    message: str
    retry_after: int | None = None


def told(error: Exception, method: str, path: str) -> Told:
    """What whoever asked is told of an error. What is our fault is in the log alone.

    A database that is away or busy is 503; text that it cannot hold (a NUL) is the caller's fault.
    """
    if isinstance(error, FediError) and (error.status < 500 or isinstance(error, Unreachable)):
        after = error.retry_after if isinstance(error, TooMany | Unreachable) else None
        return Told(error.status, str(error), after or (30 if error.status == 503 else None))
    if isinstance(error, OperationalError):
        log.error("database: %s", error.orig)
        return Told(503, "the database does not answer; please try again in a moment", 10)
    if isinstance(error, DBAPIError) and (
        isinstance(error.orig, sqlite3.ProgrammingError | ValueError | OverflowError) or "NUL" in str(error.orig)
    ):
        return Told(400, "a value has characters or a size that cannot be kept")
    if isinstance(error, UnicodeError):
        return Told(400, "the text is no valid UTF-8")
    log.error("%s %s", method, path, exc_info=error)
    return Told(500, "something broke on our side; it is in the log")
