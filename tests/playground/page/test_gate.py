"""Pages of the web can neither read the playground nor press its buttons; programs and its own page can."""

from __future__ import annotations

import contextlib
import re

import httpx
import pytest

from bot.playground.listening import Listener
from bot.playground.page.frame import Page
from bot.playground.page.serving import PORT, NoPort, serve
from bot.playground.workspace import Workspace
from tests.playground.page.kit import OPERATIONS, served

EVIL = "https://evil.example"


@pytest.mark.parametrize("path", ["/", "/events", "/static/page.js"])
async def test_another_name_for_this_address_is_refused(page: Page, path: str):
    """DNS rebinding: a page of the web makes its own name point here."""
    async with served(page) as client:
        for host in ("evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:80"):
            answer = await client.get(path, headers={"Host": host})
            assert answer.status_code == 403
            assert "loopback" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": EVIL},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://127.0.0.1:1"},
    ],
    ids=str,
)
async def test_a_post_of_another_page_is_refused(page: Page, slack: Workspace, headers: dict[str, str]):
    async with served(page) as client:
        answer = await client.post("/do/say?as=ann", content='{"text": "gotcha"}', headers=headers)
        assert answer.status_code == 403
        assert slack.messages(OPERATIONS) == ()


async def test_the_pages_own_post_and_a_programs_are_taken(page: Page, slack: Workspace):
    async with served(page) as client:
        own = {"Origin": page.address, "Sec-Fetch-Site": "same-origin"}
        for headers in (own, {}, {"Host": page.address.replace("http://127.0.0.1", "localhost")}):
            assert (await client.post("/do/say?as=ann", content='{"text": "hi"}', headers=headers)).status_code == 204
    assert len(slack.messages(OPERATIONS)) == 3


async def test_the_local_slack_is_behind_the_gate_too(slack: Workspace):
    """Its tokens are known to everybody who reads the source."""
    body = {"token": slack.bot_token, "channel": slack.channel(OPERATIONS).id, "text": "gotcha"}
    async with httpx.AsyncClient(base_url=slack.api_url, trust_env=False) as client:
        assert (await client.post("chat.postMessage", data=body, headers={"Origin": EVIL})).status_code == 403
        assert (await client.post("chat.postMessage", data=body)).json()["ok"] is True
        link = (await client.post("apps.connections.open", data={"token": slack.app_token})).json()["url"]
        address = link.replace("ws:", "http:")
        upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": "x" * 22 + "==",
                   "Sec-WebSocket-Version": "13", "Origin": EVIL}  # fmt: skip
        assert (await client.get(address, headers=upgrade)).status_code == 403


async def test_no_other_page_may_frame_it_and_it_runs_its_own_scripts_only(page: Page):
    async with served(page) as client:
        policy = (await client.get("/")).headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


async def test_the_next_port_is_taken_where_the_usual_one_is_in_use(page: Page, slack: Workspace):
    holder = Listener(page.application)
    with contextlib.suppress(OSError):  # then somebody else has it
        await holder.open(PORT)
    other = Page(slack)
    listener = await serve(other)
    assert PORT < int(other.address.rpartition(":")[2]) < PORT + 20
    await listener.close()
    await holder.close()


async def test_a_port_that_was_asked_for_and_is_taken_is_said_with_one_that_is_free(page: Page, slack: Workspace):
    async with served(page):
        taken = int(page.address.rpartition(":")[2])
        with pytest.raises(NoPort) as told:
            await serve(Page(slack), taken)
        said = re.fullmatch(
            rf"Port {taken} is taken: .* Write --port (\d+), which is free, or --port 0 .*", str(told.value)
        )
        assert said is not None, str(told.value)
        listener = await serve(Page(slack), int(said[1]))
        await listener.close()
