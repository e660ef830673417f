"""The headers that every answer carries unless its view said otherwise: private by default, terms, hardening."""

import uuid

from quart import Quart, Response, request

from fedi import config

# Pages hold no inline script or style; pictures of other servers are shown from their origin.
CSP = (
    "default-src 'none'; img-src 'self' https: data: {extra}; media-src 'self' https:; style-src 'self'; "
    "script-src 'self'; connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; manifest-src 'self'"
)


def install(app: Quart) -> None:
    app.after_request(_after)


async def _after(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Cache-Control", "private, no-store")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("X-Request-Id", request.headers.get("X-Request-Id", "")[:64] or uuid.uuid4().hex)
    settings = config.settings()
    extra = "" if settings.secure else "http:"
    headers.setdefault("Content-Security-Policy", CSP.format(extra=extra).replace(" ;", ";"))
    if settings.secure:
        headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
    return response
