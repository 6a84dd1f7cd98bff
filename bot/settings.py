"""Settings: the only reader of the environment. Every variable Tocsin knows is a field here (its title is the
variable's name) or of a pager's section."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from bot.core.errors import BadContent
from bot.core.zones import zone_named

VARIABLE_PREFIX = "TOCSIN_VAR_"
"""`${l1_phone}` in the pack of hft is the environment's TOCSIN_VAR_HFT_L1_PHONE."""
SECRET_PREFIX = "TOCSIN_SECRET_"  # noqa: S105
"""The secret `binance_key` of hft is the environment's TOCSIN_SECRET_HFT_BINANCE_KEY."""


class Settings(BaseModel):
    """All settings but those of the pagers. Names are the environment's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slack_bot_token: SecretStr = Field(
        SecretStr(""), title="SLACK_BOT_TOKEN", description="Slack's bot token, xoxb-..."
    )
    slack_app_token: SecretStr = Field(
        SecretStr(""),
        title="SLACK_APP_TOKEN",
        description="Slack's app-level token, xapp-..., for Socket Mode (no public address needed).",
    )
    slack_signing_secret: SecretStr = Field(
        SecretStr(""),
        title="SLACK_SIGNING_SECRET",
        description="Slack's signing secret, for HTTP mode (Slack calls TOCSIN_PUBLIC_URL/slack/events).",
    )
    slack_api_url: str = Field(
        "https://slack.com/api/", title="SLACK_API_URL", description="Another Slack-compatible API."
    )
    database_url: str = Field(
        "sqlite:///tocsin.db",
        title="DATABASE_URL",
        description="sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME for real operation.",
    )
    playbooks: tuple[Path, ...] = Field(
        (),
        title="TOCSIN_PLAYBOOKS",
        description="Folders with packs of your own, separated by a colon; each holds <system>/system.yaml.",
    )
    systems: tuple[str, ...] = Field(
        ("hft",),
        title="TOCSIN_SYSTEMS",
        description="Names of the active systems, separated by commas. Bundled: hft, tmt, pyrt, sapphire, botcore.",
    )
    environment: str = Field(
        "", title="TOCSIN_ENVIRONMENT", description="demo, staging or production: which overlay of each pack to use."
    )
    public_url: str = Field(
        "",
        title="TOCSIN_PUBLIC_URL",
        description="Where the outside reaches this bot, https://...; needed to answer pages without Slack.",
    )
    secret: SecretStr = Field(
        SecretStr(""),
        title="TOCSIN_SECRET",
        description="Signs the links in mails and text messages; at least 32 characters, the same on every replica.",
    )
    host: str = Field("127.0.0.1", title="TOCSIN_HOST", description="Address to listen on.")
    port: int = Field(8333, title="TOCSIN_PORT", ge=0, le=65535, description="Port to listen on.")
    heartbeat_url: str = Field(
        "",
        title="TOCSIN_HEARTBEAT_URL",
        description="Called every minute while all is well, and no longer when due work is late.",
    )
    time_zone: str = Field(
        "UTC",
        title="TOCSIN_TIME_ZONE",
        description="The desk's time zone, such as Europe/London: when nights and weeks are; a pack may name its own.",
    )
    weekly_digest: bool = Field(
        True,
        title="TOCSIN_WEEKLY_DIGEST",
        description="Mondays at 09:00 each system's channel is told of its week; false: only when somebody asks.",
    )
    board_links: bool = Field(
        False,
        title="TOCSIN_BOARD_LINKS",
        description="true: cards in Slack link to the board, a web page to look on; who follows one may look for 12 h.",
    )
    board_token: SecretStr = Field(
        SecretStr(""),
        title="TOCSIN_BOARD_TOKEN",
        description="Lets the desk's screen in at /board; 24 characters or more, several separated by commas.",
    )
    proxy: str = Field("", title="TOCSIN_PROXY", description="HTTP proxy for everything that leaves.")
    ssh_key: Path | None = Field(
        None, title="TOCSIN_SSH_KEY", description="File with the private key by which checks log in to hosts."
    )
    ssh_known_hosts: Path | None = Field(
        None,
        title="TOCSIN_SSH_KNOWN_HOSTS",
        description="File with the keys of those hosts, as ssh-keyscan writes them; no other key is believed.",
    )
    log_level: str = Field("info", title="TOCSIN_LOG_LEVEL", description="debug, info, warning or error.")
    log_format: str = Field("json", title="TOCSIN_LOG_FORMAT", description="json, or text for a terminal.")
    url: str = Field(
        "", title="TOCSIN_URL", description="For the terminal on another host: the address of the bot to talk to."
    )
    token: SecretStr = Field(SecretStr(""), title="TOCSIN_TOKEN", description="For the terminal: your personal token.")

    @field_validator("playbooks", mode="before")
    @classmethod
    def _folders(cls, value: object) -> object:
        return tuple(Path(part) for part in value.split(os.pathsep) if part) if isinstance(value, str) else value

    @field_validator("systems", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("secret")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < 32:
            raise ValueError("write at least 32 random characters, e.g. the output of: openssl rand -hex 32")
        return value

    @field_validator("board_token")
    @classmethod
    def _each_long_enough(cls, value: SecretStr) -> SecretStr:
        if any(len(token) < 24 for token in tokens_in(value)):
            raise ValueError("write at least 24 random characters each, e.g. the output of: openssl rand -hex 32")
        return value

    @field_validator("time_zone")
    @classmethod
    def _a_zone(cls, value: str) -> str:
        return zone_named(value).key

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.lower() not in ("debug", "info", "warning", "error"):
            raise ValueError("write debug, info, warning or error")
        return value.lower()

    @field_validator("public_url", "heartbeat_url", "url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("write the whole address, beginning with https://")
        return value.rstrip("/")


def tokens_in(value: SecretStr) -> tuple[str, ...]:
    """The tokens of a setting that may hold several, separated by commas."""
    return tuple(token for part in value.get_secret_value().split(",") if (token := part.strip()))


class Environment:
    """The environment as it was when read, with what is in `.env` of the working directory for what it does not set."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        given = os.environ if environ is None else environ
        self.values: Mapping[str, str] = {**(_dotenv(Path(".env")) if environ is None else {}), **given}

    def settings(self) -> Settings:
        """The settings; raises BadContent naming each wrong variable and what to write instead."""
        variables = {name: str(field.title) for name, field in Settings.model_fields.items()}
        given = {name: self.values[variable] for name, variable in variables.items() if self.values.get(variable)}
        try:
            return Settings.model_validate(given)
        except ValidationError as problem:
            lines = [
                f"{variables[str(e['loc'][0])]}: {e['msg'].removeprefix('Value error, ')}" for e in problem.errors()
            ]
            raise BadContent("; ".join(lines)) from None

    def section(self, name: str) -> dict[str, str]:
        """The fields of a pager's section: TOCSIN_SMTP_HOST is `host` of `smtp`."""
        prefix = f"TOCSIN_{name.upper()}_"
        return {
            key[len(prefix) :].lower(): value for key, value in self.values.items() if key.startswith(prefix) and value
        }

    def variables(self) -> dict[str, str]:
        """Values for the variables of the packs, by `<SYSTEM>_<NAME>`."""
        return self._after(VARIABLE_PREFIX)

    def secrets(self) -> dict[str, str]:
        """The secrets of the packs' checks, by `<SYSTEM>_<NAME>`."""
        return self._after(SECRET_PREFIX)

    def _after(self, prefix: str) -> dict[str, str]:
        return {key[len(prefix) :]: v for key, v in self.values.items() if key.startswith(prefix) and v}


def _dotenv(file: Path) -> dict[str, str]:
    return {key: value for key, value in dotenv_values(file).items() if value is not None} if file.is_file() else {}
