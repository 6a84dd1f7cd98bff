"""What the blocks of one message or view are drawn with: their values, their errors, and ids for their controls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from bot.playground.choices import initial_values
from bot.playground.page.dates import Calendar
from bot.playground.values import Json, Message, View, texts_in
from bot.playground.workspace import Workspace


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """Made anew for every drawing of a message or view."""

    workspace: Workspace
    calendar: Calendar
    scope: str
    """The id that the message or view has on the page."""
    values: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)
    """What is wrong, by block_id."""
    named: Mapping[str, str] = field(default_factory=dict)
    """What a block is called in ids of the page, by block_id; others by that itself."""

    @classmethod
    def of(
        cls, shown: Message | View, workspace: Workspace, calendar: Calendar, scope: str, errors: Mapping[str, str]
    ) -> Given:
        """With what was entered so far, else with what the app entered ahead."""
        values = initial_values(shown.all_blocks) | shown.values
        # With every edit of a message its blocks have new ids, and what is open or has the focus shall stay so.
        is_edited = isinstance(shown, Message)
        named = {str(one.get("block_id")): str(n) for n, one in enumerate(shown.all_blocks)} if is_edited else {}
        return cls(workspace=workspace, calendar=calendar, scope=scope, values=values, errors=errors, named=named)

    def place(self, block: Json) -> Place:
        return Place(given=self, block=str(block.get("block_id", "")), holder=block)

    @staticmethod
    def texts(block: Json) -> Iterator[str]:
        return texts_in(block)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One block: what its elements ask about themselves."""

    given: Given
    block: str
    holder: Json

    @property
    def scope(self) -> str:
        return self.given.scope

    @property
    def stem(self) -> str:
        """With what the ids of its elements begin."""
        return f"{self.scope}-{self.given.named.get(self.block, self.block)}"

    @property
    def labelled(self) -> bool:
        """In an input block, whose label names the control."""
        return self.holder.get("type") == "input"

    @property
    def live(self) -> bool:
        """Told to the app as soon as it changes; an input block's waits for Submit unless it dispatches."""
        return not self.labelled or bool(self.holder.get("dispatch_action"))

    @property
    def fold(self) -> str:
        """The id of what folds a long text of it."""
        return f"{self.stem}-fold"

    @property
    def label(self) -> str:
        return str((self.holder.get("label") or {}).get("text", ""))

    @property
    def error(self) -> str:
        return self.given.errors.get(self.block, "")

    def id(self, element: Json) -> str:
        value = f"-{element.get('value')}" if element.get("type") == "button" else ""
        return f"{self.stem}-{element.get('action_id')}{value}"

    def described(self, *, group: bool = False) -> Markup:
        """ARIA's references to the hint and the error, and that it is wrong or needed; of a `group` ARIA does not say
        that it is needed."""
        named = [f"{self.stem}-error"] if self.error else []
        named += [f"{self.stem}-hint"] if self.holder.get("hint") else []
        wrong = Markup(' aria-invalid="true"') if self.error else Markup()
        needs = self.labelled and not group and not self.holder.get("optional")
        needed = Markup(' aria-required="true"') if needs else Markup()
        about = Markup('aria-describedby="{}"').format(" ".join(named)) if named else Markup()
        return about + wrong + needed

    def chosen(self, element: Json) -> list[str]:
        """What is chosen or typed now, as the control's values."""
        entry = self.given.values.get(self.block, {}).get(element.get("action_id"), {})
        found: list[str] = []
        for name, value in entry.items():
            if name == "type" or value in (None, ""):
                continue
            if element.get("type") == "datetimepicker":
                found.append(f"{datetime.fromtimestamp(int(value), UTC).astimezone(self.given.calendar.zone):%FT%H:%M}")
            elif name == "rich_text_value":
                found.append("".join(texts_in(value)))
            else:
                found += [_value(one) for one in (value if isinstance(value, list) else [value])]
        return found

    def offered(self, element: Json) -> list[Json]:
        """The options of a select, those of people and channels included."""
        kind, workspace = str(element.get("type")), self.given.workspace
        if "users" in kind:
            people = [one for one in workspace.people() if not one.deleted]
            return [_option(one.id, f"{one.real_name} (@{one.name})") for one in people]
        if "channels" in kind or "conversations" in kind:
            channels = [one for one in workspace.room.state.channels.values() if not one.is_im and not one.is_private]
            return [_option(one.id, f"#{one.name}") for one in channels]
        return list(element.get("options") or ())


def _value(one: Any) -> str:
    return str(one.get("value", "")) if isinstance(one, Mapping) else str(one)


def _option(value: str, shown: str) -> Json:
    return {"value": value, "text": {"type": "plain_text", "text": shown, "emoji": False}}
