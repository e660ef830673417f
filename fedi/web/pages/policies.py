"""Policy documents at their addresses: JSON-LD for machines, a page for people.

`/@NAME/policies/SLUG` is the ODRL policy that every work under this answer names, `.../tdm` the TDM policy that
`tdm-policy` leads to; `/policies/...` are the instance's. `?v=N` is what held at the N-th decision.
"""

from collections.abc import Callable
from typing import Any

import orjson
from quart import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedi import clock, config
from fedi.errors import NotFound
from fedi.models.actor import Actor
from fedi.policy.layers import headers as terms_headers
from fedi.policy.layers import odrl, tdm_policy
from fedi.services import instance, policies
from fedi.services.policies import Policy
from fedi.web import database, negotiation
from fedi.web.pages import page, people
from fedi.web.pages.licence import axes

blueprint = Blueprint("policies", __name__)
CACHE = "public, max-age=1800"


@blueprint.get("/@<handle>/policies/<slug>")
async def of_artist(handle: str, slug: str) -> Response:
    return await _answer(handle, slug, _odrl)


@blueprint.get("/@<handle>/policies/<slug>/tdm")
async def offer_of_artist(handle: str, slug: str) -> Response:
    return await _answer(handle, slug, _offer)


@blueprint.get("/policies/<slug>")
async def of_instance(slug: str) -> Response:
    return await _answer("", slug, _odrl)


@blueprint.get("/policies/<slug>/tdm")
async def offer_of_instance(slug: str) -> Response:
    return await _answer("", slug, _offer)


async def _answer(handle: str, slug: str, render: Callable[[Policy], dict[str, Any]]) -> Response:
    policy, name = await database.reading(_load, handle, slug, request.args.get("v"))
    document = render(policy)
    if negotiation.wants_json(request.headers.get("Accept")):
        response = Response(orjson.dumps(document), content_type="application/ld+json")
        response.headers.update(terms_headers.render(policy.terms))
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cache-Control"] = CACHE
    else:
        response = await page.show(
            "pages/policy.html",
            terms=policy.terms,
            axes=axes(policy.terms.consent),
            name=name,
            entry=policy.entry,
            offer=render is _offer,
        )
    response.headers["Vary"] = "Accept, Cookie"
    return response


def _load(session: Session, handle: str, slug: str, version: str | None) -> tuple[Policy, str]:
    """The policy and whose it is."""
    if version is not None and not (version.isascii() and version.isdigit() and len(version) < 10):
        raise NotFound(policies.MISSING)
    actor = _holder(session, handle)
    found = policies.find(session, actor, slug, int(version) if version is not None else None)
    return found, found.terms.holder_name if handle else config.settings().instance_name


def _holder(session: Session, handle: str) -> Actor:
    if not handle:
        return instance.instance_actor(session)
    actor = people.find(session, handle)
    if not actor.local:
        raise NotFound("their own server tells their terms")
    return actor


def _odrl(policy: Policy) -> dict[str, Any]:
    document = odrl.render(policy.terms)
    if policy.entry is not None:
        document |= {"dc:issued": clock.iso(policy.entry.created_at), "noai:logEntry": policy.entry.hash}
    return document


def _offer(policy: Policy) -> dict[str, Any]:
    """Raises NotFound where nothing is to be had by asking."""
    document = tdm_policy.render(policy.terms)
    if document is None:
        raise NotFound("nothing is offered here: the use is not permitted, or free")
    return document
