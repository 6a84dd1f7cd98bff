"""http_json: a JSON answer as values and as a list: how many entries count, how old, and what they add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from bot.core.errors import BadContent
from bot.core.evidence import Seen, Table, Trouble
from bot.core.expression import Facts, compile_expression
from bot.probes._asking import AskingParameters, question_of
from bot.probes._config import pick
from bot.probes._http import ask
from bot.probes._http_answer import expect_success
from bot.probes._json import Named, ValuePath, age_of, ages_at, cell, counts_at, numeric, plain, values_at
from bot.probes.base import Fact, Probe, ProbeFailed, Site

_MOST_ROWS = 5_000
_MOST_SHOWN = 40
_MOST_OUTPUT = 200_000
_MOST_GROUPS = 50


def _compiles(source: str) -> str:
    try:
        compile_expression(source)
    except BadContent as problem:
        raise ValueError(str(problem)) from None
    return source


class HttpJsonParameters(AskingParameters):
    """What is asked, and what of the answer counts."""

    values: Named = Field(
        default={},
        description="Values by path, each with a name; `*` is every entry",
        examples=[{"trading_enabled": "trading_enabled"}],
    )
    counts: Named = Field(default={}, description="Lists by path: how many entries", examples=[{"orders": "orders"}])
    ages: Named = Field(default={}, description="Times by path: how long ago, the oldest where there are several")
    rows: ValuePath | None = Field(
        default=None, description="Path of a list, or of a mapping, whose entries are looked at one by one",
        examples=["orders"],
    )  # fmt: skip
    where: Annotated[str, Field(max_length=500), AfterValidator(_compiles)] | None = Field(
        default=None,
        description="Expression over each entry, which is called `item`: those for which it is true count",
        examples=["item.status == 'pending' and item.age_seconds > 30"],
    )
    at: ValuePath | None = Field(default=None, description="Path of the time in an entry", examples=["created_at"])
    number: ValuePath | None = Field(default=None, description="Path of the number in an entry", examples=["quantity"])
    group: ValuePath | None = Field(
        default=None, description="Path of what entries are counted by", examples=["exchange"]
    )
    columns: tuple[ValuePath, ...] = Field(
        default=(), max_length=12, description="Paths of an entry that the table shows; none: the first ones",
        examples=[["order_id", "status"]],
    )  # fmt: skip


async def _look(parameters: HttpJsonParameters, site: Site) -> Seen:
    reply = await ask(site, question_of(parameters, site), seconds=parameters.seconds)
    expect_success(reply)
    document = reply.json()
    facts: dict[str, Any] = {
        **dict.fromkeys(_FACTS),
        "took_ms": reply.took_ms,
        "values": values_at(document, parameters.values),
        "counts": counts_at(document, parameters.counts),
        "ages": ages_at(document, parameters.ages, site.now()),
    }
    table = None
    if parameters.rows is not None:
        rows = _rows(document, parameters.rows)
        chosen, facts["unclear"] = _chosen(rows, parameters.where)
        facts |= {"total": len(rows), **_of_rows(parameters, chosen, site)}
        table = _table(parameters, chosen)
    elif facts["values"]:
        table = Table(
            columns=("name", "value"), rows=tuple((name, cell(value)) for name, value in facts["values"].items())
        )
    return Seen(facts=facts, table=table, output=reply.text[:_MOST_OUTPUT])


def _rows(document: Any, path: str) -> list[Any]:
    """The entries; those of a mapping know their name as `key`. Raises ProbeFailed where there is no such list."""
    found = [document] if path == "*" else [value for _, value in pick(document, path)]
    if not found:
        raise ProbeFailed(f"the answer has nothing at {path!r}", Trouble.PARSE)
    entries = found[0] if len(found) == 1 else found
    if isinstance(entries, Mapping):
        entries = [{"key": name, **one} if isinstance(one, Mapping) else one for name, one in entries.items()]
    if not isinstance(entries, list):
        raise ProbeFailed(f"the answer has no list at {path!r}", Trouble.PARSE)
    if len(entries) > _MOST_ROWS:
        raise ProbeFailed(f"the list at {path!r} has more than {_MOST_ROWS} entries", Trouble.TOO_MUCH)
    return entries


def _chosen(rows: Sequence[Any], where: str | None) -> tuple[list[Any], int]:
    """The entries that count, and how many of which that cannot be told."""
    if where is None:
        return list(rows), 0
    rule = compile_expression(where)
    answers = [(row, rule.ask(Facts({"item": row})).value) for row in rows]
    return [row for row, answer in answers if answer], sum(1 for _, answer in answers if answer is None)


def _of_rows(parameters: HttpJsonParameters, chosen: Sequence[Any], site: Site) -> dict[str, Any]:
    facts: dict[str, Any] = {"count": len(chosen)}
    if parameters.at:
        ages = [age for row in chosen if (age := age_of(_first(row, parameters.at), site.now())) is not None]
        facts |= {"oldest_s": max(ages, default=None), "newest_s": min(ages, default=None)}
    if parameters.number:
        numbers = [number for row in chosen if (number := numeric(_first(row, parameters.number))) is not None]
        whole = len(numbers) == len(chosen)
        facts |= {
            "sum": round(sum(numbers), 10) if whole else None,
            "lowest": min(numbers, default=None) if whole else None,
            "highest": max(numbers, default=None) if whole else None,
        }
    if parameters.group:
        groups = Counter(str(cell(_first(row, parameters.group))) for row in chosen)
        facts["groups"] = dict(groups.most_common(_MOST_GROUPS))
    return facts


def _first(row: Any, path: str) -> Any:
    found = pick(row, path)
    return found[0][1] if found else None


def _table(parameters: HttpJsonParameters, chosen: Sequence[Any]) -> Table | None:
    columns = parameters.columns
    if not columns and chosen and isinstance(chosen[0], Mapping):
        columns = tuple(str(name) for name, value in chosen[0].items() if not isinstance(value, list | Mapping))[:6]
    if not columns:
        return None
    rows = tuple(tuple(cell(plain(_first(row, path))) for path in columns) for row in chosen[:_MOST_SHOWN])
    return Table(columns=columns, rows=rows)


_FACTS = {
    "took_ms": Fact(sort="number", unit="ms", help="how long the whole answer took"),
    "values": Fact(sort="map", help="values by name; those that are not there are missing"),
    "counts": Fact(sort="map", help="how many entries lists have, by name"),
    "ages": Fact(sort="map", help="seconds since times, by name"),
    "total": Fact(sort="number", help="entries of the list"),
    "count": Fact(sort="number", help="entries that count"),
    "unclear": Fact(sort="number", help="entries of which it cannot be told whether they count"),
    "oldest_s": Fact(sort="number", unit="s", help="age of the oldest entry that counts; unknown where none does"),
    "newest_s": Fact(sort="number", unit="s", help="age of the newest entry that counts; unknown where none does"),
    "sum": Fact(sort="number", help="the numbers of entries that count, added up; unknown where one has none"),
    "lowest": Fact(sort="number", help="the lowest of the numbers"),
    "highest": Fact(sort="number", help="the highest of the numbers"),
    "groups": Fact(sort="map", help="entries that count, by what `group` finds"),
}

PROBE = Probe(
    name="http_json",
    help="A JSON answer as values and as a list: how many entries count, how old they are and what they add up to.",
    parameters=HttpJsonParameters,
    facts=_FACTS,
    look=_look,
    target="url",
    fills=("path", "query"),
)
