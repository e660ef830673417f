"""Pictures of other servers, shown from here: fetched once, kept for a while, refused where they should be."""

import asyncio
import io
import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from PIL import Image

from fedi import clock, config, db, files
from fedi.cli import media as media_command
from fedi.media import containers, credentials
from fedi.models.actor import Actor
from fedi.models.cached_file import CachedFile, CachedState
from fedi.models.instance import DomainSeverity
from fedi.models.media import RemoteMedia
from fedi.models.post import Post
from fedi.policy.consent import PRESETS, Consent
from fedi.policy.layers import xmp
from fedi.policy.licences import LICENCES
from fedi.policy.terms import Terms
from fedi.services import cached_files, domains
from fedi.tasks import remote_files, upkeep
from tests import people
from tests.policy.layers import readers
from tests.worlds import evil, servers, victim

__all__ = ["evil", "servers", "victim"]


def picture(kind="PNG", size=(900, 600), **options):
    out = io.BytesIO()
    Image.new("RGB", size, (180, 90, 40)).save(out, kind, **options)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _rations():
    remote_files.forget()


@pytest.fixture
def heron(victim):
    """A picture at another server, and its address there."""
    victim.put("/heron.png", picture(), kind="image/png")
    victim.asked.clear()
    return victim.url("/heron.png")


async def look(client, path, *, worker=True, headers=None):
    """GET a picture while a worker is at it."""

    async def work():
        while True:
            await asyncio.to_thread(remote_files.fetch_due)
            await asyncio.sleep(0.05)

    running = asyncio.create_task(work()) if worker else None
    try:
        return await client.get(path, headers=headers or {})
    finally:
        if running is not None:
            running.cancel()


def row():
    with db.reading() as session:
        return session.query(CachedFile).one_or_none()


def shown_in_a_post(url, **said):
    ann = people.stranger("ann", "else.example")
    with db.writing() as session:
        post = Post(uri=f"{ann.uri}/n/1", actor_id=ann.id, tags=[], mentions=[], **said)
        session.add(post)
        session.flush()
        session.add(RemoteMedia(post_id=post.id, url=url, mime="image/png"))


async def test_the_first_look_fetches_and_every_other_does_not(client, instance, heron, victim):
    small = await look(client, cached_files.path(heron, "small"))
    large = await look(client, cached_files.path(heron, "large"))
    assert (small.status_code, small.mimetype) == (200, "image/webp")
    assert Image.open(io.BytesIO(await small.get_data())).size == (640, 427)
    assert Image.open(io.BytesIO(await large.get_data())).size == (900, 600)
    again = await look(client, cached_files.path(heron, "small"), worker=False)
    assert again.status_code == 200
    assert again.headers["Cache-Control"].startswith("public")
    assert "sandbox" in again.headers["Content-Security-Policy"]
    assert again.headers["X-Content-Type-Options"] == "nosniff"
    assert victim.paths() == ["/heron.png"]
    assert row().state == CachedState.HERE
    assert row().size > 0
    unchanged = await look(
        client, cached_files.path(heron, "small"), worker=False, headers={"If-None-Match": again.headers["ETag"]}
    )
    assert unchanged.status_code == 304


async def test_only_addresses_that_we_made_are_fetched(client, instance, heron, victim):
    path = cached_files.path(heron, "small")
    _, _, size, signature, name = path.split("/")
    other = cached_files.path(victim.url("/other.png"), "small").rpartition("/")[2]
    for wrong in (
        f"/remote/{size}/{'0' * 32}/{name}",
        f"/remote/{size}/{signature}/{other}",
        f"/remote/{size}/{signature}/{name}x",
        f"/remote/{size}/{signature}/%FF%FE",
        f"/remote/huge/{signature}/{name}",
        f"/remote/{size}/{signature}/",
    ):
        assert (await client.get(wrong)).status_code == 404, wrong
    assert row() is None
    assert victim.asked == []


