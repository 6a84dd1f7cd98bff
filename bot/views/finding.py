"""What was found by words: playbooks with the buttons that start them, and what error messages mean."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.error_entry import ErrorEntry
from bot.core.finding import Explained, Found
from bot.views.blocks import Block, Drawn, context, sealed, section
from bot.views.mrkdwn import code, fit
from bot.views.playbook import offer_buttons
from bot.views.terminal import table
from bot.views.words import one_line

SHOWN = 5
_TEXT = 900


def found_message(asked: str, found: Sequence[Found], incident: int | None) -> Drawn:
    """The first few playbooks, best first. `incident`: in which they are walked; without it nothing can be started."""
    shown = found[:SHOWN]
    blocks: list[Block] = [section(f"🔍 *{fit(asked, 200)}*")]
    blocks += [section(_line(one), f"_{fit(one.why, 200)}_" if one.why else "") for one in shown]
    if incident is not None:
        blocks.append(offer_buttons(incident, [(one.playbook, one.title) for one in shown]))
    else:
        blocks.append(context(f"To walk one: {code('/playbook start INCIDENT NAME')}"))
    return Drawn(text=f"{fit(asked, 100)}: {fit(shown[0].title, 200)}", blocks=_numbered("found", blocks))


def _numbered(stem: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    return sealed(stem, [(str(place), block) for place, block in enumerate(blocks)])


def _line(one: Found) -> str:
    return f"📖 *{fit(one.title, 200)}* · {fit(one.system, 60)} {code(one.playbook, 80)}, step {code(one.step, 80)}"


def found_text(found: Sequence[Found]) -> str:
    """The same in a terminal, all of them."""
    rows = [(f"{one.score:.2f}", one.system, one.playbook, one.step, one.title, one.why) for one in found]
    return table(("FITS", "SYSTEM", "PLAYBOOK", "STEP", "WHAT IS WRONG", "FOUND BY"), rows, limits={4: 48, 5: 40})


NEAR = "No known message stands in that. It looks like"


def explained_message(known: Explained, text: str, titles: Sequence[tuple[str, str]], incident: int | None) -> Drawn:
    """Error entries with cause and remedy; `titles` are the names and titles of their playbooks."""
    blocks: list[Block] = [] if known.exact else [section(f"{NEAR}:")]
    for entry in known.entries:
        said = entry.said_in(text) or entry.says[0]
        blocks.append(
            section(f"💡 “{fit(said, 200)}”", fit(entry.means, _TEXT), f"*What helps:* {fit(entry.do, _TEXT)}")
        )
    if titles and incident is not None:
        blocks.append(offer_buttons(incident, titles))
    elif titles:
        named = ", ".join(code(name, 80) for name, _ in titles)
        blocks.append(context(f"Playbook: {named} · to walk it: {code('/playbook start INCIDENT NAME')}"))
    return Drawn(text=fit(explained_line(known.entries[0], text), 300), blocks=_numbered("explained", blocks))


def explained_line(entry: ErrorEntry, text: str) -> str:
    """What a message means and what helps, in one line."""
    return f"“{entry.said_in(text) or entry.says[0]}”: {entry.means} {entry.do}"


def explained_text(known: Explained, text: str) -> str:
    """The same in a terminal."""
    lines = [] if known.exact else [f"{NEAR}:", ""]
    for entry in known.entries:
        lines += [f"{one_line(entry.system)}: {one_line(entry.said_in(text) or entry.says[0])}"]
        lines += [f"  {one_line(entry.means)}", f"  What helps: {one_line(entry.do)}"]
        if entry.playbook:
            step = f", step {entry.step}" if entry.step else ""
            lines.append(f"  Playbook: {entry.playbook}{step}")
        lines.append("")
    return "\n".join(lines).rstrip()
