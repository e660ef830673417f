"""The dance of an app with a person: register, ask, code, token, revoke; and every way it must not go."""

import base64
import hashlib
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from fedi import clock, config, db
from fedi.models.account import Account
from fedi.services import sessions
from fedi.web import limits

OOB = "urn:ietf:wg:oauth:2.0:oob"
IVORY = "com.tapbots.Ivory.10217:/request_token"
VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


class Browser:
    """A signed-in browser: it keeps cookies and reads the form."""

    def __init__(self, app, account_id=None):
        self.client = app.test_client()
        self.cookie = ""
        if account_id is not None:
            with db.writing() as session:
                self.cookie = sessions.open_session(session, session.get_one(Account, account_id))

    async def ask(self, **query):
        return await self.client.get("/oauth/authorize", query_string=query, headers=self.headers())

    def headers(self):
        return {"Cookie": f"__Host-fedi_session={self.cookie}"} if self.cookie else {}

    async def answer(self, answer="yes", **query):
        page = await (await self.ask(**query)).get_data(as_text=True)
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        fields = {name: value.replace("&amp;", "&").replace("&#43;", "+") for name, value in fields.items()}
        return await self.client.post("/oauth/authorize", form=fields | {"answer": answer}, headers=self.headers())


async def register(api, redirects=OOB, scopes="read write follow push"):
    return (await api.post("/api/v1/apps", client_name="Lab", redirect_uris=redirects, scopes=scopes)).body


def asked(app, redirect=OOB, **more):
    return {
        "client_id": app["client_id"],
        "redirect_uri": redirect,
        "response_type": "code",
        "scope": "read write",
    } | more


async def trade(api, app, code, redirect=OOB, **more):
    form = {
        "grant_type": "authorization_code",
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "code": code,
        "redirect_uri": redirect,
    }
    return await api.call("POST", "/oauth/token", form=form | more)


@pytest.mark.parametrize("kind", ["form", "json"])
async def test_register(api, kind):
    given = {
        "client_name": "Phanpy",
        "redirect_uris": IVORY,
        "scopes": "read write",
        "website": "https://phanpy.social",
    }
    answer = await api.call("POST", "/api/v1/apps", **{kind: given})
    assert answer.status == 200
    assert answer.body["redirect_uris"] == [IVORY]
    assert answer.body["scopes"] == ["read", "write"]
    assert answer.body["client_secret"]


@pytest.mark.parametrize(
    "redirect",
    [
        "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "/relative", "//host/x", "nothing",
        "https://app.example/cb#x", "https://user@app.example/", "https:///x", "", " ", "java\tscript:alert(1)",
        "https://a.example\\@b.example",
    ],
)  # fmt: skip
async def test_register_refuses_bad_redirects(api, redirect):
    answer = await api.call("POST", "/api/v1/apps", json={"client_name": "x", "redirect_uris": [redirect]})
    assert answer.status == 422, redirect


@pytest.mark.parametrize("given", [{"scopes": "everything"}, {"client_name": ""}, {"website": "javascript:alert(1)"}])
async def test_register_refuses(api, given):
    answer = await api.post("/api/v1/apps", **({"client_name": "x", "redirect_uris": OOB} | given))
    assert answer.status == 422


