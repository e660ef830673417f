"""Who may call what: ONE table of routes and scopes, and the door that holds every request of the API to it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from quart import Blueprint, Response, g, request
from werkzeug.datastructures import Headers

from fedi import clock
from fedi.errors import FediError, NotAllowed, OurFault, Refused, TooMany, Unauthorized
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.oauth import AccessToken
from fedi.policy.consent import Answer, Consent
from fedi.policy.layers import headers as terms_headers
from fedi.services import scopes as scoping
from fedi.services import sign_ups, tokens
from fedi.web import database, limits
from fedi.web.api import params, remembered
from fedi.web.sessions import client_address


class Who(StrEnum):
    """Anyone may call; an app with a token of its own may; a person must be behind the token, or a moderator."""

    ANYONE = "anyone"
    APP = "app"
    PERSON = "person"
    STAFF = "staff"


@dataclass(frozen=True)
class Rule:
    """`scopes`: one of them must be granted; none: any token will do."""

    who: Who
    scopes: tuple[str, ...]


class NoPerson(FediError):
    """An app's own token where a person is needed (Mastodon answers 422)."""

    status = 422


# method, address, who, scopes (`-`: none). A test holds this to the routes that exist, in both directions.
TABLE = """
GET    /api/openapi.json                             anyone  -
GET    /api/fedi/v1/accounts/:id/galleries           anyone  read:accounts
GET    /api/fedi/v1/accounts/:id/portfolio           anyone  read:statuses
GET    /api/fedi/v1/drafts                           person  read:statuses
DELETE /api/fedi/v1/drafts/:id                       person  write:statuses
POST   /api/fedi/v1/drafts/:id/publish               person  write:statuses
POST   /api/fedi/v1/galleries                        person  write:statuses
GET    /api/fedi/v1/galleries/:id                    anyone  read:accounts
PUT    /api/fedi/v1/galleries/:id                    person  write:statuses
DELETE /api/fedi/v1/galleries/:id                    person  write:statuses
GET    /api/fedi/v1/galleries/:id/statuses           anyone  read:statuses
GET    /api/fedi/v1/media/:id/report                 person  read:statuses write:media
PUT    /api/fedi/v1/media/:id/terms                  person  write:media
PUT    /api/fedi/v1/statuses/:id/terms               person  write:statuses
GET    /api/v1/accounts                              anyone  read:accounts
POST   /api/v1/accounts                              app     write:accounts
GET    /api/v1/accounts/:id                          anyone  read:accounts
POST   /api/v1/accounts/:id/block                    person  write:blocks
GET    /api/v1/accounts/:id/collections              anyone  read:collections
POST   /api/v1/accounts/:id/endorse                  person  write:accounts
GET    /api/v1/accounts/:id/endorsements             anyone  read:accounts
GET    /api/v1/accounts/:id/featured_tags            anyone  read:accounts
POST   /api/v1/accounts/:id/follow                   person  write:follows
GET    /api/v1/accounts/:id/followers                anyone  read:accounts
GET    /api/v1/accounts/:id/following                anyone  read:accounts
GET    /api/v1/accounts/:id/identity_proofs          person  read:accounts
GET    /api/v1/accounts/:id/in_collections           person  read:collections
GET    /api/v1/accounts/:id/lists                    person  read:lists
POST   /api/v1/accounts/:id/mute                     person  write:mutes
POST   /api/v1/accounts/:id/note                     person  write:accounts
POST   /api/v1/accounts/:id/pin                      person  write:accounts
POST   /api/v1/accounts/:id/remove_from_followers    person  write:follows
GET    /api/v1/accounts/:id/statuses                 anyone  read:statuses
POST   /api/v1/accounts/:id/unblock                  person  write:blocks
POST   /api/v1/accounts/:id/unendorse                person  write:accounts
POST   /api/v1/accounts/:id/unfollow                 person  write:follows
POST   /api/v1/accounts/:id/unmute                   person  write:mutes
POST   /api/v1/accounts/:id/unpin                    person  write:accounts
GET    /api/v1/accounts/familiar_followers           person  read:follows
GET    /api/v1/accounts/lookup                       anyone  read:accounts
GET    /api/v1/accounts/relationships                person  read:follows
GET    /api/v1/accounts/search                       person  read:accounts
PATCH  /api/v1/accounts/update_credentials           person  write:accounts
GET    /api/v1/accounts/verify_credentials           person  read:accounts profile
GET    /api/v1/admin/accounts                        staff   admin:read:accounts
GET    /api/v1/admin/accounts/:id                    staff   admin:read:accounts
DELETE /api/v1/admin/accounts/:id                    staff   admin:write:accounts
POST   /api/v1/admin/accounts/:id/action             staff   admin:write:accounts
POST   /api/v1/admin/accounts/:id/approve            staff   admin:write:accounts
POST   /api/v1/admin/accounts/:id/enable             staff   admin:write:accounts
POST   /api/v1/admin/accounts/:id/reject             staff   admin:write:accounts
POST   /api/v1/admin/accounts/:id/unsensitive        staff   admin:write:accounts
POST   /api/v1/admin/accounts/:id/unsilence          staff   admin:write:accounts
POST   /api/v1/admin/accounts/:id/unsuspend          staff   admin:write:accounts
POST   /api/v1/admin/dimensions                      staff   admin:read
GET    /api/v1/admin/domain_allows                   staff   admin:read:domain_allows
POST   /api/v1/admin/domain_allows                   staff   admin:write:domain_allows
GET    /api/v1/admin/domain_allows/:id               staff   admin:read:domain_allows
DELETE /api/v1/admin/domain_allows/:id               staff   admin:write:domain_allows
GET    /api/v1/admin/domain_blocks                   staff   admin:read:domain_blocks
POST   /api/v1/admin/domain_blocks                   staff   admin:write:domain_blocks
GET    /api/v1/admin/domain_blocks/:id               staff   admin:read:domain_blocks
PUT    /api/v1/admin/domain_blocks/:id               staff   admin:write:domain_blocks
DELETE /api/v1/admin/domain_blocks/:id               staff   admin:write:domain_blocks
POST   /api/v1/admin/measures                        staff   admin:read
GET    /api/v1/admin/reports                         staff   admin:read:reports
GET    /api/v1/admin/reports/:id                     staff   admin:read:reports
PUT    /api/v1/admin/reports/:id                     staff   admin:write:reports
POST   /api/v1/admin/reports/:id/assign_to_self      staff   admin:write:reports
POST   /api/v1/admin/reports/:id/reopen              staff   admin:write:reports
POST   /api/v1/admin/reports/:id/resolve             staff   admin:write:reports
POST   /api/v1/admin/reports/:id/unassign            staff   admin:write:reports
POST   /api/v1/admin/retention                       staff   admin:read
GET    /api/v1/admin/tags/:id                        staff   admin:read
GET    /api/v1/admin/trends/links                    staff   admin:read
GET    /api/v1/admin/trends/statuses                 staff   admin:read
GET    /api/v1/admin/trends/tags                     staff   admin:read
GET    /api/v1/announcements                         person  -
POST   /api/v1/announcements/:id/dismiss             person  write:accounts
PUT    /api/v1/announcements/:id/reactions/:id       person  write:favourites
DELETE /api/v1/announcements/:id/reactions/:id       person  write:favourites
GET    /api/v1/annual_reports                        person  read:accounts
GET    /api/v1/annual_reports/:id/state              person  read:accounts
POST   /api/v1/annual_reports/:id/generate           person  write:accounts
POST   /api/v1/apps                                  anyone  -
GET    /api/v1/apps/verify_credentials               app     -
GET    /api/v1/blocks                                person  read:blocks
GET    /api/v1/bookmarks                             person  read:bookmarks
POST   /api/v1/collections                           person  write:collections
GET    /api/v1/collections/:id                       anyone  read:collections
PUT    /api/v1/collections/:id                       person  write:collections
PATCH  /api/v1/collections/:id                       person  write:collections
DELETE /api/v1/collections/:id                       person  write:collections
POST   /api/v1/collections/:id/items                 person  write:collections
DELETE /api/v1/collections/:id/items/:id             person  write:collections
POST   /api/v1/collections/:id/items/:id/revoke      person  write:collections
GET    /api/v1/conversations                         person  read:statuses
DELETE /api/v1/conversations/:id                     person  write:conversations
POST   /api/v1/conversations/:id/read                person  write:conversations
POST   /api/v1/conversations/:id/unread              person  write:conversations
GET    /api/v1/custom_emojis                         anyone  -
GET    /api/v1/directory                             anyone  -
GET    /api/v1/domain_blocks                         person  read:blocks
POST   /api/v1/domain_blocks                         person  write:blocks
DELETE /api/v1/domain_blocks                         person  write:blocks
GET    /api/v1/domain_blocks/preview                 person  write:blocks
GET    /api/v1/emails/check_confirmation             app     read:accounts
POST   /api/v1/emails/confirmations                  app     write:accounts
GET    /api/v1/endorsements                          person  read:accounts
GET    /api/v1/favourites                            person  read:favourites
GET    /api/v1/featured_tags                         person  read:accounts
POST   /api/v1/featured_tags                         person  write:accounts
DELETE /api/v1/featured_tags/:id                     person  write:accounts
GET    /api/v1/featured_tags/suggestions             person  read:accounts
GET    /api/v1/filters                               person  read:filters
POST   /api/v1/filters                               person  write:filters
GET    /api/v1/filters/:id                           person  read:filters
PUT    /api/v1/filters/:id                           person  write:filters
DELETE /api/v1/filters/:id                           person  write:filters
GET    /api/v1/follow_requests                       person  read:follows
POST   /api/v1/follow_requests/:id/authorize         person  write:follows
POST   /api/v1/follow_requests/:id/reject            person  write:follows
GET    /api/v1/followed_tags                         person  read:follows
GET    /api/v1/instance                              anyone  -
GET    /api/v1/instance/activity                     anyone  -
GET    /api/v1/instance/domain_blocks                anyone  -
GET    /api/v1/instance/extended_description         anyone  -
GET    /api/v1/instance/languages                    anyone  -
GET    /api/v1/instance/peers                        anyone  -
GET    /api/v1/instance/privacy_policy               anyone  -
GET    /api/v1/instance/rules                        anyone  -
GET    /api/v1/instance/terms_of_service             anyone  -
GET    /api/v1/instance/terms_of_service/:id         anyone  -
GET    /api/v1/instance/translation_languages        anyone  -
GET    /api/v1/lists                                 person  read:lists
POST   /api/v1/lists                                 person  write:lists
GET    /api/v1/lists/:id                             person  read:lists
PUT    /api/v1/lists/:id                             person  write:lists
DELETE /api/v1/lists/:id                             person  write:lists
GET    /api/v1/lists/:id/accounts                    person  read:lists
POST   /api/v1/lists/:id/accounts                    person  write:lists
DELETE /api/v1/lists/:id/accounts                    person  write:lists
GET    /api/v1/markers                               person  read:statuses
POST   /api/v1/markers                               person  write:statuses
POST   /api/v1/media                                 person  write:media
GET    /api/v1/media/:id                             person  write:media
PUT    /api/v1/media/:id                             person  write:media
DELETE /api/v1/media/:id                             person  write:media
GET    /api/v1/mutes                                 person  read:mutes
GET    /api/v1/notifications                         person  read:notifications
GET    /api/v1/notifications/:id                     person  read:notifications
POST   /api/v1/notifications/:id/dismiss             person  write:notifications
POST   /api/v1/notifications/clear                   person  write:notifications
POST   /api/v1/notifications/dismiss                 person  write:notifications
GET    /api/v1/notifications/policy                  person  read:notifications
PUT    /api/v1/notifications/policy                  person  write:notifications
GET    /api/v1/notifications/requests                person  read:notifications
GET    /api/v1/notifications/requests/:id            person  read:notifications
POST   /api/v1/notifications/requests/:id/accept     person  write:notifications
POST   /api/v1/notifications/requests/:id/dismiss    person  write:notifications
POST   /api/v1/notifications/requests/accept         person  write:notifications
POST   /api/v1/notifications/requests/dismiss        person  write:notifications
GET    /api/v1/notifications/requests/merged         person  read:notifications
GET    /api/v1/notifications/unread_count            person  read:notifications
GET    /api/v1/peers/search                          anyone  -
GET    /api/v1/polls/:id                             anyone  read:statuses
POST   /api/v1/polls/:id/votes                       person  write:statuses
GET    /api/v1/preferences                           person  read:accounts
GET    /api/v1/profile                               person  read:accounts profile
PUT    /api/v1/profile                               person  write:accounts
PATCH  /api/v1/profile                               person  write:accounts
DELETE /api/v1/profile/avatar                        person  write:accounts
DELETE /api/v1/profile/header                        person  write:accounts
GET    /api/v1/push/subscription                     person  push
POST   /api/v1/push/subscription                     person  push
PUT    /api/v1/push/subscription                     person  push
DELETE /api/v1/push/subscription                     person  push
POST   /api/v1/reports                               person  write:reports
GET    /api/v1/scheduled_statuses                    person  read:statuses
GET    /api/v1/scheduled_statuses/:id                person  read:statuses
PUT    /api/v1/scheduled_statuses/:id                person  write:statuses
DELETE /api/v1/scheduled_statuses/:id                person  write:statuses
GET    /api/v1/statuses                              anyone  read:statuses
POST   /api/v1/statuses                              person  write:statuses
GET    /api/v1/statuses/:id                          anyone  read:statuses
PUT    /api/v1/statuses/:id                          person  write:statuses
DELETE /api/v1/statuses/:id                          person  write:statuses
POST   /api/v1/statuses/:id/bookmark                 person  write:bookmarks
POST   /api/v1/statuses/:id/cancel                   person  write:statuses
GET    /api/v1/statuses/:id/context                  anyone  read:statuses
POST   /api/v1/statuses/:id/favourite                person  write:favourites
GET    /api/v1/statuses/:id/favourited_by            anyone  read:accounts
GET    /api/v1/statuses/:id/history                  anyone  read:statuses
PUT    /api/v1/statuses/:id/interaction_policy       person  write:statuses
POST   /api/v1/statuses/:id/mute                     person  write:mutes
POST   /api/v1/statuses/:id/pin                      person  write:accounts
GET    /api/v1/statuses/:id/quotes                   person  read:statuses
POST   /api/v1/statuses/:id/quotes/:id/revoke        person  write:statuses
POST   /api/v1/statuses/:id/reblog                   person  write:statuses
GET    /api/v1/statuses/:id/reblogged_by             anyone  read:accounts
POST   /api/v1/statuses/:id/retry                    person  write:statuses
GET    /api/v1/statuses/:id/source                   person  read:statuses
POST   /api/v1/statuses/:id/unbookmark               person  write:bookmarks
POST   /api/v1/statuses/:id/unfavourite              person  write:favourites
POST   /api/v1/statuses/:id/unmute                   person  write:mutes
POST   /api/v1/statuses/:id/unpin                    person  write:accounts
POST   /api/v1/statuses/:id/unreblog                 person  write:statuses
GET    /api/v1/streaming/direct                      person  read:statuses
GET    /api/v1/streaming/hashtag                     person  read:statuses
GET    /api/v1/streaming/hashtag/local               person  read:statuses
GET    /api/v1/streaming/health                      anyone  -
GET    /api/v1/streaming/list                        person  read:lists
GET    /api/v1/streaming/public                      person  read:statuses
GET    /api/v1/streaming/public/local                person  read:statuses
GET    /api/v1/streaming/public/remote               person  read:statuses
GET    /api/v1/streaming/user                        person  read:statuses
GET    /api/v1/streaming/user/notification           person  read:notifications
GET    /api/v1/suggestions                           person  read:accounts
DELETE /api/v1/suggestions/:id                       person  write:accounts
GET    /api/v1/tags/:id                              anyone  -
POST   /api/v1/tags/:id/feature                      person  write:accounts
POST   /api/v1/tags/:id/follow                       person  write:follows
POST   /api/v1/tags/:id/unfeature                    person  write:accounts
POST   /api/v1/tags/:id/unfollow                     person  write:follows
GET    /api/v1/timelines/home                        person  read:statuses
GET    /api/v1/timelines/link                        anyone  read:statuses
GET    /api/v1/timelines/list/:id                    person  read:lists
GET    /api/v1/timelines/public                      anyone  read:statuses
GET    /api/v1/timelines/tag/:id                     anyone  read:statuses
GET    /api/v1/trends                                anyone  -
GET    /api/v1/trends/links                          anyone  -
GET    /api/v1/trends/statuses                       anyone  -
GET    /api/v1/trends/tags                           anyone  -
GET    /api/v2/admin/accounts                        staff   admin:read:accounts
GET    /api/v2/filters                               person  read:filters
POST   /api/v2/filters                               person  write:filters
GET    /api/v2/filters/:id                           person  read:filters
PUT    /api/v2/filters/:id                           person  write:filters
DELETE /api/v2/filters/:id                           person  write:filters
GET    /api/v2/filters/:id/keywords                  person  read:filters
POST   /api/v2/filters/:id/keywords                  person  write:filters
GET    /api/v2/filters/:id/statuses                  person  read:filters
POST   /api/v2/filters/:id/statuses                  person  write:filters
GET    /api/v2/filters/keywords/:id                  person  read:filters
PUT    /api/v2/filters/keywords/:id                  person  write:filters
DELETE /api/v2/filters/keywords/:id                  person  write:filters
GET    /api/v2/filters/statuses/:id                  person  read:filters
DELETE /api/v2/filters/statuses/:id                  person  write:filters
GET    /api/v2/instance                              anyone  -
POST   /api/v2/media                                 person  write:media
GET    /api/v2/notifications                         person  read:notifications
GET    /api/v2/notifications/:id                     person  read:notifications
GET    /api/v2/notifications/:id/accounts            person  read:notifications
POST   /api/v2/notifications/:id/dismiss             person  write:notifications
POST   /api/v2/notifications/clear                   person  write:notifications
GET    /api/v2/notifications/policy                  person  read:notifications
PUT    /api/v2/notifications/policy                  person  write:notifications
PATCH  /api/v2/notifications/policy                  person  write:notifications
GET    /api/v2/notifications/unread_count            person  read:notifications
GET    /api/v2/search                                anyone  read:search
GET    /api/v2/suggestions                           person  read:accounts
GET    /oauth/userinfo                               person  profile
POST   /oauth/userinfo                               person  profile
"""

