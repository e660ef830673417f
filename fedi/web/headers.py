"""The headers that every answer carries unless its view said otherwise: private by default, terms, hardening."""

import uuid

from quart import Quart, Response, request

from fedi import config

# Pages hold no inline script or style; pictures of other servers are shown from here, their films from where they lie.
CSP = (
    "default-src 'none'; img-src 'self' data:; media-src 'self' https: {extra}; style-src 'self'; "
    "script-src 'self'; connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; manifest-src 'self'"
)


def install(app: Quart) -> None:
    """Give every answer of the app what it lacks; read once from the settings that the app was made with."""
    settings = config.settings()
    house = {
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Content-Security-Policy": CSP.format(extra="" if settings.secure else "http:").replace(" ;", ";"),
    }
    if settings.secure:
        house["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    lowered = {name: name.lower() for name in house}

    @app.after_request
    async def _complete(response: Response) -> Response:
        headers = response.headers
        said = {name.lower() for name, _ in headers}  # one walk: each lookup in them is a walk of its own
        for name, value in house.items():
            if lowered[name] not in said:
                headers.add(name, value)
        if "x-request-id" not in said:
            headers.add("X-Request-Id", request.headers.get("X-Request-Id", "")[:64] or uuid.uuid4().hex)
        return response
