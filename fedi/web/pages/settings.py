"""One's own account: profile, terms, password, apps, and leaving."""

from typing import Any

from quart import Blueprint, Response, g, jsonify
from sqlalchemy.orm import Session

from fedi import config
from fedi.errors import BadMedia, BadRequest, FediError, NotAllowed
from fedi.models.account import Account
from fedi.models.media import MediaPurpose
from fedi.policy.layers import client_api
from fedi.services import accounts, consent_log, consents, featured_tags, registries, relations, term_changes, tokens
from fedi.services.paging import Page
from fedi.web import database, limits, multipart, sessions
from fedi.web.pages import cards, drafting, forms, page, people
from fedi.web.pages.drafting import Slot

blueprint = Blueprint("settings", __name__)
FIELDS = 4
MOST = 200
OVERHEAD = 1 << 20
PURPOSES = {"avatar": MediaPurpose.AVATAR, "header": MediaPurpose.HEADER}


@blueprint.get("/settings")
@sessions.required
async def show() -> Response:
    return await _page()


@blueprint.post("/settings/profile")
@sessions.required
async def profile() -> Response:
    """Change the profile; a new portrait or banner appears once it is protected."""
    account_id = sessions.account_id()
    async with multipart.receive(2 * config.settings().media_max_bytes + OVERHEAD) as form:
        fields = forms.checked(form.fields)
        try:
            await database.writing(_change_profile, account_id, fields)
            taken = await _pictures(form, fields, account_id)
        except (BadRequest, BadMedia) as error:
            return await _page(error, **fields)
    return page.go("/settings", "portrait" if taken else "saved")


@blueprint.post("/settings/terms")
@sessions.required
async def terms() -> Response:
    form = await forms.read()
    try:
        await database.writing(_change_terms, sessions.account_id(), form)
    except BadRequest as error:
        return await _page(error, **form | {"licence": forms.licence(form)})
    return page.go("/settings", "saved")


@blueprint.get("/settings/terms.json")
@sessions.required
async def decisions() -> Response:
    """The artist's copy of her log of decisions, which anybody can check without us."""
    response = jsonify(await database.reading(_decisions, sessions.account_id()))
    response.headers["Content-Disposition"] = 'attachment; filename="terms.json"'
    return response


@blueprint.post("/settings/password")
@sessions.required
async def password() -> Response:
    """Set a new password: this browser stays signed in, everything else is signed out."""
    form = await forms.read()
    account_id = sessions.account_id()
    try:
        await check_password(form.get("current", ""))
        hashed = await database.thread(accounts.hash_password, form.get("new", ""))
    except (BadRequest, NotAllowed) as error:
        return await _page(error)
    await database.writing(_change_password, account_id, hashed, g.session_token)
    return page.go("/settings", "password")


@blueprint.post("/settings/apps/<app_id>/revoke")
@sessions.required
async def revoke(app_id: str) -> Response:
    await forms.read()
    await database.writing(_revoke, sessions.account_id(), forms.number(app_id))
    return page.go("/settings", "revoked")


@blueprint.get("/settings/delete")
@sessions.required
async def ask() -> Response:
    return await _sure()


@blueprint.post("/settings/delete")
@sessions.required
async def delete() -> Response:
    form = await forms.read()
    try:
        await check_password(form.get("password", ""))
    except NotAllowed as error:
        return await _sure(error)
    await database.writing(_leave, sessions.account_id())
    response = page.go("/", "account-deleted")
    sessions.sign_out(response)
    return response


async def check_password(typed: str) -> None:
    """Raises NotAllowed; counted like signing in, so that nobody guesses here instead."""
    account = sessions.account()
    limits.take(limits.SIGN_IN_ACCOUNT, f"id {sessions.account_id()}")
    if not await database.thread(accounts.verify_password, account, typed):
        raise NotAllowed("that is not your password")


async def _pictures(form: multipart.Form, fields: dict[str, str], account_id: int) -> bool:
    taken = False
    for name, purpose in PURPOSES.items():
        file = form.files.get(name)
        if file is not None and file.size:
            limits.take(limits.UPLOAD, str(account_id))
            await drafting.take(file, account_id, Slot(alt=fields.get(f"{name}_alt", "")), purpose)
            taken = True
    return taken


async def _sure(error: FediError | None = None) -> Response:
    return await page.show(
        "pages/sure.html",
        status=error.status if error else 200,
        problem=str(error) if error else "",
        heading="Delete your account?",
        lead="Your works are taken off this server, and every server that got them is asked to delete them. "
        "It cannot be undone, and nobody gets your name after you.",
        action="/settings/delete",
        verb="Delete my account",
        back="/settings",
        ask_password=True,
    )


