"""script: a script of the site that only looks, and what it says: by its exit code, as JSON, or as a Nagios plugin."""

from __future__ import annotations

import json
import math
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from bot.core.evidence import Seen, Trouble
from bot.core.text import cut, first_line, one_line
from bot.probes._text import clean, decimal, without_private_keys
from bot.probes.base import Fact, Parameters, Probe, ProbeFailed, Site

_MOST_OUTPUT = 400_000
_STATES = re.compile(r"\b(OK|WARNING|CRITICAL|UNKNOWN)\b")
_LABEL = r"(?:'((?:[^'\n]|''){1,200})'|([^\s='|]{1,200}))"
_MEASURE = re.compile(rf"{_LABEL}=(-?\d{{1,20}}(?:\.\d{{1,20}})?)([a-zA-Z%]{{0,10}})(?:;\S*)?(?:\s|$)")
_DEEPEST = 40


def _a_program_first(argv: tuple[str, ...]) -> tuple[str, ...]:
    # `env`, which runs it in some places, would take the one for an option and the other for a variable.
    if not argv[0] or argv[0].startswith("-") or "=" in argv[0]:
        raise ValueError("has to begin with the program's name")
    return argv


Argument = Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]


class ScriptParameters(Parameters):
    """Which script, and how to read it."""

    argv: Annotated[tuple[Argument, ...], AfterValidator(_a_program_first)] = Field(
        min_length=1,
        max_length=30,
        description="The program and its arguments, each by itself; no shell reads them",
        examples=[["python", "scripts/check_pnl.py", "--detailed"]],
    )
    changes_nothing: Literal[True] = Field(
        description="Write true when you have read the script and it only looks", examples=[True]
    )
    reads: Literal["auto", "json", "nagios", "text"] = Field(
        default="auto", description="What it writes; auto: JSON or a Nagios line where it is one"
    )
    codes: Literal["any", "custom"] = Field(
        default="any",
        description="custom: 0 ok, 1 warning, 2 failure; by any other code it says that it could not look",
    )
    show: int = Field(default=15, ge=0, le=200, description="Last lines to show")


async def _look(parameters: ScriptParameters, site: Site) -> Seen:
    ran = await site.run(*parameters.argv, most_bytes=_MOST_OUTPUT)
    if ran.code in (126, 127):
        # How ssh, Docker and env say that a program could not be started; a script should not use them itself.
        trouble = Trouble.PERMISSION if ran.code == 126 else Trouble.MISSING
        raise ProbeFailed(f"{parameters.argv[0]}: {first_line(clean(ran.err)) or 'cannot be run'}", trouble)
    if parameters.codes == "custom" and ran.code not in (0, 1, 2):
        said = first_line(clean(ran.out)) or first_line(clean(ran.err))
        what = one_line(" ".join(parameters.argv), 120)
        raise ProbeFailed(f"{what}: exit code {ran.code}: {said}".removesuffix(": "), Trouble.PARSE)
    values = values_in(ran.out) if parameters.reads in ("auto", "json") and not ran.cut else None
    if parameters.reads == "json" and values is None:
        raise ProbeFailed(f"{parameters.argv[0]}: wrote no JSON object", Trouble.PARSE)
    measures = measures_in(ran.out) if parameters.reads in ("auto", "nagios") and values is None else None
    if parameters.reads == "nagios" and measures is None:
        raise ProbeFailed(f"{parameters.argv[0]}: wrote no line as a Nagios plugin does", Trouble.PARSE)
    lines = without_private_keys([line for line in (ran.out + "\n" + ran.err).split("\n") if line.strip()])
    return Seen(
        facts={
            "code": ran.code,
            "message": first_line(ran.out) or first_line(ran.err),
            "values": values,
            "measures": measures,
            "lines": len(ran.out.splitlines()),
        },
        excerpt=[one_line(line, 500) for line in lines[-parameters.show :]] if parameters.show else [],
        output=ran.out + (f"\n[standard error]\n{ran.err}" if ran.err.strip() else ""),
    )


def values_in(text: str) -> dict[str, Any] | None:
    """The JSON object that the whole text is, or its last line; None where neither is one."""
    lines = text.strip().split("\n")
    for candidate in (text, lines[-1]):
        try:
            said = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        if isinstance(said, dict):
            return {cut(str(name), 200): _bounded(value, 0) for name, value in said.items()}
    return None


def _bounded(value: Any, depth: int) -> Any:
    """A value that expressions and the store can hold."""
    if depth > _DEEPEST:
        return None
    if isinstance(value, dict):
        return {cut(str(name), 200): _bounded(one, depth + 1) for name, one in value.items()}
    if isinstance(value, list):
        return [_bounded(one, depth + 1) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**63:
        return None
    return value


def measures_in(text: str) -> dict[str, float] | None:
    """The numbers after the bar of a Nagios plugin's first line, by label; None where it is no such line."""
    line = text.strip().split("\n")[0][:4000]
    state, bar, data = line.partition("|")
    if _STATES.search(state) is None:
        return None
    found: dict[str, float] = {}
    for quoted, plain, number, _ in _MEASURE.findall(data if bar else ""):
        value = decimal(number)
        if value is not None:
            found[(quoted.replace("''", "'") or plain).strip()] = value
    return found


PROBE = Probe(
    name="script",
    help="A script of the site that only looks: its exit code, and what it writes as JSON or as a Nagios plugin.",
    parameters=ScriptParameters,
    facts={
        "code": Fact(sort="number", help="its exit code; by custom 0 ok, 1 warning, 2 failure, 3 unknown"),
        "message": Fact(sort="text", help="the first line it wrote"),
        "values": Fact(sort="map", help="the JSON object it wrote; unknown where it wrote none"),
        "measures": Fact(sort="map", help="numbers of its Nagios line by label; unknown where it wrote none"),
        "lines": Fact(sort="number", help="lines it wrote"),
    },
    look=_look,
    fills=("argv",),
)
