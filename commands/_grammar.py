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
_MEANT_AS_NUMBER = re.compile(r"(?:inc\b|inc(?=[\d_])|#(?=\d)).*", re.IGNORECASE | re.DOTALL)
_BARE = re.compile(r"[-+]\d+|[-+]?\d+\.\d+|\d{16,}")
_INC = ("inc", "inc-", "#")
_DIGITS = re.compile(r"\d{1,15}[:,.]?")
_AND = ("and", "&", "+", "und")
_HELP = ("help", "?")
_DASHED_HELP = ("--help", "-h")
_SURE = 0.8
_SHORT = 4
_COURTESY = ("i", "please", "ok", "okay")
"""Words that people put before what they want: "I can't" is what the button says."""
_PHRASE = 4
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"'})
_WIDTH = 76


class HelpAsked(Exception):
    """Somebody asked how to use it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Unclear(HelpAsked):
    """What was written was not understood; the text says what to write instead."""


class Unknown(Unclear):
    """The first words name no subcommand."""

    def __init__(self, words: Sequence[str], likely: Sequence[str], text: str) -> None:
        super().__init__(text)
        self.words, self.likely = tuple(words), tuple(likely)


def split(text: str) -> list[str]:
    """The words of a line from Slack. Quotes are ordinary signs, since people write "can't"; a person is `<@U…>`,
    whatever name came along; line breaks stay at the front of their word, so that a note keeps them."""
    text = _MENTION.sub(r" <@\1> ", text)
    text = _CHANNEL.sub(r"#\1", text)
    text = _LINK.sub(lambda found: found[1].removeprefix("mailto:").removeprefix("tel:"), text)
    text = _SPECIAL.sub(lambda found: found[2] or "@" + found[1], text)
    text = re.sub(r"[^\S\n]*\n[^\S\n]*", "\n", text.replace("\r", "").strip())
    words = [as_typed(word) for word in _WORD.findall(text)]
    # Phones and macOS write two dashes as one long one.
    return [_DASHED.sub("--", word) for word in words]


def as_typed(text: str) -> str:
    """The text as it was typed: Slack hands three signs over in another form."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def joined(words: Sequence[str]) -> str:
    """The words as a text again."""
    return " ".join(words).replace(" \n", "\n").strip()


def without_courtesy(words: Sequence[str]) -> list[str]:
    """The words from the first on that may name a command."""
    rest = list(words)
    while len(rest) > 1 and tidy(rest[0]) in _COURTESY:
        rest.pop(0)
    return rest


def tidy(word: str) -> str:
    """A word for comparing: lower case, straight quotes, no colon or comma at its end."""
    return word.strip().translate(_QUOTES).strip("\"'").rstrip(":,.!").lower()


def number(word: str) -> int | None:
    """The incident a word names: `12`, `#12`, `INC-12`."""
    found = _NUMBER.fullmatch(word.strip())
    return int(found[1]) if found else None


def mistyped(word: str, *, bare: bool = True) -> bool:
    """Whether a word is meant as the number of an incident and is none: `INC-22x`, and, unless a text may begin with
    such a thing, `1.5` and `-1`. What follows it must not happen to another incident."""
    parts = [part for part in word.strip().strip(",").split(",") if number(part) is None]
    return any(_MEANT_AS_NUMBER.fullmatch(part) or (bare and _BARE.fullmatch(part)) for part in parts)


def with_whole_numbers(words: Sequence[str]) -> list[str]:
    """The words, `INC 7` as the one that it is."""
    whole: list[str] = []
    for word in words:
        if whole and whole[-1].strip().lower() in _INC and _DIGITS.fullmatch(word):
            whole[-1] = f"INC-{word}"
        else:
            whole.append(word)
    return whole


