"""The process is killed between the commit and the delivery, and in the midst of a delivery: nothing is lost, and
nothing is seen twice where the way allows it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.core.clock import Clock
from bot.core.errors import StoreAway
from bot.engine import due
from bot.store.store import Store
from bot.store.transaction import Tx
from tests.scenarios.conftest import Make
from tests.scenarios.world import ENGINEERING, OPERATIONS, PAGERDUTY_KEY, START, World


async def test_killed_between_commit_and_delivery(world: World) -> None:
    """ESCALATION 3: the alert was answered with 202, so its pages are in the outbox and leave after the restart."""
    assert (await world.alert(tick=False)).status_code == 202
    await world.kill()
    await world.jump("3m")
    await world.start_bot()
    await world.at("4m")
    assert sorted(world.pages()) == [(3.0, "mail", "operations@company.com"), (3.0, "phone", OPERATIONS)]


async def test_killed_between_claim_and_delivery_of_a_level(world: World) -> None:
    """ESCALATION 3: a ladder whose claim died with the process is worked when the claim ends."""
    await world.alert()
    await world.at("4m59s")
    await world.jump("5m")
    await world.app.engine.store.run(lambda tx: due.claim(tx, world.now, due.LEASE))
    await world.kill()
    await world.start_bot()
    await world.at("14m")
    assert world.minutes(ENGINEERING) == [5.5]


@pytest.mark.parametrize("way", ["phone", "sms", "pagerduty"])
async def test_killed_in_mid_delivery_when_the_vendor_had_it_already(make_world: Make, way: str) -> None:
    """ESCALATION 3: Twilio is asked what became of it and has it, PagerDuty makes one of two with the same key."""
    world = await make_world("tmt" if way == "sms" else "hft")
    to = PAGERDUTY_KEY if way == "pagerduty" else OPERATIONS
    await world.alert("SystemDown", tick=False)
    if way == "pagerduty":
        await world.at("29m59s")
        await world.jump("30m")
    held = world.outside.hold(way)
    sending = asyncio.create_task(world.tick())
    await held.reached.wait()
    await world.kill()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    world.outside.held.clear()
    await world.start_bot()
    await world.pass_time("3m")
    left = [page for page in world.sent(way, to=to) if page.wants_answer]
    assert len({page.detail.get("dedup") or page.detail["sid"] for page in left}) == 1
    page = next(page for page in await world.ledger() if page.way == way)
    assert page.state == "sent"


async def test_a_mail_whose_fate_is_unknown_is_sent_again_under_the_same_id(world: World) -> None:
    """ESCALATION 3: mail cannot be looked up, so the second copy carries the first one's Message-ID."""
    world.outside.lost["mail"] = 1
    await world.alert()
    await world.at("1m")
    mails = world.sent("mail", to="operations@company.com")
    assert len(mails) == 2
    assert len({mail.detail["id"] for mail in mails}) == 1


CHILD = """
import asyncio, os, signal, sys
from tests.scenarios.world import World

async def main(url):
    world = World(None, url, {})
    await world.start()
    world.outside.answers["phone"] = lambda request: os.kill(os.getpid(), signal.SIGKILL)
    await world.alert()

asyncio.run(main(sys.argv[1]))
"""


async def test_killed_by_the_kernel_while_it_dials(world: World) -> None:
    """ESCALATION 3: a real process, and a real SIGKILL in the midst of the call; another one takes over."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        CHILD,
        world.database_url,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=asyncio.subprocess.DEVNULL,
    )
    assert await child.wait() == -signal.SIGKILL
    assert world.now == START
    await world.at("4m")
    assert (await world.incident()).label == "INC-1"
    assert world.minutes(OPERATIONS) == [1.0], "dialled again when the claim ended"


async def test_a_claim_is_as_long_in_real_time_when_a_demo_runs_faster(sqlite_url: str) -> None:
    """Sixty times faster, 30 real seconds are half an hour: within them no other replica takes what is being worked."""
    world = World(None, sqlite_url, {})
    world.clock = Clock(read=lambda: world.now, began=START, speed=60)
    await world.start()
    await world.alert(tick=False)
    store, world.now = world.app.engine.store, START + timedelta(seconds=5)
    world.app.engine.store = DiesAfterOne(store)  # type: ignore[assignment]
    with pytest.raises(StoreAway):
        await world.app.work.climb()
    world.app.engine.store = store
    free_again = START + timedelta(minutes=5) + 60 * due.LEASE
    before = await store.run(lambda tx: tx.incidents.claim_due(free_again - timedelta(seconds=1), due.LEASE, 9))
    assert before == []
    assert await store.run(lambda tx: tx.incidents.claim_due(free_again, due.LEASE, 9)) == [(1, "main")]
    await world.stop()


class DiesAfterOne:
    """A store that is gone after one transaction: what was claimed in it is not worked."""

    def __init__(self, store: Store) -> None:
        self._left = [store]

    async def run(self, work: Callable[[Tx], Any], **how: bool) -> Any:
        if not self._left:
            raise StoreAway("the database is gone")
        return await self._left.pop().run(work, **how)
