"""Registries of no to AI, with a real instance: who is named, what is taken back, what the log keeps, and others' tools."""

import csv
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import iscc_core
import pytest
from datadiligence.rules import SpawningAPI

from fedi import clock, config, db, files, tasks
from fedi.config import BadSettings
from fedi.errors import BadRequest, Conflict, NotFound
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.media import Media, RenditionKind
from fedi.models.post import Post, Visibility
from fedi.models.registry import RegistryEntry, Step
from fedi.services import accounts, deletions, leaving, posts, registries, term_changes
from fedi.tasks import fingerprints, upkeep
from fedi.tasks import media as media_task
from tests import people
from tests.conftest import close_house, open_house, password_hash
from tests.web.pages.browsing import show_work
from tests.web.test_terms import publish, uploaded


@pytest.fixture
def registered(tmp_path):
    """An instance whose admin turned both on."""
    folder = tmp_path / "data"
    folder.mkdir()
    open_house(folder, registries="spawning, TDMAI")
    yield config.settings()
    close_house()


@pytest.fixture
def mira(registered, make_account):
    account = make_account("mira")
    choose(account, "spawning", "tdmai")
    return account


@pytest.fixture
def instance(registered):
    return registered


def new_account(name):
    with db.writing() as session:
        return accounts.create(
            session, name=name, email=f"{name}@example.org", password_hash=password_hash(), key=people.rsa_key()
        )


def choose(account, *names):
    with db.writing() as session:
        registries.choose(session, session.get_one(Actor, account.actor_id), names)


def made(account, name, *, back=False):
    """The file as text, or the reason why there is none."""
    with db.writing() as session:
        actor = session.get_one(Actor, account.actor_id)
        make = registries.take_back if back else registries.export
        try:
            file = make(session, actor, registries.find(name))
        except Conflict as error:
            return f"none: {error}"
        registries.record(session, file)
        return file.body.decode()


def standing(account, name):
    with db.reading() as session:
        return registries.standing(session, session.get_one(Actor, account.actor_id), registries.find(name))


def steps(account):
    with db.reading() as session:
        rows = list(registries.log(session, session.get_one(Actor, account.actor_id)))
    return [(row.step, row.registry_name, row.declared, row.address) for row, _ in reversed(rows)]


def addresses(post_id):
    """Of the files of a work, large then small."""
    with db.reading() as session:
        row = session.query(Media).filter_by(post_id=post_id).one()
        return [f"https://art.test/media/{row.rendition(kind).key}" for kind in RenditionKind]


def change(account, consent, post_id=None):
    with db.writing() as session:
        if post_id:
            term_changes.change(session, session.get_one(Post, post_id), {"consent": consent})
        else:
            row = session.get_one(Account, account.id)
            term_changes.of_artist(session, row, tag=False, field=False, consent=consent, licence=None)


def test_an_unknown_registry_stops_the_start(tmp_path):
    with pytest.raises(BadSettings, match="FEDI_REGISTRIES: 'laion' is unknown: write any of spawning, tdmai"):
        open_house(tmp_path, registries="spawning,laion")


def test_off_until_an_admin_and_the_artist_say_so(house_on_sqlite):
    otto = new_account("otto")
    show_work(otto)
    assert registries.on() == {}
    with pytest.raises(NotFound):
        registries.find("spawning")
    with pytest.raises(BadRequest):
        choose(otto, "spawning")


def test_on_each_database(house_on_each):
    """The way of an artist to her leaving, on SQLite and on PostgreSQL."""
    config.use(config.load(**config.settings().model_dump() | {"registries": "spawning,tdmai"}))
    otto = new_account("otto")
    post_id = show_work(otto)
    choose(otto, "spawning", "tdmai")
    assert fingerprints.make_due() == 1
    assert made(otto, "spawning").splitlines() == addresses(post_id)
    assert json.loads(made(otto, "tdmai"))[0]["tdm-reservation"] == 1
    change(otto, "allowed", post_id)
    assert made(otto, "spawning", back=True).splitlines() == addresses(post_id)
    with db.reading() as session:
        counts = {registry.name: (artists, steps) for registry, artists, steps, _ in registries.overview(session)}
    assert counts == {"spawning": (1, 4), "tdmai": (1, 1)}
    with db.writing() as session:
        accounts.leave(session, session.get_one(Account, otto.id))
    while True:
        tasks.run_until_idle()
        with db.writing() as session:
            if not leaving.step(session):
                break
    with db.reading() as session:
        assert [row[1:3] for row in registries.overview(session)] == [(0, 0), (0, 0)]


