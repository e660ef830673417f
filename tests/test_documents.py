"""The documents lead where they say: links exist, folders are told, commands and layers are named."""

import re
from pathlib import Path

import pytest

from fedi import cli
from fedi.media.plan import STAGES
from fedi.policy.consent import AXES, PRESETS

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
LICENCE_LINES = 661


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    links = re.findall(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL))
    local = [link.partition("#")[0] for link in links if "://" not in link and not link.startswith("#")]
    assert all((page.parent / link).exists() for link in local), [x for x in local if not (page.parent / x).exists()]


def test_every_folder_of_the_code_is_told():
    told = set(re.findall(r"`([\w/]+)/`", (ROOT / "CONTRIBUTING.md").read_text()))
    folders = {str(path.parent.relative_to(ROOT)) for path in (ROOT / "fedi").rglob("__init__.py")}
    missing = {folder for folder in folders if folder not in told and f"{Path(folder).parent}" not in told}
    assert not missing
    assert {folder for folder in told if folder.startswith("fedi/")} >= {"fedi/activitypub/verbs", "fedi/media/stages"}


def test_told_folders_exist():
    told = re.findall(r"^\| (`[\w/`, ]+`) \|", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE)
    names = [name for cell in told for name in re.findall(r"`([\w/]+)`", cell)]
    assert len(names) > 15
    assert [name for name in names if not (ROOT / name).is_dir()] == []


def test_the_changelog_names_every_command():
    line = next(
        line for line in (ROOT / "CHANGELOG.md").read_text().splitlines() if line.startswith("- The `fedi` command")
    )
    assert set(re.findall(r"`(\w+)`", line)) - {"fedi"} == set(cli.COMMANDS)


def test_protection_tells_every_stage_in_order():
    told = re.findall(r"^\| (\w+) \|", (ROOT / "docs" / "protection.md").read_text(), re.MULTILINE)
    assert tuple(name for name in told if name in STAGES) == STAGES


def test_terms_tells_every_use_and_state():
    page = (ROOT / "docs" / "terms.md").read_text()
    for name, preset in PRESETS.items():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}`"))
        assert [cell.strip() for cell in row.split("|")[2:-1]] == [str(preset.axes[axis]) for axis in AXES]
    assert all(f"| `{axis}` |" in page for axis in AXES)


def test_the_licence_is_whole():
    text = (ROOT / "LICENSE").read_text()
    assert text.lstrip().startswith("GNU AFFERO GENERAL PUBLIC LICENSE")
    assert "13. Remote Network Interaction" in text
    assert text.count("\n") == LICENCE_LINES