def numbers(words: Sequence[str]) -> tuple[list[int], list[str]]:
    """The incidents that the first words name, and the other words: `1,2`, `INC-1 INC-2`, `#1 and #2`; and `1, 2` or
    `1 2` where nothing but numbers follows, for `12, 3 orders stuck` is about incident 12."""
    found: list[int] = []
    rest = list(words)
    while rest:
        ahead = rest[1:] if found and rest[0].lower() in _AND else rest
        read = _listed(ahead[0]) if ahead else []
        alone = all(_listed(word) or word.lower() in _AND for word in ahead)
        if not read or (found and not alone and ahead[0].strip()[:1].isdigit()):
            break
        found, rest = [*found, *read], ahead[1:]
    return list(dict.fromkeys(found)), rest


def _listed(word: str) -> list[int]:
    """The numbers of `1,2`; none where something else is among them."""
    parts = [number(part) for part in word.strip().strip(",").split(",")]
    return [part for part in parts if part is not None] if None not in parts else []


def slack_id(word: str) -> str:
    """The user a word mentions, or an empty string."""
    found = _MENTION.fullmatch(word.strip())
    return found[1] if found else ""


def close(word: str, known: Sequence[str]) -> list[str]:
    """The known words that may have been meant, the likeliest first."""
    return difflib.get_close_matches(tidy(word), known, n=2, cutoff=0.6)


def similar(word: str, name: str) -> bool:
    """Whether a word is that name mistyped, and hardly anything else: two letters that changed places, or one that is
    missing, doubled or too many."""
    if len(word) == len(name):
        apart = [place for place in range(len(name)) if word[place] != name[place]]
        swapped = len(apart) == 2 and apart[1] - apart[0] == 1 and sorted(word) == sorted(name)
        return swapped or not apart or (len(name) > 5 and len(apart) == 1)
    return difflib.SequenceMatcher(None, word, name).ratio() >= _SURE


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


Choices = Callable[[Any, Sequence[str]], bool]
"""Whether these words, the number aside, only choose something, so that `help` behind them is a question. Gets the
Context."""


def up_to(count: int) -> Choices:
    """So many words choose something."""
    return lambda _context, words: len(words) <= count


_NONE = up_to(0)


