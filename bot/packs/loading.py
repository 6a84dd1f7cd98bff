"""Loads the packs: finds them, reads them, checks them and makes systems of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.core.check import Checks
from bot.core.system import System
from bot.packs.building import build_system
from bot.packs.checks import ProbeInfo
from bot.packs.contents import Contents, read_contents
from bot.packs.leaks import find_leaks
from bot.packs.models import SystemFile
from bot.packs.pack import Addresses, Pack
from bot.packs.problems import Place, Problem, Problems, meant
from bot.packs.reading import Document, Steps, read
from bot.packs.structure import fit
from bot.packs.variables import Variables
from bot.packs.ways import WayInfo

PRODUCTION = "production"
"""The environment in which nothing may be left unset (ESCALATION 32)."""

_ENVIRONMENTS = ("demo", "staging", PRODUCTION)
"""A pack need not have a file for these."""
_CODE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """What the packs say, and what is wrong with them."""

    systems: tuple[System, ...]
    """Every system of which one can be made, also with errors such as an address that is not set: a bot that pages most
    of the people is better than none. In the order of the names."""
    contents: Mapping[str, Contents]
    """By system: its file, checks, playbooks, error messages."""
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    """What is right but might surprise, such as a pack that hides a bundled one."""

    @property
    def files(self) -> dict[str, SystemFile]:
        """By system: its whole file."""
        return {name: contents.file for name, contents in self.contents.items()}

    @property
    def checks(self) -> dict[str, Checks]:
        """By system: what can be looked at there."""
        return {name: contents.checks for name, contents in self.contents.items()}

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that must be solved."""
        return tuple(problem for problem in self.problems if problem.level == "error")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Setting:
    variables: Mapping[str, str]
    environment: str
    ways: Mapping[str, WayInfo]
    public_address: bool
    probes: Mapping[str, ProbeInfo]
    problems: Problems = field(default_factory=Problems)


def bundled(code: Path = _CODE) -> Path:
    """The folder of the packs that come with the bot: inside the installed package, else that of the repository."""
    installed = code / "bundled"
    return installed if installed.is_dir() else code.parent / "playbooks"


def available(folder: Path) -> dict[str, Path]:
    """The packs in a folder by name; a folder that is itself a pack holds that one."""
    if (folder / "system.yaml").is_file():
        return {folder.resolve().name: folder}
    if not folder.is_dir():
        return {}
    return {path.name: path for path in sorted(folder.iterdir()) if (path / "system.yaml").is_file()}


def load(
    folders: Sequence[Path],
    names: Sequence[str],
    *,
    variables: Mapping[str, str],
    environment: str = "",
    ways: Mapping[str, WayInfo],
    public_address: bool = True,
    probes: Mapping[str, ProbeInfo] | None = None,
    only: str = "",
) -> Loaded:
    """Load the systems of these names; without names, all that the folders hold.

    Folders win over the bundled packs, which are loaded by name only. `variables` are values by upper-case key
    (`HFT_OPERATIONS_PHONE`); without `probes`, checks and playbooks are not read, and with `only` those of that system
    alone, if it is among them: reading them is what takes time. Never raises for what is written in
    a pack: everything wrong is among the problems."""
    setting = _Setting(
        variables=variables, environment=environment, ways=ways, public_address=public_address, probes=probes or {}
    )
    chosen, notes = _find(folders, names, setting.problems)
    systems: list[System] = []
    contents: dict[str, Contents] = {}
    for name, folder in chosen.items():
        whole = only not in chosen or only == name
        its_contents, system = _load_one(name, folder, setting if whole else replace(setting, probes={}))
        if its_contents is not None:
            contents[name] = its_contents
        if system is not None:
            systems.append(system)
    return Loaded(systems=tuple(systems), contents=contents, problems=setting.problems.found(), notes=tuple(notes))


def _find(folders: Sequence[Path], names: Sequence[str], problems: Problems) -> tuple[dict[str, Path], list[str]]:
    ours = available(bundled())
    given: dict[str, Path] = {}
    notes: list[str] = []
    for folder in folders:
        there = available(folder)
        if not there and not (folder / "endpoints.yaml").is_file():
            place = Place(file=str(folder), line=1)
            problems.error(place, "there is no pack in this folder", "it must hold <system>/system.yaml")
        for name, path in there.items():
            if name in given:
                notes.append(f"{name}: {given[name]} is used, {path} is not")
            given.setdefault(name, path)
    wanted = list(dict.fromkeys(names)) or list(given)
    if not wanted and not folders:
        place = Place(file=str(bundled()), line=1)
        problems.error(place, "no system is named", f"set TOCSIN_SYSTEMS to some of: {', '.join(ours)}")
    chosen: dict[str, Path] = {}
    for name in wanted:
        if name in given:
            chosen[name] = given[name]
            if name in ours and given[name].resolve() != ours[name].resolve():
                notes.append(f"{name}: {given[name]} is used instead of the bundled pack")
        elif name in ours:
            chosen[name] = ours[name]
        else:
            place = Place(file=str(folders[0] if folders else bundled()), line=1)
            problems.error(place, f"there is no pack for a system {name!r}", meant(name, {**ours, **given}))
    return chosen, notes


def _load_one(name: str, folder: Path, setting: _Setting) -> tuple[Contents | None, System | None]:
    problems = setting.problems
    base = read(folder / "system.yaml", problems)
    overlay = _read_overlay(name, folder, setting)
    for document in (base, overlay):
        if document is not None:
            find_leaks(document, problems)
    if base is None:
        return None, None
    variables = Variables(name, base, overlay, setting.variables, problems)
    whole = base
    if overlay is not None:
        rest = {key: value for key, value in overlay.data.items() if key != "variables"}
        whole = base.overlaid(Document(file=overlay.file, data=rest, places=overlay.places))
    filled = variables.use(whole, problems, _is_address)
    file = fit(filled, SystemFile, problems)
    contents = read_contents(folder, file, filled, variables, setting.probes, problems) if file else None
    variables.tell(problems, strict=setting.environment == PRODUCTION)
    if file is None:
        return None, None
    if file.name != name:
        problems.error(
            base.place("name"), f"the folder is called {name!r}, the system {file.name!r}", f"write name: {name}"
        )
    addresses = Addresses(document=filled, variables=variables, ways=setting.ways, problems=problems)
    pack = Pack(
        file=file,
        document=filled,
        contacts=addresses.contacts(file),
        wrong=addresses.wrong,
        ways=setting.ways,
        public_address=setting.public_address,
        problems=problems,
    )
    return contents, build_system(name, pack)


def _read_overlay(name: str, folder: Path, setting: _Setting) -> Document | None:
    if not setting.environment:
        return None
    path = folder / "environments" / f"{setting.environment}.yaml"
    others = sorted(other.stem for other in (folder / "environments").glob("*.yaml"))
    if setting.environment in others:
        return read(path, setting.problems)
    if setting.environment not in _ENVIRONMENTS:
        said = f"{name} has no environment {setting.environment!r}, so that its values are the usual ones"
        setting.problems.error(
            Place(file=str(path), line=1), said, meant(setting.environment, {*_ENVIRONMENTS, *others})
        )
    return None


def _is_address(steps: Steps) -> bool:
    """Addresses are filled in one by one, since an unset one is told by its variable's name."""
    return len(steps) == 3 and steps[0] == "contacts" and steps[2] == "addresses"
