"""/api/v1/annual_reports: nobody's year is summed up here, and apps that ask are told so in Mastodon's words."""

from quart import Response

from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer

blueprint = api_blueprint(__name__)


@blueprint.get("/api/v1/annual_reports")
async def listed() -> Response:
    return answer({"annual_reports": [], "accounts": [], "statuses": []})


@blueprint.get("/api/v1/annual_reports/<year>/state")
async def state(**_names: str) -> Response:
    return answer({"state": "ineligible"})


@blueprint.post("/api/v1/annual_reports/<year>/generate")
async def generate(**_names: str) -> Response:
    """Nothing is made of who is not eligible."""
    return answer({})
