"""Signing in and out, the first admin, and a forgotten password."""

import asyncio

import pytest

from fedi import config, db, mail
from fedi.models.account import ACCOUNTS, Account, AccountState, LinkPurpose, Role
from fedi.services import accounts, links
from fedi.services import sessions as web_sessions
from tests.conftest import PASSWORD
from tests.web.pages.browsing import Browser

SESSION = "__Host-fedi_session"


async def sign_in(browser, login="mira", password=PASSWORD, **more):
    return await browser.post("/sign-in", {"login": login, "password": password, **more})


@pytest.mark.parametrize("login", ["mira", "@Mira", "mira@example.org", "MIRA@example.org"])
async def test_in_by_name_or_address(login, mira, stranger):
    page = await sign_in(stranger, login)
    assert (page.status, page.location) == (303, "/home")
    cookie = page.headers["Set-Cookie"]
    assert all(word in cookie for word in (SESSION, "Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "@mira" in (await stranger.get("/settings")).text


async def test_unknown_and_wrong_read_the_same(mira, stranger):
    wrong = await sign_in(stranger, password="not the password")
    unknown = await sign_in(stranger, login="nobody", password="not the password")
    assert wrong.status == unknown.status == 401
    assert SESSION not in stranger.cookies
    assert (
        wrong.tree.xpath("//*[@id='problem']")[0].text_content()
        == unknown.tree.xpath("//*[@id='problem']")[0].text_content()
    )


@pytest.mark.parametrize(
    ("target", "goes"), [("/compose", "/compose"), ("//evil.example", "/home"), ("https://evil.example", "/home")]
)
async def test_where_it_leads(target, goes, mira, stranger):
    assert (await sign_in(stranger, next=target)).location == goes


async def test_a_suspended_account_stays_out(mira, stranger):
    with db.writing() as session:
        ACCOUNTS.move(session.get_one(Account, mira.id), AccountState.SUSPENDED)
    assert (await sign_in(stranger)).status == 401


async def test_signing_out_is_real(mira, as_mira):
    token = as_mira.cookies[SESSION]
    assert (await as_mira.post("/sign-out")).status == 303
    with db.reading() as session:
        assert web_sessions.find(session, token) is None
    as_mira.cookies[SESSION] = token
    assert (await as_mira.get("/settings")).status == 303


async def test_guessing_is_slowed_down(mira, stranger):
    config.use(config.settings().model_copy(update={"rate_limits": "on"}))
    answers = [(await sign_in(stranger, password=f"guess number {number}")).status for number in range(7)]
    assert answers[:5] == [401] * 5
    assert answers[5:] == [429] * 2
    assert (await sign_in(stranger, login="somebody", password="x")).status == 401


async def test_the_first_admin(instance, stranger):
    with db.writing() as session:
        token = links.make(session, LinkPurpose.FIRST_ADMIN)
    form = {"name": "ada", "email": "ada@example.org", "password": "short"}
    bad = await stranger.post(f"/welcome/{token}", form)
    assert bad.status == 422
    assert "ada@example.org" in bad.text
    taken = await stranger.post(f"/welcome/{token}", form | {"name": "admin", "password": PASSWORD})
    assert taken.status == 409
    good = await stranger.post(f"/welcome/{token}", form | {"password": PASSWORD})
    assert good.location == "/@ada?said=welcome"
    assert SESSION in stranger.cookies
    with db.reading() as session:
        assert accounts.by_name(session, "ada").role == Role.ADMIN
    assert (await stranger.get(f"/welcome/{token}")).status == 404
    assert (await stranger.post(f"/welcome/{token}", form | {"name": "eve", "password": PASSWORD})).status == 404


async def test_a_new_password_by_link(mira, stranger, app):
    other = Browser(app, mira)
    with db.writing() as session:
        token = links.make(session, LinkPurpose.PASSWORD_RESET, account=session.get_one(Account, mira.id))
    page = await stranger.get(f"/reset-password/{token}")
    assert (page.status, page.headers["Referrer-Policy"]) == (200, "no-referrer")
    assert (await stranger.post(f"/reset-password/{token}", {"password": "short"})).status == 422
    assert (await stranger.post(f"/reset-password/{token}", {"password": "another good one"})).status == 303
    assert (await stranger.post(f"/reset-password/{token}", {"password": "and another one"})).status == 404
    assert (await other.get("/settings")).status == 303
    assert (await sign_in(stranger)).status == 401
    assert (await sign_in(stranger, password="another good one")).status == 303


async def test_asking_for_a_link_says_the_same_to_everyone(mira, stranger, app, monkeypatch):
    sent = []
    monkeypatch.setattr(mail, "send", lambda to, _subject, text: sent.append((to, text)))
    config.use(config.settings().model_copy(update={"smtp_url": "smtp://localhost:1"}))
    known = await stranger.post("/reset-password", {"email": "mira@example.org"})
    unknown = await stranger.post("/reset-password", {"email": "nobody@example.org"})
    assert known.words == unknown.words
    await asyncio.gather(*app.background_tasks)
    assert [to for to, _ in sent] == ["mira@example.org"]
    assert "https://art.test/reset-password/" in sent[0][1]
