"""What people do and what a real bolt app hears and answers, by Socket Mode and by signed HTTP alike."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond, AsyncSay
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.workspace import Workspace
from tests.playground.kit import Serve

OPS = "#hft-operations"


def button(action_id: str, text: str, value: str = "") -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": text}, "value": value}


def card(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "*Gateway down* <http://x|log>"}}
    return [section, {"type": "actions", "block_id": "buttons", "elements": list(elements)}]


MODAL = {
    "type": "modal",
    "callback_id": "declare",
    "private_metadata": "from /incident",
    "title": {"type": "plain_text", "text": "Declare"},
    "submit": {"type": "plain_text", "text": "Declare"},
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "what",
            "label": {"type": "plain_text", "text": "What is wrong?"},
            "element": {"type": "plain_text_input", "action_id": "summary", "min_length": 3},
        },
        {
            "type": "input",
            "block_id": "how_bad",
            "label": {"type": "plain_text", "text": "How bad?"},
            "element": {
                "type": "static_select",
                "action_id": "severity",
                "options": [
                    {"text": {"type": "plain_text", "text": "High"}, "value": "high"},
                    {"text": {"type": "plain_text", "text": "Low"}, "value": "low"},
                ],
            },
        },
    ],
}


async def test_a_slash_command_is_answered_to_its_person_alone(slack: Workspace, app: AsyncApp, serve: Serve) -> None:
    @app.command("/incident")
    async def incident(ack: AsyncAck, command: dict[str, Any]) -> None:
        await ack(f"{command['user_name']} in {command['channel_name']}: {command['text']}")

    await serve(app)
    seen = await slack.slash("ann", OPS, "/incident", "list @bob <now>")
    assert seen.acked
    assert str(seen) == "ann in hft-operations: list <@UBOB00001|bob> &lt;now&gt;"
    assert [one.readable() for one in slack.ephemerals("ann")] == [seen.text]
    assert slack.ephemerals("bob") == ()
    assert slack.messages(OPS) == ()


async def test_a_slash_command_may_answer_in_the_channel(slack: Workspace, app: AsyncApp, serve: Serve) -> None:
    @app.command("/incident")
    async def incident(ack: AsyncAck) -> None:
        await ack(text="here", response_type="in_channel")

    await serve(app)
    seen = await slack.slash("ann", OPS, "/incident")
    assert list(slack.messages(OPS)) == [seen.message]


async def test_a_button_edits_its_message(
    slack: Workspace, app: AsyncApp, serve: Serve, client: AsyncWebClient
) -> None:
    pressed: list[dict[str, Any]] = []

    @app.action("ack")
    async def acknowledge(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        pressed.append(body)
        channel, ts = body["channel"]["id"], body["message"]["ts"]
        await client.chat_update(channel=channel, ts=ts, text=f"<@{body['user']['id']}> has it", blocks=[])

    await serve(app)
    posted = await client.chat_postMessage(
        channel=slack.channel(OPS).id, text="down", blocks=card(button("ack", "Acknowledge", "1"))
    )
    message = slack.messages(OPS)[0]
    assert message.ts == posted["ts"]

    assert (await slack.click("bob", message, "ack")).acked
    await slack.wait_for(lambda one: one.messages(OPS)[0].edited)
    assert slack.messages(OPS)[0].readable() == "<@UBOB00001> has it"

    body = pressed[0]
    assert body["actions"][0]["value"] == "1"
    assert body["container"] == {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": False,
    }
    # Whoever still sees the old card can press it once more; who is not there cannot.
    assert (await slack.click("ann", message, "ack", value="1")).acked
    with pytest.raises(LookupError, match="does not see"):
        await slack.click("ola", message, "ack")
    with pytest.raises(LookupError, match="there is ack"):
        await slack.click("ann", message, "resolve")


async def test_a_menu_tells_what_was_chosen(
    slack: Workspace, app: AsyncApp, serve: Serve, client: AsyncWebClient
) -> None:
    heard: list[dict[str, Any]] = []

    @app.action("silence")
    async def silence(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any]) -> None:
        heard.append({"chosen": action["selected_option"]["value"], "state": body["state"]["values"]})
        await ack()

    await serve(app)
    options = [{"text": {"type": "plain_text", "text": f"{n} h"}, "value": f"{n}h"} for n in (1, 4)]
    await client.chat_postMessage(
        channel=slack.channel(OPS).id,
        text="x",
        blocks=card({"type": "static_select", "action_id": "silence", "options": options}),
    )
    await slack.click("ann", slack.messages(OPS)[0], "silence", selected="4 h")
    assert heard[0]["chosen"] == "4h"
    assert heard[0]["state"]["buttons"]["silence"]["selected_option"]["value"] == "4h"
    with pytest.raises(LookupError, match="there are 1h, 4h"):
        await slack.click("ann", slack.messages(OPS)[0], "silence", selected="9h")


async def test_a_modal_complains_and_is_then_taken(slack: Workspace, app: AsyncApp, serve: Serve) -> None:
    taken: list[dict[str, Any]] = []

    @app.command("/incident")
    async def incident(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("declare")
    async def declare(ack: AsyncAck, view: dict[str, Any]) -> None:
        values = view["state"]["values"]
        if values["what"]["summary"]["value"] == "nothing":
            await ack(response_action="errors", errors={"what": "Say what is wrong."})
            return
        await ack()
        taken.append(view)

    await serve(app)
    assert (await slack.slash("ann", OPS, "/incident")).text == ""
    await slack.wait_for(lambda one: one.views("ann"))
    assert slack.views("bob") == ()

    # Slack's client itself insists on what is required; the app hears nothing of it.
    assert await slack.submit("ann", values={"summary": "gw"}) == {
        "what": "Must be at least 3 characters.",
        "how_bad": "Please complete this required field.",
    }
    assert taken == []
    filled = {"summary": "nothing", "severity": "high"}
    assert await slack.submit("ann", values=filled) == {"what": "Say what is wrong."}
    assert len(slack.views("ann")) == 1
    assert await slack.submit("ann", values={"what": {"summary": "gateway down"}, "how_bad": "Low"}) is None
    assert slack.views("ann") == ()
    assert taken[0]["private_metadata"] == "from /incident"
    assert taken[0]["state"]["values"]["how_bad"]["severity"]["selected_option"]["value"] == "low"
    with pytest.raises(LookupError, match="no modal open"):
        await slack.submit("ann")


async def test_modals_are_updated_pushed_and_closed(slack: Workspace, app: AsyncApp, serve: Serve) -> None:
    closed: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = [
        {"response_action": "update", "view": {**MODAL, "private_metadata": "second"}},
        {"response_action": "push", "view": {**MODAL, "private_metadata": "third"}},
        {"response_action": "update", "view": {**MODAL, "title": {"type": "plain_text", "text": "x" * 25}}},
        {"response_action": "errors", "errors": {"nowhere": "?"}},
        {"response_action": "clear"},
    ]

    @app.shortcut("declare_now")
    async def open_it(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("declare")
    async def declare(ack: AsyncAck) -> None:
        await ack(**answers.pop(0))

    @app.view_closed("declare")
    async def was_closed(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        closed.append(body)

    await serve(app)
    await slack.shortcut("bob", "declare_now")
    first = (await slack.wait_for(lambda one: one.views("bob")))[0]
    filled = {"summary": "gateway", "severity": "high"}
    assert await slack.submit("bob", values=filled) is None
    updated = slack.views("bob")[0]
    assert (updated.id, updated.content["private_metadata"]) == (first.id, "second")
    assert updated.hash != first.hash
    # What was typed survives the update.
    assert await slack.submit("bob") is None
    pushed = slack.views("bob")[-1]
    assert (pushed.root, pushed.previous) == (first.id, first.id)
    trouble = await slack.submit("bob", values=filled)
    assert trouble is not None
    assert "must be less than 25 characters [json-pointer:/view/title/text]" in trouble[""]
    assert "nowhere" in str(await slack.submit("bob", values=filled))
    await slack.close_view("bob")
    assert (closed[0]["view"]["id"], closed[0]["is_cleared"]) == (pushed.id, False)
    assert await slack.submit("bob") is None
    assert slack.views("bob") == ()


async def test_a_mention_is_answered_in_its_thread(slack: Workspace, app: AsyncApp, serve: Serve) -> None:
    @app.event("app_mention")
    async def mentioned(event: dict[str, Any], say: AsyncSay) -> None:
        await say(f"heard: {event['text']}", thread_ts=event.get("thread_ts") or event["ts"])

    await serve(app)
    asked = await slack.say("ann", OPS, "@tocsin ack & tell @bob in #hft-engineering")
    answer = await slack.wait_for_message(OPS, "heard:")
    engineering = slack.channel("#hft-engineering").id
    assert answer.text == f"heard: <@UBOT00001> ack &amp; tell <@UBOB00001> in <#{engineering}>"
    assert [one.ts for one in slack.messages(OPS, asked.ts)] == [asked.ts, answer.ts]
    assert [one.ts for one in slack.messages(OPS)] == [asked.ts]


async def test_a_reaction_is_told_with_its_message(slack: Workspace, app: AsyncApp, serve: Serve) -> None:
    """Of a reply as of any other message, and also that it was taken away."""
    heard: list[dict[str, Any]] = []

    @app.event("reaction_added")
    @app.event("reaction_removed")
    async def reacted(event: dict[str, Any]) -> None:
        heard.append(event)

    await serve(app)
    said = await slack.say("ann", OPS, "look")
    reply = await slack.say("gus", OPS, "I see it", thread_ts=said.ts)
    await slack.react("bob", reply, "pushpin")
    assert (await slack.react("bob", reply, "pushpin", remove=True)).reactions == {}
    await slack.wait_for(lambda _: len(heard) == 2)
    item = {"type": "message", "channel": said.channel, "ts": reply.ts}
    assert [(one["type"], one["user"], one["reaction"], one["item_user"], one["item"]) for one in heard] == [
        (kind, "UBOB00001", "pushpin", "UGUS00001", item) for kind in ("reaction_added", "reaction_removed")
    ]


async def test_a_response_url_answers_replaces_and_deletes(
    slack: Workspace, app: AsyncApp, serve: Serve, client: AsyncWebClient
) -> None:
    @app.action("more")
    async def more(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond(text="only you", response_type="ephemeral", replace_original=False)
        await respond(text="all of you", response_type="in_channel", replace_original=False)
        await respond(text="replaced", replace_original=True)

    @app.action("away")
    async def away(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond(delete_original=True)

    await serve(app)
    channel = slack.channel(OPS).id
    await client.chat_postMessage(channel=channel, text="x", blocks=card(button("more", "More")))
    await client.chat_postEphemeral(channel=channel, user="UANN00001", text="y", blocks=card(button("away", "Away")))
    await slack.click("bob", slack.messages(OPS)[0], "more")
    await slack.wait_for(lambda one: one.messages(OPS)[0].text == "replaced")
    assert [one.text for one in slack.messages(OPS)] == ["replaced", "all of you"]
    assert [one.text for one in slack.ephemerals("bob")] == ["only you"]

    whispered = slack.ephemerals("ann")[0]
    with pytest.raises(LookupError, match="bob does not see"):
        await slack.click("bob", whispered, "away")
    await slack.click("ann", whispered, "away")
    await slack.wait_for(lambda one: not one.ephemerals("ann"))


async def test_home_is_published_when_it_is_opened(slack: Workspace, app: AsyncApp, serve: Serve) -> None:
    @app.event("app_home_opened")
    async def opened(event: dict[str, Any], client: AsyncWebClient) -> None:
        section = {"type": "section", "text": {"type": "mrkdwn", "text": f"yours, {event['user']}"}}
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [section]})

    await serve(app)
    await slack.open_home("ann")
    home = await slack.wait_for(lambda one: one.home("ann"))
    assert home.readable() == "yours, UANN00001"
    assert slack.home("bob") is None


async def test_a_message_shortcut_and_an_external_menu(slack: Workspace, app: AsyncApp, serve: Serve) -> None:
    where: list[tuple[str, str | None]] = []

    @app.shortcut("to_timeline")
    async def to_timeline(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        where.append((body["message"]["ts"], body["message"].get("thread_ts")))
        menu = {"type": "external_select", "action_id": "system", "min_query_length": 1}
        await respond(text=f"kept: {body['message']['text']}", blocks=card(menu))

    @app.options("system")
    async def systems(ack: AsyncAck, payload: dict[str, Any]) -> None:
        await ack(options=[{"text": {"type": "plain_text", "text": payload["value"] + "!"}, "value": "hft"}])

    await serve(app)
    said = await slack.say("ann", OPS, "it began at nine")
    assert (await slack.shortcut("bob", "to_timeline", said)).acked
    whispered = (await slack.wait_for(lambda one: one.ephemerals("bob")))[0]
    assert "Gateway down" in whispered.readable()
    offered = await slack.suggest("bob", whispered, "system", "hf")
    assert [one["text"]["text"] for one in offered] == ["hf!"]
    reply = await slack.say("ann", OPS, "and was over at ten", thread_ts=said.ts)
    assert (await slack.shortcut("bob", "to_timeline", reply)).acked
    assert where == [(said.ts, None), (reply.ts, said.ts)]


async def test_http_mode_verifies_its_url_and_its_signature(slack: Workspace, app: AsyncApp, by_http: Serve) -> None:
    await by_http(app)
    assert await slack.challenge()
    stranger = AsyncApp(signing_secret="another secret", client=app.client)
    await by_http(stranger)
    seen = await slack.slash("ann", OPS, "/incident")
    assert (seen.acked, str(seen)) == (False, '/incident failed with the error "dispatch_failed"')
    assert slack.deliveries()[-1].reason == "http_error"
