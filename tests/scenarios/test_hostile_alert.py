"""An alert whose text wants to do harm: it is shown and does nothing else; a long one is attached whole."""

from __future__ import annotations

import pytest

from bot.playground.values import Message
from tests.scenarios.conftest import Make
from tests.scenarios.in_slack import ENG
from tests.scenarios.world import ENGINEERING, OPERATIONS, World, make_alert

SHOUT = "<!channel> <!here> <!everyone> <@UBOB00001> <!subteam^S1> @channel <http://evil.example|click> *bold* _it_ `x`"
TURNED = "pay \u202e0001\u202c now \u2066x\u2069 \u200f"
CONTROL = "bell\x07 escape\x1b[31mred\x1b[0m null\x00 back\x08space \x85next\u2028line"
LONG = "x" * 99_000 + "\nthe last line of it"


def _inert(message: Message) -> None:
    """Nothing in it mentions, links or formats what came from outside."""
    said = message.readable()
    for harm in ("<!channel>", "<!here>", "<!everyone>", "<!subteam", "<http://evil", "\x1b", "\x00", "\x07", "\u202e"):
        assert harm not in said


async def test_mentions_and_links_are_inert_everywhere(slack_world: World) -> None:
    """ESCALATION 9: on the card, in the thread, in direct messages, in the small card."""
    world = slack_world
    await world.alert(summary=SHOUT, exchange="<!channel>")
    await world.at("6m")
    for message in (world.card(), world.card(ENG), *world.thread(), *world.direct("ann"), *world.direct("bob")):
        _inert(message)
        mentions = message.readable().replace("<@UBOB00001> acknowledged", "")
        assert "<@UBOB00001>" not in mentions
    assert "&lt;!channel&gt;" in world.card().readable()


@pytest.mark.parametrize("text", [TURNED, CONTROL], ids=["turned", "control characters"])
async def test_characters_that_lie_are_taken_out(slack_world: World, text: str) -> None:
    """ESCALATION 9: also from the subject of the mail, and from what is spoken."""
    world = slack_world
    assert (await world.alert(summary=text)).status_code == 202
    await world.at("1m")
    for message in (world.card(), *world.direct("ann")):
        _inert(message)
    mail = world.mail("operations@company.com")
    for said in (mail.text, mail.detail["body"], await world.hear(world.call(OPERATIONS))):
        assert not {c for c in said if ord(c) < 32 and c not in "\r\n\t"}
        assert not {"\u202e", "\u2066", "\x85", "\u2028"} & set(said)


async def test_a_hundred_kilobytes_are_cut_visibly_and_attached_whole(slack_world: World) -> None:
    """ESCALATION 9: the card shows the beginning and that it was cut; the thread has the file."""
    world = slack_world
    made = make_alert("ExchangeDisconnected", "critical", "firing", world.now, "f1", "Binance is gone", {})
    made["annotations"]["description"] = LONG
    assert (await world.post([made])).status_code == 202
    await world.at("1m")
    assert "Binance is gone" in world.card().readable()
    assert len(world.card().readable()) < 3500
    (file,) = world.slack.files()
    assert file.name == "INC-1-alert.txt"
    assert file.content is not None
    assert file.content.decode() == f"Binance is gone\n\n{LONG}\n"
    mail = world.mail("operations@company.com")
    assert len(mail.detail["body"]) < 5000


async def test_a_label_that_is_a_header_or_a_script(make_world: Make) -> None:
    """ESCALATION 9: mail headers and the page behind the link."""
    world = await make_world()
    await world.alert(summary="<script>alert(1)</script>\r\nBcc: thief@evil.example\r\n\r\nx")
    mail = world.mail("operations@company.com")
    assert [m.to for m in world.sent("mail")] == ["operations@company.com"]
    assert mail.text == "INC-1 critical hft: <script>alert(1)</script>"
    page = (await world.open_link(mail)).text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


async def test_secrets_in_an_alert_do_not_leave(slack_world: World) -> None:
    """ESCALATION 9: a key in the text of an alert is not shown, not mailed, not spoken and not stored."""
    world = slack_world
    secret = "xoxb-123456789012-123456789012-abcdefghijklmnopqrstuvwx"
    await world.alert(summary=f"login failed with token={secret} at gw1")
    await world.at("6m")
    seen = [m.readable() for m in (world.card(), *world.thread(), *world.direct("ann"), world.card(ENG))]
    seen += [f"{p.text} {p.detail}" for p in world.outside.seen]
    seen += [await world.hear(world.call(ENGINEERING)), (await world.incident()).title]
    assert not any(secret in text for text in seen)