class Verb(click.Command):
    """One command or subcommand. Words that begin with a dash and are no option of it are ordinary words, and after the
    first ordinary word nothing is an option unless `options_anywhere`.

    Whoever asks for its page gets it, and nothing is done: by `--help` or `-h` anywhere, and by `help` as the last word
    after nothing but numbers and `choices`. Of a `free` text `--help` may be a part, so there it is asked for only in
    place of the text.

    `aliases` are other words for it, also several: `got it`. `alone` are such that mean it only where nothing, or the
    number of an incident, follows. `near` are words that are understood well enough to ask back, and no better;
    `offered` is what is offered then instead of its name. `words` says on the help page what to write; the function
    gets them as `words`."""

    def __init__(
        self,
        name: str,
        *,
        aliases: Sequence[str] = (),
        alone: Sequence[str] = (),
        near: Sequence[str] = (),
        offered: str = "",
        words: str = "",
        choices: Choices = _NONE,
        free: bool = False,
        options_anywhere: bool = False,
        **kwargs: Any,
    ) -> None:
        if words:
            written = click.Argument(["words"], nargs=-1, type=click.UNPROCESSED, metavar=words, required=False)
            kwargs["params"] = [*kwargs.get("params", ()), written]
        settings = {
            "ignore_unknown_options": True,
            "allow_interspersed_args": options_anywhere,
            "max_content_width": _WIDTH,
            "terminal_width": _WIDTH,
            "help_option_names": ["--help", "-h"],
            "color": False,
        }
        super().__init__(name, context_settings=settings, **kwargs)
        self.aliases, self.alone, self.near, self.offered = tuple(aliases), tuple(alone), tuple(near), offered
        self._choices, self._free = choices, free

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        args = with_whole_numbers(args)
        if self.name != "help" and self._asks_for_help(ctx, args):
            raise HelpAsked(self.get_help(ctx))
        return super().parse_args(ctx, args)

    def _asks_for_help(self, ctx: click.Context, args: Sequence[str]) -> bool:
        if not self._free and any(word.lower() in _DASHED_HELP for word in args):
            return True
        if not args or tidy(args[-1]) not in (*_HELP, *_DASHED_HELP):
            return False
        return self._choices(ctx.obj, numbers([word for word in args[:-1] if not word.startswith("--")])[1])

    def shown_in(self, ctx: click.Context) -> bool:
        """Whether the help page of its group names it here."""
        return True

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
        self.alone: Mapping[str, str] = {word: verb.name or "" for verb in verbs for word in verb.alone}
        self.near: Mapping[str, str] = {word: verb.name or "" for verb in verbs for word in verb.near}

    def knows(self, word: str) -> str:
        """The name of the subcommand that a word means, or an empty string."""
        key = tidy(word)
        return key if key in self.commands else self.aliases.get(key, "")

    def reads(self, words: Sequence[str]) -> tuple[str, int]:
        """The name of the subcommand that the first words mean, and how many they are; the longest wins."""
        for count in range(min(_PHRASE, len(words)), 0, -1):
            phrase = " ".join(tidy(word) for word in words[:count])
            name = self.knows(phrase) or ("" if numbers(words[count:])[1] else self.alone.get(phrase, ""))
            if name:
                return name, count
        return "", 1

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        if self._help_option is None:
            self._help_option = _help_option()
        return self._help_option

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Those that the help page names."""
        return [name for name, verb in self.commands.items() if not isinstance(verb, Verb) or verb.shown_in(ctx)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        args = with_whole_numbers(without_courtesy(args))
        name, count = self.reads(args)
        if not name and number(args[0]) is not None and "show" in self.commands:
            # "/incident 12" and "/incident 12 ack" are what people write, too.
            name, count = self.reads(args[1:]) if len(args) > 1 else ("show", 0)
            args = [*args[1 : count + 1], args[0], *args[count + 1 :]]
        if not name and tidy(args[0]) == "help":
            raise HelpAsked(self.help_of(ctx, args[1:]))
        if not name:
            self._unknown(ctx, args)
        return name, self.commands[name], args[count:]

    def help_of(self, ctx: click.Context, words: Sequence[str]) -> str:
        """The help page of the subcommand that the words name, else of all."""
        name = self.knows(words[0]) if words else ""
        if not name:
            return self.get_help(ctx)
        verb = self.commands[name]
        with click.Context(verb, parent=ctx, info_name=name, **verb.context_settings) as shown:
            return verb.get_help(shown)

    def _unknown(self, ctx: click.Context, args: Sequence[str]) -> NoReturn:
        word = tidy(args[0])
        here = {**self.aliases, **self.alone, **self.near, **{name: name for name in self.commands}}
        others = {name: f"/{name}" for name in getattr(ctx.obj, "commands", {}) if name != ctx.command.name}
        likely = [here[word]] if word in here else []
        likely = likely or [here.get(found) or others[found] for found in _misspelt(word, [*here, *others])]
        # "I got no answer" is no acknowledgement, and "ich übernehme" has its verb behind.
        likely = likely or [here[tidy(other)] for other in args[1:3] if tidy(other) in here]
        likely = list(dict.fromkeys(self._offered(name) for name in likely))
        hint = f" Did you mean {' or '.join(likely)}?" if likely else ""
        known = ", ".join(name for name, verb in self.commands.items() if not verb.hidden)
        said = f"{ctx.info_name} has no {args[0].strip()!r}.{hint}\nIt has: {known}.\nMore: {ctx.info_name} help"
        raise Unknown(args, likely, said)

    def _offered(self, name: str) -> str:
        """The word to write: that of a verb which the help page leaves out is another's."""
        verb = self.commands.get(name)
        return verb.offered if isinstance(verb, Verb) and verb.offered else name


def _misspelt(word: str, known: Sequence[str]) -> list[str]:
    """Those it is close to; a short word is close to many, so it must be hardly anything else."""
    return [name for name in close(word, known) if len(word) > _SHORT or similar(word, name)]
