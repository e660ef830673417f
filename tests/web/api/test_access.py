"""The table of routes and scopes: it names exactly the routes that exist, and every one of them is held to it."""

import pytest
from sqlalchemy import update

from fedi import clock, db
from fedi.models.account import Account, AccountState, Role
from fedi.models.oauth import AccessToken
from fedi.services import apps, scopes, tokens
from fedi.web.api import access
from fedi.web.api.access import Who

from .conftest import make_person, token_of

ROUTES = sorted(access.RULES)
PARENTS = ("read", "write", "follow", "push", "profile", "admin:read", "admin:write")


def path_of(path):
    return path.replace(":id", "1")


def test_table_and_routes_are_the_same(api):
    routes = {
        (method, access.address(rule.rule))
        for rule in api.app.url_map.iter_rules()
        if rule.endpoint.startswith("api_")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert routes == set(access.RULES)


def test_table_names_only_scopes_that_exist():
    assert {scope for rule in access.RULES.values() for scope in rule.scopes} <= set(scopes.KNOWN)


def app_token(granted):
    with db.writing() as session:
        app, _ = apps.register(session, name="lab", redirect_uris=["urn:ietf:wg:oauth:2.0:oob"], scopes=granted)
        return tokens.issue_to_app(session, app, granted.split())


async def test_no_token_and_garbage(api):
    for method, path in ROUTES:
        rule = access.RULES[method, path]
        for token in (None, "garbage"):
            answer = await api.call(method, path_of(path), token)
            if rule.who == Who.ANYONE:
                assert answer.status != 401 or "resolve" in str(answer.body), (method, path)
            else:
                assert answer.status == 401, (method, path)
                assert answer.body == {"error": "The access token is invalid"}
                assert "invalid_token" in answer.headers["WWW-Authenticate"]


async def test_every_route_with_every_parent_scope(api):
    mira = make_person("mira", role=Role.ADMIN)
    for granted in PARENTS:
        token = token_of(mira, granted)
        for method, path in ROUTES:
            rule = access.RULES[method, path]
            permitted = not rule.scopes or any(scopes.covers([granted], need) for need in rule.scopes)
            answer = await api.call(method, path_of(path), token)
            outside = answer.status == 403 and answer.body == {"error": "This action is outside the authorized scopes"}
            assert outside != permitted, (granted, method, path, answer)
            assert answer.status < 500, (granted, method, path, answer)


async def test_every_route_with_exactly_its_scope(api):
    mira = make_person("mira", role=Role.ADMIN)
    for need in sorted({scope for rule in access.RULES.values() for scope in rule.scopes}):
        token = token_of(mira, need)
        for method, path in ROUTES:
            permitted = not access.RULES[method, path].scopes or any(
                scopes.covers([need], each) for each in access.RULES[method, path].scopes
            )
            answer = await api.call(method, path_of(path), token)
            assert (answer.body == {"error": "This action is outside the authorized scopes"}) != permitted, (need, path)


# Nobody may sign up here, and nobody did with this app.
CLOSED = {("POST", "/api/v1/accounts"), ("POST", "/api/v1/emails/confirmations")}


async def test_an_apps_own_token(api):
    token = app_token("read write follow push profile")
    for method, path in ROUTES:
        rule = access.RULES[method, path]
        answer = await api.call(method, path_of(path), token)
        needs_person = answer.status == 422 and "authenticated user" in str(answer.body)
        assert needs_person == (rule.who == Who.PERSON), (method, path, answer)
        refused = rule.who == Who.STAFF or (method, path) in CLOSED
        assert (answer.status == 403) == refused, (method, path, answer)


async def test_revoked_token_is_refused_everywhere(api, mira):
    with db.writing() as session:
        session.execute(update(AccessToken).values(revoked_at=clock.now()))
    for path in ("/api/v1/timelines/public", "/api/v1/timelines/home", "/api/v1/instance"):
        answer = await api.get(path, mira)
        assert (answer.status, answer.body) == (401, {"error": "The access token was revoked"})


async def test_account_that_may_not_act(api, mira):
    with db.writing() as session:
        session.execute(update(Account).values(state=AccountState.SUSPENDED))
    answer = await api.get("/api/v1/timelines/home", mira)
    assert answer.status == 403
    assert "disabled" in answer.body["error"]


async def test_token_in_the_query(api, mira):
    answer = await api.get("/api/v1/accounts/verify_credentials", access_token=mira.token)
    assert answer.body["username"] == "mira"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_follow_stands_for_six_scopes():
    assert scopes.covers(["follow"], "write:blocks")
    assert not scopes.covers(["follow"], "write:statuses")
    assert scopes.covers(["admin:read"], "admin:read:accounts")
    assert not scopes.covers(["read:accounts"], "read")


def test_admin_scopes_only_for_those_who_moderate(api, mira):
    with db.writing() as session, pytest.raises(Exception, match="moderators"):
        tokens.issue(session, session.get_one(Account, mira.account_id), "admin:read")
