"""What each person sees where: channels and what is unread, messages, threads, what is only for them, files, Home."""

from __future__ import annotations

import asyncio

import pytest

from bot.playground import modals, posting
from bot.playground.page.frame import Page
from bot.playground.posting import Draft
from bot.playground.settings import Settings
from bot.playground.values import File, Json
from bot.playground.workspace import Workspace
from tests.playground.kit import Clock
from tests.playground.page.kit import OPERATIONS, bot_posts, drawn, log, mrkdwn, plain, served
from tests.playground.page.reading import Drawn


async def test_operations_come_first_and_outsiders_see_what_is_shared(page: Page):
    def rail(who: str) -> list[str]:
        found = Drawn(drawn(page, as_=who).put["rail"])
        return [one["href"] for one in found.all("a")]

    assert rail("ann")[0] == "/?as=ann&in=hft-operations"
    assert rail("ola") == ["/?as=ola&in=exchange-liaison", "/?as=ola&in=%40tocsin&tab=messages"]
    assert "Declare incident" in drawn(page, as_="ann").put["rail"]
    assert "Declare incident" not in drawn(page, as_="ola").put["rail"], (
        "another company has none of the app's shortcuts"
    )


async def test_unread_messages_are_counted_until_somebody_looks(page: Page, slack: Workspace):
    for words in ("one", "two"):
        await slack.say("bob", "#hft-engineering", words)
    assert 'aria-label="2 unread"' in drawn(page).put["rail"]
    assert "unread" not in drawn(page, as_="bob").put["rail"], "one's own words are read"
    drawn(page, **{"in": "hft-engineering"})
    assert "unread" not in drawn(page).put["rail"]


async def test_another_window_of_the_same_person_hears_that_it_was_read(page: Page, slack: Workspace):
    await slack.say("bob", "#hft-engineering", "one")
    other = asyncio.Event()
    with page.watched(other):
        drawn(page)
        assert not other.is_set(), "there was nothing new where she looked"
        drawn(page, **{"in": "hft-engineering"})
        assert other.is_set()


async def test_messages_of_one_author_share_a_heading_for_some_minutes(page: Page, slack: Workspace, clock: Clock):
    for words in ("first", "second"):
        await slack.say("bob", OPERATIONS, words)
    clock.pass_(301)
    await slack.say("bob", OPERATIONS, "third")
    grouped = ["grouped" in one["class"].split() for one in Drawn(log(page)).all("article")]
    assert grouped == [False, True, False]


async def test_what_can_be_pressed_says_who_asks(page: Page, slack: Workspace):
    """Cards that come within the same minute each have the bot's name and its badge."""
    button = {"type": "button", "action_id": "ack", "text": plain("Acknowledge")}
    for number in range(2):
        bot_posts(slack, f"card {number}", blocks=[{"type": "actions", "elements": [button]}])
    bot_posts(slack, "and a line")
    page_of = Drawn(log(page))
    assert ["grouped" in one["class"].split() for one in page_of.all("article")] == [False, False, True]
    assert [one["class"] for one in page_of.all("p") if "by" in one.get("class", "").split()] == [
        "by",
        "by",
        "by unseen",
    ]


async def test_that_older_messages_are_not_kept_is_said_where_it_is_so(clock: Clock):
    async with Workspace(now=clock, settings=Settings(remembered=10, remembered_messages=2)) as slack:
        page = Page(slack)
        for words in ("first of all", "second"):
            await slack.say("bob", OPERATIONS, words)
        assert "not kept" not in log(page)
        await slack.say("bob", OPERATIONS, "third")
        assert "Older messages are not kept" in log(page)
        assert "first of all" not in log(page)
        assert "not kept" not in log(page, **{"in": "hft-engineering"})


async def test_times_and_days_are_the_readers(page: Page, slack: Workspace, clock: Clock):
    await slack.say("bob", OPERATIONS, "good morning")  # 08:00 UTC
    assert ">08:00</time>" in log(page)
    assert ">03:00</time>" in log(page, as_="bob"), "in New York"
    assert "Today" in log(page)
    clock.pass_(86_400)
    assert "Yesterday" in log(page)


async def test_a_thread_stands_beside_the_channel(page: Page, slack: Workspace):
    parent = bot_posts(slack, "the card")
    await slack.say("bob", OPERATIONS, "in the thread", thread_ts=parent.ts)
    bot_posts(slack, "told to all", thread_ts=parent.ts, broadcast=True)
    assert "in the thread" not in log(page)
    assert "<b>2 replies</b>" in log(page)
    assert "replied to <a data-go" in log(page)
    opened = drawn(page, thread=parent.ts)
    said = "".join(opened.put[one] for one in opened.lists["replies"])
    for words in ("the card", "in the thread", "told to all"):
        assert words in said
    assert (opened.frame["thread"], opened.frame["step"]) == ("open", "thread")
    assert f'data-thread="{parent.ts}"' in opened.put["thread-foot"]