@pytest.mark.parametrize(
    "what",
    ["html", "svg", "missing", "loopback", "private", "to a blocked server", "too large"],
)
async def test_what_is_no_picture_is_not_shown(client, instance, victim, evil, what, monkeypatch):
    url = victim.url("/x.png")
    if what == "html":
        victim.put("/x.png", b"<html><script>alert(1)</script></html>", kind="image/png")
    elif what == "svg":
        victim.put("/x.png", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', kind="image/svg+xml")
    elif what == "loopback":
        config.use(config.settings().model_copy(update={"allowed_private_networks": "127.0.0.11/32"}))
        victim.put("/x.png", evil.url("/x.png").encode(), status=302)
        evil.put("/x.png", picture(), kind="image/png")
    elif what == "private":
        url = "http://10.0.0.1/x.png"
    elif what == "to a blocked server":
        victim.put("/x.png", evil.url("/x.png").encode(), status=302)
        evil.put("/x.png", picture(), kind="image/png")
        with db.writing() as session:
            domains.set_rule(session, evil.host, DomainSeverity.BLOCK)
    elif what == "too large":
        monkeypatch.setattr("fedi.media.preview.MAX_BYTES", 1000)
        victim.put("/x.png", picture() + b"\0" * 2000, kind="image/png")
    answer = await look(client, cached_files.path(url, "small"))
    assert answer.status_code == 404
    assert row().state == CachedState.FAILED
    assert not list(files.folder("cache").rglob("*.webp"))
    victim.asked.clear()
    assert (await look(client, cached_files.path(url, "small"))).status_code == 404
    assert victim.asked == [], "it is not asked for on every view"


async def test_a_server_that_is_away_is_tried_again_later(client, instance, victim, heron, monkeypatch):
    monkeypatch.setattr("fedi.web.remote.WAIT", 0.4)
    victim.put("/heron.png", b"", status=503)
    answer = await look(client, cached_files.path(heron, "small"))
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert row().state == CachedState.WANTED
    victim.put("/heron.png", picture(), kind="image/png")
    with clock.frozen(clock.timestamp() + 60):
        assert remote_files.fetch_due() == 1
    assert row().state == CachedState.HERE


async def test_without_a_worker_nobody_waits_for_ever(client, instance, heron, monkeypatch):
    monkeypatch.setattr("fedi.web.remote.WAIT", 0.2)
    assert (await look(client, cached_files.path(heron, "small"), worker=False)).status_code == 503
    monkeypatch.setattr("fedi.web.remote.MOST_WAITING", 0)
    assert (await look(client, cached_files.path(heron, "large"), worker=False)).status_code == 503


async def test_a_rule_against_pictures_of_a_server_holds_at_once(client, instance, heron, victim):
    assert (await look(client, cached_files.path(heron, "small"))).status_code == 200
    with db.writing() as session:
        domains.set_rule(session, victim.host, DomainSeverity.LIMIT, reject_media=True)
    assert (await look(client, cached_files.path(heron, "small"))).status_code == 404


async def test_terms_are_never_weaker_than_received(client, instance, heron):
    """By default the house reserves all; where it allows, what an author reserves stays reserved."""
    config.use(config.settings().model_copy(update={"consent_default": "allowed"}))
    shown_in_a_post(heron, consent="prohibited")
    answer = await look(client, cached_files.path(heron, "large"))
    assert answer.headers["tdm-reservation"] == "1"
    assert "noai" in answer.headers["X-Robots-Tag"]
    assert Consent.parse(row().consent).state == "prohibited"
    assert b"DMI-PROHIBITED" in Image.open(io.BytesIO(await answer.get_data())).info["xmp"]


async def test_what_nobody_looks_at_goes_and_comes_back(client, instance, heron, victim):
    path = cached_files.path(heron, "small")
    await look(client, path)
    with clock.frozen(clock.timestamp() + 40 * 86400):
        assert remote_files.prune() == 1
        assert row() is None
        assert not list(files.folder("cache").rglob("*.webp"))
    assert (await look(client, path)).status_code == 200
    assert len(victim.asked) == 2


async def test_looking_keeps_it(client, instance, heron):
    path = cached_files.path(heron, "small")
    await look(client, path)
    with db.writing() as session:
        session.query(CachedFile).one().used_at = clock.now() - timedelta(days=29)
    await look(client, path, worker=False)
    assert row().used_at > clock.now() - timedelta(minutes=1)


async def test_the_longest_unseen_goes_first_when_there_is_no_room(client, instance, victim):
    for number in range(3):
        victim.put(f"/{number}.png", picture(size=(300 + number, 200)), kind="image/png")
        await look(client, cached_files.path(victim.url(f"/{number}.png"), "small"))
        with db.writing() as session:
            found = cached_files.find(session, victim.url(f"/{number}.png"))
            found.used_at, found.size = clock.now() - timedelta(days=3 - number), 1000
    assert remote_files.prune(limit=2000) == 1
    with db.reading() as session:
        left = {found.url.rpartition("/")[2] for found in session.query(CachedFile)}
        assert cached_files.total(session) == 2000
    assert left == {"1.png", "2.png"}


async def test_a_copy_that_went_from_the_disk_is_fetched_again(client, instance, heron, victim):
    path = cached_files.path(heron, "small")
    await look(client, path)
    for file in files.folder("cache").rglob("*.webp"):
        file.unlink()
    assert (await look(client, path, worker=False)).status_code == 503
    assert (await look(client, path)).status_code == 200


async def test_the_commands(client, instance, heron, victim):
    await look(client, cached_files.path(heron, "small"))
    stray = files.folder("cache") / "ab" / f"ab{'0' * 62}-small.webp"
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"left by a crash")

    def run(*arguments):
        return CliRunner().invoke(media_command.media, arguments, catch_exceptions=False)

    assert run("refresh", heron).output == "1 will be fetched by the worker\n"
    assert row().state == CachedState.WANTED
    assert remote_files.fetch_due() == 1
    assert run("refresh").output == "0 will be fetched by the worker\n"
    assert run("refresh", "--host", victim.host).output.startswith("1 ")
    remote_files.fetch_due()
    assert run("prune").output.startswith("1 dropped"), "the stray"
    assert not stray.exists()
    assert run("prune", "--days", "0").output == "1 dropped, the rest takes 0.0 MB\n"
    assert run("refresh", heron, "--host", victim.host).exit_code == 2


