"""What machines ask for at fixed addresses: WebFinger, host-meta, NodeInfo, robots.txt, tdmrep.json and the like."""

from datetime import timedelta
from typing import Any

import orjson
from quart import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedi import __version__, config, urls
from fedi.activitypub.protocol import webfinger
from fedi.errors import BadRequest, FediError, Gone, NotFound
from fedi.models.actor import Actor, ActorKind
from fedi.policy.agents import Roster
from fedi.policy.layers import ai_txt, nodeinfo, robots, rsl, tdmrep
from fedi.policy.terms import Terms
from fedi.services import actors, artist_terms, consents, crawlers, instance, statistics
from fedi.web import database

blueprint = Blueprint("wellknown", __name__)
LONG = "max-age=259200, public"
HALF_HOUR = "max-age=1800, public"
INTENTS = {
    "https://w3id.org/fep/3b86/Create": "/compose?text={content}",
    "https://w3id.org/fep/3b86/Follow": "/authorize_interaction?uri={object}",
    "https://w3id.org/fep/3b86/Like": "/authorize_interaction?uri={object}",
    "https://w3id.org/fep/3b86/Announce": "/authorize_interaction?uri={object}",
    "https://w3id.org/fep/3b86/Object": "/authorize_interaction?uri={object}",
}


class MissingResource(BadRequest):
    status = 400


@blueprint.get("/.well-known/webfinger")
async def show_webfinger() -> Response:
    """RFC 7033. 400 without a resource we can read, 404 for nobody, 410 for somebody who left."""
    resource = request.args.get("resource", "")
    try:
        if not resource:
            raise MissingResource("a resource is needed: ?resource=acct:name@domain")
        found = await database.reading(_find, webfinger.parse_resource(resource))
    except FediError as error:
        return _json({"error": str(error)}, "application/json", status=error.status, cache="max-age=180, public")
    return _json(found, "application/jrd+json; charset=utf-8", cache=LONG)


@blueprint.get("/.well-known/change-password")
async def change_password() -> Response:
    """Where a password manager leads whoever wants another password (W3C, A Well-Known URL for Changing Passwords)."""
    response = Response("", 302, content_type="text/plain; charset=utf-8")
    response.headers["Location"] = f"{urls.origin()}/settings#password-head"
    return response


def _find(session: Session, resource: webfinger.Handle | str) -> dict[str, Any]:
    actor = _actor(session, resource)
    settings = config.settings()
    person = actor.kind != ActorKind.APPLICATION
    return webfinger.jrd(
        subject=f"acct:{actor.name}@{settings.domain}",
        actor=actor.uri,
        profile=urls.profile(actor.name) if person else actor.url,
        subscribe_template=f"{urls.origin()}/authorize_interaction?uri={{uri}}" if person else None,
        intents={name: urls.origin() + path for name, path in INTENTS.items()} if person else None,
    )


def _actor(session: Session, resource: webfinger.Handle | str) -> Actor:
    """Raises NotFound, Gone."""
    settings = config.settings()
    if isinstance(resource, str):
        local = urls.parse_local(resource.rstrip("/")) if resource.rstrip("/") != urls.origin() else urls.LocalId("")
        if local is None or local.post_id is not None:
            raise NotFound("there is no such account here")
        name = local.name
    else:
        if resource.domain not in {settings.domain, settings.host.lower()}:
            raise NotFound("there is no such account here")
        name = "" if resource.name.lower() in {settings.domain, settings.host.lower()} else resource.name
    if name == "":
        return instance.instance_actor(session)
    actor = actors.published(session, name)
    if actor is None:
        if actors.is_gone(session, name):
            raise Gone("this account was deleted")
        raise NotFound("there is no such account here")
    return actor


@blueprint.get("/.well-known/host-meta")
async def show_host_meta() -> Response:
    """RFC 6415: where WebFinger is; JSON for who asks for it."""
    if "json" in request.headers.get("Accept", ""):
        return await show_host_meta_json()
    template = f"{urls.origin()}/.well-known/webfinger?resource={{uri}}"
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'  <Link rel="lrdd" template="{template}"/>\n'
        "</XRD>\n"
    )
    return _answer(body.encode(), "application/xrd+xml; charset=utf-8", cache=LONG)


