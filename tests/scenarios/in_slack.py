"""What people see and do in Slack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.app import App
from bot.playground.values import Message, Seen, View
from bot.playground.workspace import Workspace

OPS, ENG = "#hft-operations", "#hft-engineering"


class InSlack:
    """That half of the World; only where it has a workspace."""

    app: App
    workspace: Workspace | None

    async def tick(self) -> None:
        """The bot does what is due now."""
        raise NotImplementedError

    @property
    def slack(self) -> Workspace:
        """The workspace."""
        assert self.workspace is not None, "this story has no Slack: take the fixture slack_world"
        return self.workspace

    # What people see

    def cards(self, channel: str = OPS) -> list[Message]:
        """The cards in a channel, oldest first: what is no reply, nor the trace of something deleted."""
        return [m for m in self.slack.messages(channel) if not m.is_reply and m.subtype != "tombstone"]

    def card(self, channel: str = OPS) -> Message:
        """The newest card there."""
        return self.cards(channel)[-1]

    def thread(self, channel: str = OPS) -> list[Message]:
        """The replies under the newest card."""
        return [m for m in self.slack.messages(channel, self.card(channel).ts) if m.is_reply]

    def lines(self, channel: str = OPS) -> list[str]:
        """What these replies say, as one reads it."""
        return [m.readable() for m in self.thread(channel)]

    def broadcast(self, channel: str = OPS) -> list[str]:
        """Those of them that the channel shows as well."""
        return [m.text for m in self.thread(channel) if m.broadcast]

    def direct(self, who: str) -> list[Message]:
        """The bot's direct messages with somebody, oldest first."""
        return list(self.slack.direct_messages(who))

    def told(self, who: str) -> str:
        """What only this person saw last."""
        return self.slack.ephemerals(who)[-1].readable()

    # What people do

    async def click(self, who: str, message: Message, verb: str, **more: Any) -> Seen:
        """Press a button: `ack` presses `incident.ack`. Returns when the bot has done what it means."""
        return await self.push(who, message, f"incident.{verb}", **more)

    async def push(self, who: str, message: Message | View, action: str, **more: Any) -> Seen:
        """Press any button."""
        seen = await self.slack.click(who, message, action, **more)
        await self.worked()
        return seen

    async def unfolded(self, channel: str = OPS) -> Message:
        """The newest message of the channel, once its answer no longer grows."""
        assert self.app.side is not None
        await self.app.side.door.replies.unfolding.drain(10)
        return self.slack.messages(channel)[-1]

    async def slash(self, who: str, text: str, channel: str = OPS) -> Seen:
        """`/incident ...`."""
        command, _, rest = text.partition(" ")
        seen = await self.slack.slash(who, channel, command, rest)
        await self.worked()
        return seen

    async def say(self, who: str, text: str, message: Message | None = None, channel: str = OPS) -> Message:
        """Say something in a channel, or in the thread of a message."""
        said = await self.slack.say(who, channel, text, message.ts if message else None)
        await self.slack.wait_for(lambda slack: any(_ts(d.payload) == said.ts for d in slack.deliveries()))
        await self.worked()
        return said

    async def worked(self) -> None:
        """What was acknowledged has been done, and what follows from it has left."""
        assert self.app.side is not None
        await self.app.side.door.queue.drain()
        await self.tick()


def _ts(payload: Mapping[str, Any]) -> str:
    """Of an event: the message it is about."""
    return str((payload.get("event") or {}).get("ts") or "")
