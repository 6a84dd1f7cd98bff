"""The board: what its pages show, and that nothing in them can be made to do anything else."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from bot.core.timeline import Entry
from bot.engine import phases, resolve
from bot.engine.desk import Desk
from bot.store.transaction import Tx
from bot.views.board_incident import web_address
from tests.scenarios.world import START, World
from tests.web.boards import Page, enter, see

HOSTILE = "</title><script>alert(1)</script>\"' onload=x <!-- \u202egnp.exe\u202c \x1b[31m {{ 7*7 }} ]]> &lt;b&gt;"


@pytest.fixture(autouse=True)
async def _let_in(board: World) -> None:
    await enter(board)


async def test_what_is_open_and_what_comes_next(board: World) -> None:
    await board.alert("ExchangeDisconnected", key="g1")
    await board.alert("DiskFilling", key="g2", severity="medium", summary="Disk of gw1 is full")
    await board.ack(number=1)
    page = await see(board)
    assert "2 open, 1 that nobody has" in page.text
    assert [one["id"] for one in page.all("article")] == ["inc-2", "inc-1"]  # first what nobody has
    assert "Acknowledged by Ann" in page.text
    assert page.all("article")[1]["data-news"] == "INC-1 critical: Ann has it"
    assert "resolve it once it is over. Ann is asked again at" in page.text
    assert any("data-until" in one for one in page.all("span"))


async def test_countdowns_lie_ahead(board: World) -> None:
    """Level 2 is paged five minutes after the alert; half a minute is gone."""
    await board.alert()
    await board.jump("30s")
    page = await see(board)
    assert "is paged at 03:05 UTC in 4:30." in page.text
    assert {"class": "left", "data-until": "2026-11-21T03:05:00Z"} in page.all("span")
    assert float(str(page.all("body")[0]["data-now"])) == (START + timedelta(seconds=30)).timestamp()


async def test_one_incident_whole(board: World) -> None:
    await board.alert(summary="Binance is gone")
    await board.at("6m")
    await board.ack("bob")
    page = await see(board, "/board/incidents/1")
    assert "Binance is gone" in page.text
    assert "Acknowledged by Bob" in page.text
    captions = re.findall(r"Who was paged, by which way", page.text)
    assert captions
    assert "+1" not in page.text  # somebody's number
    assert [one["id"] for one in page.all("h2")][-1] == "timeline"
    said = await board.said("acknowledged")
    assert said[0].split(" (")[0] in page.text
    report = await see(board, "/board/incidents/1/report")
    assert "INC-1: Binance is gone" in report.text
    assert (await board.web.get("/board/incidents/2")).status_code == 404
    for far in ("9" * 18, "9" * 40, "abc", "-1", "1.5"):
        for page in ("", "/report"):
            answer = await board.web.get(f"/board/incidents/{far}{page}")
            assert answer.status_code == 404
            assert "is no number of an incident." in answer.text
            assert answer.headers["content-type"].startswith("text/html")


async def test_when_it_was_closed(board: World) -> None:
    await board.alert()
    await board.at("7m")
    await board.do(resolve.resolve, 1)
    await board.at("20m")
    assert "Closed" not in (await see(board, "/board/incidents/1")).text
    await board.do(phases.close, 1, anyway=True)
    shown = (await see(board, "/board/incidents/1")).text
    assert re.search("Resolved ?after 7 min", shown)
    assert re.search("Closed ?after 20 min", shown)
    assert re.search("Closed ?2026-11-21 03:20:00 UTC", (await see(board, "/board/incidents/1/report")).text)


async def test_a_long_timeline_is_shown_in_part(board: World) -> None:
    await board.alert()
    await board.app.engine.run(
        lambda tx: [
            tx.tell(1, Entry(at=board.now + timedelta(seconds=n), kind="note", text=f"entry-{n}.")) for n in range(300)
        ]
    )
    page = await see(board, "/board/incidents/1")
    assert "entry-299." in page.text
    assert "entry-50." not in page.text
    more = next(link for link in page.links if "entries=" in link)
    page = await see(board, more)
    assert "entry-0." in page.text
    assert not any("entries=" in link for link in page.links)
    for odd in ("x", "-1", "0", "9" * 30, "²"):
        await see(board, f"/board/incidents/1?entries={odd}")


async def test_hostile_text_is_text(board: World) -> None:
    await board.alert(summary=HOSTILE, component=HOSTILE, team=HOSTILE)
    await board.app.engine.do(_note, 1, HOSTILE)
    for path in ("/board", "/board/incidents/1", "/board/past", "/board/incidents/1/report", "/board/numbers"):
        answer = await board.web.get(path)
        page = Page(answer)
        assert [one.get("src", "")[:14] for one in page.all("script")] in ([], ["/board/static/"])
        assert "\u202e" not in answer.text
        assert "\x1b" not in answer.text
        assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
        assert "script-src 'self'" in answer.headers["content-security-policy"] or path.endswith("report")
    assert "alert(1)" in (await see(board)).text  # it is shown, as what it is
    assert Page(await board.web.get("/board/past", params={"q": HOSTILE[:60]})).all("script")[0]["type"] == "module"


def _note(tx: Tx, _desk: Desk, number: int, text: str, now: datetime) -> None:
    tx.tell(number, Entry(at=now, kind="note", text=text))


async def test_a_link_of_a_monitor_is_followed_only_where_it_is_one(board: World) -> None:
    await board.alert()
    page = await see(board, "/board/incidents/1")
    assert "http://prom.example.com:9090/g" in page.links
    for evil in ("javascript:alert(1)", " javascript:x", "data:text/html,x", "//evil.example", "http://" + "x" * 3000):
        assert web_address(evil) == ""


# --- the past


async def test_searching(board: World) -> None:
    await board.alert("A", key="g1", summary="Gateway GW1 drops 5% of orders")
    await board.alert("B", key="g2", summary="Disk is full", severity="medium")
    await board.app.engine.do(_note, 2, "Turned out to be the Äußere log_rotation")
    found = {
        "": [2, 1], "gateway": [1], "GATEWAY orders": [1], "gateway disk": [], "5%": [1], "5%of": [], "100%": [],
        "log_rotation": [2], "logxrotation": [], "nowhere": [], "!": [],
    }  # fmt: skip
    for words, numbers in found.items():
        assert await past(board, q=words) == numbers, words
    assert await past(board, severity="medium") == [2]
    assert await past(board, severity="critical", system="hft") == [1]
    assert await past(board, system="tmt") == []
    assert await past(board, **{"from": "2026-11-21", "to": "2026-11-21"}) == [2, 1]
    assert await past(board, **{"from": "2026-11-22"}) == []
    assert await past(board, to="2026-11-20") == []
    assert await past(board, to="9999-12-31") == [2, 1]


async def past(board: World, **params: str) -> list[int]:
    answer = await board.web.get("/board/past", params=params)
    assert answer.status_code == 200
    return [int(link.rpartition("/")[2]) for link in Page(answer).links if re.fullmatch(r"/board/incidents/\d+", link)]


async def test_what_was_not_understood_is_said(board: World) -> None:
    page = await see(board, "/board/past?severity=awful&from=yesterday&before=x&system=%00")
    assert "There is no severity 'awful'." in page.text
    assert "'yesterday' is no day: write it as 2026-11-21." in page.text


async def test_a_number_leads_to_its_incident(board: World) -> None:
    await board.alert()
    for said in ("1", "INC-1", "inc1"):
        assert (await board.web.get("/board/past", params={"q": said})).headers["location"] == "/board/incidents/1"
    assert (await board.web.get("/board/past?q=INC-7")).status_code == 200


async def test_the_past_is_paged_by_number(board: World) -> None:
    for number in range(120):
        await board.alert(f"Rule{number}", key=f"g{number}", severity="low", tick=False)
    seen, path = [], "/board/past?q=rule"
    while path:
        page = await see(board, path)
        seen += [int(link.rpartition("/")[2]) for link in page.links if re.fullmatch(r"/board/incidents/\d+", link)]
        path = next((link for link in page.links if "before=" in link), "")
    assert seen == list(range(120, 0, -1))
    page = await see(board)
    assert "120 open" in page.text
    assert "The 100 most urgent are shown." in page.text


async def test_numbers(board: World) -> None:
    await see(board, "/board/numbers")  # of nothing
    await board.alert()
    await board.at("2m")
    await board.ack()
    page = await see(board, "/board/numbers")
    assert {"Incidents, week of 16 Nov: 1" in page.text, "Acknowledged after, week of 16 Nov: 2 min" in page.text} == {
        True
    }
    assert page.all("svg")[0]["role"] == "img"
