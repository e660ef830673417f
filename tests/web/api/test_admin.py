"""The API for moderators: people, reports, and rules about other servers."""

import pytest

from fedi import db
from fedi.models.account import Account, Role
from fedi.models.actor import Actor
from fedi.models.instance import DomainSeverity
from fedi.models.outgoing import Outgoing
from fedi.services import domains, rules

from .conftest import make_person, make_remote
from .test_people import ids, post

SCOPES = "read write admin:read admin:write"


@pytest.fixture
def ada(api):
    return make_person("ada", SCOPES, role=Role.MODERATOR)


async def act(api, who, whom, kind, **given):
    return await api.post(f"/api/v1/admin/accounts/{getattr(whom, 'id', whom)}/action", who, type=kind, **given)


async def seen(api, who, whom):
    return (await api.get(f"/api/v1/admin/accounts/{getattr(whom, 'id', whom)}", who)).body


async def test_only_moderators(api, ada, mira):
    for path in ("accounts", "reports", "domain_blocks", "domain_allows"):
        assert (await api.get(f"/api/v1/admin/{path}")).status == 401
        assert (await api.get(f"/api/v1/admin/{path}", mira)).status == 403
        assert (await api.get(f"/api/v1/admin/{path}", ada)).status == 200
    with db.writing() as session:
        session.get_one(Account, ada.account_id).role = Role.ARTIST
    assert (await api.get("/api/v1/admin/accounts", ada)).body == {"error": "This action is not allowed"}


async def test_people_are_found(api, ada, mira, otto):
    gina = str(make_remote())
    assert await ids(api, "admin/accounts", ada, local=True) == [otto.id, mira.id, ada.id]
    assert await ids(api, "admin/accounts", ada, remote=True) == [gina]
    assert await ids(api, "admin/accounts", ada, username="mir") == [mira.id]
    assert await ids(api, "admin/accounts", ada, email="OTTO@") == [otto.id]
    assert await ids(api, "admin/accounts", ada, staff=True) == [ada.id]
    assert await ids(api, "admin/accounts", ada, by_domain="gts.test") == [gina]
    answer = await api.get("/api/v2/admin/accounts", ada, origin="local", status="active", limit=1)
    assert [each["id"] for each in answer.body] == [otto.id]
    assert f"max_id={otto.id}" in answer.headers["Link"]
    person = await seen(api, ada, mira)
    assert (person["email"], person["role"]["name"], person["approved"]) == ("mira@mail.example", "", True)
    assert (await seen(api, ada, gina))["email"] is None
    assert (await api.get("/api/v1/admin/accounts/7", ada)).status == 404


async def test_silenced_is_for_followers_only(api, ada, mira, otto):
    written = await post(api, mira)
    assert (await act(api, ada, mira, "silence", text="too loud")).body == {}
    assert (await seen(api, ada, mira))["silenced"] is True
    assert written not in await ids(api, "timelines/public", otto)
    warned = (await api.get("/api/v1/notifications", mira)).body[0]
    assert (warned["type"], warned["moderation_warning"]["action"]) == ("moderation_warning", "silence")
    assert (warned["moderation_warning"]["text"], warned["account"]["id"]) == ("too loud", mira.id)
    assert (await api.post("/api/v1/statuses", mira, status="still here")).status == 200
    assert (await api.post(f"/api/v1/admin/accounts/{mira.id}/unsilence", ada)).body["silenced"] is False
    assert written in await ids(api, "timelines/public", otto)


async def test_suspended_is_gone_until_it_is_lifted(api, ada, mira, otto):
    await api.post(f"/api/v1/accounts/{mira.id}/follow", otto)
    written = await post(api, mira)
    between = await post(api, mira, "@otto between us", visibility="direct")
    await act(api, ada, mira, "suspend")
    assert (await api.get("/api/v1/timelines/home", mira)).status == 403
    assert (await api.get(f"/api/v1/statuses/{written}", otto)).status == 404
    for path in (
        "timelines/home",
        "timelines/public",
        *(f"accounts/{mira.id}/{end}" for end in ("statuses", "followers")),
    ):
        assert await ids(api, path, otto) == [], path
    shown = (await api.get(f"/api/v1/accounts/{mira.id}", otto)).body
    assert (shown["suspended"], shown["display_name"]) == (True, "")
    assert (await api.get("/api/v1/notifications", otto)).body == []
    assert (await api.get("/api/v1/conversations", otto)).body == []
    for given, known in (({}, []), ({"with_suspended": "true"}, [mira.id])):
        assert await ids(api, "accounts/relationships", otto, **{"id[]": mira.id}, **given) == known
    assert (await api.post(f"/api/v1/accounts/{mira.id}/follow", otto)).status == 404
    assert (await api.get("/@mira")).status == 404
    document = (await api.client.get("/users/mira", headers={"Accept": "application/activity+json"})).get_json()
    document = await document
    assert (document["suspended"], document["publicKey"]["owner"]) == (True, "https://art.test/users/mira")
    assert "outbox" not in document
    with db.reading() as session:
        assert session.query(Outgoing).order_by(Outgoing.id.desc()).first().verb == "update"
    refused = await api.delete(f"/api/v1/admin/accounts/{otto.id}", ada)
    assert refused.status == 403
    assert (await api.post(f"/api/v1/admin/accounts/{mira.id}/unsuspend", ada)).body["suspended"] is False
    assert (await api.get("/api/v1/timelines/home", mira)).status == 200
    assert await ids(api, "timelines/home", otto) == [between, written]
    assert [each["type"] for each in (await api.get("/api/v1/notifications", otto)).body] == ["mention"]
    await act(api, ada, mira, "suspend")
    assert (await api.delete(f"/api/v1/admin/accounts/{mira.id}", ada)).status == 200
    assert (await api.get(f"/api/v1/admin/accounts/{mira.id}", ada)).status == 404


