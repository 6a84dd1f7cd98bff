"""Who would be paged, how and when: what `tocsin simulate --json` promises to programs (ESCALATION 1, 2, 8, 32)."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from bot.core.alert import Severity
from bot.core.oncall import Contact, Roster
from bot.core.policy import Level, Plan, Policy, Target
from bot.core.routing import Routed, route
from bot.core.simulation import Event, can_be_sent, simulate, summary
from bot.core.system import System
from tests.core.kit import HIGH, LOW, NOW, alert, policy

PEOPLE = {
    "ops": Contact(id="ops", name="Operations", addresses={"phone": "+491", "slack": "U1"}),
    "eng": Contact(id="eng", name="Engineer", addresses={"phone": "+492", "slack": "U2"}),
    "arch": Contact(id="arch", name="Architect", addresses={"slack": "U3"}, unset={"phone": "ARCH_PHONE"}),
    "hotline": Contact(id="hotline", name="Hotline", unset={"phone": "HOTLINE_PHONE"}),
}
ROLES = {"level1": ["ops"], "level2": ["eng"], "level3": ["arch"], "level4": ["hotline"]}


def desk(critical: Policy, **more) -> System:
    plan = Plan(policies={p.name: p for p in (critical, HIGH, LOW)}, choices=[], catch_all=critical.name)
    roster = Roster(contacts=PEOPLE, roles=ROLES)
    return System(
        **{"name": "hft", "title": "HFT", "channel": "#hft", "roster": roster, "plan": plan, "routes": ()} | more
    )


def targets(*of: Target) -> tuple[Target, ...]:
    return of


DESK = desk(policy("critical", 0, 5, 15, 30))
ROUTED = route(alert(), [DESK])


def run(
    system: System = DESK,
    *,
    severity: Severity = Severity.CRITICAL,
    policy: str = "",
    ack: float | None = None,
    until: float | None = None,
    routed: Routed = ROUTED,
    missing: Mapping[str, str] | None = None,
) -> list[Event]:
    """What would happen; all times in minutes."""
    return simulate(
        system,
        replace(routed, policy=policy or routed.policy),
        severity,
        NOW,
        ack_after=None if ack is None else timedelta(minutes=ack),
        until=None if until is None else timedelta(minutes=until),
        missing=missing or {},
    )


def short(events: list[Event]) -> list[tuple[int, str, int | None, str]]:
    return [(e.offset_s, e.kind, e.level, e.pager) for e in events]


def test_levels_come_at_0_300_900_and_1800_seconds():
    """ESCALATION 1: and nobody having acknowledged, the ladder begins again 15 minutes after its end (8)."""
    assert short(run()) == [
        (0, "page", 1, "phone"),
        (0, "page", 1, "slack"),
        (300, "page", 2, "phone"),
        (300, "page", 2, "slack"),
        (900, "page", 3, "phone"),
        (900, "page", 3, "slack"),
        (1800, "page", 4, "phone"),
        (1800, "page", 4, "slack"),
        (2700, "repeat", 1, ""),
    ]


def test_an_event_has_the_fields_of_the_contract():
    """An entry of `events`, for programs: exactly these."""
    assert asdict(run()[0]) == {
        "offset_s": 0,
        "kind": "page",
        "level": 1,
        "level_name": "L1",
        "pager": "phone",
        "to": "Operations <+491>",
        "why": "level 1 (L1) paged: the incident opened",
    }


def test_the_incident_that_would_open():
    """What stands under `incident`, for programs."""
    assert summary(DESK, ROUTED, Severity.CRITICAL, "Feed is down") == {
        "system": "hft",
        "title": "Feed is down",
        "severity": "critical",
        "type": "",
        "component": "",
        "route": "",
        "unrouted": True,
        "policy": "critical",
        "channel": "#hft",
        "why": "no route matched: catch-all policy of hft",
    }


# Acknowledged after so many minutes; the levels that were paged until then.
ACKNOWLEDGED = [
    (4.9, [1]),
    # 2: at equal times the acknowledgement wins over the page.
    (5, [1]),
    (5.1, [1, 2]),
    (15, [1, 2]),
    (30, [1, 2, 3]),
    (31, [1, 2, 3, 4]),
    # The ladder began again at 45: level 1 is listed a second time.
    (46, [1, 2, 3, 4, 1]),
    # 2: even over the very first page.
    (0, []),
]


@pytest.mark.parametrize(("minutes", "paged"), ACKNOWLEDGED)
def test_an_acknowledgement_stops_it(minutes, paged):
    """ESCALATION 2, 8, 11."""
    events = run(ack=minutes)
    assert [e.level for e in events if e.pager == "phone"] == paged
    taken = next(e for e in events if e.kind == "acknowledge")
    assert taken.offset_s == minutes * 60
    assert taken.why.startswith("acknowledged after ")


def test_the_acknowledgement_of_a_critical_one_is_asked_about():
    """ESCALATION 12: after 30 minutes of silence; there the simulation ends."""
    last = run(ack=7)[-1]
    assert (last.offset_s, last.kind) == (37 * 60, "ask")


def test_any_other_acknowledgement_lasts():
    """ESCALATION 12."""
    assert run(severity=Severity.HIGH, ack=7)[-1].kind == "acknowledge"


def test_further_than_that_on_request():
    """ESCALATION 12, 13: with `until` it goes on: asked at 37, given up at 42, the levels from there."""
    events = run(ack=7, until=60)
    assert short(events)[4:] == [
        (420, "acknowledge", None, ""),
        (2220, "ask", None, ""),
        (2520, "unacknowledge", None, ""),
        (2520, "page", 2, "phone"),
        (2520, "page", 2, "slack"),
        (3120, "page", 3, "phone"),
        (3120, "page", 3, "slack"),
    ]


def test_rounds_on_request():
    """ESCALATION 8: with `until` every round is listed."""
    phones = [(e.offset_s // 60, e.level) for e in run(until=95) if e.pager == "phone"]
    assert phones == [(0, 1), (5, 2), (15, 3), (30, 4), (45, 1), (50, 2), (60, 3), (75, 4), (90, 1), (95, 2)]


def test_an_address_that_is_not_set_is_listed_and_its_variable_named():
    """ESCALATION 32: `simulate` still lists the page, in its time, and `why` names the variable."""
    page = next(e for e in run() if e.level == 3 and e.pager == "phone")
    assert (page.offset_s, page.kind, page.to) == (900, "page", "Architect")
    assert page.why == "level 3 (L3) paged: no acknowledgement for 15 min; cannot be sent until ARCH_PHONE is set"


def test_an_address_without_a_variable_is_named_too():
    """ESCALATION 32: nobody thought of it, so the way is named."""
    page = next(e for e in run() if e.level == 4 and e.pager == "slack")
    assert page.why.endswith("cannot be sent until slack address is set")


def test_a_text_message_goes_to_the_phone_and_to_its_variable():
    """ESCALATION 32: where no number for text messages is given."""
    texts = desk(policy("critical", 0, 5, 15, 30, ways=("sms",)))
    events = run(texts)
    assert events[0].to == "Operations <+491>"
    assert events[2].why.endswith("cannot be sent until ARCH_PHONE is set")


def test_a_level_that_has_nobody_brings_the_next_at_once():
    """ESCALATION 6: and says so; later levels keep their times."""
    empty = desk(policy("critical", 0, 5, 15, 30), roster=Roster(contacts=PEOPLE, roles=ROLES | {"level2": []}))
    assert [(e.offset_s, e.kind, e.level) for e in run(empty) if e.pager != "slack"] == [
        (0, "page", 1),
        (300, "unreachable", 2),
        (300, "page", 3),
        (1800, "page", 4),
        (2700, "repeat", 1),
    ]
    assert [run(empty)[i].why for i in (2, 4)] == [
        "level 2 (L2) paged: no acknowledgement for 5 min, but it has nobody",
        "level 3 (L3) paged: nobody could be reached on level 2",
    ]


def unset(*levels: str, **more) -> System:
    """The desk without the addresses of these people."""
    gone = {id_: replace(PEOPLE[id_], addresses={}, unset={}) for id_ in levels}
    return desk(policy("critical", 0, 5, 15, 30), roster=Roster(contacts=PEOPLE | gone, roles=ROLES), **more)


def test_a_level_without_any_address_brings_the_next_at_once():
    """ESCALATION 6, 32: as the running bot does it; its pages are listed all the same."""
    events = run(unset("ops"))
    assert [(e.offset_s, e.level) for e in events if e.pager == "phone"] == [(0, 1), (0, 2), (900, 3), (1800, 4)]
    assert events[2].why == "level 2 (L2) paged: nobody could be reached on level 1"


def test_a_way_that_is_not_configured_cannot_be_tried_either():
    """ESCALATION 6: one way of two is enough, and none brings the next level at once."""
    missing = {"phone": "phone is not configured: set TOCSIN_TWILIO_ACCOUNT_SID"}
    one = run(missing=missing)
    assert [(e.offset_s, e.level) for e in one if e.pager == "slack"] == [(0, 1), (300, 2), (900, 3), (1800, 4)]
    assert one[0].why == f"level 1 (L1) paged: the incident opened; cannot be sent: {missing['phone']}"
    phone = Level(name="Ops", after=timedelta(0), targets=targets(Target(to="level1", ways=("phone",))))
    slack = Level(name="Eng", after=timedelta(minutes=5), targets=targets(Target(to="level2", ways=("slack",))))
    none = run(desk(Policy(name="critical", levels=(phone, slack))), missing=missing)
    assert [(e.offset_s, e.pager) for e in none[:2]] == [(0, "phone"), (0, "slack")]


def test_where_nothing_can_be_sent_yet_the_ladder_is_shown_as_it_is_meant():
    """ESCALATION 32: a pack that is being written, or a host without the bot's settings."""
    nothing = unset("ops", "eng", "arch", "hotline")
    assert not can_be_sent(nothing, policy("critical", 0, 5, 15, 30))
    events = run(nothing)
    assert [(e.offset_s, e.level) for e in events if e.pager == "phone"] == [(0, 1), (300, 2), (900, 3), (1800, 4)]
    assert all("cannot be sent until" in e.why for e in events if e.kind == "page")


