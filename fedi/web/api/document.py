"""/api/openapi.json: this API in OpenAPI's words, for those who make apps and for their tools."""

from quart import Response

from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer
from fedi.web.api.openapi import document

blueprint = api_blueprint(__name__)


@blueprint.get("/api/openapi.json")
async def show() -> Response:
    return answer(document.build())
