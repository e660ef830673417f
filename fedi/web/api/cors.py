"""CORS as Mastodon has it: any origin for the API and the token addresses, never credentials."""

from quart import Blueprint, Response, request

blueprint = Blueprint("api_cors", __name__)

EXPOSED = (
    "Link, X-RateLimit-Reset, X-RateLimit-Limit, X-RateLimit-Remaining, X-Request-Id, Mastodon-Async-Refresh, "
    "Deprecation, Retry-After"
)
METHODS = "GET, POST, PUT, PATCH, DELETE, OPTIONS, HEAD"
MAX_AGE = "7200"
OPEN = ("/api/", "/oauth/token", "/oauth/revoke", "/oauth/userinfo", "/.well-known/oauth-authorization-server")


@blueprint.before_app_request
async def preflight() -> Response | None:
    """Answer a preflight before anybody asks for a token."""
    if request.method != "OPTIONS" or not _is_open() or "Access-Control-Request-Method" not in request.headers:
        return None
    response = Response("", 200, content_type="text/plain; charset=utf-8")
    asked = request.headers.get("Access-Control-Request-Headers", "*")
    response.headers["Access-Control-Allow-Headers"] = asked
    response.headers["Access-Control-Max-Age"] = MAX_AGE
    return response


@blueprint.after_app_request
async def allow(response: Response) -> Response:
    if _is_open():
        headers = response.headers
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Access-Control-Allow-Methods"] = METHODS
        headers["Access-Control-Expose-Headers"] = EXPOSED
    return response


def _is_open() -> bool:
    return request.path.startswith(OPEN)
