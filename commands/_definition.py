"""The definition of a command: what it is made of, where it was given, and what it answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import click

from bot.core.oncall import Actor
from bot.core.pin import Quote
from bot.engine.engine import Engine
from bot.engine.investigate import Investigation
from bot.packs import Contents
from commands._grammar import Unknown

SLACK, THREAD, TERMINAL = "slack", "thread", "terminal"
EVERYWHERE = frozenset({SLACK, THREAD, TERMINAL})

REFUSED, USAGE, AWAY = 65, 64, 69
"""Exit codes of the terminal: refused; not understood; the database does not answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SlackUser:
    """Somebody in Slack, as far as Slack tells."""

    id: str
    name: str
    mail: str = ""
    names: tuple[str, ...] = ()
    """All they are called: display name, whole name, what is typed after the @."""
    unreachable: str = ""
    """Why no message reaches them: deactivated, a bot. Empty: one does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that is wrong with the content or the settings."""

    where: str
    """`file:line`, or the name of a variable."""
    level: str
    """`error` or `warning`."""
    message: str
    remedy: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Examined:
    """What `tocsin check` looked at, and what it found."""

    systems: Sequence[str]
    findings: Sequence[Finding]
    notes: Sequence[str] = ()


class Console(Protocol):
    """A terminal with somebody in front of it."""

    def show(self, text: str) -> None:
        """Show lines."""

    async def ask(self, prompt: str) -> str:
        """A line that they write. Raises EOFError when nobody does any more."""


class PinsInSlack(Protocol):
    """What a command about pinned messages asks of Slack."""

    async def fetch(self, place: str, ts: str) -> Quote | None:
        """A message as it is now; None where Slack does not show it to the bot."""

    async def receipt(self, place: str, ts: str) -> None:
        """Show on the message that it is on a timeline."""

    async def taken_off(self, place: str, ts: str) -> None:
        """Show that it no longer is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """Who gave a command, and where."""

    who: Actor
    mail: str = ""
    """Their mail address, where Slack tells it: it identifies the contact."""
    place: str
    """`slack` (a slash command, a click), `thread` (a mention), `terminal`."""
    system: str = ""
    """The system whose channel it is; empty where it is nobody's."""
    incident: int | None = None
    """The incident whose thread it is."""
    channel: str = ""
    """Slack's id of the channel; empty in a terminal."""
    engine: Engine
    commands: Mapping[str, Command] = field(default_factory=dict)
    """All commands there are, for `help`."""
    investigation: Investigation | None = None
    """Runs checks; None: not from here."""
    board: str = ""
    """A link to the board, as it is made now; empty: there is none for whoever asks from here."""
    look_up: Callable[[str], Awaitable[SlackUser | None]] | None = None
    """Who a Slack user is; None: Slack cannot be asked from here."""
    everybody: Callable[[], Awaitable[Sequence[SlackUser]]] | None = None
    """Whom a message reaches in Slack, as far as Slack tells in time; None: Slack cannot be asked from here."""
    examine: Callable[[str, str], Examined] | None = None
    """Reads packs and settings again and says what is wrong: of a folder (empty: the configured ones) and an
    environment (empty: the configured one). None: not from here."""

    pins: PinsInSlack | None = None
    """None: not from here."""
    zone: str = ""
    """The reader's time zone, a name of the time zone database; empty: not known."""
    console: Console | None = None
    """Somebody at a terminal; None: nobody can be asked in between."""
    read_all: Callable[[], Mapping[str, Contents]] | None = None
    """All packs there are, active or not, by system. None: not from here."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What a command answers."""

    text: str
    """Plain sentences; the doors escape them. What notifications and screen readers get where there are blocks."""
    blocks: Sequence[Mapping[str, Any]] = ()
    """Block Kit for Slack; a terminal prints the text."""
    code: bool = False
    """The text is a table or a help page: columns matter."""
    verbatim: bool = False
    """The text is for a machine: it is not rewritten for the place."""
    ephemeral: bool = True
    """In answer to a slash command or a click only this person sees it; in a thread it is said in the thread."""
    receipt: bool = False
    """Said in a thread, a ✅ on what was said is answer enough: there is nothing to be read in the text."""
    personal: bool = False
    """Nobody else may see it, wherever it was asked for."""
    hands_over: bool = False
    """It holds a secret that this person asked for, and is shown as it is. Every other reply is redacted."""
    view: Mapping[str, Any] | None = None
    """A modal to open."""
    errors: Mapping[str, str] = field(default_factory=dict)
    """Of a modal that was sent: what to correct, by block id. It stays open."""
    incident: int | None = None
    """The incident it is about."""
    data: Any = None
    """For `--json`."""
    exit_code: int = 0
    more: AsyncIterator[Reply] | None = None
    """Newer versions of this answer, each whole; the last one counts. The doors show them in place of this one."""
    progress: str = ""
    """Of a version that is not the last: how far it is, in one line for a terminal; empty in the last."""
    file: tuple[str, str | bytes] | None = None
    """A file to put where it was asked for: its name and content."""
    filed: Callable[[str], Awaitable[None]] | None = None
    """Told the address of the file once it is there; where the place has no addresses it is never called."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Press:
    """A button that was pressed, or an option that was chosen."""

    action: str
    value: str
    quote: Callable[[], Awaitable[Quote]] | None = None
    """Of a shortcut on a message: reads that message."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A modal that was sent."""

    callback: str
    values: Mapping[str, str]
    """What was entered, by block id: a text, the value of an option, the id of a user. Nothing entered: not there."""
    note: str = ""
    """What the modal carries along: its `private_metadata`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortcut:
    """An entry of Slack's own menus. Choosing it is a press of the action of that name; its value is the message."""

    callback: str
    title: str
    kind: str
    """`global`, or `message` for the menu of a message."""
    help: str


OnPress = Callable[[Press, Context], Awaitable[Reply]]
OnForm = Callable[[Form, Context], Awaitable[Reply]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """One command: a file of `commands/` has one in its constant COMMAND."""

    name: str
    help: str
    """One line."""
    usage: str
    """What to write after the name, in one line."""
    grammar: click.Command
    """Made with the classes of `commands._grammar`; its functions answer with an awaitable Reply."""
    lives: frozenset[str] = EVERYWHERE
    buttons: Mapping[str, OnPress] = field(default_factory=dict)
    """By action id. `x.y` also takes `x.y.anything`."""
    modals: Mapping[str, OnForm] = field(default_factory=dict)
    """By callback id."""
    opens: frozenset[str] = frozenset()
    """Action ids, callback ids of shortcuts and lines of words that open a modal, for which Slack gives 3 seconds."""
    shortcuts: Sequence[Shortcut] = ()
    slash: bool = True
    """Slack lists it among the slash commands, if it lives there. Not for a name that every app might want."""
    spoken: bool = False
    """After a mention, words that name no command are this one's."""
    of_bot: bool = False
    """It tells of what the bot's database holds and changes nothing: in a terminal with TOCSIN_URL the bot there is
    asked although it lives in no Slack, and no database is made for it."""
    system_at: int = 0
    """Which of its words in a terminal may name the one system that it is about, so that no other's checks and
    playbooks are read; 0: it may be about several."""
    lost: Callable[[Unknown, Context], Awaitable[Reply]] | None = None
    """Answers words that name none of its subcommands; None: all of them are listed."""

    @property
    def from_afar(self) -> bool:
        """Whether a token is enough to give it from another host. What else lives in a terminal alone reads that host's
        files or hands out tokens, and is for whoever may log in there."""
        return self.of_bot or SLACK in self.lives
