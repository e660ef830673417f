"""`kill -9` at every named failpoint, the first time it is passed and later ones, of the two walks: a Follow in, an artwork out.

Afterwards nothing unprotected was ever reachable or delivered; and once the same steps have run again, everything has
happened exactly once: one post published, one Create and one Accept by its id at the inbox. A first dry run of the
walks says which points are passed where; a declared point that no walk passes fails the last test.
"""

import base64
import hashlib
import importlib
import itertools
import json
import pkgutil
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from sqlalchemy import func, select

import fedi.media.stages
import fedi.tasks
import fedi.web.database
from fedi import clock, config, db, failpoints
from fedi.activitypub.protocol import digests, keys, signatures
from fedi.errors import NotFound
from fedi.models.actor import ActorKey
from fedi.models.follow import Follow, FollowState
from fedi.models.inbox_message import InboxMessage, InboxState
from fedi.models.media import Media, MediaState, Rendition
from fedi.models.notification import Notification
from fedi.models.outgoing import Delivery, DeliveryState, Outgoing
from fedi.models.post import Post, PostState
from fedi.services import accounts, media, posts, tokens
from tests import people
from tests.conftest import close_house, open_house
from tests.peers import Peers

pytestmark = [pytest.mark.slow, pytest.mark.walk, pytest.mark.timeout(600)]

for info in pkgutil.iter_modules(fedi.media.stages.__path__):
    importlib.import_module(f"fedi.media.stages.{info.name}")
# Passed in the media child, whose death the worker survives; all others are passed in the process that is killed.
CHILD_POINTS = sorted(name for name in failpoints.NAMES if name.endswith(".before_write"))
POINTS = sorted(failpoints.NAMES - set(CHILD_POINTS))
PHASES = ("inbox", "artwork")
LATER = 20 * 60.0  # every lease has run out


@dataclass
class Ground:
    """What all walks share: the process that forks, a peer, and a house to copy."""

    zygote: subprocess.Popen
    peer: object
    folder: Path
    token: str
    follow: dict
    passes: dict = field(default_factory=dict)  # (phase, step number) -> Counter of failpoints
    numbers: object = field(default_factory=itertools.count)

    def walk(self):
        """A walk in a fresh copy of the house."""
        self.peer.got.clear()
        data = self.folder / f"walk{next(self.numbers)}"
        shutil.copytree(self.folder / "base", data)
        return Walk(self, data)


@dataclass
class Walk:
    ground: Ground
    data: Path
    media_id: str = ""

    def settings(self):
        return {
            "domain": "art.test",
            "data_dir": str(self.data),
            "rate_limits": "off",
            "allowed_private_networks": "127.0.0.0/8",
            "secret_key": "a key for tests that is long enough",
            "protect_preset": "fast",
        }

    def do(self, step, *, failpoint="", media_failpoint="", offset=0.0, record="", **given):
        request = {
            "step": step,
            "settings": self.settings(),
            "failpoint": failpoint,
            "media_failpoint": media_failpoint,
            "offset": offset,
            "record": record,
            "with": given,
        }
        self.ground.zygote.stdin.write(json.dumps(request) + "\n")
        self.ground.zygote.stdin.flush()
        return json.loads(self.ground.zygote.stdout.readline())

    def steps(self, phase):
        if phase == "inbox":
            return [partial(self.do, "receive", **self.ground.follow), partial(self.do, "work")]
        return [self._upload, self._publish, partial(self.do, "work")]

    def _upload(self, **options):
        answer = self.do("upload", token=self.ground.token, file=str(self.ground.folder / "boat.jpg"), **options)
        if answer["exit"] == 0:
            self.media_id = answer["result"][1]
        return answer

    def _publish(self, **options):
        return self.do("publish", token=self.ground.token, media_id=self.media_id, **options)

    def check(self, look):
        open_house(self.data, **{k: v for k, v in self.settings().items() if k not in {"data_dir", "domain"}})
        try:
            look(self)
        finally:
            close_house()


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kill")
    _draw(folder / "boat.jpg")
    zygote = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "kill_steps.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with Peers() as peers:
        peer = peers.start("127.0.0.2")
        token, follow = _furnish(folder / "base", peer)
        made = Ground(zygote, peer, folder, token, follow)
        for phase in PHASES:
            _dry_run(made, phase)
        yield made
    zygote.stdin.close()
    zygote.wait(20)


