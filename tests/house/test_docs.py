"""What is written for people is true: commands, targets, variables, links, examples and words are those of the code."""

import asyncio
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import bot.pagers
import bot.sources
import commands
from bot.core.endpoint import Endpoint
from bot.core.oncall import Actor
from bot.engine.desk import Desk
from bot.env_example import everything
from bot.inbound.metrics import Metrics
from bot.packs.endpoints import EndpointsFile
from bot.plugs import discover
from bot.settings import Settings
from bot.store import life_tables, looking_tables, tables
from commands.base import SLACK, TERMINAL, Context, run
from tests.house.tree import ROOT, files, text

PAGES = files(".md")
README = text(Path("README.md"))
GLOSSARY = text(Path("docs/glossary.md"))
MAKEFILE = text(Path("Makefile"))
ADRS = [path for path in PAGES if path.parent == Path("docs/adrs") and path.stem != "template"]

BUILT_IN = {"run", "demo", "db"}
"""What `tocsin` does beside the commands of the open room."""

OPEN_ROOMS = ("SOURCE", "PAGER", "PROBE", "COMMAND")
UNSPOKEN = {"buckets", "clock", "expression", "wanted", "seen"}
"""Files of the core and tables that only the code speaks of."""
FURTHER = {
    "action", "approval", "channel", "claim", "contact", "desk", "door", "epoch", "fact", "figure", "fingerprint",
    "floor", "holder", "lane", "level", "night", "offer", "pack", "part", "phase", "place", "playbook", "plug", "raise",
    "role", "room", "round", "route", "severity", "stage", "step", "suite", "target", "type", "update", "verb",
    "verdict", "way",
}  # fmt: skip
"""Words that are no file, no table and no room of their own."""


def blocks(page: str, kind: str) -> list[str]:
    """The fenced blocks of one kind; of no kind with an empty one."""
    found = re.findall(r"^( *)```(\w*)\n(.*?)^ *```", page, flags=re.DOTALL | re.MULTILINE)
    return [re.sub(f"^{indent}", "", body, flags=re.MULTILINE) for indent, name, body in found if name == kind]


def code(page: str) -> str:
    """All that is set as code."""
    return "\n".join([*blocks(page, ""), *re.findall(r"`([^`\n]+)`", page)])


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", text(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_a_fresh_clone_takes_two_commands():
    assert "make demo\nmake test\n" in blocks(README, "")


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_target_that_is_named_exists(page: Path):
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)", code(text(page))))
    there = set(re.findall(r"^([a-z-]+):", MAKEFILE, flags=re.MULTILINE))
    assert named - there == set()


def test_every_target_says_what_it_does():
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, flags=re.MULTILINE))
    assert targets - set(re.findall(r"^([a-z-]+):.*## .+", MAKEFILE, flags=re.MULTILINE)) == set()


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_command_that_is_named_exists(page: Path):
    known = discover(commands, "COMMAND")
    in_terminal = {name for name, command in known.items() if TERMINAL in command.lives} | BUILT_IN
    in_slack = {name for name, command in known.items() if SLACK in command.lives}
    written = code(text(page))
    invented = {"name", "tide"}  # of the example of a command
    assert set(re.findall(r"(?:^|\n|bin/)tocsin ([a-z]+)", written)) - in_terminal - invented == set()
    addresses = {"healthz", "readyz", "metrics", "packs", "data", "health", "status", "tmp", "board"}
    assert set(re.findall(r"(?:^|\n)/([a-z]+)(?= |\n|$)", written)) - in_slack - invented - addresses == set()


def test_the_readme_has_every_command_where_it_lives():
    terminal = code(README.partition("## The terminal")[2].partition("\n## ")[0])
    in_slack = code(README.partition("## In Slack")[2].partition("\n## ")[0])
    named = {word for line in re.findall(r"^tocsin ([a-z |]+)", terminal, flags=re.MULTILINE) for word in line.split()}
    for name, command in discover(commands, "COMMAND").items():
        assert TERMINAL not in command.lives or name in named, f"tocsin {name} is missing"
        assert SLACK not in command.lives or name == "help" or f"/{name}" in in_slack, f"/{name} is missing"
    assert BUILT_IN - named == set()


def test_every_verb_that_is_named_exists():
    verbs = discover(commands, "COMMAND")["incident"].grammar.commands
    named = re.findall(r"(?:/|@tocsin |tocsin )incident ([a-z]+)", code(README))
    section = README.partition("## In Slack")[2].partition("\n## ")[0]
    listed = section.partition("lists the rest:")[2].partition("and more")[0]
    assert set(named) | set(re.findall(r"`([a-z]+)`", listed)) <= set(verbs)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_resolves(page: Path):
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text(page), flags=re.DOTALL)):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        there = (ROOT / page.parent / name).resolve() if name else ROOT / page
        if not there.exists() or (anchor and anchor not in anchors(there.relative_to(ROOT))):
            broken.append(target)
    assert broken == []


@cache
def variables() -> set[str]:
    """The names of all there are; to know them the packs have to be read."""
    return {variable.name for group in everything() for variable in group.variables}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_variable_that_is_named_exists(page: Path):
    known = variables()
    named = set(re.findall(r"\b(?:TOCSIN|SLACK)_[A-Z][A-Z0-9_]+\b", text(page)))
    known |= {"TOCSIN_SECRET_"}  # what follows is named by the packs' checks
    # `TOCSIN_SMTP_...` and `TOCSIN_VAR_<SYSTEM>_<NAME>` stand for many; the variables of examples are nobody's.
    wrong = {name for name in named - known if not any(one.startswith(name) for one in known)}
    assert wrong - {"TOCSIN_VAR_RISK_TOKEN", "TOCSIN_VAR_HFT_L1_PHONE", "TOCSIN_SECRET_HFT_BINANCE_KEY"} == set()


