"""What a person does on the page reaches a real bolt app, and what goes wrong is said to that person."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from slack_bolt.async_app import AsyncApp

from bot.playground import modals, posting
from bot.playground.page.frame import Page
from bot.playground.workspace import Workspace
from tests.playground.kit import Clock, Serve
from tests.playground.page.kit import OPERATIONS, OPTIONS, bot_posts, drawn, log, mrkdwn, plain, served


@pytest.fixture
async def browser(page: Page) -> AsyncIterator[httpx.AsyncClient]:
    async with served(page) as client:
        yield client


async def do(
    browser: httpx.AsyncClient, deed: str, who: str = "ann", /, where: str = "", **given: Any
) -> httpx.Response:
    return await browser.post(f"/do/{deed}?as={who}{where}", content=json.dumps(given))


async def test_words_are_said_and_commands_are_run(
    browser: httpx.AsyncClient, slack: Workspace, app: AsyncApp, by_socket: Serve
):
    @app.command("/incident")
    async def answer(ack: Any, body: Any) -> None:
        await ack(f"{body['user_name']} asks {body['text']}")

    await by_socket(app)
    assert (await do(browser, "say", "bob", text=" hello @ann ")).status_code == 204
    assert slack.messages(OPERATIONS)[-1].text == f"hello <@{slack.person('ann').id}>"
    assert (await do(browser, "say", text="/incident list all")).status_code == 204
    assert slack.ephemerals("ann")[-1].text == "ann asks list all"
    refused = await do(browser, "say", text="/nothing")
    assert (refused.status_code, refused.text) == (409, "/nothing is not a valid command.")


async def test_words_in_a_thread_and_to_the_bot(browser: httpx.AsyncClient, slack: Workspace):
    parent = bot_posts(slack, "the card")
    await do(browser, "say", text="on my way", channel=parent.channel, thread=parent.ts)
    assert slack.messages(OPERATIONS, parent.ts)[-1].text == "on my way"
    await do(browser, "say", "bob", where="&in=@tocsin", text="help")
    assert slack.direct_messages("bob")[-1].text == "help"


async def test_a_button_and_a_choice_reach_the_app(
    browser: httpx.AsyncClient, slack: Workspace, app: AsyncApp, by_socket: Serve
):
    pressed: list[Any] = []

    @app.action("go")
    @app.action("pick")
    @app.action("when")
    async def press(ack: Any, body: Any) -> None:
        pressed.append((body["user"]["name"], body["actions"][0]))
        await ack()

    await by_socket(app)
    message = bot_posts(slack, blocks=[{"type": "actions", "block_id": "b", "elements": [
        {"type": "button", "action_id": "go", "text": plain("Go"), "value": "7"},
        {"type": "static_select", "action_id": "pick", "options": OPTIONS},
        {"type": "datetimepicker", "action_id": "when"},
    ]}])  # fmt: skip
    at = {"message": f"{message.channel} {message.ts}", "block": "b"}
    for action, value in (("go", "7"), ("pick", "two"), ("when", "2027-01-15T03:30")):
        assert (await do(browser, "press", "bob", action=action, value=value, **at)).status_code == 204
    (who, go), (_, pick), (_, when) = pressed
    assert (who, go["value"], pick["selected_option"]["value"]) == ("bob", "7", "two")
    assert when["selected_date_time"] == 1_800_001_800, "08:30 UTC is 03:30 in New York"


async def test_an_old_button_is_pressed_as_it_was_seen(
    browser: httpx.AsyncClient, page: Page, slack: Workspace, app: AsyncApp, by_socket: Serve
):
    """Two people click at once: the second one's click reaches the app, which says what became of it."""
    told: list[str] = []

    @app.action("ack")
    async def press(ack: Any, body: Any) -> None:
        told.append(body["actions"][0]["block_id"])
        await ack()

    await by_socket(app)
    button = {"type": "button", "action_id": "ack", "text": plain("Acknowledge")}
    message = bot_posts(slack, blocks=[{"type": "actions", "block_id": "card.1", "elements": [button]}])
    drawn(page)
    posting.edit(
        slack.room, message, posting.Draft(text="taken", blocks=[{"type": "section", "text": mrkdwn("taken")}])
    )
    at = f"{message.channel} {message.ts}"
    assert (await do(browser, "press", "bob", message=at, block="card.1", action="ack")).status_code == 204
    assert told == ["card.1"]
    never = await do(browser, "press", "bob", message=at, block="card.0", action="ack")
    assert (never.status_code, never.text) == (409, "That is gone by now.")


