"""/api/v1/apps: registering a client app, and what a token's app is."""

from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.models.oauth import App
from fedi.services import apps, vapid
from fedi.services import scopes as scoping
from fedi.web import database, limits
from fedi.web.api import access, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer
from fedi.web.sessions import client_address

blueprint = api_blueprint(__name__)


@blueprint.post("/api/v1/apps")
async def register() -> Response:
    """Anybody may register an app; its secret is told here and never again."""
    access.count(limits.APP_REGISTRATION, client_address())
    given = await params.read()
    value = given.tree.get("redirect_uris")
    redirects = given.texts("redirect_uris") if isinstance(value, list) else given.text("redirect_uris").split()
    return answer(
        await database.writing(
            _register,
            given.text("client_name"),
            redirects,
            given.text("scopes") or scoping.DEFAULT,
            given.text("website"),
        ),
    )


@blueprint.get("/api/v1/apps/verify_credentials")
async def verify_credentials() -> Response:
    row = access.token()
    key = await database.reading(vapid.public_key)
    if row.app is None:
        return answer({"name": "fedi", "website": None, "scopes": row.scopes.split(), "vapid_key": key})
    return answer(render(row.app, key))


def _register(session: Session, name: str, redirects: list[str], scopes: str, website: str) -> dict[str, Any]:
    app, secret = apps.register(session, name=name, redirect_uris=redirects, scopes=scopes, website=website)
    return render(app, vapid.public_key(session)) | {
        "client_id": app.client_id,
        "client_secret": secret,
        "client_secret_expires_at": 0,
    }


def render(app: App, vapid_key: str) -> dict[str, Any]:
    """The Application entity without its secrets."""
    return {
        "id": str(app.id),
        "name": app.name,
        "website": app.website,
        "scopes": app.scopes.split(),
        "redirect_uri": "\n".join(app.redirect_uris),
        "redirect_uris": app.redirect_uris,
        "vapid_key": vapid_key,
    }