def test_the_readme_has_every_setting_with_its_default():
    table = README.partition("## Settings")[2].partition("\n## ")[0]
    missing = [field.title for field in Settings.model_fields.values() if f"`{field.title}`" not in table]
    assert missing == []
    for name in ("slack_api_url", "database_url", "host", "port", "log_level", "log_format"):
        assert f"`{Settings.model_fields[name].default}`" in table


def test_the_readme_has_every_way_of_paging():
    table = README.partition("## Paging")[2].partition("\n## ")[0]
    for name, pager in discover(bot.pagers, "PAGER").items():
        row = next((line for line in table.splitlines() if line.startswith(f"| `{name}` |")), "")
        assert row, f"{name} is missing"
        assert ("| yes |" in row) == pager.wakes
        if name != "slack" and pager.parameters.model_fields:
            assert f"`TOCSIN_{pager.section.upper()}_...`" in row


def test_metrics_that_are_named_exist():
    there = Metrics().text().decode()
    assert [name for name in re.findall(r"\btocsin_[a-z_]+\b", README) if f"# TYPE {name} " not in there] == []


def test_the_readmes_endpoint_is_understood():
    example = next(body for body in blocks(README, "yaml") if body.startswith("endpoints:"))
    for name, entry in EndpointsFile.model_validate(YAML(typ="safe").load(example)).endpoints.items():
        source = discover(bot.sources, "SOURCE")[entry.source]
        source.parameters.model_validate(entry.mapping)
        endpoint = Endpoint(name=name, source=entry.source, systems=("hft",), parameters=entry.mapping)
        body = (
            b'{"events": [{"id": 7, "account": "A1", "message": "limit", "level": "P1", "state": "open", "loss": 1e6}]}'
        )
        (alert,) = source.parse(body, {}, endpoint, datetime(2026, 11, 21, tzinfo=UTC))
        assert (alert.title, alert.severity, alert.numbers, alert.firing) == ("A1: limit", "P1", {"loss": 1e6}, True)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_yaml_example_is_yaml(page: Path):
    for body in blocks(text(page), "yaml"):
        assert YAML(typ="safe").load(body)


def test_the_examples_of_plugs_work():
    source, command = ({}, {})
    first, second = blocks(text(Path("docs/adding.md")), "python")
    exec(compile(first, "source", "exec"), source)
    exec(compile(second, "command", "exec"), command)
    endpoint = Endpoint(name="sea", source="buoy", systems=("hft",))
    (alert,) = source["SOURCE"].parse(
        b'{"buoy": "B7", "level": "p1"}', {}, endpoint, datetime(2026, 11, 21, tzinfo=UTC)
    )
    assert (alert.title, alert.firing) == ("B7 drifts", True)

    class Quiet:
        desk = Desk(systems={}, ways={})

        async def look(self, _work):
            return []

    context = Context(who=Actor(id="anna", name="Anna", via="slack"), place=SLACK, engine=Quiet())
    assert asyncio.run(run(command["COMMAND"], [], context)).text.startswith("High water in Hamburg, and 0")


def words() -> set[str]:
    """What the project speaks of: what the core has a file and a class for, what is stored, what open rooms hold."""
    found = {constant.lower() for constant in OPEN_ROOMS}
    found |= {name.replace("_", " ") for room in (tables, life_tables, looking_tables) for name in room.metadata.tables}
    for path in files(".py"):
        stem = path.stem.replace("_", "")
        if path.parent == Path("bot/core") and re.search(rf"^class {stem}\b", text(path), re.IGNORECASE | re.MULTILINE):
            found.add(path.stem.replace("_", " "))
    return found - UNSPOKEN | FURTHER


def test_the_glossary_has_every_word():
    """A thing that consists of several words may be called by one of them: action item, kept message."""
    explained = {word.lower() for word in re.findall(r"\*\*([A-Z][\w ]+)\*\*(?=[^.]*:)", GLOSSARY)}
    explained |= {part for word in explained for part in word.split()}
    # A table is called by the plural.
    missing = {w for w in words() if not {w, w.removesuffix("s"), w.removesuffix("es"), w[:-3] + "y"} & explained}
    assert sorted(missing) == []


@pytest.mark.parametrize("path", ADRS, ids=str)
def test_a_decision_is_one_page_of_the_usual_form(path: Path):
    page = text(path)
    assert page.startswith(f"# {path.stem[:4]}: ")
    assert re.findall(r"^## (.+)$", page, flags=re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert len(page.splitlines()) <= 70
    assert f"(adrs/{path.name})" in text(Path("docs/README.md"))


def test_decisions_are_numbered_without_gaps():
    assert [int(path.stem[:4]) for path in ADRS] == list(range(1, len(ADRS) + 1))


def test_the_changes_begin_with_the_unreleased_ones():
    assert re.search(r"^## (.+)$", text(Path("CHANGELOG.md")), flags=re.MULTILINE)[1] == "[Unreleased]"


ELSEWHERE = re.compile(
    r"(?<![\w.])/(?:root|work|Users/\w+)/|\.(?:pyenv|venvs)\b|\bfile:///(?:opt|srv|mnt)|-index-url\b|\bhelpers?\b",
    re.IGNORECASE,
)
"""Places that only one machine has, and a name that says nothing."""


def test_nothing_is_true_on_one_machine_only():
    ours = [(path, text(path)) for path in files() if path.parent != Path("tests/house")]
    suspicious = [(path, content) for path, content in ours if ELSEWHERE.search(content)]
    assert [
        f"{path}:{number}: {line[:120]}"
        for path, content in suspicious
        for number, line in enumerate(content.splitlines(), 1)
        if ELSEWHERE.search(line)
    ] == []
