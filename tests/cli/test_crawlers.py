"""`fedi crawlers`, as an operator types it."""

import csv
import io
import json

from fedi import clock, db
from fedi.cli import main
from fedi.models.crawler import Identity, Verdict
from fedi.services import crawler_log
from fedi.services.crawler_log import Count, Key
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
    assert run(capsys, "refresh", str(tmp_path / "missing"))[0] == 2
    for arguments in (["refuse", "Nobody"], ["allow", ""], ["reset", "GPTBot"]):
        code, _, err = run(capsys, *arguments)
        assert (code, len(err.splitlines())) == (1, 1), arguments
