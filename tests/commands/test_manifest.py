"""manifest: what Slack is told of the app."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.plugs import discover
from commands._manifest import manifest
from commands.base import Command

ROOT = Path(__file__).parents[2]


async def test_it_prints_yaml(world: Any) -> None:
    reply = await world.say("manifest", place="terminal")
    assert YAML(typ="safe").load(reply.text) == reply.data
    assert reply.data["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in reply.text


async def test_http_needs_an_https_address(world: Any) -> None:
    reply = await world.say("manifest --http https://tocsin.example", place="terminal")
    assert reply.data["settings"]["interactivity"]["request_url"] == "https://tocsin.example/slack/events"
    assert {c["url"] for c in reply.data["features"]["slash_commands"]} == {"https://tocsin.example/slack/events"}
    assert "https addresses only" in (await world.say("manifest --http http://x", place="terminal")).text


def test_the_one_in_the_docs_is_fresh() -> None:
    """To mend it: .venv/bin/tocsin manifest > docs/manifest.yaml"""
    fresh = manifest(discover("commands", "COMMAND", Command), socket_mode=True, public_url="")
    assert YAML(typ="safe").load((ROOT / "docs" / "manifest.yaml").read_text()) == fresh


@pytest.mark.parametrize("socket_mode", [True, False])
def test_it_is_within_slacks_limits(socket_mode: bool) -> None:
    made = manifest(discover("commands", "COMMAND", Command), socket_mode=socket_mode, public_url="https://t.example")
    about, features = made["display_information"], made["features"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 174 <= len(about["long_description"]) <= 4000
    assert len(features["bot_user"]["display_name"]) <= 80
    assert 0 < len(features["slash_commands"]) <= 50
    for command in features["slash_commands"]:
        assert command["should_escape"] is True
        assert command["command"].startswith("/")
        assert len(command["command"]) <= 32
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
    assert len(features["shortcuts"]) <= 10
    for shortcut in features["shortcuts"]:
        assert len(shortcut["callback_id"]) <= 255
        assert len(shortcut["description"]) <= 150
        assert len(shortcut["name"]) <= 24
    scopes, events = made["oauth_config"]["scopes"]["bot"], made["settings"]["event_subscriptions"]["bot_events"]
    assert len(scopes) == len(set(scopes)) <= 255
    assert len(events) == len(set(events)) <= 100


def test_every_event_has_its_scope() -> None:
    made = manifest({}, socket_mode=True, public_url="")
    scopes = set(made["oauth_config"]["scopes"]["bot"])
    needs = {
        "app_mention": "app_mentions:read",
        "message.im": "im:history",
        "reaction_added": "reactions:read",
        "channel_rename": "channels:read",
    }
    for event, scope in needs.items():
        assert event in made["settings"]["event_subscriptions"]["bot_events"]
        assert scope in scopes