async def test_out_of_band_walk(api, mira):
    app = await register(api)
    browser = Browser(api.app, mira.account_id)
    page = await browser.ask(**asked(app))
    assert page.status_code == 200
    text = await page.get_data(as_text=True)
    assert "Lab" in text
    assert "form-action" not in page.headers["Content-Security-Policy"]
    answer = await browser.answer(**asked(app))
    assert answer.status_code == 303
    code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
    shown = await browser.client.get(answer.headers["Location"])
    assert code in await shown.get_data(as_text=True)
    got = await trade(api, app, code)
    assert got.status == 200
    assert set(got.body) == {"access_token", "token_type", "scope", "created_at"}
    assert got.headers["Cache-Control"] == "private, no-store"
    me = await api.get("/api/v1/accounts/verify_credentials", got.body["access_token"])
    assert me.body["username"] == "mira"
    again = await trade(api, app, code)
    assert (again.status, again.body["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize("redirect", [IVORY, "https://elk.zone/api/cb?x=1", "http://127.0.0.1:4444/cb"])
async def test_redirect_with_pkce_and_state(api, mira, redirect):
    app = await register(api, redirect)
    extra = {"state": "a b&c", "code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    answer = await Browser(api.app, mira.account_id).answer(**asked(app, redirect, **extra))
    assert answer.status_code == 302
    location = answer.headers["Location"]
    assert location.startswith(redirect)
    said = parse_qs(urlsplit(location).query)
    assert said["state"] == ["a b&c"]
    for wrong in ({}, {"code_verifier": "w" * 50}):
        assert (await trade(api, app, said["code"][0], redirect, **wrong)).body["error"] == "invalid_grant"
    assert (await trade(api, app, said["code"][0], redirect, code_verifier=VERIFIER)).status == 200


async def test_no_is_no(api, mira):
    app = await register(api, IVORY)
    answer = await Browser(api.app, mira.account_id).answer("no", **asked(app, IVORY, state="s"))
    said = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert said["error"] == ["access_denied"]
    assert said["state"] == ["s"]


async def test_a_stranger_signs_in_first(api):
    app = await register(api)
    answer = await Browser(api.app).ask(**asked(app))
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in?next=%2Foauth%2Fauthorize")


async def test_the_answer_needs_our_form(api, mira):
    app = await register(api)
    browser = Browser(api.app, mira.account_id)
    for headers in ({}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = await browser.client.post(
            "/oauth/authorize", form=asked(app) | {"answer": "yes"}, headers=browser.headers() | headers
        )
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uri": "https://evil.example/"}, {"redirect_uri": "https://app.example/cb/"},
        {"redirect_uri": "https://app.example/cb?x=1"}, {"redirect_uri": "https://app.example/cb/../x"},
        {"redirect_uri": "https://app.example.evil.example/cb"}, {"redirect_uri": "https://sub.app.example/cb"},
        {"redirect_uri": "https://app.example/cb#x"}, {"redirect_uri": "javascript:alert(1)"}, {"redirect_uri": ""},
        {"redirect_uri": ["https://app.example/cb", "https://evil.example/"]},
        {"client_id": "nobody"}, {"client_id": ""}, {"response_type": "token"}, {"response_type": ""},
        {"scope": "admin:write"}, {"scope": "everything"}, {"scope": "push"},
        {"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, {"code_challenge": CHALLENGE},
        {"code_challenge": "short", "code_challenge_method": "S256"},
    ],
)  # fmt: skip
async def test_a_wrong_ask_leads_nobody_anywhere(api, mira, change):
    app = await register(api, "https://app.example/cb", scopes="read write")
    answer = await Browser(api.app, mira.account_id).ask(**asked(app, "https://app.example/cb", **change))
    assert answer.status_code == 400
    assert "Location" not in answer.headers


async def test_loopback_apps_choose_their_port(api, mira):
    app = await register(api, "http://127.0.0.1/cb")
    answer = await Browser(api.app, mira.account_id).ask(**asked(app, "http://127.0.0.1:5123/cb"))
    assert answer.status_code == 200
    answer = await Browser(api.app, mira.account_id).ask(**asked(app, "http://127.0.0.1:5123/other"))
    assert answer.status_code == 400


async def test_code_is_for_its_app_and_address_and_ten_minutes(api, mira):
    app, other = await register(api), await register(api)
    browser = Browser(api.app, mira.account_id)

    async def code():
        answer = await browser.answer(**asked(app))
        return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]

    assert (await trade(api, other, await code())).body["error"] == "invalid_grant"
    assert (await trade(api, app, await code(), "https://evil.example/")).body["error"] == "invalid_grant"
    assert (await trade(api, app | {"client_secret": "wrong"}, await code())).status == 401
    assert (await trade(api, app, await code(), code_verifier=VERIFIER)).body["error"] == "invalid_grant"
    late = await code()
    with clock.frozen(clock.timestamp() + 601):
        assert (await trade(api, app, late)).body["error"] == "invalid_grant"


async def test_client_credentials(api):
    app = await register(api)
    basic = base64.b64encode(f"{app['client_id']}:{app['client_secret']}".encode()).decode()
    answer = await api.call(
        "POST", "/oauth/token", form={"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {basic}"}
    )
    assert (answer.status, answer.body["scope"]) == (200, "read")
    assert (await api.get("/api/v1/apps/verify_credentials", answer.body["access_token"])).body["name"] == "Lab"
    more = {"grant_type": "client_credentials", "client_id": app["client_id"], "client_secret": app["client_secret"]}
    assert (await api.call("POST", "/oauth/token", form=more | {"scope": "profile"})).body["error"] == "invalid_scope"
    assert (await api.call("POST", "/oauth/token", form=more | {"grant_type": "password"})).status == 400
    assert (await api.call("POST", "/oauth/token", form={})).status == 400


async def test_revoke(api, mira):
    app, other = await register(api), await register(api)
    answer = await Browser(api.app, mira.account_id).answer(**asked(app))
    code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
    token = (await trade(api, app, code)).body["access_token"]

    async def revoke(app, token):
        form = {"client_id": app["client_id"], "client_secret": app["client_secret"], "token": token}
        return (await api.call("POST", "/oauth/revoke", form=form)).status

    assert await revoke(other, token) == 403
    assert await revoke(app, "unknown") == 200
    assert (await api.get("/api/v1/timelines/home", token)).status == 200
    assert await revoke(app, token) == 200
    assert (await api.get("/api/v1/timelines/home", token)).status == 401


async def test_metadata_and_userinfo(api, mira):
    body = (await api.get("/.well-known/oauth-authorization-server")).body
    assert body["code_challenge_methods_supported"] == ["S256"]
    assert body["token_endpoint"] == "https://art.test/oauth/token"
    info = await api.get("/oauth/userinfo", mira)
    assert info.body["sub"] == "https://art.test/users/mira"
    assert (await api.get("/oauth/userinfo")).body == {"error": "The access token is invalid"}


async def test_nothing_secret_is_kept(api, mira):
    app = await register(api)
    answer = await Browser(api.app, mira.account_id).answer(**asked(app))
    code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
    token = (await trade(api, app, code)).body["access_token"]
    with db.engine().connect() as connection:
        for table in ("apps", "authorisation_codes", "access_tokens", "web_sessions"):
            kept = str(connection.exec_driver_sql(f"SELECT * FROM {table}").all())
            for text in (token, code, app["client_secret"]):
                assert text not in kept


async def test_registration_is_limited(api, monkeypatch):
    monkeypatch.setattr("fedi.config._settings", config.settings().model_copy(update={"rate_limits": "on"}))
    limits.reset()
    for _ in range(limits.APP_REGISTRATION.count):
        assert (await api.post("/api/v1/apps", client_name="x", redirect_uris=OOB)).status == 200
    answer = await api.post("/api/v1/apps", client_name="x", redirect_uris=OOB)
    assert answer.status == 429
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("name", ["access_token", "bearer_token"])
@pytest.mark.parametrize("kind", ["form", "json", "query_string"])
async def test_a_token_may_stand_beside_what_it_is_for(api, mira, kind, name):
    """In a form (RFC 6750 section 2.2) or the query, under both names that Mastodon takes."""
    given = {"json": {"status": "hello"}} if kind == "query_string" else {}
    given[kind] = {"status": "hello", name: mira.token}
    said = await api.call("POST", "/api/v1/statuses", **given)
    assert (said.status, said.body["account"]["username"]) == (200, "mira")
    given[kind] = {"status": "hello", name: "wrong"}
    assert (await api.call("POST", "/api/v1/statuses", **given)).status == 401


async def test_an_app_that_is_unknown_is_asked_who_it_is(api):
    said = await api.call("POST", "/oauth/token", form={"grant_type": "client_credentials", "client_id": "x"})
    assert (said.status, said.body["error"]) == (401, "invalid_client")
    assert said.headers["WWW-Authenticate"].startswith("Basic ")
