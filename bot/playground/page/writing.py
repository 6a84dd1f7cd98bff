"""Slack's texts as HTML: mrkdwn, plain text and rich text. Everything is escaped; only what is known becomes a tag."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from bot.playground.page.dates import Calendar
from bot.playground.page.emoji import drawn, with_emoji

_TAGS = {"*": "strong", "_": "em", "~": "s"}
_OPAQUE = re.compile(r"```\n?(?P<fence>.+?)```|`(?P<code>[^`\n]+)`|<(?P<token>[^<>\n]+)>", re.DOTALL)
_BARE = re.compile(r"\bhttps?://[^\s<>|\ue000\ue001]+[^\s<>|.,;:!?)\ue000\ue001]")
_FORMAT = re.compile(r"(?<!\w)([*_~])(?=\S)(.+?)(?<=\S)\1(?!\w)")
_HELD = re.compile("\ue000(\\d+)\ue001")
_PRIVATE = re.compile("[\ue000\ue001]")
_SAFE = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_ALIGNED = re.compile(r' style="text-align:(left|right|center)"')
_LAST_TAGS = re.compile(r"(?:\s*</(?:p|li|ul|ol|pre|blockquote|td|tr|tbody|table|h[1-6])>|</code>(?=</pre>)|<br>)+\s*$")
_EDITED = '\N{NO-BREAK SPACE}<small class="edited">(edited)</small>'
_LONG, _LONG_LINES = 1500, 25
"""Characters, and lines, beyond which a text is folded. Slack does not publish its own limits. Judgement."""
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")


@dataclass(frozen=True, kw_only=True, slots=True)
class Writer:
    """Writes for one viewer at one moment."""

    calendar: Calendar
    viewer: str
    """User id; mentions of it are marked."""
    person: Callable[[str], str]
    """User id -> handle."""
    channel: Callable[[str], tuple[str, str]]
    """Channel id -> its name, and its address on this page ('' where the viewer is not in it)."""
    group: Callable[[str], str]
    """User group id -> handle."""
    inside: Callable[[str], str]
    """A permalink -> its address on this page; '' for every other address."""
    picture: Callable[[Mapping[str, Any]], str]
    """An image element -> where its picture is on this machine; '' for pictures of the web, which stay there."""

    # --- mrkdwn

    def mrkdwn(self, text: str, *, verbatim: bool = False) -> Markup:
        """mrkdwn as it is stored (entities for & < >). With `verbatim` bare addresses stay text."""
        held: list[Markup] = []

        def hold(piece: Markup) -> str:
            held.append(piece)
            return f"\ue000{len(held) - 1}\ue001"

        def opaque(found: re.Match[str]) -> str:
            if (fence := found["fence"]) is not None:
                return hold(Markup("<pre><code>{}</code></pre>").format(html.unescape(fence.removesuffix("\n"))))
            if (code := found["code"]) is not None:
                return hold(Markup("<code>{}</code>").format(html.unescape(_no_tokens(code))))
            return hold(self.token(found["token"]))

        rest = _OPAQUE.sub(opaque, _PRIVATE.sub("", text))
        if not verbatim:
            rest = _BARE.sub(lambda found: hold(self.link(html.unescape(found[0]))), rest)
        body = _lines(rest)
        while _HELD.search(body):
            body = _HELD.sub(lambda found: str(held[int(found[1])]), body)
        return Markup(body)  # noqa: S704 - every piece of it was escaped on its way

    def text(self, given: Mapping[str, Any] | str | None) -> Markup:
        """A text object of either kind, or a bare text as plain."""
        if not given:
            return Markup()
        if isinstance(given, str):
            return escape(html.unescape(given))
        if given.get("type") == "mrkdwn":
            return self.mrkdwn(str(given.get("text", "")), verbatim=bool(given.get("verbatim")))
        return escape(self.plain(given))

    @staticmethod
    def plain(given: Mapping[str, Any] | None) -> str:
        """The characters of a plain text object, for attributes and labels."""
        if not given:
            return ""
        words = html.unescape(str(given.get("text", "")))
        return words if given.get("emoji") is False else with_emoji(words)

    def token(self, inner: str) -> Markup:
        """What stands between < and >."""
        head, _, label = inner.partition("|")
        shown = html.unescape(label)
        match head[:1], head[1:]:
            case "@", user:
                return self.mention(user)
            case "#", channel:
                return self.channel_link(channel, shown)
            case "!", special:
                return self._special(special, shown)
            case _:
                return self.link(html.unescape(head), shown)

    def mention(self, user: str) -> Markup:
        mine = " me" if user == self.viewer else ""
        return Markup('<span class="mention{}">@{}</span>').format(mine, self.person(user))

    def channel_link(self, channel: str, shown: str = "") -> Markup:
        name, address = self.channel(channel)
        if not address:
            return Markup('<span class="mention">#{}</span>').format(name or shown or "private-channel")
        return Markup('<a class="mention" data-go href="{}">#{}</a>').format(address, name)

    def link(self, address: str, shown: str = "", style: str = "") -> Markup:
        """A link that opens elsewhere, or on this page where it is a permalink; text where no browser should go."""
        if not _SAFE.match(address):
            return escape(shown or address)
        if here := self.inside(address):
            return Markup('<a class="{}" data-go href="{}">{}</a>').format(style, here, shown or address)
        return Markup('<a class="{}" target="_blank" rel="noopener noreferrer" href="{}">{}</a>').format(
            style, address, shown or address
        )

    def _special(self, special: str, shown: str) -> Markup:
        kind, *rest = special.split("^")
        if kind == "date" and len(rest) >= 2 and rest[0].lstrip("-").isdigit() and len(rest[0]) < 12:
            at = float(rest[0])
            element = self.calendar.element(at, self.calendar.token(at, html.unescape(rest[1])))
            url = html.unescape(rest[2]) if len(rest) > 2 else ""
            return Markup('<a target="_blank" rel="noopener noreferrer" href="{}">{}</a>').format(url, element) \
                if _SAFE.match(url) else element  # fmt: skip
        if kind == "subteam" and rest:
            return Markup('<span class="mention">@{}</span>').format(self.group(rest[0]) or shown.removeprefix("@"))
        if kind in ("channel", "here", "everyone"):
            return Markup('<span class="mention all">@{}</span>').format(kind)
        return escape(shown or f"<!{special}>")

    # --- rich text, markdown

    def rich(self, block: Mapping[str, Any]) -> Markup:
        """A rich_text block."""
        return Markup().join(self._rich_part(one) for one in block.get("elements") or ())

    def _rich_part(self, part: Mapping[str, Any]) -> Markup:
        inner = part.get("elements") or ()
        match part.get("type"):
            case "rich_text_list":
                tag = "ol" if part.get("style") == "ordered" else "ul"
                items = Markup().join(Markup("<li>{}</li>").format(self._rich_part(one)) for one in inner)
                indent = min(int(part.get("indent") or 0), 8)
                return Markup('<{0} class="indent-{1}">{2}</{0}>').format(tag, indent, items)
            case "rich_text_preformatted":
                return Markup("<pre><code>{}</code></pre>").format(Markup().join(map(self._rich_element, inner)))
            case "rich_text_quote":
                return Markup("<blockquote>{}</blockquote>").format(Markup().join(map(self._rich_element, inner)))
            case _:
                return Markup("<p>{}</p>").format(Markup().join(map(self._rich_element, inner)))

    def _rich_element(self, one: Mapping[str, Any]) -> Markup:
        match one.get("type"):
            case "link":
                shown = self.link(str(one.get("url", "")), str(one.get("text") or ""))
            case "user":
                return self.mention(str(one.get("user_id")))
            case "channel":
                return self.channel_link(str(one.get("channel_id")))
            case "usergroup":
                return Markup('<span class="mention">@{}</span>').format(self.group(str(one.get("usergroup_id"))))
            case "broadcast":
                return Markup('<span class="mention all">@{}</span>').format(one.get("range"))
            case "emoji":
                return escape(drawn(str(one.get("name"))))
            case "date":
                at = float(one.get("timestamp") or 0)
                return self.calendar.element(at, self.calendar.token(at, str(one.get("format") or "{date} {time}")))
            case _:
                shown = escape(str(one.get("text") or one.get("value") or ""))
        style = one.get("style") or {}
        for name, tag in (("code", "code"), ("bold", "strong"), ("italic", "em"), ("strike", "s")):
            if isinstance(style, Mapping) and style.get(name):
                shown = Markup("<{0}>{1}</{0}>").format(tag, shown)
        return shown

    @staticmethod
    def is_long(text: str | None) -> bool:
        """Whether only its beginning is shown at first."""
        return text is not None and (len(text) > _LONG or text.count("\n") >= _LONG_LINES)

    @staticmethod
    def markdown(text: str) -> Markup:
        """A markdown block: CommonMark with tables, without HTML and pictures."""
        made = str(_MARKDOWN.render(text))
        outside = '<a target="_blank" rel="noopener noreferrer" href='
        aligned = _ALIGNED.sub(r' class="\1"', made)  # the page allows no style but its own
        return Markup(aligned.replace("<a href=", outside))  # noqa: S704 - markdown-it escapes, HTML is off


def edited(text: Markup, marked: bool = True) -> Markup:
    """The text with "(edited)" behind its last word, from which no line's end parts it."""
    if not marked:
        return text
    found = _LAST_TAGS.search(text)
    end = found.start() if found else len(text)
    return Markup(f"{text[:end]}{_EDITED}{text[end:]}")  # noqa: S704 - both halves are of what was markup


def _no_tokens(code: str) -> str:
    """Inside code Slack shows the label of a link, never the link."""
    return re.sub(r"<([^<>|\n]+)(?:\|([^<>\n]*))?>", lambda found: found[2] or found[1], code)


def _lines(text: str) -> str:
    """Quotes, formats and emoji of text in which every token is held back."""
    parts: list[str] = []
    quoted: list[str] = []

    def end_quote() -> None:
        if quoted:
            parts.append(f"<blockquote>{'<br>'.join(quoted)}</blockquote>")
            quoted.clear()

    for line in text.split("\n"):
        if line.startswith("&gt;"):
            quoted.append(_formatted(line[4:].removeprefix(" ")))
            continue
        end_quote()
        parts.append(_formatted(line) + "<br>")
    end_quote()
    return "".join(parts).removesuffix("<br>")


def _formatted(line: str) -> str:
    plain = str(escape(with_emoji(html.unescape(line))))

    def tag(found: re.Match[str]) -> str:
        inner = _FORMAT.sub(tag, found[2])
        return f"<{_TAGS[found[1]]}>{inner}</{_TAGS[found[1]]}>"

    return _FORMAT.sub(tag, plain)
