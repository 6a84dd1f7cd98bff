"""The trading system breaks in each of its ways: the right playbook is the first on the card, and walking it, by the
checks and by the buttons of its message, reaches what was broken in at most three human answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace

import httpx
import pytest
import pytest_asyncio

from bot.configured import Content
from bot.core.check import Check
from bot.core.playbook import Playbook, Step
from bot.core.playbook.walk import Stand
from bot.playground.trading.faults import all_faults
from bot.playground.trading.pack import variables_of
from bot.playground.trading.system import TradingSystem
from bot.playground.values import Message
from bot.store.runs import Run
from tests.packs.test_hft_checks import ELSEWHERE
from tests.scenarios.trading import Desk, watched
from tests.scenarios.world import START, world_with_slack

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOST_ANSWERS = 3
TOLD = {
    # PostgreSQL itself is not there in the playground: only a person can say what it does.
    "database_down": {"reachable": "The database does not answer", "unit": "It does not run"},
    "connection_pool": {"held": "None runs long"},
    # Whether the kernel's log may be read depends on the machine.
    "process_gone": {"killed": "It was not killed"},
}
STEPS = {"process_gone": "fails_to_start.crashed", "stale_data": "no_market_data.resubscribe"}
"""Where no item within a section of the guide is the cause: the step that finds or ends it."""
_MOST = 60


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TradingSystem]:
    """One for all: what one story breaks it mends."""
    made = TradingSystem(tmp_path_factory.mktemp("hft"), START)
    await made.start()
    yield made
    await made.stop()


@dataclass(kw_only=True)
class Walking:
    """One walk as Ann sees it in the thread."""

    desk: Desk
    told: Mapping[str, str]
    """By step, what she answers where it is not the first choice."""
    answers: list[str] = field(default_factory=list)

    @property
    def books(self) -> Mapping[str, Playbook]:
        """The playbooks of hft."""
        return self.desk.world.app.engine.desk.packs["hft"].playbooks.by_name

    @property
    def message(self) -> Message:
        """What it shows."""
        return next(m for m in self.desk.world.thread() if "📖 *" in m.readable())

    async def run(self) -> Run:
        """As it is stored."""
        (found,) = await self.desk.world.app.engine.look(lambda tx: tx.runs.of_incident(1))
        return found

    async def start(self) -> Playbook:
        """The first playbook that the card offers."""
        await self.desk.world.push("ann", self.desk.world.card(), "playbook.start.0")
        await self._looked()
        return self.books[next(iter((await self.run()).books))]

    async def to(self, is_cause: Callable[[str, Step], bool]) -> None:
        """On until it has come to the step of the cause, which is then shown."""
        for _ in range(_MOST):
            run = await self.run()
            at = self.books[run.walk.playbook].steps[run.walk.step]
            shown = self.message.readable()
            if is_cause(run.walk.playbook, at):
                assert at.text[:60].partition("{")[0] in shown
                return
            for visit in run.walk.trail:
                if is_cause(visit.playbook, self.books[visit.playbook].steps[visit.step]):
                    assert visit.said in shown
                    return
            assert run.walk.stand is Stand.WAITING, shown
            await self._answer(at)
        raise AssertionError(self.answers)

    async def _answer(self, step: Step) -> None:
        """By a button."""
        says = [choice.say for choice in step.choices]
        say = self.told.get(step.name, says[0])
        self.answers.append(f"{step.name}: {say}")
        await self.desk.world.push("ann", self.message, f"playbook.answer.{says.index(say)}")
        await self._looked()

    async def _looked(self) -> None:
        """The bot has gone on as far as it can."""
        await self.desk.world.tick()
        await self.desk.world.app.looking.tick()
        await self.desk.go_on(10)  # a channel takes a message a second


def without_the_machine(content: Content) -> Content:
    """Its checks look at the machine on which this runs, too, but find nothing wrong with it, and do not watch it for
    long: it is not what breaks."""
    hft = content.packs["hft"]
    checks = {
        name: replace(one, warn=None, fail=None, parameters={**one.parameters, **_briefly(one)})
        if name in ELSEWHERE
        else one
        for name, one in hft.checks.by_name.items()
    }
    return replace(content, packs={**content.packs, "hft": replace(hft, checks=replace(hft.checks, by_name=checks))})


def _briefly(check: Check) -> Mapping[str, int]:
    return {"seconds": 1} if "seconds" in check.parameters else {}


@pytest_asyncio.fixture(loop_scope="module")
async def desk(system: TradingSystem, sqlite_url: str) -> AsyncIterator[Desk]:
    """A bot whose checks look at the trading system, on which all is well."""
    variables = {f"TOCSIN_VAR_HFT_{name.upper()}": value for name, value in variables_of(system).items()}
    environ = {"TOCSIN_ENVIRONMENT": "demo", **variables}
    async with world_with_slack(sqlite_url, environ, edited=without_the_machine) as world:
        world.now = system.life.now
        async with httpx.AsyncHTTPTransport() as world.outside.here, watched(world, system) as made:
            yield made
            system.mend()
            await made.go_on(900, step_s=60)  # the slowest to show that all is well again looks back so far


@pytest.mark.parametrize("fault", sorted(all_faults()))
async def test_the_right_playbook_leads_to_the_cause(desk: Desk, fault: str) -> None:
    covers, step = set(all_faults()[fault].covers), STEPS.get(fault, "")
    # Those within a section: a section is any of its causes.
    causes = {one for one in covers if one.count(".") == 2}
    await desk.breaks(fault)
    await desk.world.app.looking.tick()
    await desk.go_on(30)
    walking = Walking(desk=desk, told=TOLD.get(fault, {}))
    first = await walking.start()
    assert covers & {*first.covers, *(id_ for one in first.steps.values() for id_ in one.covers)}, first.title
    await walking.to(lambda playbook, at: f"{playbook}.{at.name}" == step if step else bool(causes & set(at.covers)))
    assert len(walking.answers) <= MOST_ANSWERS, walking.answers
