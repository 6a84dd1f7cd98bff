"""The Web API as the SDK's client meets it: what it answers, stores and refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.settings import SCOPES, Settings
from bot.playground.workspace import Workspace
from tests.playground.kit import Clock

OPS = "#hft-operations"
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "a <b> & *c* <https://x|y>"}}
HOME = {"type": "home", "blocks": [SECTION]}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [SECTION]}


async def refusal(client: AsyncWebClient, method: str, **arguments: Any) -> dict[str, Any]:
    """What Slack answers when it refuses."""
    with pytest.raises(SlackApiError) as refused:
        await client.api_call(method, json=arguments)
    return dict(refused.value.response.data)


async def test_who_the_bot_is(slack: Workspace, client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert (answer["user_id"], answer["team_id"]) == (slack.bot_user, slack.settings.team_id)
    assert "chat:write" in answer.headers["x-oauth-scopes"]
    bot = await client.bots_info(bot=answer["bot_id"])
    assert bot["bot"]["user_id"] == slack.bot_user
    assert (await client.team_info())["team"]["id"] == slack.settings.team_id


async def test_arguments_in_every_shape(slack: Workspace) -> None:
    """Query, form, JSON and multipart; structures as JSON text; the token in a header or among the arguments."""
    channel, bearer = slack.channel(OPS).id, {"Authorization": f"Bearer {slack.bot_token}"}
    plain: dict[str, str] = {"channel": channel, "text": "x", "blocks": json.dumps([SECTION])}
    url = f"{slack.api_url}chat.postMessage"
    async with httpx.AsyncClient(trust_env=False) as http:
        answers = [
            await http.get(url, params=plain, headers=bearer),
            await http.post(url, params={**plain, "token": slack.bot_token}),
            await http.post(url, data=plain, headers=bearer),
            await http.post(url, data={**plain, "token": slack.bot_token}),
            await http.post(url, json={**plain, "blocks": [SECTION]}, headers=bearer),
            await http.post(url, data=plain, files={"extra": b"x"}, headers=bearer),
        ]
        broken = await http.post(url, content=b"{", headers={**bearer, "Content-Type": "application/json"})
        bad_blocks = await http.post(url, data={**plain, "blocks": "["}, headers=bearer)
    assert [one.json()["ok"] for one in answers] == [True] * 6
    assert {one.readable() for one in slack.messages(OPS)} == {"x\na &lt;b&gt; &amp; *c* <https://x|y>"}
    assert (broken.json()["error"], bad_blocks.json()["error"]) == ("invalid_json", "invalid_blocks_format")


async def test_tokens_and_scopes(slack: Workspace, client: AsyncWebClient) -> None:
    for token, error in (
        ("", "not_authed"),
        ("xoxb-other", "invalid_auth"),
        (slack.app_token, "not_allowed_token_type"),
    ):
        other = AsyncWebClient(token=token, base_url=slack.api_url, session=client.session)
        assert (await refusal(other, "auth.test"))["error"] == error
    assert (await refusal(client, "apps.connections.open"))["error"] == "not_allowed_token_type"
    async with Workspace(settings=Settings(scopes=SCOPES - {"users:read.email", "chat:write.public"})) as poor:
        other = AsyncWebClient(token=poor.bot_token, base_url=poor.api_url, session=client.session)
        answer = await refusal(other, "users.lookupByEmail", email="ann@desk.example")
        assert (answer["error"], answer["needed"]) == ("missing_scope", "users:read.email")
        assert "email" not in (await other.users_info(user="UANN00001"))["user"]["profile"]
        poor.add_channel("outside", bot=False)
        where = poor.channel("outside").id
        assert (await refusal(other, "chat.postMessage", channel=where, text="x"))["error"] == "not_in_channel"


async def test_people(slack: Workspace, client: AsyncWebClient) -> None:
    flags = ("is_restricted", "is_ultra_restricted", "is_stranger", "is_bot", "deleted")
    seen = {}
    for name in ("ann", "gus", "ola", "tocsin"):
        user = (await client.users_info(user=slack.person(name).id))["user"]
        seen[name] = {flag for flag in flags if user.get(flag)}
    assert seen == {"ann": set(), "gus": {"is_restricted"}, "ola": {"is_stranger"}, "tocsin": {"is_bot"}}
    assert (await client.users_info(user="UOLA00001"))["user"]["team_id"] != slack.settings.team_id
    bob = (await client.users_lookupByEmail(email="Bob@desk.example"))["user"]
    assert (bob["id"], bob["tz"], bob["tz_offset"]) == ("UBOB00001", "America/New_York", -5 * 3600)

    slack.add_person(replace(slack.person("bob"), deleted=True))
    assert (await client.users_info(user="UBOB00001"))["user"]["deleted"]
    assert (await refusal(client, "users.lookupByEmail", email="bob@desk.example"))["error"] == "users_not_found"
    first = await client.users_list(limit=3)
    assert [one["name"] async for page in first for one in page["members"]] == ["tocsin", "ann", "bob", "gus", "ola"]


async def test_a_message_from_post_to_delete(slack: Workspace, client: AsyncWebClient) -> None:
    channel = slack.channel(OPS).id
    metadata = {"event_type": "card", "event_payload": {"key": "1"}}
    parent = await client.chat_postMessage(channel=channel, text="a", blocks=[SECTION], metadata=metadata)
    reply = await client.chat_postMessage(channel=channel, text="r", thread_ts=parent["ts"])
    loud = await client.chat_postMessage(channel=channel, text="l", thread_ts=parent["ts"], reply_broadcast=True)
    assert parent["ts"] < reply["ts"] < loud["ts"]
    assert parent["message"]["blocks"][0]["block_id"]
    link = await client.chat_getPermalink(channel=channel, message_ts=reply["ts"])
    assert link["permalink"].startswith(f"{slack.url}/archives/{channel}/p")

    # Text alone takes the blocks away; metadata stays.
    changed = await client.chat_update(channel=channel, ts=parent["ts"], text="b")
    assert "blocks" not in changed["message"]
    assert changed["message"]["metadata"] == metadata
    read = await client.conversations_replies(channel=channel, ts=parent["ts"])
    assert [one["text"] for one in read["messages"]] == ["b", "r", "l"]
    assert read["messages"][0]["reply_count"] == 2
    history = await client.conversations_history(channel=channel, limit=1)
    assert [one["text"] async for page in history for one in page["messages"]] == ["l", "b"]
    since = await client.conversations_history(channel=channel, oldest=parent["ts"])
    assert [one["text"] for one in since["messages"]] == ["l"]

    await client.chat_delete(channel=channel, ts=parent["ts"])
    assert slack.messages(OPS)[0].subtype == "tombstone"
    await client.chat_delete(channel=channel, ts=reply["ts"])
    assert [one.text for one in slack.messages(OPS, parent["ts"])] == ["This message was deleted.", "l"]


async def test_direct_messages(slack: Workspace, client: AsyncWebClient) -> None:
    opened = await client.conversations_open(users="UANN00001")
    await client.chat_postMessage(channel=opened["channel"]["id"], text="you are paged")
    await client.chat_postMessage(channel="UANN00001", text="again")
    answer = await slack.say("ann", "@tocsin", "on it")
    assert [one.text for one in slack.direct_messages("ann")] == ["you are paged", "again", "on it"]
    assert answer.channel == opened["channel"]["id"]
    assert slack.direct_messages("bob") == ()


async def test_a_file_in_three_steps(slack: Workspace, client: AsyncWebClient) -> None:
    channel = slack.channel(OPS).id
    parent = await client.chat_postMessage(channel=channel, text="x")
    sent = await client.files_upload_v2(
        channel=channel, thread_ts=parent["ts"], filename="log.txt", title="The log", content="ä" * 5000,
        initial_comment="all of it",
    )  # fmt: skip
    file = slack.files()[0]
    assert (file.content, file.title) == (("ä" * 5000).encode(), "The log")
    message = slack.messages(OPS, parent["ts"])[-1]
    assert (message.text, message.files) == ("all of it", (file.id,))
    async with httpx.AsyncClient(trust_env=False) as http:
        address = sent["file"]["url_private"]
        assert (await http.get(address)).status_code == 404
        download = await http.get(address, headers={"Authorization": f"Bearer {slack.bot_token}"})
        assert download.content == file.content
        step = await client.files_getUploadURLExternal(filename="a", length=3)
        assert (await http.post(step["upload_url"], content=b"four")).status_code == 400
        assert (await http.post(step["upload_url"], files={"file": b"abc"})).text == "OK - 3"
    slack.add_channel("outside", bot=False)
    answer = await refusal(
        client, "files.completeUploadExternal", files=[{"id": step["file_id"]}], channel_id=slack.channel("outside").id
    )
    assert answer["error"] == "not_in_channel"


async def test_furniture(slack: Workspace, client: AsyncWebClient) -> None:
    made = (await client.conversations_create(name="inc-1"))["channel"]["id"]
    await client.conversations_invite(channel=made, users=["UANN00001", "UBOB00001"])
    await client.conversations_setTopic(channel=made, topic="critical")
    posted = await client.chat_postMessage(channel=made, text="card")
    await client.pins_add(channel=made, timestamp=posted["ts"])
    await client.reactions_add(channel=made, timestamp=posted["ts"], name="eyes")
    await client.bookmarks_add(channel_id=made, title="Report", type="link", link="https://x")
    inside = slack.channel("inc-1")
    assert inside.members == {"UANN00001", "UBOB00001", slack.bot_user}
    assert (inside.topic, inside.pins, inside.bookmarks[0]["title"]) == ("critical", (posted["ts"],), "Report")
    assert slack.messages("inc-1")[0].reactions == {"eyes": (slack.bot_user,)}
    assert (await client.pins_list(channel=made))["items"][0]["message"]["text"] == "card"
    group = (await client.usergroups_create(name="On call", handle="oncall"))["usergroup"]["id"]
    await client.usergroups_users_update(usergroup=group, users=["UANN00001"])
    assert (await client.usergroups_users_list(usergroup=group))["users"] == ["UANN00001"]
    canvas = await client.conversations_canvases_create(
        channel_id=made, document_content={"type": "markdown", "markdown": "# Report"}
    )
    assert slack.room.state.canvases[canvas["canvas_id"]] == "# Report"


REFUSALS = [
    # method, arguments, error; {ops} and so on are filled in below
    ("chat.postMessage", {"channel": "C404", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "{secret}", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "{old}", "text": "x"}, "is_archived"),
    ("chat.postMessage", {"channel": "{ops}"}, "no_text"),
    ("chat.postMessage", {"channel": "{ops}", "text": "x" * 40_001}, "msg_too_long"),
    ("chat.postMessage", {"channel": "{ops}", "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
    ("chat.postMessage", {"channel": "{ops}", "text": "x", "thread_ts": "{reply}"}, "cannot_reply_to_message"),
    ("chat.postMessage", {"channel": "{ops}", "text": "x", "metadata": "{"}, "invalid_metadata_format"),
    ("chat.postMessage", {"channel": "{ops}", "attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
    ("chat.postEphemeral", {"channel": "{ops}", "text": "x", "user": "UOLA00001"}, "user_not_in_channel"),
    ("chat.update", {"channel": "{ops}", "ts": "1.000001", "text": "x"}, "message_not_found"),
    ("chat.update", {"channel": "{ops}", "ts": "{said}", "text": "x"}, "cant_update_message"),
    ("chat.update", {"channel": "{ops}", "ts": "{reply}", "text": "x" * 4001}, "msg_too_long"),
    ("chat.delete", {"channel": "{ops}", "ts": "{said}"}, "cant_delete_message"),
    ("chat.getPermalink", {"channel": "{ops}", "message_ts": "1.000001"}, "message_not_found"),
    ("chat.scheduleMessage", {"channel": "{ops}", "text": "x", "post_at": 1}, "time_in_past"),
    ("conversations.create", {"name": "hft-operations"}, "name_taken"),
    ("conversations.create", {"name": "old"}, "name_taken"),
    ("conversations.create", {"name": "Big Words"}, "invalid_name_specials"),
    ("conversations.create", {"name": "x" * 81}, "invalid_name_maxlength"),
    ("conversations.invite", {"channel": "{ops}", "users": "UANN00001"}, "already_in_channel"),
    ("conversations.invite", {"channel": "{ops}", "users": "U404"}, "user_not_found"),
    ("conversations.setTopic", {"channel": "{ops}", "topic": "x" * 251}, "too_long"),
    ("conversations.setTopic", {"channel": "{outside}", "topic": "x"}, "not_in_channel"),
    ("conversations.history", {"channel": "{outside}"}, "not_in_channel"),
    ("conversations.history", {"channel": "{ops}", "cursor": "?"}, "invalid_cursor"),
    ("conversations.replies", {"channel": "{ops}", "ts": "1.000001"}, "thread_not_found"),
    ("conversations.open", {"users": "U404"}, "user_not_found"),
    ("conversations.info", {"channel": "{secret}"}, "channel_not_found"),
    ("users.info", {"user": "U404"}, "user_not_found"),
    ("users.lookupByEmail", {"email": "nobody@desk.example"}, "users_not_found"),
    ("reactions.add", {"channel": "{ops}", "timestamp": "{reply}", "name": "eyes"}, "already_reacted"),
    ("reactions.remove", {"channel": "{ops}", "timestamp": "{reply}", "name": "tada"}, "no_reaction"),
    ("reactions.add", {"channel": "{ops}", "timestamp": "1.000001", "name": "eyes"}, "message_not_found"),
    ("pins.add", {"channel": "{ops}", "timestamp": "{reply}"}, "already_pinned"),
    ("pins.remove", {"channel": "{ops}", "timestamp": "{said}"}, "no_pin"),
    ("usergroups.users.update", {"usergroup": "S404", "users": "UANN00001"}, "no_such_subteam"),
    ("views.open", {"trigger_id": "1.2", "view": MODAL}, "invalid_trigger_id"),
    ("views.open", {"trigger_id": "1.2", "view": HOME}, "invalid_arguments"),
    ("views.update", {"view_id": "V404", "view": MODAL}, "not_found"),
    ("views.publish", {"user_id": "U404", "view": HOME}, "user_not_found"),
    ("files.getUploadURLExternal", {"filename": "a", "length": 0}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": [{"id": "F404"}]}, "file_not_found"),
    ("files.upload", {"content": "x"}, "unknown_method"),
]  # fmt: skip


async def test_refusals(slack: Workspace, client: AsyncWebClient) -> None:
    said = await slack.say("ann", OPS, "x")
    ops = slack.channel(OPS).id
    reply = await client.chat_postMessage(channel=ops, text="x", thread_ts=said.ts)
    await client.reactions_add(channel=ops, timestamp=reply["ts"], name="eyes")
    await client.pins_add(channel=ops, timestamp=reply["ts"])
    slack.add_channel("secret", private=True, bot=False)
    slack.add_channel("outside", bot=False)
    await client.conversations_archive(channel=slack.add_channel("old").id)
    known = {"{said}": said.ts, "{reply}": reply["ts"]}
    known |= {f"{{{name}}}": slack.channel(name).id for name in ("secret", "outside", "old")} | {"{ops}": ops}
    answered = []
    for method, arguments, _ in REFUSALS:
        filled = {
            name: known.get(value, value) if isinstance(value, str) else value for name, value in arguments.items()
        }
        answered.append((method, (await refusal(client, method, **filled))["error"]))
    assert answered == [(method, error) for method, _, error in REFUSALS]


async def test_bad_blocks_are_refused_with_pointers(slack: Workspace, client: AsyncWebClient) -> None:
    long = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
    answer = await refusal(client, "chat.postMessage", channel=slack.channel(OPS).id, text="x", blocks=[SECTION, long])
    assert answer == {
        "ok": False,
        "error": "invalid_blocks",
        "response_metadata": {
            "messages": ["[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]"]
        },
    }
    assert slack.messages(OPS) == ()
    assert (await refusal(client, "blocks.validate", blocks=[long]))["error"] == "invalid_blocks"


async def test_a_home_changed_meanwhile_is_not_overwritten(slack: Workspace, client: AsyncWebClient) -> None:
    first = (await client.views_publish(user_id="UANN00001", view=HOME))["view"]
    second = (await client.views_publish(user_id="UANN00001", view=HOME, hash=first["hash"]))["view"]
    assert second["id"] == first["id"]
    answer = await refusal(client, "views.publish", user_id="UANN00001", view=HOME, hash=first["hash"])
    assert answer["error"] == "hash_conflict"


async def test_a_trigger_opens_one_modal_within_three_seconds(
    slack: Workspace, client: AsyncWebClient, clock: Clock
) -> None:
    """Nobody serves the app: the press fails, but its trigger was made."""
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    await client.chat_postMessage(
        channel=slack.channel(OPS).id, text="x", blocks=[{"type": "actions", "elements": [button]}]
    )

    async def trigger() -> str:
        await slack.click("ann", slack.messages(OPS)[0], "go")
        return str(slack.deliveries()[-1].payload["trigger_id"])

    first = await trigger()
    opened = await client.views_open(trigger_id=first, view=MODAL)
    assert (await refusal(client, "views.open", trigger_id=first, view=MODAL))["error"] == "exchanged_trigger_id"
    late = await trigger()
    clock.pass_(3)
    assert (await refusal(client, "views.open", trigger_id=late, view=MODAL))["error"] == "expired_trigger_id"
    for _ in range(2):
        await client.views_push(trigger_id=await trigger(), view=MODAL)
    answer = await refusal(client, "views.push", trigger_id=await trigger(), view=MODAL)
    assert answer["error"] == "push_limit_reached"
    assert slack.views("ann")[0].previous == ""
    assert {one.root for one in slack.views("ann")} == {opened["view"]["id"]}


async def test_a_response_url_wears_out(slack: Workspace, clock: Clock) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        await slack.slash("ann", OPS, "/incident")
        address = slack.deliveries()[-1].payload["response_url"]
        statuses = [(await http.post(address, json={"text": "x"})).status_code for _ in range(6)]
        assert statuses == [200] * 5 + [404]
        assert len(slack.ephemerals("ann")) == 5
        await slack.slash("ann", OPS, "/incident")
        address = slack.deliveries()[-1].payload["response_url"]
        said = await slack.say("ann", OPS, "x")
        in_thread = {"text": "there", "response_type": "in_channel", "thread_ts": said.ts}
        assert (await http.post(address, json=in_thread)).status_code == 200
        assert [one.text for one in slack.messages(OPS, said.ts)] == ["x", "there"]
        assert (await http.post(address, json={"text": ""})).status_code == 400
        clock.pass_(1801)
        assert (await http.post(address, json={"text": "x"})).text == "expired_url"