def test_nobody_anywhere():
    """ESCALATION 6, 8: every level is unreachable at once, and it ends with the repeat."""
    nobody = desk(policy("critical", 0, 5, 15, 30), roster=Roster(contacts={}, roles={}))
    events = run(nobody)
    assert [(e.offset_s, e.kind) for e in events] == [(0, "unreachable")] * 4 + [(900, "repeat")]


def test_a_channel_is_a_level_of_its_own():
    """ESCALATION 28: it gets a card, which counts as reached."""
    levels = (
        Level(name="Desk", after=timedelta(0), targets=targets(Target(to="#desk", ways=()))),
        Level(name="Ops", after=timedelta(minutes=5), targets=targets(Target(to="level1", ways=("phone",)))),
    )
    events = run(desk(Policy(name="critical", levels=levels)))
    assert [(e.offset_s, e.kind, e.to) for e in events[:2]] == [
        (0, "card", "#desk"),
        (300, "page", "Operations <+491>"),
    ]


def test_somebody_behind_two_names_of_a_level_is_listed_once():
    """ESCALATION 3: one page per person and way, as the running bot does it."""
    twice = targets(Target(to="level1", ways=("phone", "slack")), Target(to="ops", ways=("phone",)))
    levels = (Level(name="Ops", after=timedelta(0), targets=twice),)
    assert short(run(desk(Policy(name="critical", levels=levels))))[:-1] == [
        (0, "page", 1, "phone"),
        (0, "page", 1, "slack"),
    ]


def test_a_ladder_that_ends_by_itself():
    """ESCALATION 8: a low one does not begin again, so the last event is its last page."""
    events = run(severity=Severity.LOW, policy="low")
    assert [(e.offset_s, e.kind, e.level) for e in events] == [(0, "page", 1), (3600, "page", 2)]


def test_an_acknowledgement_after_the_end_of_a_ladder_that_does_not_repeat():
    """ESCALATION 8, 11."""
    assert run(severity=Severity.LOW, policy="low", ack=600)[-1].offset_s == 36_000


def test_a_route_names_the_policy():
    """And the summary names it too."""
    routed = replace(ROUTED, policy="high")
    assert [e.offset_s for e in run(policy="high") if e.pager == "phone"] == [0, 600, 1800]
    assert summary(DESK, routed, Severity.CRITICAL, "x")["policy"] == "high"