async def test_a_button_of_home_is_pressed_though_home_was_published_anew(
    browser: httpx.AsyncClient, page: Page, slack: Workspace, app: AsyncApp, by_socket: Serve
):
    """Opening Home makes the app publish it again, just while somebody presses what they see."""
    told: list[str] = []

    @app.action("declare")
    async def press(ack: Any, body: Any) -> None:
        told.append(body["actions"][0]["block_id"])
        await ack()

    await by_socket(app)
    ann = slack.person("ann").id
    button = {"type": "button", "action_id": "declare", "text": plain("Declare Incident")}

    def publish(block: str) -> str:
        content = {"type": "home", "blocks": [{"type": "actions", "block_id": block, "elements": [button]}]}
        return modals.publish_home(slack.room, ann, modals.check(content, "home")).id

    view = publish("home.1")
    drawn(page, **{"in": "@tocsin", "tab": "home"})
    publish("home.2")
    for block in ("home.1", "home.2"):
        assert (await do(browser, "press", view=view, block=block, action="declare")).status_code == 204
    assert told == ["home.1", "home.2"]
    assert slack.home("ann").all_blocks[0]["block_id"] == "home.2", "the press has not brought the old one back"
    assert (await do(browser, "press", "bob", view=view, block="home.1", action="declare")).status_code == 409


