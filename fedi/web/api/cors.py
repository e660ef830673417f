"""CORS as Mastodon has it: any origin for the API, the token addresses and (to read) documents, never credentials."""

from quart import Blueprint, Response, request

blueprint = Blueprint("api_cors", __name__)

EXPOSED = (
    "Link, X-RateLimit-Reset, X-RateLimit-Limit, X-RateLimit-Remaining, X-Request-Id, Mastodon-Async-Refresh, "
    "Deprecation, Retry-After"
)
METHODS = "GET, POST, PUT, PATCH, DELETE, OPTIONS, HEAD"
MAX_AGE = "7200"
OPEN = ("/api/", "/oauth/token", "/oauth/revoke", "/oauth/userinfo", "/.well-known/oauth-authorization-server")
# An `Accept` with a profile in it has quotes, at which a browser asks first.
DOCUMENTS = ("/.well-known/", "/nodeinfo/", "/users/", "/actor", "/@")
READS = {"GET", "HEAD"}


@blueprint.before_app_request
async def preflight() -> Response | None:
    """Answer a preflight before anybody asks for a token."""
    wanted = request.headers.get("Access-Control-Request-Method", "")
    if request.method != "OPTIONS" or not wanted or not (_is_open() or (_is_document() and wanted in READS)):
        return None
    response = Response("", 200, content_type="text/plain; charset=utf-8")
    asked = request.headers.get("Access-Control-Request-Headers", "*")
    response.headers["Access-Control-Allow-Headers"] = asked
    response.headers["Access-Control-Max-Age"] = MAX_AGE
    if not _is_open():
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
    return response


@blueprint.after_app_request
async def allow(response: Response) -> Response:
    if _is_open():
        headers = response.headers
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Access-Control-Allow-Methods"] = METHODS
        headers["Access-Control-Expose-Headers"] = EXPOSED
    elif _is_document() and request.method in READS and response.mimetype == "application/json":
        response.headers["Access-Control-Allow-Origin"] = "*"  # it says why there is no document
    return response


def _is_open() -> bool:
    return request.path.startswith(OPEN)


def _is_document() -> bool:
    return request.path.startswith(DOCUMENTS)
