"""Signing up with an app, as Mastodon answers it; and that nobody finds who is not let in yet."""

import asyncio
import re
import threading

import pytest

from fedi import clock, config, db, mail
from fedi.errors import FediError
from fedi.models.account import Account, Role
from fedi.models.actor import Actor
from fedi.models.letter import Letter
from fedi.models.notification import Notification, NotificationKind
from fedi.models.sign_up import SignUp, SignUpState
from fedi.services import accounts, apps, sign_ups, tokens
from fedi.services.sign_ups import Invalid, Wish
from fedi.tasks import letters, upkeep
from tests import people

from .conftest import make_person
from .test_people import ids

LENA = {
    "username": "lena",
    "email": "lena@mail.example",
    "password": "correct horse battery",
    "agreement": True,
    "locale": "de",
}
FIRST = "Your login is missing a confirmed e-mail address"
THEN = "Your login is currently pending approval"


def settle(**settings):
    config.use(config.settings().model_copy(update=settings))


@pytest.fixture
def app_token(api):
    """A token of an app itself, as client_credentials gives it."""
    with db.writing() as session:
        made, _ = apps.register(session, name="Tusky", redirect_uris=["app://x"], scopes="read write admin:read")
        return tokens.issue_to_app(session, made, ["read", "write"])


@pytest.fixture
def ada(api):
    return make_person("ada", "read write admin:read admin:write", role=Role.MODERATOR)


@pytest.fixture
def sent(monkeypatch):
    """What the mail server is handed: [(to, text)]."""
    found = []
    monkeypatch.setattr(mail, "send", lambda to, _subject, text: found.append((to, text)))
    return found


def link(sent):
    """The token of the last link to confirm an address."""
    letters.send_due()
    return re.findall(r"/auth/confirmation/(\S+)", sent[-1][1])[0]


def confirm(token):
    with db.writing() as session:
        sign_ups.confirm(session, sign_ups.by_confirmation(session, token), key=people.rsa_key())


async def sign_up(api, token, **changes):
    return await api.post("/api/v1/accounts", token, **LENA | changes)


async def me(api, token):
    return await api.get("/api/v1/accounts/verify_credentials", token)


async def test_closed_is_the_default(api, app_token):
    answer = await sign_up(api, app_token)
    assert (answer.status, answer.body) == (403, {"error": "This action is not allowed"})
    assert (await api.get("/api/v2/instance")).body["registrations"]["enabled"] is False


async def test_who_may_ask(api, app_token, mira):
    settle(registrations="open")
    assert (await sign_up(api, None)).status == 401
    assert (await sign_up(api, mira)).body == {"error": "This method requires an client credentials authentication"}
    with db.writing() as session:
        made, _ = apps.register(session, name="Reader", redirect_uris=["app://x"])
        reading = tokens.issue_to_app(session, made, ["read"])
    assert (await sign_up(api, reading)).body == {"error": "This action is outside the authorized scopes"}
    registrations = (await api.get("/api/v2/instance")).body["registrations"]
    assert (registrations["enabled"], registrations["url"]) == (True, "https://art.test/auth/sign_up")
    token = (await sign_up(api, app_token)).body["access_token"]
    assert (await sign_up(api, token, username="vera", email="vera@mail.example")).status == 403


async def test_an_open_house(api, app_token, ada):
    """Without a mail server nothing is waited for."""
    settle(registrations="open")
    answer = await sign_up(api, app_token, date_of_birth="2001-02-03", time_zone="Europe/Berlin")
    assert answer.status == 200, answer.body
    assert (answer.body["token_type"], answer.body["scope"]) == ("Bearer", "read write")
    lena = (await me(api, answer.body["access_token"])).body
    assert (lena["username"], lena["source"]["language"]) == ("lena", "de")
    assert (await api.get("/api/v1/emails/check_confirmation", answer.body["access_token"])).body is True
    (told,) = (await api.get("/api/v1/notifications", ada)).body
    assert (told["type"], told["account"]["acct"]) == ("admin.sign_up", "lena")


