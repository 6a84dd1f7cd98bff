"""Evidence as people read it: what failed first, then what is unknown, warnings, and in one line what is well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.evidence import Evidence, State
from bot.core.look import ranked, sum_up
from bot.core.verdict import fact_label, say_fact
from bot.views.blocks import Block, Drawn, actions, context, plain, section
from bot.views.mrkdwn import code, date, fit
from bot.views.terminal import table
from bot.views.words import brief, count, one_line

MARKS: Mapping[State, str] = {State.OK: "✅", State.WARN: "⚠️", State.UNKNOWN: "❔", State.FAIL: "❌"}
WORDS: Mapping[State, str] = {State.OK: "ok", State.WARN: "WARN", State.UNKNOWN: "unknown", State.FAIL: "FAIL"}

_BAD = (State.FAIL, State.WARN, State.UNKNOWN)
"""What is shown of a large suite, the most urgent first."""
_WITH_BUTTONS, _LISTED, _IN_SECTION = 8, 24, 8
_MOST_OPTIONS = 100
"""Slack takes no more in one choice."""
_WHOLE, _SEEN = 8, 12
"""Checks that are shown with what they saw, and lines of each."""
_FEW = 2
"""Of so few checks it is also said what was seen of those that are well."""
_TITLES, _FACTS, _LINES, _ROWS = 24, 40, 30, 25
_LINE_LENGTH = 200


def progress(
    system: str,
    what: str,
    found: Sequence[Evidence],
    waiting: Sequence[str],
    *,
    by: str = "",
    books: Mapping[str, str] | None = None,
    whole: bool = False,
) -> Drawn:
    """One message that fills in as checks end: failures first, with buttons once all is kept. `waiting` are the titles
    of the checks still under way; `books` gives for a check the value of the button that starts its playbook. `whole`
    shows also what is well, with the lines that were seen, as far as there is room."""
    total = len(found) + len(waiting)
    said = sum_up(ranked(found), total) if found else f"looking: {count(total, 'check')}"
    head = section(f"🔎 *{fit(system, 80)} {fit(what, 200)}*: {fit(said, 600)}")
    good = [one.title for one in found if one.state is State.OK]
    if whole or total <= _FEW:
        blocks = [head, *_each(ranked(found)[:_WHOLE], books or {})]
        good = good if total > _WHOLE else []
    else:
        blocks = [head, *_bad(found, books or {})]
    if good:
        blocks.append(
            context(f"✅ {len(good)} ok: {fit(', '.join(good[:_TITLES]), 1500)}{', …' if len(good) > _TITLES else ''}")
        )
    if waiting:
        blocks.append(context(f"⏳ still looking: {fit(', '.join(waiting[:_TITLES]), 1000)}"))
    if by and not waiting:
        slowest = max((one.took for one in found), default=0.0)
        blocks.append(context(f"asked by {fit(by, 80)}", f"{count(len(found), 'check')} in {slowest:.1f} s"))
    return Drawn(text=f"{fit(system, 80)} {fit(what, 200)}: {fit(said, 600)}", blocks=tuple(blocks))


def _each(found: Sequence[Evidence], books: Mapping[str, str]) -> list[Block]:
    """Every check with the lines it saw and its buttons."""
    blocks: list[Block] = []
    for one in found:
        blocks.append(section(check_line(one.state, one.title, one.verdict)))
        if one.seen.excerpt:
            blocks.append(section(_preformatted(one.seen.excerpt[:_SEEN])))
        if one.id:
            blocks.append(actions(*check_buttons(one.id, "" if one.state is State.OK else books.get(one.check, ""))))
    return blocks


def _bad(found: Sequence[Evidence], books: Mapping[str, str]) -> list[Block]:
    """What fails, then warns, then is unknown: the first with their buttons, the others in a line each with one choice
    for the details of any of them."""
    blocks: list[Block] = []
    bad = sorted((one for one in found if one.state in _BAD), key=lambda one: _BAD.index(one.state))
    first, others = bad[:_WITH_BUTTONS], bad[_WITH_BUTTONS:]
    for one in first:
        blocks.append(section(check_line(one.state, one.title, one.verdict)))
        if one.id:
            blocks.append(actions(*check_buttons(one.id, books.get(one.check, ""))))
    for start in range(0, min(len(others), _LISTED), _IN_SECTION):
        lines = others[start : min(start + _IN_SECTION, _LISTED)]
        blocks.append(section(*(check_line(one.state, one.title, brief(one.verdict, 120)) for one in lines)))
    if kept := [one for one in others if one.id]:
        blocks.append(actions(_choice([(one.id, one.state, one.title) for one in kept])))
    if len(others) > _LISTED:
        blocks.append(context(f"and {len(others) - _LISTED} more: a smaller suite shows them, /diag list names them"))
    return blocks


def _choice(others: Sequence[tuple[object, State, str]]) -> Block:
    """The details of any of them: there is no room for buttons for all."""
    options = [
        {"text": plain(brief(f"{MARKS[state]} {title}", 75)), "value": str(id_)}
        for id_, state, title in others[:_MOST_OPTIONS]
    ]
    return {
        "type": "static_select", "action_id": "diag.details", "placeholder": plain("Details of another check"),
        "options": options,
    }  # fmt: skip


def check_line(state: State, title: str, verdict: str) -> str:
    """One check in mrkdwn."""
    return f"{MARKS[state]} *{fit(title, 150)}* {fit(verdict, 400)}"


def check_buttons(evidence: int, book: str = "") -> tuple[Block, ...]:
    """What can be done about one check that is not well; `book` is what starts the playbook that explains it."""
    about = [_button("diag.details", "Details", evidence), _button("diag.again", "Run Again", evidence)]
    return (*about, _button("playbook.start.check", "📖 Playbook", book)) if book else tuple(about)


def _button(action: str, label: str, value: object) -> Block:
    return {"type": "button", "action_id": action, "text": plain(label), "value": str(value)}


def told_blocks(text: str, why: str, checks: Sequence[Mapping[str, object]], news: str) -> list[tuple[str, Block]]:
    """A look's line in the thread of its incident, from what the timeline holds."""
    blocks = [
        ("text", section(f"🔎 {text}", f"Changed: {fit(news, 400)}" if news else "", f"Why: {why}" if why else ""))
    ]
    bad = [one for state in _BAD for one in checks if one.get("state") == state.value]
    for position, one in enumerate(bad[:_WITH_BUTTONS]):
        state = State(str(one.get("state")))
        blocks.append((f"check{position}", section(check_line(state, str(one["title"]), str(one["verdict"])))))
        if isinstance(id_ := one.get("id"), int):
            blocks.append((f"act{position}", actions(*check_buttons(id_, str(one.get("book") or "")))))
    others = [(one["id"], State(str(one["state"])), str(one["title"])) for one in bad[_WITH_BUTTONS:] if one.get("id")]
    if others:
        blocks.append(("others", actions(_choice(others))))
    return blocks


