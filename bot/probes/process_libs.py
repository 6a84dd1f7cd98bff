"""process_libs: whether a program finds the shared libraries that it needs."""

from __future__ import annotations

import re

from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.probes._paths import FilePath
from bot.probes._text import not_understood, refused, short_lines, whole
from bot.probes.base import Fact, Parameters, Probe, Site

_FOUND = re.compile(r"^[ \t]+(\S+)(?: => (\S.*?))? \(0x[0-9a-f]+\)$", re.MULTILINE)
_NOT_FOUND = re.compile(r"^[ \t]*(\S+) => not found$", re.MULTILINE)
_NO_VERSION = re.compile(r"version `([^']{1,100})' not found")
_STATIC = re.compile(r"statically linked|not a dynamic executable")


class ProcessLibsParameters(Parameters):
    """Which program."""

    path: FilePath = Field(
        description="The program, one of your own: ldd loads it to see what it needs",
        examples=["/opt/hft_system/bin/hft_system"],
    )


async def _look(parameters: ProcessLibsParameters, site: Site) -> Seen:
    ran = await site.run("ldd", "--", parameters.path)
    static = _STATIC.search(ran.out + ran.err) is not None
    if ran.code != 0 and not static and not _NOT_FOUND.search(ran.out):
        raise refused(ran, parameters.path)
    text = "\n".join(short_lines(whole(ran, parameters.path)))
    libraries = dict(_FOUND.findall(text))
    unresolved = sorted({*_NOT_FOUND.findall(text), *_NO_VERSION.findall(text + ran.err)})
    if not libraries and not unresolved and not static:
        raise not_understood(parameters.path)
    return Seen(
        facts={"libraries": len(libraries), "unresolved": unresolved, "static": static},
        table=Table(columns=("not found",), rows=tuple((name,) for name in unresolved)) if unresolved else None,
        output=text,
    )


PROBE = Probe(
    name="process_libs",
    help="The shared libraries that a program needs, and those that it would not find.",
    parameters=ProcessLibsParameters,
    facts={
        "libraries": Fact(sort="number", help="libraries that were found"),
        "unresolved": Fact(sort="list", help="libraries and versions of them that were not found"),
        "static": Fact(sort="flag", help="whether it needs none, or is no program that could"),
    },
    look=_look,
)
