"""/ns: our vocabulary, its context and what each word means, for machines and for people.

Nobody has to fetch it: every document carries its context inline. It is here so that the words can be looked up.
"""

import orjson
from quart import Blueprint, Response, request

from fedi.policy import vocabulary
from fedi.policy.consent import PRESETS
from fedi.policy.layers import headers as terms_headers
from fedi.services import consents
from fedi.web import negotiation
from fedi.web.pages import page
from fedi.web.pages.licence import ANSWERS, USES

blueprint = Blueprint("vocabulary", __name__)
CACHE = "public, max-age=86400"
KIND = "application/ld+json"  # exactly this: Mastodon takes no other for a context


@blueprint.get("/ns")
async def show() -> Response:
    if negotiation.wants_json(request.headers.get("Accept")):
        response = Response(orjson.dumps(vocabulary.described()), content_type=KIND)
        response.headers.update(terms_headers.render(consents.of_instance()))
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cache-Control"] = CACHE
    else:
        response = await page.show(
            "pages/vocabulary.html",
            namespace=vocabulary.NAMESPACE,
            properties=vocabulary.PROPERTIES,
            actions=vocabulary.USES,
            states=[(name, PRESETS.get(state)) for state, name in vocabulary.IRIS.items()],
            uses=USES,
            answers=ANSWERS,
            context=orjson.dumps({"@context": vocabulary.CONTEXT}, option=orjson.OPT_INDENT_2).decode(),
            alternates=[(KIND, "/ns")],
        )
    response.headers["Vary"] = "Accept, Cookie"
    return response
