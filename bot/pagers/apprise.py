"""Apprise: every way that Apprise knows (Telegram, Teams, Pushover, ntfy, Signal, ...); needs the extra `apprise`."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable
from typing import Any

from bot.core.errors import DeliveryFailed
from bot.core.message import Carried, Sent
from bot.pagers.base import LONGEST_S, Pager, Parameters, Tools

_MISSING = "Apprise is not installed: install Tocsin with the extra, e.g. pip install 'tocsin[apprise]'"
_NOT_AN_ADDRESS = "Apprise does not know this address: see its list of services"
_KINDS = {"critical": "failure", "high": "failure", "medium": "warning", "low": "info"}

Load = Callable[[], Any]


class AppriseParameters(Parameters):
    """Apprise has no settings of its own here: everything is in the address."""


def load() -> Any:
    """The package, which shares its name with this file. Where it is missing, `DeliveryFailed` names the extra."""
    try:
        return importlib.import_module("apprise")
    except ImportError:
        raise DeliveryFailed(_MISSING, permanent=True) from None


def check_address(address: str, loaded: Load = load) -> str | None:
    """What is wrong with an address. It holds tokens, so it is not repeated."""
    try:
        package = loaded()
    except DeliveryFailed as missing:
        return str(missing)
    return None if _known(package, address) else _NOT_AN_ADDRESS


class AppriseCarrier:
    """Sends by Apprise's blocking client, in a thread. Apprise tells only whether it went well, so a failure counts as
    one that trying again can help."""

    can_look_up = False

    def __init__(
        self, parameters: AppriseParameters, tools: Tools, loaded: Load = load, seconds: float = LONGEST_S
    ) -> None:
        self._load, self._seconds = loaded, seconds

    async def send(self, message: Carried) -> Sent:
        try:
            async with asyncio.timeout(self._seconds):
                went_well = await asyncio.to_thread(self._notify, message)
        except TimeoutError:
            # The thread cannot be stopped and may still succeed.
            raise DeliveryFailed("Apprise did not come back in time: it may have left", maybe_sent=True) from None
        if went_well:
            return Sent()
        raise DeliveryFailed("Apprise could not deliver it; its own log may tell why")

    async def look_up(self, message: Carried) -> Sent | None:
        raise NotImplementedError("Apprise has no such question")

    async def close(self) -> None:
        """Nothing is held open."""

    def _notify(self, message: Carried) -> bool:
        package = self._load()
        service = _known(package, message.to)
        if service is None:
            raise DeliveryFailed(_NOT_AN_ADDRESS, permanent=True)
        links = [f"Answer: {message.answer_link}"] if message.answer_link else []
        links += [f"Slack: {message.link}"] if message.link else []
        try:
            sent = service.notify(
                title=message.subject,
                body="\n\n".join([message.body.strip(), *links]),
                notify_type=_KINDS.get(message.severity, "failure") if message.purpose != "notice" else "info",
                body_format="text",
            )
        except Exception as error:
            # Any of a hundred services wrote this text: it may hold the address.
            raise DeliveryFailed(f"Apprise failed ({type(error).__name__})", maybe_sent=True) from None
        return bool(sent)


def _known(package: Any, address: str) -> Any:
    # Several addresses in one text would page people whom nobody listed; Apprise takes commas and blanks as separators.
    service = package.Apprise(asset=package.AppriseAsset(app_id="Tocsin", app_desc="Incidents", app_url=""))
    single = not any(character.isspace() or not character.isprintable() for character in address)
    return service if single and "://" in address and service.add(address) and len(service) == 1 else None


PAGER = Pager(
    name="apprise",
    help="Sends by any service that Apprise knows: Telegram, Teams, Pushover, ntfy, Signal and a hundred others.",
    wakes=False,
    answers="link",
    address_help="an Apprise URL, e.g. ntfys://ntfy.example.com/desk or tgram://TOKEN/CHAT",
    check_address=check_address,
    section="apprise",
    parameters=AppriseParameters,
    open=AppriseCarrier,
)