def test_the_sweep_wakes_and_prunes(instance, heron, monkeypatch):
    sent = []
    monkeypatch.setattr("fedi.work.send", sent.append)
    with db.writing() as session:
        cached_files.want(session, heron)
    upkeep.sweep_once()
    assert "media.fetch" in sent


def test_what_ends_its_worker_again_and_again_fails(instance, heron):
    with db.writing() as session:
        cached_files.want(session, heron)
    now = clock.timestamp()
    for n in range(5):
        with clock.frozen(now + n * 300), db.writing() as session:
            cached_files.claim(session)
    assert row().state == CachedState.FAILED


async def test_apps_and_pages_show_it_from_here(client, instance, mira, heron):
    ann = people.stranger("ann", "else.example")
    with db.writing() as session:
        author = session.get_one(Actor, ann.id)
        author.icon_url, author.image_url = heron, heron
        post = Post(
            uri=f"{ann.uri}/n/1", actor_id=ann.id, content="<p>:blob:</p>", emojis={"blob": heron}, tags=[], mentions=[]
        )
        session.add(post)
        session.flush()
        session.add(RemoteMedia(post_id=post.id, url=heron, mime="image/png"))
        session.add(RemoteMedia(post_id=post.id, url="https://else.example/film.mp4", mime="video/mp4", position=1))
        post_id = post.id
    status = json.loads(await (await client.get(f"/api/v1/statuses/{post_id}")).get_data())
    ours = f"https://art.test{cached_files.path(heron, 'small')}"
    image, film = status["media_attachments"]
    assert image["preview_url"] == ours
    assert image["url"] == ours.replace("/small/", "/large/")
    assert image["remote_url"] == heron
    assert film["url"] == "https://else.example/film.mp4"
    assert status["account"]["avatar"] == ours
    assert status["emojis"][0]["url"] == ours
    page = (await (await client.get(f"/@ann@else.example/{post_id}")).get_data()).decode()
    assert cached_files.path(heron, "large") in page
    assert heron not in page.replace(f'href="{heron}', "")
    policy = (await client.get("/")).headers["Content-Security-Policy"]
    assert "img-src 'self' data:;" in policy


async def test_terms_that_come_later_hold_for_the_copy_that_is_here(client, instance, heron):
    config.use(config.settings().model_copy(update={"consent_default": "allowed"}))
    shown_in_a_post(heron)
    path = cached_files.path(heron, "large")
    assert (await look(client, path)).headers["tdm-reservation"] == "0"
    with db.writing() as session:
        session.query(Post).one().consent = "prohibited"
    assert (await look(client, path, worker=False)).headers["tdm-reservation"] == "1"
    with db.writing() as session:
        session.query(Post).one().consent = None
        session.query(Actor).filter(Actor.name == "ann").one().consent = "prohibited"
    assert (await look(client, path, worker=False)).headers["tdm-reservation"] == "1", "the author's own word"