async def test_what_is_only_for_one_person_is_seen_by_nobody_else(page: Page, slack: Workspace):
    where = slack.channel(OPERATIONS)
    whisper = posting.whisper(slack.room, Draft(text="between us"), where, slack.person("ann").id)
    assert "between us" in log(page)
    assert "Only visible to you" in log(page)
    assert "between us" not in log(page, as_="bob")
    await slack.delete("ann", whisper)
    assert "between us" not in log(page)


async def test_edited_deleted_and_mentioned(page: Page, slack: Workspace):
    said = await slack.say("bob", OPERATIONS, "hello @ann")
    assert "mentions" in Drawn(log(page)).all("article")[0]["class"]
    assert "mentions" not in Drawn(log(page, as_="bob")).all("article")[0]["class"]
    posting.edit(slack.room, said, Draft(text="hello all"))
    assert 'hello all\N{NO-BREAK SPACE}<small class="edited">(edited)</small></div>' in log(page)
    await slack.delete("bob", said)
    assert "hello" not in log(page)


MARK = '\N{NO-BREAK SPACE}<small class="edited">(edited)</small>'
SAYING = {"type": "section", "text": mrkdwn("a card")}
WORD = {"type": "text", "text": "x"}
BUTTONS = {"type": "actions", "elements": [{"type": "button", "action_id": "a", "text": plain("Go")}]}


@pytest.mark.parametrize(("text", "blocks", "shown"), [
    ("ends in ```code```", None, f"<pre><code>code{MARK}</code></pre>"),
    ("&gt; a quote", None, f"<blockquote>a quote{MARK}</blockquote>"),
    ("<@UANN00001>", None, f'<span class="mention me">@ann</span>{MARK}'),
    # Behind the last block that says something, wherever the buttons are.
    ("", [SAYING, BUTTONS], f"a card{MARK}"),
    ("", [SAYING, {"type": "context", "elements": [mrkdwn("one"), mrkdwn("two")]}, BUTTONS], f"two{MARK}"),
    ("", [SAYING, {"type": "section", "fields": [mrkdwn("left"), mrkdwn("right")]}], f"right{MARK}"),
    ("", [{"type": "header", "text": plain("Title")}], f"Title{MARK}"),
    ("", [{"type": "markdown", "text": "1. first\n2. last"}], f"<li>last{MARK}</li>"),
    ("", [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [WORD]}]}], f"<p>x{MARK}</p>"),
    # Nothing but buttons: beside the author.
    ("", [BUTTONS], '</time> <small class="edited">(edited)</small></p>'),
])  # fmt: skip
async def test_edited_stands_behind_the_last_word(
    page: Page, slack: Workspace, text: str, blocks: list[Json] | None, shown: str
):
    message = bot_posts(slack, "before", blocks=[SAYING] if blocks else None)
    posting.edit(slack.room, message, Draft(text=text, blocks=blocks))
    assert shown in log(page)
    assert log(page).count("(edited)") == 1


@pytest.mark.parametrize(("text", "folds"), [("word " * 10_000, True), ("line\n" * 30, True), ("a few words", False)])
async def test_a_very_long_text_is_folded(page: Page, slack: Workspace, text: str, folds: bool):
    """All of it is there; the browser shows its beginning until "Show more" is pressed."""
    said = await slack.say("ann", OPERATIONS, text)
    html = log(page)
    assert text.split()[0] in html
    assert (f'<details id="m-{said.ts}-fold">' in html) == folds
    assert ("Show more" in html) == folds


@pytest.mark.parametrize(("extra", "folds"), [({}, True), ({"expand": True}, False)])
async def test_a_long_block_is_folded_unless_the_app_wants_it_whole(
    page: Page, slack: Workspace, extra: Json, folds: bool
):
    bot_posts(slack, blocks=[{"type": "section", "text": mrkdwn("x " * 1400), **extra}])
    assert ("Show more" in log(page)) == folds


async def test_a_deleted_parent_leaves_its_place(page: Page, slack: Workspace):
    parent = await slack.say("bob", OPERATIONS, "the question")
    await slack.say("ann", OPERATIONS, "the answer", thread_ts=parent.ts)
    await slack.delete("bob", parent)
    assert "the question" not in log(page)
    assert "This message was deleted." in log(page)


async def test_reactions_say_who_and_whether_it_was_you(page: Page, slack: Workspace):
    said = await slack.say("bob", OPERATIONS, "done")
    await slack.react("ann", said, "pushpin")
    (shown,) = [one for one in Drawn(log(page)).all("button", **{"data-do": "react"}) if "aria-pressed" in one]
    assert (shown["data-name"], shown["aria-pressed"], shown["aria-label"]) == ("pushpin", "true", "pushpin, 1")
    assert 'aria-pressed="false"' in log(page, as_="bob")


