"""The report of an incident is written from its columns and its timeline alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from bot.core.drafts import review_draft, update_draft
from bot.core.exposure import Exposure, Reading
from bot.core.incident import ACTIVE, CLOSED, MONITORING, RESOLVED, Incident
from bot.core.oncall import BOT, Actor
from bot.core.report import Contacts, Report, report, services_in
from bot.core.timeline import Entry
from tests.core.kit import ANNA, BORIS, NOW, at, incident


def told(minute: float, kind: str, text: str, who: Actor = BOT, /, **data: Any) -> Entry:
    return Entry(at=at(minute), kind=kind, text=text, who=who, data=data)


def written(*entries: Entry, **columns: Any) -> Report:
    base: Incident = incident(12)
    return report(replace(base, **columns), entries, Contacts(lead="Anna", escalation="Architecture (Cleo)"))


@pytest.mark.parametrize(
    ("phase", "status", "resolved"),
    [
        (ACTIVE, "🔴 ACTIVE", None),
        (MONITORING, "🟡 MONITORING", None),  # the monitor says so, which is no resolution
        (RESOLVED, "🟢 RESOLVED", at(40)),
        (CLOSED, "🟢 RESOLVED, closed", at(40)),
    ],
)
def test_status(phase: str, status: str, resolved: datetime | None) -> None:
    found = written(phase=phase, resolved_at=at(40))
    assert (found.status, found.resolved) == (status, resolved)


def test_merged_is_told_before_everything() -> None:
    assert written(phase=RESOLVED, merged_into=9).status == "🔀 MERGED into INC-9"


def test_before_anybody_has_said_anything() -> None:
    """What people have to say is missing, and is not made up."""
    found = written(component="feed")
    assert (found.summary, found.services) == (found.title, ("feed",))
    assert (found.users, found.business, found.recovery, found.prevention) == ("", "", "", "")
    assert (found.deeds, found.review, found.items) == ((), None, ())
    assert (found.detected, found.responded) == (NOW, None)


def test_without_a_component_the_system_is_what_is_affected() -> None:
    assert written(component="", system="hft").services == ("hft",)


def test_each_field_is_what_was_said_of_it_last() -> None:
    found = written(
        told(5, "update", "a", ANNA, summary="Prices stand still", users="three desks", next="restart"),
        told(9, "update", "b", BORIS, summary="Prices come late", business="two clients quoted by hand"),
    )
    assert (found.summary, found.users) == ("Prices come late", "three desks")
    assert (found.business, found.recovery) == ("two clients quoted by hand", "restart")
    assert (found.updates, found.spoken) == (2, at(9))


def test_what_was_done_comes_from_steps_ticks_updates_and_notes_in_their_order() -> None:
    found = written(
        told(1, "step", "Is the feed open? → closed"),  # the bot looked, which is no deed
        told(3, "step", "Restart the gateway → restarted", ANNA),
        told(4, "tick", "Trading halted", BORIS),
        told(6, "update", "x", ANNA, actions="- compared quotes\n\n* told the desks"),
        told(7, "note", "it rains", ANNA),
        told(8, "pinned", "gw1 is back", BORIS),
    )
    assert [(deed.at, deed.text, deed.who, deed.note) for deed in found.deeds] == [
        (at(3), "Restart the gateway → restarted", "Anna", False),
        (at(4), "Trading halted", "Boris", False),
        (at(6), "compared quotes", "Anna", False),
        (at(6), "told the desks", "Anna", False),
        (at(7), "it rains", "Anna", True),
        (at(8), "gw1 is back", "Boris", True),
    ]


def test_what_the_form_offered_is_not_told_twice() -> None:
    found = written(
        told(3, "step", "Restart the gateway → restarted", ANNA),
        told(6, "update", "x", ANNA, actions="Restart the gateway → restarted\ncompared quotes"),
    )
    assert [deed.text for deed in found.deeds] == ["Restart the gateway → restarted", "compared quotes"]


def test_exposure_as_it_was_read_and_when_that_was() -> None:
    readings = (
        Reading(figure="orders", title="open orders", value=14, at=NOW),
        Reading(figure="pnl", title="result", value=None, at=NOW, why="no answer"),
    )
    stored = Exposure(readings=readings).stored
    lasts, over = written(exposure=stored), written(exposure=stored, phase=RESOLVED, resolved_at=at(40))
    assert lasts.exposure == over.exposure == ("open orders 14", "result unknown")
    assert (lasts.risk, over.risk) == ("At risk", "At risk when it was resolved")
    assert update_draft(lasts, None)["business"] == "", "the report tells it as it is when it is read"


def test_items_as_they_stand() -> None:
    item: dict[str, Any] = {"text": "watch it", "owner": "boris", "owner_name": "Boris"}
    found = written(
        told(50, "item", "…", ANNA, item=1, due_on="2026-12-01", **item),
        told(51, "item", "…", ANNA, item=2, due_on="", **item),
        told(60, "item_moved", "…", ANNA, item=1, due_on="2026-12-05"),
        told(70, "item_done", "…", BORIS, item=2),
        told(71, "item_done", "…", BORIS, item=3),  # of an incident that is no longer merged into this one
    )
    assert [(i.id, i.due_on, i.done_at, i.done_by) for i in found.items] == [
        (1, date(2026, 12, 5), None, ""),
        (2, None, at(70), "Boris"),
    ]
    assert [i.id for i in found.open_items] == [1]


def test_bundles_with_where_they_lie() -> None:
    found = written(
        told(1, "bundle", "a.tar.gz: 3 files, sha256 1a", ANNA),
        told(2, "bundle", "b.tar.gz: 3 files, sha256 2b", ANNA),
        told(3, "bundle", "c.tar.gz: 3 files, sha256 3c", ANNA),
        told(4, "bundle_filed", "b.tar.gz is in Slack", bundle="b.tar.gz", link="https://desk.slack.com/files/F02"),
        told(5, "bundle_filed", "c.tar.gz is in Slack", bundle="c.tar.gz", link="javascript:alert(1)"),
    )
    assert [(one.text[:1], one.link) for one in found.bundles] == [
        ("a", ""),
        ("b", "https://desk.slack.com/files/F02"),
        ("c", ""),
    ]
    assert [moment.kind for moment in found.timeline] == ["bundle"] * 3


def test_the_newest_postmortem_counts() -> None:
    found = written(
        told(50, "postmortem", "x", ANNA, cause="unknown"),
        told(60, "postmortem", "x", BORIS, cause="a full disk", prevention="an alarm"),
    )
    assert found.review is not None
    assert (found.review.by, found.review.cause, found.prevention) == ("Boris", "a full disk", "an alarm")


def test_its_timeline_tells_nothing_of_itself() -> None:
    found = written(told(1, "opened", "opened"), told(15, "update_due", "due"), told(20, "review_due", "due"))
    assert [moment.kind for moment in found.timeline] == ["opened"]


def test_the_same_timeline_makes_the_same_report() -> None:
    entries = (told(1, "opened", "opened"), told(3, "update", "x", ANNA, summary="y"))
    assert written(*entries) == written(*entries)


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("", []),
        ("feed, pricing", ["feed", "pricing"]),
        ("- feed\n- pricing\n\nfeed", ["feed", "pricing"]),
        (" , ,\n", []),
    ],
)
def test_services_in(text: str, services: list[str]) -> None:
    assert services_in(text) == services


def test_the_form_of_an_update_knows_what_is_known() -> None:
    entries = [told(3, "step", "Restart → done", ANNA)]
    first = update_draft(written(*entries, verdict="Feed: fail", component="feed", title="Stale"), None)
    assert first["summary"] == "Stale. Checks found: Feed: fail"
    assert first["actions"] == "Restart → done"
    entries += [told(6, "update", "x", ANNA, summary="s", actions="Restart → done"), told(8, "tick", "Halted", ANNA)]
    found = written(*entries)
    assert update_draft(found, found.spoken)["actions"] == "Halted"
    assert update_draft(found, found.spoken)["summary"] == "s"


def test_notes_are_offered_to_the_postmortem_and_not_to_an_update() -> None:
    """An update is read by stakeholders; who writes one says what of it they are told."""
    found = written(told(3, "note", "gw1 restarted", ANNA), phase=RESOLVED, resolved_at=at(40))
    assert update_draft(found, None)["actions"] == ""
    assert review_draft(found)["resolution"] == "- Note: gw1 restarted"


def test_the_symptoms_say_nothing_twice() -> None:
    """The form of an update offered title and verdict as its summary, and it was sent as it stood."""
    entries = [told(6, "update", "x", ANNA, summary="Stale. Checks found: Feed: fail")]
    found = written(*entries, phase=RESOLVED, title="Stale", verdict="Feed: fail", component="feed")
    assert review_draft(found)["symptoms"] == "Stale. Checks found: Feed: fail\nAffected services: feed"
    found = written(*entries, phase=RESOLVED, title="Stale", verdict="Feed: ok again", component="feed")
    assert review_draft(found)["symptoms"].splitlines()[1] == "Checks found: Feed: ok again"


def test_the_form_of_a_postmortem_knows_what_is_known() -> None:
    found = written(
        told(3, "step", "Restart → done", ANNA),
        told(4, "playbook", "Stale prices: a session of yesterday", run=1, outcome="cause"),
        told(5, "playbook", "Other: not it", run=2, outcome="not_this"),
        told(50, "item", "…", ANNA, item=1, text="watch it", owner_name="Boris", due_on=""),
        phase=RESOLVED,
        resolved_at=at(40),
        fixed_by="a restart",
        title="Stale",
        verdict="Feed: fail",
        component="feed",
    )
    assert review_draft(found) == {
        "symptoms": "Stale\nChecks found: Feed: fail\nAffected services: feed",
        "cause": "Stale prices: a session of yesterday",
        "resolution": "Fixed by: a restart\n- Restart → done",
        "prevention": "",  # the report tells the action items below it
        "lessons": "",
    }


def test_what_was_written_of_it_is_offered_again() -> None:
    found = written(told(50, "postmortem", "x", ANNA, cause="a full disk"), phase=RESOLVED)
    assert review_draft(found)["cause"] == "a full disk"
    assert review_draft(found)["symptoms"] == ""
