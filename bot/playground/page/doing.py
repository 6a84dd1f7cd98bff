"""Doing: what a person does on the page, carried out in the workspace. Each takes what the script posted as JSON."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.playground import pressing
from bot.playground.errors import ApiError
from bot.playground.markup import elements_of
from bot.playground.page.sight import Sight
from bot.playground.values import Json, Message, Seen, View

if TYPE_CHECKING:
    from bot.playground.page.frame import Page

_GONE = "That is gone by now."


class Refused(Exception):
    """What the person is told in place of what they wanted."""


class Uploaded(tuple[tuple[str, bytes], ...]):
    """Files that came with a form: name and bytes each."""


Deed = Callable[["Page", Sight, Json], Awaitable[Any]]


async def say(page: Page, sight: Sight, given: Json) -> None:
    """A message, or a slash command when it begins like one."""
    text, thread = str(given.get("text", "")).strip(), str(given.get("thread") or "")
    channel = str(given.get("channel") or sight.channel.id)
    if not text:
        return
    who, workspace = sight.viewer.name, page.workspace
    direct = workspace.room.state.channel(channel).is_im
    where = workspace.bot_user if direct else channel
    if text.startswith("/") and text[1:2].isalpha():
        command, _, rest = text.partition(" ")
        told(await workspace.slash(who, where, command, rest.strip(), thread or None))
        return
    await workspace.say(who, where, text, thread or None)


async def press(page: Page, sight: Sight, given: Json) -> None:
    """A button, or a choice in a menu, of a message or a view."""
    shown, action, block = _shown(page, sight, given), str(given.get("action")), str(given.get("block"))
    value = given.get("value")
    pressed = pressing.find(shown, action, block_id=block)
    if pressed.element.get("type") == "button":
        told(await page.workspace.click(sight.viewer.name, shown, action, str(value or "") or None, block_id=block))
        return
    chosen = typed(pressed.element, value, sight)
    told(await page.workspace.click(sight.viewer.name, shown, action, selected=chosen, block_id=block))


async def submit(page: Page, sight: Sight, given: Json) -> None:
    """A modal filled in; what is wrong with it is drawn at its fields."""
    view = _view(page, sight, given)
    values: Json = {}
    for block in view.all_blocks:
        entered = (given.get("values") or {}).get(block["block_id"], {})
        for element in elements_of(block):
            if element["action_id"] in entered:
                entry = values.setdefault(block["block_id"], {})
                entry[element["action_id"]] = typed(element, entered[element["action_id"]], sight)
    wrong = await page.workspace.submit(sight.viewer.name, view, values)
    page.tell_wrong(view, wrong or {})


async def close(page: Page, sight: Sight, given: Json) -> None:
    _view(page, sight, given)
    await page.workspace.close_view(sight.viewer.name)


async def react(page: Page, sight: Sight, given: Json) -> None:
    """Adds the reaction, or takes it away when it is there."""
    message, name = _message(page, sight, given), str(given.get("name"))
    there = sight.viewer.id in message.reactions.get(name, ())
    await page.workspace.react(sight.viewer.name, message, name, remove=there)


async def shortcut(page: Page, sight: Sight, given: Json) -> None:
    message = _message(page, sight, given) if given.get("message") else None
    told(await page.workspace.shortcut(sight.viewer.name, str(given.get("name")), message))


async def delete(page: Page, sight: Sight, given: Json) -> None:
    """A message of one's own, or one that only this person sees."""
    message = _message(page, sight, given)
    if sight.viewer.id not in (message.user, message.viewer):
        raise Refused("That is not yours.")
    await page.workspace.delete(sight.viewer.name, message)