@blueprint.get("/.well-known/host-meta.json")
async def show_host_meta_json() -> Response:
    template = f"{urls.origin()}/.well-known/webfinger?resource={{uri}}"
    document = {"links": [{"rel": "lrdd", "type": "application/jrd+json", "template": template}]}
    return _json(document, "application/json; charset=utf-8", cache=LONG)


@blueprint.get("/.well-known/nodeinfo")
async def show_nodeinfo_discovery() -> Response:
    """FEP-f1d5, FEP-0151; the instance actor too (FEP-2677)."""
    schema = "http://nodeinfo.diaspora.software/ns/schema"
    links = [
        {"rel": f"{schema}/{version}", "href": f"{urls.origin()}/nodeinfo/{version}"} for version in ("2.0", "2.1")
    ]
    links.append({"rel": "https://www.w3.org/ns/activitystreams#Application", "href": urls.instance_actor()})
    return _json({"links": links}, "application/json; charset=utf-8", cache=LONG)


@blueprint.get("/nodeinfo/<version>")
async def show_nodeinfo(version: str) -> Response:
    if version not in {"2.0", "2.1", "2.0.json", "2.1.json"}:
        raise NotFound("there is no such version of NodeInfo here")
    document = await database.reading(_nodeinfo, version.removesuffix(".json"))
    schema = f"http://nodeinfo.diaspora.software/ns/schema/{document['version']}#"
    return _json(document, f'application/json; profile="{schema}"; charset=utf-8', cache=HALF_HOUR)


def _nodeinfo(session: Session, version: str) -> dict[str, Any]:
    """Our own name, with `metadata.upstream` for clients that only know Mastodon's."""
    settings = config.settings()
    software = {"name": "fedi", "version": __version__}
    if version == "2.1":
        software["homepage"] = urls.origin()
    return {
        "version": version,
        "software": software,
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": settings.registrations == "open",
        "usage": {
            "users": {
                "total": statistics.users(session),
                "activeMonth": statistics.active_users(session, timedelta(days=30)),
                "activeHalfyear": statistics.active_users(session, timedelta(days=180)),
            },
            "localPosts": statistics.local_posts(session),
        },
        "metadata": {
            "nodeName": settings.instance_name,
            "nodeDescription": "",
            "upstream": {"name": "mastodon", "version": "4.6.0"},
            "noai": nodeinfo.render(consents.of_instance(), floor=settings.consent_floor),
        },
    }


# --- terms at their fixed addresses -----------------------------------------------------------------------------------


@blueprint.get("/robots.txt")
async def show_robots() -> Response:
    """RFC 9309 with AIPREF and Content-Signal lines, and the crawlers that gather for AI named."""
    artists, roster = await database.reading(_robots)
    body = robots.render(
        consents.of_instance(),
        agents=roster.gathering,
        banned=roster.banned,
        artists=artists,
        sitemap=f"{urls.origin()}/sitemap.xml",
    )
    return _answer(body.encode(), "text/plain; charset=utf-8", cache=HALF_HOUR)


def _robots(session: Session) -> tuple[list[tuple[str, Terms]], Roster]:
    return artist_terms.different(session), crawlers.roster(session)


@blueprint.get("/.well-known/tdmrep.json")
async def show_tdmrep() -> Response:
    artists = await database.reading(artist_terms.different)
    rules = tdmrep.render(consents.of_instance(), artists=artists)
    return _json(rules, "application/json; charset=utf-8", cache=HALF_HOUR)


@blueprint.get("/ai.txt")
async def show_ai_txt() -> Response:
    artists = await database.reading(artist_terms.different)
    body = ai_txt.render(consents.of_instance(), artists=artists)
    return _answer(body.encode(), "text/plain; charset=utf-8", cache=HALF_HOUR)


@blueprint.get("/rsl.xml")
async def show_rsl() -> Response:
    artists = await database.reading(artist_terms.different)
    body = rsl.render(consents.of_instance(), artists=artists)
    return _answer(body.encode(), "application/rsl+xml; charset=utf-8", cache=HALF_HOUR)


def _json(document: Any, kind: str, *, cache: str, status: int = 200) -> Response:
    return _answer(orjson.dumps(document), kind, cache=cache, status=status)


def _answer(body: bytes, kind: str, *, cache: str, status: int = 200) -> Response:
    response = Response(body, status=status, content_type=kind)
    response.headers["Cache-Control"] = cache
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Vary"] = "Accept"
    return response
