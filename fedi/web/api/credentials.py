"""The reader's own account: verify and update credentials, profile pictures, preferences."""

from collections.abc import Callable
from typing import Any

from quart import Response, request
from sqlalchemy.orm import Session

from fedi import config, files
from fedi.errors import BadRequest, FediError
from fedi.media.formats import Header
from fedi.models.account import Account
from fedi.models.media import MediaPurpose
from fedi.services import accounts, domains, media, quotes
from fedi.services.drafts import VISIBILITIES
from fedi.web import database, multipart
from fedi.web.api import access, lookup, params
from fedi.web.api.access import api_blueprint
from fedi.web.api.answers import answer
from fedi.web.api.entities import account as account_entity
from fedi.web.api.entities import profile
from fedi.web.api.params import Params
from fedi.web.multipart import Form

blueprint = api_blueprint(__name__)
FORM_OVERHEAD = 1 << 20
PICTURES = {"avatar": MediaPurpose.AVATAR, "header": MediaPurpose.HEADER}
TEXTS = {
    "display_name": "display_name",
    "note": "summary",
    "avatar_description": "icon_alt",
    "header_description": "image_alt",
}
FLAGS = {
    "locked": "locked",
    "bot": "bot",
    "discoverable": "discoverable",
    "indexable": "indexable",
    "hide_collections": "hides_collections",
}
MAX_DOMAINS = 100
View = Callable[[Session, Account], dict[str, Any]]
Kept = dict[MediaPurpose, tuple[str, str, Header]]


@blueprint.get("/api/v1/accounts/verify_credentials")
async def verify_credentials() -> Response:
    return answer(await database.reading(_credentials, access.person()))


@blueprint.patch("/api/v1/accounts/update_credentials")
async def update_credentials() -> Response:
    """Change the profile; new pictures are protected before they are shown."""
    return answer(await _changed(account_entity.credentials))


@blueprint.get("/api/v1/profile")
async def show_profile() -> Response:
    """What one may change of oneself, as it was written (Mastodon 4.6)."""
    return answer(await database.reading(_profile, access.person()))


@blueprint.put("/api/v1/profile")
@blueprint.patch("/api/v1/profile")
async def update_profile() -> Response:
    return answer(await _changed(profile.render))


@blueprint.delete("/api/v1/profile/avatar")
async def delete_avatar() -> Response:
    return answer(await database.writing(_drop, access.person(), "icon_url"))


@blueprint.delete("/api/v1/profile/header")
async def delete_header() -> Response:
    return answer(await database.writing(_drop, access.person(), "image_url"))


@blueprint.get("/api/v1/preferences")
async def preferences() -> Response:
    settings = access.account().settings
    return answer(
        {
            "posting:default:visibility": settings.get("visibility", "public"),
            "posting:default:sensitive": bool(settings.get("sensitive", False)),
            "posting:default:language": settings.get("language"),
            "posting:default:quote_policy": quotes.told_to_apps(access.account().actor),
            "reading:expand:media": "default",
            "reading:expand:spoilers": False,
            "reading:autoplay:gifs": False,
        },
    )


async def _changed(view: View) -> dict[str, Any]:
    if request.mimetype != "multipart/form-data":
        return await database.writing(_update, access.person(), await params.read(), {}, view)
    async with multipart.receive(2 * config.settings().media_max_bytes + FORM_OVERHEAD) as form:
        return await _update_with_pictures(form, view)


async def _update_with_pictures(form: Form, view: View) -> dict[str, Any]:
    given = params.of_form(form.fields)
    kept: Kept = {}
    try:
        for name, purpose in PICTURES.items():
            file = form.files.get(name)
            if file is not None and file.size:
                kept[purpose] = await database.thread(media.keep_original, file.path)
        return await database.writing(_update, access.person(), given, kept, view)
    except FediError:
        for key, _sha256, _header in kept.values():
            await database.thread(files.remove, "vault", key)
        raise


def _credentials(session: Session, account_id: int) -> dict[str, Any]:
    return account_entity.credentials(session, lookup.me(session, account_id))


def _update(session: Session, account_id: int, given: Params, kept: Kept, view: View) -> dict[str, Any]:
    account = lookup.me(session, account_id)
    _defaults(account, given.group("source"))
    changes: dict[str, Any] = {ours: given.text(name) for name, ours in TEXTS.items() if given.has(name)}
    changes |= {ours: given.flag(name) for name, ours in FLAGS.items() if given.text(name)}
    if given.has("attribution_domains"):
        changes["attribution_domains"] = _domains(given.texts("attribution_domains"))
    if given.has("fields_attributes"):
        fields = given.groups("fields_attributes")
        changes["fields"] = [{"name": each.text("name"), "value": each.text("value")} for each in fields]
    if changes:
        accounts.update_profile(session, account, **changes)
    for purpose, (key, sha256, header) in kept.items():
        media.upload(
            session,
            actor=account.actor,
            vault_key=key,
            sha256=sha256,
            mime=header.mime,
            size=header.size,
            alt=changes.get("icon_alt" if purpose == MediaPurpose.AVATAR else "image_alt", ""),
            purpose=purpose,
        )
    session.flush()
    return view(session, account)


def _domains(named: list[str]) -> list[str]:
    """Domains, each once. Raises BadRequest for what is none, and for too many."""
    found = list(dict.fromkeys(domains.normalise(text) for text in named if text.strip()))
    if len(found) > MAX_DOMAINS:
        raise BadRequest(f"Validation failed: Attribution domains is too long (maximum is {MAX_DOMAINS} elements)")
    return found


def _profile(session: Session, account_id: int) -> dict[str, Any]:
    return profile.render(session, lookup.me(session, account_id))


def _defaults(account: Account, source: Params) -> None:
    """What new posts are unless they say otherwise."""
    settings = dict(account.settings)
    if privacy := source.text("privacy"):
        if privacy not in VISIBILITIES:
            raise BadRequest(f"Validation failed: Privacy is not one of {', '.join(VISIBILITIES)}")
        settings["visibility"] = privacy
    if source.text("sensitive"):
        settings["sensitive"] = source.flag("sensitive")
    if source.has("language"):
        settings["language"] = source.text("language")[:35] or None
    account.settings = settings


def _drop(session: Session, account_id: int, name: str) -> dict[str, Any]:
    account = lookup.me(session, account_id)
    accounts.update_profile(session, account, **{name: None})
    return account_entity.credentials(session, account)
