"""Checks the flow of playbooks: every step can be reached and leads somewhere, no loop goes on for ever, and those that
turn to each other come to an end."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.playbook import Kind, Step
from bot.packs.playbook_models import PlaybookFile
from bot.packs.problems import Problems, meant
from bot.packs.reading import Document


def check_flow(document: Document, start: str, steps: Mapping[str, Step], problems: Problems) -> bool:
    """Whether a walk from `start` always comes to an end. Tells of what keeps it from that."""
    if start not in steps:
        problems.error(document.place("start"), f"there is no step {start!r}", meant(start, steps))
        return False
    whole = True
    for step in steps.values():
        for way in step.leads_to:
            if way not in steps:
                problems.error(
                    document.place("steps", step.name), f"it leads to {way!r}, which is no step", meant(way, steps)
                )
                whole = False
    if not whole:
        return False
    for name in steps.keys() - _reached(start, steps):
        problems.error(document.place("steps", name), f"nothing leads to step {name!r}", "lead there, or delete it")
        whole = False
    for name in sorted(steps.keys() - _ending(steps)):
        problems.error(document.place("steps", name), f"no end can be reached from step {name!r}", "lead it to a done")
        whole = False
    loop = _loop(steps)
    if loop:
        around = " → ".join([*loop, loop[0]])
        remedy = "write at_most: 3 and after_that: <step> at one of them"
        problems.error(document.place("steps", loop[0]), f"a walk may go round for ever: {around}", remedy)
        whole = False
    return whole


def check_ends(books: Mapping[str, tuple[Document, PlaybookFile]], problems: Problems) -> None:
    """Tells of playbooks that only turn to each other, or to themselves, and never to one that ends. Ways round from
    which an end can be reached are no error: a walk asks a person when its checks lead it there again and again."""
    turns = {name: {step.goto for step in file.steps.values() if step.goto} for name, (_, file) in books.items()}
    ends = {name for name, (_, file) in books.items() if any(step.done for step in file.steps.values())}
    grown = True
    while grown:
        # One that is missing or wrong is told of elsewhere; here it counts as an end.
        more = {name for name in books.keys() - ends if not turns[name] or turns[name] - (books.keys() - ends)}
        ends |= more
        grown = bool(more)
    for name in sorted(books.keys() - ends):
        document, file = books[name]
        step = next(step for step, entry in file.steps.items() if entry.goto)
        to = ", ".join(sorted(turns[name]))
        remedy = "lead a step to a done, or to a playbook that has one"
        problems.error(document.place("steps", step, "goto"), f"{name} never ends: it only leads to {to}", remedy)


def _reached(start: str, steps: Mapping[str, Step]) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        for way in steps[waiting.pop()].leads_to:
            if way not in found:
                found.add(way)
                waiting.append(way)
    return found


def _ending(steps: Mapping[str, Step]) -> set[str]:
    """The steps from which an end can be reached."""
    found = {step.name for step in steps.values() if step.kind in (Kind.DONE, Kind.GOTO)}
    grown = True
    while grown:
        more = {step.name for step in steps.values() if found.intersection(step.leads_to)} - found
        found |= more
        grown = bool(more)
    return found


def _loop(steps: Mapping[str, Step]) -> list[str]:
    """A way round on which no step counts how often it is visited; empty: there is none."""
    seen: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return path[path.index(name) :]
        if name in seen or steps[name].at_most:
            return []
        seen.add(name)
        for way in steps[name].leads_to:
            if found := walk(way, [*path, name]):
                return found
        return []

    for name in steps:
        if found := walk(name, []):
            return found
    return []
