"""Where something was said: which system a channel is, and which incident a thread."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.engine.engine import Engine
from bot.store.transaction import Tx

_PATIENCE_S = 1.5
_NAMELESS = ("", "privategroup", "directmessage", "mpdm")
"""What Slack writes where it does not tell a channel's name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """What is known of a place."""

    system: str = ""
    incident: int | None = None


class Places:
    """Knows the channels of the systems, by name or id as the packs write them."""

    def __init__(self, engine: Engine, web: AsyncWebClient) -> None:
        self._engine, self._web = engine, web
        self._names: dict[str, str] = {}
        self._systems: dict[str, str] = {}
        for system in engine.desk.systems.values():
            for channel in (system.channel, system.private_channel, *system.other_channels):
                if channel:
                    self._systems.setdefault(channel.removeprefix("#").lower(), system.name)

    async def locate(self, channel: str, name: str = "", *threads: str) -> Place:
        """The place of a message: its channel, and the first of `threads` (time stamps) that is an incident's."""
        system = self._systems.get(channel.lower(), "")
        if not system and name not in _NAMELESS:
            system = self._systems.get(name.lower(), "")
        stamps = [ts for ts in threads if ts]

        def look(tx: Tx) -> tuple[int | None, str]:
            found = next((n for ts in stamps if (n := tx.cards.at(channel, ts)) is not None), None)
            incident = tx.incidents.get(found) if found is not None else None
            return found, incident.system if incident is not None else ""

        number, its_system = await self._engine.look(look) if stamps and channel else (None, "")
        system = its_system or system
        if not system and channel and name in _NAMELESS and not channel.startswith("D"):
            system = self._systems.get((await self._name(channel)).lower(), "") or await self._by_cards(channel)
        return Place(system=system, incident=number)

    async def _name(self, channel: str) -> str:
        """The channel's name as Slack tells it, remembered; empty when it does not answer."""
        if channel not in self._names:
            try:
                answer = await asyncio.wait_for(self._web.conversations_info(channel=channel), _PATIENCE_S)
                self._names[channel] = str(answer["channel"].get("name") or "")
            except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError):
                return ""
        return self._names[channel]

    async def _by_cards(self, channel: str) -> str:
        """The system whose open incidents have their cards there."""

        def look(tx: Tx) -> str:
            found = {incident.number: incident.system for incident in tx.incidents.list_open()}
            shown = tx.cards.main_of(list(found)).values()
            return next((found[card.incident] for card in shown if card.place == channel), "")

        return await self._engine.look(look)