# Where a token may stand that is not in the header; the first is the standard's, the second Doorkeeper's, Mastodon's.
NAMED = ("access_token", "bearer_token")
BODIES = {"application/x-www-form-urlencoded", "application/json"}
_VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")
TOUCH_EVERY = timedelta(hours=24)
INVALID = "The access token is invalid"
# An answer holds works of many artists: what each permits stands with it, the answer as a whole permits nothing.
CLOSED = terms_headers.words(Consent(search=Answer.DENY))


def _read(table: str) -> dict[tuple[str, str], Rule]:
    found = {}
    for line in table.strip().splitlines():
        method, path, who, *needed = line.split()
        found[method, path] = Rule(Who(who), tuple(scope for scope in needed if scope != "-"))
    return found


RULES = _read(TABLE)


def api_blueprint(name: str) -> Blueprint:
    """A blueprint whose every route is held to the table."""
    made = Blueprint(f"api_{name.rpartition('.')[2]}", name)
    made.before_request(_enter)
    made.after_request(_leave)
    return made


def address(rule: str) -> str:
    """A route as the table writes it: `/api/v1/statuses/<id_>` is `/api/v1/statuses/:id`."""
    return _VARIABLE.sub(":id", rule)


def account() -> Account:
    """The person behind the token (detached: load it anew to change it)."""
    row: AccessToken | None = g.get("token")
    if row is None or row.account is None:
        raise OurFault("a route that needs a person is not in the table as such")
    return row.account