async def test_frozen_signs_in_no_more(api, ada, mira):
    await act(api, ada, mira, "disable")
    assert (await api.get("/api/v1/timelines/home", mira)).body == {"error": "Your login is currently disabled"}
    assert await ids(api, "admin/accounts", ada, disabled=True) == [mira.id]
    assert (await api.post(f"/api/v1/admin/accounts/{mira.id}/enable", ada)).body["disabled"] is False
    assert (await api.get("/api/v1/timelines/home", mira)).status == 200
    assert (await act(api, ada, str(make_remote()), "disable")).status == 422


async def test_pictures_are_covered(api, ada, mira):
    written = await post(api, mira)
    await act(api, ada, mira, "sensitive")
    assert (await api.get(f"/api/v1/statuses/{written}")).body["sensitive"] is True
    note = await (
        await api.client.get(f"/users/mira/posts/{written}", headers={"Accept": "application/activity+json"})
    ).get_json()
    assert note["sensitive"] is True
    await api.post(f"/api/v1/admin/accounts/{mira.id}/unsensitive", ada)
    assert (await api.get(f"/api/v1/statuses/{written}")).body["sensitive"] is False


async def test_what_is_decided_of_one_outlasts_the_rule_of_its_server(api, ada):
    gina = make_remote()
    await act(api, ada, str(gina), "suspend")
    for severity in (DomainSeverity.LIMIT, DomainSeverity.BLOCK, DomainSeverity.ALLOW):
        with db.writing() as session:
            domains.set_rule(session, "gts.test", severity)
        assert (await seen(api, ada, str(gina)))["suspended"] is True, severity
    with db.writing() as session:
        domains.set_rule(session, "gts.test", DomainSeverity.LIMIT)
    lifted = (await api.post(f"/api/v1/admin/accounts/{gina}/unsuspend", ada)).body
    assert (lifted["suspended"], lifted["silenced"]) == (False, True)


async def test_nobody_judges_who_ranks_as_high(api, ada):
    boss = make_person("boss", role=Role.ADMIN)
    for whom in (boss, ada):
        assert (await act(api, ada, whom, "suspend")).status == 403
    for kind in ("", "explode", "unsuspend"):
        assert (await act(api, ada, make_person(f"x{kind}"), kind)).status == 422


async def test_reports(api, ada, mira, otto):
    written = await post(api, otto)
    told = (await api.post("/api/v1/reports", mira, account_id=otto.id, status_ids=[written], comment="look")).body[
        "id"
    ]
    report = (await api.get("/api/v1/admin/reports", ada)).body[0]
    assert (report["id"], report["account"]["id"], report["target_account"]["id"]) == (told, mira.id, otto.id)
    assert (report["statuses"][0]["id"], report["action_taken"]) == (written, False)
    path = f"/api/v1/admin/reports/{told}"
    assert (await api.put(path, ada, category="spam")).body["category"] == "spam"
    assert (await api.put(path, ada, category="x")).status == 422
    assert (await api.post(f"{path}/assign_to_self", ada)).body["assigned_account"]["id"] == ada.id
    assert (await api.post(f"{path}/unassign", ada)).body["assigned_account"] is None
    await act(api, ada, otto, "none", text="please do not", report_id=told)
    settled = (await api.get(path, ada)).body
    assert (settled["action_taken"], settled["action_taken_by_account"]["id"]) == (True, ada.id)
    assert (await api.get("/api/v1/notifications", otto)).body[0]["moderation_warning"]["text"] == "please do not"
    assert await ids(api, "admin/reports", ada) == []
    assert await ids(api, "admin/reports", ada, resolved=True, target_account_id=otto.id) == [told]
    assert await ids(api, "admin/reports", ada, resolved=True, account_id=otto.id) == []
    assert (await api.post(f"{path}/reopen", ada)).body["action_taken"] is False
    assert (await api.post(f"{path}/resolve", ada)).body["action_taken"] is True


