"""Emoji by name: those that Tocsin sends and that people here react with."""

from __future__ import annotations

import re

EMOJI = {
    "+1": "👍", "-1": "👎", "100": "💯", "alarm_clock": "⏰", "arrow_up": "⬆️", "bar_chart": "📊", "bell": "🔔",
    "bug": "🐛", "bulb": "💡", "calendar": "📅", "chart_with_downwards_trend": "📉",
    "chart_with_upwards_trend": "📈", "clock3": "🕒", "coffee": "☕", "construction": "🚧", "eyes": "👀",
    "fast_forward": "⏩", "fire": "🔥", "green_heart": "💚", "hammer_and_wrench": "🛠️", "handshake": "🤝",
    "heart": "❤️", "heavy_check_mark": "✔️", "heavy_plus_sign": "➕", "hourglass": "⌛",
    "hourglass_flowing_sand": "⏳", "information_source": "ℹ️", "joy": "😂", "large_blue_circle": "🔵",
    "large_green_circle": "🟢", "large_orange_circle": "🟠", "large_yellow_circle": "🟡", "leftwards_arrow_with_hook":
    "↩️", "link": "🔗", "lock": "🔒", "mag": "🔍", "mega": "📣", "memo": "📝", "moneybag": "💰",
    "no_entry": "⛔", "no_entry_sign": "🚫", "ok_hand": "👌", "pager": "📟", "paperclip": "📎", "phone": "☎️",
    "pray": "🙏", "pushpin": "📌", "question": "❓", "raised_hand": "✋", "raised_hands": "🙌",
    "raising_hand": "🙋", "red_circle": "🔴", "repeat": "🔁", "rocket": "🚀", "rotating_light": "🚨",
    "skull": "💀", "slightly_smiling_face": "🙂", "smile": "😄", "sob": "😭", "star": "⭐", "stopwatch": "⏱️",
    "tada": "🎉", "telephone_receiver": "📞", "thinking_face": "🤔", "thumbsdown": "👎", "thumbsup": "👍",
    "warning": "⚠️", "wave": "👋", "white_check_mark": "✅", "white_circle": "⚪", "wrench": "🔧", "x": "❌",
    "zap": "⚡", "zzz": "💤",
}  # fmt: skip
"""Slack's name -> the character."""

OFFERED = (
    "eyes", "white_check_mark", "pushpin", "raising_hand", "+1", "fire", "tada", "thinking_face", "x", "warning",
    "pray", "coffee",
)  # fmt: skip
"""What the reaction picker offers, in its order."""

_NAMED = re.compile(r":([a-z0-9_+\-]{1,60}):")


def drawn(name: str) -> str:
    """The character, or `:name:` where it is not known."""
    return EMOJI.get(name.partition("::")[0], f":{name}:")


def with_emoji(text: str) -> str:
    """`:name:` of known emoji become characters."""
    return _NAMED.sub(lambda found: EMOJI.get(found[1], found[0]), text)