def person() -> int:
    """The account id of the person behind the token."""
    return account().id


def reader() -> int | None:
    """The account id of the person behind the token, or None for a stranger."""
    row: AccessToken | None = g.get("token")
    return row.account_id if row is not None else None


def viewer() -> Actor | None:
    """The actor of the person behind the token, or None for a stranger."""
    row: AccessToken | None = g.get("token")
    return row.account.actor if row is not None and row.account is not None else None


def token() -> AccessToken:
    row: AccessToken | None = g.get("token")
    if row is None:
        raise OurFault("a route that needs a token is not in the table as such")
    return row


async def _enter() -> Response | None:
    """Count the request, find its token, and compare both with the table; answer at once what is in memory."""
    if request.method == "OPTIONS":
        return None
    method = "GET" if request.method == "HEAD" else request.method
    rule = RULES.get((method, address(request.url_rule.rule if request.url_rule else "")))
    if rule is None:
        raise OurFault(f"{method} {request.path} has no line in the table of scopes")
    g.token, g.bearer = None, bearer_of(request.headers, request.args)
    try:
        g.bearer = g.bearer or await _in_body()
        g.version = await remembered.version() if g.bearer else None
        g.token = await _find(g.bearer) if g.bearer else None
    finally:
        _count(g.token)
    if g.token is None and (reason := request.scope.get("fedi.refused")):
        raise Refused(reason)  # a crawler, which the gate let through with a token to be looked at
    try:
        _admit(g.token, rule)
    except NoPerson:
        await _check_waiting(g.token)
        raise
    await _touch(g.token)
    told = remembered.answer(g.token, g.version)
    if told is not None:
        g.version = None  # it grows no younger by being told again
    return told


