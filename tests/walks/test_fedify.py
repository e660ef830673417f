"""Fedify, an independent peer that parses JSON-LD strictly and verifies every signature, against our instance over TLS."""

import contextlib
import hashlib
import json
import os
import sqlite3
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from fedi.activitypub.context import AS
from fedi.activitypub.protocol import digests, keys, proofs
from fedi.policy.vocabulary import NAMESPACE
from tests.media_pictures import leaky_jpeg
from tests.walks.node import installed
from tests.walks.towns import Authority, Town, free_port, until

pytestmark = [pytest.mark.walk, pytest.mark.fedify, pytest.mark.timeout(300)]


class Peer:
    """The running Fedify instance, and what it can be told and asked."""

    def __init__(self, folder: Path, authority: Authority, log: Path):
        self.authority = authority
        self.domain = f"127.0.0.3:{free_port()}"
        self.origin = f"https://{self.domain}"
        self.handle = f"ann@{self.domain}"
        environment = os.environ | {
            "PORT": self.domain.partition(":")[2],
            "ORIGIN": self.origin,
            "CERTIFICATE": str(authority.certificate),
            "KEY": str(authority.key),
            "NODE_EXTRA_CA_CERTS": str(authority.certificate),
        }
        self.log = log
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                ["node", "peer.mjs"], cwd=folder, env=environment, stdout=out, stderr=subprocess.STDOUT
            )
        self.ann = until(lambda: self.ask("ready"), "Fedify to answer", quiet=True)["ann"]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)

    def ask(self, question: str, **words: str):
        return self._call("GET", question, words)

    def do(self, deed: str, **words: str):
        return self._call("POST", deed, words)

    def _call(self, method: str, name: str, words: dict[str, str]):
        url = f"{self.origin}/_{name}?{urllib.parse.urlencode(words)}"
        request = urllib.request.Request(url, method=method)
        try:
            with urllib.request.urlopen(request, context=self.authority.context, timeout=60) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise AssertionError(f"Fedify could not {name}: {error.read().decode()}") from error

    def saw(self, kind: str, about: str = "") -> dict:
        """The newest verified activity of a kind that speaks of something; waits for it."""

        def newest():
            return [each for each in self.ask("seen") if each["type"] == kind and about in json.dumps(each)][-1:]

        return until(newest, f"{kind} at Fedify")[0]


