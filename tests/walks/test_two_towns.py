"""Two of our own instances over TLS: follow, artwork, like, boost, reply, edit, delete, leaving."""

import hashlib
import io
import json
import shutil
import subprocess

import c2pa
import pytest

from fedi.activitypub.protocol import digests
from tests.media_pictures import leaky_jpeg, photograph, saved
from tests.walks.towns import two_towns, until

pytestmark = [pytest.mark.walk, pytest.mark.timeout(300)]
AS2 = "application/activity+json"


@pytest.fixture(scope="module")
def towns(tmp_path_factory):
    with two_towns(tmp_path_factory.mktemp("towns")) as both:
        yield both


@pytest.fixture(scope="module")
def people(towns):
    art, other = towns
    return art.person("mira"), other.person("bob")


@pytest.fixture(scope="module")
def walked(people, tmp_path_factory):
    """What the walk has come to know, filled by the tests in their order."""
    return {"folder": tmp_path_factory.mktemp("pictures")}


def test_a_person_elsewhere_follows_the_artist(people, walked):
    mira, bob = people
    found = bob.find(f"@{mira.handle}")
    assert found["acct"] == mira.handle
    bob.post(f"/api/v1/accounts/{found['id']}/follow")
    until(lambda: bob.relationship(found["id"])["following"], "the Accept")
    follow = until(lambda: mira.notices("follow"), "the notice of a new follower")
    assert follow[0]["account"]["acct"] == bob.handle
    followers = mira.town.get("/users/mira/followers", accept=AS2)
    assert followers["totalItems"] == 1
    walked["mira_at_bob"] = found["id"]


def test_and_the_other_way(people, walked):
    mira, bob = people
    found = mira.find(bob.handle)
    mira.post(f"/api/v1/accounts/{found['id']}/follow")
    until(lambda: mira.relationship(found["id"])["following"], "the Accept")
    walked["bob_at_mira"] = found["id"]


def test_the_artwork_arrives_protected_with_its_terms(people, walked):
    mira, bob = people
    picture = walked["folder"] / "heron.jpg"
    picture.write_bytes(leaky_jpeg(6))
    uri = (
        mira.town.fedi(
            "post", "mira", "--file", picture, "--alt", "A heron, ink", "--title", "Heron study",
            "--text", f"First light @{bob.handle}", "--tags", "ink,heron", "--wait",
        )
        .strip()
        .splitlines()[-1]
    )  # fmt: skip
    status = until(lambda: [each for each in bob.home() if each["uri"] == uri], "the artwork at home")[0]
    media = status["media_attachments"][0]
    assert media["description"] == "A heron, ink"
    assert "Heron study" in status["content"]
    assert {tag["name"] for tag in status["tags"]} >= {"ink", "heron"}
    assert until(lambda: bob.notices("mention"), "the mention")[0]["status"]["uri"] == uri
    walked |= {"uri": uri, "at_bob": status["id"], "at_mira": uri.rsplit("/", 1)[1]}

    note = mira.town.get(uri, accept=AS2)
    attachment = note["attachment"][0]
    data = mira.town.get(attachment["url"], raw=True)
    assert attachment["digestMultibase"] == digests.multibase(hashlib.sha256(data).hexdigest())
    assert b"SECRET-COMMENT" not in data
    assert b"Real Name" not in data
    assert (
        c2pa.Reader(
            "image/jpeg" if attachment["url"].endswith("jpg") else "image/png", io.BytesIO(data)
        ).get_validation_state()
        == "Valid"
    )
    for said in (note, attachment):
        assert said["aiConsent"].endswith("#prohibited")
        assert said["xRobotsTag"] == "noai, noimageai"
    if shutil.which("exiftool"):
        fetched = walked["folder"] / "fetched"
        fetched.write_bytes(data)
        read = json.loads(subprocess.check_output(["exiftool", "-json", "-G1", fetched]))[0]
        assert read["XMP-plus:DataMining"].endswith("DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING")
        assert read["XMP-dc:Title"] == "Heron study"


def test_like_boost_and_reply_come_back(people, walked):
    mira, bob = people
    bob.post(f"/api/v1/statuses/{walked['at_bob']}/favourite")
    bob.post(f"/api/v1/statuses/{walked['at_bob']}/reblog")
    bob.post("/api/v1/statuses", status=f"@{mira.handle} what a light", in_reply_to_id=walked["at_bob"])
    for kind in ("favourite", "reblog", "mention"):
        notice = until(lambda kind=kind: mira.notices(kind), kind)[0]
        assert notice["account"]["acct"] == bob.handle
    status = mira.get(f"/api/v1/statuses/{walked['at_mira']}")
    assert (status["favourites_count"], status["reblogs_count"], status["replies_count"]) == (1, 1, 1)
    replies = mira.get(f"/api/v1/statuses/{walked['at_mira']}/context")["descendants"]
    assert "what a light" in replies[0]["content"]


def test_unlike_and_unboost(people, walked):
    mira, bob = people
    bob.post(f"/api/v1/statuses/{walked['at_bob']}/unfavourite")
    bob.post(f"/api/v1/statuses/{walked['at_bob']}/unreblog")

    def counts():
        status = mira.get(f"/api/v1/statuses/{walked['at_mira']}")
        return (status["favourites_count"], status["reblogs_count"]) == (0, 0)

    until(counts, "the Undos")