async def _find(text: str) -> AccessToken | None:
    """The row of a token. Raises Unauthorized."""
    row = remembered.token(text, g.version)
    if row is None and (row := await database.reading(tokens.find, text)) is not None:
        remembered.keep_token(text, g.version, row)
    return row


def bearer() -> str:
    """The token of this request, as it was sent; '' for none."""
    text: str = g.get("bearer", "")
    return text


def bearer_of(headers: Headers, query: Mapping[str, str]) -> str:
    """The token of the Authorization header or of the query (RFC 6750 sections 2.1 and 2.3)."""
    scheme, _, text = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and text.strip():
        return text.strip()
    return next((query[name] for name in NAMED if query.get(name)), "")


async def _in_body() -> str:
    """The token of a form or a JSON body (RFC 6750 section 2.2). An upload is not read for it."""
    if request.method in {"GET", "HEAD"} or request.mimetype not in BODIES:
        return ""
    given = await params.read()
    return next((given.text(name) for name in NAMED if given.has(name)), "")


def _admit(row: AccessToken | None, rule: Rule) -> None:
    if row is None:
        if rule.who != Who.ANYONE:
            raise Unauthorized(INVALID)
        return
    if rule.scopes and not _granted(row.scopes.split(), rule.scopes):
        raise NotAllowed("This action is outside the authorized scopes")
    if row.account is None:
        if rule.who in {Who.PERSON, Who.STAFF}:
            raise NoPerson("This method requires an authenticated user")
        return
    if not row.account.active:
        raise NotAllowed("Your login is currently disabled")
    if rule.who == Who.STAFF and not row.account.moderates:
        raise NotAllowed("This action is not allowed")


