"""CORS as Mastodon has it: any origin for the API, the token addresses and what is well known, never credentials.

Profiles and documents may be read from anywhere, too: an `Accept` with a profile in it has quotes, at which a browser
asks first.
"""

import re

from quart import Blueprint, Response, request

blueprint = Blueprint("api_cors", __name__)

EXPOSED = (
    "Link, X-RateLimit-Reset, X-RateLimit-Limit, X-RateLimit-Remaining, X-Request-Id, Mastodon-Async-Refresh, "
    "Deprecation, Retry-After"
)
METHODS = "GET, POST, PUT, PATCH, DELETE, OPTIONS, HEAD"
MAX_AGE = "7200"
OPEN = ("/api/", "/oauth/token", "/oauth/revoke", "/oauth/userinfo", "/.well-known/oauth-authorization-server")
READABLE = re.compile(r"/(?:\.well-known/.*|nodeinfo/.*|@.+|users/.+|actor(?:/.*)?)")
READS = "GET, OPTIONS, HEAD"


@blueprint.before_app_request
async def preflight() -> Response | None:
    """Answer a preflight before anybody asks for a token."""
    if request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers or not _methods():
        return None
    response = Response("", 200, content_type="text/plain; charset=utf-8")
    asked = request.headers.get("Access-Control-Request-Headers", "*")
    response.headers["Access-Control-Allow-Headers"] = asked
    response.headers["Access-Control-Max-Age"] = MAX_AGE
    return response


@blueprint.after_app_request
async def allow(response: Response) -> Response:
    if methods := _methods():
        headers = response.headers
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Access-Control-Allow-Methods"] = methods
        headers["Access-Control-Expose-Headers"] = EXPOSED
    return response


def _methods() -> str:
    """What pages of other origins may do with this address; '' for nothing."""
    methods = METHODS if request.path.startswith(OPEN) else READS if READABLE.fullmatch(request.path) else ""
    wanted = request.headers.get("Access-Control-Request-Method", "GET")
    return methods if wanted in methods.split(", ") else ""
