"""The small web pages behind a signed link: ask once more, what came of it. No script; they work on a phone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.core.incident import Incident
from bot.views.state import state_line
from bot.views.words import clean, cut, one_line, utc

PAGE_ANSWERS = ("acknowledge", "pass", "escalate")
CONFIRM_ANSWERS = ("confirm", "unacknowledge")
"""What the form posts as `verb`: the words of `bot.core.message.Heard.state`."""

_ANSWERS = {
    "acknowledge": ("Acknowledge", "You have it; nobody further is paged."),
    "pass": ("I Can't", "The next level is paged now."),
    "escalate": ("Escalate Now", "The next level is called too."),
    "confirm": ("Yes, Still Mine", "It stays yours."),
    "unacknowledge": ("Release", "It is nobody's; the ladder pages again."),
    "resolve": ("Resolve", "It is over; nobody is paged any more."),
}
_COMMAND = re.compile(r"(?<![\w./<])/((?:incident|page|oncall) [a-z]+(?: \d+)?)")
_POSITIONS = ("confirm", "Confirm Positions", "Positions and orders are right; this closes it.")


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("bot.views", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def ask_page(incident: Incident, who: str, action_url: str, options: Sequence[str] = PAGE_ANSWERS) -> str:
    """Asks once more before anything happens, since mail scanners open links too. `options` are verbs, the first one is
    the big button; the form posts the chosen one as `verb` to `action_url`, an address of our own. When the incident is
    over it only says so, or offers what is left to confirm."""
    facts = [
        ("Since", utc(incident.since)),
        ("Component", one_line(incident.component)),
        ("Found", cut(one_line(incident.verdict), 500)),
        ("First step", cut(one_line(incident.first_step), 500) if incident.lasts else ""),
    ]
    return _rendered(
        "ask.html",
        title=f"{incident.label} {incident.severity.word} {one_line(incident.system)}",
        wrong=cut(one_line(incident.title), 300) or "(no title)",
        over="" if incident.lasts else f"{state_line(incident, {})}.",
        facts=[(name, said) for name, said in facts if said],
        who=cut(one_line(who), 80),
        action=action_url,
        answers=_offered(incident, options),
    )


def _offered(incident: Incident, options: Sequence[str]) -> list[tuple[str, str, str]]:
    if incident.awaits_confirmation:
        return [_POSITIONS]
    return [(verb, *_ANSWERS[verb]) for verb in options] if incident.lasts else []


def done_page(text: str, in_slack: bool = True) -> str:
    """What the answer was answered. Who reads it came by a link, perhaps since Slack is away: commands in it are named
    with the places where they can be given."""
    where = r"/\1 in Slack, or tocsin \1 in a terminal" if in_slack else r"tocsin \1 in a terminal"
    return _said("Tocsin", _COMMAND.sub(where, text))


def gone_page(text: str) -> str:
    """Nothing came of it: why, and what to do instead."""
    return _said("Nothing was changed", text)


def _said(title: str, text: str) -> str:
    lines = [line for line in clean(cut(text, 1000)).split("\n") if line.strip()]
    return _rendered("said.html", title=title, lines=lines)


def _rendered(template: str, **values: object) -> str:
    return _templates().get_template(template).render(**values)
