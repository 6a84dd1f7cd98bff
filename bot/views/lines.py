"""What is told in the thread: one line per entry of the timeline, and the digest of a storm."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.core.incident import Incident
from bot.core.timeline import PINNED, Entry
from bot.views.blocks import Drawn, actions, sealed, section
from bot.views.evidence import told_blocks
from bot.views.mrkdwn import clock, fit, link, mention, strong
from bot.views.playbook import offer_buttons
from bot.views.report_lines import REPORT_EMOJI, to_press, told
from bot.views.words import count

EMOJI: Mapping[str, str] = {
    "opened": "🆕",
    "alert": "🔔",
    "paged": "📟",
    "page": "📵",
    "unreached": "📵",
    "acknowledged": "🙋",
    "unacknowledged": "↩️",
    "passed": "⏭️",
    "escalated": "⏫",
    "asked": "❓",
    "confirmed": "👍",
    "handover": "🤝",
    "severity": "📈",
    "exposure": "💰",
    "type": "🏷️",
    "resolved": "✅",
    "reopened": "🔁",
    "merged": "🔀",
    "note": "📝",
    "verdict": "🔎",
    "warning": "⚠️",
    "missed": "⚠️",
    "explained": "💡",
    "playbook": "📖",
    "step": "👣",
    "bundle": "📦",
    "bundle_filed": "📦",
    **REPORT_EMOJI,
    "monitored": "🟡",
    "closed": "🏁",
    "duty": "🧭",
    "checklist": "📋",
    "tick": "☑️",
    "pinned": "📌",
    "pin_changed": "✏️",
    "unpinned": "🚫",
}

# Who takes it or gives it away wants the thread's further replies, and who called somebody waits for them; mentioning
# anybody else would only make noise.
MENTIONED = frozenset({"acknowledged", "unacknowledged", "handover", "unreached"})

DIGEST_TITLES = 10
_TEXT, _WHY, _FAILED = 1600, 300, 5
_VIA = {"link": "by link", "phone": "by phone", "pagerduty": "in PagerDuty", "terminal": "in a terminal"}
_CHANGE = re.compile(r"(\w+) → (\w+)")


def line(entry: Entry, incident: Incident, *, loud: bool = False) -> Drawn:
    """One entry as a message of the thread, at most 3000 characters; `loud` notifies the whole channel. `data` may name
    what gave way to what (`was`, `now`) and the ways that `failed`."""
    text = _quoted(entry) if entry.kind == PINNED else _who_did(entry, fit(entry.text, _TEXT, lines=True))
    if entry.kind == "verdict" and entry.data.get("checks"):
        shown = told_blocks(text, fit(entry.why, _WHY), entry.data["checks"], str(entry.data.get("changed") or ""))
        return Drawn(text=f"{incident.label}: {fit(entry.text, 300)}", blocks=sealed(f"line.{incident.number}", shown))
    if entry.kind == "severity":
        text = _CHANGE.sub(r"~\1~ → *\2*", text, count=1)
    text = told(entry) or text
    text = _received(entry, text)
    via = _VIA.get(entry.who.via, "") if entry.who.person else ""
    first = f"{EMOJI.get(entry.kind, '•')} {_changed(entry)}{text}" + (f" ({via})" if via else "")
    why = f"Why: {fit(entry.why, _WHY)}" if entry.why else ""
    called = "<!channel> " if loud else ""
    said = fit(entry.text, 300)
    ladder = fit(str(entry.data.get("ladder") or ""), 300)
    blocks = [("text", section(f"{called}{first}", why, f"Ladder: {ladder}" if ladder else "", *_failures(entry)))]
    if entry.kind == "explained" and entry.data.get("playbook"):
        offered = str(entry.data["playbook"]), str(entry.data.get("title") or entry.data["playbook"])
        blocks.append(("books", offer_buttons(incident.number, [offered])))
    if pressed := to_press(entry, incident):
        blocks.append(("act", actions(*pressed)))
    said = said.removeprefix(f"{incident.label} ") or entry.kind
    return Drawn(text=f"{called}{incident.label}: {said}", blocks=sealed(f"line.{incident.number}", blocks))


def _quoted(entry: Entry) -> str:
    """A message from elsewhere that somebody put on the timeline."""
    name = str((entry.data.get("author") or {}).get("name") or "somebody")
    said = link(str(entry.data.get("link") or ""), f"what {name} said")
    return f"{fit(entry.who.name, 80)} put on the timeline {said}: {fit(entry.text, _TEXT, lines=True)}"


def _who_did(entry: Entry, text: str) -> str:
    """The sentence with its person: the name in it becomes a mention where that helps; a missing one is added."""
    who = entry.who
    if not who.person:
        return text
    name = fit(who.name, 80)
    shown = mention(who.slack, who.name) if entry.kind in MENTIONED else name
    if name and name in text:
        return re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", lambda _: shown, text, count=1)
    return f"{text} – {shown}" if shown else text


def _received(entry: Entry, text: str) -> str:
    """The sentence with a mention of the person who is given something: `to` is their name in it, `to_slack` who they
    are in Slack."""
    name, slack = fit(str(entry.data.get("to") or ""), 80), str(entry.data.get("to_slack") or "")
    if not name or not slack:
        return text
    before, found, after = text.rpartition(name)
    return f"{before}{mention(slack, name)}{after}" if found else text


def _changed(entry: Entry) -> str:
    was, now = (fit(str(entry.data.get(key) or ""), 60) for key in ("was", "now"))
    if not was or not now or "~" in was:
        return ""
    return f"~{was}~ → {strong(now)}: "


def _failures(entry: Entry) -> list[str]:
    failed = entry.data.get("failed")
    if not isinstance(failed, list | tuple):
        return []
    lines = [f"• not paged: {fit(str(item), 120)}" for item in failed[:_FAILED]]
    return lines + ([f"• and {len(failed) - _FAILED:,} more"] if len(failed) > _FAILED else [])


def digest(shown: Sequence[str], total: int, since: datetime | None, firing: int, *, label: str = "") -> Drawn:
    """The summary of a storm: how many alerts joined since then, how many fire in all, and the first ten titles.
    Without `since` they are those it opened with. `label` names the incident in the notification."""
    alerts = count(total, "alert")
    point = f"{count(total, 'more alert')} joined" if since else f"Opened with {alerts}"
    when = f" since {clock(since)}" if since else ""
    titles = [f"• {fit(title, 200)}" for title in shown[:DIGEST_TITLES]]
    left = total - len(titles)
    if titles and left > 0:
        titles.append(f"• and {left:,} more")
    drawn = section(f"🔔 *{point}*{when} · {firing:,} firing in all", *titles)
    said = f"{label}: {point}" if label else point
    return Drawn(text=f"{said}, {firing:,} firing in all", blocks=sealed("digest", [("text", drawn)]))
