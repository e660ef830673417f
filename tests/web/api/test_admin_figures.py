"""Figures for moderators, and what trends."""

from datetime import timedelta

import pytest

from fedi import clock
from fedi.models.account import Role
from fedi.services import trends

from .conftest import make_person, make_remote
from .test_people import post, remote_post

SCOPES = "read write follow admin:read"
ADMIN = "/api/v1/admin"


@pytest.fixture
def ada(api):
    return make_person("ada", SCOPES, role=Role.MODERATOR)


def day(back=0):
    return f"{clock.now() - timedelta(days=back):%Y-%m-%d}"


def dawn(back=0):
    return f"{day(back)}T00:00:00.000Z"


async def asked(api, who, what, *keys, start=1, **given):
    answer = await api.post(f"{ADMIN}/{what}", who, keys=keys, start_at=day(start), end_at=day(), **given)
    assert answer.status == 200, answer.body
    return {each["key"]: each for each in answer.body}


async def test_measures(api, ada, mira, otto):
    with clock.frozen(clock.timestamp() - timedelta(days=1).total_seconds()):
        for _ in range(2):
            liked = await post(api, mira, "a #heron")
    await post(api, otto, "one more #Heron")
    await api.post(f"/api/v1/statuses/{liked}/favourite", otto)
    await api.post(f"/api/v1/statuses/{liked}/reblog", otto)
    await api.post("/api/v1/reports", otto, account_id=mira.id)
    keys = ("active_users", "new_users", "interactions", "opened_reports", "resolved_reports", "tag_uses", "nonsense")
    found = await asked(api, ada, "measures", *keys, tag_uses={"id": "Heron"})
    assert list(found) == list(keys[:-1])
    active = found["active_users"]
    assert (active["total"], active["previous_total"], active["unit"]) == ("2", "0", None)
    assert active["data"] == [{"date": dawn(1), "value": "1"}, {"date": dawn(), "value": "1"}]
    assert [each["value"] for each in found["tag_uses"]["data"]] == ["2", "1"]
    totals = {key: found[key]["total"] for key in ("new_users", "interactions", "opened_reports", "resolved_reports")}
    assert totals == {"new_users": "3", "interactions": "2", "opened_reports": "1", "resolved_reports": "0"}
    people = await asked(api, ada, "measures", "tag_accounts", tag_accounts={"id": "heron"}, start=0)
    assert (people["tag_accounts"]["total"], people["tag_accounts"]["previous_total"]) == ("1", "1")


async def test_measures_of_a_server(api, ada, mira):
    gina = make_remote()
    remote_post(gina)
    await api.post(f"/api/v1/accounts/{gina}/follow", mira)
    keys = ("instance_accounts", "instance_statuses", "instance_follows", "instance_followers", "instance_reports")
    for domain, said in (("GTS.test", ["1", "1", "1", "0", "0"]), ("other.test", ["0"] * 5)):
        found = await asked(api, ada, "measures", *keys, **{key: {"domain": domain} for key in keys})
        assert [found[key]["total"] for key in keys] == said
        assert "previous_total" not in found["instance_accounts"]


async def test_dimensions(api, ada, mira, otto):
    await post(api, mira, "eins #heron", language="de")
    await post(api, otto, "zwei", language="de")
    await post(api, otto, "three", language="en")
    remote_post(make_remote(), tag="heron")
    keys = ("languages", "servers", "tag_servers", "tag_languages", "software_versions", "space_usage")
    about = {"tag_servers": {"id": "heron"}, "tag_languages": {"id": "heron"}}
    found = await asked(api, ada, "dimensions", *keys, **about)
    said = {key: [(each["human_key"], each["value"]) for each in body["data"]] for key, body in found.items()}
    assert [name for name, _ in said.pop("software_versions")][:2] == ["fedi", "Python"]
    assert said == {
        "languages": [("de", "2"), ("en", "1")],
        "servers": [("gts.test", "1")],
        "tag_servers": [("gts.test", "1")],
        "tag_languages": [("de", "1")],
    }
    most = await asked(api, ada, "dimensions", "languages", limit=1)
    assert [each["key"] for each in most["languages"]["data"]] == ["de"]


async def test_retention(api, ada, mira):
    await api.get("/api/v1/timelines/home", mira)
    answer = await api.post(f"{ADMIN}/retention", ada, start_at=day(1), end_at=day(), frequency="day")
    yesterday, today = answer.body
    assert (yesterday["period"], [each["value"] for each in yesterday["data"]]) == (dawn(1), ["0", "0"])
    assert (today["frequency"], today["data"]) == ("day", [{"date": dawn(), "rate": 1.0, "value": "2"}])


@pytest.mark.parametrize("what", ["measures", "dimensions", "retention"])
async def test_what_cannot_be_figured(api, ada, mira, what):
    for span in ({}, {"start_at": "soon", "end_at": day()}, {"start_at": day(), "end_at": day(1)}):
        answer = await api.post(f"{ADMIN}/{what}", ada, keys=["new_users"], **span)
        assert (answer.status, list(answer.body)) == (422, ["error"]), span
    assert (await api.post(f"{ADMIN}/{what}", mira, start_at=day(), end_at=day())).status == 403


async def test_what_trends(api, ada, mira, otto):
    trends.forget()
    liked = await post(api, mira, "a #heron")
    await api.post(f"/api/v1/statuses/{liked}/favourite", otto)
    (tag,) = (await api.get(f"{ADMIN}/trends/tags", ada)).body
    assert (tag["name"], tag["trendable"], tag["requires_review"]) == ("heron", True, False)
    assert (await api.get(f"{ADMIN}/tags/heron", ada)).body == tag
    assert [each["id"] for each in (await api.get(f"{ADMIN}/trends/statuses", ada)).body] == [liked]
    assert (await api.get(f"{ADMIN}/trends/links", ada)).body == []
    assert (await api.get(f"{ADMIN}/tags/a-b", ada)).status == 404
    trends.forget()
