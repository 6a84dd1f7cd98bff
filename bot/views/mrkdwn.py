"""Slack's mrkdwn from outside text: escaped, unable to mention anybody or to format anything, cut visibly."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from bot.views.words import clean, cut, one_line, utc, utc_clock

__all__ = ["clock", "code", "cut", "date", "escape", "fit", "link", "mention", "strong"]

_SLACK_ID = re.compile(r"[UW][A-Z0-9]{1,30}")
_URL = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_URL_LIMIT = 1500
_QUOTE = re.compile(r"^(\s*)>+", re.MULTILINE)

# mrkdwn has no escape for its own marks, and what invisible characters do to them differs between clients. So a mark
# that could open or close a format becomes the sign that looks like it. Inside a word (hft_gateway_1) it stays, and so
# does a lone one (/var/log/*.log): neither can format anything.
_LOOKALIKE = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}
_EDGE = {mark: re.compile(rf"(?<![^\W_]){re.escape(mark)}|{re.escape(mark)}(?![^\W_])") for mark in "*_~"}


def escape(text: str) -> str:
    """Outside text as mrkdwn that shows it and does nothing else: no mentions, no links, no formats, no quotes, no
    control characters. Line breaks stay."""
    plain = _QUOTE.sub(lambda found: found[1] + "›", clean(text))
    if plain.count("`") > 1:
        plain = plain.replace("`", _LOOKALIKE["`"])
    plain = "\n".join(_unformatted(line) for line in plain.split("\n"))
    return _angles(plain)


def _unformatted(line: str) -> str:
    for mark, edge in _EDGE.items():
        if line.count(mark) > 1:
            line = edge.sub(_LOOKALIKE[mark], line)
    return line


def _angles(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fit(text: str, limit: int, *, lines: bool = False) -> str:
    """`escape` on one line (unless `lines`), at most `limit` characters of it in the end; what was cut is said."""
    return _fitted(clean(text).strip() if lines else one_line(text), limit, escape)


def _fitted(plain: str, limit: int, write: Callable[[str], str]) -> str:
    room = limit
    while len(written := write(cut(plain, room))) > limit:
        room = min(room - 1, room * limit // len(written))
    return written


def strong(escaped: str) -> str:
    """Escaped text of one line in bold; as it is where a star in it would end the bold too early."""
    return escaped if not escaped or "*" in escaped or "\n" in escaped else f"*{escaped}*"


def code(text: str, limit: int = 1000) -> str:
    """Outside text as a span of code on one line, of at most `limit` characters; nothing where there is nothing."""
    plain = one_line(text).replace("`", _LOOKALIKE["`"])
    return _fitted(plain, limit, lambda shown: f"`{_angles(shown)}`") if plain else ""


def link(url: str, label: str) -> str:
    """A link; only its escaped label where the address is none that a browser should open."""
    shown = fit(label, 200) or "link"
    target = clean(url).replace("\n", "").strip()
    if not _URL.match(target) or len(target) > _URL_LIMIT:
        return shown
    for sign, quoted in (("|", "%7C"), ("<", "%3C"), (">", "%3E"), ("&", "&amp;"), (" ", "%20"), ("`", "%60")):
        target = target.replace(sign, quoted)
    return f"<{target}|{shown}>"


def mention(slack_id: str, name: str) -> str:
    """Mentions the Slack user; only the escaped name where there is no valid id."""
    if _SLACK_ID.fullmatch(slack_id):
        return f"<@{slack_id}>"
    return fit(name, 80) or "somebody"


def date(instant: datetime) -> str:
    """Day and time in the reader's own time zone; UTC where Slack cannot tell it."""
    return f"<!date^{int(instant.timestamp())}^{{date_short_pretty}} {{time}}|{utc(instant)}>"


def clock(instant: datetime) -> str:
    """The time of day in the reader's own time zone."""
    return f"<!date^{int(instant.timestamp())}^{{time}}|{utc_clock(instant)}>"