def _draw(path):
    image = Image.new("RGB", (640, 480), (200, 190, 160))
    ImageDraw.Draw(image).polygon([(100, 300), (500, 300), (420, 400), (180, 400)], fill=(180, 40, 30))
    exif = Image.Exif()
    exif[0x010E] = "SECRET-OF-THE-ORIGINAL"
    image.save(path, quality=92, exif=exif)


def _furnish(base, peer):
    """mira, whom fan follows, and gina's signed Follow that is yet to come."""
    base.mkdir()
    open_house(base)
    mira = people.artist()
    people.follow(people.stranger("fan", peer.host, scheme="http"), mira)
    key = people.rsa_key()
    gina = people.stranger("gina", peer.host, scheme="http")
    with db.writing() as session:
        gina = session.merge(gina)
        gina.fetched_at = clock.now()
        gina_key = f"{gina.uri}#main-key"
        session.add(ActorKey(actor_id=gina.id, uri=gina_key, algorithm="rsa", public=people.public_pem_of(key)))
        token = tokens.issue(session, accounts.by_name(session, "mira"), "read write")
    activity = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{gina.uri}/follows/1",
        "type": "Follow",
        "actor": gina.uri,
        "object": mira.uri,
    }
    body = json.dumps(activity).encode()
    headers = signatures.sign(
        keys.load_private(people.private_pem_of(key)),
        gina_key,
        "POST",
        "https://art.test/inbox",
        digest=digests.sha256(body),
    )
    close_house()
    return token, {"headers": list(headers.items()), "body": base64.b64encode(body).decode()}


def _dry_run(ground, phase):
    walk = ground.walk()
    for number, step in enumerate(walk.steps(phase)):
        record = walk.data / "tmp" / f"passed{number}"
        record.parent.mkdir(exist_ok=True)
        answer = step(record=str(record))
        assert answer["exit"] == 0, answer
        ground.passes[phase, number] = Counter(record.read_text().split()) if record.exists() else Counter()
    walk.check(FINISHED[phase])


def nothing_unprotected(walk):
    """Whatever a stranger can get was verified; what the peer got was published; the original stays in the vault."""
    originals = {hashlib.sha256(path.read_bytes()).hexdigest() for path in _files("vault")}
    with db.reading() as session:
        for path in _files("renditions"):
            data = path.read_bytes()
            assert hashlib.sha256(data).hexdigest() not in originals
            key = path.relative_to(config.settings().data_dir / "renditions").as_posix()
            try:
                rendition, row, _ = media.served(session, key)
            except NotFound:
                continue
            assert row.current_version == rendition.version
            assert row.state == MediaState.PROTECTED
            assert hashlib.sha256(data).hexdigest() == rendition.sha256
            assert b"SECRET-OF-THE-ORIGINAL" not in data
            assert b"DataMining" in data
        for rendition in session.scalars(select(Rendition)):
            assert (config.settings().data_dir / "renditions" / rendition.key).is_file()
        for row in session.scalars(select(Media)):
            with pytest.raises(NotFound):
                media.served(session, row.vault_key)
            if row.current_version is None:
                assert not session.scalars(select(Rendition).where(Rendition.media_id == row.id)).all()
        for post in session.scalars(select(Post)):
            ready = all(each.state == MediaState.PROTECTED for each in media.of_post(session, post))
            assert posts.visible(session, post, None) <= ready
            assert (post.state == PostState.PUBLISHED) == posts.visible(session, post, None)
        for create in _said(walk, "Create"):
            (picture,) = create["object"]["attachment"]
            key = picture["url"].removeprefix("https://art.test/media/")
            assert media.served(session, key)[1].state == MediaState.PROTECTED


def _files(tree):
    folder = config.settings().data_dir / tree
    return [path for path in folder.rglob("*") if path.is_file()]


def _said(walk, kind):
    return [got.json for got in walk.ground.peer.got if got.json["type"] == kind]


