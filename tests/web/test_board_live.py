"""The board is live: what changes is told at once, whoever changed it, to as many as there is room for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from bot.__main__ import serve
from bot.inbound.board_drawn import Drawn
from bot.inbound.board_live import MOST, Live, mark_of
from bot.store.transaction import Tx
from tests.free_port import free_port
from tests.scenarios.world import World
from tests.web.boards import TOKEN, enter, see

WITHIN_S = 20.0


class Listener:
    """Somebody who listens, and notes the marks that are told."""

    def __init__(self, live: Live) -> None:
        self.live, self.marks, self.ended = live, asyncio.Queue[str](), asyncio.Event()

    async def listen(self, known: str) -> None:
        async for said in self.live.stream(known, await self.live.mark()):
            for line in said.splitlines():
                if line.startswith("data: "):
                    self.marks.put_nowait(line.removeprefix("data: "))
        self.ended.set()

    async def next(self) -> str:
        async with asyncio.timeout(WITHIN_S):
            return await self.marks.get()


@asynccontextmanager
async def listening(live: Live, known: str | None = None) -> AsyncIterator[Listener]:
    listener = Listener(live)
    task = asyncio.create_task(listener.listen(await live.mark() if known is None else known))
    while not live.listeners:
        await asyncio.sleep(0)
    yield listener
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def live_of(world: World) -> Live:
    assert world.app.board is not None
    return world.app.board.live


async def test_what_is_done_here_is_told_at_once(board: World) -> None:
    async with listening(live_of(board)) as listener:
        before = await live_of(board).mark()
        await board.alert()
        after = await listener.next()
        assert after != before
    assert live_of(board).listeners == 0


async def test_what_another_replica_does_is_told_too(board: World) -> None:
    other = await board.build_bot()
    live = Live(other.engine, every_s=0.01)
    async with listening(live) as listener:
        await board.alert()
        first = await listener.next()
        await board.ack()
        assert await listener.next() != first
    await other.stop()


async def test_whoever_comes_late_is_told_what_they_missed(board: World) -> None:
    page = await enter(board) and await see(board)
    mark = str(page.all("body")[0]["data-mark"])
    await board.alert()
    async with listening(live_of(board), mark) as listener:
        assert await listener.next() == await live_of(board).mark()


async def test_nothing_is_told_while_nothing_happens(board: World) -> None:
    live, before = Live(board.app.engine, every_s=0.001), await live_of(board).mark()
    async with listening(live) as listener:
        for _ in range(20):
            await board.app.engine.look(lambda tx: tx.incidents.list_open())
        assert listener.marks.empty()
        await board.alert()
        assert await listener.next() != before


async def test_all_end_at_once_when_the_bot_stops(board: World) -> None:
    async with listening(live_of(board)) as listener:
        board.app.hang_up()
        async with asyncio.timeout(WITHIN_S):
            await listener.ended.wait()
    await enter(board)
    assert (await board.web.get("/board/events")).status_code == 503


async def test_a_server_that_stops_does_not_wait_for_those_who_listen(board: World) -> None:
    """The stream ends as an answer ends. One that had to be cut off after the server's patience would be torn."""
    port = free_port()
    board._environ |= {"TOCSIN_PORT": str(port)}
    app, enough = await board.build_bot(), asyncio.Event()
    serving = asyncio.create_task(serve(app, enough))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        asyncio.timeout(WITHIN_S),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as web,
    ):
        while not await answers(web):
            await asyncio.sleep(0)
        async with web.stream("GET", "/board/events") as stream:
            lines = stream.aiter_lines()
            assert await anext(lines) == "retry: 3000"
            enough.set()
            rest = [line async for line in lines]
        await serving
    assert sum(line == "event: changed" for line in rest) == 1  # the one at once, since no mark was given
    await app.stop()


async def answers(web: httpx.AsyncClient) -> bool:
    try:
        return (await web.get("/healthz")).status_code == 200
    except httpx.ConnectError:
        return False


async def test_there_is_room_for_so_many(board: World) -> None:
    live = Live(board.app.engine, most=1)
    async with listening(live):
        assert live.is_full
    assert not live.is_full
    assert MOST >= 50


async def test_a_mark_is_another_one_after_whatever_people_are_told(board: World) -> None:
    live = live_of(board)
    seen = [await live.mark()]
    for step in (board.alert, lambda: board.at("5m"), board.ack, board.resolved):
        await step()
        seen.append(await live.mark())
    assert len(set(seen)) == len(seen)
    assert await live.mark() == seen[-1]


@pytest.mark.parametrize("path", ["/board/static/board.css", "/board/static/board.js", "/board/static/board.svg"])
async def test_what_pages_refer_to_is_there_and_kept_by_browsers(board: World, path: str) -> None:
    page = await enter(board) and await see(board)
    addresses = [str(one.get("href") or one.get("src")) for tag in ("link", "script") for one in page.all(tag)]
    (address,) = [one for one in addresses if one.startswith(path)]
    answer = await board.web.get(address)
    assert (answer.status_code, "immutable" in answer.headers["cache-control"]) == (200, True)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (await board.web.get("/board/static/../board.py")).status_code == 404


async def test_a_page_is_drawn_once_for_all_who_look(board: World) -> None:
    """A change makes everybody who listens ask at the same moment."""
    drawn, asked = Drawn(board.app.engine), 0

    def draw(tx: Tx) -> tuple[str, str]:
        nonlocal asked
        asked += 1
        return f"drawn {asked}", mark_of(tx)

    async with listening(live_of(board)) as listener:
        known = live_of(board).known
        assert set(await asyncio.gather(*(drawn.page("", known, draw) for _ in range(50)))) == {"drawn 1"}
        await board.alert()
        known = await listener.next()
        assert set(await asyncio.gather(*(drawn.page("", known, draw) for _ in range(50)))) == {"drawn 2"}
        assert await drawn.page("another", known, draw) == "drawn 3"
    assert live_of(board).known == ""  # nobody listens: nobody looks whether something has changed
    assert await drawn.page("", "", draw) == "drawn 4"