def details(one: Evidence) -> tuple[Block, ...]:
    """One check, whole: its rules, facts, table and excerpt, for a modal."""
    blocks = [section(check_line(one.state, one.title, one.verdict), fit(one.help, 500))]
    rules = [f"{word}: {code(rule, 300)}" for word, rule in one.rules.items()]
    rules += [f"why: {fit(one.why, 300)}"] if one.why and one.why not in one.rules.values() else []
    blocks += [section(*rules)] if rules else []
    if facts := fact_lines(one):
        blocks.append(section(_preformatted(facts)))
    if one.seen.table is not None and one.seen.table.rows:
        blocks.append(section(_preformatted(table_text(one).split("\n"))))
    if one.seen.excerpt:
        blocks.append(section(_preformatted(one.seen.excerpt[:_LINES])))
    blocks.append(context(f"{one.system} · {one.check}", date(one.started), f"looked for {one.took:.1f} s"))
    blocks.append(actions(*([_button("diag.file", "Whole Output", one.id)] if one.id and one.seen.output else []),
                          *([_button("diag.again", "Run Again", one.id)] if one.id else [])))  # fmt: skip
    return tuple(block for block in blocks if block["type"] != "actions" or block["elements"])


def _preformatted(lines: Sequence[str]) -> str:
    """Lines in which columns matter, within what a section holds."""
    text, room = "", 2700
    for line in lines:
        clean_line = brief(one_line_kept(line), _LINE_LENGTH)
        if len(text) + len(clean_line) > room:
            text += "…\n"
            break
        text += clean_line + "\n"
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("```", "'''")
    return f"```\n{escaped}```"


