"""Words: how a line of text becomes words, and click's commands without its exits, for every surface alike."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import click

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_CHANNEL = re.compile(r"<#[CG][A-Z0-9]+\|([^>]*)>")
_SPECIAL = re.compile(r"<!(?:subteam\^)?([^>|]*)(?:\|([^>]*))?>")
_LINK = re.compile(r"<((?:https?|mailto|tel):[^>|]*)(?:\|([^>]*))?>")
_WORD = re.compile(r"\n*\S+")
_DASHED = re.compile(r"^[—–](?=[a-z])")
_NUMBER = re.compile(r"(?:inc-?|#)?(\d{1,15})[:,.]?", re.IGNORECASE)
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"'})
_WIDTH = 76


class HelpAsked(Exception):
    """Somebody asked how to use it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Unclear(HelpAsked):
    """What was written was not understood; the text says what to write instead."""


def split(text: str) -> list[str]:
    """The words of a line from Slack. Quotes are ordinary signs, since people write "can't"; a person is `<@U…>`,
    whatever name came along; line breaks stay at the front of their word, so that a note keeps them."""
    text = _MENTION.sub(r" <@\1> ", text)
    text = _CHANNEL.sub(r"#\1", text)
    text = _LINK.sub(lambda found: found[1].removeprefix("mailto:").removeprefix("tel:"), text)
    text = _SPECIAL.sub(lambda found: found[2] or "@" + found[1], text)
    text = re.sub(r"[^\S\n]*\n[^\S\n]*", "\n", text.replace("\r", "").strip())
    words = [word.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for word in _WORD.findall(text)]
    # Phones and macOS write two dashes as one long one.
    return [_DASHED.sub("--", word) for word in words]


def joined(words: Sequence[str]) -> str:
    """The words as a text again."""
    return " ".join(words).replace(" \n", "\n").strip()


def tidy(word: str) -> str:
    """A word for comparing: lower case, straight quotes, no colon or comma at its end."""
    return word.strip().translate(_QUOTES).strip("\"'").rstrip(":,.!").lower()


def number(word: str) -> int | None:
    """The incident a word names: `12`, `#12`, `INC-12`."""
    found = _NUMBER.fullmatch(word.strip())
    return int(found[1]) if found else None


def slack_id(word: str) -> str:
    """The user a word mentions, or an empty string."""
    found = _MENTION.fullmatch(word.strip())
    return found[1] if found else ""


def close(word: str, known: Sequence[str]) -> list[str]:
    """The known words that may have been meant, the likeliest first."""
    return difflib.get_close_matches(tidy(word), known, n=2, cutoff=0.6)


def _only_bare(bare: Callable[[], Any]) -> Callable[[], Any]:
    """Click runs a group's own function before a subcommand's, too."""

    def run() -> Any:
        return bare() if click.get_current_context().invoked_subcommand is None else None

    return run


def _help_option() -> click.Option:
    def ask(ctx: click.Context, _option: click.Parameter, asked: bool) -> None:
        if asked:
            raise HelpAsked(ctx.get_help())

    return click.Option(
        ["--help", "-h"], is_flag=True, is_eager=True, expose_value=False, callback=ask, help="Show this page."
    )


class Verb(click.Command):
    """One command or subcommand. Words that begin with a dash and are no option of it are ordinary words, and after the
    first ordinary word nothing is an option unless `options_anywhere`."""

    def __init__(
        self, name: str, *, aliases: Sequence[str] = (), options_anywhere: bool = False, **kwargs: Any
    ) -> None:
        settings = {
            "ignore_unknown_options": True,
            "allow_interspersed_args": options_anywhere,
            "max_content_width": _WIDTH,
            "terminal_width": _WIDTH,
            "help_option_names": ["--help", "-h"],
            "color": False,
        }
        super().__init__(name, context_settings=settings, **kwargs)
        self.aliases = tuple(aliases)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        if self._help_option is None:
            self._help_option = _help_option()
        return self._help_option


class Verbs(click.Group):
    """A command with subcommands: any case, aliases, "did you mean"."""

    def __init__(self, name: str, verbs: Sequence[Verb], bare: Callable[[], Any], **kwargs: Any) -> None:
        settings = {
            "ignore_unknown_options": True,
            "terminal_width": _WIDTH,
            "max_content_width": _WIDTH,
            "color": False,
            "help_option_names": ["--help", "-h"],
        }
        super().__init__(
            name,
            commands={verb.name or "": verb for verb in verbs},
            invoke_without_command=True,
            callback=_only_bare(bare),
            context_settings=settings,
            **kwargs,
        )
        self.aliases: Mapping[str, str] = {alias: verb.name or "" for verb in verbs for alias in verb.aliases}

    def knows(self, word: str) -> str:
        """The name of the subcommand that a word means, or an empty string."""
        key = tidy(word)
        return key if key in self.commands else self.aliases.get(key, "")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        if self._help_option is None:
            self._help_option = _help_option()
        return self._help_option

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = self.knows(args[0])
        if not name and number(args[0]) is not None and "show" in self.commands:
            # "/incident 12" and "/incident 12 ack" are what people write, too.
            verb = self.knows(args[1]) if len(args) > 1 else "show"
            if verb:
                return verb, self.commands[verb], [args[0], *args[2:]]
        if not name and tidy(args[0]) == "help":
            raise HelpAsked(self.help_of(ctx, args[1:]))
        if not name:
            self._unknown(ctx, args[0])
        return name, self.commands[name], args[1:]

    def help_of(self, ctx: click.Context, words: Sequence[str]) -> str:
        """The help page of the subcommand that the words name, else of all."""
        name = self.knows(words[0]) if words else ""
        if not name:
            return self.get_help(ctx)
        verb = self.commands[name]
        with click.Context(verb, parent=ctx, info_name=name, **verb.context_settings) as shown:
            return verb.get_help(shown)

    def _unknown(self, ctx: click.Context, word: str) -> NoReturn:
        likely = close(word, [*self.commands, *self.aliases])
        hint = f" Did you mean {' or '.join(likely)}?" if likely else ""
        known = ", ".join(name for name, verb in self.commands.items() if not verb.hidden)
        raise Unclear(f"{ctx.info_name} has no {tidy(word)!r}.{hint}\nIt has: {known}.\nMore: {ctx.info_name} help")


def words_argument(name: str = "words", metavar: str = "") -> click.Argument:
    """All the remaining words."""
    return click.Argument([name], nargs=-1, type=click.UNPROCESSED, metavar=metavar or None, required=False)
