"""The mailbox and phone: what reached people is seen there, and can be answered there as on real ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from email.message import EmailMessage

import aiosmtplib
import httpx
import pytest

from bot.playground.page.frame import Page
from bot.playground.page.mailbox import locked
from tests.playground.page.kit import drawn
from tests.playground.page.reading import Drawn
from tests.playground.page.whole import Whole
from tests.scenarios.world import ENGINEERING, OPERATIONS

HOSTILE = "<script>alert('x')</script><img src=x onerror=alert(1)>"


@pytest.fixture
async def whole(sqlite_url: str) -> AsyncIterator[Whole]:
    made = Whole(sqlite_url)
    await made.open()
    yield made
    await made.close()


async def send(whole: Whole, subject: str, text: str, html: str = "") -> None:
    """A mail of anybody, by real SMTP."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Monitor <monitor@example.com>", "ann@desk.example", subject
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    environ = whole.receivers.environ
    await aiosmtplib.send(mail, hostname=environ["TOCSIN_SMTP_HOST"], port=int(environ["TOCSIN_SMTP_PORT"]))


async def push(whole: Whole, label: str, **values: str) -> httpx.Response:
    return await whole.push(whole.mailbox_panel, label, **values)


async def test_a_mail_by_smtp_is_seen_with_both_its_parts_and_its_headers(whole: Whole) -> None:
    assert "Nothing has reached anybody yet" in whole.draw(whole.mailbox_panel).text
    await send(
        whole, "Grüße from the desk", "All is well.\nSee https://example.com/a?b=1.", "<p>All is <b>well</b></p>"
    )
    drawn = whole.draw(whole.mailbox_panel)
    for words in (
        "ann@desk.example",
        "Monitor <monitor@example.com>",
        "Grüße from the desk",
        "All is well.",
        "MIME-Version",
    ):
        assert words in drawn.text
    assert drawn.all("a", href="https://example.com/a?b=1", target="_blank", rel="noopener noreferrer")
    (frame,) = drawn.all("iframe")
    assert frame["sandbox"] == ""
    assert frame["srcdoc"].strip() == locked("<p>All is <b>well</b></p>")
    assert "default-src 'none'" in frame["srcdoc"]


async def test_the_page_is_drawn_anew_when_a_mail_arrives(whole: Whole) -> None:
    page, changed = Page(whole.workspace, panels=[whole.mailbox_panel, whole.inspector]), asyncio.Event()
    assert "hidden" in drawn(page).put["badge-mailbox"]
    with page.watched(changed):
        await send(whole, "Good morning", "All is well.")
        assert changed.is_set()
    made = drawn(page)
    assert "Good morning" in made.put["panel-mailbox"]
    assert Drawn(made.put["badge-mailbox"]).text == "1"
    assert "DATA to ann@desk.example" in made.put["panel-inspector"]


async def test_hostile_mails_and_pages_do_nothing(whole: Whole) -> None:
    await send(whole, HOSTILE, f'{HOSTILE} javascript:alert(1) http://x.example/"onclick=alert(1)', f'{HOSTILE}">')
    await whole.alert(summary=HOSTILE)
    await whole.at("30m")
    await push(whole, "Pick up")
    drawn = whole.draw(whole.mailbox_panel)
    assert not drawn.all("script")
    assert not drawn.all("img")
    assert not [has for _, has in drawn.tags if any(name.startswith("on") for name in has)]
    assert all(one["href"].startswith(("http://", "https://")) for one in drawn.all("a"))
    assert "alert('x')" in drawn.text, "it is read as text"


async def test_the_newest_comes_first_grouped_by_whom_it_reached(whole: Whole) -> None:
    await whole.alert()
    await whole.at("5m")
    names = [has["id"] for has in whole.draw(whole.mailbox_panel).all("section")]
    assert sorted(names[:2]) == ["to-mailbox-platform-eng-company-com", f"to-phone-{ENGINEERING.replace('+', '-')}"]
    assert sorted(names[2:]) == ["to-mailbox-operations-company-com", f"to-phone-{OPERATIONS.replace('+', '-')}"]
    assert whole.mailbox_panel.badge("ann") == "4"


async def test_the_answer_link_of_a_mail_can_be_followed(whole: Whole) -> None:
    await whole.alert()
    link = next(one["href"] for one in whole.draw(whole.mailbox_panel).all("a") if one.get("class") == "button primary")
    async with httpx.AsyncClient(trust_env=False) as browser:
        assert "INC-1" in (await browser.get(link)).text
        assert (await whole.ladder()).state == "running"
        assert "You have INC-1 now" in (await browser.post(link, data={"verb": "acknowledge"})).text
    assert (await whole.ladder()).state == "held"


