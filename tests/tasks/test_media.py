"""The media task on real files and rows: terms that change while they are written in, and claims that are repeated."""

import c2pa
import pytest

from fedi import clock, db, files, tasks
from fedi.media import containers
from fedi.models.media import Media, MediaState, RenditionKind, StageRun, StageState
from fedi.models.post import Post, PostState
from fedi.services import media, posts
from fedi.tasks import media as task
from tests.media_pictures import photograph, saved


@pytest.fixture
def uploaded(mira):
    """A picture of mira's that waits for its protection."""
    with files.incoming() as path:
        path.write_bytes(saved(photograph(120, 90), "JPEG"))
        key, sha256, header = media.keep_original(path)
    with db.writing() as session:
        row = media.upload(session, actor=mira.actor, vault_key=key, sha256=sha256, mime=header.mime, size=header.size)
    yield row
    task.close()


def compose(mira, row, **options):
    with db.writing() as session:
        return posts.compose(session, author=mira.actor, text="heron", media_ids=[row.id], **options)


def served(row):
    """(rendition, bytes) as anyone gets them."""
    with db.reading() as session:
        rendition = session.get_one(Media, row.id).rendition(RenditionKind.FEDERATED)
    return rendition, files.locate("renditions", rendition.key).read_bytes()


def test_a_post_publishes_by_itself_when_its_picture_is_protected(mira, uploaded):
    post = compose(mira, uploaded)
    assert post.state == PostState.PREPARING
    assert task.protect() == 1
    with db.reading() as session:
        assert session.get_one(Post, post.id).state == PostState.PUBLISHED
        assert session.get_one(Media, uploaded.id).state == MediaState.PROTECTED


def test_terms_that_come_while_the_stages_run_are_the_ones_in_the_file(mira, uploaded, monkeypatch):
    """The post with its own consent is written after the job was made and before its end."""
    made = []
    place = files.place

    def compose_first(*arguments):
        if not made:
            made.append(compose(mira, uploaded, consent="allowed"))
        return place(*arguments)

    monkeypatch.setattr(files, "place", compose_first)
    task.protect()
    with db.reading() as session:
        assert session.get_one(Post, made[0].id).state == PostState.PUBLISHED
    rendition, data = served(uploaded)
    assert rendition.consent == "allowed"
    assert b"DMI-ALLOWED" in containers.xmp_of(data)
    assert c2pa.Reader("image/jpeg", open(files.locate("renditions", rendition.key), "rb")).get_validation_state()
    with db.reading() as session:
        withdrawn = [each.withdrawn_at for each in session.get_one(Media, uploaded.id).renditions if each.version == 1]
    assert all(withdrawn)


def test_another_claim_writes_the_terms_that_hold_then(mira, uploaded, monkeypatch):
    """Killed before the end; when it is taken up again, the description has changed."""
    monkeypatch.setattr(task, "_finish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        task.protect()
    monkeypatch.undo()
    with db.writing() as session:
        media.describe(session, session.get_one(Media, uploaded.id), alt="A heron at dawn")
    with clock.frozen(clock.timestamp() + 3600):
        assert task.protect() == 1
    _, data = served(uploaded)
    assert b"A heron at dawn" in containers.xmp_of(data)
    with db.reading() as session:
        runs = media.stages(session, session.get_one(Media, uploaded.id))
    assert {run.state for run in runs} == {StageState.DONE}
    assert {run.stage: run.attempts for run in runs}["scrub"] == 1
    assert {run.stage: run.attempts for run in runs}["terms"] == 2


def test_what_is_no_picture_fails_with_a_reason_and_publishes_nothing(mira, uploaded):
    post = compose(mira, uploaded)
    files.locate("vault", uploaded.vault_key).write_bytes(saved(photograph(), "JPEG")[:5000])
    task.protect()
    with db.reading() as session:
        row = session.get_one(Media, uploaded.id)
        assert row.state == MediaState.FAILED
        assert "cut off" in row.reason
        found = session.get_one(Post, post.id)
        assert found.state == PostState.FAILED
        assert "cut off" in found.reason
        assert row.renditions == []


def test_run_until_idle_leaves_nothing_due(mira, uploaded):
    compose(mira, uploaded)
    tasks.run_until_idle()
    with db.reading() as session:
        assert media.claim(session) is None
        assert {run.state for run in session.query(StageRun)} == {StageState.DONE}
