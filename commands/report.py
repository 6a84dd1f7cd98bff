"""tocsin report: the report of an incident as text, a page or data, in a terminal."""

from __future__ import annotations

from dataclasses import asdict, replace

import click
import orjson

from bot.core.report import Report
from bot.engine import reporting
from bot.store.transaction import Tx
from bot.views.report import HTML, MARKDOWN, render
from commands._grammar import Unclear, Verb, number
from commands._which import pick
from commands.base import TERMINAL, USAGE, Command, Context, Reply

_FORMATS = ("md", "html", "json")


@click.pass_obj
async def _report(context: Context, words: tuple[str, ...], format_: str, out: str) -> Reply:
    if len(words) != 1 or number(words[0]) is None:
        raise Unclear("Say which one: tocsin report INC-12 [--format md|html|json] [--out FILE]")
    if format_ not in _FORMATS:
        return Reply(text=f"There is no format {format_!r}. There are: {', '.join(_FORMATS)}.", exit_code=USAGE)
    picked = await pick(context, words, "report", also_closed=True)
    desk, incident = context.engine.desk, picked.incident

    def look(tx: Tx) -> Report:
        return reporting.written(tx, desk, incident)

    written = await context.engine.look(look)
    data = asdict(written)
    if format_ == "json":
        text = orjson.dumps(data, default=str, option=orjson.OPT_INDENT_2).decode() + "\n"
    else:
        name = HTML if format_ == "html" else MARKDOWN
        text = render(written, name, reporting.templates(desk, incident.system), desk.zone(incident.system))
    reply = Reply(text=text.rstrip("\n"), code=True, verbatim=True, incident=incident.number, data=data)
    if not out:
        return reply
    return replace(reply, text=f"{written.label} {written.status}: {written.title}", file=(out, text))


_HELP = """The report of an incident, as it stands now.

\b
  tocsin report INC-12                       as Markdown
  tocsin report 12 --format html --out r.html  as a page, in a file
  tocsin report 12 --format json             for a program

In Slack: /incident report 12 posts it into the incident's thread."""

COMMAND = Command(
    name="report",
    help="The report of an incident, as text, as a page or for a program.",
    usage="INC-12 [--format md|html|json] [--out FILE]",
    grammar=Verb(
        "report",
        callback=_report,
        words="NUMBER",
        params=[
            click.Option(["--format", "format_"], default="md", metavar="md|html|json", help="What it is written as."),
            click.Option(["--out"], default="", metavar="FILE", help="Write it into this file."),
        ],
        options_anywhere=True,
        help=_HELP,
    ),
    lives=frozenset({TERMINAL}),
    of_bot=True,
    slash=False,
)