async def test_a_call_is_picked_up_and_a_digit_acknowledges(whole: Whole) -> None:
    await whole.alert(summary="Binance is gone")
    drawn = whole.draw(whole.mailbox_panel)
    assert "Ringing" in drawn.text
    assert not drawn.offers("1 to acknowledge")
    await push(whole, "Pick up")
    drawn = whole.draw(whole.mailbox_panel)
    assert "Binance is gone" in drawn.text
    for label in ("1 to acknowledge", "2 if you cannot take it", "3 to call the next level as well", "Hang up"):
        assert drawn.offers(label)
    await push(whole, "1 to acknowledge")
    assert (await whole.ladder()).holder_name == "Operations"
    drawn = whole.draw(whole.mailbox_panel)
    assert drawn.text.count("Goodbye") == 1, "the voice answers the key"
    assert "Ended" in drawn.text
    assert not drawn.offers("Hang up")
    assert [e.who.via for e in await whole.timeline() if e.kind == "acknowledged"] == ["phone"]


async def test_two_passes_the_page_on_and_the_next_level_rings(whole: Whole) -> None:
    await whole.alert()
    await push(whole, "Pick up")
    await push(whole, "2 if you cannot")
    assert [call.to for call in whole.receivers.twilio.calls.newest_first()] == [ENGINEERING, OPERATIONS]


@pytest.mark.parametrize(("label", "shown", "why"), [
    ("Don't pick up", "No answer", "no answer"),
    ("Busy", "Busy", "busy"),
    ("Voicemail", "Voicemail", "voicemail"),
])  # fmt: skip
async def test_who_is_not_reached_is_called_again(whole: Whole, label: str, shown: str, why: str) -> None:
    """ESCALATION 6: busy, no answer and voicemail are not "reached": the call is repeated after two minutes."""
    await whole.alert()
    await push(whole, label)
    assert shown in whole.draw(whole.mailbox_panel).text
    assert f"Operations by phone: unreached ({why})" in await whole.said("page")
    await whole.at("1m59s")
    assert len(whole.receivers.twilio.calls.newest_first()) == 1
    await whole.at("2m")
    assert [call.to for call in whole.receivers.twilio.calls.newest_first()] == [OPERATIONS, OPERATIONS]


async def test_hanging_up_without_a_key_is_not_an_answer(whole: Whole) -> None:
    await whole.alert()
    await push(whole, "Pick up")
    await push(whole, "Hang up")
    assert (await whole.ladder()).state == "running"
    again = await whole.page.post(
        "/panel/mailbox/call", data={"call": whole.receivers.twilio.calls.newest_first()[0].id, "do": "pick-up"}
    )
    assert (again.status_code, again.text) == (409, "Not possible: the call is completed, not ringing.")


async def test_pagerduty_is_acknowledged_there_and_tells_the_bot(whole: Whole) -> None:
    await whole.alert()
    await whole.at("30m")
    drawn = whole.draw(whole.mailbox_panel)
    assert "Triggered" in drawn.text
    answer = await push(whole, "Acknowledge in PagerDuty")
    assert answer.status_code == 204
    ladder = await whole.ladder()
    assert (ladder.state, ladder.holder_name) == ("held", "Ann Archer")
    assert "acknowledge by Ann Archer, told to Tocsin" in whole.draw(whole.mailbox_panel).text
    await push(whole, "Un-acknowledge")
    assert (await whole.ladder()).state == "running"
    await push(whole, "Resolve in PagerDuty")
    assert (await whole.incident()).phase == "resolved"
    (alarm,) = whole.receivers.pagerduty.alarms()
    assert [step.action for step in alarm.history if step.by] == ["acknowledge", "unacknowledge", "resolve"]
    assert whole.draw(whole.mailbox_panel).text.count("Incident at PagerDuty") == 0, "a label, not a text"


async def test_an_acknowledgement_here_shows_at_pagerduty_under_the_same_key(whole: Whole) -> None:
    await whole.alert()
    await whole.at("30m")
    await whole.ack()
    (alarm,) = whole.receivers.pagerduty.alarms()
    assert [step.action for step in alarm.history] == ["trigger", "acknowledge"]
    assert alarm.state == "acknowledged"


async def test_a_webhook_that_the_bot_refuses_is_told(whole: Whole) -> None:
    await whole.alert()
    await whole.at("30m")
    whole.receivers.subscribe(f"{whole.address}/nowhere")
    await push(whole, "Acknowledge in PagerDuty")
    assert "The bot answered 404 to the webhook." in whole.draw(whole.mailbox_panel).text
    assert (await whole.ladder()).state == "running"


async def test_a_text_message_and_its_link(sqlite_url: str) -> None:
    whole = Whole(sqlite_url)
    whole._environ |= {"TOCSIN_SYSTEMS": "tmt"}
    await whole.open()
    try:
        await whole.alert("SystemDown", summary="Trading system is down")
        drawn = whole.draw(whole.mailbox_panel)
        assert "INC-1 CRITICAL tmt: Trading system is down" in drawn.text
        assert [one for one in drawn.all("a", target="_blank") if one["href"].startswith(f"{whole.address}/a/")]
        assert "Not delivered" not in drawn.text
        await push(whole, "Carrier cannot deliver it")
        assert "Not delivered" in whole.draw(whole.mailbox_panel).text
        assert "SMS undelivered (Twilio error 30003)" in [page.outcome for page in await whole.ledger()]
    finally:
        await whole.close()