@pytest.mark.parametrize(
    ("change", "field", "code", "words"),
    [
        ({"username": ""}, "username", "ERR_BLANK", "can't be blank"),
        ({"username": "le na"}, "username", "ERR_INVALID", "must contain only letters, numbers and underscores"),
        ({"username": "l" * 31}, "username", "ERR_TOO_LONG", "is too long (maximum is 30 characters)"),
        ({"username": "Admin"}, "username", "ERR_RESERVED", "is reserved"),
        ({"username": "lena.rss"}, "username", "ERR_RESERVED", "is reserved"),
        ({"username": "MIRA"}, "username", "ERR_TAKEN", "has already been taken"),
        ({"email": ""}, "email", "ERR_BLANK", "can't be blank"),
        ({"email": "lena"}, "email", "ERR_INVALID", "is invalid"),
        ({"email": "lena:mira@mail.example"}, "email", "ERR_INVALID", "is invalid"),
        ({"email": "=?utf-8?q?mira?=@mail.example"}, "email", "ERR_INVALID", "is invalid"),
        ({"email": "Mira@mail.example"}, "email", "ERR_TAKEN", "has already been taken"),
        ({"password": ""}, "password", "ERR_BLANK", "can't be blank"),
        ({"password": "short"}, "password", "ERR_TOO_SHORT", "is too short (minimum is 10 characters)"),
        ({"password": "x" * 1001}, "password", "ERR_TOO_LONG", "is too long (maximum is 1000 characters)"),
        ({"agreement": False}, "agreement", "ERR_ACCEPTED", "must be accepted"),
        ({"reason": " "}, "reason", "ERR_BLANK", "can't be blank"),
        ({"reason": "x" * 1001}, "reason", "ERR_TOO_LONG", "is too long (maximum is 1000 characters)"),
    ],
)
async def test_what_is_wrong(api, app_token, mira, change, field, code, words):
    settle(registrations="approval")
    answer = await sign_up(api, app_token, **{"reason": "I paint."} | change)
    assert answer.status == 422
    assert answer.body["details"] == {field: [{"error": code, "description": words}]}
    assert answer.body["error"] == f"Validation failed: {field.capitalize()} {words}"


async def test_all_that_is_wrong_at_once(api, app_token):
    settle(registrations="open")
    answer = await api.post("/api/v1/accounts", app_token)
    assert set(answer.body["details"]) == {"username", "email", "password", "agreement"}
    with db.reading() as session:
        assert session.query(SignUp).count() == 0


async def test_first_the_address_then_a_moderator(api, app_token, ada, sent):
    settle(registrations="approval", smtp_url="smtp://localhost:1")
    token = (await sign_up(api, app_token, reason="I paint.")).body["access_token"]
    confirmation = link(sent)
    assert (await me(api, token)).body == {"error": FIRST}
    assert (await api.post("/api/v1/statuses", token, status="hello")).body == {"error": FIRST}
    assert (await api.get("/api/v1/emails/check_confirmation", token)).body is False
    assert (await api.get("/api/v1/timelines/public", token)).status == 200
    confirm(confirmation)
    assert (await me(api, token)).body == {"error": THEN}
    assert (await api.get("/api/v1/emails/check_confirmation", token)).body is True
    letters.send_due()
    assert sent[-1][0] == "ada@mail.example"
    assert "I paint." in sent[-1][1]
    (waits,) = (await api.get("/api/v1/admin/accounts", ada, pending=True)).body
    assert (waits["username"], waits["email"], waits["invite_request"]) == ("lena", "lena@mail.example", "I paint.")
    assert (waits["confirmed"], waits["approved"], waits["account"]["acct"]) == (True, False, "lena")
    assert (await api.get(f"/api/v1/admin/accounts/{waits['id']}", ada)).body == waits
    assert await ids(api, "admin/accounts", ada, pending=True, username="ver") == []
    assert await ids(api, "admin/accounts", ada, local=True) == [ada.id]
    made = await api.post(f"/api/v1/admin/accounts/{waits['id']}/approve", ada)
    assert (made.body["id"], made.body["approved"], made.body["invite_request"]) == (waits["id"], True, "I paint.")
    assert (await me(api, token)).body["id"] == waits["id"]
    assert (await api.post("/api/v1/statuses", token, status="hello")).status == 200
    assert (await api.post(f"/api/v1/admin/accounts/{waits['id']}/approve", ada)).status == 403
    letters.send_due()
    assert sent[-1][0] == "lena@mail.example"
    assert await ids(api, "admin/accounts", ada, pending=True) == []


