"""docs/api.md does what it says: its commands are run, in their order, by a shell that knows nothing of us."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from fedi.tasks import media as media_task
from tests.media_pictures import photograph, saved
from tests.servers import serving
from tests.web.api.conftest import make_person

PAGE = Path(__file__).parents[2] / "docs/api.md"
pytestmark = [
    pytest.mark.walk,
    pytest.mark.skipif(not (shutil.which("curl") and shutil.which("jq")), reason="curl and jq are not installed"),
]


def blocks():
    """The commands of the page, without those that name the example's own host and token."""
    found = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return [block for block in found if not block.startswith("HOST=")]


def test_its_commands_do_what_it_says(tmp_path):
    (tmp_path / "heron.jpg").write_bytes(saved(photograph(160, 120), "JPEG"))
    (tmp_path / "data").mkdir()
    said = []
    with serving(tmp_path / "data") as origin:
        token = make_person("mira").token
        known = f"HOST={origin} TOKEN={token}\n"
        for block in blocks():
            # What a block sets is what the next ones know.
            script = f"set -euo pipefail\n{known}{block}\ndeclare -p MEDIA POST 2>/dev/null | sed 's/^/# /' || true\n"
            done = subprocess.run(
                ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
            )
            assert done.returncode == 0, (block, done.stdout, done.stderr)
            lines = done.stdout.splitlines()
            known += "".join(line.removeprefix("# ") + "\n" for line in lines if line.startswith("# declare"))
            said.append("\n".join(line for line in lines if not line.startswith("# declare")))
            media_task.protect()
        media_task.close()
    assert '"published"' in said[2]
    assert "Terms of use and a signed statement" in said[3]
    assert said[4].splitlines() == ['"prohibited"', '"prohibited"']
    assert '"statuses_count": 1' in said[5]