async def test_a_full_mail_server_gets_the_mail_later(whole: Whole) -> None:
    await push(whole, "Mail server is full (452)")
    assert 'aria-checked="true"' in whole.mailbox_panel.html("ann")
    await whole.alert()
    assert not whole.receivers.mail.mails.newest_first()
    assert "1 met it so far" in whole.draw(whole.mailbox_panel).text
    await push(whole, "Mail server is full (452)")
    await whole.at("1m")
    assert [mail.to for mail in whole.receivers.mail.mails.newest_first()] == ["operations@company.com"]


async def test_a_mail_server_that_refuses_fails_the_page(whole: Whole) -> None:
    await push(whole, "Mail server refuses (550)")
    await whole.alert()
    await whole.at("4m")
    assert not whole.receivers.mail.mails.newest_first()
    assert [p.state for p in await whole.ledger() if p.way == "mail"] == ["failed"]


async def test_twilio_answers_500_and_calls_when_it_is_well_again(whole: Whole) -> None:
    await push(whole, "Twilio answers 500")
    await whole.alert()
    assert not whole.receivers.twilio.calls.newest_first()
    await push(whole, "Twilio answers 500")
    await whole.at("1m")
    assert [call.to for call in whole.receivers.twilio.calls.newest_first()] == [OPERATIONS]


async def test_a_lost_answer_of_twilio_calls_nobody_twice(whole: Whole) -> None:
    await push(whole, "Twilio's answer is lost")
    await whole.alert()
    await push(whole, "Twilio's answer is lost")
    await whole.at("4m")
    assert [call.to for call in whole.receivers.twilio.calls.newest_first()] == [OPERATIONS]
    assert [p.state for p in await whole.ledger() if p.way == "phone"] == ["sent"]


async def test_pagerduty_answers_429_and_is_left_alone_for_half_a_minute(whole: Whole) -> None:
    await push(whole, "PagerDuty answers 429")
    await whole.alert()
    await whole.at("30m")
    assert not whole.receivers.pagerduty.alarms()
    await push(whole, "PagerDuty answers 429")
    await whole.at("30m29s")
    assert not whole.receivers.pagerduty.alarms()
    await whole.at("30m31s")
    assert len(whole.receivers.pagerduty.alarms()) == 1


async def test_who_does_not_know_the_account_gets_nothing_from_twilio(whole: Whole) -> None:
    api = whole.receivers.environ["TOCSIN_TWILIO_API_URL"]
    async with httpx.AsyncClient(trust_env=False, auth=("AC" + "0" * 32, "a guess")) as client:
        answer = await client.post(f"{api}/2010-04-01/Accounts/AC/Calls.json", data={"To": OPERATIONS})
    assert answer.status_code == 401
    assert not whole.receivers.twilio.calls.newest_first()


async def test_the_count_is_of_what_somebody_has_not_seen(whole: Whole) -> None:
    await whole.alert()
    assert whole.mailbox_panel.badge("ann") == "2"
    assert (await whole.page.post("/panel/mailbox/seen", data={"as": "ann"})).status_code == 204
    assert (whole.mailbox_panel.badge("ann"), whole.mailbox_panel.badge("bob")) == ("", "2")
    await whole.at("5m")
    assert (whole.mailbox_panel.badge("ann"), whole.mailbox_panel.badge("bob")) == ("2", "4")


async def test_everything_can_be_emptied(whole: Whole) -> None:
    told: list[bool] = []
    whole.mailbox_panel.watch(lambda: told.append(True))
    await whole.alert()
    assert told
    await push(whole, "Empty everything")
    assert whole.mailbox_panel.badge("ann") == ""
    assert "Nothing has reached anybody yet" in whole.draw(whole.mailbox_panel).text


@pytest.mark.parametrize(("path", "fields", "status"), [
    ("call", {"call": "CA1", "do": "pick-up"}, 409),  # no such call
    ("call", {"call": "CA1", "do": "explode"}, 400),
    ("text", {"message": "SM1"}, 409),
    ("pagerduty", {"incident": "x", "do": "acknowledge", "as": "ann"}, 409),
    ("pagerduty", {"incident": "x", "do": "explode", "as": "ann"}, 400),
    ("fault", {"key": "x", "on": "1"}, 400),
])  # fmt: skip
async def test_what_is_not_there_cannot_be_pressed(
    whole: Whole, path: str, fields: dict[str, str], status: int
) -> None:
    assert (await whole.page.post(f"/panel/mailbox/{path}", data=fields)).status_code == status
