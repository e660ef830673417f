"""What this instance has none of: empty answers instead of 404, as apps ask for all of it when they start."""

from typing import Any

from quart import Response

from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer

blueprint = api_blueprint(__name__)

LISTS = (
    "/api/v1/custom_emojis",
    "/api/v1/accounts/<id_>/identity_proofs",
)


async def _nothing(**_names: Any) -> Response:
    return answer([])


for _address in LISTS:
    blueprint.add_url_rule(_address, _address.replace("/", "_").replace("<id_>", "id"), _nothing, methods=["GET"])
