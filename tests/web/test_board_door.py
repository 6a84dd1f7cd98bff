"""Who is let in to look at the board: nobody by default; then whoever follows a signed link, and the desk's screen."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import httpx
import pytest

from bot.configured import find_ways, load_content
from bot.core.errors import BadContent
from bot.core.signing import sign
from bot.findings import mistakes
from bot.settings import Environment, tokens_in
from tests.scenarios.world import PUBLIC, World
from tests.web.boards import NEXT, TOKEN, enter, link_of, restarted, see

ALL = ("/board", "/board/incidents/1", "/board/incidents/1/report", "/board/past", "/board/numbers", "/board/events")


async def test_without_a_setting_there_is_no_board(board: World) -> None:
    await restarted(board, TOCSIN_BOARD_LINKS="no", TOCSIN_BOARD_TOKEN="")
    for path in ALL:
        assert (await board.web.get(path, headers={"Authorization": "Bearer "})).status_code == 404
    assert (await enter(board)).status_code == 404


async def test_a_stranger_sees_nothing(board: World) -> None:
    await board.alert(summary="Very private")
    wrong = ({}, {"Authorization": "Bearer "}, {"Authorization": f"Bearer {TOKEN}x"}, {"Cookie": "tocsin_board=x.y"})
    for path, headers in product(ALL, wrong):
        answer = await board.web.get(path, headers=headers)
        assert answer.status_code == 401
        assert "Very private" not in answer.text
        assert answer.headers["referrer-policy"] == "no-referrer"


async def test_the_screen_enters_its_token_once(board: World) -> None:
    assert 'action="/board/enter"' in (await board.web.get("/board")).text
    answer = await enter(board)
    assert (answer.status_code, answer.headers["location"]) == (303, "/board")
    cookie = answer.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=lax", "Secure", "Path=/board", "Max-Age=2592000"):
        assert part in cookie
    assert TOKEN not in cookie
    assert "Nothing is open" in (await see(board)).text


async def test_a_screen_on_the_desks_own_network_may_come_without_https(board: World) -> None:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=board.app.web), base_url="http://10.0.0.7:8333"
    ) as web:
        answer = await web.post("/board/enter", data={"token": TOKEN})
        assert "Secure" not in answer.headers["set-cookie"]
        assert (await web.get("/board")).status_code == 200


async def test_the_wrong_token_is_refused_and_said(board: World) -> None:
    for given in ("", "wrong", TOKEN[:-1], f"{TOKEN},{NEXT}", "ä" * 30):
        answer = await enter(board, given)
        assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)
        assert "This token is not known." in answer.text
    too_much = await board.web.post("/board/enter", content=b"token=" + b"x" * 100_000)
    assert too_much.status_code == 401


async def test_a_token_that_is_withdrawn_ends_its_sessions(board: World) -> None:
    await enter(board, NEXT)
    await restarted(board, TOCSIN_BOARD_TOKEN=NEXT)
    assert (await board.web.get("/board")).status_code == 200
    await restarted(board, TOCSIN_BOARD_TOKEN=TOKEN)
    assert (await board.web.get("/board")).status_code == 401


async def test_a_program_sends_the_token_in_its_header(board: World) -> None:
    answer = await board.web.get("/board", headers={"Authorization": f"Bearer {NEXT}"})
    assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)


async def test_a_link_opens_a_session_and_leads_on(board: World) -> None:
    await board.alert()
    answer = await board.web.get(link_of(board))
    assert (answer.status_code, answer.headers["location"]) == (303, "/board/incidents/1")
    assert "Max-Age=43200" in answer.headers["set-cookie"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "INC-1" in (await see(board, answer.headers["location"])).text
    assert (await board.web.get(link_of(board, ""))).headers["location"] == "/board"


async def test_a_session_ends(board: World) -> None:
    await board.web.get(link_of(board, ""))
    board.now += timedelta(hours=11, minutes=59)
    assert (await board.web.get("/board")).status_code == 200
    board.now += timedelta(minutes=2)
    assert (await board.web.get("/board")).status_code == 401


async def test_a_link_that_is_old_or_made_up_opens_nothing(board: World) -> None:
    genuine = link_of(board)
    answer_link = f"/board/s/{sign('s' * 32, 'answer', 'board', board.now + timedelta(days=1))}/incidents/1"
    for wrong in (
        link_of(board, late=timedelta(days=7, seconds=1)),
        link_of(board, secret="x" * 32),
        genuine.replace("/board/s/", "/board/s/A"),
        answer_link,  # signed by us for something else
        "/board/s/x/incidents/1",
    ):
        answer = await board.web.get(wrong)
        assert (answer.status_code, "set-cookie" in answer.headers) == (404, False), wrong
        assert "too old" in answer.text


async def test_a_link_leads_nowhere_else(board: World) -> None:
    for place in ("//evil.example", "https://evil.example", "incidents/1/../../x", "s/x", "enter", "%0d%0aX: y"):
        answer = await board.web.get(link_of(board, place))
        assert (answer.status_code, "location" in answer.headers) == (404, False), place


async def test_links_open_nothing_any_more_once_they_are_off(board: World) -> None:
    link = link_of(board, "")
    await board.web.get(link)
    await restarted(board, TOCSIN_BOARD_LINKS="no")
    assert (await board.web.get("/board")).status_code == 401
    assert (await board.web.get(link)).status_code == 404


async def test_it_only_reads(board: World) -> None:
    await board.alert()
    await enter(board)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for path in ALL:
            assert (await board.web.request(method, path)).status_code == 405
    page = await see(board, "/board/incidents/1")
    assert (page.all("form"), page.all("button")) == ([], [])


# --- what is said of the settings


@pytest.mark.parametrize("tokens", ["short", f"{TOKEN},short", "x" * 23])
def test_a_token_that_could_be_guessed_is_refused(tokens: str) -> None:
    with pytest.raises(BadContent, match="TOCSIN_BOARD_TOKEN: write at least 24 random characters each"):
        Environment({"TOCSIN_BOARD_TOKEN": tokens}).settings()


@pytest.mark.parametrize(("given", "tokens"), [("", ()), (f" {TOKEN} ,, {NEXT},", (TOKEN, NEXT))])
def test_several_tokens_are_separated_by_commas(given: str, tokens: tuple[str, ...]) -> None:
    assert tokens_in(Environment({"TOCSIN_BOARD_TOKEN": given}).settings().board_token) == tokens


@pytest.mark.parametrize(("links", "address", "wrong"), [("true", "", 1), ("true", PUBLIC, 0), ("false", "", 0)])
def test_links_without_an_address_are_told_of(links: str, address: str, wrong: int) -> None:
    environment = Environment({"TOCSIN_BOARD_LINKS": links, "TOCSIN_PUBLIC_URL": address})
    settings = environment.settings()
    ways = find_ways(environment, settings)
    content = load_content(environment, settings, ways)
    told = [one for one in mistakes(environment, settings, ways, content) if one.where == "TOCSIN_BOARD_LINKS"]
    assert [one.level for one in told] == ["error"] * wrong


async def test_no_token_stands_in_what_is_shown_or_logged(board: World) -> None:
    """The redactor knows each of them, not only the list."""
    for token in (TOKEN, NEXT):
        assert token not in board.app.engine.desk.redactor.text(f"somebody pasted {token} here")