def test_who_did_not_choose_is_in_no_file(registered, make_account):
    otto = make_account("otto")
    show_work(otto)
    assert made(otto, "spawning") == "none: otto did not choose Do Not Train"
    choose(otto, "spawning")
    assert made(otto, "spawning")
    choose(otto)
    assert made(otto, "spawning") == "none: otto did not choose Do Not Train"


def test_only_what_everybody_is_shown(mira, make_account):
    """The attack: works for fewer, drafts and works of others must be in neither file, in no form."""
    public = show_work(mira, "Heron")
    hidden = [show_work(mira, "Secret", visibility=each) for each in Visibility if each != Visibility.PUBLIC]
    others = show_work(make_account("otto"), "Fern")
    waiting = uploaded(mira)
    with db.writing() as session:
        actor = session.get_one(Actor, mira.actor_id)
        waiting = posts.compose(session, author=actor, title="Not protected yet", media_ids=[waiting]).id
    for name in ("spawning", "tdmai"):
        fingerprints.make_due()
        body = made(mira, name)
        assert body.count("\n") >= 1
        for post_id in (*hidden, others):
            assert not any(address in body for address in addresses(post_id)), name
    assert made(mira, "spawning").splitlines() == addresses(public)
    assert len(json.loads(made(mira, "tdmai"))) == 1
    logged = {address for *_, address in steps(mira)}
    assert logged <= set(addresses(public))
    assert waiting not in {row.post_id for row in standing(mira, "spawning").declared}


def test_a_permission_takes_back_and_a_refusal_declares_again(mira):
    heron, fern = show_work(mira, "Heron"), show_work(mira, "Fern")
    assert made(mira, "spawning").splitlines() == addresses(heron) + addresses(fern)
    assert made(mira, "spawning", back=True) == "none: there is nothing to take back there"
    assert standing(mira, "spawning").fresh == []
    change(mira, "allowed", fern)
    found = standing(mira, "spawning")
    assert [row.address for row in found.withdrawn] == addresses(fern)
    assert made(mira, "spawning").splitlines() == addresses(heron)
    assert made(mira, "spawning", back=True).splitlines() == addresses(fern)
    assert standing(mira, "spawning").withdrawn == []
    change(mira, "prohibited", fern)
    assert [line.entry.address for line in standing(mira, "spawning").fresh] == addresses(fern)
    made(mira, "spawning")
    last = steps(mira)[-2:]
    assert [(step, declared) for step, _, declared, _ in last] == [(Step.EXPORTED, "do not train")] * 2


def test_what_is_shown_to_fewer_stays_declared_and_is_named_no_more(mira):
    post_id = show_work(mira, "Heron")
    other = show_work(mira, "Fern")
    before = made(mira, "spawning")
    with db.writing() as session:
        deletions.withdraw(session, session.get_one(Post, post_id))
        session.get_one(Post, other).visibility = Visibility.FOLLOWERS
    change(mira, "allowed")
    found = standing(mira, "spawning")
    assert (found.declared, found.withdrawn) == ([], [])
    assert {row.address for row in found.unshown} == set(before.splitlines())
    assert made(mira, "spawning").startswith("none:")
    assert made(mira, "spawning", back=True).startswith("none:")


def test_the_log_is_only_added_to(mira):
    show_work(mira, "Heron")
    made(mira, "spawning")
    with db.reading() as session:
        before = [(row.id, row.step, row.declared) for row in session.query(RegistryEntry).order_by(RegistryEntry.id)]
    with db.writing() as session:
        actor = session.get_one(Actor, mira.actor_id)
        assert registries.hand_over(session, actor, registries.find("spawning")) == 2
        with pytest.raises(Conflict):
            registries.hand_over(session, actor, registries.find("spawning"))
    change(mira, "allowed")
    made(mira, "spawning", back=True)
    assert len(standing(mira, "spawning").unconfirmed) == 2
    with db.reading() as session:
        after = [(row.id, row.step, row.declared) for row in session.query(RegistryEntry).order_by(RegistryEntry.id)]
        lines = list(csv.DictReader(registries.log_file(session, session.get_one(Actor, mira.actor_id))))
    assert after[: len(before)] == before
    assert [step for _, step, _ in after] == [Step.EXPORTED] * 2 + [Step.HANDED_OVER] * 2 + [Step.WITHDRAWN] * 2
    assert [line["declared"] for line in lines] == ["taken off"] * 2 + ["do not train"] * 4
    assert {line["consent"] for line in lines[:2]} == {"allowed"}
    assert int(lines[0]["decision"]) > int(lines[-1]["decision"])
    assert all(len(line["sha256"]) == 64 and line["made by"] == "artist" for line in lines)


