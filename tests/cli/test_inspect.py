"""`fedi inspect` as a person and a script run it."""

import json
import os
import subprocess
import sys

import pytest
from media_pictures import photograph, saved
from PIL import PngImagePlugin

from tests.origins import Origins

XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" xmlns:tdm="http://www.w3.org/ns/tdmrep/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" dc:rights="[red]&#x9b;31m© Mira[/red]" tdm:reservation="0" '
    'plus:DataMining="http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-GENAIMLTRAINING"/></rdf:RDF></x:xmpmeta>'
)


@pytest.fixture
def run(tmp_path):
    def inspect(*arguments, **settings):
        environment = {"PATH": os.environ["PATH"], "FEDI_DATA_DIR": str(tmp_path / "data"), **settings}
        command = [sys.executable, "-m", "fedi", "inspect", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=tmp_path)

    return inspect


@pytest.fixture
def picture(tmp_path):
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", XMP)
    info.add_text("parameters", "\x1b[2J a heron\nSteps: 20, Sampler: Euler a")
    path = tmp_path / "heron.png"
    path.write_bytes(saved(photograph(64, 48), "PNG", pnginfo=info))
    return path


def test_tables_for_people(run, picture):
    done = run(picture)
    assert (done.returncode, done.stderr) == (0, "")
    for words in (
        "What a machine reads in heron.png", "xmp plus:DataMining", "No training of generative models", "data mining allowed",
        "CONTRADICTION about training of generative models: deny says xmp plus:DataMining; allow says xmp tdm:reservation",
        "[red]31m© Mira[/red]", "made by AI", "Provenance (C2PA): none", "nothing said",
    ):  # fmt: skip
        assert words in done.stdout, words
    assert not [each for each in done.stdout if not each.isprintable() and each != "\n"], "no terminal is given orders"


def test_json_for_scripts(run, picture):
    done = run(picture, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert {"signals", "conflicts", "provenance", "watermark", "generator"} <= set(said)
    assert (said["watermark"], said["provenance"]) == (None, {})
    first = said["signals"][0]
    assert first == {
        "layer": "xmp plus:DataMining",
        "value": "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-GENAIMLTRAINING",
        "axes": {"train_generative": "deny"},
        "source": "heron.png",
    }
    (conflict,) = said["conflicts"]
    assert (conflict["axis"], conflict["strictest"]) == ("train_generative", "deny")
    assert [each["layer"] for each in conflict["said"]] == ["xmp plus:DataMining", "xmp tdm:reservation"]
    assert said["reading"] == {"train_generative": "deny", "train_other": "allow", "data_mining": "allow"}
    assert said["generator"][0]["ai"] is True


def test_an_address(run):
    with Origins() as origins:
        site = origins.start("127.0.0.23")
        site.put("/", b'<meta name="robots" content="noai">', kind="text/html")
        done = run(site.url("/"), "--json", FEDI_ALLOWED_PRIVATE_NETWORKS="127.0.0.0/8")
        refused = run(site.url("/"))
        missing = run(site.url("/missing"), FEDI_ALLOWED_PRIVATE_NETWORKS="127.0.0.0/8")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["reading"] == {"train_generative": "deny", "train_other": "deny"}
    for each in (refused, missing):
        assert (each.returncode, each.stdout, len(each.stderr.splitlines())) == (1, "", 1)


@pytest.mark.parametrize("name", ["gone.png", "text.png", "folder", "empty.png"])
def test_what_cannot_be_read_ends_with_1_and_one_line(run, tmp_path, name):
    (tmp_path / "text.png").write_bytes(b"hello")
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    done = run(tmp_path / name)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [(), ("a", "b"), ("--table", "a")])
def test_wrong_use_ends_with_2(run, arguments):
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
