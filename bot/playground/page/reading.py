"""Reading: how far each person has read each channel, and what is unread."""

from __future__ import annotations

from bot.playground.page.sight import Sight
from bot.playground.workspace import Workspace


class Reading:
    """What was said before the page began counts as unread, as for somebody who comes in the morning."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._read: dict[tuple[str, str], str] = {}

    def seen(self, sight: Sight) -> bool:
        """Somebody looks at this channel: it is read up to its end. Whether there was something new to them."""
        if sight.tab == "home" or sight.listing:
            return False
        new = self.unread(sight.viewer.id, sight.channel.id) > 0
        messages = self._workspace.room.state.messages.get(sight.channel.id, {})
        if messages:
            self._read[sight.viewer.id, sight.channel.id] = max(messages)
        return new

    def unread(self, user: str, channel: str) -> int:
        """Messages since then that others wrote; replies do not count unless they were also sent to the channel."""
        last = self._read.get((user, channel), "")
        messages = self._workspace.room.state.messages.get(channel, {}).values()
        new = [one for one in messages if one.ts > last and one.user != user]
        return sum(1 for one in new if not one.is_reply or one.broadcast)
