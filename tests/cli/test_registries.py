"""`fedi registries`, as an operator types it."""

import csv
import io
import json

import pytest

from fedi import config, db
from fedi.cli import main
from fedi.models.actor import Actor
from fedi.services import registries
from tests.web.pages.browsing import show_work


@pytest.fixture
def turned_on(instance):
    config.use(config.load(**instance.model_dump() | {"registries": "spawning,tdmai"}))


def run(capfdbinary, *arguments):
    try:
        main(["registries", *arguments])
        code = 0
    except SystemExit as stop:
        code = stop.code
    out = capfdbinary.readouterr()
    return code, out.out.decode(), out.err.decode()


def test_what_is_on(instance, mira, capfdbinary):
    code, out, _ = run(capfdbinary, "list")
    assert code == 0
    assert [line.split()[:2] for line in out.splitlines()] == [["spawning", "off"], ["tdmai", "off"]]
    code, out, err = run(capfdbinary, "export", "mira", "--registry", "spawning")
    assert (code, out, err) == (1, "", "fedi: no registry 'spawning' is on here (FEDI_REGISTRIES)\n")


def test_a_file_for_an_artist_who_chose_it(turned_on, mira, capfdbinary, tmp_path):
    show_work(mira, "Heron")
    export = ("export", "@mira", "--registry")
    code, out, err = run(capfdbinary, *export, "spawning")
    assert (code, out, err) == (1, "", "fedi: mira did not choose Do Not Train\n")
    with db.writing() as session:
        registries.choose(session, session.get_one(Actor, mira.actor_id), ["spawning", "tdmai"])
    code, out, _ = run(capfdbinary, *export, "spawning")
    assert code == 0
    assert [line.startswith("https://art.test/media/") for line in out.splitlines()] == [True, True]
    file = tmp_path / "tdm.json"
    code, out, _ = run(capfdbinary, *export, "tdmai", "--out", str(file))
    assert (code, out) == (0, f"{file}: hand it over at https://liccium.com/\n")
    assert json.loads(file.read_bytes())[0]["tdm-reservation"] == 1
    rows = list(csv.DictReader(io.StringIO(run(capfdbinary, "log", "mira")[1])))
    assert [(row["registry"], row["step"], row["made by"]) for row in rows] == [
        ("tdmai", "exported", "operator"), *[("spawning", "exported", "operator")] * 2,
    ]  # fmt: skip
    assert len(run(capfdbinary, "log")[1].splitlines()) == 4
    assert "chosen by 1, 2 entries" in run(capfdbinary, "list")[1]


def test_what_cannot_be_is_one_line(turned_on, mira, capfdbinary, tmp_path):
    show_work(mira, "Heron")
    with db.writing() as session:
        registries.choose(session, session.get_one(Actor, mira.actor_id), ["spawning"])
    for arguments in (
        ("export", "nobody", "--registry", "spawning"),
        ("export", "mira", "--registry", "laion"),
        ("export", "mira", "--registry", "spawning", "--take-back"),
        ("export", "mira", "--registry", "spawning", "--out", str(tmp_path / "none" / "file")),
        ("log", "nobody"),
    ):
        code, out, err = run(capfdbinary, *arguments)
        assert (code, out, len(err.splitlines())) == (1, "", 1), arguments
    assert run(capfdbinary, "export", "mira")[0] == 2
    assert len(run(capfdbinary, "log")[1].splitlines()) == 1  # nothing is logged of a file that was not written