async def test_a_modal_with_an_error_at_its_field_then_taken(
    browser: httpx.AsyncClient, page: Page, slack: Workspace, app: AsyncApp, by_socket: Serve
):
    field = {"type": "plain_text_input", "action_id": "why"}
    view = {"type": "modal", "callback_id": "form", "title": plain("Form"), "submit": plain("Send"), "blocks": [
        {"type": "input", "block_id": "why", "label": plain("Why?"), "element": field},
    ]}  # fmt: skip

    @app.command("/incident")
    async def opens(ack: Any, body: Any, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("form")
    async def takes(ack: Any, body: Any) -> None:
        said = body["view"]["state"]["values"]["why"]["why"]["value"]
        await ack(response_action="errors", errors={"why": "Say more."}) if len(said) < 5 else await ack()

    await by_socket(app)
    await do(browser, "say", text="/incident declare")
    (opened,) = await slack.wait_for(lambda one: one.views("ann"))
    scope = f"view-{opened.id}"
    for words, complaint in (("", "Please complete this required field."), ("no", "Say more.")):
        await do(browser, "submit", view=opened.id, values={"why": {"why": words}})
        html = drawn(page).put[scope]
        assert complaint in html
        assert 'aria-invalid="true"' in html
        assert f'aria-describedby="{scope}-why-error"' in html
    assert (await do(browser, "submit", "bob", view=opened.id, values={})).status_code == 409, "it is Ann's"
    await do(browser, "submit", view=opened.id, values={"why": {"why": "the gateway is gone"}})
    assert drawn(page).lists["views"] == []
    assert page.wrong == {}


async def test_reactions_shortcuts_and_deleting(
    browser: httpx.AsyncClient, slack: Workspace, app: AsyncApp, by_socket: Serve
):
    heard: list[str] = []

    @app.shortcut("declare_from")
    async def declare(ack: Any, body: Any) -> None:
        heard.append(body["message"]["text"])
        await ack()

    await by_socket(app)
    said = await slack.say("bob", OPERATIONS, "prices look odd")
    at = f"{said.channel} {said.ts}"
    await do(browser, "shortcut", message=at, name="declare_from")
    assert heard == ["prices look odd"]
    for there in (("pushpin",), ()):
        await do(browser, "react", message=at, name="pushpin")
        assert tuple(slack.message(said).reactions) == there
    assert (await do(browser, "delete", "ann", message=at)).status_code == 409, "it is Bob's"
    assert (await do(browser, "delete", "bob", message=at)).status_code == 204
    assert slack.message(said) is None


async def test_files_are_shared_in_the_channel_and_in_a_thread(
    browser: httpx.AsyncClient, page: Page, slack: Workspace
):
    files = [("files", ("gate.log", b"Line\n", "text/plain")), ("files", ("b.bin", b"\0", "text/plain"))]
    answer = await browser.post("/do/upload?as=ann", data={"text": " look @bob "}, files=files)
    assert (answer.status_code, answer.text) == (204, "")
    said = slack.messages(OPERATIONS)[-1]
    assert (said.text, said.subtype, said.user) == ("look <@UBOB00001>", "file_share", "UANN00001")
    assert [(one.name, one.content) for one in slack.files()] == [("gate.log", b"Line\n"), ("b.bin", b"\0")]
    assert "gate.log" in log(page, as_="bob")
    await browser.post("/do/upload?as=bob", data={"channel": said.channel, "thread": said.ts}, files=files[:1])
    assert slack.messages(OPERATIONS, said.ts)[-1].files == (slack.files()[-1].id,)
    await browser.post("/do/upload?as=bob&in=@tocsin", data={"text": "for the bot"}, files=files[:1])
    assert slack.direct_messages("bob")[-1].text == "for the bot"


async def test_files_that_are_not_taken_are_refused_in_words(browser: httpx.AsyncClient, slack: Workspace):
    empty = await browser.post("/do/upload?as=ann", files=[("files", ("empty.log", b""))])
    assert (empty.status_code, empty.text) == (409, "empty.log is empty; Slack takes no empty files.")
    none = await browser.post("/do/upload?as=ann", data={"text": "x"}, files=[("other", ("a", b"a"))])
    assert (none.status_code, none.text) == (409, "Choose a file first.")
    assert (await do(browser, "upload", files=[["a", "b"]])).status_code == 409, "JSON brings no files"
    large = await browser.post("/do/upload?as=ann", files=[("files", ("large", b"x" * 20_000_001))])
    assert (large.status_code, large.text) == (413, "More than 20 MB at once are not taken here.")
    many = await browser.post("/do/upload?as=ann", files=[("files", (str(one), b"x")) for one in range(11)])
    assert many.status_code == 400
    assert slack.messages(OPERATIONS) == ()


async def test_ones_own_message_is_edited_as_it_was_typed(browser: httpx.AsyncClient, page: Page, slack: Workspace):
    said = await slack.say("ann", OPERATIONS, "tell @bob in #hft-engineering: a < b & c")
    at = f"{said.channel} {said.ts}"
    typed = '<textarea rows="4" aria-label="Message">tell @bob in #hft-engineering: a &lt; b &amp; c</textarea>'
    assert typed in log(page)
    assert "data-editor" not in log(page, as_="bob"), "it is Ann's"
    assert (await do(browser, "edit", message=at, text="tell @bob in #hft-engineering: a < b & c")).status_code == 204
    assert slack.message(said) == said, "the same words are no edit"
    assert (await do(browser, "edit", message=at, text=" ask @gus ")).status_code == 204
    assert slack.message(said).text == "ask <@UGUS00001>"
    assert (await do(browser, "edit", "bob", message=at, text="mine")).text == "That is not yours."
    assert "delete the message instead" in (await do(browser, "edit", message=at, text=" ")).text
    card = bot_posts(slack, "a card")
    assert (await do(browser, "edit", message=f"{card.channel} {card.ts}", text="x")).status_code == 409


async def test_what_fails_is_said(browser: httpx.AsyncClient, slack: Workspace, clock: Clock):
    assert (await do(browser, "nothing")).status_code == 404
    assert (await browser.post("/do/say?as=ann", content="[]")).status_code == 400
    assert (await browser.post("/do/say?as=ann", content="{")).status_code == 400
    assert (await do(browser, "press", message="C0 1.0", block="b", action="a")).status_code == 409
    outside = await do(browser, "say", "ola", text="hi", channel=slack.channel(OPERATIONS).id)
    assert (outside.status_code, outside.text) == (409, "ola is not in #hft-operations")
    await slack.go_down()
    assert "Slack is down" in (await do(browser, "say", text="hello?")).text
