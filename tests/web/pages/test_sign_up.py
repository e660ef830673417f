"""Signing up on the page, with and without letters, an invite and a moderator."""

import re

import pytest

from fedi import clock, config, db, mail
from fedi.models.invite import Invite
from fedi.services import accounts, invites, rules, sign_ups
from fedi.tasks import letters
from tests.conftest import PASSWORD
from tests.web.pages.browsing import Browser

PAGE = "/auth/sign_up"
LENA = {"username": "lena", "email": "lena@example.org", "password": PASSWORD, "agreement": "1"}


def settle(**settings):
    config.use(config.settings().model_copy(update=settings))


async def fill_in(browser, *, path=PAGE, seconds=60, **changes):
    """Open the form, take some time, send it."""
    with clock.frozen(clock.timestamp() - seconds):
        form = (await browser.get(path)).fields(PAGE)
    return await browser.open("POST", PAGE, form=form | LENA | changes)


@pytest.fixture
def sent(monkeypatch):
    found = []
    monkeypatch.setattr(mail, "send", lambda to, _subject, text: found.append((to, text)))
    return found


def waits(name="lena"):
    with db.reading() as session:
        return sign_ups.by_name(session, name)


async def test_closed(stranger):
    page = await stranger.get(PAGE)
    assert "No new accounts" in page.words
    assert not page.tree.xpath("//input[@name='password']")
    assert (await stranger.post(PAGE, LENA | {"started": ""})).status == 422
    assert "/auth/sign_up" not in (await stranger.get("/")).text
    assert "/auth/sign_up" not in (await stranger.get("/sign-in")).text


async def test_open_and_in(stranger):
    settle(registrations="open")
    for path in ("/", "/sign-in"):
        assert (await stranger.get(path)).tree.xpath(f"//main//a[@href='{PAGE}']")
    page = await fill_in(stranger)
    assert page.location == "/@lena?said=welcome"
    assert (await stranger.get("/settings")).status == 200
    assert (await stranger.get(PAGE)).location == "/home"


async def test_the_rules_are_shown_and_agreed_to(stranger):
    settle(registrations="open")
    with db.writing() as session:
        rules.write(session, "No pictures made by AI", "<b>None</b>")
    page = await stranger.get(PAGE)
    assert not page.tree.xpath("//*[@role='status' or @role='alert']")
    assert "No pictures made by AI" in page.words
    assert "<b>None</b>" not in page.text
    refused = await fill_in(stranger, agreement="")
    assert refused.status == 422
    assert "The rules must be accepted." in refused.words


async def test_what_is_wrong_stands_beside_it(stranger, mira):
    settle(registrations="approval")
    page = await fill_in(stranger, username="mira", email="nonsense", password="short", reason="")
    assert page.status == 422
    for field, words in {
        "username": "This name has already been taken.",
        "email": "This address is invalid.",
        "password": "The password is too short (minimum is 10 characters).",
        "reason": "What you write can't be blank.",
    }.items():
        (box,) = page.tree.xpath(f"//*[@id='{field}']")
        assert box.get("aria-invalid") == "true"
        (said,) = page.tree.xpath(f"//*[@id='{box.get('aria-describedby').split()[-1]}']")
        assert said.text == words
    assert page.tree.xpath("//input[@id='username']/@value") == ["mira"]
    assert page.tree.xpath("//input[@id='password']/@value") == []
    assert waits() is None


@pytest.mark.parametrize("change", [{"seconds": 1}, {"website": "https://spam.example"}, {"started": "1.x.y"}])
async def test_programs_are_told_apart(stranger, change):
    settle(registrations="open")
    page = await fill_in(stranger, **change)
    assert page.status == 422
    with db.reading() as session:
        assert accounts.by_name(session, "lena") is None


async def test_too_many_of_one_address(stranger):
    settle(registrations="approval", rate_limits="on")
    pages = [
        await fill_in(stranger, username=f"l{number}", email=f"{number}@example.org", reason="x") for number in range(6)
    ]
    assert [page.status for page in pages] == [303] * 5 + [429]