async def test_approved_before_the_address_is_confirmed(api, app_token, ada, sent):
    settle(registrations="approval", smtp_url="smtp://localhost:1")
    token = (await sign_up(api, app_token, reason="I paint.")).body["access_token"]
    (waiting,) = await ids(api, "admin/accounts", ada, pending=True)
    answer = await api.post(f"/api/v1/admin/accounts/{waiting}/approve", ada)
    assert (answer.body["approved"], answer.body["confirmed"]) == (True, False)
    assert (await me(api, token)).body == {"error": FIRST}
    confirm(link(sent))
    assert (await me(api, token)).body["username"] == "lena"


async def test_rejected(api, app_token, ada, mira):
    """The name is free again; what was asked is remembered, and that a moderator decided."""
    settle(registrations="approval")
    token = (await sign_up(api, app_token, reason="Buy pills.")).body["access_token"]
    (waiting,) = await ids(api, "admin/accounts", ada, pending=True)
    assert (await api.post(f"/api/v1/admin/accounts/{waiting}/reject", mira)).status == 403
    assert (await api.post(f"/api/v1/admin/accounts/{waiting}/reject", ada)).body["approved"] is False
    assert (await me(api, token)).body == {"error": "The access token was revoked"}
    assert (await api.post(f"/api/v1/admin/accounts/{waiting}/reject", ada)).status == 404
    with db.reading() as session:
        row = session.query(SignUp).one()
        assert (row.state, row.reason, row.password_hash) == (SignUpState.REJECTED, "Buy pills.", "")
        assert row.decided_by_id == ada.account_id
    assert (await sign_up(api, app_token, reason="Once more.")).status == 200
    with db.reading() as session:
        assert sign_ups.rejected_before(session, sign_ups.by_name(session, "lena"))
    with clock.frozen(clock.timestamp() + 181 * 86400), db.writing() as session:
        sign_ups.forget_old(session)
        assert [each.state for each in session.query(SignUp)] == [SignUpState.WAITING]


async def test_nobody_finds_who_waits(api, app_token, ada, mira):
    """There is no actor: every door answers as for a name that nobody has."""
    settle(registrations="approval")
    await sign_up(api, app_token, reason="I paint.")
    (waiting,) = await ids(api, "admin/accounts", ada, pending=True)
    client = api.client
    for path in (
        "/users/{}", "/@{}", "/@{}.rss", "/users/{}/outbox", "/users/{}/followers", "/@{}/sitemap.xml",
        "/.well-known/webfinger?resource=acct:{}@art.test", "/oembed?url=https://art.test/@{}", "/@{}/follow",
    ):  # fmt: skip
        answers = []
        for name in ("lena", "nils"):
            answer = await client.get(path.format(name), headers={"Accept": "*/*"})
            answers.append((answer.status_code, (await answer.get_data(as_text=True)).replace(name, "")))
        assert answers[0][0] == 404, path
        assert answers[0][0] == answers[1][0]
    assert (await api.get("/api/v1/accounts/lookup", acct="lena")).status == 404
    assert (await api.get(f"/api/v1/accounts/{waiting}", mira)).status == 404
    assert (await api.post(f"/api/v1/accounts/{waiting}/follow", mira)).status == 404
    assert (await api.get("/api/v1/accounts/search", mira, q="lena")).body == []
    assert (await api.get("/api/v2/search", mira, q="@lena@art.test", resolve=True)).body["accounts"] == []
    assert {each["acct"] for each in (await api.get("/api/v1/directory", local=True)).body} == {"ada", "mira"}
    post = (await api.post("/api/v1/statuses", mira, status="hello @lena")).body
    assert post["mentions"] == []
    assert (await api.get("/api/v1/instance")).body["stats"]["user_count"] == 2
    with db.reading() as session:
        assert session.query(Actor).filter_by(name_key="lena").count() == 0
        assert session.query(Account).count() == 2