def test_an_edit_arrives(people, walked):
    mira, bob = people
    before = mira.get(f"/api/v1/statuses/{walked['at_mira']}")
    mira.put(
        f"/api/v1/statuses/{walked['at_mira']}",
        status="Second light",
        media_ids=[each["id"] for each in before["media_attachments"]],
        media_attributes=[{"id": before["media_attachments"][0]["id"], "description": "A heron, ink on paper"}],
    )

    def edited():
        status = bob.get(f"/api/v1/statuses/{walked['at_bob']}")
        return status if status["edited_at"] else None

    status = until(edited, "the Update")
    assert "Second light" in status["content"]
    assert status["media_attachments"][0]["description"] == "A heron, ink on paper"
    assert len(bob.get(f"/api/v1/statuses/{walked['at_bob']}/history")) == 2


def test_a_post_of_many_pictures(people, walked):
    """Ten pictures: all ten here, and a line that says so for those who keep four."""
    mira, bob = people
    files = []
    for number in range(10):
        path = walked["folder"] / f"{number}.jpg"
        path.write_bytes(saved(photograph(320, 240, seed=number), "JPEG"))
        files += ["--file", path, "--alt", f"picture {number}"]
    uri = mira.town.fedi("post", "mira", *files, "--wait").strip().splitlines()[-1]
    status = until(lambda: [each for each in bob.home() if each["uri"] == uri], "the post")[0]
    described = [each["description"] for each in status["media_attachments"]]
    assert described == [f"picture {number}" for number in range(10)]
    assert "6 more" in mira.town.get(uri, accept=AS2)["content"]


def test_a_picture_for_followers_alone(people, walked):
    """It arrives with an address that opens for the follower's server, and for nobody without its token."""
    mira, bob = people
    picture = walked["folder"] / "private.jpg"
    picture.write_bytes(saved(photograph(320, 240), "JPEG"))
    said = ("--text", "for followers", "--visibility", "followers", "--wait")
    uri = mira.town.fedi("post", "mira", "--file", picture, "--alt", "Private", *said).strip().splitlines()[-1]
    status = until(lambda: [each for each in bob.home() if each["uri"] == uri], "the private post at home")[0]
    assert status["visibility"] == "private"
    url = status["media_attachments"][0]["remote_url"]
    assert f"?t={bob.town.domain}." in url
    assert bob.town.status_of(url) == 200
    assert bob.town.status_of(url.partition("?")[0]) == 404


def test_a_poll_is_answered(people):
    mira, bob = people
    asked = mira.post("/api/v1/statuses", status="which?", poll={"options": ["ink", "oil"], "expires_in": 3600})
    seen = until(lambda: [each for each in bob.home() if each["uri"] == asked["uri"]], "the poll at home")[0]["poll"]
    assert [each["title"] for each in seen["options"]] == ["ink", "oil"]
    bob.post(f"/api/v1/polls/{seen['id']}/votes", choices=[1])
    counted = until(lambda: (poll := mira.get(f"/api/v1/polls/{asked['id']}"))["votes_count"] and poll, "the vote")
    assert [each["votes_count"] for each in counted["options"]] == [0, 1]
    assert counted["voters_count"] == 1


def test_a_block_ends_it_both_ways(people, walked):
    mira, bob = people
    mira.post(f"/api/v1/accounts/{walked['bob_at_mira']}/block")
    until(lambda: not bob.relationship(walked["mira_at_bob"])["following"], "the Reject")
    mira.post(f"/api/v1/accounts/{walked['bob_at_mira']}/unblock")
    bob.post(f"/api/v1/accounts/{walked['mira_at_bob']}/follow")
    until(lambda: bob.relationship(walked["mira_at_bob"])["following"], "the second Accept")


def test_a_delete_arrives_and_the_address_is_gone(people, walked):
    mira, bob = people
    url = mira.town.get(walked["uri"], accept=AS2)["attachment"][0]["url"]
    mira.delete(f"/api/v1/statuses/{walked['at_mira']}")
    until(lambda: bob.town.status_of(f"/api/v1/statuses/{walked['at_bob']}", token=bob.token) == 404, "the Delete")
    assert mira.town.status_of(walked["uri"], accept=AS2) == 410
    assert mira.town.status_of(url) in {404, 410}


def test_leaving_is_federated(people):
    mira, bob = people
    eve = bob.town.person("eve")
    found = eve.find(mira.handle)
    eve.post(f"/api/v1/accounts/{found['id']}/follow")
    until(lambda: eve.relationship(found["id"])["following"], "the Accept")
    eve_at_mira = mira.find(eve.handle)["id"]
    bob.town.fedi("account", "delete", "eve", "--yes")
    until(lambda: mira.town.status_of(f"/api/v1/accounts/{eve_at_mira}") in {404, 410}, "the Delete of eve")
    assert bob.town.status_of("/users/eve", accept=AS2) == 410
    assert bob.town.status_of(f"/.well-known/webfinger?resource=acct:{eve.handle}") in {404, 410}


def test_domain_blocks_close_every_door(people, walked):
    mira, bob = people
    mira.town.fedi("domain", "block", bob.town.domain)
    assert bob.town.domain in mira.town.fedi("domain", "list")
    bob.post("/api/v1/statuses", status=f"@{mira.handle} are you there?")
    mira.town.fedi("post", "mira", "--text", "only for friends", "--wait")
    queue = json.loads(mira.town.fedi("queue", "status", "--json"))
    assert all(each["host"] != bob.town.domain for each in queue["hosts"] if each["waiting"])
    assert not [each for each in bob.home() if "only for friends" in each["content"]]
    assert not [each for each in mira.notices("mention") if "are you there" in each["status"]["content"]]