def one_line_kept(line: str) -> str:
    """The line without what no screen shows; its inner blanks stay, since columns are made of them."""
    return "".join(sign if sign.isprintable() else " " for sign in line.rstrip())


def fact_lines(one: Evidence) -> list[str]:
    """`tick age s: 41 s`, one fact a line."""
    facts = [(name, value) for name, value in one.seen.facts.items() if value not in (None, "", [], {})]
    lines = []
    for name, value in facts[:_FACTS]:
        unit = one.units.get(name, "")
        lines.append(f"{fact_label(name, unit)}: {brief(say_fact(value, unit, name), _LINE_LENGTH)}")
    return lines + ([f"and {len(facts) - _FACTS} more facts"] if len(facts) > _FACTS else [])


def table_text(one: Evidence) -> str:
    """The table that a check shows."""
    shown = one.seen.table
    if shown is None:
        return ""
    rows = [[say_fact(cell, name=column) for column, cell in zip(shown.columns, row, strict=True)]
            for row in shown.rows[:_ROWS]]  # fmt: skip
    text = table(list(shown.columns), rows, limits=dict.fromkeys(range(len(shown.columns)), 48))
    left = len(shown.rows) - _ROWS
    return text + (f"\nand {left} more rows" if left > 0 else "")


def terminal_text(system: str, what: str, found: Sequence[Evidence], *, whole: bool) -> str:
    """The same in a terminal; `whole`: with facts, tables and excerpts."""
    if not found:
        return f"{system} {what}: there was nothing to look at."
    rows = [(WORDS[one.state], one.title, one.verdict, f"{one.took:.1f} s") for one in ranked(found)]
    lines = [table(("STATE", "CHECK", "SEEN", "TOOK"), rows, limits={1: 40, 2: 140}), ""]
    for one in ranked(found) if whole else ():
        lines += [f"--- {one_line(one.title)} ({one.system}.{one.check})"]
        lines += [f"{word}: {rule}" for word, rule in one.rules.items()]
        lines += [one_line(one.help)] if one.help else []
        lines += fact_lines(one)
        lines += [table_text(one)] if one.seen.table is not None and one.seen.table.rows else []
        lines += [f"  {one_line_kept(line)}" for line in one.seen.excerpt[:_LINES]] + [""]
    return "\n".join([*lines, f"{system} {what}: {one_line(sum_up(ranked(found)))}"])


def file_text(one: Evidence) -> str:
    """Everything about one check, for a file."""
    head = [f"{one.system} {one.check}: {one.title}", f"{one.started:%Y-%m-%d %H:%M:%S} UTC, {one.took:.1f} s",
            f"{one.state}: {one.verdict}", *(f"{word}: {rule}" for word, rule in one.rules.items())]  # fmt: skip
    return "\n".join([*head, "", *fact_lines(one), "", table_text(one), "", one.seen.output]).rstrip() + "\n"


__all__ = ["MARKS", "details", "file_text", "progress", "terminal_text", "told_blocks"]