async def _page(error: FediError | None = None, **typed: str) -> Response:
    values = await database.reading(_load, sessions.account_id())
    values["form"] |= {name: value for name, value in typed.items() if name in values["form"] and name != "fields"}
    status, problem = (error.status, str(error)) if error else (200, "")
    return await page.show("pages/settings.html", status=status, problem=problem, **values)


def _load(session: Session, account_id: int) -> dict[str, Any]:
    account = people.me(session, account_id)
    actor = account.actor
    fields = [{"name": each.get("name", ""), "source": each.get("source", "")} for each in actor.fields]
    fields += [{"name": "", "source": ""} for _ in range(max(1, FIELDS - len(fields)))]
    blocked = relations.blocked_by(session, actor, Page(limit=MOST))
    muted = relations.muted_by(session, actor, Page(limit=MOST))
    return {
        "face": cards.face(actor),
        "form": {
            "display_name": actor.display_name,
            "summary": actor.summary_source,
            "avatar_alt": actor.icon_alt,
            "header_alt": actor.image_alt,
            "fields": fields,
            "tags": " ".join(each.label for each in featured_tags.of_actor(session, actor)),
            "locked": actor.locked,
            "discoverable": actor.discoverable,
            "indexable": actor.indexable,
            "consent": actor.consent or config.settings().consent_default,
            "licence": actor.licence or "all-rights-reserved",
            "holder": actor.rights_holder or "",
            "contact": actor.licence_contact or "",
            "price": actor.licence_price or "",
            "noai_tag": actor.noai_tag,
            "noai_field": actor.noai_field,
        },
        "blocked": [cards.face(row.target) for row in blocked],
        "muted": [cards.face(row.target) for row in muted],
        "apps": _apps(session, account),
        "registries": bool(registries.on()),
    }


def _apps(session: Session, account: Account) -> list[dict[str, Any]]:
    """The apps that have access, each once."""
    found: dict[int, dict[str, Any]] = {}
    for row in tokens.of_account(session, account):
        if row.app is not None and row.app_id is not None:
            found[row.app_id] = {"id": row.app_id, "name": row.app.name, "when": row.created_at}
    return list(found.values())


def _change_profile(session: Session, account_id: int, fields: dict[str, str]) -> None:
    account = people.me(session, account_id)
    numbers = sorted(int(name.rpartition("-")[2]) for name in fields if _is_field(name))
    accounts.update_profile(
        session,
        account,
        display_name=fields.get("display_name", "").strip(),
        summary=fields.get("summary", ""),
        fields=[
            {"name": fields.get(f"field-name-{number}", ""), "value": fields.get(f"field-value-{number}", "")}
            for number in numbers
        ],
        icon_alt=fields.get("avatar_alt", ""),
        image_alt=fields.get("header_alt", ""),
        locked="locked" in fields,
        discoverable="discoverable" in fields,
        indexable="indexable" in fields,
    )
    if "tags" in fields:
        featured_tags.choose(session, account.actor, fields["tags"].replace(",", " ").split())


def _is_field(name: str) -> bool:
    number = name.removeprefix("field-name-")
    return name.startswith("field-name-") and number.isascii() and number.isdigit() and len(number) < 4


def _change_terms(session: Session, account_id: int, form: dict[str, str]) -> None:
    account = people.me(session, account_id)
    term_changes.of_artist(
        session,
        account,
        consent=form.get("consent") or None,
        licence=forms.licence(form) or None,
        holder=form.get("holder", ""),
        contact=form.get("contact", ""),
        price=form.get("price", ""),
        tag="noai_tag" in form,
        field="noai_field" in form,
    )


def _decisions(session: Session, account_id: int) -> dict[str, Any]:
    actor = people.me(session, account_id).actor
    terms = client_api.render(consents.of_actor(actor))
    return {"terms": terms, "decisions": consent_log.exported(actor, consent_log.of_actor(session, actor))}


def _change_password(session: Session, account_id: int, hashed: str, token: str) -> None:
    accounts.change_password(session, people.me(session, account_id), hashed, keep_session=token)


def _revoke(session: Session, account_id: int, app_id: int) -> None:
    tokens.revoke_app(session, people.me(session, account_id), app_id)


def _leave(session: Session, account_id: int) -> None:
    accounts.leave(session, people.me(session, account_id))
