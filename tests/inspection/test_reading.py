"""The reading child: pieces go in and come back, and nothing that it needs is loaded too late."""

import subprocess
import sys

import pytest

from fedi.errors import BadMedia
from fedi.inspection import reading
from fedi.inspection.piece import Piece, pack, unpack
from fedi.policy.reading import parsing

URL = "https://ö.test/é"


def test_pieces_come_back_as_they_went():
    pieces = [
        Piece("html", URL, b"\0\n\xff", charset="x"),
        Piece("headers", URL, lines=(("Link", "a\nb"), ("Link", ""))),
        Piece("robots", URL, b"", target=URL),
    ]
    assert unpack(pack(pieces)) == pieces


def test_every_charset_and_every_kind_behind_closed_doors():
    head = '<meta name="robots" content="noai"><link rel="license" href="//ö.test/l"><meta property="og:image" content="/1">'
    pages = [Piece("html", URL, head.encode(each, "replace"), charset=each) for each in sorted(parsing.CHARSETS)]
    usage = 'User-agent: *\nContent-Usage: / train-ai=n;a=@1;b=%"x", search=:aGk=:\nLicense: //ö.test/é\n'
    others = [
        Piece("robots", URL, usage.encode(), target=URL),
        Piece(
            "headers",
            URL,
            lines=(("Content-Usage", 'train-ai=n;a=@1659578233;b=%"f%c3%bc"'), ("Link", "<//ö.test>;rel=license")),
        ),
        Piece("rsl", URL, b'<?xml version="1.0" encoding="shift_jis"?><rsl/>', target=URL),
        Piece("tdmrep", URL, b'[{"location":"/","tdm-reservation":1}]', target=URL),
        Piece("ai_txt", URL, b"User-agent: *\nDisallow: /%C3%A9", target=URL),
        Piece("activitystreams", URL, '{"tag":[{"name":"#NoAI"}],"rights":"\\ud800 é"}'.encode()),
    ]
    found = reading.read(pages + others)
    assert all(each.signals[0].axes for each in found[: len(pages)])
    assert all(each.links["image"] == "https://ö.test/1" for each in found[: len(pages)])
    said = {piece.kind: each for piece, each in zip(others, found[len(pages) :], strict=True)}
    assert said["headers"].signals[0].axes == {"train_generative": "deny"}
    assert said["tdmrep"].signals
    assert said["ai_txt"].signals
    assert said["activitystreams"].signals
    assert not said["rsl"].signals


def test_a_piece_that_cannot_be_read_spoils_no_other():
    broken, page = reading.read(
        [Piece("picture", "a", b"hello"), Piece("html", URL, b"<meta name=robots content=noai>")]
    )
    assert "no picture" in broken
    assert page.signals


def test_a_child_that_fails_is_a_sentence(caplog):
    with pytest.raises(BadMedia, match="cannot be read"):
        reading.read([Piece("no such kind", "a")])
    assert "KeyError" in caplog.text


def test_the_child_is_closed_in_before_it_looks(tmp_path):
    """With a reader that tries to open a file: it cannot, where the kernel has Landlock."""
    program = (
        "import sys; from fedi.inspection import child; from fedi.policy.reading.signal import Found\n"
        "def spy(piece):\n"
        "    found = Found()\n"
        "    try: open('/etc/passwd').close(); found.say('x', 'open', 'x')\n"
        "    except OSError: found.say('x', 'closed', 'x')\n"
        "    return found\n"
        "child.READERS['spy'] = spy; child.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=pack([Piece("spy", "a")]), capture_output=True, check=True
    )
    probe = "from fedi.media import sandbox; print('no files' in sandbox.close_in())"
    if subprocess.check_output([sys.executable, "-c", probe], text=True).strip() != "True":
        pytest.skip("this kernel has no Landlock")
    assert b'"closed"' in done.stdout