async def upload(page: Page, sight: Sight, given: Json) -> None:
    """Files, with words where there are any."""
    files, text, thread = given.get("files"), str(given.get("text", "")).strip(), str(given.get("thread") or "")
    if not isinstance(files, Uploaded):
        raise Refused("Choose a file first.")
    if empty := [name for name, content in files if not content]:
        raise Refused(f"{empty[0]} is empty; Slack takes no empty files.")
    channel = str(given.get("channel") or sight.channel.id)
    direct = page.workspace.room.state.channel(channel).is_im
    where = page.workspace.bot_user if direct else channel
    await page.workspace.upload(sight.viewer.name, where, files, text, thread or None)


async def edit(page: Page, sight: Sight, given: Json) -> None:
    """A message of one's own."""
    message, text = _message(page, sight, given), str(given.get("text", "")).strip()
    if message.user != sight.viewer.id:
        raise Refused("That is not yours.")
    if not text and not message.files:
        raise Refused("Nothing would be left of it: delete the message instead.")
    await page.workspace.edit(sight.viewer.name, message, text)


async def suggest(page: Page, sight: Sight, given: Json) -> list[Json]:
    """Options of an external select for what is typed."""
    found = await page.workspace.suggest(
        sight.viewer.name, _shown(page, sight, given), str(given.get("action")), str(given.get("value") or "")
    )
    return [{"value": one.get("value"), "text": one.get("text", {}).get("text")} for one in found]


async def home(page: Page, sight: Sight, given: Json) -> None:
    """Somebody looks at the bot's Home tab, or at its messages."""
    if sight.channel.is_im:
        await page.workspace.open_home(sight.viewer.name, sight.tab)


DEEDS: dict[str, Deed] = {
    "say": say, "press": press, "submit": submit, "close": close, "react": react, "shortcut": shortcut,
    "delete": delete, "edit": edit, "upload": upload, "suggest": suggest, "home": home,
}  # fmt: skip


async def do(page: Page, sight: Sight, name: str, given: Json) -> Any:
    """What the deed answers. Raises Refused with what the person is told."""
    if not page.workspace.is_up:
        raise Refused("Slack is down: nothing that is done here goes through.")
    try:
        return await DEEDS[name](page, sight, given)
    except ApiError as problem:
        raise Refused(f"Slack refuses: {problem.error.replace('_', ' ')}") from None
    except LookupError as problem:
        raise Refused(str(problem.args[0]) if problem.args else _GONE) from None


def told(seen: Seen) -> None:
    """An answer that did not come is said; one that came shows by itself."""
    if not seen.acked:
        raise Refused(seen.text)


def typed(element: Json, value: Any, sight: Sight) -> Any:
    """What a control of the browser holds, as Slack has it."""
    kind = element.get("type")
    if value in (None, "", []):
        return [] if str(kind).startswith("multi_") or kind == "checkboxes" else None
    if kind == "datetimepicker":
        return int(datetime.fromisoformat(str(value)).replace(tzinfo=ZoneInfo(sight.viewer.tz)).timestamp())
    if kind == "rich_text_input":
        section = {"type": "rich_text_section", "elements": [{"type": "text", "text": str(value)}]}
        return {"type": "rich_text", "elements": [section]}
    return value


def _shown(page: Page, sight: Sight, given: Json) -> Message | View:
    """As it was when this block was drawn: who presses an old button presses what they saw. What is entered in a view
    is entered still."""
    if not given.get("view"):
        return _message(page, sight, given)
    now = _view(page, sight, given)
    seen = page.recall(now, str(given.get("block") or ""))
    return now if seen is None else replace(seen, values=now.values)


def _view(page: Page, sight: Sight, given: Json) -> View:
    found = page.workspace.room.state.views.get(str(given.get("view")))
    if found is None or found.user != sight.viewer.id:
        raise Refused(_GONE)
    return found


def _message(page: Page, sight: Sight, given: Json) -> Message:
    state = page.workspace.room.state
    channel, _, ts = str(given.get("message")).partition(" ")
    now = state.message(channel, ts) or state.ephemerals.get(ts)
    found = page.recall(now, str(given.get("block") or "")) if now else None
    if found is None or found.viewer not in ("", sight.viewer.id):
        raise Refused(_GONE)
    return found
