"""Check: one kind of look at one target, and the rules by which what it saw is judged. Content; drawn from a pack."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from bot.core.argument import ArgumentKind, fill
from bot.core.errors import Refused
from bot.core.expression import Expression

if TYPE_CHECKING:
    from bot.core.watch import Watch

PATH = "path"
"""The parameter of probes over HTTP in which people may fill in steps of an URL's path."""

_UNSET = re.compile(r"\$\{([a-z][a-z0-9_]*)\}")
"""What a pack's reader leaves standing of a variable without a value."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where commands run."""

    id: str
    transport: Literal["local", "ssh", "docker", "kubernetes"] = "local"
    address: str = ""
    user: str = ""
    port: int = 0
    unit: str = ""
    """The container, pod or workload in which commands run."""
    selector: str = ""
    """Kubernetes: the labels of the pods, where they say it better."""
    namespace: str = ""
    secret: str = ""
    """The secret variable with a cluster's token; empty: none."""
    authority: str = ""
    """The secret variable with the certificate of a cluster's authority; empty: none."""
    directory: str = ""
    """Where relative paths begin; empty: wherever one is put there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """What a check points at: a thing that its pack names, never free text."""

    id: str
    kind: Literal["host", "service", "endpoint", "log", "database", "exchange", "none"]
    place: Place
    """Where its commands run; the bot's own host where the pack says nothing else."""
    address: str = ""
    """Of an endpoint, database or venue; without secrets."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What else the pack says of it: the log's path, the service's unit, the database's name and user."""
    absent: str = ""
    """Why there is none in this environment; empty: it is there to be looked at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """An argument of a check."""

    kind: ArgumentKind
    default: str = ""
    """Taken where none is given; empty: it must be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One check of a system."""

    name: str
    system: str
    title: str
    probe: str
    target: Target
    parameters: Mapping[str, Any]
    """As the pack writes them; texts may hold places for arguments."""
    warn: Expression | None = None
    fail: Expression | None = None
    says: str = ""
    """The line for people, with facts in it; empty: made of the rule that decided."""
    asks: Mapping[str, Ask] = field(default_factory=dict)
    suites: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """Further words by which people find it."""
    within: timedelta = timedelta(seconds=10)
    lines: tuple[int, ...] = ()
    """Lines of the guide whose looking it does."""
    covers: tuple[str, ...] = ()
    """Ids of the guide's inventory that it stands for."""
    help: str = ""
    """What a failure means, in a sentence."""
    broken: str = ""
    """Why it cannot be run: where its pack is wrong. It stays in its suites, unknown; empty: it can be."""

    @property
    def key(self) -> str:
        """What it is called beyond its system."""
        return f"{self.system}.{self.name}"

    @property
    def rules(self) -> dict[str, str]:
        """Its rules as the pack writes them."""
        return {word: rule.source for word, rule in (("fail", self.fail), ("warn", self.warn)) if rule is not None}

    @property
    def unset(self) -> Sequence[str]:
        """Variables of its pack that it needs and that nobody has set: until then it can see nothing."""
        place = self.target.place
        where = (self.target.address, place.address, place.user, place.unit, place.namespace, place.directory)
        return sorted({name for text in (*where, *_texts(self.parameters)) for name in _UNSET.findall(text)})

    def arguments(self, given: Mapping[str, str]) -> dict[str, str]:
        """The values of its arguments, read by their kinds. Raises Refused for one that is missing, wrong, or none of
        its own."""
        if unknown := given.keys() - self.asks.keys():
            there = ", ".join(self.asks) or "none"
            raise Refused(f"{self.name} has no argument {', '.join(sorted(unknown))}. There is: {there}.")
        values = {}
        for name, ask in self.asks.items():
            text = given.get(name) or ask.default
            if not text:
                raise Refused(f"{self.name} needs {name.replace('_', ' ')}, which looks like {ask.kind.example}.")
            values[name] = ask.kind.read(text)
        return values

    def filled(self, values: Mapping[str, str]) -> dict[str, Any]:
        """The parameters with the arguments in their places. In `path`, which is that of an URL, each is
        percent-encoded: it stays within its step, whatever it holds."""
        encoded = {name: quote(value, safe="") for name, value in values.items()}
        return {name: _filled(value, encoded if name == PATH else values) for name, value in self.parameters.items()}

    def named_in_path(self, values: Mapping[str, str]) -> str:
        """What the address names by its arguments: `order 20261121-000417`; empty where it names nothing."""
        path = str(self.parameters.get(PATH, ""))
        named = [f"{name.replace('_', ' ')} {value}" for name, value in values.items() if f"{{{name}}}" in path]
        return " and ".join(named)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | Sequence):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(inner)


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return fill(value, values)
    if isinstance(value, Mapping):
        return {key: _filled(inner, values) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [_filled(inner, values) for inner in value]
    return value


@dataclass(frozen=True, kw_only=True, slots=True)
class Checks:
    """The checks of a system, and the suites they form."""

    by_name: Mapping[str, Check]
    suites: Mapping[str, str]
    """What each suite is for, in its order."""
    watches: Mapping[str, Watch] = field(default_factory=dict)
    """Those that are run by themselves, by the name of their alert."""
    broken: Mapping[str, Check] = field(default_factory=dict)
    """Those that are written, and wrongly: nothing can be built on them, but whoever looks is told of them."""

    @property
    def all(self) -> list[Check]:
        """Those that can be run, and then those that are broken."""
        return [*self.by_name.values(), *self.broken.values()]

    def named(self, name: str) -> Check | None:
        """The check of that name, broken or not."""
        return self.by_name.get(name) or self.broken.get(name)

    def of_suite(self, suite: str) -> list[Check]:
        """The checks of a suite whose targets are there, in the pack's order."""
        return [check for check in self.all if suite in check.suites and not check.target.absent]

    def left_out(self, words: Sequence[str]) -> list[Check]:
        """Those that the words mean, too, and that `find` leaves out since their targets are not there."""
        meant = self._meant(" ".join(words).lower().replace("-", "_"))
        absent = [check for check in meant if check.target.absent]
        return absent if len(absent) < len(meant) else []

    def find(self, words: Sequence[str]) -> list[Check]:
        """What people mean: a suite, a check, several suites, or all checks that answer to every one of these words.
        Those whose targets are not there only where nothing else is meant."""
        found = self._meant(" ".join(words).lower().replace("-", "_"))
        return [check for check in found if not check.target.absent] or found

    def _meant(self, text: str) -> list[Check]:
        if (check := self.named(text.replace(" ", "_"))) is not None:
            return [check]
        wanted = text.split()
        if text in self.suites or (len(wanted) > 1 and all(word in self.suites for word in wanted)):
            suites = {text, *wanted} if len(wanted) > 1 else {text}
            return [check for check in self.all if not suites.isdisjoint(check.suites)]
        return [check for check in self.all if wanted and all(_answers_to(check, word) for word in wanted)]


def _answers_to(check: Check, word: str) -> bool:
    known = {*check.name.split("_"), *check.suites, *(w.lower() for w in check.words), check.target.id}
    return word in known
