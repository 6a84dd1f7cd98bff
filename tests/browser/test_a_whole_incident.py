"""One incident from its alert to its closed postmortem, by two people, and nothing but what Slack and the board show:
afterwards the report says in every section of the template what was done."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.conftest import PATIENCE_S, Open, a_demo, windows

pytestmark = pytest.mark.asyncio(loop_scope="session")

FAULT, TITLE = "Fills not updating positions", re.compile(r"Our position of \w+ differs from that of Coinbase")
UPDATE = {
    "What is known": "Fills of Coinbase are not booked, we trade on wrong positions.",
    "Affected services": "position keeping, risk limits",
    "Impact on users": "Traders see positions that are too small.",
    "Impact on business": "Limits are checked on wrong numbers.",
    "Done since the last update": "Switched eth_market_maker off",
    "Next steps": "Book the missing fills by hand.",
}
REVIEW = {
    "Issue description and symptoms": "Our positions at Coinbase stood still while orders were filled.",
    "Root cause": "The fill listener had lost its subscription.",
    "Resolution steps taken": "Subscribed again, booked twelve fills.",
    "Prevention measures": "An alert on fills without a booking.",
    "Lessons learned": "Compare positions first.",
}
NOTE, SAID = "Twelve fills are missing since the failover", "The venue's own position is 3.5 ETH, ours is 1.2"
FIXED, ITEM = "Subscribed to fills again", "alert on fills that are not booked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """Two people at the same incident: its card and its thread in the window of each."""

    ann: Page
    bob: Page
    card: str
    number: int

    def on(self, page: Page) -> Locator:
        return page.locator(f"[id='{self.card}']")

    def line(self, page: Page, words: str | re.Pattern[str]) -> Locator:
        """The newest message of the thread with these words."""
        return page.locator("#replies").get_by_role("article").filter(has_text=words).last

    async def thread(self, page: Page) -> None:
        await self.on(page).get_by_role("link", name="last at").click()
        await expect(page.locator("#replies")).to_contain_text(f"INC-{self.number} ")

    async def say(self, page: Page, words: str) -> None:
        """In the thread."""
        await written(page.locator("#thread-foot textarea"), words)

    async def command(self, page: Page, words: str) -> None:
        """In the channel: threads know no slash commands."""
        await written(page.locator("#main-foot textarea"), words)


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, tmp_path: Path) -> AsyncIterator[Open]:
    """Windows on a demo of its own: where others have cut Coinbase off there are no fills to miss."""
    async with a_demo(tmp_path, 10) as address, windows(browser, address) as open_one:
        yield open_one


async def test_from_the_alert_to_the_closed_postmortem(open_page: Open) -> None:
    desk = await it_breaks(await open_page("/?as=ann"), await open_page("/?as=bob"))
    await people_take_it(desk)
    await it_is_worked_on(desk)
    await those_who_wait_are_told(desk)
    await it_is_mended(desk)
    await it_is_written_up(desk)
    compare(await the_report(desk), desk.number)
    await it_is_on_the_board(desk, open_page)


async def it_is_on_the_board(desk: Desk, open_page: Open) -> None:
    board = await open_page(str(await desk.on(desk.ann).get_by_role("link", name="Board").get_attribute("href")))
    await expect(board.get_by_role("main")).to_contain_text(FIXED)
    await board.get_by_role("link", name="Report").click()
    for heading in ("Summary", "Impact", "Timeline", "Actions taken", "Next steps", "Contact", "Postmortem"):
        await expect(board.get_by_role("heading", level=2, name=heading, exact=True)).to_be_visible()
    for words in (*UPDATE.values(), *REVIEW.values(), NOTE, SAID, FIXED, ITEM):
        if words != UPDATE["Next steps"]:  # a way to the end, which is reached
            await expect(board.get_by_role("main")).to_contain_text(words)
    await board.get_by_role("link", name=f"Back to INC-{desk.number}").click()
    await expect(board).to_have_url(re.compile(rf"/board/incidents/{desk.number}$"))


async def it_breaks(ann: Page, bob: Page) -> Desk:
    row = ann.get_by_role("tabpanel", name="Trading system").get_by_role("listitem").filter(has_text=FAULT)
    await row.get_by_role("button", name=re.compile("^Break")).click()
    found = ann.locator("#log").get_by_role("article").filter(has_text=TITLE).last
    await found.wait_for()
    name = str(await found.get_attribute("id"))
    card = ann.locator(f"[id='{name}']")
    await expect(card).to_contain_text("nobody has it")
    await expect(card).to_contain_text(re.compile(r"At risk: .*positions \d"))
    await expect(card).to_contain_text("Found: ")
    number = int(re.findall(r"INC-(\d+)", await card.inner_text())[0])
    return Desk(ann=ann, bob=bob, card=name, number=number)


async def people_take_it(desk: Desk) -> None:
    await desk.on(desk.ann).get_by_role("button", name="Acknowledge").click()
    for page in (desk.ann, desk.bob):
        await expect(desk.on(page)).to_contain_text("Acknowledged by @ann")
        await desk.thread(page)
    await desk.say(desk.bob, "@tocsin communications")
    await expect(desk.on(desk.ann)).to_contain_text("Lead ann · Communications bob")


async def it_is_worked_on(desk: Desk) -> None:
    tick = desk.ann.locator("#replies").get_by_role("button", name="Done: Positions and open orders are known")
    await tick.click()
    await expect(desk.line(desk.bob, "Critical incident")).to_contain_text("1 of 12 done")
    await desk.on(desk.ann).get_by_role("button", name="Positions differ from the exchange").click()
    walk = desk.line(desk.ann, "walked by ann")
    await expect(walk).to_contain_text("Stop the strategies whose positions differ")
    await walk.get_by_role("button", name="Done", exact=True).click()
    await expect(walk).to_contain_text("Done – ann")  # and on to a step that depends on what else was broken
    await desk.say(desk.bob, f"@tocsin note {NOTE}")
    await expect(desk.line(desk.ann, NOTE)).to_be_visible()
    await desk.say(desk.bob, SAID)
    said = desk.line(desk.ann, SAID)
    await said.hover()
    await said.get_by_role("button", name="React with a pushpin", exact=True).click()
    await expect(said.locator(".reactions")).to_contain_text("✅")  # the bot's: it is on the timeline


async def those_who_wait_are_told(desk: Desk) -> None:
    await desk.line(desk.bob, "Who does what").get_by_role("button", name="Give Update").click()
    await fill(desk.bob, f"Update INC-{desk.number}", UPDATE, "Send Update")
    await expect(desk.line(desk.ann, "Update by bob")).to_contain_text(UPDATE["Next steps"])
    await desk.bob.get_by_role("navigation", name="Channels").get_by_role("link", name="hft-stakeholders").click()
    report = desk.bob.locator("#log").get_by_role("article").filter(has_text=f"INC-{desk.number} ")
    await expect(report).to_contain_text(UPDATE["Impact on users"])
    await expect(report).to_contain_text("🔴 ACTIVE")
    await desk.bob.get_by_role("navigation", name="Channels").get_by_role("link", name="hft-operations").click()


async def it_is_mended(desk: Desk) -> None:
    row = desk.ann.get_by_role("tabpanel", name="Trading system").get_by_role("listitem").filter(has_text=FAULT)
    await row.get_by_role("button", name=re.compile("^Mend")).click()
    await expect(desk.on(desk.ann)).to_contain_text("over, says the monitor")
    await desk.on(desk.ann).get_by_role("button", name="Confirm Positions").click()
    await expect(desk.on(desk.ann)).to_contain_text("Resolved")
    await desk.line(desk.ann, "What fixed").get_by_role("button", name="Say What Fixed It").click()
    await fill(desk.ann, f"Cause INC-{desk.number}", {"What fixed it?": FIXED}, "Save")
    await expect(desk.line(desk.ann, f"Fixed by: {FIXED}")).to_be_visible()


async def it_is_written_up(desk: Desk) -> None:
    await desk.command(desk.ann, f"/incident postmortem {desk.number}")
    await fill(desk.ann, f"Postmortem INC-{desk.number}", REVIEW, "Save")
    await desk.command(desk.ann, f"/incident item {desk.number} {ITEM} by friday")
    await desk.line(desk.ann, f": {ITEM}").locator("button", has_text="Done").click()
    await expect(desk.line(desk.ann, f"Done: {ITEM}")).to_be_visible()
    await desk.on(desk.ann).get_by_role("button", name="Close").click()
    asked = desk.ann.locator("#log").get_by_role("article").filter(has_text=f"Close INC-{desk.number} all the same?")
    await expect(asked).to_contain_text("11 lines of 'Critical incident' not ticked")
    await expect(asked).not_to_contain_text("postmortem")
    await asked.get_by_role("button", name=f"Close INC-{desk.number} Anyway").click()
    await expect(desk.on(desk.ann)).to_contain_text("Closed")


async def written(composer: Locator, words: str) -> None:
    await composer.fill(words)
    await composer.press("Enter")


async def fill(page: Page, title: str, answers: Mapping[str, str], send: str) -> None:
    """Fill in a form and send it."""
    form = page.get_by_role("dialog", name=title)
    for label, text in answers.items():
        await form.get_by_label(label).fill(text)
    await form.get_by_role("button", name=send).click()
    await expect(form).to_be_hidden()


async def the_report(desk: Desk) -> str:
    """As it comes into the thread, as a file."""
    await expect(desk.line(desk.ann, "ann closed it")).to_be_visible()
    await desk.say(desk.ann, "@tocsin report")
    file = desk.ann.locator("#replies").get_by_role("link", name=re.compile(rf"INC-{desk.number}-report-.*[.]md"))
    await expect(file).to_have_count(2, timeout=PATIENCE_S * 1000)  # the first came with the postmortem
    answer = await desk.ann.request.get(str(await file.last.get_attribute("href")))
    assert answer.ok
    return await answer.text()


def compare(text: str, number: int) -> None:
    """Section by section with what was done, in the order of the template."""
    told = sections(text)
    template = ["Status", "Summary", "Impact", "Timeline", "Actions Taken", "Next Steps", "Contact"]
    assert list(told)[: len(template)] == template
    assert text.startswith(f"# Postmortem INC-{number}: Our position of ")
    assert told["Status"].startswith("🟢 RESOLVED, closed\n")
    assert told["Summary"] == UPDATE["What is known"]
    assert told["Impact"].split("\n")[:3] == [
        f"- Affected services: {UPDATE['Affected services']}",
        f"- User impact: {UPDATE['Impact on users']}",
        f"- Business impact: {UPDATE['Impact on business']}",
    ]
    assert "- At risk when it was resolved: open orders " in told["Impact"]
    times = dict(re.findall(r"- ([\w ]+): (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC", told["Timeline"]))
    assert list(times) == ["Began", "Detected", "Response started", "Hurts no more since", "Resolution", "Closed"]
    assert sorted(times.values()) == list(times.values())
    assert times["Detected"] < times["Response started"] < times["Resolution"]
    for deed in (
        "ann ticked: Positions and open orders are known, at every exchange.",
        "Stop the strategies whose positions differ",
        f"{UPDATE['Done since the last update']} – bob",
        f"- Fixed by: {FIXED}",
    ):
        assert deed in told["Actions Taken"]
    assert told["Next Steps"].startswith(f"- Prevention measures: {REVIEW['Prevention measures']}\n- [x] {ITEM} – ")
    assert re.fullmatch(r"- Lead responder: ann\n- Escalation contact: Engineering on call.*", told["Contact"])
    for title, (asked, answer) in zip(list(told)[8:13], REVIEW.items(), strict=True):
        assert asked.lower() in title.lower()
        assert told[title] == answer
    story = text.partition("\n## What happened\n")[2]
    assert NOTE in story
    assert SAID in story


def sections(text: str) -> Mapping[str, str]:
    """What stands under each of its headings; in the first part these are bold words, as in the template."""
    parts = re.split(r"^(?:\*\*([^*\n]+):\*\*|#{2,3} (.+))$|^(?:\*\*([^*\n]+):\*\*) ", text, flags=re.MULTILINE)
    titles = [next(filter(None, parts[at : at + 3])) for at in range(1, len(parts), 4)]
    return dict(zip(titles, (part.strip() for part in parts[4::4]), strict=True))
