"""Settings: what they derive, how they refuse, and that docs/configuration.md describes each of them."""

import re
from pathlib import Path

import pytest

from fedi import config
from fedi.config import BadSettings, Settings

DOCUMENT = Path(__file__).parent.parent / "docs" / "configuration.md"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    for name in ("FEDI_CONFIG", *(f"FEDI_{field.upper()}" for field in Settings.model_fields)):
        monkeypatch.delenv(name, raising=False)


def rows():
    """{setting: (default as written, description)} of the tables."""
    found = {}
    for line in DOCUMENT.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `FEDI_"):
            for name in re.findall(r"`(FEDI_[A-Z_]+)`", cells[0]):
                found[name] = (cells[1], cells[2])
    return found


def test_every_setting_is_documented_and_nothing_else():
    assert set(rows()) == {f"FEDI_{name.upper()}" for name in Settings.model_fields}


def test_the_documented_defaults_are_the_real_ones():
    settings = Settings()
    for name, field in Settings.model_fields.items():
        written, description = rows()[f"FEDI_{name.upper()}"]
        assert description
        default = getattr(settings, name)
        text = str(default).lower() if isinstance(default, bool) else str(default)
        if field.default not in ("", None):
            assert written == f"`{text}`", name
        else:
            assert not re.fullmatch(r"`[^`]*`", written), f"{name} has no default of its own"


@pytest.mark.parametrize(("domain", "extra", "origin", "bind"), [
    ("art.example", {}, "https://art.example", "127.0.0.1:8000"),
    ("art.example:8443", {}, "https://art.example:8443", "127.0.0.1:8443"),
    ("localhost:9000", {}, "http://localhost:9000", "127.0.0.1:9000"),
    ("localhost:9000", {"tls_cert": "a.pem"}, "https://localhost:9000", "127.0.0.1:9000"),
    ("art.example", {"web_origin": "https://www.art.example/"}, "https://www.art.example", "127.0.0.1:8000"),
    ("Art.Example/", {"bind": "0.0.0.0:80"}, "https://art.example", "0.0.0.0:80"),
])  # fmt: skip
def test_addresses_follow_from_the_domain(domain, extra, origin, bind):
    settings = config.load(domain=domain, **extra)
    assert (settings.origin, settings.bind_address) == (origin, bind)


@pytest.mark.parametrize(("name", "value"), [
    ("FEDI_DOMAIN", "https://art.example"),
    ("FEDI_WEB_ORIGIN", "art.example"),
    ("FEDI_WEB_ORIGIN", "https://art.example/path"),
    ("FEDI_REGISTRATIONS", "sometimes"),
    ("FEDI_TRUSTED_PROXIES", "everybody"),
    ("FEDI_MEDIA_MAX_BYTES", "many"),
])  # fmt: skip
def test_a_wrong_setting_is_named_in_one_line(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as refused:
        config.load()
    assert str(refused.value).startswith(f"{name}: ")
    assert "\n" not in str(refused.value)


def test_the_environment_wins_over_the_file(tmp_path, monkeypatch):
    file = tmp_path / "fedi.toml"
    file.write_text('domain = "file.example"\ninstance_name = "From the file"\n')
    monkeypatch.setenv("FEDI_CONFIG", str(file))
    monkeypatch.setenv("FEDI_DOMAIN", "env.example")
    settings = config.load()
    assert (settings.domain, settings.instance_name) == ("env.example", "From the file")


@pytest.mark.parametrize("content", ["domain = ", 'unknown = "x"\n'])
def test_a_wrong_file_is_refused(tmp_path, monkeypatch, content):
    file = tmp_path / "fedi.toml"
    file.write_text(content)
    monkeypatch.setenv("FEDI_CONFIG", str(file))
    with pytest.raises(BadSettings):
        config.load()


def test_a_missing_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("FEDI_CONFIG", str(tmp_path / "nowhere.toml"))
    with pytest.raises(BadSettings, match="which is no file"):
        config.load()


def test_a_child_process_sees_the_same_settings(monkeypatch):
    first = config.load(domain="art.example", authorized_fetch=True, media_long_side=1500, failpoint="x.y")
    for name, value in config.environment_of(first).items():
        if name.startswith("FEDI_"):
            monkeypatch.setenv(name, value)
    assert config.load() == first.model_copy(update={"failpoint": ""})