@pytest.fixture(scope="module")
def sides(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fedify")
    packages = installed("fedify")
    authority = Authority(folder)
    town = Town(folder, authority).start()
    try:
        peer = Peer(packages, authority, folder / "peer.log")
        try:
            yield town, peer
        finally:
            peer.stop()
            print(peer.log.read_text()[-3000:])
    finally:
        status = town.stop()
        print(town.log.read_text()[-3000:])
    assert status == 0


@pytest.fixture(scope="module")
def mira(sides):
    return sides[0].person("mira")


@pytest.fixture(scope="module")
def peer(sides):
    return sides[1]


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """What the walk has come to know, filled by the tests in their order."""
    return {"folder": tmp_path_factory.mktemp("pictures")}


def counts(mira, walked) -> tuple[int, int, int]:
    status = mira.get(f"/api/v1/statuses/{walked['at_mira']}")
    return status["favourites_count"], status["reblogs_count"], status["replies_count"]


def test_fedify_looks_the_artist_up_and_follows(mira, peer, walked):
    actor = peer.ask("lookup", what=f"@{mira.handle}")
    assert actor["type"] == "Person"
    assert actor["id"] == f"{mira.town.origin}/users/mira"
    assert actor["username"] == "mira"
    assert "RSASSA-PKCS1-v1_5" in actor["keys"]
    asked = peer.do("follow", actor=actor["id"])
    accept = peer.saw("Accept", asked["id"])
    assert accept["sender"] == actor["id"]
    notice = until(lambda: mira.notices("follow"), "the notice of a new follower")[0]
    assert notice["account"]["acct"] == peer.handle
    walked["actor"] = actor


def test_the_artist_follows_ann(mira, peer):
    found = mira.find(f"@{peer.handle}")
    assert found["acct"] == peer.handle
    assert found["display_name"] == "Ann of Fedify"
    mira.post(f"/api/v1/accounts/{found['id']}/follow")
    until(lambda: mira.relationship(found["id"])["following"], "the Accept")
    assert mira.relationship(found["id"])["followed_by"]
    follow = peer.saw("Follow")
    assert (follow["sender"], follow["objectId"]) == (f"{mira.town.origin}/users/mira", peer.ann)


def test_the_artwork_arrives_and_keeps_its_terms(mira, peer, walked):
    picture = walked["folder"] / "heron.jpg"
    picture.write_bytes(leaky_jpeg(6))
    uri = (
        mira.town.fedi(
            "post", "mira", "--file", picture, "--alt", "A heron, ink", "--title", "Heron study",
            "--text", "First light", "--tags", "ink,heron", "--wait",
        )
        .strip()
        .splitlines()[-1]
    )  # fmt: skip
    create = peer.saw("Create", uri)
    walked |= {"uri": uri, "at_mira": uri.rsplit("/", 1)[1], "create": create["id"]}
    assert create["sender"] == walked["actor"]["id"]
    note = create["object"]
    assert (note["type"], note["id"], note["attributedTo"]) == ("Note", uri, create["sender"])
    assert "Heron study" in note["content"]
    assert {"#ink", "#heron"} <= set(note["tags"])

    attachment = note["attachments"][0]
    assert attachment["name"] == "A heron, ink"
    assert attachment["mediaType"].startswith("image/")
    raw = create["raw"]["object"]["attachment"]
    raw = raw[0] if isinstance(raw, list) else raw
    data = mira.town.get(attachment["url"], raw=True)
    assert raw["digestMultibase"] == digests.multibase(hashlib.sha256(data).hexdigest())
    assert b"SECRET-COMMENT" not in data
    assert (attachment["width"], attachment["height"]) == (raw["width"], raw["height"])
    assert min(attachment["width"], attachment["height"]) > 0
    for said in (create["raw"]["object"], raw):
        assert said["aiConsent"].endswith("#prohibited")
        assert said["xRobotsTag"] == "noai, noimageai"


def test_the_terms_are_linked_data(mira, peer, walked):
    """Expansion in safe mode throws at every term that our contexts leave undefined."""
    note = peer.ask("lookup", what=walked["uri"])
    assert (note["type"], note["id"]) == ("Note", walked["uri"])
    created = peer.ask("expand", activity=walked["create"])[0][f"{AS}#object"][0]
    for expanded in (note["expanded"][0], created):
        for said in (expanded, expanded[f"{AS}#attachment"][0]):
            assert said[f"{NAMESPACE}consent"] == [{"@id": f"{NAMESPACE}prohibited"}]
            assert said[f"{NAMESPACE}xRobotsTag"] == [{"@value": "noai, noimageai"}]
            assert said["http://www.w3.org/ns/tdmrep#reservation"][0]["@value"] == 1
    assert walked["actor"]["expanded"]
    assert peer.ask("lookup", what=f"{mira.town.origin}/@mira/{walked['at_mira']}")["id"] == walked["uri"]


def test_fedify_believes_our_proof(peer, walked):
    """And not what was changed after it was made (FEP-8b32)."""
    assert peer.ask("proven", activity=walked["create"]) == {"proof": True, "good": True}
    assert peer.ask("proven", activity=walked["create"], change="2026-01-01T00:00:00Z")["good"] is False


def test_we_believe_fedifys_proof(mira, peer, walked):
    with contextlib.closing(sqlite3.connect(mira.town.folder / "data" / "fedi.sqlite3")) as database:
        bodies = [json.loads(body) for (body,) in database.execute("SELECT body FROM inbox_messages")]
        keys_of = dict(database.execute("SELECT uri, public FROM actor_keys WHERE algorithm = 'ed25519'").fetchall())
    proven = [body for body in bodies if "proof" in body]
    assert proven
    for body in proven:
        proof = proofs.parse(body)
        key = keys.load_public(keys_of[proof.method])
        assert proofs.verify(body, proof, key)
        assert not proofs.verify(body | {"actor": "https://else.example/u"}, proof, key)


def test_fedify_walks_our_collections(peer, walked):
    followers = peer.ask("traverse", collection=walked["actor"]["followers"])
    assert [each["id"] for each in followers] == [peer.ann]
    outbox = peer.ask("traverse", collection=walked["actor"]["outbox"])
    assert {"type": "Create", "id": walked["create"]} in outbox


def test_like_boost_and_reply_come_back(mira, peer, walked):
    walked["like"] = peer.do("like", object=walked["uri"])["id"]
    walked["boost"] = peer.do("announce", object=walked["uri"])["id"]
    walked["reply"] = peer.do("reply", object=walked["uri"], text="<p>what a light</p>")["id"]
    for kind in ("favourite", "reblog", "mention"):
        notice = until(lambda kind=kind: mira.notices(kind), kind)[0]
        assert notice["account"]["acct"] == peer.handle
    assert counts(mira, walked) == (1, 1, 1)
    reply = mira.get(f"/api/v1/statuses/{walked['at_mira']}/context")["descendants"][0]
    assert "what a light" in reply["content"]
    assert reply["uri"] == walked["reply"]
    walked["reply_at_mira"] = reply["id"]


def test_the_artist_answers_ann(mira, peer, walked):
    path = f"/api/v1/statuses/{walked['reply_at_mira']}"
    said = mira.post("/api/v1/statuses", status=f"@{peer.handle} the best", in_reply_to_id=walked["reply_at_mira"])
    created = peer.saw("Create", "the best")["raw"]["object"]
    assert created["inReplyTo"] == walked["reply"]
    assert peer.ann in created["to"] + created["cc"]
    assert {"type": "Mention", "href": peer.ann, "name": f"@{peer.handle}"} in created["tag"]
    assert peer.ask("lookup", what=said["uri"])["attributedTo"] == walked["actor"]["id"]
    for kind, deed in (("Like", "favourite"), ("Announce", "reblog")):
        mira.post(f"{path}/{deed}")
        done = peer.saw(kind)
        assert (done["sender"], done["objectId"]) == (walked["actor"]["id"], walked["reply"])
        mira.post(f"{path}/un{deed}")
        assert peer.saw("Undo", done["id"])["sender"] == walked["actor"]["id"]


def test_anns_edit_and_delete_arrive(mira, peer, walked):
    peer.do("edit", note=walked["reply"], text="<p>what a morning</p>")
    path = f"/api/v1/statuses/{walked['reply_at_mira']}"
    edited = until(lambda: (found := mira.get(path))["edited_at"] and found, "the Update")
    assert "what a morning" in edited["content"]
    peer.do("delete", note=walked["reply"])
    until(lambda: mira.town.status_of(path, token=mira.token) == 404, "the Delete")
    assert mira.get(f"/api/v1/statuses/{walked['at_mira']}/context")["descendants"] == []


def test_anns_undos_arrive(mira, peer, walked):
    peer.do("undo", activity=walked["like"])
    peer.do("undo", activity=walked["boost"])
    until(lambda: counts(mira, walked) == (0, 0, 0), "the Undos")


def test_our_edit_arrives(mira, peer, walked):
    before = mira.get(f"/api/v1/statuses/{walked['at_mira']}")
    mira.put(
        f"/api/v1/statuses/{walked['at_mira']}",
        status="Second light",
        media_ids=[each["id"] for each in before["media_attachments"]],
        media_attributes=[{"id": before["media_attachments"][0]["id"], "description": "A heron, ink on paper"}],
    )
    update = peer.saw("Update", "Second light")
    assert update["sender"] == walked["actor"]["id"]
    assert update["object"]["id"] == walked["uri"]
    assert update["object"]["updated"]
    assert update["object"]["attachments"][0]["name"] == "A heron, ink on paper"


@pytest.mark.parametrize("spec", ["draft-cavage-http-signatures-12", "rfc9421"])
def test_we_refuse_what_was_changed_after_signing(mira, peer, walked, spec):
    words = {"inbox": walked["actor"]["inbox"], "object": walked["uri"], "spec": spec}
    assert peer.do("knock", change="body", **words)["status"] == 401
    assert counts(mira, walked) == (0, 0, 0)
    whole = peer.do("knock", change="none", **words)
    assert whole["status"] == 202
    until(lambda: counts(mira, walked) == (1, 0, 0), "the Like")
    peer.do("undo", activity=whole["id"])
    until(lambda: counts(mira, walked) == (0, 0, 0), "the Undo")


def test_fedify_refuses_what_was_changed_after_signing(peer, walked):
    assert peer.do("replay", activity=walked["create"], change="none")["status"] == 202
    assert peer.do("replay", activity=walked["create"], change="body")["status"] == 401
    assert peer.do("replay", activity=walked["create"], change="header")["status"] == 202, "the proof in it holds"
    follow = next(each["id"] for each in peer.ask("seen") if each["type"] == "Follow")
    assert peer.do("replay", activity=follow, change="none")["status"] == 202
    assert peer.do("replay", activity=follow, change="header")["status"] == 401


def test_our_delete_arrives_and_the_address_is_gone(mira, peer, walked):
    assert peer.ask("status", url=walked["uri"])["status"] == 200
    mira.delete(f"/api/v1/statuses/{walked['at_mira']}")
    delete = peer.saw("Delete", walked["uri"])
    assert delete["sender"] == walked["actor"]["id"]
    assert delete["object"]["type"] == "Tombstone"
    assert delete["object"]["id"] == walked["uri"]
    assert peer.ask("status", url=walked["uri"])["status"] == 410
    outbox = peer.ask("traverse", collection=walked["actor"]["outbox"])
    assert walked["create"] not in [each["id"] for each in outbox]


def test_every_activity_of_ours_is_linked_data(peer):
    activities = peer.ask("seen")
    assert {each["type"] for each in activities} >= {
        "Accept", "Follow", "Create", "Update", "Delete", "Like", "Announce", "Undo"
    }  # fmt: skip
    for each in activities:
        expanded = peer.ask("expand", activity=each["id"])[0]
        assert expanded["@type"] == [f"{AS}#{each['type']}"]
        assert expanded["@id"] == each["id"]
