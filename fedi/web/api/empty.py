"""What this instance has none of: empty answers instead of 404, as apps ask for all of it when they start."""

from typing import Any

from quart import Response

from fedi.web.api import access
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer

blueprint = api_blueprint(__name__)

LISTS = (
    "/api/v1/announcements",
    "/api/v1/custom_emojis",
    "/api/v1/endorsements",
    "/api/v1/notifications/requests",
    "/api/v1/suggestions",
    "/api/v1/trends",
    "/api/v1/trends/links",
    "/api/v1/trends/statuses",
    "/api/v1/trends/tags",
    "/api/v2/suggestions",
    "/api/v1/accounts/<id_>/endorsements",
    "/api/v1/accounts/<id_>/identity_proofs",
)


async def _nothing(**_names: Any) -> Response:
    return answer([])


for _address in LISTS:
    blueprint.add_url_rule(_address, _address.replace("/", "_").replace("<id_>", "id"), _nothing, methods=["GET"])


@blueprint.get("/api/v2/notifications/policy")
async def notification_policy() -> Response:
    """Nothing is filtered away."""
    access.person()
    kinds = (
        "for_not_following",
        "for_not_followers",
        "for_new_accounts",
        "for_private_mentions",
        "for_limited_accounts",
    )
    summary = {"pending_requests_count": 0, "pending_notifications_count": 0}
    return answer(dict.fromkeys(kinds, "accept") | {"for_bots": "accept", "summary": summary})