async def _check_waiting(row: AccessToken) -> None:
    """Raises NotAllowed, with the reason, when the token is of somebody who signed up and is not let in yet."""
    waits = await database.reading(sign_ups.of_token, row.id)
    if waits is not None:
        raise NotAllowed(sign_ups.why_not(waits))


def _granted(granted: Iterable[str], needed: Iterable[str]) -> bool:
    held = list(granted)
    return any(scoping.covers(held, scope) for scope in needed)


def _count(row: AccessToken | None) -> None:
    """Mastodon's limits: per account, and per address for strangers; the answer's headers tell what is left."""
    limit, key = (limits.API_ACCOUNT, str(row.account_id or row.id)) if row else (limits.API_ADDRESS, client_address())
    g.rate = (limit.count, 0, limit.seconds)
    try:
        remaining, seconds = limits.take(limit, key)
    except TooMany as error:
        g.rate = (limit.count, 0, error.retry_after)
        raise
    g.rate = (limit.count, remaining, seconds)


def count(limit: limits.Limit, key: str) -> None:
    """Count against a narrower limit (uploads, deletes, app registrations), which the headers then tell."""
    g.rate = (limit.count, 0, limit.seconds)
    remaining, seconds = limits.take(limit, key)
    g.rate = (limit.count, remaining, seconds)


async def _touch(row: AccessToken | None) -> None:
    if row is not None and (row.used_at is None or clock.now() - row.used_at > TOUCH_EVERY):
        await database.writing(tokens.touch, row.id)


async def _leave(response: Response) -> Response:
    """The headers of every answer: what is left of the limit, who may keep a copy, how to authenticate."""
    remembered.keep(g.get("token"), g.get("version"), response)
    headers = response.headers
    headers.update(CLOSED)
    if rate := g.get("rate"):
        headers["X-RateLimit-Limit"] = str(rate[0])
        headers["X-RateLimit-Remaining"] = str(rate[1])
        headers["X-RateLimit-Reset"] = clock.iso_millis(clock.now() + timedelta(seconds=rate[2]))
    headers.add("Vary", "Authorization")
    headers.add("Vary", "Origin")
    open_to_all = request.method in {"GET", "HEAD"} and not bearer() and response.status_code == 200
    if open_to_all and not request.path.startswith("/oauth/"):
        headers.setdefault("Cache-Control", "public, max-age=15")
    else:
        headers["Cache-Control"] = "private, no-store"
    if response.status_code == 401:
        headers["WWW-Authenticate"] = f'Bearer realm="fedi", error="invalid_token", error_description="{INVALID}"'
    return response
