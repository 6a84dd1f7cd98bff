"""The model of a playbook's file, `playbooks/<system>/<name>.yaml`: everything one may say in it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.packs.shapes import Line, Name, Strict

KINDS = ("check", "ask", "do", "escalate", "goto", "done")

Short = Annotated[str, Field(min_length=1, max_length=70, pattern=r"^[^\r\n]*$")]
"""A few words: they fit on a button of a phone."""
Prose = Annotated[str, Field(min_length=1, max_length=1500)]


class ParameterEntry(Strict):
    """Something that the playbook must know: which exchange, which order."""

    kind: Name
    """What it looks like: order_id, symbol, exchange, name, pod, host, pid, count, number, span, instant, word."""
    label: str = ""
    """The alert's label that tells it; none: the one of the same name."""
    default: str = ""
    """Taken where neither the alert nor a person says it; none: a person is asked before it begins."""
    later: bool = False
    """Learned on the way: the `do` step whose commands need it asks for it, and the playbook begins without it."""
    help: str = ""
    """What to put there."""

    @model_validator(mode="after")
    def _open_or_not(self) -> Self:
        if self.later and self.default:
            raise ValueError("what has a default is never asked later: take `later` or `default` out")
        return self


class BranchEntry(Strict):
    """Where a check leads."""

    when: str = ""
    """An expression over the check's facts and `state` (ok, warn, fail). The first branch whose answer is yes is taken;
    the last one has none. With several checks: `state` is the worst, `failed` the names of those that fail, and
    `name.fact` a fact of one. The playbook's own parameters can be asked about, too."""
    say: Short
    """What it means, in a few words. It is told as the reason, and it is the answer on the button where the check
    cannot tell and a person is asked."""
    go: Name
    """The next step."""


class AnswerEntry(Strict):
    """What a person may answer."""

    say: Short
    """The answer, as it stands on the button."""
    go: Name
    """The next step."""