async def test_the_letter_again_and_to_another_address(api, app_token, mira, sent):
    settle(registrations="open", smtp_url="smtp://localhost:1")
    path = "/api/v1/emails/confirmations"
    token = (await sign_up(api, app_token)).body["access_token"]
    first = link(sent)
    assert (await api.post(path, token)).body == {}
    second = link(sent)
    with pytest.raises(FediError):
        confirm(first)
    taken = await api.post(path, token, email="mira@mail.example")
    assert (taken.status, taken.body["details"]["email"][0]["error"]) == (422, "ERR_TAKEN")
    assert (await api.post(path, token, email="lena@other.example")).status == 200
    third = link(sent)
    assert sent[-1][0] == "lena@other.example"
    with pytest.raises(FediError):
        confirm(second)
    confirm(third)
    assert (await me(api, token)).body["username"] == "lena"
    assert (await api.post(path, token)).body["error"].startswith("This method is only available while")
    assert (await api.post(path, app_token)).body["error"].startswith("This method is only available to")
    assert (await api.get("/api/v1/emails/check_confirmation", app_token)).status == 401


async def test_who_never_confirms_is_forgotten(api, app_token, sent):
    settle(registrations="open", smtp_url="smtp://localhost:1")
    token = (await sign_up(api, app_token)).body["access_token"]
    with clock.frozen(clock.timestamp() + 8 * 86400):
        upkeep._pruned_at = 0.0
        upkeep.sweep_once()
        assert (await me(api, token)).status == 401
        assert (await sign_up(api, app_token)).status == 200


async def test_a_letter_waits_for_the_mail_server(api, app_token, monkeypatch):
    settle(registrations="open", smtp_url="smtp://127.0.0.1:1")
    await sign_up(api, app_token)
    assert letters.send_due() == 1
    assert letters.send_due() == 0
    sent = []
    monkeypatch.setattr(mail, "send", lambda *letter: sent.append(letter))
    with clock.frozen(clock.timestamp() + 300):
        assert letters.send_due() == 1
    assert len(sent) == 1
    with db.reading() as session:
        assert session.query(Letter).count() == 0


async def test_limits(api, app_token):
    settle(registrations="open", rate_limits="on")
    names = [f"lena{number}" for number in range(6)]
    answers = [await sign_up(api, app_token, username=name, email=f"{name}@mail.example") for name in names]
    assert [each.status for each in answers] == [200] * 5 + [429]
    settle(rate_limits="off", sign_ups_a_day=5)
    assert (await sign_up(api, app_token)).status == 429
    with clock.frozen(clock.timestamp() + 86401):
        assert (await sign_up(api, app_token)).status == 200


async def test_two_at_once_for_one_name(api, app_token):
    settle(registrations="approval")
    answers = await asyncio.gather(
        *(sign_up(api, app_token, email=f"{number}@mail.example", reason="I paint.") for number in range(4))
    )
    assert sorted(each.status for each in answers) == [200, 422, 422, 422]
    assert {each.body["details"]["username"][0]["error"] for each in answers if each.status == 422} == {"ERR_TAKEN"}


def test_many_at_once_for_one_name(house_on_each):
    """In the database too, whoever commits first."""
    settle(registrations="approval")
    said = []
    begin = threading.Barrier(6)

    def wish(number):
        begin.wait()
        try:
            with db.writing() as session:
                asked = Wish(
                    "Lena", f"{number}@mail.example", "correct horse battery", agreement=True, reason="I paint"
                )
                sign_ups.begin(session, asked, "!")
            said.append("in")
        except Invalid as error:
            said.append(error.problems[0].code)

    threads = [threading.Thread(target=wish, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["TAKEN"] * 5 + ["in"]
    with db.reading() as session:
        assert session.query(SignUp).count() == 1


async def test_a_name_that_is_held_is_not_given_to_somebody_else(api, app_token):
    settle(registrations="approval")
    await sign_up(api, app_token, reason="I paint.")
    with db.reading() as session, pytest.raises(FediError, match="taken"):
        accounts.check_new(session, name="Lena", email="x@mail.example")
    with db.reading() as session, pytest.raises(FediError, match="address"):
        accounts.check_new(session, name="vera", email="Lena@mail.example")


async def test_who_leaves_is_forgotten_with_what_they_asked(api, app_token):
    settle(registrations="open")
    await sign_up(api, app_token)
    with db.writing() as session:
        accounts.leave(session, accounts.by_name(session, "lena"))
        assert session.query(SignUp).count() == 0


async def test_moderators_are_told_once(api, app_token, ada):
    settle(registrations="open")
    await sign_up(api, app_token)
    with db.reading() as session:
        assert session.query(Notification).filter_by(kind=NotificationKind.ADMIN_SIGN_UP).count() == 1
