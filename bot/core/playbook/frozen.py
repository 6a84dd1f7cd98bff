"""Frozen: a playbook and a walk as JSON, so that a run keeps the version it began with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.core.argument import kind_of
from bot.core.expression import Expression, compile_expression
from bot.core.playbook.value import Answer, Branch, Kind, Parameter, Playbook, Step
from bot.core.playbook.walk import Stand, Turn, Visit, Walk


def playbook_json(playbook: Playbook) -> dict[str, Any]:
    """Everything a walk needs of it."""
    return {
        "name": playbook.name,
        "system": playbook.system,
        "title": playbook.title,
        "start": playbook.start,
        "version": playbook.version,
        "parameters": {
            name: {
                "kind": one.kind.name,
                "label": one.label,
                "default": one.default,
                "help": one.help,
                "later": one.later,
            }
            for name, one in playbook.parameters.items()
        },
        "steps": [_step_json(step) for step in playbook.steps.values()],
    }


def _step_json(step: Step) -> dict[str, Any]:
    plain = ("name", "text", "help", "risk", "guard", "on", "go", "playbook", "outcome", "at_most", "after_that")
    return {
        **{name: getattr(step, name) for name in plain},
        "kind": step.kind.value,
        "checks": list(step.checks),
        "given": dict(step.given),
        "commands": list(step.commands),
        "branches": [{"say": b.say, "go": b.go, "when": b.when.source if b.when else ""} for b in step.branches],
        "answers": [{"say": a.say, "go": a.go} for a in step.answers],
    }


def read_playbook(body: Mapping[str, Any]) -> Playbook:
    """The playbook again."""
    steps = [_step(one) for one in body["steps"]]
    return Playbook(
        name=body["name"],
        system=body["system"],
        title=body["title"],
        start=body["start"],
        version=body["version"],
        parameters={
            name: Parameter(kind=kind_of(p["kind"]), **{field: said for field, said in p.items() if field != "kind"})
            for name, p in body["parameters"].items()
        },
        steps={step.name: step for step in steps},
    )


def _step(body: Mapping[str, Any]) -> Step:
    return Step(
        **{name: body[name] for name in body.keys() - {"kind", "checks", "commands", "branches", "answers"}},
        checks=tuple(body["checks"]),
        commands=tuple(body["commands"]),
        kind=Kind(body["kind"]),
        branches=tuple(Branch(say=b["say"], go=b["go"], when=_rule(b["when"])) for b in body["branches"]),
        answers=tuple(Answer(say=a["say"], go=a["go"]) for a in body["answers"]),
    )


def _rule(source: str) -> Expression | None:
    return compile_expression(source) if source else None


def walk_json(walk: Walk) -> dict[str, Any]:
    """A walk."""
    return {
        "playbook": walk.playbook,
        "step": walk.step,
        "stand": walk.stand.value,
        "arguments": dict(walk.arguments),
        "asks": walk.asks,
        "circling": walk.circling,
        "ended": walk.ended,
        "revision": walk.revision,
        "trail": [
            {"playbook": v.playbook, "step": v.step, "said": v.said, "by": v.by, "why": v.why, "skipped": v.skipped,
             "turn": v.turn.value, "arguments": dict(v.arguments), "at": v.at.isoformat()}
            for v in walk.trail
        ],
    }  # fmt: skip


def read_walk(body: Mapping[str, Any]) -> Walk:
    """The walk again."""
    trail = tuple(
        Visit(**{**visit, "turn": Turn(visit.get("turn", "")), "at": datetime.fromisoformat(visit["at"])})
        for visit in body["trail"]
    )
    return Walk(**{**body, "stand": Stand(body["stand"]), "trail": trail})