class StepEntry(Strict):
    """One step. Which of `check`, `ask`, `do`, `escalate`, `goto` and `done` it has says what it is."""

    check: tuple[Name, ...] | Name = ()
    """The bot looks, by this check or these, and goes on by `then`."""
    question: str = ""
    """Of a check: what it answers. A person is asked this where the check cannot tell."""
    then: tuple[BranchEntry, ...] = ()
    """Of a check: where it leads."""
    ask: str = ""
    """A question that only a person can answer."""
    do: str = ""
    """Something that a person does."""
    commands: tuple[str, ...] = ()
    """Of `do`: what to type, one command each; `{exchange}` stands for a parameter."""
    on: str = ""
    """Of `do`: the id of the host, service or database where that is typed."""
    risk: Literal["", "R1", "R2", "R3", "R4", "manual", "blocked"] = ""
    """Of `do`: R1 confirm, R2 confirm with a reason, R3 a second person agrees, R4 two others agree, manual: never by
    the bot, blocked: the guide's own form is not safe. None: it changes nothing."""
    guard: str = ""
    """Of `do`: what must be true before, what to watch, how to go back."""
    answers: tuple[AnswerEntry, ...] = ()
    """Of `ask` and `do`: the buttons."""
    escalate: str = ""
    """The next level is called, for this reason."""
    goto: str = ""
    """Another playbook of this system takes over."""
    given: Annotated[dict[Name, str], Field(alias="with")] = {}
    """Of a check: its arguments; of `goto`: the other playbook's parameters. Parameters of the same name are handed on
    by themselves."""
    done: str = ""
    """An end: what was found or reached."""
    outcome: Literal["", "fixed", "cause", "not_this", "handed_over"] = ""
    """Of `done`: it is fixed; the cause is found; it is something else; others have it now."""
    go: str = ""
    """The next step, where there is only one: of `do` and `escalate`."""
    at_most: Annotated[int, Field(ge=0, le=20)] = 0
    """How often a walk may come here; then it goes to `after_that`. Every loop needs one such step."""
    after_that: str = ""
    """Where it goes then."""
    help: str = ""
    """What to know for it, in a sentence or two."""
    lines: tuple[Annotated[int, Field(ge=1)], ...] = ()
    """Lines of the guide whose commands it stands for; those of its checks count by themselves."""
    covers: tuple[str, ...] = ()
    """Ids of the guide's inventory whose work it does."""

    @property
    def kind(self) -> str:
        """Which it is."""
        return next(kind for kind in KINDS if getattr(self, kind))

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        found = [kind for kind in KINDS if getattr(self, kind)]
        if len(found) != 1:
            has = f"has {' and '.join(found)}" if found else f"is no {', '.join(KINDS[:-1])} or {KINDS[-1]}"
            remedy = "keep one, and make a step of each other" if found else "write for example ask: with a question"
            raise ValueError(f"a step is of one kind, and this one {has}: {remedy}")
        (kind,) = found
        for field, kinds in _BELONGS.items():
            if getattr(self, field) and kind not in kinds:
                raise ValueError(f"{field!r} belongs to {' or '.join(kinds)}, not to {kind}: take it out")
        if kind == "check":
            self._whole_check()
        if kind == "ask" and len(self.answers) < 2:
            raise ValueError("`ask` needs two answers at least: write answers: [{say: ..., go: STEP}, ...]")
        if kind == "escalate" and not self.go:
            raise ValueError("`escalate` does not say where it leads: write go: STEP")
        if kind == "do" and not self.go and not self.answers:
            either = "write go: STEP, or answers: [{say: ..., go: STEP}, ...] where it may turn out differently"
            raise ValueError(f"`do` does not say where it leads: {either}")
        if kind == "do" and self.go and self.answers:
            raise ValueError("`do` has both `go` and `answers`: keep the one that is meant")
        if self.at_most and not self.after_that:
            raise ValueError("`at_most` does not say where it goes then: write after_that: STEP")
        if self.after_that and not self.at_most:
            raise ValueError("`after_that` does not say after how often: write at_most: 3")
        return self

    def _whole_check(self) -> None:
        if not self.question:
            raise ValueError("a check has no `question`: write question: with what it answers, for when it cannot tell")
        if not self.then:
            raise ValueError("a check does not say where it leads: write then: [{say: ..., go: STEP}]")
        if self.then[-1].when:
            raise ValueError("the last branch of `then` has a `when`: take it out, it is for every other case")
        if any(not one.when for one in self.then[:-1]):
            raise ValueError("a branch of `then` before the last has no `when`: write when: state == 'fail'")


_BELONGS = {
    "question": ("check",), "then": ("check",), "commands": ("do",), "on": ("do",), "risk": ("do",),
    "guard": ("do",), "answers": ("ask", "do"), "given": ("check", "goto"), "outcome": ("done",),
    "go": ("do", "escalate"),
}  # fmt: skip


class OfferEntry(Strict):
    """When it is offered by itself."""

    routes: tuple[str, ...] = ()
    """Names of routes of `system.yaml`."""
    when: str = ""
    """An expression over the alert, as in routes: labels, annotations, severity, title, text."""
    checks: tuple[Name, ...] = ()
    """Checks whose failing suggests it."""
    errors: tuple[str, ...] = ()
    """What stands in a log or an alert then; capitals do not matter, `*` stands for anything within a line."""


class PlaybookFile(Strict):
    """How one problem is found and mended, step by step."""

    title: Line
    """What is wrong, in the words of an operator."""
    symptoms: tuple[Line, ...] = ()
    """How it looks: one sentence each."""
    words: tuple[str, ...] = ()
    """Further words, abbreviations and slang by which tired people look for it."""
    offer: OfferEntry = OfferEntry()
    """What suggests it."""
    parameters: dict[Name, ParameterEntry] = {}
    """What it must know."""
    start: Name
    """The first step."""
    steps: dict[Name, StepEntry] = Field(min_length=1)
    """The steps, by name."""
    covers: tuple[str, ...] = ()
    """Ids of the guide's inventory for which the playbook as a whole stands."""
