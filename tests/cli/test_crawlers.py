"""`fedi crawlers`, as an operator types it."""

import csv
import io
import json

from fedi import clock, db
from fedi.cli import main
from fedi.models.crawler import Identity, Verdict
from fedi.services import crawler_log
from fedi.services.crawler_log import Count, Key
from tests.origins import Origins
from tests.services.test_crawlers import ROBOTS


def run(capsys, *arguments):
    try:
        main(["crawlers", *arguments])
        code = 0
    except SystemExit as stop:
        code = stop.code
    out = capsys.readouterr()
    return code, out.out, out.err


def test_walk(instance, capsys, tmp_path):
    code, out, _ = run(capsys, "list")
    assert code == 0
    assert "GPTBot" in out
    before = len(out.splitlines())
    file = tmp_path / "robots.json"
    file.write_text(json.dumps(ROBOTS))
    code, out, err = run(capsys, "refresh", str(file))
    assert (code, out) == (0, "5 programs\n")
    assert "Operator left out: the name is a common word" in err
    assert len(run(capsys, "list")[1].splitlines()) == before + 4
    assert run(capsys, "refuse", "twitterbot")[1] == "Twitterbot is refused\n"
    assert run(capsys, "allow", "ArtEater")[1] == "ArtEater is let in\n"
    said = {entry["name"]: entry for entry in json.loads(run(capsys, "list", "--json")[1])}
    assert said["Twitterbot"]["rule"] == "refuse"
    assert said["ArtEater"]["rule"] == "allow"
    assert run(capsys, "reset", "Twitterbot")[0] == 0
    own = tmp_path / "own.json"
    own.write_text(run(capsys, "list", "--json")[1])
    code, out, err = run(capsys, "refresh", str(own))
    assert (code, out, err) == (0, f"{before + 4} programs\n", "")


def test_addresses(instance, capsys, tmp_path):
    file = tmp_path / "gptbot.json"
    file.write_text('{"prefixes": [{"ipv4Prefix": "20.15.240.64/28"}]}')
    assert run(capsys, "ranges", "gptbot", str(file))[1] == "1 prefixes\n"
    assert run(capsys, "ranges", "gptbot", "--remove")[0] == 0
    assert run(capsys, "ranges", "gptbot", "--remove")[0] == 1
    assert run(capsys, "ranges", "gptbot")[0] == 2
    assert run(capsys, "ranges", "Nobody", str(file))[0] == 1
    file.write_text('{"prefixes": [{"ipv4Prefix": "0.0.0.0/0"}]}')
    code, _, err = run(capsys, "ranges", "gptbot", str(file))
    assert (code, len(err.splitlines())) == (1, 1)


def test_the_log_goes_out(instance, capsys):
    at = clock.now()
    key = Key(at.date(), "GPTBot", "20.15.240.0/24", "page", "", Identity.CLAIMED, Verdict.REFUSED)
    with db.writing() as session:
        crawler_log.write(session, {key: Count("OpenAI", "training", at, at, "GPTBot/1.2", 3)})
    (row,) = csv.DictReader(io.StringIO(run(capsys, "export")[1]))
    assert (row["agent"], row["visits"], row["verdict"]) == ("GPTBot", "3", "refused")
    assert run(capsys, "export", "--days", "0")[0] == 2


def test_mistakes_are_one_line(instance, capsys, tmp_path):
    files = {"text": b"no json", "bytes": b"\xff\xfe\x00", "list": b"[1]", "deep": b"[" * 100_000, "empty": b""}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        code, _, err = run(capsys, "refresh", str(tmp_path / name))
        assert (code, len(err.splitlines())) == (1, 1), name
    for arguments in (["refresh", str(tmp_path / "missing")], ["refresh", str(tmp_path)], ["ranges", "gptbot", "x"]):
        code, _, err = run(capsys, *arguments)
        assert (code, len(err.splitlines())) == (1, 1), arguments
    for arguments in (["refuse", "Nobody"], ["allow", ""], ["reset", "GPTBot"]):
        code, _, err = run(capsys, *arguments)
        assert (code, len(err.splitlines())) == (1, 1), arguments


def known(capsys):
    return {entry["name"] for entry in json.loads(run(capsys, "list", "--json")[1])}


def test_from_the_network(instance, capsys):
    with Origins() as origins:
        origin = origins.start("127.0.0.2")
        origin.put("/robots.json", ROBOTS, kind="text/plain")
        origin.put("/gptbot.json", {"prefixes": [{"ipv4Prefix": "20.15.240.64/28"}]})
        assert run(capsys, "refresh", origin.url("/robots.json"))[:2] == (0, "5 programs\n")
        assert run(capsys, "refuse", "ArtEater")[0] == 0
        assert run(capsys, "ranges", "gptbot", origin.url("/gptbot.json"))[1] == "1 prefixes\n"
        origin.put("/robots.json", {"OtherBot": ROBOTS["ArtEater"]})
        assert run(capsys, "refresh", origin.url("/robots.json"))[0] == 0
        assert {"ArtEater", "OtherBot"} <= known(capsys), "what an admin said stays"
        before = known(capsys)
        bad = {
            "/page": b"<html>", "/large": b"[" + b" " * 10_000_000 + b"]", "/error": {"error": {"message": "no"}},
            "/odd": [{"name": "ABot", "purpose": "evil"}], "/deep": b"[" * 100_000, "/bytes": b"\xff\xfe\x00",
        }  # fmt: skip
        for path, document in bad.items():
            origin.put(path, document)
        origin.put("/busy", ROBOTS, status=503)
        for path in [*bad, "/busy", "/missing"]:
            for command in (["refresh"], ["ranges", "gptbot"]):
                code, _, err = run(capsys, *command, origin.url(path))
                assert (code, len(err.splitlines())) == (1, 1), (command, path, err)
        assert known(capsys) == before, "nothing of it was taken"


def test_the_network_is_asked_through_the_guard(instance, capsys):
    for url in (
        "https://10.0.0.1/a.json",
        "http://169.254.169.254/",
        "https://[::1]/a",
        "https://u:p@lists.test/",
        "https://",
    ):
        code, _, err = run(capsys, "refresh", url)
        assert (code, len(err.splitlines())) == (1, 1), url


def test_signs_that_no_terminal_and_no_database_takes(instance, capsys, tmp_path):
    file = tmp_path / "robots.json"
    entry = {"operator": "\x1b[2J\ud800\0 Eater", "respect": "No", "function": "training"}
    file.write_text(json.dumps({"OddBot": entry, "\x1b[2J\ud800": entry}))
    code, out, err = run(capsys, "refresh", str(file))
    assert (code, out) == (0, "1 programs\n")
    assert err.replace("\n", "").isprintable()
    assert {each["name"]: each for each in json.loads(run(capsys, "list", "--json")[1])}["OddBot"][
        "operator"
    ] == "[2J Eater"
