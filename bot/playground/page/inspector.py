"""The inspector: everything that goes to and from the bot, one by one; and faults of Slack on request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.playground.faults import Fault
from bot.playground.page.panels import calendar, drawn, form_of, sender
from bot.playground.traffic import KEPT, KINDS, Traffic
from bot.playground.web_api import METHODS
from bot.playground.workspace import Workspace

STEP = 60
"""How many exchanges are drawn at first, and how many more at a time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Looking:
    """What one viewer looks at."""

    kind: str = ""
    words: str = ""
    open: int = 0
    """The exchange whose details are shown."""
    many: int = STEP


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """A fault of Slack's API that can be asked for."""

    key: str
    title: str
    effect: str


TROUBLES = (
    Trouble(
        key="rate_limited", title="429, rate limited",
        effect="Slack turns calls away with Retry-After. The bot waits as long and sends them again, in order.",
    ),
    Trouble(
        key="status", title="500, Slack is not well",
        effect="Calls are not carried out. The bot tries again, waiting longer each time; pages by other ways go on.",
    ),
    Trouble(
        key="lose_answer", title="The answer is lost",
        effect="Calls ARE carried out, but the connection breaks before the answer. The bot looks for its own message "
        "before it repeats it: nothing is posted twice.",
    ),
)  # fmt: skip
METHOD_NAMES = ("*", *sorted((*METHODS, "response_url", "upload")))


class Inspector:
    """A `Panel`. What a viewer filters and opens is kept here, so that a drawing is the same wherever it is asked."""

    key = "inspector"
    title = "Inspector"
    icon = "⌕"
    unread = False

    def __init__(self, workspace: Workspace, traffic: Traffic) -> None:
        self._workspace = workspace
        self._traffic = traffic
        self._looking: dict[str, Looking] = {}
        self._watchers: list[Callable[[], None]] = []
        answers: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "look": self._look, "open": self._open, "more": self._more, "clear": self._clear, "fault": self._fault,
            "faults-off": self._faults_off, "slack": self._slack, "sockets": self._sockets, "rates": self._rates,
        }  # fmt: skip
        self.routes: Sequence[BaseRoute] = [
            Route(f"/panel/inspector/{name}", answer, methods=["POST"]) for name, answer in answers.items()
        ]

    def html(self, viewer: str) -> str:
        """What is active now, the faults to ask for, and the exchanges that this viewer wants to see."""
        looking = self._looking.get(viewer, Looking())
        found = self._traffic.latest(looking.kind, looking.words)
        workspace = self._workspace
        return drawn(
            "inspector.html",
            calendar=calendar(workspace, viewer),
            looking=looking,
            kinds=KINDS,
            exchanges=found[: looking.many],
            found=len(found),
            kept=KEPT,
            took=took,
            troubles=TROUBLES,
            methods=METHOD_NAMES,
            active=[(described(one), one.times) for one in workspace.faults.in_force],
            is_up=workspace.is_up,
            sockets=workspace.sockets,
            rates_on=workspace.rates.on,
        )

    def badge(self, viewer: str) -> str:
        """How many faults of Slack are active."""
        workspace = self._workspace
        count = len(workspace.faults.in_force) + (not workspace.is_up) + workspace.rates.on
        return str(count) if count else ""

    def watch(self, changed: Callable[[], None]) -> None:
        self._watchers.append(changed)
        self._traffic.watch(changed)

    def _changed(self) -> Response:
        for changed in self._watchers:
            changed()
        return Response(status_code=204)

    # What a viewer looks at

    async def _look(self, request: Request) -> Response:
        form = await form_of(request)
        kind = form.get("kind", "")
        if kind and kind not in KINDS:
            return PlainTextResponse("There is no such kind.", 400)
        return self._see(form, Looking(kind=kind, words=form.get("words", "").strip()))

    async def _open(self, request: Request) -> Response:
        form = await form_of(request)
        looking, number = self._of(form), form.get("number", "")
        if not number.isdecimal() or self._traffic.find(int(number)) is None:
            return PlainTextResponse("That is no longer remembered.", 409)
        return self._see(form, replace(looking, open=0 if looking.open == int(number) else int(number)))

    async def _more(self, request: Request) -> Response:
        form = await form_of(request)
        looking = self._of(form)
        return self._see(form, replace(looking, many=min(looking.many + STEP, KEPT)))

    async def _clear(self, _request: Request) -> Response:
        self._traffic.clear()
        return Response(status_code=204)

    def _of(self, form: Mapping[str, str]) -> Looking:
        return self._looking.get(sender(self._workspace, form).name, Looking())

    def _see(self, form: Mapping[str, str], looking: Looking) -> Response:
        self._looking[sender(self._workspace, form).name] = looking
        return self._changed()

    # Faults of Slack

    async def _fault(self, request: Request) -> Response:
        form, faults = await form_of(request), self._workspace.faults
        method, given, after = form.get("method", "*"), form.get("times", "1").strip(), form.get("after", "1").strip()
        if method not in METHOD_NAMES:
            return PlainTextResponse("Slack has no such method.", 400)
        if (given and not (given.isdecimal() and 1 <= int(given) <= 1000)) or not after.isdecimal():
            return PlainTextResponse("A count is a number from 1 to 1000, or nothing for all; a pause is seconds.", 400)
        times = int(given) if given else None
        match form.get("kind"):
            case "rate_limited":
                faults.rate_limit(method, times=times, retry_after=max(1, int(after)))
            case "status":
                faults.server_error(method, times=times)
            case "lose_answer":
                faults.lose_answer(method, times=times)
            case _:
                return PlainTextResponse("There is no such fault.", 400)
        return self._changed()

    async def _faults_off(self, _request: Request) -> Response:
        self._workspace.faults.clear()
        return self._changed()

    async def _slack(self, request: Request) -> Response:
        up = (await form_of(request)).get("up") == "1"
        if up and not self._workspace.is_up:
            await self._workspace.come_back()
        elif not up and self._workspace.is_up:
            await self._workspace.go_down()
        return self._changed()

    async def _sockets(self, request: Request) -> Response:
        how = (await form_of(request)).get("how", "")
        if how not in ("refresh_requested", "warning", "cut"):
            return PlainTextResponse("Sockets cannot be disconnected like that.", 400)
        await self._workspace.disconnect_sockets(None if how == "cut" else how)
        return self._changed()

    async def _rates(self, request: Request) -> Response:
        self._workspace.rates.on = (await form_of(request)).get("on") == "1"
        return self._changed()


def took(seconds: float) -> str:
    """A span as people read it: `0.4 ms`, `12 ms`, `3.0 s`."""
    if seconds >= 1:
        return f"{seconds:.1f} s"
    milliseconds = seconds * 1000
    return f"{milliseconds:.0f} ms" if milliseconds >= 10 else f"{milliseconds:.1f} ms"


def described(fault: Fault) -> str:
    """A fault in force, in words."""
    where = "every method" if fault.method == "*" else fault.method
    match fault.kind:
        case "rate_limited":
            return f"429 with Retry-After {fault.retry_after} on {where}"
        case "status":
            return f"{fault.status} on {where}"
        case "lose_answer":
            return f"the answer is lost on {where}"
        case "answer":
            return f"{fault.error} on {where}"
        case "hang":
            return f"no answer on {where}"
        case "drop":
            return f"the connection breaks on {where}"
