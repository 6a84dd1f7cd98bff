"""A walk through a playbook as people see it: what was found so far, the step it is at, and what they can do there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.playbook import Kind, Playbook, Step
from bot.core.playbook.filling import learned_at, said, typed
from bot.core.playbook.turning import WayBack
from bot.core.playbook.walk import Stand, Visit, Walk, outcome_of
from bot.views.blocks import Block, Drawn, actions, context, plain, sealed, section
from bot.views.mrkdwn import fit, strong
from bot.views.words import brief, one_line

RISKS: Mapping[str, str] = {
    "R1": "changes something: be sure",
    "R2": "changes something: say why",
    "R3": "a second person must agree",
    "R4": "two other people must agree",
    "manual": "never by a bot",
    "blocked": "not as the guide writes it",
}
"""What a risk asks of people."""

_ENDS: Mapping[str, str] = {
    "fixed": "✅", "cause": "🎯", "not_this": "↪️", "handed_over": "🤝", "stopped": "⏹️", "": "🏁",
}  # fmt: skip
_TRAIL = 10
_ROW = 5
_CIRCLE = "🔁 *It goes in a circle*: "
_CANNOT_TELL = "The checks cannot tell: "


def step_message(
    run: int, books: Mapping[str, Playbook], walk: Walk, *, holder: str = "", way: WayBack | None = None
) -> Drawn:
    """The one message of a walk, edited as it goes on. `books` are the playbooks it has come through, by name; `way`
    leads back from a playbook that was not it."""
    playbook = books[walk.playbook]
    step = playbook.steps[walk.step]
    blocks: list[tuple[str, Block]] = [("head", section(f"📖 *{fit(playbook.title, 200)}*"))]
    about = [f"{name.replace('_', ' ')} {fit(value, 80)}" for name, value in walk.arguments.items()]
    about += [f"walked by {fit(holder, 80)}"] if holder else []
    if about:
        blocks.append(("about", context(*about)))
    if walk.trail:
        blocks.append(("trail", section(*_trail(walk, books))))
    blocks += [("step", section(*_step(playbook, step, walk)))]
    blocks += [(f"command{n}", section(_command(typed(walk, text)))) for n, text in enumerate(_commands(step, walk))]
    if needs := learned_at(playbook, walk):
        blocks.append(("fill", actions(_fill(run, walk, needs))))
    blocks += [(f"answers{n}", row) for n, row in enumerate(_answers(run, step, walk))]
    if walk.stand is Stand.WAITING and step.kind is Kind.CHECK:
        blocks.append(("again", actions(*_again(run, walk))))
    if way is not None:
        blocks.append(("return", actions(_return(run, walk, way))))
    blocks.append(("more", actions(_more(run, walk))))
    return Drawn(text=_notification(playbook, step, walk), blocks=sealed(f"run.{run}", blocks))


def _notification(playbook: Playbook, step: Step, walk: Walk) -> str:
    return f"{fit(playbook.title, 150)}: {fit(said(walk, step.text), 200)}"


def _trail(walk: Walk, books: Mapping[str, Playbook]) -> list[str]:
    """At most 2,900 characters, of the 3,000 that Slack takes."""
    left = len(walk.trail) - _TRAIL
    lines = [f"… {left} earlier steps: see the timeline"] if left > 0 else []
    return lines + [f"• {_visit(visit, walk, books)}" for visit in walk.trail[-_TRAIL:]]


def _visit(visit: Visit, walk: Walk, books: Mapping[str, Playbook]) -> str:
    asked = fit(_asked(visit, walk, books), 70)
    who = f" – {fit(visit.by, 30)}" if visit.by else ""
    skipped = "skipped, " if visit.skipped else ""
    why = f" ({fit(visit.why, 80)})" if visit.why else ""
    return f"{asked} → {skipped}{fit(visit.said, 80)}{who}{why}"


def _asked(visit: Visit, walk: Walk, books: Mapping[str, Playbook]) -> str:
    """What that step was about: what it asked, or what was to be done; of a turn the playbook that was left."""
    book = books[visit.playbook]
    step = book.steps[visit.step]
    return book.title if step.kind is Kind.GOTO else said(walk, step.text)


def _step(playbook: Playbook, step: Step, walk: Walk) -> list[str]:
    text = strong(fit(said(walk, step.text), 1200))
    match walk.stand:
        case Stand.LOOKING:
            return [f"⏳ {text}", "The bot is looking."]
        case Stand.DONE | Stand.STOPPED:
            shown = text if walk.stand is Stand.DONE else f"*Stopped.* {fit(walk.ended, 300)}".rstrip()
            return [f"{_ENDS[outcome_of(playbook, walk)]} {shown}"]
    lines = [f"{'❓' if step.kind is not Kind.DO else '🛠️'} {text}", fit(said(walk, step.help), 600)]
    if walk.asks:
        lines.append(f"{_CIRCLE if walk.circling else _CANNOT_TELL}{fit(walk.asks, 300)}")
    if step.risk:
        lines.append(f"⚠️ *{step.risk}*: {RISKS[step.risk]}")
    if step.guard:
        lines.append(f"🛡️ {fit(said(walk, step.guard), 600)}")
    if step.commands and step.on:
        lines.append(f"Type on *{fit(step.on, 80)}*:")
    return lines


def _commands(step: Step, walk: Walk) -> Sequence[str]:
    return step.commands if walk.stand is Stand.WAITING else ()


def _command(text: str) -> str:
    """Copied with one tap on a phone."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("```", "'''")
    return f"```{brief(escaped.strip(), 2800)}```"


def _answers(run: int, step: Step, walk: Walk) -> list[Block]:
    if walk.stand is not Stand.WAITING:
        return []
    buttons = [
        {
            "type": "button",
            "action_id": f"playbook.answer.{place}",
            "text": plain(said(walk, choice.say)),
            "value": f"{run}.{walk.revision}.{place}",
        }
        for place, choice in enumerate(step.choices)
    ]
    return [actions(*buttons[start : start + _ROW]) for start in range(0, len(buttons), _ROW)]


def _fill(run: int, walk: Walk, needs: Sequence[str]) -> Block:
    """What the commands need and only somebody who looks can know."""
    missing = [name for name in needs if name not in walk.arguments]
    text = f"{'Fill In' if missing else 'Change'} {', '.join(missing or needs).replace('_', ' ')}"
    button: Block = {"type": "button", "action_id": "playbook.fill", "text": plain(text)}
    return button | {"value": f"{run}.{walk.revision}"} | ({"style": "primary"} if missing else {})


def _again(run: int, walk: Walk) -> list[Block]:
    """What can be done about a check that cannot tell, or that was led to in a circle."""
    labels = {"look": "Look Again"} | ({"call": "Call the Next Level", "stop": "Stop"} if walk.circling else {})
    return [
        {"type": "button", "action_id": f"playbook.more.{verb}", "text": plain(label),
         "value": f"{verb}.{run}.{walk.revision}"}
        for verb, label in labels.items()
    ]  # fmt: skip


def _return(run: int, walk: Walk, way: WayBack) -> Block:
    title = brief(way.playbook.title, 50)
    text = plain(f"Back to {title}, step {way.number}")
    return {"type": "button", "action_id": "playbook.return", "text": text, "value": f"{run}.{walk.revision}"}


def _more(run: int, walk: Walk) -> Block:
    """What can be done besides; of a walk that is over, to go back into it."""
    verbs = ["back"] if walk.stand.is_over else ["skip", "back", "hand", "stop"]
    labels = {"skip": "Skip This Step", "back": "Go Back a Step", "hand": "Hand to Someone", "stop": "Stop"}
    options = [{"text": plain(labels[verb]), "value": f"{verb}.{run}.{walk.revision}"} for verb in verbs]
    return {"type": "overflow", "action_id": "playbook.more", "options": options}


def offer_buttons(number: int, offers: Sequence[tuple[str, str]]) -> Block:
    """The playbooks that fit, one click each; name and title."""
    return actions(
        *(
            {
                "type": "button",
                "action_id": f"playbook.start.{place}",
                "text": plain(f"📖 {title}"),
                "value": f"{number} {name}",
                "accessibility_label": plain(f"Start the playbook: {title}")["text"],
            }
            for place, (name, title) in enumerate(offers)
        )
    )


def step_text(books: Mapping[str, Playbook], walk: Walk) -> str:
    """The same in a terminal: the step, and its answers by number."""
    playbook = books[walk.playbook]
    step = playbook.steps[walk.step]
    lines = [f"{one_line(playbook.title)}", ""]
    lines += [
        f"  {'- ' if visit.by else '* '}{one_line(_plain_visit(visit, walk, books))}" for visit in walk.trail[-_TRAIL:]
    ]
    lines += [""] if walk.trail else []
    if walk.stand is Stand.STOPPED:
        return "\n".join([*lines, f"Stopped. {one_line(walk.ended)}".rstrip()])
    lines.append(one_line(said(walk, step.text)))
    if walk.stand is Stand.DONE:
        return "\n".join([*lines, f"({outcome_of(playbook, walk) or 'the end'})"])
    lines += [one_line(said(walk, step.help))] if step.help else []
    asks = f"{'It goes in a circle: ' if walk.circling else _CANNOT_TELL}{one_line(walk.asks)}"
    lines += [asks] if walk.asks else []
    lines += [f"Risk {step.risk}: {RISKS[step.risk]}"] if step.risk else []
    lines += [f"Guard: {one_line(said(walk, step.guard))}"] if step.guard else []
    lines += [f"On {step.on}:"] if step.commands and step.on else []
    lines += [f"    {typed(walk, command).strip()}" for command in step.commands]
    open_ = [name for name in learned_at(playbook, walk) if name not in walk.arguments]
    lines += [f"(fill in: {' '.join(f'{name}=...' for name in open_)})"] if open_ else []
    return "\n".join([*lines, *(f"  {n}  {said(walk, choice.say)}" for n, choice in enumerate(step.choices, start=1))])


def _plain_visit(visit: Visit, walk: Walk, books: Mapping[str, Playbook]) -> str:
    asked, why = brief(_asked(visit, walk, books), 90), f" ({brief(visit.why, 160)})" if visit.why else ""
    skipped = "skipped, " if visit.skipped else ""
    return f"{asked} → {skipped}{visit.said}{f' – {visit.by}' if visit.by else ''}{why}"
