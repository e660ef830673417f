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


def house() -> dict[str, str]:
    """What every answer says unless its view said otherwise; the settings do not change while a process runs."""
    settings = config.settings()
    said = {
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Content-Security-Policy": CSP.format(extra="" if settings.secure else "http:").replace(" ;", ";"),
    }
    if settings.secure:
        said["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return said


def request_id(given: str) -> str:
    """The name of a request in logs: the one that a proxy gave it, else a new one."""
    return given[:64] or uuid.uuid4().hex


def install(app: Quart) -> None:
    """Give every answer of the app what it lacks."""
    said_here = [(name, name.lower(), value) for name, value in house().items()]

    @app.after_request
    async def _complete(response: Response) -> Response:
        headers = response.headers
        said = {name.lower() for name, _ in headers}  # one walk: each lookup in them is a walk of its own
        for name, lowered, value in said_here:
            if lowered not in said:
                headers.add(name, value)
        if "x-request-id" not in said:
            headers.add("X-Request-Id", request_id(request.headers.get("X-Request-Id", "")))
        return response