async def test_files_are_shown_and_downloaded_by_who_is_in_the_channel(page: Page, slack: Workspace):
    state = slack.room.state
    file = File(id="F1", name="gate<way>.log", length=9, created=0, content=b"a\n<b>&\nc\n")
    state.files["F1"] = file
    message = bot_posts(slack, "the log", files=("F1",))
    state.files["F1"] = File(id="F1", name=file.name, length=9, created=0, content=file.content,
                             shares=((message.channel, message.ts),))  # fmt: skip
    assert "a\n&lt;b&gt;&amp;\nc" in log(page)
    async with served(page) as client:
        (link,) = [one for one in Drawn(log(page)).all("a") if "download" in one]
        answer = await client.get(link["href"])
        assert (answer.status_code, answer.content) == (200, file.content)
        assert answer.headers["content-disposition"].startswith("attachment")
        assert (await client.get(link["href"].replace("as=ann", "as=ola"))).status_code == 404


async def test_the_home_tab(page: Page, slack: Workspace):
    view = {"type": "home", "blocks": [{"type": "section", "text": mrkdwn("*1 open incident*")}]}
    assert "has not published" in drawn(page, **{"in": "@tocsin", "tab": "home"}).put["home"]
    modals.publish_home(slack.room, slack.person("ann").id, modals.check(view, "home"))
    made = drawn(page, **{"in": "@tocsin", "tab": "home"})
    assert "<strong>1 open incident</strong>" in made.put["home"]
    assert made.frame["tab"] == "home"
    assert "1 open incident" not in drawn(page, as_="bob", **{"in": "@tocsin", "tab": "home"}).put["home"]


async def test_modals_stand_on_each_other(page: Page, slack: Workspace):
    ann = slack.person("ann").id

    def view(title: str) -> dict[str, object]:
        return {"type": "modal", "title": plain(title), "blocks": [{"type": "section", "text": mrkdwn("x")}]}

    modals.open_modal(slack.room, ann, modals.check(view("below"), "modal"))
    modals.push_modal(slack.room, ann, modals.check(view("above"), "modal"))
    made = drawn(page)
    below, above = (made.put[one] for one in made.lists["views"])
    assert ("below" in below, "above" in above) == (True, True)
    assert drawn(page, as_="bob").lists["views"] == []


async def test_a_permalink_opens_the_thread_on_the_page(page: Page, slack: Workspace):
    parent = bot_posts(slack, "the card")
    reply = await slack.say("ann", OPERATIONS, "here", thread_ts=parent.ts)
    path = f"/archives/{parent.channel}/p{reply.ts.replace('.', '')}?thread_ts={parent.ts}&cid={parent.channel}"
    bot_posts(slack, f"see <{slack.url}{path.replace('&', '&amp;')}|the thread>")
    address = f"/?as=ann&in=hft-operations&thread={parent.ts}#m-{reply.ts}"
    assert f'data-go href="{address.replace("&", "&amp;")}"' in log(page)
    async with served(page) as client:
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (307, address)


async def test_an_address_of_nothing_leads_to_the_nearest_thing(page: Page):
    made = drawn(page, **{"in": "nowhere", "thread": "1.2"})
    assert made.frame["thread"] == ""
    assert "hft-operations" in made.put["head"]


async def test_a_name_that_nobody_has_is_said_with_who_there_is(page: Page):
    async with served(page) as client:
        said = "There is nobody called 'nobody' here; there are ann, bob, gus and ola."
        shown = await client.get("/?as=nobody")
        assert (shown.status_code, shown.headers["X-Content-Type-Options"]) == (404, "nosniff")
        page_of = Drawn(shown.text)
        assert said in page_of.text
        assert [one["href"] for one in page_of.all("a")] == [f"/?as={one}" for one in ("ann", "bob", "gus", "ola")]
        for refused in (
            await client.get("/events?as=nobody"),
            await client.post("/do/say?as=nobody", json={"text": "x"}),
        ):
            assert (refused.status_code, refused.text) == (404, said)
        assert "Ann Archer" in (await client.get("/")).text, "without a name it is the first person"
        assert "You are" in (await client.get("/?as=Bob")).text
        hostile = (await client.get("/?as=%3Cscript%3Ex")).text
        assert not [one for one in Drawn(hostile).all("script") if "src" not in one]


async def test_a_slack_that_is_down_is_said(page: Page, slack: Workspace):
    await slack.go_down()
    made = drawn(page)
    assert made.frame["slack"] == "down"
    assert "Slack is down" in made.put["main-foot"]
    assert "<textarea" not in made.put["main-foot"]


async def test_a_thread_counts_its_replies_and_names_the_first_ones_author_again(page: Page, slack: Workspace):
    parent = bot_posts(slack, "the card")
    bot_posts(slack, "paging level 1", thread_ts=parent.ts)
    bot_posts(slack, "paging level 2", thread_ts=parent.ts)
    made = drawn(page, thread=parent.ts)
    count, first, second = made.lists["replies"][2:]
    assert "2 replies" in made.put[count]
    assert "grouped" not in made.put[first]
    assert "grouped" in made.put[second]
    assert page.workspace.is_heard is False
    assert made.frame["slack"] == "apart", "clicks reach nobody"