async def test_a_letter_a_moderator_and_in(stranger, as_admin, sent):
    settle(registrations="approval", smtp_url="smtp://localhost:1")
    page = await fill_in(stranger, reason="Linocuts: https://lena.example")
    assert page.location == "/sign-in?said=confirm"
    assert "we sent you a letter" in (await stranger.get(page.location)).words
    letters.send_due()
    told = await stranger.post("/sign-in", {"login": "lena", "password": PASSWORD})
    assert (told.status, "is not confirmed yet" in told.words) == (401, True)
    wrong = await stranger.post("/sign-in", {"login": "lena", "password": "not the password"})
    assert "do not belong together" in wrong.words
    letters.send_due()
    first, second = (re.findall(r"https://art.test(/auth/confirmation/\S+)", text)[0] for _, text in sent)
    assert (await stranger.get(first)).status == 404
    page = await stranger.get(second)
    assert (page.status, page.headers["Referrer-Policy"]) == (200, "no-referrer")
    assert waits().confirmed_at is None, "looking at the page is not the answer"
    assert (await stranger.post(second)).location == "/sign-in?said=waiting"
    assert (await stranger.get(second)).status == 404
    told = await stranger.post("/sign-in", {"login": "lena@example.org", "password": PASSWORD})
    assert "did not answer your request yet" in told.words
    assert "1 person asks for an account here" in (await as_admin.get("/notifications")).words
    page = await as_admin.get("/moderation/sign-ups")
    assert "Linocuts: https://lena.example" in page.words
    assert "lena@example.org" in page.words
    done = await as_admin.post(f"/moderation/sign-ups/{waits().id}/approve")
    assert done.location == "/moderation/sign-ups?said=let-in"
    letters.send_due()
    assert sent[-1][0] == "lena@example.org"
    assert (await stranger.post("/sign-in", {"login": "lena", "password": PASSWORD})).status == 303
    assert "signed up." in (await as_admin.get("/notifications")).words


async def test_not_let_in(stranger, as_admin, as_mira):
    settle(registrations="approval")
    assert (await fill_in(stranger, reason="Cheap pills")).location == "/sign-in?said=waiting"
    id_ = waits().id
    assert (await as_mira.post(f"/moderation/sign-ups/{id_}/reject")).status == 404
    assert (await as_admin.post(f"/moderation/sign-ups/{id_}/reject")).status == 303
    assert (await as_admin.post(f"/moderation/sign-ups/{id_}/approve")).status == 404
    assert "do not belong together" in (await stranger.post("/sign-in", {"login": "lena", "password": PASSWORD})).words
    assert "Cheap pills" in (await as_admin.get("/moderation/sign-ups")).words
    await fill_in(stranger, username="lena2", reason="Art")
    assert "was not let in before" in (await as_admin.get("/moderation/sign-ups")).words


async def test_an_invite(app, as_admin, as_mira, stranger):
    settle(registrations="invite", sign_ups_a_day=1)
    assert "By invitation" in (await stranger.get(PAGE)).words
    assert (await as_mira.post("/moderation/invites", {"uses": "1", "days": "7"})).status == 404
    assert (await as_admin.post("/moderation/invites", {"uses": "0", "days": "7"})).status == 422
    assert (await as_admin.post("/moderation/invites", {"uses": "x", "days": ""})).status == 422
    assert (await as_admin.post("/moderation/invites", {"uses": "2", "days": "7"})).status == 303
    page = await as_admin.get("/moderation/sign-ups")
    link = page.tree.xpath("//code[starts-with(., 'https://art.test/invite/')]/text()")[0].removeprefix(
        "https://art.test"
    )
    form = (await stranger.get(link)).location
    assert "You are invited" in (await stranger.get(form)).words
    assert (await fill_in(stranger, path=form)).location == "/@lena?said=welcome"
    second = {"username": "vera", "email": "vera@example.org"}
    assert (await fill_in(Browser(app), path=form, **second)).location == "/@vera?said=welcome"
    third = {"username": "nora", "email": "nora@example.org"}
    assert (await Browser(app).get(link)).status == 404
    with db.writing() as session:
        other = f"{PAGE}?invite={invites.make(session, None).code}"
    refused = await fill_in(Browser(app), path=other, **third, invite=link.rpartition("/")[2])
    assert (refused.status, "By invitation" in refused.words) == (403, True)
    with db.reading() as session:
        assert accounts.by_name(session, "nora") is None
        assert [(row.uses, row.most) for row in session.query(Invite).order_by(Invite.id)] == [(2, 2), (0, 1)]


async def test_an_invite_ends(as_admin, stranger):
    settle(registrations="invite")
    with db.writing() as session:
        kept = invites.make(session, None, uses=None, days=1)
        ends = invites.make(session, None, uses=None, days=None)
    for row in (kept, ends):
        assert (await stranger.get(f"/invite/{row.code}")).status == 303
    await as_admin.post(f"/moderation/invites/{ends.id}/withdraw")
    assert (await stranger.get(f"/invite/{ends.code}")).status == 404
    with clock.frozen(clock.timestamp() + 90000):
        assert (await stranger.get(f"/invite/{kept.code}")).status == 404
    settle(registrations="closed")
    assert (await stranger.get(f"/invite/{kept.code}")).status == 404


async def test_an_invite_needs_no_moderator(stranger):
    settle(registrations="approval")
    with db.writing() as session:
        code = invites.make(session, None).code
    page = await stranger.get(f"{PAGE}?invite={code}")
    assert not page.tree.xpath("//textarea[@name='reason']")
    assert (await fill_in(stranger, path=f"{PAGE}?invite={code}")).location == "/@lena?said=welcome"
