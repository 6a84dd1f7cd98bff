"""Drawing: what one sight shows, as pieces of HTML that each replace the element of the same id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from jinja2 import ChainableUndefined, Environment, PackageLoader

from bot.playground.page.attached import attached, picture
from bot.playground.page.dates import Calendar
from bot.playground.page.emoji import OFFERED, drawn
from bot.playground.page.faces import Face, face
from bot.playground.page.given import Given
from bot.playground.page.sight import Sight, channels_of, permalink
from bot.playground.page.writing import Writer, edited
from bot.playground.values import Channel, Json, Message, View

if TYPE_CHECKING:
    from bot.playground.page.frame import Page

_GROUPED_S = 300.0
"""Messages of one author that follow each other within this time share a heading, as in Slack."""


@cache
def templates() -> Environment:
    """The page's templates; everything is escaped that is not markup already."""
    made = Environment(
        loader=PackageLoader("bot.playground.page", "templates"), autoescape=True, undefined=ChainableUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters |= {"emoji": drawn, "edited": edited}
    return made


@dataclass(kw_only=True, slots=True)
class Drawn:
    """All that one sight shows at one moment."""

    put: dict[str, str] = field(default_factory=dict)
    """Id -> the whole element."""
    lists: dict[str, list[str]] = field(default_factory=dict)
    """Id of a list -> ids of its children, in order."""
    frame: dict[str, str] = field(default_factory=dict)
    """What the body's data attributes say."""


class Drawing:
    """Draws one sight, again and again; a message that has not changed is not drawn twice."""

    def __init__(self, page: Page, sight: Sight) -> None:
        self.page = page
        self.sight = sight
        self._kept: dict[str, tuple[Message, object, str]] = {}

    def draw(self) -> Drawn:
        page, sight = self.page, self.sight
        if page.reading.seen(sight):
            page.changed()  # what counts it as unread in another window
        calendar = Calendar(zone=ZoneInfo(sight.viewer.tz), now=page.workspace.room.state.now())
        made, writer = Drawn(), self._writer(calendar)
        home = sight.tab == "home"
        shared = {"sight": sight, "w": writer, "bot": self._face(page.workspace.bot_user)}
        made.frame = {
            "step": sight.step,
            "thread": "open" if sight.thread else "",
            "tab": sight.tab,
            "slack": "down" if not page.workspace.is_up else "up" if page.workspace.is_heard else "apart",
        }
        made.put["rail"] = self._rail(sight)
        made.put["head"] = self._head(shared)
        made.put["main-foot"] = self._foot("main", "", shared)
        made.put["home"] = self._home(calendar, shared) if home else '<section id="home" class="home" hidden></section>'
        self._log(made, "log", "m", () if home else self._messages(), calendar, writer)
        made.put["thread-head"] = self._render("thread.html", shared)
        made.put["thread-foot"] = (
            self._foot("thread", sight.thread, shared) if sight.thread else '<div id="thread-foot" class="foot"></div>'
        )
        self._log(made, "replies", "r", self._thread(), calendar, writer)
        self._views(made, calendar, shared)
        for panel in page.panels:
            made.put[f"panel-{panel.key}"] = self._render("panel.html", {"panel": panel, "viewer": sight.viewer.name})
            for place in ("badge", "bottom"):  # above the drawer, and on a phone below
                values = {"panel": panel, "viewer": sight.viewer.name, "place": place}
                made.put[f"{place}-{panel.key}"] = self._render("badge.html", values)
        self._kept = {scope: kept for scope, kept in self._kept.items() if scope in made.put}
        return made

    # --- parts

    def _rail(self, sight: Sight) -> str:
        workspace, reading = self.page.workspace, self.page.reading
        direct = workspace.room.direct_channel(sight.viewer.id)

        def line(channel: Channel) -> Json:
            return {
                "address": sight.address(channel, tab="messages" if channel.is_im else ""),
                "private": channel.is_private,
                "name": channel.name,
                "shared": channel.is_shared,
                "current": channel.id == sight.channel.id,
                "unread": reading.unread(sight.viewer.id, channel.id),
            }

        bot = self._face(workspace.bot_user)
        return self._render("rail.html", {
            "channels": [line(one) for one in channels_of(workspace, sight.viewer)],
            "bot": {**line(direct), "name": bot.real_name, "initials": bot.initials},
            "shortcuts": [] if sight.viewer.is_stranger else self.page.shortcuts("global"),
            "you": face(sight.viewer),
        })  # fmt: skip

    def _head(self, shared: Mapping[str, Any]) -> str:
        sight = self.sight
        return self._render("head.html", {
            **shared,
            "back": sight.address(listing=True),
            "members": sorted(self._face(one).real_name for one in sight.channel.members),
            "tabs": {"home": sight.address(tab="home"), "messages": sight.address(tab="messages")},
        })  # fmt: skip

    def _foot(self, place: str, thread: str, shared: Mapping[str, Any]) -> str:
        channel = self.sight.channel
        where = self._face(self.page.workspace.bot_user).real_name if channel.is_im else f"#{channel.name}"
        label = "Reply…" if thread else f"Message {where}"
        down = "" if self.page.workspace.is_up else "Slack is down: nobody can write or press anything here."
        return self._render(
            "composer.html", {**shared, "place": place, "thread": thread, "label": label, "silent": down}
        )

    def _home(self, calendar: Calendar, shared: Mapping[str, Any]) -> str:
        view = self.page.workspace.home(self.sight.viewer.name)
        if view:
            self.page.remember(view)
        given = self._given(view, "home", calendar) if view else None
        return self._render("home.html", {**shared, "view": view, "given": given})

    def _views(self, made: Drawn, calendar: Calendar, shared: Mapping[str, Any]) -> None:
        made.lists["views"] = []
        for view in self.page.workspace.views(self.sight.viewer.name):
            scope = f"view-{view.id}"
            self.page.remember(view)
            errors = self.page.wrong.get(view.id, {})
            given = self._given(view, scope, calendar, errors)
            made.lists["views"].append(scope)
            made.put[scope] = self._render(
                "view.html", {**shared, "view": view, "given": given, "trouble": errors.get("", "")}
            )

    # --- messages

    def _messages(self) -> list[Message]:
        """The channel as this viewer reads it: with what only they see, each where it came."""
        workspace, channel = self.page.workspace, self.sight.channel
        own = [one for one in workspace.ephemerals(self.sight.viewer.name, channel.id) if not one.is_reply]
        return sorted([*workspace.messages(channel.id), *own], key=lambda one: one.ts)

    def _thread(self) -> list[Message]:
        workspace, sight = self.page.workspace, self.sight
        if not sight.thread:
            return []
        own = [
            one for one in workspace.ephemerals(sight.viewer.name, sight.channel.id) if one.thread_ts == sight.thread
        ]
        return sorted([*workspace.messages(sight.channel.id, sight.thread), *own], key=lambda one: one.ts)

    def _log(
        self, made: Drawn, name: str, place: str, messages: Sequence[Message], calendar: Calendar, writer: Writer
    ) -> None:
        order: list[str] = []
        if name == "log" and messages and self.page.workspace.room.state.forgotten[self.sight.channel.id]:
            made.put["older"] = self._render("older.html", {})
            order.append("older")
        before: Message | None = None
        for message in messages:
            day = calendar.day(float(message.ts))
            if before is None or calendar.day(float(before.ts)) != day:
                key = f"{place}-day-{calendar.local(float(message.ts)):%F}"
                made.put[key] = self._render("day.html", {"id": key, "day": day})
                order.append(key)
            if before is not None and before.ts == self.sight.thread and place == "r":
                count = sum(1 for one in messages if one.is_reply and not one.viewer)
                made.put["r-count"] = self._render("count.html", {"count": count})
                order.append("r-count")
            grouped = before is not None and order[-1] == f"{place}-{before.ts}" and _follows(before, message)
            order.append(f"{place}-{message.ts}")
            made.put[order[-1]] = self._message(message, place, grouped, calendar, writer)
            before = message
        if not messages and name == "log" and self.sight.tab != "home":
            made.put["nothing"] = self._render("nothing.html", {"sight": self.sight})
            order.append("nothing")
        made.lists[name] = order

    def _message(self, message: Message, place: str, grouped: bool, calendar: Calendar, writer: Writer) -> str:
        page, sight, scope = self.page, self.sight, f"{place}-{message.ts}"
        replies = page.workspace.room.state.replies(message.channel, message.ts) if message.thread_ts else []
        like = (grouped, len(replies), replies[-1].ts if replies else "", calendar.today)
        kept = self._kept.get(scope)
        if kept is not None and kept[0] is message and kept[1] == like:
            return kept[2]
        page.remember(message)
        files = page.workspace.room.state.files
        html = self._render("message.html", {
            "m": message, "w": writer, "place": place, "grouped": grouped,
            "given": self._given(message, scope, calendar),
            "author": self._face(message.user), "viewer": sight.viewer, "replies": replies,
            "repliers": [self._face(one) for one in dict.fromkeys(reply.user for reply in replies)][:5],
            "thread": sight.address(thread=message.thread_ts or message.ts), "offered": OFFERED,
            "files": [attached(files[one], sight.viewer.name) for one in message.files if one in files],
            "shortcuts": [] if sight.viewer.is_stranger else page.shortcuts("message"),
            "permalink": sight.address(thread=message.thread_ts) + f"#m-{message.ts}",
            "reacted": {
                name: ", ".join(self._face(one).name for one in who) for name, who in message.reactions.items()
            },
            "mentions": f"<@{sight.viewer.id}>" in message.readable(),
            "marked": _marked(message),
            "typed": page.typed(message) if message.user == sight.viewer.id else "",
        })  # fmt: skip
        self._kept[scope] = (message, like, html)
        return html

    # --- inside

    def _given(self, shown: Message | View, scope: str, calendar: Calendar, errors: Mapping[str, str] = {}) -> Given:
        return Given.of(shown, self.page.workspace, calendar, scope, errors)

    def _face(self, user: str) -> Face:
        return face(self.page.workspace.person(user))

    def _render(self, template: str, values: Mapping[str, Any]) -> str:
        return templates().get_template(template).render(values)

    def _writer(self, calendar: Calendar) -> Writer:
        workspace, sight = self.page.workspace, self.sight
        state = workspace.room.state

        def person(user: str) -> str:
            return state.people[user].name if user in state.people else "unknown"

        def channel(identity: str) -> tuple[str, str]:
            found = state.channels.get(identity)
            if found is None or sight.viewer.id not in found.members:
                return (found.name if found and not found.is_private else ""), ""
            return found.name, sight.address(found)

        return Writer(
            calendar=calendar, viewer=sight.viewer.id, person=person, channel=channel,
            group=lambda one: str(state.usergroups.get(one, {}).get("handle", "")),
            inside=lambda address: permalink(workspace, sight, address),
            picture=lambda one: picture(one, sight.viewer.name),
        )  # fmt: skip


_SAYING = ("section", "header", "context", "rich_text", "markdown")


def _marked(message: Message) -> int | str:
    """Where an edited message says that it is: behind its `text`, behind the text of the block of this place or, having
    none, beside its author (`by`)."""
    if not message.edited:
        return ""
    if not message.blocks:
        return "text" if message.text else "by"
    saying = [place for place, one in enumerate(message.blocks) if one.get("type") in _SAYING]
    return saying[-1] if saying else "by"


def _follows(before: Message, message: Message) -> bool:
    """Whether it needs no heading of its own. What can be pressed says who asks."""
    if any(one.get("type") == "actions" for one in message.all_blocks):
        return False
    same = (before.user, before.viewer, before.by_app) == (message.user, message.viewer, message.by_app)
    return same and not message.broadcast and float(message.ts) - float(before.ts) < _GROUPED_S
