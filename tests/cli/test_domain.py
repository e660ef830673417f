"""`fedi domain`, as an operator types it."""

import json

from fedi.cli import main


def run(capsys, *arguments):
    try:
        main(["domain", *arguments])
        code = 0
    except SystemExit as stop:
        code = stop.code
    out = capsys.readouterr()
    return code, out.out, out.err


def test_walk(instance, capsys, tmp_path):
    assert run(capsys, "block", "Bad.example", "--reason", "spam")[:2] == (0, "block bad.example\n")
    assert run(capsys, "limit", "loud.example")[0] == 0
    assert run(capsys, "allow", "ok.bad.example")[0] == 0
    code, out, _ = run(capsys, "list", "--json")
    assert [row["severity"] for row in json.loads(out)] == ["block", "limit", "allow"]
    assert run(capsys, "list")[1].splitlines()[0] == "block  bad.example  spam"
    file = tmp_path / "list.csv"
    file.write_text(run(capsys, "list", "--csv")[1] + "b*d.example,suspend,,,,\n")
    assert run(capsys, "remove", "bad.example")[0] == 0
    code, out, err = run(capsys, "import", str(file))
    assert (code, out) == (0, "2 rules\n")
    assert "line 4 left out" in err


def test_mistakes_are_one_line(instance, capsys, tmp_path):
    for arguments in (["block", "no domain"], ["remove", "unknown.example"]):
        code, _, err = run(capsys, *arguments)
        assert code == 1
        assert err.startswith("fedi: ")
        assert len(err.splitlines()) == 1
    assert run(capsys, "import", str(tmp_path / "missing.csv"))[0] == 2
    binary = tmp_path / "x.csv"
    binary.write_bytes(b"\xff\xfe\x00")
    assert run(capsys, "import", str(binary))[0] == 1
