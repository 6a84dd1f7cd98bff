"""The kit of the views' tests: incidents in every state, hostile text, and reading what was drawn."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core import escalation as ladder
from bot.core.alert import Severity
from bot.core.escalation import HELP, MAIN, Escalation
from bot.core.incident import Incident
from bot.core.oncall import Actor
from bot.core.policy import Choice, Level, Plan, Policy, Target
from bot.core.slack_limits import problems

NOW = datetime(2026, 11, 20, 3, 5, tzinfo=UTC)
ANN = Actor(id="ann", name="Ann Dealer", via="slack", slack="U0ANN")
BOB = Actor(id="bob", name="Bob Engineer", via="phone", slack="U0BOB")

HOSTILE = (
    "<!channel> <@U0EVIL> <!subteam^S1> <#C1> &lt;!here&gt; *bold* _italic_ ~struck~ `code` ```block``` "
    "<https://evil.example|bank> \u202egnp.exe\u202c \x1b[31mred\x07 \x00 | > quoted\r\n>>> more\n:fire: "
    "A&<>A&<>A&<>A&<>A&<>"
) * 12
HUGE = HOSTILE + "A&<> *b* \n" * 10_000
HOSTILE_URL = "https://mon.example/a|b>c<d?x=1&y=`z` \n*e*"


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def policy(name: str, *levels: str) -> Policy:
    delays = (0, 5, 15, 30)
    return Policy(
        name=name,
        levels=tuple(
            Level(name=level, after=minutes(delay), targets=(Target(to=level, ways=("phone",)),))
            for level, delay in zip(levels, delays, strict=False)
        ),
    )


CRITICAL = policy("critical", "Operations", "Engineering on call", "Architecture", "Emergency")
SECURITY = policy("security", "Security")
PLAN = Plan(
    policies={p.name: p for p in (CRITICAL, SECURITY)}, choices=(Choice(policy="critical"),), catch_all="critical"
)


def incident(**values: Any) -> Incident:
    """INC-12: a stale feed of hft."""
    fields: dict[str, Any] = {
        "number": 12,
        "system": "hft",
        "title": "Market data feed is stale",
        "severity": Severity.CRITICAL,
        "component": "md-feed",
        "first_step": "Open the thread and look at the feed's lag.",
        "link": "https://mon.example/alert/7?a=1&b=2",
        "plan": PLAN,
        "opened_at": NOW,
        "since": NOW - minutes(2),
        "alerts": 1,
        "firing": 1,
    }
    return Incident(**(fields | values))


def running(at: datetime = NOW) -> Escalation:
    """Round one, paged up to `at`."""
    fresh = ladder.start(CRITICAL, Severity.CRITICAL, NOW, PLAN.timings)
    return ladder.advance(fresh, CRITICAL, at, PLAN.timings).escalation


def held(who: Actor = ANN) -> Escalation:
    at = NOW + minutes(3)
    return ladder.acknowledge(running(at), who, Severity.CRITICAL, at, PLAN.timings)


def asked(reason: str) -> Escalation:
    return ladder.ask(held(), reason, NOW + minutes(33), PLAN.timings, "asked").escalation


def helped(state: str) -> Escalation:
    """Help that was called (`running`), with nobody above (`top`), or that came (`held`, `ended`)."""
    called = ladder.call_help(held(), CRITICAL, NOW + minutes(6), PLAN.timings, None).escalation
    if state == "top":
        return ladder.advance(called, CRITICAL, NOW + minutes(90), PLAN.timings).escalation
    if state == "running":
        return called
    came = ladder.acknowledge(called, BOB, Severity.CRITICAL, NOW + minutes(8), PLAN.timings)
    return came if state == "held" else ladder.stop(came, NOW + minutes(8))


def part(name: str, *, holder: Actor | None = None) -> Escalation:
    fresh = ladder.start(SECURITY, Severity.CRITICAL, NOW, PLAN.timings, part=name)
    return ladder.acknowledge(fresh, holder, Severity.CRITICAL, NOW, PLAN.timings) if holder else fresh


def states() -> Iterator[tuple[str, Incident, Mapping[str, Escalation]]]:
    """Every way an incident can stand, by name."""
    ended = ladder.stop(held(), NOW + minutes(12))
    over = {"resolved_at": NOW + minutes(12), "firing": 0}
    active: dict[str, Mapping[str, Escalation]] = {
        "just opened": {MAIN: ladder.start(CRITICAL, Severity.CRITICAL, NOW, PLAN.timings)},
        "level 1 paged": {MAIN: running()},
        "all levels paged": {MAIN: running(NOW + minutes(31))},
        "second round": {MAIN: running(NOW + minutes(46))},
        "never repeats": {MAIN: replace(running(NOW + minutes(31)), repeat_at=None)},
        "no ladder": {},
        "ladder ended": {MAIN: ended},
        "held": {MAIN: held()},
        "held by nobody known": {MAIN: replace(held(), holder_name="", holder_slack="")},
        "held, never asked": {MAIN: replace(held(), ask_at=None)},
        **{f"asked: {why}": {MAIN: asked(why)} for why in ("quiet", "raised", "reopened")},
        **{f"held, help {state}": {MAIN: held(), HELP: helped(state)} for state in ("running", "top", "held", "ended")},
        "asked, help running": {MAIN: asked("quiet"), HELP: helped("running")},
        "held, security called": {MAIN: held(), "security": part("security")},
        "security held": {MAIN: running(), "security": part("security", holder=BOB)},
        "many types": {MAIN: held(), **{f"type{n}": part(f"type{n}") for n in range(9)}},
    }
    for name, ladders in active.items():
        yield name, incident(), ladders
    yield "handover", incident(handover_to="U0BOB"), {MAIN: held()}
    yield "handover to no Slack user", incident(handover_to="bob"), {MAIN: held()}
    yield "declared", incident(alerts=0, firing=0, link="", first_step="", component=""), {MAIN: running()}
    yield "unrouted storm", incident(unrouted=True, alerts=4321, firing=1234, text="a\n\n\nb\n" * 40), {MAIN: running()}
    yield (
        "known verdict",
        incident(verdict="Feed A silent for 40 s; B is fine", type="data", follows=9),
        {MAIN: running()},
    )
    yield "monitoring", incident(phase="monitoring", missed=True, **over), {MAIN: ended}
    yield "monitoring, held before", incident(phase="monitoring", **over), {MAIN: ended}
    watched = {"phase": "monitoring", "monitored_by": "Ann Dealer"}
    yield "monitored by a person", incident(**watched), {MAIN: held(BOB)}
    yield "monitored, and asked", incident(**watched), {MAIN: asked("reopened")}
    yield "monitored, help running", incident(**watched), {MAIN: held(), HELP: helped("running")}
    yield "resolved by a person", incident(phase="resolved", resolved_by="Ann Dealer", **over), {MAIN: ended}
    yield (
        "resolved, still firing",
        incident(phase="resolved", resolved_by="Ann Dealer", **over | {"firing": 2}),
        {MAIN: ended},
    )
    yield "resolved by the monitor", incident(phase="resolved", missed=True, **over), {MAIN: ended}
    yield "closed", incident(phase="closed", resolved_by="Ann Dealer", **over), {MAIN: ended}
    yield "merged", incident(phase="resolved", merged_into=9, resolved_by="Ann Dealer", **over), {MAIN: ended}


def hostile(
    one: Incident, ladders: Mapping[str, Escalation], evil_text: str = HOSTILE
) -> tuple[Incident, Mapping[str, Escalation]]:
    """The same state, with every text that comes from outside hostile."""
    evil = replace(CRITICAL, levels=tuple(replace(level, name=evil_text) for level in CRITICAL.levels))
    plan = replace(
        PLAN, policies={**PLAN.policies, "critical": evil, "security": replace(SECURITY, levels=evil.levels[:1])}
    )
    changed = replace(
        one, title=evil_text, text=evil_text, system=evil_text, component=evil_text, type=evil_text, verdict=evil_text,
        plan=plan, first_step=evil_text, link=HOSTILE_URL, resolved_by=evil_text if one.resolved_by else "",
        monitored_by=evil_text if one.monitored_by else "",
        handover_to=evil_text if one.handover_to else "",
    )  # fmt: skip
    named = {
        (key if key in (MAIN, HELP) else f"{key} {evil_text}"): replace(
            e,
            holder_name=evil_text if e.holder else "",
            holder_slack="",
            part=e.part if e.part in (MAIN, HELP) else evil_text,
        )
        for key, e in ladders.items()
    }
    return changed, named


def accepted(drawn: Any) -> None:
    """Slack takes the message, new or as a change, and it is small enough to be read."""
    payload = {"channel": "C1", "text": drawn.text, "blocks": list(drawn.blocks)}
    assert problems(payload, "message") == []
    assert problems({**payload, "ts": "1.2"}, "message") == []
    assert drawn.text.strip()
    assert len(drawn.text) < 1200
    assert sum(len(text) for text in texts(drawn.blocks)) < 12_000
    assert all(block["block_id"] for block in drawn.blocks)


_KNOWN_TOKEN = re.compile(r"<!date\^\d+\^\{[^<>|]*\}?[^<>|]*\|[^<>|]*>|<https?://[^<>|\s]+\|[^<>]*>|<@U0(?:ANN|BOB)>")


def inert(text: str, *, loud: bool = False) -> None:
    """Nothing in the mrkdwn mentions, links or formats but what the views themselves write."""
    rest = _KNOWN_TOKEN.sub("", text.replace("<!channel> ", "") if loud else text)
    assert "<" not in rest
    assert ">" not in re.sub(r"^>", "", rest, flags=re.MULTILINE)
    for mark in ("*bold*", "_italic_", "~struck~", "`code`", "```", "\u202e", "\x1b", "\x00", "\r"):
        assert mark not in rest
    assert "<!channel>" not in rest
    assert "U0EVIL>" not in text.replace("U0EVIL&gt;", "")


def texts(blocks: Any) -> list[str]:
    """Every text that is shown, mrkdwn or plain."""
    if isinstance(blocks, Mapping):
        own = [blocks["text"]] if isinstance(blocks.get("text"), str) else []
        return own + [text for value in blocks.values() for text in texts(value)]
    if isinstance(blocks, list | tuple):
        return [text for value in blocks for text in texts(value)]
    return []


def mrkdwn_texts(blocks: Any) -> list[str]:
    """Every text that Slack formats."""
    if isinstance(blocks, Mapping):
        own = [blocks["text"]] if blocks.get("type") == "mrkdwn" else []
        return own + [text for value in blocks.values() for text in mrkdwn_texts(value)]
    if isinstance(blocks, list | tuple):
        return [text for value in blocks for text in mrkdwn_texts(value)]
    return []


def shown(drawn: Any) -> str:
    """All formatted text of a message."""
    return "\n".join(mrkdwn_texts(drawn.blocks))


def elements(drawn: Any) -> list[dict[str, Any]]:
    """The buttons and menus of a message."""
    rows = [element for block in drawn.blocks if block["type"] == "actions" for element in block["elements"]]
    return rows + [block["accessory"] for block in drawn.blocks if "accessory" in block]


def buttons(drawn: Any) -> list[str]:
    """The labels of its buttons; the primary one with a star."""
    return [
        element["text"]["text"] + ("*" if element.get("style") == "primary" else "")
        for element in elements(drawn)
        if element["type"] == "button"
    ]