def test_brief_addresses_are_not_declared(house_on_sqlite):
    config.use(config.load(**config.settings().model_dump() | {"registries": "spawning", "large_pictures": "brief"}))
    otto = new_account("otto")
    choose(otto, "spawning")
    post_id = show_work(otto)
    assert made(otto, "spawning").splitlines() == addresses(post_id)[1:]


def test_tdmai_by_the_code_of_the_file_that_is_shown(mira):
    """A picture really protected; the code is checked by the reference implementation against the file."""
    post_id, media_id = publish(mira)
    with db.reading() as session:
        assert "media.fingerprint" in upkeep._due(session, clock.now())
    assert standing(mira, "tdmai").waiting == 1
    assert made(mira, "tdmai").startswith("none:")
    assert fingerprints.make_due() == 1
    assert fingerprints.make_due() == 0
    [said] = json.loads(made(mira, "tdmai"))
    assert said.keys() == {"iscc", "tdm-reservation"}
    assert said["tdm-reservation"] == 1
    assert iscc_core.iscc_validate(said["iscc"], strict=True)
    meta, _, data, instance = iscc_core.iscc_decompose(said["iscc"])
    with db.reading() as session:
        key = session.get_one(Media, media_id).rendition(RenditionKind.FEDERATED).key
    with files.locate("renditions", key).open("rb") as file:
        assert f"ISCC:{data}" == iscc_core.gen_data_code_v0(file)["iscc"]
        file.seek(0)
        assert f"ISCC:{instance}" == iscc_core.gen_instance_code_v0(file)["iscc"]
    assert f"ISCC:{meta}" == iscc_core.gen_meta_code_v0("Heron")["iscc"]
    change(mira, "licensed", post_id)
    assert json.loads(made(mira, "tdmai"))[0]["tdm-policy"].startswith("https://art.test/@mira/policies/licensed/tdm")
    change(mira, "allowed", post_id)
    assert made(mira, "tdmai").startswith("none:")
    assert json.loads(made(mira, "tdmai", back=True)) == [{"iscc": said["iscc"], "tdm-reservation": 0}]


def test_a_picture_made_anew_is_declared_anew_and_all_of_it_taken_back(mira):
    """Its address changes with its terms: the old one stays on the list until the artist permits."""
    post_id, _ = publish(mira)
    old = addresses(post_id)
    assert made(mira, "spawning").splitlines() == old
    change(mira, "ask", post_id)
    media_task.protect()
    new = addresses(post_id)
    assert not set(new) & set(old)
    assert [line.entry.address for line in standing(mira, "spawning").fresh] == new
    assert made(mira, "spawning").splitlines() == new
    assert made(mira, "spawning", back=True).startswith("none:")
    change(mira, "allowed", post_id)
    media_task.protect()
    assert made(mira, "spawning").startswith("none:")
    assert made(mira, "spawning", back=True).splitlines() == [*old, *new]


def test_a_work_whose_name_is_nothing(mira):
    show_work(mira, "\u200b", alt="\u2060")
    fingerprints.make_due()
    assert iscc_core.iscc_validate(json.loads(made(mira, "tdmai"))[0]["iscc"], strict=True)


def test_a_file_that_cannot_be_read_is_tried_once(mira):
    post_id = show_work(mira)
    with db.reading() as session:
        row = session.query(Media).filter_by(post_id=post_id).one()
        files.locate("renditions", row.rendition(RenditionKind.FEDERATED).key).write_bytes(b"no picture")
    assert fingerprints.make_due() == 1
    assert fingerprints.make_due() == 0
    assert standing(mira, "tdmai").waiting == 0


def test_spawnings_own_tool_leaves_out_what_the_list_names(mira, monkeypatch):
    """datadiligence, asking a registry that took the list in as it is."""
    denied, allowed = show_work(mira, "Heron"), show_work(mira, "Fern", consent="allowed")
    listed = set(made(mira, "spawning").splitlines())

    class TheirApi(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = self.rfile.read(int(self.headers["Content-Length"])).decode().split("\n")
            body = json.dumps({"urls": [{"url": url, "optOut": url in listed} for url in asked]}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), TheirApi)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(SpawningAPI, "SPAWNING_AI_API_URL", f"http://127.0.0.1:{server.server_port}/")
    try:
        kept = SpawningAPI().filter_allowed(urls=[*addresses(denied), *addresses(allowed)])
    finally:
        server.shutdown()
        server.server_close()
    assert kept == addresses(allowed)