@pytest.mark.parametrize("where", ["icon_url", "image_url"])
async def test_a_portrait_keeps_the_terms_of_whom_it_shows(client, instance, heron, where):
    config.use(config.settings().model_copy(update={"consent_default": "allowed"}))
    path = cached_files.path(heron, "large")
    assert (await look(client, path)).headers["tdm-reservation"] == "0"
    people.stranger("ann", "else.example")
    with db.writing() as session:
        ann = session.query(Actor).filter(Actor.name == "ann").one()
        setattr(ann, where, heron)
        ann.terms = {"xRobotsTag": "noai, noimageai"}
        ann.display_name = "Ann Heron"
        shown = ann.uri
    answer = await look(client, path, worker=False)
    assert answer.headers["tdm-reservation"] == "1"
    with db.reading() as session:
        terms = cached_files.terms(session, session.query(CachedFile).one())
    assert (terms.holder_name, terms.holder_url) == ("Ann Heron", shown)


@pytest.mark.parametrize("status", [429, 500])
async def test_a_server_that_is_too_busy_has_not_failed(client, instance, victim, heron, monkeypatch, status):
    monkeypatch.setattr("fedi.web.remote.WAIT", 0.4)
    victim.put("/heron.png", b"", status=status)
    assert (await look(client, cached_files.path(heron, "small"))).status_code == 503
    assert row().state == CachedState.WANTED


def test_what_is_too_much_for_one_host_now_comes_later(instance, heron, victim, monkeypatch):
    monkeypatch.setattr(remote_files, "PER_HOST", 0)
    with db.writing() as session:
        cached_files.want(session, heron)
    assert remote_files.fetch_due() == 1
    assert (row().state, row().attempts, victim.asked) == (CachedState.WANTED, 0, [])
    assert remote_files.fetch_due() == 0
    monkeypatch.undo()
    with clock.frozen(clock.timestamp() + 120):
        assert remote_files.fetch_due() == 1
    assert row().state == CachedState.HERE


def terms_of(consent):
    return Terms(PRESETS[consent], "Ann", "https://b.test/@ann", 2024, LICENCES["cc-by"], "https://b.test/@ann/terms")


def jpeg_saying(consent):
    return containers.with_xmp(picture("JPEG"), xmp.render(terms_of(consent)))


@pytest.mark.parametrize("what", ["xmp", "manifest", "header", "broken xmp", "open", "silent"])
async def test_what_the_file_itself_says_is_kept_where_the_house_is_open(client, instance, victim, tmp_path, what):
    """The post says nothing; the house allows everything."""
    config.use(config.settings().model_copy(update={"consent_default": "allowed"}))
    readers.SIGNER.credentials = credentials.ensure(tmp_path / "keys", "b.test")
    body = {
        "xmp": jpeg_saying("prohibited"),
        "open": jpeg_saying("allowed"),
        "broken xmp": containers.with_xmp(picture("JPEG"), b"<x:xmpmeta><rdf"),
        "manifest": readers.signed(terms_of("prohibited")),
    }.get(what, picture("JPEG"))
    victim.put("/a.jpg", body, kind="image/jpeg")
    if what == "header":
        victim.headers["/a.jpg"] = [("X-Robots-Tag", "noai")]
    url = victim.url("/a.jpg")
    shown_in_a_post(url)
    for size in cached_files.SIZES:
        answer = await look(client, cached_files.path(url, size))
        assert answer.status_code == 200
        closed = what not in {"open", "silent"}
        assert answer.headers["tdm-reservation"] == ("1" if closed else "0")
        assert ("noai" in answer.headers.get("X-Robots-Tag", "")) is closed
        packet = Image.open(io.BytesIO(await answer.get_data())).info.get("xmp", b"")
        assert (b"DMI-PROHIBITED" in packet) is closed
        assert bool(packet) is (what != "silent"), "we put no words of ours into silent files"
        if packet:
            assert "© ".encode() in packet
            assert b"ann" in packet.lower(), "the rights are hers"
            assert config.settings().instance_name.encode() not in packet


def test_later_words_of_a_post_do_not_open_what_the_file_closed(instance, victim):
    victim.put("/a.jpg", jpeg_saying("prohibited"), kind="image/jpeg")
    url = victim.url("/a.jpg")
    config.use(config.settings().model_copy(update={"consent_default": "allowed"}))
    shown_in_a_post(url, terms={"aiConsent": "https://w3id.org/fedi/noai#allowed"})
    with db.writing() as session:
        cached_files.want(session, url)
    assert remote_files.fetch_due() == 1
    with db.reading() as session:
        assert cached_files.terms(session, row()).consent == PRESETS["prohibited"]
