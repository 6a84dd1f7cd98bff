"""The panel of the trading system: it shows what is wrong, and its buttons break and mend."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette

from bot.playground.page.trading import Trading, lasted, spark
from bot.playground.trading.monitoring import Monitoring
from tests.playground.page.reading import Drawn
from tests.playground.trading.running import Running


class Shown:
    """A system in its panel, with a browser's client."""

    def __init__(self, hft: Running, monitoring: Monitoring, page: httpx.AsyncClient, panel: Trading) -> None:
        self.hft, self.monitoring, self.page, self.panel = hft, monitoring, page, panel

    def draw(self) -> Drawn:
        return Drawn(self.panel.html("ann"))

    async def push(self, label: str, **fields: str) -> httpx.Response:
        """Press a button of what is drawn now."""
        form = self.draw().form(label, **fields)
        assert form.posts
        return await self.page.post(form.action, data=form.fields)

    async def go_on(self, seconds: float) -> None:
        for _ in range(int(seconds / 10)):
            await self.hft.go_on(10)
            await self.monitoring.tick(self.hft.now)


@pytest.fixture
async def shown(hft: Running) -> AsyncIterator[Shown]:
    monitoring = Monitoring(lambda: hft.system.url, lambda: "http://127.0.0.1:9/nobody", "t")
    panel = Trading(hft.system, monitoring, lambda: hft.now)
    transport = httpx.ASGITransport(app=Starlette(routes=list(panel.routes)))
    async with httpx.AsyncClient(transport=transport, base_url="http://page.example") as page:
        yield Shown(hft, monitoring, page, panel)
    await monitoring.stop()


async def test_all_is_well(shown: Shown) -> None:
    text = shown.draw().text
    for words in ("All is well", "Orders a minute", "P&L today", "Signal to order, P99", "market_maker", "Kraken"):
        assert words in text
    assert shown.draw().all("polyline")[0]["points"].count(",") > 5
    assert shown.panel.badge("ann") == ""


async def test_there_is_a_button_for_every_fault(shown: Shown) -> None:
    breaks = [one.fields["fault"] for one in shown.draw().forms if one.action == "/panel/trading/break"]
    assert sorted(breaks) == sorted(shown.hft.system.faults)


async def test_a_button_breaks_and_a_button_mends(shown: Shown) -> None:
    assert (await shown.push("Break", fault="exchange_disconnected")).status_code == 204
    await shown.go_on(30)
    text = shown.draw().text
    for words in ("Broken in 1 way", "for 30 s", "alert fires", "Binance is disconnected", "disconnected"):
        assert words in text
    assert shown.panel.badge("ann") == "1"
    assert (await shown.push("Mend", fault="exchange_disconnected")).status_code == 204
    assert "monitoring has not seen it yet" in shown.draw().text
    await shown.go_on(30)
    assert "All is well" in shown.draw().text


async def test_everything_is_mended_at_once(shown: Shown) -> None:
    for fault in ("process_gone", "database_down", "crossed_book"):
        await shown.push("Break", fault=fault)
    await shown.go_on(10)
    assert "The process is gone" in shown.draw().text
    assert shown.panel.badge("ann") == "3"
    await shown.push("Mend everything")
    assert shown.hft.system.broken == {}


@pytest.mark.parametrize("fault", ["crossed_book", "queue_growing", "memory_growing", "disk_filling", "clock_drift"])
async def test_what_is_bad_is_marked(shown: Shown, fault: str) -> None:
    before = shown.draw().html.count('class="bad"') + shown.draw().html.count('class="chip bad"')
    await shown.push("Break", fault=fault)
    await shown.go_on(120)
    marked = shown.draw().html.count('class="bad"') + shown.draw().html.count('class="chip bad"')
    assert marked > before + 1


@pytest.mark.parametrize("path", ["break", "mend"])
async def test_an_unknown_fault_is_refused(shown: Shown, path: str) -> None:
    answer = await shown.page.post(f"/panel/trading/{path}", data={"fault": "<b>"})
    assert (answer.status_code, answer.text) == (400, "There is no such fault.")


async def test_those_who_watch_are_told(shown: Shown) -> None:
    told: list[int] = []
    shown.panel.watch(lambda: told.append(1))
    await shown.push("Break", fault="lot_size")
    assert len(told) == 1
    await shown.go_on(10)
    assert len(told) > 1


async def test_nothing_needs_a_style_or_a_script_of_its_own(shown: Shown) -> None:
    """The page allows neither; and every control has a name and an id that stays."""
    drawn = shown.draw()
    assert not [has for _, has in drawn.tags if "style" in has or any(name.startswith("on") for name in has)]
    ids = [has["id"] for _, has in drawn.tags if "id" in has]
    assert len(ids) == len(set(ids))
    assert all(has.get("id") for has in drawn.all("button"))


def test_a_line_of_numbers() -> None:
    assert spark([10, None, 5]).points == "0.0,1.0 160.0,16.0"
    assert spark([]).points == ""
    assert spark([7]).points == "0.0,1.0"


@pytest.mark.parametrize(("seconds", "words"), [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h")])
def test_how_long(seconds: int, words: str) -> None:
    assert lasted(timedelta(seconds=seconds)) == words
