"""Numbers and the weekly digest: readable on a phone, harmless, and the same for machines."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.alert import Severity
from bot.core.numbers import Called, Facts, Life, Numbers, Walked, numbers
from bot.views.numbers import chart, figures, figures_data, figures_text, short, weekly
from tests.views.kit import HOSTILE, accepted, inert, mrkdwn_texts, shown

SINCE = datetime(2026, 11, 16, 9, tzinfo=UTC)
WEEK = timedelta(days=7)
LONDON = ZoneInfo("Europe/London")


def m(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)


def life(number: int, hours: float, severity: Severity = Severity.CRITICAL, system: str = "hft") -> Life:
    at = SINCE + timedelta(hours=hours)
    return Life(
        number=number, system=system, severity=severity, opened_at=at, acknowledged_at=at + m(number),
        resolved_at=at + m(60 * number), missed=number == 3,
    )  # fmt: skip


FACTS = Facts(
    since=SINCE,
    until=SINCE + WEEK,
    lives=[life(1, 1), life(2, 2), life(3, 30, Severity.LOW, "tmt")],
    calls=[Called(person="ann", name="Ann", at=SINCE + timedelta(hours=h)) for h in (1, 14, 15, 38)],
    alerts=[("ExchangeDisconnected", 12), ("RiskLimit", 3)],
    walks=[Walked(playbook="exchange_down", outcome="fixed"), Walked(playbook="exchange_down", outcome="cause")],
)
WEEKLY = numbers(FACTS, UTC)
QUIET = numbers(Facts(since=SINCE - WEEK, until=SINCE), UTC)


def test_the_digest_says_it_all() -> None:
    drawn = weekly(WEEKLY, QUIET, title="High-frequency trading", zone=LONDON)
    accepted(drawn)
    told = shown(drawn)
    assert "3 incidents, 1 over before anybody acknowledged; 3 more than the week before" in told
    assert "acknowledge  2m      3m       3m" in told
    assert "critical  2      1m   1h30" in told
    assert "Ann: 4 pages, 3 of them in 2 nights, 2 in the worst" in told
    assert "22 to 7 o'clock, Europe/London" in told
    assert "12 × ExchangeDisconnected" in told
    assert "exchange_down: fixed it 1 of 2" in told
    assert drawn.text.startswith("High-frequency trading: the week. 3 incidents")


@pytest.mark.parametrize(("before", "said"), [(3, "as many as"), (1, "2 more than"), (5, "2 fewer than")])
def test_it_is_compared_with_the_week_before(before: int, said: str) -> None:
    assert f"{said} the week before" in weekly(WEEKLY, replace(QUIET, incidents=before), title="x", zone=UTC).text


def test_the_chart_has_a_bar_for_every_day_and_fits_on_a_phone() -> None:
    """The day on which the span begins and the one on which it ends both count."""
    assert chart(WEEKLY).splitlines() == [
        "Mon 16  ████████████████ 2",
        "Tue 17  ████████ 1",
        *(f"{day}  ·" for day in ("Wed 18", "Thu 19", "Fri 20", "Sat 21", "Sun 22", "Mon 23")),
    ]
    busy = replace(WEEKLY, days=[(SINCE.date(), 1), (SINCE.date(), 1234)])
    assert max(map(len, chart(busy).splitlines())) <= 32
    assert chart(busy).splitlines()[0] == "Mon 16  · 1", "a bar too short to see is not left out"


def test_tables_are_no_wider_than_a_phone() -> None:
    for text in mrkdwn_texts(weekly(WEEKLY, QUIET, title="x", zone=UTC).blocks):
        for code in text.split("```")[1::2]:
            assert max(map(len, code.splitlines())) <= 36


def test_by_system_only_where_there_are_several() -> None:
    assert "tmt" in shown(figures(WEEKLY, about="all systems, 7 days", zone=UTC))
    assert "tmt" not in shown(figures(WEEKLY, about="hft, 7 days", zone=UTC, system="hft"))


def test_nothing_happened() -> None:
    drawn = figures(QUIET, about="hft, 7 days", zone=UTC)
    accepted(drawn)
    assert "0 incidents" in shown(drawn)
    assert "0 incidents" in figures_text(QUIET, about="hft, 7 days", zone=UTC)
    assert figures_data(QUIET)["times"]["resolve"] is None


def _hostile() -> Numbers:
    walks = [Walked(playbook=HOSTILE, outcome="fixed")]
    calls = [Called(person=str(n), name=HOSTILE, at=SINCE) for n in range(40)]
    return numbers(replace(FACTS, calls=calls, alerts=[(HOSTILE, 9)] * 10, walks=walks), UTC)


def test_names_of_others_do_no_harm() -> None:
    for drawn in (
        weekly(_hostile(), QUIET, title=HOSTILE, zone=UTC),
        figures(_hostile(), about=HOSTILE, zone=UTC),
    ):
        accepted(drawn)
        for text in mrkdwn_texts(drawn.blocks):
            inert(text.replace("```", ""))
    assert "\x1b" not in figures_text(_hostile(), about=HOSTILE, zone=UTC)


def test_for_machines_times_are_seconds() -> None:
    data = figures_data(WEEKLY)
    assert data["times"]["acknowledge"] == {"count": 3, "median_s": 120.0, "p90_s": 180.0, "worst_s": 180.0}
    assert data["by_severity"]["low"]["incidents"] == 1
    assert data["people"][0] == {
        "person": "ann", "name": "Ann", "pages": 4, "at_night": 3, "nights": 2, "worst_night": 2,
    }  # fmt: skip
    assert data["days"][0] == {"day": "2026-11-16", "incidents": 2}


@pytest.mark.parametrize(
    ("span", "said"), [(m(0.75), "45s"), (m(7.4), "7m"), (m(90), "1h30"), (m(120), "2h"), (timedelta(days=3), "3d")]
)
def test_spans_in_columns(span: timedelta, said: str) -> None:
    assert short(span) == said
