"""Values: what becomes of a pack that is right."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.alert import Severity
from bot.core.policy import Timings
from bot.packs.ways import WayInfo, read_address
from tests.packs.kit import DESK, changed, read


def test_people_have_the_addresses_as_they_are_used(tmp_path):
    roster = read(tmp_path).systems[0].roster
    assert roster.contacts["ann"].addresses["phone"] == "+15550100"
    assert roster.contacts["ben"].addresses["phone"] == "+442079460000"
    assert [contact.name for contact in roster.on_call("first")] == ["Ann"]


def test_policies_and_the_table_that_picks_them(tmp_path):
    plan = read(tmp_path).systems[0].plan
    loud = plan.choose(Severity.HIGH, "trading")
    assert [(level.name, level.after) for level in loud.levels] == [
        ("First", timedelta(0)),
        ("Second", timedelta(minutes=5)),
        ("Boss", timedelta(minutes=15)),
    ]
    assert [(target.to, target.ways) for target in loud.levels[0].targets] == [("first", ("slack", "phone"))]
    assert plan.choose(Severity.LOW, "security").name == "quiet"
    assert plan.catch_all == "loud"
    assert plan.timings == Timings()


def test_routes_types_and_words(tmp_path):
    text = changed(
        ("default_type: trading", "default_type: trading\nseverities: {Disaster: high, warning: low}"),
        ("    type: security", "    type: security\n    component: door\n    group_by: [host]\n    first_step: Look."),
    )
    system = read(tmp_path, text).systems[0]
    losses, intruder = system.routes
    assert (losses.severity, losses.type, losses.component_label) == (Severity.CRITICAL, "", "component")
    assert (intruder.severity, intruder.type, intruder.component) == (None, "security", "door")
    assert (intruder.group_by, intruder.first_step) == (("host",), "Look.")
    assert system.types == ("trading", "security")
    assert system.severities == {"disaster": Severity.HIGH, "warning": Severity.LOW}
    assert system.owns.source == "labels.system == 'desk'"
    assert system.first_step == "Acknowledge, then open the thread."


@pytest.mark.parametrize(
    ("written", "span"),
    [("90s", 90), ("5m", 300), ("1h30m", 5400), ("7", 420), ("0.5", 30), ('"2 h"', 7200)],
)
def test_spans(tmp_path, written, span):
    text = changed(("plan:\n", f"plan:\n  timings: {{confirm_within: {written}}}\n"))
    assert read(tmp_path, text).systems[0].plan.timings.confirm_within == timedelta(seconds=span)


def test_the_whole_file_is_there_for_those_who_look(tmp_path):
    file = read(tmp_path).files["desk"]
    assert file.hosts["box"].transport == "local"
    assert file.logs["main"].path == "/var/log/desk.log"


def test_with_a_wrong_address_the_rest_is_still_paged(tmp_path):
    loaded = read(tmp_path, changed(("+44 20 7946 0000", "0")))
    assert len(loaded.errors) == 1
    assert loaded.systems[0].roster.contacts["ben"].addresses == {"mail": "ben@example.com"}


@pytest.mark.parametrize(
    "change", [("after: 15m", "after: 1m"), ("- {policy: quiet}", "- {policy: no}"), ("'intr", "'(intr")]
)
def test_without_a_plan_that_holds_there_is_no_system(tmp_path, change):
    loaded = read(tmp_path, DESK.replace(*change))
    assert loaded.systems == ()
    assert "desk" in loaded.files


@pytest.mark.parametrize(
    ("way", "written", "address"),
    [
        ("phone", "+1-555-0100", "+15550100"),  # as the guides write it
        ("phone", "+1 (555) 010-0123", "+15550100123"),
        ("sms", "+49/30 901820", "+4930901820"),
        ("phone", "+15550100", "+15550100"),
        ("phone", "555-0100", ""),  # from which country?
        ("phone", "001 555 0100", ""),
        ("phone", "+0 555 0100", ""),
        ("phone", "+1-555-01OO", ""),
        ("phone", "+12345", ""),
        ("phone", "+1234567890123456", ""),
        ("phone", "#desk", ""),
        ("mail", "dealer@example.com", "dealer@example.com"),
        ("mail", "Dealer <dealer@example.com>", ""),
        ("mail", "a@example.com, b@example.com", ""),
        ("mail", "dealer@localhost", ""),
        ("mail", "dealer@@example.com", ""),
        ("mail", "deal..er@example.com", ""),
        ("slack", "U024BE7LH", "U024BE7LH"),
        ("slack", "W012A3CDE", "W012A3CDE"),
        ("slack", "@dealer", ""),
        ("slack", "#desk", ""),
        ("siren", "anything", "anything"),
    ],
)
def test_addresses(way, written, address):
    read, wrong, remedy = read_address(way, written, WayInfo(wakes=True, answers="none"))
    assert read == address
    assert bool(wrong) == bool(remedy) == (not address)


def test_a_pager_may_say_more_about_its_addresses():
    info = WayInfo(wakes=True, answers="webhook", check_address=lambda text: None if len(text) == 4 else "wants four")
    assert read_address("pagerduty", "abcd", info) == ("abcd", "", "")
    assert read_address("pagerduty", "abc", info) == ("", "wants four", "correct the pagerduty address")
    helped = replace(info, address_help="four letters, e.g. abcd")
    assert read_address("pagerduty", "abc", helped) == ("", "wants four", "write four letters, e.g. abcd")