def published_once(walk):
    nothing_unprotected(walk)
    with db.reading() as session:
        (post,) = session.scalars(select(Post)).all()
        assert post.state == PostState.PUBLISHED
        (picture,) = media.of_post(session, post)
        assert picture.state == MediaState.PROTECTED
        (outgoing,) = session.scalars(select(Outgoing).where(Outgoing.verb == "create")).all()
        (delivery,) = session.scalars(select(Delivery).where(Delivery.outgoing_id == outgoing.id)).all()
        assert delivery.state == DeliveryState.DELIVERED
    creates = _said(walk, "Create")
    assert {each["id"] for each in creates} == {outgoing.activity_uri}
    assert len({each["object"]["id"] for each in creates}) == 1
    assert 1 <= len(creates) <= 2  # twice on the wire only when it was killed between sending and recording
    _verified(walk)


def followed_once(walk):
    with db.reading() as session:
        states = list(session.scalars(select(Follow.state)))
        assert states == [FollowState.ACCEPTED, FollowState.ACCEPTED]  # fan from the start, and gina
        (message,) = session.scalars(select(InboxMessage)).all()
        assert message.state == InboxState.PROCESSED
        assert session.scalar(select(func.count()).select_from(Notification)) == 1
        (outgoing,) = session.scalars(select(Outgoing).where(Outgoing.verb == "accept")).all()
        (delivery,) = session.scalars(select(Delivery).where(Delivery.outgoing_id == outgoing.id)).all()
        assert delivery.state == DeliveryState.DELIVERED
    accepts = _said(walk, "Accept")
    assert {each["id"] for each in accepts} == {outgoing.activity_uri}
    assert 1 <= len(accepts) <= 2
    _verified(walk)


def _verified(walk):
    pem = people.public_pem_of(people.rsa_key())
    for got in walk.ground.peer.got:
        assert got.verify_by_hand(pem) == "https://art.test/users/mira#main-key"


FINISHED = {"inbox": followed_once, "artwork": published_once}


def _kill_and_go_on(ground, phase, number, **point):
    """One walk that is killed in its step `number`, looked at, and taken up again."""
    walk = ground.walk()
    steps = walk.steps(phase)
    for step in steps[:number]:
        assert step()["exit"] == 0
    answer = steps[number](**point)
    assert answer["exit"] == (-9 if "failpoint" in point else 0), (phase, number, point, answer)
    walk.check(nothing_unprotected)
    for step in steps[number:]:
        assert step(offset=LATER)["exit"] == 0
        walk.check(nothing_unprotected)
    assert walk.do("work", offset=2 * LATER)["exit"] == 0
    walk.check(FINISHED[phase])
    shutil.rmtree(walk.data)


def _times(passes):
    """The first time, one in the middle and the last: stages pass the same points many times."""
    return sorted({1, passes // 2 + 1, passes}) if passes else []


@pytest.mark.parametrize("name", POINTS)
def test_killed_at_a_failpoint(ground, name):
    kills = 0
    for (phase, number), passed in ground.passes.items():
        for nth in _times(passed[name]):
            _kill_and_go_on(ground, phase, number, failpoint=f"{name}:{nth}")
            kills += 1
    assert kills, f"no walk passes {name}"


@pytest.mark.parametrize("name", CHILD_POINTS)
def test_the_media_child_is_killed_while_it_writes(ground, name):
    _kill_and_go_on(ground, "artwork", 2, media_failpoint=name)


def test_there_are_at_least_twenty_points():
    assert len(failpoints.NAMES) >= 20


def test_a_stranger_gets_the_verified_bytes_and_never_the_original(ground):
    walk = ground.walk()
    for step in walk.steps("artwork"):
        assert step()["exit"] == 0
    (create,) = _said(walk, "Create")
    (picture,) = create["object"]["attachment"]
    path = picture["url"].removeprefix("https://art.test")
    status, body = walk.do("media", path=path)["result"]
    assert status == 200
    data = base64.b64decode(body)
    assert picture["digestMultibase"] == digests.multibase(hashlib.sha256(data).hexdigest())
    (original,) = [path for path in (walk.data / "vault").rglob("*") if path.is_file()]
    for odd in (
        f"/media/{original.relative_to(walk.data / 'vault')}",
        f"/media/../vault/{original.relative_to(walk.data / 'vault')}",
        f"/media/%2e%2e/vault/{original.relative_to(walk.data / 'vault')}",
        f"/vault/{original.relative_to(walk.data / 'vault')}",
    ):
        status, body = walk.do("media", path=odd)["result"]
        assert status == 404
        assert original.read_bytes() not in base64.b64decode(body)