async def test_rules_about_servers(api, ada):
    gina = str(make_remote())
    made = (await api.post("/api/v1/admin/domain_blocks", ada, domain="GTS.test", severity="suspend")).body
    assert (made["domain"], made["severity"], made["public_comment"]) == ("gts.test", "suspend", None)
    assert (await seen(api, ada, gina))["suspended"] is True
    taken = await api.post("/api/v1/admin/domain_blocks", ada, domain="gts.test")
    assert (taken.status, "already been taken" in taken.body["error"]) == (422, True)
    path = f"/api/v1/admin/domain_blocks/{made['id']}"
    changed = (await api.put(path, ada, severity="silence", public_comment="noise", reject_media=True)).body
    assert (changed["id"], changed["severity"], changed["reject_media"]) == (made["id"], "silence", True)
    assert (await api.put(path, ada, private_comment="x")).body["public_comment"] == "noise"
    assert await ids(api, "admin/domain_blocks", ada) == [made["id"]]
    assert (await api.get(path, ada)).body["digest"]
    for bad in ({"domain": ""}, {"domain": "not a domain"}, {"domain": "x.test", "severity": "explode"}):
        assert (await api.post("/api/v1/admin/domain_blocks", ada, **bad)).status == 422
    assert (await api.delete(path, ada)).body == {}
    assert (await api.get(path, ada)).status == 404
    allowed = (await api.post("/api/v1/admin/domain_allows", ada, domain="good.test")).body
    assert (await api.post("/api/v1/admin/domain_allows", ada, domain="good.test")).body == allowed
    assert await ids(api, "admin/domain_allows", ada) == [allowed["id"]]
    assert await ids(api, "admin/domain_blocks", ada) == []
    assert (await api.delete(f"/api/v1/admin/domain_allows/{allowed['id']}", ada)).body == allowed
    with db.reading() as session:
        assert session.get_one(Actor, int(gina)).suspended_at is None


async def test_the_rules_of_the_house(api, ada, mira, otto):
    with db.writing() as session:
        kept, gone = (str(rules.write(session, text, "why").id) for text in ("Be kind", "No spam"))
        rules.withdraw(session, int(gone))
    held = [{"id": kept, "text": "Be kind", "hint": "why", "translations": {}}]
    assert (await api.get("/api/v1/instance/rules")).body == held
    assert (await api.get("/api/v2/instance")).body["rules"] == held
    given = {"account_id": otto.id, "rule_ids": [kept], "comment": "unkind"}
    told = (await api.post("/api/v1/reports", mira, **given)).body
    assert (told["category"], told["rule_ids"]) == ("violation", [kept])
    assert (await api.get(f"/api/v1/admin/reports/{told['id']}", ada)).body["rules"] == held


async def test_a_rule_that_ends_as_an_allow_is_answered_as_what_it_was_asked_for(api, ada):
    made = await api.post("/api/v1/admin/domain_blocks", ada, domain="gts.test", severity="noop", public_comment="good")
    assert (made.body["severity"], made.body["public_comment"], made.body["reject_media"]) == ("noop", "good", False)
    limited = (await api.post("/api/v1/admin/domain_blocks", ada, domain="far.test")).body
    changed = await api.put(f"/api/v1/admin/domain_blocks/{limited['id']}", ada, severity="noop")
    assert changed.body["severity"] == "noop"
    assert await ids(api, "admin/domain_blocks", ada) == []
    assert set(await ids(api, "admin/domain_allows", ada)) == {made.body["id"], limited["id"]}


async def test_rules_of_one_kind_fill_their_own_pages(api, ada):
    """Between two blocks stand servers that are let in: they take no place on the page, and do not end it."""
    made = []
    for path, domain in (("blocks", "a"), ("allows", "b"), ("allows", "c"), ("blocks", "d"), ("allows", "e")):
        answer = await api.post(f"/api/v1/admin/domain_{path}", ada, domain=f"{domain}.test")
        made.append((path, answer.body["id"]))
    first, second = [id_ for path, id_ in made if path == "blocks"]
    page = await api.get("/api/v1/admin/domain_blocks", ada, limit=1)
    assert ([each["id"] for each in page.body], f"max_id={second}" in page.headers["Link"]) == ([second], True)
    assert await ids(api, "admin/domain_blocks", ada, limit=1, max_id=second) == [first]
    assert len(await ids(api, "admin/domain_allows", ada, limit=3)) == 3
