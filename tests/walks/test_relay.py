"""Two of our own instances that know nothing of each other, and a relay between them, Mastodon's way and LitePub's."""

import json

import pytest

from tests.walks.relays import Relays
from tests.walks.towns import two_towns, until

pytestmark = [pytest.mark.walk, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def towns(tmp_path_factory):
    with two_towns(tmp_path_factory.mktemp("towns")) as both:
        yield both


@pytest.fixture(scope="module")
def people(towns):
    art, other = towns
    return art.person("mira"), other.person("bob")


@pytest.fixture(scope="module")
def relays():
    with Relays() as running:
        yield running


def state(town, relay):
    return {row["address"]: row["state"] for row in json.loads(town.fedi("relay", "list", "--json"))}[relay.asked_at]


@pytest.mark.parametrize("litepub", [False, True])
def test_a_post_arrives_where_nobody_follows_its_author(towns, people, relays, litepub):
    mira, bob = people
    relay = relays.relay(f"127.0.0.{4 + litepub}", mira.town.authority, litepub=litepub)
    for town in towns:
        town.fedi("relay", "add", relay.asked_at)
        until(lambda town=town: state(town, relay) == "accepted", "the relay's Accept")

    def everywhere():
        return [each["uri"] for each in bob.get("/api/v1/timelines/public?remote=true")]

    def found_by_all(yes):
        mira.town.ask("PATCH", "/api/v1/accounts/update_credentials", {"discoverable": yes}, token=mira.token)

    found_by_all(False)
    mira.post("/api/v1/statuses", status="not for those who do not know me", visibility="public")
    found_by_all(True)
    status = mira.post("/api/v1/statuses", status="a heron at first light", visibility="public")
    until(lambda: status["uri"] in everywhere(), "the post at the other server")
    assert [what for kind, what in relay.heard if kind in {"Create", "Announce"}] == [status["uri"]]
    (found,) = [each for each in bob.get("/api/v1/timelines/public?remote=true") if each["uri"] == status["uri"]]
    assert found["account"]["acct"] == mira.handle
    assert bob.home() == []
    mira.delete(f"/api/v1/statuses/{status['id']}")
    until(lambda: ("Delete", status["uri"]) in relay.heard, "the Delete at the relay")
    for town in towns:
        town.fedi("relay", "remove", relay.asked_at)
        until(lambda town=town: f"{town.origin}/actor" not in relay.subscribers, "the Undo at the relay")
