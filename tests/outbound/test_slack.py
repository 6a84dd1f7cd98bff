"""Slack: what leaves, what an error means, who somebody is, and how Slack is doing."""

import json
import traceback
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.outbound.slack import Posted, Slack
from bot.outbound.slack_errors import SlackFailed
from bot.outbound.slack_members import Identity
from tests.outbound.scripted import Scripted, member, message, raw, scripted

NOW = datetime(2026, 11, 20, 3, 12, tzinfo=UTC)
TOKEN = "xoxb-1-2-very-secret"
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*INC-12* order gateway"}}


class Clock:
    """Moved by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def server() -> AsyncIterator[Scripted]:
    async with scripted() as running:
        yield running


@pytest.fixture
async def slack(server: Scripted, clock: Clock) -> AsyncIterator[Slack]:
    opened = Slack(TOKEN, now=clock, base_url=server.url)
    yield opened
    await opened.close()


async def failure(call: Any) -> SlackFailed:
    with pytest.raises(SlackFailed) as caught:
        await call
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    return caught.value


# --- messages


async def test_a_message_leaves_with_its_key(server: Scripted, slack: Slack):
    posted = await slack.post("C1", "INC-12", [SECTION], key="card-12")
    assert posted == Posted(channel="C1", ts="1763608320.000100")
    assert server.asked("chat.postMessage") == [
        {
            "channel": "C1",
            "text": "INC-12",
            "blocks": [SECTION],
            "metadata": {"event_type": "tocsin", "event_payload": {"key": "card-12"}},
            "unfurl_links": False,
            "unfurl_media": False,
            "link_names": False,
        }
    ]


async def test_a_reply_stays_in_its_thread_unless_it_is_told_to_all(server: Scripted, slack: Slack):
    await slack.post("C1", "x", key="line-1", thread_ts="1.1")
    await slack.post("C1", "x", key="line-2", thread_ts="1.1", broadcast=True)
    quiet, loud = server.asked("chat.postMessage")
    assert (quiet["thread_ts"], quiet["reply_broadcast"]) == ("1.1", False)
    assert (loud["thread_ts"], loud["reply_broadcast"]) == ("1.1", True)
    assert "blocks" not in quiet


async def test_the_channel_is_the_one_slack_names(server: Scripted, slack: Slack):
    server.say("chat.postMessage", {"channel": "C77", "ts": "2.2"})
    assert await slack.post("#hft-alerts", "x", key="k") == Posted(channel="C77", ts="2.2")


async def test_a_change_parses_nothing_and_keeps_its_key(server: Scripted, slack: Slack):
    assert await slack.update("C1", "1.1", "INC-12 acknowledged", [SECTION], key="card-12") == Posted(
        channel="C1", ts="1763608320.000100"
    )
    assert server.asked("chat.update") == [
        {
            "channel": "C1",
            "ts": "1.1",
            "text": "INC-12 acknowledged",
            "blocks": [SECTION],
            "metadata": {"event_type": "tocsin", "event_payload": {"key": "card-12"}},
            "parse": "none",
            "link_names": False,
        }
    ]


async def test_a_change_to_bare_text_takes_the_old_blocks_away(server: Scripted, slack: Slack):
    await slack.update("C1", "1.1", "x", key="k")
    assert server.asked("chat.update")[0]["blocks"] == []


async def test_what_slack_would_refuse_is_cut_visibly(server: Scripted, slack: Slack):
    long = {"type": "section", "text": {"type": "plain_text", "text": "x" * 4000}}
    await slack.post("C1", "x", [long], key="k")
    await slack.update("C1", "1.1", "x" * 5000, key="k")
    shown = server.asked("chat.postMessage")[0]["blocks"][0]["text"]["text"], server.asked("chat.update")[0]["text"]
    for text, most in zip(shown, (3000, 4000), strict=True):
        assert most // 2 < len(text) <= most
        assert "x… (cut: " in text


async def test_direct_messages_are_opened_once(server: Scripted, slack: Slack):
    server.say("chat.postMessage", {"channel": "D1", "ts": "3.3"})
    assert await slack.dm("U1", "x", [SECTION], key="page-12") == Posted(channel="D1", ts="3.3")
    await slack.dm("U1", "x", key="page-13")
    assert server.asked("conversations.open") == [{"users": "U1"}]
    assert [asked["channel"] for asked in server.asked("chat.postMessage")] == ["D1", "D1"]


async def test_upload(server: Scripted, slack: Slack):
    assert await slack.upload("C1", "1.1", "alert.txt", "Zu groß") == "F1"
    asked = server.asked("files.getUploadURLExternal")[0]
    assert (asked["filename"], int(asked["length"])) == ("alert.txt", len("Zu groß".encode()))
    assert server.asked("upload")[0]["content"] == "Zu groß".encode()
    done = server.asked("files.completeUploadExternal")[0]
    assert (done["channel_id"], done["thread_ts"]) == ("C1", "1.1")
    assert json.loads(done["files"])[0]["id"] == "F1"


async def test_an_upload_that_is_refused_half_way(server: Scripted, slack: Slack):
    server.say("upload", raw(500, b"no", "text/plain"))
    failed = await failure(slack.upload("C1", "1.1", "alert.txt", b"x"))
    assert not failed.permanent
    assert server.asked("files.completeUploadExternal") == []


# --- after a lost answer


async def test_look_up_in_a_channel(server: Scripted, slack: Slack):
    server.say(
        "conversations.history",
        {
            "messages": [message("9.1"), message("8.1", "other"), message("7.5", "card-12", kind="theirs")],
            "response_metadata": {"next_cursor": "page2"},
        },
        {"messages": [message("7.1", "card-12")], "response_metadata": {"next_cursor": ""}},
    )
    assert await slack.look_up("C1", "card-12", NOW) == Posted(channel="C1", ts="7.1")
    first, second = server.asked("conversations.history")
    assert first["include_all_metadata"] == "1"
    assert NOW - timedelta(minutes=5) < datetime.fromtimestamp(float(first["oldest"]), UTC) < NOW
    assert "cursor" not in first
    assert second["cursor"] == "page2"


async def test_look_up_in_a_thread(server: Scripted, slack: Slack):
    server.say("conversations.replies", {"messages": [message("1.1", "card-12"), message("1.2", "line-1")]})
    assert await slack.look_up("C1", "line-1", NOW, thread_ts="1.1") == Posted(channel="C1", ts="1.2")
    assert server.asked("conversations.replies")[0]["ts"] == "1.1"
    assert server.asked("conversations.history") == []


async def test_look_up_of_a_file_by_its_name(server: Scripted, slack: Slack):
    files = [{"id": "F1", "name": "INC-1-alert.txt"}]
    server.say("conversations.replies", *[{"messages": [message("1.1"), {"ts": "1.2", "files": files}]}] * 2)
    assert await slack.look_up_file("C1", "INC-1-alert.txt", NOW, "1.1") == "F1"
    assert await slack.look_up_file("C1", "another.txt", NOW, "1.1") is None


async def test_look_up_finds_nothing(server: Scripted, slack: Slack):
    server.say("conversations.history", {"messages": [{"ts": "1.1", "metadata": None}, {"ts": "1.0"}]})
    assert await slack.look_up("C1", "card-12", NOW) is None


async def test_look_up_does_not_read_for_ever_and_does_not_say_no(server: Scripted, slack: Slack):
    endless = {"messages": [message("1.1")], "response_metadata": {"next_cursor": "more"}}
    server.say("conversations.history", *[endless] * 50)
    failed = await failure(slack.look_up("C1", "card-12", NOW))
    assert failed.permanent
    assert len(server.asked("conversations.history")) == 10


async def test_look_up_without_the_scope(server: Scripted, slack: Slack):
    server.say("conversations.history", {"error": "missing_scope", "needed": "im:history"})
    failed = await failure(slack.look_up("D1", "page-12", NOW))
    assert failed.permanent
    assert "im:history" in str(failed)


# --- errors


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("channel_not_found", "channel C1 not found: invite the bot or mend `channel` in the pack"),
        ("not_in_channel", "invite it"),
        ("is_archived", "archived"),
        ("restricted_action", "let the bot post"),
        ("invalid_auth", "SLACK_BOT_TOKEN"),
        ("not_authed", "SLACK_BOT_TOKEN"),
        ("account_inactive", "SLACK_BOT_TOKEN"),
        ("token_revoked", "SLACK_BOT_TOKEN"),
        ("token_expired", "SLACK_BOT_TOKEN"),
        ("invalid_blocks", "blocks"),
        ("msg_too_long", "too long"),
        ("msg_blocks_too_long", "too long"),
        ("message_not_found", "post a new one"),
        ("cant_update_message", "post a new one"),
        ("edit_window_closed", "post a new one"),
        ("is_inactive", "post a new one"),
        ("thread_not_found", "post a new card"),
        ("user_not_found", "mend `slack` of the contact"),
        ("cannot_dm_bot", "mend `slack` of the contact"),
        ("user_disabled", "mend `slack` of the contact"),
        ("something_new_in_2027", "something_new_in_2027"),
    ],
)
async def test_refusals_are_permanent_and_say_what_to_do(server: Scripted, slack: Slack, error: str, words: str):
    server.say("chat.postMessage", {"error": error})
    failed = await failure(slack.post("C1", "x", key="k"))
    assert failed.permanent
    assert not failed.maybe_sent
    assert failed.code == error
    assert words in str(failed)
    assert error in str(failed)
    assert "{" not in str(failed)


async def test_invalid_blocks_say_which(server: Scripted, slack: Slack):
    refusal = {
        "error": "invalid_blocks",
        "errors": ["must be more than 0 characters [json-pointer:/blocks/0/text/text]"],
        "response_metadata": {"messages": ["[ERROR] must be more than 0 characters"]},
    }
    server.say("chat.postMessage", refusal)
    assert "/blocks/0/text/text" in str(await failure(slack.post("C1", "x", key="k")))


@pytest.mark.parametrize(
    ("answer", "maybe_sent", "after"),
    [
        ({"error": "ratelimited"}, False, None),
        (raw(429, b'{"ok":false,"error":"ratelimited"}', Retry_After="30"), False, 30),
        (raw(429, b"", Retry_After="30"), False, 30),  # slack_sdk makes None of an empty body
        (raw(429, b"Too Many Requests", "text/plain", Retry_After="30"), False, 30),
        (raw(429, b"<html>slow down</html>", "text/html", Retry_After="30"), False, 30),
        (raw(429, b"<html>slow down</html>", "application/json", Retry_After="30"), False, 30),
        (raw(429), False, None),
        ({"error": "internal_error"}, True, None),  # some of it may have been done
        ({"error": "fatal_error"}, True, None),
        ({"error": "request_timeout"}, False, None),  # our request did not arrive whole
        ({"error": "service_unavailable"}, False, None),
        ({"error": "team_added_to_org"}, False, None),
        (raw(500, b"oops", "text/plain"), True, None),
        (raw(502, b"<html>", "text/html"), True, None),
        (raw(503, b"", Retry_After="5"), True, 5),
        (raw(504), True, None),
        ("drop", True, None),  # hung up without a word
        (raw(200, b""), True, None),
        (raw(200, b"hello", "text/plain"), True, None),
        (raw(200, b"<html>proxy</html>", "text/html"), True, None),
        (raw(200, b"{nonsense"), True, None),
    ],
)
async def test_what_may_pass_by_itself(
    server: Scripted, slack: Slack, answer: Any, maybe_sent: bool, after: float | None
):
    server.say("chat.postMessage", answer)
    failed = await failure(slack.post("C1", "x", key="k"))
    assert not failed.permanent
    assert failed.maybe_sent is maybe_sent
    assert failed.after == (None if after is None else timedelta(seconds=after))
    assert len(server.asked("chat.postMessage")) == 1, "the outbox repeats, not the client"


@pytest.mark.parametrize("answer", ["drop", raw(502), {"error": "internal_error"}])
async def test_a_question_that_failed_sent_nothing(server: Scripted, slack: Slack, answer: Any):
    server.say("conversations.open", answer)
    failed = await failure(slack.dm("U1", "x", key="k"))
    assert not failed.maybe_sent
    assert server.asked("chat.postMessage") == []


@pytest.mark.parametrize("status", [301, 302, 400, 401, 403, 404])
async def test_other_statuses_without_a_reason(server: Scripted, slack: Slack, status: int):
    server.say("chat.postMessage", raw(status, b"", "text/plain"))
    failed = await failure(slack.post("C1", "x", key="k"))
    assert failed.permanent
    assert str(status) in str(failed)


async def test_nobody_there(clock: Clock):
    async with scripted() as gone:
        url = gone.url
    slack = Slack(TOKEN, now=clock, base_url=url)
    failed = await failure(slack.post("C1", "x", key="k"))
    assert (failed.permanent, failed.maybe_sent) == (False, False)
    await slack.close()


async def test_an_address_that_is_none(clock: Clock):
    slack = Slack(TOKEN, now=clock, base_url="nowhere")
    assert (await failure(slack.auth())).permanent
    await slack.close()


async def test_a_silent_slack(server: Scripted):
    server.say("chat.postMessage", "hang")
    impatient = Slack(TOKEN, now=lambda: NOW, base_url=server.url, seconds=0.05)
    failed = await failure(impatient.post("C1", "x", key="k"))
    assert (failed.permanent, failed.maybe_sent) == (False, True)
    assert "in time" in str(failed)
    await impatient.close()


async def test_proxies_of_the_environment_are_not_believed(
    server: Scripted, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    slack = Slack(TOKEN, now=clock, base_url=server.url)
    await slack.post("C1", "x", key="k")
    await slack.close()
    through = Slack(TOKEN, now=clock, base_url=server.url, proxy="http://127.0.0.1:9")
    assert not (await failure(through.post("C1", "x", key="k"))).maybe_sent
    await through.close()


# --- people


async def test_a_full_member(server: Scripted, slack: Slack):
    server.say("users.info", member())
    dana = await slack.user("U1")
    assert (dana.name, dana.mail, dana.tz, dana.full, dana.why_not) == (
        "Dana",
        "dana@example.com",
        "Europe/London",
        True,
        "",
    )


@pytest.mark.parametrize(
    ("changes", "why_not"),
    [
        ({"is_restricted": True}, "guest"),
        ({"is_restricted": True, "is_ultra_restricted": True}, "guest"),
        ({"is_bot": True}, "bot"),
        ({"id": "USLACKBOT"}, "bot"),
        ({"deleted": True}, "deactivated"),
        ({"is_stranger": True}, "stranger"),
        ({"team_id": "T2"}, "another workspace"),
        ({"team_id": None}, "another workspace"),
    ],
)
async def test_who_may_not_act(server: Scripted, slack: Slack, changes: dict[str, Any], why_not: str):
    server.say("users.info", member(**changes))
    somebody = await slack.user("U1")
    assert not somebody.full
    assert why_not in somebody.why_not


async def test_a_member_of_an_organisation_with_several_workspaces(server: Scripted, slack: Slack):
    server.say("users.info", member(team_id="E1", enterprise_user={"teams": ["T7", "T1"]}))
    assert (await slack.user("W1")).full


@pytest.mark.parametrize("error", ["user_not_found", "user_not_visible"])
async def test_somebody_whom_slack_does_not_know(server: Scripted, slack: Slack, error: str):
    server.say("users.info", {"error": error})
    assert not (await slack.user("U404")).full


async def test_a_slack_that_cannot_say_who_says_nobody(server: Scripted, slack: Slack):
    server.say("users.info", raw(503))
    assert not (await failure(slack.user("U1"))).permanent


async def test_names_fall_back(server: Scripted, slack: Slack):
    server.say("users.info", member(profile={}), member(profile={}, real_name=None))
    assert (await slack.user("U1")).name == "Dana Dealer"
    assert (await slack.user("U2")).name == "dana"


async def test_members_are_remembered_for_ten_minutes(server: Scripted, slack: Slack, clock: Clock):
    server.say("users.info", member(), member(deleted=True))
    assert (await slack.user("U1")).full
    clock.now += timedelta(minutes=9)
    assert (await slack.user("U1")).full
    clock.now += timedelta(minutes=2)
    assert not (await slack.user("U1")).full
    assert len(server.asked("users.info")) == 2
    assert len(server.asked("auth.test")) == 1


async def test_who_the_bot_is(slack: Slack):
    assert await slack.auth() == Identity(
        user="UBOT",
        bot="B1",
        team="T1",
        team_name="Desk",
        url="https://desk.slack.com/",
        scopes=frozenset({"chat:write", "users:read"}),
    )


# --- health


async def test_since_when_slack_has_not_answered(server: Scripted, slack: Slack, clock: Clock):
    assert slack.failing_since is None
    await slack.auth()
    assert slack.failing_since is None
    for minutes in (1, 2, 3):
        clock.now = NOW + timedelta(minutes=minutes)
        server.say("auth.test", raw(503))
        await failure(slack.auth())
    assert slack.failing_since == NOW + timedelta(minutes=1)
    clock.now = NOW + timedelta(minutes=4)
    await slack.auth()
    assert slack.failing_since is None


@pytest.mark.parametrize("error", ["channel_not_found", "message_not_found", "invalid_blocks"])
async def test_a_refusal_is_an_answer(server: Scripted, slack: Slack, error: str):
    server.say("chat.postMessage", {"error": error})
    server.say("auth.test", raw(503))
    await failure(slack.auth())
    await failure(slack.post("C1", "x", key="k"))
    assert slack.failing_since is None


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive"])
async def test_a_bot_that_may_do_nothing_is_not_well(server: Scripted, slack: Slack, error: str):
    server.say("chat.postMessage", {"error": error})
    await failure(slack.post("C1", "x", key="k"))
    assert slack.failing_since == NOW


async def test_a_pause_asked_for_is_neither(server: Scripted, slack: Slack):
    server.say("chat.postMessage", *[raw(429, b"", Retry_After="1")] * 2)
    await failure(slack.post("C1", "x", key="k"))
    assert slack.failing_since is None
    server.say("auth.test", raw(503))
    await failure(slack.auth())
    await failure(slack.post("C1", "x", key="k"))
    assert slack.failing_since == NOW
