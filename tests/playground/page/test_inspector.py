"""The inspector: what went to and from the bot is listed without secrets, and Slack fails as asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.playground.page.reading import Drawn
from tests.playground.page.whole import Whole
from tests.scenarios.world import TOKEN

CHANNEL = "#hft-operations"


@pytest.fixture
async def whole(sqlite_url: str) -> AsyncIterator[Whole]:
    made = Whole(sqlite_url)
    await made.open()
    yield made
    await made.close()


def listed(drawn: Drawn) -> list[str]:
    """The lines of the list, as read."""
    return [" ".join(form.label.split()) for form in drawn.forms if form.action.endswith("/open")]


async def push(whole: Whole, label: str, **values: str) -> httpx.Response:
    return await whole.push(whole.inspector, label, **values)


async def heard(whole: Whole, words: str) -> str:
    """The newest line that says this, as soon as the workspace has told of it."""

    def line(_: object) -> str:
        return next((one for one in listed(whole.draw(whole.inspector)) if words in one), "")

    return await whole.workspace.wait_for(line)


async def test_an_alert_its_card_and_its_pages_are_listed(whole: Whole) -> None:
    await whole.alert()
    for words in (
        "alert POST /alerts/alertmanager 202",
        "slack chat.postMessage → #hft-operations",
        "slack chat.postMessage → @ann",
        "mail DATA to operations@",
        "twilio POST /2010",
    ):
        assert await heard(whole, words)


async def test_an_alert_by_http_shows_its_body_and_the_answer(whole: Whole) -> None:
    body = {"version": "4", "groupKey": "g", "status": "firing", "receiver": "r", "groupLabels": {}, "commonLabels": {},
            "commonAnnotations": {}, "externalURL": "http://am.example", "alerts": []}  # fmt: skip
    async with httpx.AsyncClient(trust_env=False) as monitor:
        refused = await monitor.post(f"{whole.address}/alerts/alertmanager", json=body)
        await monitor.post(f"{whole.address}/alerts/nothing?x=1", json=body)
    assert refused.status_code == 401
    assert "401" in await heard(whole, "alert POST /alerts/alertmanager")
    assert "404" in await heard(whole, "alert POST /alerts/nothing")
    await push(whole, "alert POST /alerts/alertmanager")
    assert '"groupKey": "g"' in whole.draw(whole.inspector).text
    assert "To the bot" in whole.draw(whole.inspector).text


async def test_a_call_shows_its_arguments_its_answer_and_how_long_it_took(whole: Whole) -> None:
    await whole.alert(summary="Binance is gone")
    assert "ms" in await heard(whole, "chat.postMessage")
    assert "expanded" not in whole.draw(whole.inspector).text
    await push(whole, "slack chat.postMessage")
    drawn = whole.draw(whole.inspector)
    assert '"ok": true' in drawn.text
    assert '"channel": "C0' in drawn.text
    assert len(drawn.all("button", **{"aria-expanded": "true"})) == 1
    assert not whole.draw(whole.inspector, "bob").all("button", **{"aria-expanded": "true"}), "it is Ann's look"
    await push(whole, "slack chat.postMessage", number=_open(drawn))
    assert not whole.draw(whole.inspector).all("button", **{"aria-expanded": "true"})


def _open(drawn: Drawn) -> str:
    (line,) = drawn.all("button", **{"aria-expanded": "true"})
    return line["id"].removeprefix("x-").removesuffix("-line")


async def test_an_envelope_tells_whether_it_was_acknowledged(whole: Whole) -> None:
    await whole.workspace.slash("ann", CHANNEL, "/incident", "list")
    assert "acknowledged" in await heard(whole, "envelope slash command /incident list")
    await whole.workspace.disconnect_sockets(None)
    await whole.workspace.wait_for(lambda one: not one.sockets)
    await whole.workspace.slash("ann", CHANNEL, "/incident", "help")
    assert "not acknowledged: connection_failed" in await heard(whole, "envelope slash command /incident help")


async def test_the_list_is_filtered_by_kind_and_by_words(whole: Whole) -> None:
    await whole.alert(summary="Binance is gone")
    await heard(whole, "chat.postMessage")
    await push(whole, "Filter", kind="mail")
    assert listed(whole.draw(whole.inspector))
    assert all(" mail " in one for one in listed(whole.draw(whole.inspector)))
    assert len(listed(whole.draw(whole.inspector, "bob"))) > len(listed(whole.draw(whole.inspector)))
    await push(whole, "Filter", kind="", words="BINANCE IS GONE")
    lines = listed(whole.draw(whole.inspector))
    assert any("chat.postMessage" in one for one in lines)
    assert not any("conversations.join" in one for one in lines)
    await push(whole, "Filter", words="<b>nothing has this</b>")
    drawn = whole.draw(whole.inspector)
    assert "Nothing of what is remembered fits" in drawn.text
    assert not drawn.all("b", **{"class": "x"})
    assert drawn.all("input", name="words")[0]["value"] == "<b>nothing has this</b>"


async def test_no_secret_is_shown_anywhere(whole: Whole) -> None:
    await whole.alert(summary="token xoxb-1234567890-abcdefghijkl leaked")
    await whole.at("30m")
    await whole.push(whole.mailbox_panel, "Pick up")
    await whole.push(whole.mailbox_panel, "Acknowledge in PagerDuty")
    await whole.workspace.slash("ann", CHANNEL, "/incident", "declare")
    await heard(whole, "envelope slash command")
    await heard(whole, "callback POST /callbacks/pagerduty")
    settings = whole.workspace.settings
    pages = whole.receivers.mail.mails.newest_first()
    links = [mail.text.split("/a/")[1].split()[0] for mail in pages if "/a/" in mail.text]
    assert links
    environ = whole.environ()
    hidden = [
        *settings.secrets, environ["TOCSIN_TWILIO_AUTH_TOKEN"], environ["TOCSIN_PAGERDUTY_WEBHOOK_SECRETS"], TOKEN,
        environ["TOCSIN_VAR_HFT_EMERGENCY_PAGERDUTY"], "xoxb-1234567890-abcdefghijkl", *links,
        *(hook for hook in whole.workspace.room.state.hooks), *whole.workspace.room.state.triggers,
    ]  # fmt: skip
    everything = "\n".join(repr((one.what, one.outcome, one.asked, one.answered)) for one in whole.traffic.latest())
    assert len(whole.traffic.latest()) > 20
    assert [secret for secret in hidden if secret in everything] == []
    assert "Signature" not in everything
    assert "Bearer" not in everything


async def test_hostile_text_is_only_read(whole: Whole) -> None:
    await whole.alert(summary="<script>alert('x')</script>")
    await heard(whole, "alert POST")
    await push(whole, "alert POST")
    drawn = whole.draw(whole.inspector)
    assert "<script>alert('x')</script>" in drawn.text
    assert not drawn.all("script")


async def test_more_are_drawn_when_asked_and_old_ones_are_forgotten(whole: Whole) -> None:
    for number in range(520):
        whole.traffic.record("alert", f"number {number}", outcome="202", good=True)
    assert len(listed(whole.draw(whole.inspector))) == 60
    assert "500 of the latest 500" in whole.draw(whole.inspector).text
    await push(whole, "Show older")
    assert len(listed(whole.draw(whole.inspector))) == 120
    gone = await whole.page.post("/panel/inspector/open", data={"number": "1"})
    assert gone.status_code == 409
    await push(whole, "Forget all")
    assert listed(whole.draw(whole.inspector)) == []


async def test_429_is_waited_for_and_the_card_still_comes(whole: Whole) -> None:
    await push(whole, "Let it happen", kind="rate_limited", method="chat.postMessage", times="2", after="30")
    assert "429 with Retry-After 30 on chat.postMessage: 2 more calls" in whole.draw(whole.inspector).text
    assert whole.inspector.badge("ann") == "1"
    await whole.alert()
    assert "fault ratelimited" in await heard(whole, "chat.postMessage")
    assert whole.workspace.messages(CHANNEL) == ()
    await whole.at("2m")
    assert len(whole.workspace.messages(CHANNEL)) == 1
    assert "Wrong with Slack now" not in whole.draw(whole.inspector).text
    assert whole.inspector.badge("ann") == ""


async def test_500_until_it_is_cleared(whole: Whole) -> None:
    await push(whole, "Let it happen", kind="status", method="*", times="")
    await whole.alert()
    await whole.at("1m")
    assert "every method: until switched off" in whole.draw(whole.inspector).text
    assert whole.workspace.messages(CHANNEL) == ()
    await push(whole, "Clear all faults")
    await whole.at("3m")
    assert len(whole.workspace.messages(CHANNEL)) == 1


async def test_a_lost_answer_posts_nothing_twice(whole: Whole) -> None:
    await push(whole, "Let it happen", kind="lose_answer", method="chat.postMessage", times="1")
    await whole.alert()
    await whole.at("2m")
    assert len(whole.workspace.messages(CHANNEL)) == 1


async def test_slack_goes_down_and_comes_back_and_the_panel_stays(whole: Whole) -> None:
    await push(whole, "Slack is down")
    assert not whole.workspace.is_up
    drawn = whole.draw(whole.inspector)
    assert "Slack is down: no call and no envelope gets through" in drawn.text
    await whole.alert()
    assert whole.receivers.twilio.calls.newest_first(), "the phone rings all the same"
    assert whole.workspace.messages(CHANNEL) == ()
    await push(whole, "Let Slack come back")
    assert whole.workspace.is_up
    await whole.at("3m")
    assert len(whole.workspace.messages(CHANNEL)) == 1


async def test_sockets_come_back_when_they_are_asked_to(whole: Whole) -> None:
    await whole.workspace.connected()
    seen = whole.workspace.subscribe()
    await push(whole, "Ask to reconnect")
    async with asyncio.timeout(20):
        async for happened in seen:
            if happened.kind == "socket" and happened.data["what"] == "connected":
                break
    seen.close()
    said = await whole.workspace.slash("ann", CHANNEL, "/incident", "list")
    assert said.acked


async def test_sockets_are_cut(whole: Whole) -> None:
    """That the bot connects again within seconds is told in tests/inbound."""
    await whole.workspace.connected()
    await push(whole, "Cut")
    await whole.workspace.wait_for(lambda one: one.sockets == 0)
    assert not (await whole.workspace.slash("ann", CHANNEL, "/incident", "list")).acked


async def test_rate_limits_apply_while_they_are_on(whole: Whole) -> None:
    await push(whole, "Slack's rate limits apply")
    assert whole.workspace.rates.on
    assert "Slack's rate limits apply" in whole.draw(whole.inspector).text
    await push(whole, "Slack's rate limits apply")
    assert not whole.workspace.rates.on


@pytest.mark.parametrize(("path", "fields"), [
    ("fault", {"kind": "explode"}),
    ("fault", {"kind": "status", "method": "no.such"}),
    ("fault", {"kind": "status", "times": "0"}),
    ("fault", {"kind": "status", "times": "many"}),
    ("fault", {"kind": "rate_limited", "after": "soon"}),
    ("sockets", {"how": "explode"}),
    ("look", {"kind": "nothing"}),
])  # fmt: skip
async def test_what_makes_no_sense_is_refused_in_words(whole: Whole, path: str, fields: dict[str, str]) -> None:
    answer = await whole.page.post(f"/panel/inspector/{path}", data=fields)
    assert answer.status_code == 400
    assert answer.text.endswith(".")
    assert not whole.workspace.faults.in_force
