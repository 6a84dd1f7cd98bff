"""Slack: a direct message with buttons, changed in place when more is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.errors import DeliveryFailed
from bot.core.message import Carried, Sent
from bot.core.oncall import SLACK_USER
from bot.pagers.base import Pager, Parameters, Tools

if TYPE_CHECKING:
    from bot.outbound.slack import Slack


class SlackParameters(Parameters):
    """Direct messages use the bot's own connection to Slack and have no settings of their own."""


def check_user(address: str) -> str | None:
    """What is wrong with a user id."""
    if SLACK_USER.fullmatch(address):
        return None
    return f"{address!r} is not a Slack user id: in Slack, open the profile and choose Copy member ID, e.g. U02ABCDEF"


class _DirectMessage:
    can_look_up = True

    def __init__(self, parameters: SlackParameters, tools: Tools) -> None:
        self._tools = tools

    async def send(self, message: Carried) -> Sent:
        slack = self._slack()
        text = text_of(message)
        channel, ts = message.thread.get("channel"), message.thread.get("ts")
        if channel and ts:
            posted = await slack.update(channel, ts, text, message.blocks, key=message.key)
        elif problem := check_user(message.to):
            raise DeliveryFailed(problem, permanent=True)
        else:
            posted = await slack.dm(message.to, text, message.blocks, key=message.key)
        return Sent(ref=posted.ts, where=posted.channel)

    async def look_up(self, message: Carried) -> Sent | None:
        slack = self._slack()
        if message.thread.get("ts"):
            # A change stands in the history at the time of its first version, and repeating it does no harm.
            return None
        found = await slack.look_up(await slack.open_dm(message.to), message.key, message.at)
        return Sent(ref=found.ts, where=found.channel) if found else None

    async def close(self) -> None:
        """The connection to Slack is shared and not closed here."""

    def _slack(self) -> Slack:
        if self._tools.slack is None:
            raise DeliveryFailed("the bot runs without Slack: set SLACK_BOT_TOKEN", permanent=True)
        return self._tools.slack


def text_of(message: Carried) -> str:
    """What notifications and screen readers get, and all there is when no blocks are given; inert mrkdwn."""
    text = message.subject if message.blocks else f"{message.subject}\n{message.body}".strip()
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(character, entity)
    return text


PAGER = Pager(
    name="slack",
    help="Sends a direct message with buttons to answer.",
    wakes=False,
    answers="slack",
    address_help="a Slack member id, e.g. U02ABCDEF",
    check_address=check_user,
    section="slack",
    parameters=SlackParameters,
    open=_DirectMessage,
)
