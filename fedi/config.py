"""Settings: the only reader of the environment. Every setting is described in docs/configuration.md."""

import ipaddress
import os
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from fedi.errors import FediError


class BadSettings(FediError):
    """A setting is wrong; the message names it."""


class Settings(BaseSettings):
    """Environment variables `FEDI_*`, or the same names in lower case in a TOML file (`FEDI_CONFIG`)."""

    model_config = SettingsConfigDict(env_prefix="FEDI_", extra="forbid", frozen=True, ignored_types=(cached_property,))

    domain: str = "localhost:8000"
    web_origin: str = ""
    bind: str = ""
    data_dir: Path = Path("data")
    database_url: str = ""
    broker_url: str = ""
    storage_url: str = ""
    secret_key: str = ""
    registrations: Literal["closed", "invite", "approval", "open"] = "closed"
    sign_ups_a_day: int = 20
    federation: Literal["open", "limited", "closed"] = "open"
    allowed_private_networks: str = ""
    ca_file: str = ""
    authorized_fetch: bool = False
    protect_preset: Literal["fast", "default", "strong"] = "default"
    models_dir: str = ""
    media_max_bytes: int = 64 * 1024 * 1024
    media_max_pixels: int = 66_000_000
    media_long_side: int = 2048
    large_pictures: Literal["open", "brief"] = "open"
    remote_media_days: int = 30
    remote_media_max_bytes: int = 5 * 1024**3
    relayed_days: int = 30
    smtp_url: str = ""
    mail_from: str = ""
    trusted_proxies: str = ""
    tls_cert: str = ""
    tls_key: str = ""
    consent_default: str = "prohibited"
    consent_floor: str = ""
    registries: str = ""
    crawler_log_days: int = 400
    challenges: Literal["on", "off"] = "on"
    rate_limits: Literal["on", "off"] = "on"
    instance_name: str = "fedi"
    metrics_token: str = ""
    failpoint: str = ""

    @field_validator("domain")
    @classmethod
    def _domain(cls, value: str) -> str:
        value = value.strip().lower().rstrip("/")
        if not value or "/" in value or "@" in value or " " in value:
            raise ValueError("is a host name with an optional port, such as art.example")
        return value

    @field_validator("web_origin")
    @classmethod
    def _web_origin(cls, value: str) -> str:
        value = value.strip().rstrip("/")
        if value:
            parts = urlsplit(value)
            if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path:
                raise ValueError("is scheme://host[:port], such as https://art.example")
        return value

    @field_validator("allowed_private_networks", "trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for part in value.replace(",", " ").split():
            ipaddress.ip_network(part)
        return value

    @property
    def origin(self) -> str:
        """scheme://host[:port] of every address we mint."""
        if self.web_origin:
            return self.web_origin
        host = self.domain.partition(":")[0]
        scheme = "http" if host in {"localhost", "127.0.0.1"} and not self.tls_cert else "https"
        return f"{scheme}://{self.domain}"

    @property
    def host(self) -> str:
        """host[:port] of our addresses, which differs from `domain` on a split domain."""
        return urlsplit(self.origin).netloc

    @property
    def reads_signed(self) -> bool:
        """Whether ActivityStreams documents are for signed requests alone: where not every server is let in, who reads
        must say who it is, as with Mastodon.
        """
        return self.authorized_fetch or self.federation != "open"

    @property
    def secure(self) -> bool:
        return self.origin.startswith("https://")

    @property
    def bind_address(self) -> str:
        if self.bind:
            return self.bind
        port = urlsplit(f"//{self.domain}").port
        return f"127.0.0.1:{port or 8000}"

    @property
    def external_database(self) -> bool:
        return bool(self.database_url) and not self.database_url.startswith("sqlite")

    @cached_property
    def networks(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """Private networks that outbound requests may reach all the same."""
        parts = self.allowed_private_networks.replace(",", " ").split()
        return tuple(ipaddress.ip_network(part) for part in parts)

    @property
    def proxies(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """Peers whose X-Forwarded-For we believe."""
        return tuple(ipaddress.ip_network(part) for part in self.trusted_proxies.replace(",", " ").split())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        sources: tuple[PydanticBaseSettingsSource, ...] = (init_settings, env_settings)
        file = os.environ.get("FEDI_CONFIG")
        if file:
            sources += (TomlConfigSettingsSource(settings_cls, Path(file)),)
        return sources


_settings: Settings | None = None


def load(**overrides: Any) -> Settings:
    """Read the environment and the file. Raises BadSettings with one line that names the wrong setting."""
    file = os.environ.get("FEDI_CONFIG")
    if file and not Path(file).is_file():
        raise BadSettings(f"FEDI_CONFIG names {file}, which is no file")
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise BadSettings(f"FEDI_{name}: {first['msg']}") from None
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"{file}: {error}") from None


def settings() -> Settings:
    """The settings of this process, read once."""
    global _settings
    if _settings is None:
        _settings = load()
    return _settings


def use(new: Settings | None) -> None:
    """Replace the settings of this process (composition roots and tests); `None` reads them anew."""
    global _settings
    _settings = new


def environment_of(value: Settings) -> dict[str, str]:
    """The environment for a child process of ours that must see the same settings."""
    env = dict(os.environ)
    for name in Settings.model_fields:
        if name == "failpoint":
            continue
        setting = getattr(value, name)
        text = {True: "true", False: "false"}.get(setting, str(setting)) if isinstance(setting, bool) else str(setting)
        if text:
            env[f"FEDI_{name.upper()}"] = text
    return env
