"""/api/v1/push/subscription: where the app of this token wants to hear of notifications while it is closed."""

from contextlib import suppress
from typing import Any

from quart import Response
from sqlalchemy.orm import Session

from fedi.errors import NotFound
from fedi.models.oauth import AccessToken
from fedi.models.push import PushSubscription
from fedi.services import push, vapid
from fedi.services.push import Wish
from fedi.web import database
from fedi.web.api import access, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer
from fedi.web.api.params import Params

blueprint = api_blueprint(__name__)
PATH = "/api/v1/push/subscription"


@blueprint.post(PATH)
async def subscribe() -> Response:
    given = await params.read()
    asked, data = given.group("subscription"), given.group("data")
    keys = asked.group("keys")
    wish = Wish(
        endpoint=asked.text("endpoint")[:2048],
        p256dh=keys.text("p256dh"),
        auth=keys.text("auth"),
        standard=asked.flag("standard"),
        alerts=_alerts(data),
        policy=data.text("policy"),
    )
    return answer(await database.writing(_subscribe, access.token(), access.bearer(), wish))


@blueprint.get(PATH)
async def show() -> Response:
    return answer(await database.reading(_show, access.token().id))


@blueprint.put(PATH)
async def change() -> Response:
    given = await params.read()
    data = given.group("data")
    alerts = _alerts(data) if data.has("alerts") else None
    policy = data.text("policy") or given.text("policy")
    return answer(await database.writing(_change, access.token().id, alerts, policy))


@blueprint.delete(PATH)
async def remove() -> Response:
    await database.writing(_remove, access.token().id)
    return answer({})


def _alerts(data: Params) -> dict[str, bool]:
    asked = data.group("alerts")
    return {kind: asked.flag(kind) for kind in push.KINDS if asked.has(kind)}


def _subscribe(session: Session, token: AccessToken, plain: str, wish: Wish) -> dict[str, Any]:
    return render(session, push.subscribe(session, token, plain, wish))


def _show(session: Session, token_id: int) -> dict[str, Any]:
    return render(session, push.get(session, token_id))


def _change(session: Session, token_id: int, alerts: dict[str, bool] | None, policy: str) -> dict[str, Any]:
    row = push.get(session, token_id)
    push.change(session, row, alerts, policy)
    return render(session, row)


def _remove(session: Session, token_id: int) -> None:
    """Raises nothing where there is none, as Mastodon does."""
    with suppress(NotFound):
        push.remove(session, push.get(session, token_id))


def render(session: Session, row: PushSubscription) -> dict[str, Any]:
    """The WebPushSubscription entity."""
    return {
        "id": str(row.id),
        "endpoint": row.endpoint,
        "standard": row.standard,
        "alerts": {kind: kind in row.alerts for kind in push.KINDS},
        "server_key": vapid.public_key(session),
        "policy": row.policy,
    }
