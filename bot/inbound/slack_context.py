"""Who gave a command in Slack, and where; and whether it was taken before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.engine.desk import Desk
from bot.engine.engine import Engine
from bot.engine.investigate import Investigation
from bot.inbound.slack_people import SlackPeople
from bot.inbound.slack_pins import Pins
from bot.inbound.slack_places import Places
from bot.inbound.slack_words import Received
from bot.store.transaction import Tx
from commands.base import Command, Context


class Contexts:
    """Makes the context of whatever is received."""

    def __init__(
        self,
        *,
        engine: Engine,
        commands: Mapping[str, Command],
        people: SlackPeople,
        places: Places,
        investigation: Investigation | None,
        pins: Pins | None,
        board: Callable[[datetime], str],
    ) -> None:
        """`board` makes a link to the board; empty without one."""
        self._engine, self._commands, self._investigation = engine, commands, investigation
        self._people, self._places, self._pins, self._board = people, places, pins, board

    async def of(self, received: Received) -> Context:
        """Raises NotAllowed for who is no full member, and StoreAway."""
        back = received.back
        admitted = await self._people.admit(back.user, received.team, received.name)
        place = await self._places.locate(back.channel, received.channel_name, *received.threads)
        return Context(
            who=admitted.who,
            mail=admitted.mail,
            place=received.place,
            system=place.system,
            incident=place.incident,
            channel=back.channel,
            engine=self._engine,
            commands=self._commands,
            investigation=self._investigation,
            look_up=self._people.look_up,
            everybody=self._people.everybody,
            pins=self._pins,
            zone=admitted.zone,
            board=self._board(self._engine.clock.now()),
        )

    async def mark_taken(self, received: Received) -> bool:
        """Remember that this was taken; False where it was before. Raises StoreAway."""
        return await self._engine.do(_mark_seen, f"slack:{received.key}")


def _mark_seen(tx: Tx, _desk: Desk, key: str, now: datetime) -> bool:
    return tx.people.mark_seen(key, now)
