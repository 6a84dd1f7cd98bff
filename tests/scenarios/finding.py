"""What the checks of a story's incident find, without a world to look at."""

from __future__ import annotations

from bot.core.evidence import Evidence, State
from bot.core.look import Look
from bot.engine import looks
from tests.scenarios.world import World


async def found(world: World, said: str, number: int = 1) -> str:
    """The bot's own look at an incident comes to its end now: its one check failed with that line. The verdict."""
    incident, engine = await world.incident(number), world.app.engine
    why = "the incident opened"
    look = Look(system=incident.system, what="story", incident=number, why=why, made_at=world.now)
    seen = Evidence(
        check="story", title="Venue", system=look.system, state=State.FAIL, verdict=said, started=world.now, took=0.2
    )
    await engine.do(looks.keep, look, [seen])
    return f"1 of 1 fails: Venue: {said}"
