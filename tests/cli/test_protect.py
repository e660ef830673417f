"""`fedi protect` as a person runs it: files in, protected files out, a reason for what cannot be."""

import io
import json
import os
import subprocess
import sys

import c2pa
import pytest
from media_pictures import leaky_jpeg, photograph, pixel_art, saved

SECRETS = (b"SECRET-COMMENT", b"Real Name", b"TRAILING")


@pytest.fixture
def run(tmp_path):
    def protect(*arguments):
        environment = {
            "PATH": os.environ["PATH"],
            "FEDI_DATA_DIR": str(tmp_path / "data"),
            "FEDI_DOMAIN": "art.test",
        }
        command = [sys.executable, "-m", "fedi", "protect", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=tmp_path)

    return protect


@pytest.fixture
def picture(tmp_path):
    def write(name, data):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


@pytest.mark.slow
def test_each_file_goes_to_the_folder(run, picture, tmp_path):
    heron = picture("heron.jpg", saved(photograph(), "JPEG") + b"TRAILING")
    sprite = picture("sprite.png", saved(pixel_art(), "PNG"))
    done = run(heron, sprite, "-o", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["heron.jpg", "sprite.png"]
    data = (tmp_path / "out" / "heron.jpg").read_bytes()
    assert c2pa.Reader("image/jpeg", io.BytesIO(data)).get_validation_state() == "Valid"
    assert not [secret for secret in SECRETS if secret in data]
    assert len(done.stdout.splitlines()) == 2  # no terminal: plain lines


def test_the_report_says_what_was_done_and_with_which_consent(run, picture, tmp_path):
    done = run(picture("a.jpg", leaky_jpeg(6)), "-o", tmp_path / "out", "--report", "--consent", "ask")
    assert done.returncode == 0, done.stderr
    said = json.loads((tmp_path / "out" / "a.report.json").read_text())
    assert said["consent"] == "ask"
    assert [each["state"] for each in said["stages"]] == ["done"] * len(said["plan"])
    assert (tmp_path / "out" / "a.report.html").read_text().startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("name", "data"),
    [("text.png", b"hello"), ("empty.jpg", b""), ("eps.png", b"%!PS-Adobe-3.0 EPSF-3.0\n"), ("gone.png", None)],
)
def test_what_is_no_picture_ends_with_1_and_a_reason(run, picture, tmp_path, name, data):
    path = tmp_path / name if data is None else picture(name, data)
    good = picture("good.png", saved(pixel_art(), "PNG"))
    done = run(path, good, "-o", tmp_path / "out")
    assert done.returncode == 1
    assert name in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert (tmp_path / "out" / "good.png").exists()  # the others are still done
    assert [each.name for each in (tmp_path / "out").iterdir()] == ["good.png"]


@pytest.mark.slow
def test_wrong_use_ends_with_2_or_a_reason(run, picture, tmp_path):
    path = picture("a.png", saved(pixel_art(), "PNG"))
    assert run(path).returncode == 2
    assert run(path, "-o", tmp_path / "out", "--preset", "mighty").returncode == 2
    (tmp_path / "other").mkdir()
    twin = picture("other/a.png", saved(pixel_art(), "PNG"))
    assert run(path, twin, "-o", tmp_path / "out").returncode == 2
    unknown = run(path, "-o", tmp_path / "out", "--consent", "whatever")
    assert unknown.returncode in {1, 2}
    assert "Traceback" not in unknown.stderr
    assert "prohibited" in unknown.stderr


def test_the_source_is_never_overwritten(run, picture, tmp_path):
    path = picture("a.png", saved(pixel_art(), "PNG"))
    before = path.read_bytes()
    done = run(path, "-o", tmp_path)
    assert done.returncode == 1
    assert path.read_bytes() == before
